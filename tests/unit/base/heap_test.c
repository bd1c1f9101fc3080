// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"

static void a_size_of_zero_is_a_pointer_of_its_own(void **state)
{
    (void)state;
    void *a = ra__heap_alloc(0), *b = ra__heap_alloc_zeroed(0, 8), *c = ra__heap_realloc(NULL, 0);
    assert_true(a && b && c && a != b && b != c);
    c = ra__heap_realloc(c, 0);
    assert_non_null(c);
    ra__heap_free(a);
    ra__heap_free(b);
    ra__heap_free(c);
    ra__heap_free(NULL);
}

static void zeroed_memory_is_zero_and_its_size_does_not_wrap(void **state)
{
    (void)state;
    uint64_t *numbers = ra__heap_alloc_zeroed(100, sizeof *numbers);
    for (int at = 0; at < 100; at++)
        assert_int_equal(numbers[at], 0);
    ra__heap_free(numbers);
    assert_null(ra__heap_alloc_zeroed(SIZE_MAX / 2, 3));
    assert_null(ra__heap_alloc_zeroed((size_t)1 << 32, (size_t)1 << 32));
}

static void the_hook_is_asked_for_each_and_may_refuse(void **state)
{
    (void)state;
    heap_watch watch;
    heap_watch_start(&watch, 2);
    void *first = ra__heap_alloc(10);
    void *refused = ra__heap_realloc(first, 20);
    void *third = ra__heap_alloc_zeroed(1, 1);
    unsigned asked = heap_watch_stop(&watch);
    assert_int_equal(asked, 3);
    assert_non_null(first);
    assert_null(refused);
    assert_non_null(third);
    ra__heap_free(first);
    ra__heap_free(third);
}

static bool sum_bytes(void *arg, size_t bytes)
{
    *(size_t *)arg += bytes;
    return true;
}

static void the_hook_sees_the_bytes(void **state)
{
    (void)state;
    size_t sum = 0;
    ra__heap_set_hook(sum_bytes, &sum);
    void *a = ra__heap_alloc(10), *b = ra__heap_alloc_zeroed(3, 7);
    a = ra__heap_realloc(a, 100);
    ra__heap_set_hook(NULL, NULL);
    assert_int_equal(sum, 131);
    ra__heap_free(a);
    ra__heap_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_size_of_zero_is_a_pointer_of_its_own),
        cmocka_unit_test(zeroed_memory_is_zero_and_its_size_does_not_wrap),
        cmocka_unit_test(the_hook_is_asked_for_each_and_may_refuse),
        cmocka_unit_test(the_hook_sees_the_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
