// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"

#include "base/private/block.h"

static void a_block_holds_what_was_asked_and_is_aligned(void **state)
{
    (void)state;
    static const struct {
        size_t asked, usable;
    } rows[] = {{0, 4096},    {1, 4096},      {4096, 4096},   {4097, 8192},
                {8192, 8192}, {16385, 32768}, {65535, 65536}, {65536, 65536}};
    for (size_t at = 0; at < COUNT_OF(rows); at++) {
        size_t usable = 0;
        char *memory = ra__block_take(NULL, rows[at].asked, &usable);
        assert_int_equal(usable, rows[at].usable);
        assert_int_equal((uintptr_t)memory % 16, 0);
        memset(memory, 1, usable);
        ra__block_give(NULL, memory);
    }
}

static void a_given_block_is_taken_again_by_size(void **state)
{
    (void)state;
    ra__block_pool *pool = ra__block_pool_new(1 << 20);
    size_t usable;
    void *small = ra__block_take(pool, 4096, &usable);
    void *large = ra__block_take(pool, 65536, &usable);
    ra__block_give(pool, small);
    ra__block_give(pool, large);
    assert_int_equal(ra__block_pool_kept(pool), 4096 + 65536);
    assert_ptr_equal(ra__block_take(pool, 40000, &usable), large);
    assert_ptr_equal(ra__block_take(pool, 1, &usable), small);
    assert_int_equal(ra__block_pool_kept(pool), 0);
    ra__block_give(pool, small);
    ra__block_give(pool, large);
    ra__block_give(pool, NULL);
    ra__block_pool_free(pool);
}

static void a_pool_keeps_no_more_than_its_maximum(void **state)
{
    (void)state;
    ra__block_pool *pool = ra__block_pool_new(10000);
    void *blocks[4];
    size_t usable;
    for (int at = 0; at < 4; at++)
        blocks[at] = ra__block_take(pool, 4096, &usable);
    for (int at = 0; at < 4; at++)
        ra__block_give(pool, blocks[at]);
    assert_int_equal(ra__block_pool_kept(pool), 8192);
    ra__block_pool_free(pool);
    ra__block_pool_free(NULL);
}

static void any_pool_may_keep_any_block(void **state)
{
    (void)state;
    ra__block_pool *from = ra__block_pool_new(1 << 20), *to = ra__block_pool_new(1 << 20);
    size_t usable;
    ra__block_give(to, ra__block_take(from, 4096, &usable));
    assert_int_equal(ra__block_pool_kept(from), 0);
    assert_int_equal(ra__block_pool_kept(to), 4096);
    ra__block_pool_free(from);
    ra__block_pool_free(to);
}

static void a_block_for_one_large_object_is_not_kept(void **state)
{
    (void)state;
    ra__block_pool *pool = ra__block_pool_new(1 << 20);
    block *b = ra__block_get(pool, 70000);
    assert_int_equal(b->bytes_usable, 70000);
    ra__block_put(pool, b);
    assert_int_equal(ra__block_pool_kept(pool), 0);
    assert_null(ra__block_get(pool, SIZE_MAX));
    ra__block_pool_free(pool);
}

static void kept_blocks_are_poisoned_under_asan(void **state)
{
    (void)state;
#ifdef TEST_ASAN
    ra__block_pool *pool = ra__block_pool_new(1 << 20);
    size_t usable;
    char *memory = ra__block_take(pool, 4096, &usable);
    ra__block_give(pool, memory);
    assert_true(__asan_address_is_poisoned(memory));
    assert_true(__asan_address_is_poisoned(memory + 4095));
    assert_null(__asan_region_is_poisoned(ra__block_take(pool, 4096, &usable), 4096));
    ra__block_give(pool, memory);
    ra__block_pool_free(pool);
#endif
}

static void take_too_much(void *arg)
{
    size_t usable;
    (void)ra__block_take(arg, 65537, &usable);
}

static void more_than_a_block_traps(void **state)
{
    (void)state;
    assert_int_equal(signal_of_death(take_too_much, NULL, -1), SIGABRT);
}

static void no_memory_is_null(void **state)
{
    (void)state;
    heap_watch watch;
    size_t usable;
    heap_watch_start(&watch, 1);
    void *pool = ra__block_pool_new(100);
    watch.asked = 0;
    void *memory = ra__block_take(NULL, 100, &usable);
    heap_watch_stop(&watch);
    assert_null(pool);
    assert_null(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_holds_what_was_asked_and_is_aligned),
        cmocka_unit_test(a_given_block_is_taken_again_by_size),
        cmocka_unit_test(a_pool_keeps_no_more_than_its_maximum),
        cmocka_unit_test(any_pool_may_keep_any_block),
        cmocka_unit_test(a_block_for_one_large_object_is_not_kept),
        cmocka_unit_test(kept_blocks_are_poisoned_under_asan),
        cmocka_unit_test(more_than_a_block_traps),
        cmocka_unit_test(no_memory_is_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
