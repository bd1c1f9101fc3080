// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/heap.h"
#include "fiber/death.h"
#include "fiber/private/stack.h"
#include "fiber/world.h"

static ra__stacks stacks;

static int begin(void **state)
{
    (void)state;
    ra__stacks_init(&stacks, 0);
    return 0;
}

static int end(void **state)
{
    (void)state;
    ra__stacks_deinit(&stacks);
    return 0;
}

static ra__stack take(size_t bytes)
{
    ra__stack stack;
    assert_true(ra__stack_take(&stacks, bytes, &stack));
    return stack;
}

static void a_stack_is_usable_from_base_to_top(void **state)
{
    (void)state;
    ra__stack stack = take(0);
    assert_true(ra__stack_bytes(stack) >= RA__STACK_BYTES);
    assert_true((uintptr_t)ra__stack_top(stack) % 64 == 0);
    char *base = ra__stack_base(stack);
    base[0] = 1;
    ra__stack_top(stack)[-1] = 1;
    ra__stack_give(&stacks, stack);
}

static void the_last_given_back_is_taken_first(void **state)
{
    (void)state;
    ra__stack a = take(0), b = take(0);
    ra__stack_give(&stacks, a);
    ra__stack_give(&stacks, b);
    assert_ptr_equal(ra__stack_base(take(0)), ra__stack_base(b));
    assert_ptr_equal(ra__stack_base(take(0)), ra__stack_base(a));
    ra__stack_give(&stacks, a);
    ra__stack_give(&stacks, b);
}

static void stacks_do_not_overlap(void **state)
{
    (void)state;
    enum { COUNT = 3 * RA__STACK_SLAB };
    static ra__stack taken[COUNT];
    for (unsigned i = 0; i < COUNT; i++) {
        taken[i] = take(0);
        memset(ra__stack_top(taken[i]) - 64, (int)i, 64);
    }
    for (unsigned i = 0; i < COUNT; i++) {
        assert_int_equal((unsigned char)ra__stack_top(taken[i])[-1], i & 255);
        ra__stack_give(&stacks, taken[i]);
    }
    assert_int_equal(stacks.free_len, COUNT);
}

static void the_first_frames_of_neighbours_have_different_colours(void **state)
{
    (void)state;
    uintptr_t page = 4095;
    ra__stack a = take(0), b = take(0);
    assert_true(((uintptr_t)ra__stack_top(a) & page) != ((uintptr_t)ra__stack_top(b) & page));
    ra__stack_give(&stacks, a);
    ra__stack_give(&stacks, b);
}

static void another_size_is_mapped_and_kept_for_the_next(void **state)
{
    (void)state;
    ra__stack big = take(1 << 20);
    assert_true(ra__stack_bytes(big) >= 1 << 20);
    ra__stack_base(big)[0] = 1;
    ra__stack_give(&stacks, big);
    ra__stack again = take(1 << 20);
    assert_ptr_equal(again.slab, big.slab);
    assert_int_equal(ra__stack_base(again)[0], 0); // its pages were given back
    ra__stack other = take(2 << 20);
    assert_true(other.slab != big.slab);
    ra__stack_give(&stacks, again);
    ra__stack_give(&stacks, other);
}

static void a_tiny_size_is_raised_to_the_minimum(void **state)
{
    (void)state;
    ra__stack small = take(1);
    assert_true(ra__stack_bytes(small) >= RA__STACK_BYTES_MIN);
    ra__stack_give(&stacks, small);
}

static void find_tells_stack_and_guard_apart(void **state)
{
    (void)state;
    ra__stack stack = take(0), found;
    bool in_guard = true;
    assert_true(ra__stacks_find(&stacks, ra__stack_base(stack), &found, &in_guard));
    assert_false(in_guard);
    assert_int_equal(found.index, stack.index);
    assert_true(ra__stacks_find(&stacks, ra__stack_base(stack) - 1, &found, &in_guard));
    assert_true(in_guard);
    assert_int_equal(found.index, stack.index);
    assert_false(ra__stacks_find(&stacks, &stacks, &found, &in_guard));
    ra__stack_give(&stacks, stack);
}

static void a_guarded_stack_counts_as_intact(void **state)
{
    (void)state;
    ra__stack stack = take(0);
    ra__stack_base(stack)[0] = 1;
    assert_true(ra__stack_intact(stack) == stack.slab->guarded);
    ra__stack_give(&stacks, stack);
}

static void without_a_guard_the_lowest_bytes_tell(void **state)
{
    (void)state;
    ra__stack stack = take(0);
    bool guarded = stack.slab->guarded;
    stack.slab->guarded = false;
    assert_true(ra__stack_intact(stack));
    ra__stack_base(stack)[8] = 1;
    assert_false(ra__stack_intact(stack));
    ra__stack_base(stack)[8] = 0;
    stack.slab->guarded = guarded;
    ra__stack_give(&stacks, stack);
}

static void idle_sweeps_give_back_what_was_not_needed(void **state)
{
    (void)state;
    enum { COUNT = RA__STACK_SLAB };
    static ra__stack taken[COUNT];
    for (unsigned i = 0; i < COUNT; i++) {
        taken[i] = take(0);
        ra__stack_top(taken[i])[-1] = 7;
    }
    for (unsigned i = 0; i < COUNT; i++)
        ra__stack_give(&stacks, taken[i]);
    int64_t now_ns = RA_SECONDS(1);
    size_t trimmed_before = 0;
    for (int sweep = 0; sweep < 10; sweep++, now_ns += RA__STACK_SWEEP_NS) {
        ra__stacks_idle(&stacks, now_ns);
        ra__stacks_idle(&stacks, now_ns); // not due: nothing
        assert_true(stacks.trimmed_len >= trimmed_before);
        trimmed_before = stacks.trimmed_len;
    }
    assert_int_equal(stacks.trimmed_len, COUNT);
    assert_int_equal(ra__stacks_next_ns(&stacks), INT64_MAX);
    ra__stack cold = take(0);
    assert_int_equal(ra__stack_top(cold)[-1], 0);
    ra__stack_give(&stacks, cold);
}

static void a_sweep_leaves_the_hot_part_of_what_is_in_use(void **state)
{
    (void)state;
    for (int round = 0; round < 3; round++) { // a stack taken between sweeps is not cold
        ra__stack stack = take(0);
        ra__stack_top(stack)[-1] = 7;
        ra__stack_base(stack)[0] = 7;
        ra__stack_give(&stacks, stack);
        ra__stacks_idle(&stacks, RA_SECONDS(1) + round * RA__STACK_SWEEP_NS);
        assert_int_equal(ra__stack_base(stack)[0], 0);
        assert_int_equal(ra__stack_top(stack)[-1], 7);
    }
}

#if !RA__ASAN && !RA__TSAN // they would report the faults in their own words
static int on_old_kernel(void **state)
{
    ra__stacks_on_old_kernel = true;
    return begin(state);
}

static int off_old_kernel(void **state)
{
    ra__stacks_on_old_kernel = false;
    return end(state);
}

static void touch_the_guard(ra__stack stack)
{
    ra__stack_base(stack)[-1] = 1;
}

static void expect_a_fault_in_the_guard(void)
{
    static last_words words;
    ra__stack stack = take(0);
    LAST_WORDS(touch_the_guard(stack), &words);
    assert_true(WIFSIGNALED(words.status) && WTERMSIG(words.status) == SIGSEGV);
    ra__stack_give(&stacks, stack);
}

static void a_guard_faults(void **state)
{
    (void)state;
    expect_a_fault_in_the_guard();
}

static void on_an_old_kernel_a_guard_is_a_map_of_its_own(void **state)
{
    (void)state;
    expect_a_fault_in_the_guard();
    assert_int_equal(atomic_load(&stacks.slabs)->map_guards, RA__STACK_SLAB);
}

static void on_an_old_kernel_guards_end_before_the_maps_do(void **state)
{
    (void)state;
    size_t count = ra__os_maps_max() / 4 + RA__STACK_SLAB;
    if (count > 1 << 18)
        return; // a machine that allows millions of maps
    ra__stack *taken = calloc(count, sizeof *taken);
    for (size_t i = 0; i < count; i++)
        taken[i] = take(0);
    assert_true(taken[0].slab->guarded);
    assert_false(taken[count - 1].slab->guarded);
    void *memory = ra__os_map(1 << 20); // maps are left for others
    assert_non_null(memory);
    ra__os_unmap(memory, 1 << 20);
    for (size_t i = 0; i < count; i++)
        ra__stack_give(&stacks, taken[i]);
    free(taken);
}
#endif

static bool refuse_all(void *arg, size_t bytes)
{
    (void)arg, (void)bytes;
    return false;
}

static void no_memory_for_the_books_is_an_answer(void **state)
{
    (void)state;
    ra__stack stack;
    ra__heap_set_hook(refuse_all, NULL);
    bool pooled = ra__stack_take(&stacks, 0, &stack);
    bool single = ra__stack_take(&stacks, 1 << 20, &stack);
    ra__heap_set_hook(NULL, NULL);
    assert_false(pooled);
    assert_false(single);
    ra__stack_give(&stacks, take(0));
}

static bool refuse_slabs(void *arg, size_t bytes)
{
    (void)arg;
    return bytes != sizeof(ra__slab);
}

static void asking_in_vain_does_not_make_the_books_grow(void **state)
{
    (void)state;
    ra__stack stack;
    ra__heap_set_hook(refuse_slabs, NULL);
    for (int i = 0; i < 100; i++)
        assert_false(ra__stack_take(&stacks, 0, &stack));
    ra__heap_set_hook(NULL, NULL);
    assert_true(stacks.free_cap <= RA__STACK_SLAB);
    ra__stack_give(&stacks, take(0));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_stack_is_usable_from_base_to_top),
        TEST(the_last_given_back_is_taken_first),
        TEST(stacks_do_not_overlap),
        TEST(the_first_frames_of_neighbours_have_different_colours),
        TEST(another_size_is_mapped_and_kept_for_the_next),
        TEST(a_tiny_size_is_raised_to_the_minimum),
        TEST(find_tells_stack_and_guard_apart),
        TEST(a_guarded_stack_counts_as_intact),
        TEST(without_a_guard_the_lowest_bytes_tell),
        TEST(idle_sweeps_give_back_what_was_not_needed),
        TEST(a_sweep_leaves_the_hot_part_of_what_is_in_use),
        TEST(no_memory_for_the_books_is_an_answer),
        TEST(asking_in_vain_does_not_make_the_books_grow),
#if !RA__ASAN && !RA__TSAN
        TEST(a_guard_faults),
        cmocka_unit_test_setup_teardown(on_an_old_kernel_a_guard_is_a_map_of_its_own, on_old_kernel,
                                        off_old_kernel),
        cmocka_unit_test_setup_teardown(on_an_old_kernel_guards_end_before_the_maps_do,
                                        on_old_kernel, off_old_kernel),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
