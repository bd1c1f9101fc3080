// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/heap.h"
#include "fiber/private/pool.h"
#include "fiber/world.h"

static void records_are_apart_and_aligned(void **state)
{
    (void)state;
    enum { COUNT = 200, BYTES = 24 };
    char *taken[COUNT];
    ra__pool pool;
    ra__pool_init(&pool, BYTES);
    for (unsigned i = 0; i < COUNT; i++) {
        taken[i] = ra__pool_take(&pool);
        assert_non_null(taken[i]);
        assert_int_equal((uintptr_t)taken[i] % 16, 0);
        memset(taken[i], (int)i, BYTES);
    }
    for (unsigned i = 0; i < COUNT; i++) {
        assert_int_equal((unsigned char)taken[i][0], i);
        assert_int_equal((unsigned char)taken[i][BYTES - 1], i);
        ra__pool_give(&pool, taken[i]);
    }
    ra__pool_deinit(&pool);
}

static unsigned allocations;

static bool count_allocations(void *arg, size_t bytes)
{
    (void)arg, (void)bytes;
    allocations++;
    return true;
}

static void a_warm_take_does_not_allocate(void **state)
{
    (void)state;
    ra__pool pool;
    ra__pool_init(&pool, 100);
    ra__pool_give(&pool, ra__pool_take(&pool));
    allocations = 0;
    ra__heap_set_hook(count_allocations, NULL);
    for (int i = 0; i < 1000; i++)
        ra__pool_give(&pool, ra__pool_take(&pool));
    ra__heap_set_hook(NULL, NULL);
    assert_int_equal(allocations, 0);
    ra__pool_deinit(&pool);
}

static bool refuse_all(void *arg, size_t bytes)
{
    (void)arg, (void)bytes;
    return false;
}

#if RA__ASAN
static void a_record_that_was_given_back_is_poisoned(void **state)
{
    (void)state;
    ra__pool pool;
    ra__pool_init(&pool, 100);
    char *record = ra__pool_take(&pool);
    assert_null(__asan_region_is_poisoned(record, 100));
    ra__pool_give(&pool, record);
    assert_ptr_equal(__asan_region_is_poisoned(record, 100), record + sizeof(void *));
    assert_ptr_equal(ra__pool_take(&pool), record);
    assert_null(__asan_region_is_poisoned(record, 100));
    ra__pool_give(&pool, record);
    ra__pool_deinit(&pool);
}
#endif

static void no_memory_is_null(void **state)
{
    (void)state;
    ra__pool pool;
    ra__pool_init(&pool, 100);
    ra__heap_set_hook(refuse_all, NULL);
    void *record = ra__pool_take(&pool);
    ra__heap_set_hook(NULL, NULL);
    assert_null(record);
    ra__pool_deinit(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_apart_and_aligned),
        cmocka_unit_test(a_warm_take_does_not_allocate),
        cmocka_unit_test(no_memory_is_null),
#if RA__ASAN
        cmocka_unit_test(a_record_that_was_given_back_is_poisoned),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
