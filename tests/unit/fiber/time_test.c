// SPDX-License-Identifier: MIT OR Apache-2.0
#include "fiber/world.h"

static sim world;
static ra_ctx *host;

static int begin(void **state)
{
    (void)state;
    sim_begin(&world, 1, 1, 0);
    host = ra__host_open(world.runtime, 0);
    return 0;
}

static int end(void **state)
{
    (void)state;
    ra__host_close(host);
    sim_end(&world);
    return 0;
}

static void sleep_takes_as_long_as_it_says(void **state)
{
    (void)state;
    static const int64_t naps_ns[] = {RA_MS(1), RA_MS(10), RA_SECONDS(3), RA_HOURS(30)};
    for (unsigned i = 0; i < sizeof naps_ns / sizeof *naps_ns; i++) {
        int64_t before_ns = ra_monotonic_ns(host), wall_ns = ra_now(host).unix_ns;
        assert_int_equal(ra_sleep(host, naps_ns[i]), RA_OK);
        assert_int_equal(ra_monotonic_ns(host) - before_ns, naps_ns[i]);
        assert_int_equal(ra_now(host).unix_ns - wall_ns, naps_ns[i]);
    }
}

static void no_time_is_a_yield(void **state)
{
    (void)state;
    int64_t before_ns = ra_monotonic_ns(host);
    assert_int_equal(ra_sleep(host, 0), RA_OK);
    assert_int_equal(ra_sleep(host, -5), RA_OK);
    assert_int_equal(ra_monotonic_ns(host), before_ns);
}

static void a_deadline_ends_a_sleep_and_then_every_call(void **state)
{
    (void)state;
    {
        RA_SCOPED(ra_deadline, soon, ra_deadline_in(host, RA_MS(4)));
        assert_int_equal(ra_sleep(host, RA_MS(3)), RA_OK);
        assert_int_equal(ra_sleep(host, RA_MS(3)), RA_ERR_TIMEOUT);
        assert_int_equal(ra_yield(host), RA_ERR_TIMEOUT);
        assert_int_equal(ra_ctx_status(host), RA_ERR_TIMEOUT);
    }
    assert_int_equal(ra_yield(host), RA_OK); // the scope has ended
}

static void an_inner_deadline_never_loosens_the_outer_one(void **state)
{
    (void)state;
    RA_SCOPED(ra_deadline, outer, ra_deadline_in(host, RA_MS(4)));
    {
        RA_SCOPED(ra_deadline, inner, ra_deadline_in(host, RA_HOURS(1)));
        assert_int_equal(ra_sleep(host, RA_MS(5)), RA_ERR_TIMEOUT);
    }
    assert_int_equal(ra_ctx_status(host), RA_ERR_TIMEOUT);
}

static void an_endless_deadline_does_not_overflow(void **state)
{
    (void)state;
    RA_SCOPED(ra_deadline, never, ra_deadline_in(host, INT64_MAX));
    assert_int_equal(ra_sleep(host, RA_MS(1)), RA_OK);
    RA_SCOPED(ra_deadline, past, ra_deadline_in(host, INT64_MIN));
    assert_int_equal(ra_sleep(host, RA_MS(1)), RA_ERR_TIMEOUT);
}

static void inside_a_shield_only_its_own_end_counts(void **state)
{
    (void)state;
    RA_SCOPED(ra_deadline, soon, ra_deadline_in(host, RA_MS(1)));
    assert_int_equal(ra_sleep(host, RA_MS(2)), RA_ERR_TIMEOUT);
    {
        RA_SCOPED(ra_shield, calm, ra_shield_for(host, RA_MS(10)));
        assert_int_equal(ra_sleep(host, RA_MS(6)), RA_OK);
        assert_int_equal(ra_sleep(host, RA_MS(6)), RA_ERR_TIMEOUT);
    }
    assert_int_equal(ra_yield(host), RA_ERR_TIMEOUT);
}

static void a_shield_inside_a_shield_is_no_longer_than_it(void **state)
{
    (void)state;
    RA_SCOPED(ra_shield, outer, ra_shield_for(host, RA_MS(5)));
    {
        RA_SCOPED(ra_shield, inner, ra_shield_for(host, RA_HOURS(1)));
        assert_int_equal(ra_sleep(host, RA_MS(6)), RA_ERR_TIMEOUT);
    }
    RA_SCOPED(ra_deadline, soon, ra_deadline_in(host, RA_HOURS(1)));
    assert_int_equal(ra_ctx_status(host), RA_ERR_TIMEOUT);
}

static void a_deadline_inside_a_shield_ends_with_its_scope(void **state)
{
    (void)state;
    RA_SCOPED(ra_shield, calm, ra_shield_for(host, RA_MS(50)));
    {
        RA_SCOPED(ra_deadline, soon, ra_deadline_in(host, RA_MS(2)));
        assert_int_equal(ra_sleep(host, RA_MS(5)), RA_ERR_TIMEOUT);
    }
    assert_int_equal(ra_sleep(host, RA_MS(5)), RA_OK);
}

static ra_status shielded_nap(ra_ctx *ctx, void *arg)
{
    RA_SCOPED(ra_shield, calm, ra_shield_for(ctx, RA_MS(50)));
    *(ra_status *)arg = ra_sleep(ctx, RA_MS(20));
    return RA_OK;
}

static void cancellation_waits_until_the_shield_ends(void **state)
{
    (void)state;
    ra_status ended = RA_ERR_INTERNAL;
    ra__fiber *fiber = sim_spawn(&world, 0, shielded_nap, &ended);
    assert_int_equal(ra_sleep(host, RA_MS(1)), RA_OK);
    ra__fiber_cancel(fiber, RA_ERR_CANCELED);
    assert_int_equal(ra_sleep(host, RA_MS(30)), RA_OK);
    assert_int_equal(ended, RA_OK);
}

static void random_bits_come_from_the_clock(void **state)
{
    (void)state;
    sim same = {.seed = world.seed};
    assert_true(ra_random(host) == sim_random(&same));
    assert_true(ra_random(host) == sim_random(&same));
}

static ra_status nap_on_the_real_clock(ra_ctx *ctx, void *arg)
{
    (void)arg;
    for (int i = 0; i < 5; i++) {
        int64_t before_ns = ra__os_monotonic_ns();
        EXPECT_STATUS(ra_sleep(ctx, RA_US(1500)), RA_OK);
        EXPECT(ra__os_monotonic_ns() - before_ns >= RA_US(1500)); // never early
    }
    return RA_OK;
}

// The shard's clock stands still during a turn; the real one, which deadlines are counted from,
// does not.
static ra_status work_without_time(ra_ctx *ctx, void *arg)
{
    (void)arg;
    ra_chan *chan = ra_chan_new(ctx, sizeof(int), 1);
    RA_SCOPED(ra_deadline, now, ra_deadline_in(ctx, 0));
    EXPECT_STATUS(ra_ctx_status(ctx), RA_ERR_TIMEOUT);
    EXPECT_STATUS(ra_chan_send_(ctx, chan, &(int){1}, sizeof(int)), RA_ERR_TIMEOUT);
    RA_SCOPED(ra_shield, none, ra_shield_for(ctx, 0));
    EXPECT_STATUS(ra_ctx_status(ctx), RA_ERR_TIMEOUT);
    return RA_OK;
}

static ra_status compute_until_the_deadline(ra_ctx *ctx, void *arg)
{
    (void)arg;
    int64_t begun_ns = ra__os_monotonic_ns();
    RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, RA_MS(1)));
    while (ra_ctx_status(ctx) == RA_OK && ra__os_monotonic_ns() - begun_ns < RA_SECONDS(5)) {
    }
    EXPECT_STATUS(ra_ctx_status(ctx), RA_ERR_TIMEOUT);
    EXPECT_STATUS(ra_yield(ctx), RA_ERR_TIMEOUT);
    return RA_OK;
}

static void a_computation_that_asks_sees_its_deadline(void **state)
{
    (void)state;
    real_once(1, 0, compute_until_the_deadline, NULL);
}

static void no_time_has_passed_at_once_on_the_real_clock(void **state)
{
    (void)state;
    real_once(1, 0, work_without_time, NULL);
}

static void the_real_clock_is_never_early(void **state)
{
    (void)state;
    real_once(1, 0, nap_on_the_real_clock, NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(sleep_takes_as_long_as_it_says),
        TEST(no_time_is_a_yield),
        TEST(a_deadline_ends_a_sleep_and_then_every_call),
        TEST(an_inner_deadline_never_loosens_the_outer_one),
        TEST(an_endless_deadline_does_not_overflow),
        TEST(inside_a_shield_only_its_own_end_counts),
        TEST(a_shield_inside_a_shield_is_no_longer_than_it),
        TEST(a_deadline_inside_a_shield_ends_with_its_scope),
        TEST(cancellation_waits_until_the_shield_ends),
        TEST(random_bits_come_from_the_clock),
        cmocka_unit_test(a_computation_that_asks_sees_its_deadline),
        cmocka_unit_test(no_time_has_passed_at_once_on_the_real_clock),
        cmocka_unit_test(the_real_clock_is_never_early),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
