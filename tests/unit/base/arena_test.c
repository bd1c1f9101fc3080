// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"

#include "base/arena.h"

enum { PLENTY = 1 << 20 };

/// What happened, in order, a letter an event.
static char events[64];

static void note(void *arg)
{
    strcat(events, arg);
}

static void start_notes(void)
{
    events[0] = 0;
}

static bool all_bytes_are(const void *memory, unsigned char wanted, size_t bytes)
{
    const unsigned char *at = memory;
    for (size_t i = 0; i < bytes; i++)
        if (at[i] != wanted)
            return false;
    return true;
}

// ---- allocation

static void memory_is_zeroed_aligned_and_apart(void **state)
{
    (void)state;
    ra_arena *arena = ra_arena_new(NULL, PLENTY);
    char *before = NULL;
    for (size_t bytes = 0; bytes < 300; bytes++) {
        char *memory = ra_arena_try_alloc(arena, bytes);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % 16, 0);
        assert_true(all_bytes_are(memory, 0, bytes));
        memset(memory, 0xAA, bytes);
        assert_true(bytes == 0 || all_bytes_are(before, 0xAA, bytes - 1));
        before = memory;
    }
    ra_arena_free(arena);
}

static void memory_after_a_reset_is_zeroed_again(void **state)
{
    (void)state;
    ra_arena *arena = ra_arena_new(NULL, PLENTY);
    for (int round = 0; round < 3; round++) {
        for (int at = 0; at < 20; at++) {
            char *memory = ra_arena_try_alloc(arena, 1000);
            assert_true(all_bytes_are(memory, 0, 1000));
            memset(memory, 0xAA, 1000);
        }
        ra__arena_reset(arena);
        assert_int_equal(ra__arena_used(arena), 0);
    }
    ra_arena_free(arena);
}

static void every_size_is_served(void **state)
{
    (void)state;
    const size_t sizes[] = {1, 4095, 4096, 4097, 40000, 65535, 65536, 65537, 1 << 20, 10 << 20, 3};
    ra_arena *arena = ra_arena_new(NULL, 64 << 20);
    for (size_t at = 0; at < COUNT_OF(sizes); at++) {
        char *memory = ra_arena_try_alloc(arena, sizes[at]);
        assert_non_null(memory);
        assert_int_equal(memory[sizes[at] - 1], 0);
        memset(memory, 0xAA, sizes[at]);
    }
    ra_arena_free(arena);
}

static void the_limit_counts_what_was_handed_out(void **state)
{
    (void)state;
    ra_arena *arena = ra_arena_new(NULL, 4096);
    assert_null(ra_arena_try_alloc(arena, 4097));
    assert_non_null(ra_arena_try_alloc(arena, 4000));
    assert_int_equal(ra__arena_used(arena), 4000);
    assert_null(ra_arena_try_alloc(arena, 97));
    assert_non_null(ra_arena_try_alloc(arena, 96));
    assert_null(ra_arena_try_alloc(arena, 0));
    assert_null(ra__arena_try_text(arena, 1));
    ra__arena_set_max(arena, 4112);
    assert_non_null(ra_arena_try_alloc(arena, 1));
    ra__arena_set_max(arena, 10);
    assert_null(ra_arena_try_alloc(arena, 1));
    ra__arena_reset(arena);
    assert_null(ra_arena_try_alloc(arena, 11));
    ra_arena_free(arena);
}

static void empty_objects_use_up_the_limit_too(void **state)
{
    (void)state;
    ra_arena *arena = ra_arena_new(NULL, 160);
    for (int at = 0; at < 10; at++)
        assert_non_null(ra_arena_try_alloc(arena, 0));
    assert_null(ra_arena_try_alloc(arena, 0));
    ra_arena_free(arena);
}

static void absurd_sizes_are_refused(void **state)
{
    (void)state;
    const size_t absurd[] = {SIZE_MAX, SIZE_MAX - 15, SIZE_MAX / 2, SIZE_MAX / 2 + 1,
                             SIZE_MAX / 4 + 1};
    bool over;
    ra_arena *arena = ra_arena_new(NULL, SIZE_MAX);
    for (size_t at = 0; at < COUNT_OF(absurd); at++) {
        assert_null(ra_arena_try_alloc(arena, absurd[at]));
        assert_null(ra__arena_try_text(arena, absurd[at]));
        assert_null(ra__arena_alloc_reserve(arena, absurd[at], &over));
    }
    ra_arena_free(arena);
}

static void the_reserve_serves_past_the_limit_once(void **state)
{
    (void)state;
    ra_arena *arena = ra_arena_new(NULL, 1024);
    bool over = true;
    assert_non_null(ra__arena_alloc_reserve(arena, 1024, &over));
    assert_false(over);
    char *memory = ra__arena_alloc_reserve(arena, RA__ARENA_RESERVE_BYTES / 2, &over);
    assert_true(over);
    assert_true(all_bytes_are(memory, 0, RA__ARENA_RESERVE_BYTES / 2));
    assert_null(ra__arena_alloc_reserve(arena, RA__ARENA_RESERVE_BYTES / 2 + 1, &over));
    assert_false(over);
    assert_non_null(ra__arena_alloc_reserve(arena, RA__ARENA_RESERVE_BYTES / 2, &over));
    assert_true(over);
    assert_null(ra__arena_alloc_reserve(arena, 1, &over));
    ra__arena_reset(arena);
    assert_non_null(ra__arena_alloc_reserve(arena, 1025, &over));
    assert_true(over);
    ra_arena_free(arena);
}

static void text_is_packed_and_copied(void **state)
{
    (void)state;
    ra_arena *arena = ra_arena_new(NULL, 100);
    ra_str copy;
    char source[] = "abc";
    assert_true(ra__arena_try_copy(arena, ra_str_of(source), &copy));
    source[0] = 'x';
    assert_text(copy, "abc");
    assert_int_equal(ra__arena_used(arena), 3);
    assert_true(ra__arena_try_copy(arena, (ra_str){NULL, 0}, &copy));
    assert_non_null(copy.ptr);
    assert_int_equal(copy.len, 0);
    assert_int_equal((uintptr_t)ra_arena_try_alloc(arena, 16) % 16, 0);
    assert_false(ra__arena_try_copy(arena, (ra_str){"", 81}, &copy));
    ra_arena_free(arena);
}

// ---- ends

static void endings_run_in_reverse_order_of_making(void **state)
{
    (void)state;
    start_notes();
    ra_arena *arena = ra_arena_new(NULL, PLENTY);
    ra_arena_defer(arena, note, "a");
    ra_arena *first = ra_arena_new(arena, PLENTY);
    ra_arena_defer(arena, note, "b");
    ra_arena *second = ra_arena_new(arena, PLENTY);
    ra_arena_defer(first, note, "1");
    ra_arena_defer(second, note, "2");
    ra_arena_defer(ra_arena_new(second, PLENTY), note, "3");
    ra_arena_defer(arena, note, "c");
    ra_arena_free(arena);
    assert_string_equal(events, "c32b1a");
}

static void a_child_may_end_before_its_parent(void **state)
{
    (void)state;
    start_notes();
    ra_arena *parent = ra_arena_new(NULL, PLENTY);
    ra_arena *children[3];
    for (int at = 0; at < 3; at++) {
        children[at] = ra_arena_new(parent, PLENTY);
        ra_arena_defer(children[at], note, &"1\0002\0003"[at * 2]);
    }
    ra_arena_free(children[1]);
    assert_string_equal(events, "2");
    ra_arena_free(parent);
    assert_string_equal(events, "231");
    ra_arena_free(NULL);
}

static void reset_ends_children_and_keeps_the_arena_usable(void **state)
{
    (void)state;
    start_notes();
    ra_arena *arena = ra_arena_new(NULL, PLENTY);
    ra_arena_defer(ra_arena_new(arena, PLENTY), note, "child");
    ra__arena_reset(arena);
    assert_string_equal(events, "child");
    ra__arena_reset(arena);
    assert_non_null(ra_arena_try_alloc(arena, 100));
    ra_arena_free(arena);
    assert_string_equal(events, "child");
}

static void defer_again(void *arg)
{
    note("x");
    ra_arena_defer(arg, note, "y");
    ra_arena_defer(ra_arena_new(arg, PLENTY), note, "z");
}

static void a_deferred_call_may_defer_and_allocate(void **state)
{
    (void)state;
    start_notes();
    ra_arena *arena = ra_arena_new(NULL, PLENTY);
    ra_arena_defer(arena, note, "a");
    ra_arena_defer(arena, defer_again, arena);
    ra_arena_free(arena);
    assert_string_equal(events, "xzya");
}

static void a_deferred_call_is_not_on_the_limit(void **state)
{
    (void)state;
    start_notes();
    ra_arena *arena = ra_arena_new(NULL, 0);
    ra_arena_defer(arena, note, "a");
    assert_int_equal(ra__arena_used(arena), 0);
    ra_arena_free(arena);
    assert_string_equal(events, "a");
}

// ---- splice

static void splice_moves_memory_children_and_calls(void **state)
{
    (void)state;
    start_notes();
    ra_arena *into = ra_arena_new(NULL, PLENTY);
    ra_arena *from = ra_arena_new(into, PLENTY);
    ra_arena_defer(into, note, "a");
    ra_arena_defer(from, note, "b");
    ra_arena_defer(ra_arena_new(from, PLENTY), note, "child");
    ra_arena_defer(from, note, "c");
    ra_str text;
    assert_true(ra__arena_try_copy(from, RA_STR("lives on"), &text));
    assert_non_null(ra_arena_try_alloc(into, 1000));

    ra__arena_splice(into, from);
    assert_int_equal(ra__arena_used(from), 0);
    assert_int_equal(ra__arena_used(into), 1008 + 8);
    assert_non_null(ra_arena_try_alloc(from, 64));
    ra_arena_free(from);
    assert_string_equal(events, "");
    assert_text(text, "lives on");

    ra_arena_free(into);
    assert_string_equal(events, "cchildba");
}

static void a_spliced_child_may_end_before_its_new_parent(void **state)
{
    (void)state;
    start_notes();
    ra_arena *into = ra_arena_new(NULL, PLENTY);
    ra_arena *from = ra_arena_new(NULL, PLENTY);
    ra_arena_defer(into, note, "a");
    ra_arena *child = ra_arena_new(from, PLENTY);
    ra_arena_defer(child, note, "child");
    ra__arena_splice(into, from);
    ra_arena_defer(from, note, "from");
    ra_arena_free(child);
    assert_string_equal(events, "child");
    ra_arena_free(from);
    assert_string_equal(events, "childfrom");
    ra_arena_free(into);
    assert_string_equal(events, "childfroma");
}

static void splice_into_an_empty_arena_and_from_an_empty_one(void **state)
{
    (void)state;
    ra_arena *a = ra_arena_new(NULL, PLENTY);
    ra_arena *b = ra_arena_new(NULL, PLENTY);
    ra__arena_splice(a, b);
    char *memory = ra_arena_try_alloc(b, 5000);
    ra__arena_splice(a, b);
    memset(memory, 1, 5000);
    assert_non_null(ra_arena_try_alloc(a, 100));
    ra__arena_splice(a, b);
    ra__arena_splice(b, a);
    assert_int_equal(ra__arena_used(b), 5008 + 112);
    ra_arena_free(a);
    assert_int_equal(memory[4999], 1);
    ra_arena_free(b);
}

static void splice_keeps_the_blocks_of_both(void **state)
{
    (void)state;
    enum { OBJECTS = 40, BYTES = 3000 };
    ra_arena *arenas[] = {ra_arena_new(NULL, PLENTY), ra_arena_new(NULL, PLENTY)};
    char *objects[2 * OBJECTS];
    for (int at = 0; at < 2 * OBJECTS; at++) {
        objects[at] = ra_arena_try_alloc(arenas[at % 2], BYTES);
        memset(objects[at], at, BYTES);
    }
    ra__arena_splice(arenas[0], arenas[1]);
    ra_arena_free(arenas[1]);
    for (int at = 0; at < 2 * OBJECTS; at++)
        assert_true(all_bytes_are(objects[at], (unsigned char)at, BYTES));
    ra_arena_free(arenas[0]);
}

static void what_is_spliced_counts_against_the_limit(void **state)
{
    (void)state;
    ra_arena *into = ra_arena_new(NULL, 1024);
    ra_arena *from = ra_arena_new(NULL, PLENTY);
    assert_non_null(ra_arena_try_alloc(from, 1000));
    ra__arena_splice(into, from);
    assert_null(ra_arena_try_alloc(into, 32));
    assert_non_null(ra_arena_try_alloc(from, PLENTY));
    ra__arena_splice(into, from);
    assert_null(ra_arena_try_alloc(into, 1));
    ra_arena_free(from);
    ra_arena_free(into);
}

// ---- pools

static void a_warm_pool_makes_arenas_without_the_heap(void **state)
{
    (void)state;
    ra__block_pool *pool = ra__block_pool_new(1 << 20);
    heap_watch watch = {0};
    for (int round = 0; round < 3; round++) {
        ra_arena *arena = ra__arena_new_in(NULL, pool, PLENTY);
        ra_arena *child = ra_arena_new(arena, PLENTY);
        for (int at = 0; at < 50; at++) {
            assert_non_null(ra_arena_try_alloc(arena, 1500));
            assert_non_null(ra_arena_try_alloc(child, 100));
        }
        ra_arena_free(arena);
        if (round == 0)
            heap_watch_start(&watch, 0);
    }
    assert_int_equal(heap_watch_stop(&watch), 0);
    ra__block_pool_free(pool);
}

static void reset_keeps_one_block_and_gives_the_rest_back(void **state)
{
    (void)state;
    ra__block_pool *pool = ra__block_pool_new(1 << 20);
    ra_arena *arena = ra__arena_new_in(NULL, pool, PLENTY);
    assert_non_null(ra_arena_try_alloc(arena, 100));
    ra__arena_reset(arena);
    assert_int_equal(ra__block_pool_kept(pool), 0);
    assert_non_null(ra_arena_try_alloc(arena, 100));
    assert_non_null(ra_arena_try_alloc(arena, 60000));
    assert_non_null(ra_arena_try_alloc(arena, 200000));
    ra__arena_reset(arena);
    assert_int_equal(ra__block_pool_kept(pool), 65536);
    ra_arena_free(arena);
    assert_int_equal(ra__block_pool_kept(pool), 65536 + 4096);
    ra__block_pool_free(pool);
}

static void a_lent_arena_leaves_the_pool_alone(void **state)
{
    (void)state;
    ra__block_pool *pool = ra__block_pool_new(1 << 20);
    ra_arena *arena = ra__arena_new_in(NULL, pool, PLENTY);
    ra_arena *child = ra_arena_new(arena, PLENTY);
    assert_non_null(ra_arena_try_alloc(child, 5000));
    ra__arena_set_pool(arena, NULL);
    assert_non_null(ra_arena_try_alloc(arena, 5000));
    ra_arena_free(child);
    assert_int_equal(ra__block_pool_kept(pool), 0);
    ra__arena_set_pool(arena, pool);
    ra_arena_free(arena);
    assert_int_equal(ra__block_pool_kept(pool), 8192);
    ra__block_pool_free(pool);
}

// ---- what the tools see

static void used_memory_is_scribbled_at_the_end(void **state)
{
    (void)state;
#if defined(RAMIE_DEBUG) && !defined(TEST_ASAN)
    ra_arena *arena = ra_arena_new(NULL, PLENTY);
    unsigned char *memory = ra_arena_try_alloc(arena, 100);
    ra__arena_reset(arena);
    assert_true(all_bytes_are(memory, 0xDD, 100));
    ra_arena_free(arena);
#endif
}

static void asan_sees_past_each_object_and_after_its_end(void **state)
{
    (void)state;
#ifdef TEST_ASAN
    ra_arena *arena = ra_arena_new(NULL, PLENTY);
    for (size_t bytes = 1; bytes < 40; bytes++) {
        char *object = ra_arena_try_alloc(arena, bytes);
        assert_null(__asan_region_is_poisoned(object, bytes));
        assert_true(__asan_address_is_poisoned(object + bytes));
        assert_true(__asan_address_is_poisoned(object - 1));
        char *text = ra__arena_try_text(arena, bytes);
        assert_null(__asan_region_is_poisoned(text, bytes));
        assert_true(__asan_address_is_poisoned(text + bytes));
        assert_true(__asan_address_is_poisoned(text - 1));
    }
    char *big = ra_arena_try_alloc(arena, 100000);
    assert_null(__asan_region_is_poisoned(big, 100000));
    assert_true(__asan_address_is_poisoned(big + 100000));
    ra__arena_reset(arena);
    char *first = ra_arena_try_alloc(arena, 64);
    ra__arena_reset(arena);
    assert_true(__asan_address_is_poisoned(first));
    assert_true(__asan_address_is_poisoned(first + 63));
    ra_arena_free(arena);
#endif
}

// ---- no memory

static void use_arenas(void)
{
    start_notes();
    ra_arena *arena = ra_arena_new(NULL, PLENTY);
    if (!arena)
        return;
    char wanted[64] = "";
    for (int at = 0; at < 4; at++) {
        ra_arena *child = ra_arena_new(arena, PLENTY);
        if (child && ra__arena_try_defer(child, note, "c"))
            strcat(wanted, "c");
        char *memory = ra_arena_try_alloc(arena, 3000);
        if (memory)
            memset(memory, 1, 3000);
        bool over;
        memory = ra__arena_alloc_reserve(arena, 100000, &over);
        assert_false(over);
        if (memory)
            memset(memory, 1, 100000);
        ra_str text;
        if (ra__arena_try_copy(arena, RA_STR("text"), &text))
            assert_text(text, "text");
    }
    ra_arena_free(arena);
    assert_string_equal(events, wanted);
}

static void a_refused_allocation_is_null_and_nothing_leaks(void **state)
{
    (void)state;
    assert_in_range(refuse_each_allocation(use_arenas), 10, 40);
}

static void the_reserve_is_no_memory_either_when_the_heap_is_empty(void **state)
{
    (void)state;
    ra_arena *arena = ra_arena_new(NULL, 0);
    heap_watch watch;
    bool over = true;
    heap_watch_start(&watch, 1);
    void *memory = ra__arena_alloc_reserve(arena, RA__ARENA_RESERVE_BYTES, &over);
    heap_watch_stop(&watch);
    assert_null(memory);
    assert_false(over);
    assert_non_null(ra__arena_alloc_reserve(arena, RA__ARENA_RESERVE_BYTES, &over));
    assert_true(over);
    ra_arena_free(arena);
}

static void defer_without_memory(void *arg)
{
    heap_watch watch;
    heap_watch_start(&watch, 1);
    ra_arena_defer(arg, note, "x");
}

static void a_deferred_call_without_any_memory_traps(void **state)
{
    (void)state;
    ra_arena *arena = ra_arena_new(NULL, PLENTY);
    assert_int_equal(signal_of_death(defer_without_memory, arena, -1), SIGABRT);
    ra_arena_free(arena);
}

static void ignore(void *arg)
{
    (void)arg;
}

static void the_arena_of_who_has_none_gives_nothing(void **state)
{
    (void)state;
    ra_arena *none = ra__arena_none();
    bool over = true;
    ra_str copy;
    assert_null(ra_arena_try_alloc(none, 0));
    assert_null(ra__arena_alloc_reserve(none, 16, &over));
    assert_false(over);
    assert_null(ra__arena_try_text(none, 1));
    assert_false(ra__arena_try_copy(none, RA_STR("x"), &copy));
    assert_false(ra__arena_try_defer(none, ignore, NULL));
    assert_int_equal(ra__arena_used(none), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_aligned_and_apart),
        cmocka_unit_test(memory_after_a_reset_is_zeroed_again),
        cmocka_unit_test(every_size_is_served),
        cmocka_unit_test(the_limit_counts_what_was_handed_out),
        cmocka_unit_test(empty_objects_use_up_the_limit_too),
        cmocka_unit_test(absurd_sizes_are_refused),
        cmocka_unit_test(the_reserve_serves_past_the_limit_once),
        cmocka_unit_test(text_is_packed_and_copied),
        cmocka_unit_test(endings_run_in_reverse_order_of_making),
        cmocka_unit_test(a_child_may_end_before_its_parent),
        cmocka_unit_test(reset_ends_children_and_keeps_the_arena_usable),
        cmocka_unit_test(a_deferred_call_may_defer_and_allocate),
        cmocka_unit_test(a_deferred_call_is_not_on_the_limit),
        cmocka_unit_test(splice_moves_memory_children_and_calls),
        cmocka_unit_test(a_spliced_child_may_end_before_its_new_parent),
        cmocka_unit_test(splice_into_an_empty_arena_and_from_an_empty_one),
        cmocka_unit_test(splice_keeps_the_blocks_of_both),
        cmocka_unit_test(what_is_spliced_counts_against_the_limit),
        cmocka_unit_test(a_warm_pool_makes_arenas_without_the_heap),
        cmocka_unit_test(reset_keeps_one_block_and_gives_the_rest_back),
        cmocka_unit_test(a_lent_arena_leaves_the_pool_alone),
        cmocka_unit_test(used_memory_is_scribbled_at_the_end),
        cmocka_unit_test(asan_sees_past_each_object_and_after_its_end),
        cmocka_unit_test(a_refused_allocation_is_null_and_nothing_leaks),
        cmocka_unit_test(the_reserve_is_no_memory_either_when_the_heap_is_empty),
        cmocka_unit_test(a_deferred_call_without_any_memory_traps),
        cmocka_unit_test(the_arena_of_who_has_none_gives_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
