// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"

#include "os/os.h"

static void monotonic_time_never_goes_back(void **state)
{
    (void)state;
    int64_t before = ra__os_monotonic_ns();
    for (int at = 0; at < 1000; at++) {
        int64_t now = ra__os_monotonic_ns();
        assert_true(now >= before);
        before = now;
    }
}

static void wall_time_is_of_this_century(void **state)
{
    (void)state;
    const int64_t year_2024 = INT64_C(1704067200) * RA_SECONDS(1);
    assert_true(ra__os_wall_ns() > year_2024);
}

static void random_fills_every_byte_and_none_more(void **state)
{
    (void)state;
    for (size_t bytes = 0; bytes < 300; bytes += 7) {
        unsigned char seen[301] = {0}, random[301];
        for (int round = 0; round < 20; round++) {
            random[bytes] = 0;
            ra__os_random(random, bytes);
            assert_int_equal(random[bytes], 0);
            for (size_t at = 0; at < bytes; at++)
                seen[at] |= random[at];
        }
        for (size_t at = 0; at < bytes; at++)
            assert_int_not_equal(seen[at], 0); // zero 20 times in a row: 2^-160
    }
}

static void the_clock_object_is_the_system(void **state)
{
    (void)state;
    const ra__clock *clock = &ra__os_clock;
    int64_t before = ra__os_monotonic_ns();
    assert_in_range(clock->monotonic_ns(clock->world), before, before + RA_MINUTES(5));
    assert_true(clock->wall_ns(clock->world) <= ra__os_wall_ns());
    assert_int_not_equal(clock->random(clock->world), clock->random(clock->world));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(monotonic_time_never_goes_back),
        cmocka_unit_test(wall_time_is_of_this_century),
        cmocka_unit_test(random_fills_every_byte_and_none_more),
        cmocka_unit_test(the_clock_object_is_the_system),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
