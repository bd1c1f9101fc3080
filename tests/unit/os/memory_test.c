// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"

#include "os/os.h"

#include <sys/mman.h>

static void a_map_is_zeroed_and_given_back(void **state)
{
    (void)state;
    size_t bytes = 64 * ra__os_page_bytes();
    unsigned char *map = ra__os_map(bytes);
    assert_non_null(map);
    assert_int_equal((uintptr_t)map % ra__os_page_bytes(), 0);
    for (size_t at = 0; at < bytes; at += 512) {
        assert_int_equal(map[at], 0);
        map[at] = 1;
    }
    ra__os_unmap(map, bytes);
    ra__os_unmap(NULL, bytes);
}

static void an_impossible_map_is_null(void **state)
{
    (void)state;
    assert_null(ra__os_map(SIZE_MAX / 2));
    assert_null(ra__os_map(0));
}

static void a_large_map_costs_nothing_until_it_is_touched(void **state)
{
    (void)state;
    size_t bytes = (size_t)64 << 30;
    char *map = ra__os_map(bytes);
    assert_non_null(map);
    map[bytes - 1] = 1;
    unsigned char resident[2];
    assert_int_equal(mincore(map, 2 * ra__os_page_bytes(), resident), 0);
    assert_int_equal(resident[0] & 1, 0);
    ra__os_unmap(map, bytes);
}

static void touch(void *arg)
{
    *(volatile char *)arg = 1;
}

static void assert_traps(char *at)
{
    int signal = signal_of_death(touch, at, -1);
    assert_true(signal == SIGSEGV || signal == SIGBUS);
}

static void assert_guards(bool (*guard)(void *start, size_t bytes))
{
    size_t page = ra__os_page_bytes();
    char *map = ra__os_map(3 * page);
    memset(map, 1, 3 * page);
    assert_true(guard(map + page, page));
    touch(map + page - 1);
    touch(map + 2 * page);
    assert_traps(map + page);
    assert_traps(map + 2 * page - 1);
    ra__os_trim(map, 3 * page);
    assert_traps(map + page);
    ra__os_unmap(map, 3 * page);
}

static bool guard_as_the_kernel_can(void *start, size_t bytes)
{
    return ra__os_guard(start, bytes) || ra__os_guard_by_map(start, bytes);
}

static void a_guard_traps_and_its_neighbours_do_not(void **state)
{
    (void)state;
    assert_guards(guard_as_the_kernel_can);
    assert_guards(ra__os_guard_by_map);
}

static void a_guard_on_no_memory_is_refused(void **state)
{
    (void)state;
    size_t page = ra__os_page_bytes();
    char *map = ra__os_map(page);
    ra__os_unmap(map, page);
    assert_false(ra__os_guard(map, page));
    assert_false(ra__os_guard_by_map(map, page));
}

static void trimmed_pages_are_zero_again(void **state)
{
    (void)state;
    size_t bytes = 4 * ra__os_page_bytes();
    unsigned char *map = ra__os_map(bytes);
    memset(map, 0xAA, bytes);
    ra__os_trim(map + bytes / 2, bytes / 2);
    assert_int_equal(map[0], 0xAA);
    assert_int_equal(map[bytes / 2 - 1], 0xAA);
    assert_int_equal(map[bytes / 2], 0);
    assert_int_equal(map[bytes - 1], 0);
    ra__os_unmap(map, bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_map_is_zeroed_and_given_back),
        cmocka_unit_test(an_impossible_map_is_null),
        cmocka_unit_test(a_large_map_costs_nothing_until_it_is_touched),
        cmocka_unit_test(a_guard_traps_and_its_neighbours_do_not),
        cmocka_unit_test(a_guard_on_no_memory_is_refused),
        cmocka_unit_test(trimmed_pages_are_zero_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
