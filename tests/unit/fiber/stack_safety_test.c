// SPDX-License-Identifier: MIT OR Apache-2.0
// What the compiler, the C library and the sanitizers believe of a stack must hold for a fiber's
// stack too: frames touch each page, may be left by longjmp, end without a trace, are searched for
// pointers, and belong to one thread.
#include "fiber/crash.h"
#include "fiber/death.h"
#include "fiber/private/shard.h"
#include <errno.h>
#include <pthread.h>

#define AGAIN "again" // with other options of the sanitizer

static void assert_silent(const last_words *words)
{
    if (words->status != 0 || words->len != 0)
        fail_msg("status %d: %s", words->status, words->text);
}

// ---- guards

#if !RA__ASAN && !RA__TSAN // their frames are their own, and they report by themselves
enum { LARGE_FRAME_BYTES = 600 << 10, NEIGHBOURS = 10 };

static ra_status wait_a_day(ra_ctx *ctx, void *arg)
{
    (void)arg;
    return ra_sleep(ctx, RA_SECONDS(86400));
}

// Far beyond the guard lie the stacks of others: only a compiler that touches each page of a frame
// (-fstack-clash-protection) meets the guard at all.
static __attribute__((noinline)) int touch_only_the_far_end(int depth)
{
    volatile char frame[LARGE_FRAME_BYTES];
    frame[depth] = 1;
    return frame[depth];
}

static ra_status take_a_large_frame(ra_ctx *ctx, void *arg)
{
    (void)arg;
    ra__fiber_set_label(ctx->fiber, "GET /large");
    return touch_only_the_far_end(ctx->fiber->id > 0) ? RA_OK : RA_ERR_INTERNAL;
}

static void overflow_among_neighbours(void)
{
    sim s;
    ra__os_crash_handlers(ra__fiber_crash_report);
    sim_begin(&s, 1, 1, 0);
    for (int i = 0; i < NEIGHBOURS; i++) // the lowest stacks of the slab
        sim_spawn(&s, 0, wait_a_day, NULL);
    ra__fiber *fiber = sim_spawn(&s, 0, take_a_large_frame, NULL);
    EXPECT(fiber->stack.index == NEIGHBOURS);
    EXPECT(ra__stack_base(fiber->stack) - fiber->stack.slab->map > LARGE_FRAME_BYTES);
    sim_run(&s);
}

static void a_large_frame_does_not_jump_over_the_guard(void **state)
{
    (void)state;
    EXPECT_DEATH(overflow_among_neighbours(), "stack overflow in fiber ");
}
#endif

// ---- longjmp

static jmp_buf back;

static __attribute__((noinline)) int dive(int depth)
{
    volatile char frame[256];
    frame[0] = (char)depth;
    if (depth == 50)
        longjmp(back, 1);
    return depth > 50 ? 0 : dive(depth + 1) + frame[0];
}

static ra_status jump_out_of_frames(ra_ctx *ctx, void *arg)
{
    (void)arg;
    for (volatile int i = 0; i < 3; i++) {
        EXPECT_STATUS(ra_yield(ctx), RA_OK);
        if (setjmp(back) == 0)
            EXPECT(dive(0) < 0); // does not return
        char again[4096];        // over the frames that were left
        memset(again, i, sizeof again);
        EXPECT(again[4095] == i);
    }
    return RA_OK;
}

static void frames_of_a_fiber_may_be_left_by_longjmp(void **state)
{
    (void)state;
    static last_words words;
    LAST_WORDS(sim_once(1, 1, 0, jump_out_of_frames, NULL), &words);
    assert_silent(&words); // AddressSanitizer warns of stacks that it does not know
}

// ---- reuse, leaks

#if RA__ASAN
static void a_stack_that_is_used_again_carries_no_poison(void **state)
{
    (void)state;
    ra__stacks stacks;
    ra__stack first, again;
    ra__stacks_init(&stacks, 0);
    const size_t sizes[] = {0, 1 << 20};
    for (size_t i = 0; i < 2; i++) {
        assert_true(ra__stack_take(&stacks, sizes[i], &first));
        ASAN_POISON_MEMORY_REGION(ra__stack_base(first), ra__stack_bytes(first));
        ra__stack_give(&stacks, first);
        assert_true(ra__stack_take(&stacks, sizes[i], &again));
        assert_ptr_equal(ra__stack_base(again), ra__stack_base(first));
        assert_null(__asan_region_is_poisoned(ra__stack_base(again), ra__stack_bytes(again)));
        ra__stack_give(&stacks, again);
    }
    ra__stacks_deinit(&stacks);
}

// Not instrumented: its variables lie on the stack even where ASan keeps frames elsewhere.
static __attribute__((no_sanitize("address"))) ra_status own_memory(ra_ctx *ctx, void *arg)
{
    (void)arg;
    char *volatile own = malloc(100);
    EXPECT_STATUS(ra_sleep(ctx, RA_MS(1)), RA_OK);
    free(own);
    return RA_OK;
}

static void what_only_a_parked_fiber_points_to_is_no_leak(void **state)
{
    (void)state;
    sim s;
    sim_begin(&s, 1, 1, 0);
    for (int i = 0; i < 20; i++)
        sim_spawn(&s, 0, own_memory, NULL);
    while (ra__shard_runnable(ra__runtime_shard(s.runtime, 0)))
        sim_step(&s);
    int leaks = __lsan_do_recoverable_leak_check();
    sim_run(&s);
    sim_end(&s);
    assert_int_equal(leaks, 0);
}

// With detect_stack_use_after_return each fiber has a fake stack too, which ends with it: ASan must
// be told which switch is the last one. An option of the whole process: so once more from the start.
static void fake_stacks_come_and_go_with_their_fibers(void **state)
{
    (void)state;
    int status = -1;
    pid_t child = fork();
    if (child == 0) {
        setenv("ASAN_OPTIONS", "detect_stack_use_after_return=1:use_sigaltstack=0", 1);
        execl("/proc/self/exe", "stack_safety_test", AGAIN, NULL);
        _exit(1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}
#endif

// ---- threads

static ra_status keep_errno(ra_ctx *ctx, int *number)
{
    int *volatile own = &errno; // as compilers keep it across calls
    pthread_t thread = pthread_self();
    for (int i = 0; i < 50; i++) {
        EXPECT_STATUS(i % 10 ? ra_yield(ctx) : ra_sleep(ctx, 1), RA_OK);
        EXPECT(pthread_equal(thread, pthread_self()));
        EXPECT(own == &errno);
    }
    *number = 1;
    return RA_OK;
}

static ra_status spread(ra_ctx *ctx, void *arg)
{
    enum { COUNT = 100 };
    static int ran[COUNT];
    (void)arg;
    RA_GROUP(g, ctx);
    for (int i = 0; i < COUNT; i++)
        ra_group_go_any(&g, keep_errno, &ran[i]);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_OK);
    for (int i = 0; i < COUNT; i++)
        EXPECT(ran[i]);
    return RA_OK;
}

static void a_fiber_that_has_begun_stays_on_its_thread(void **state)
{
    (void)state;
    real_once(3, 0, spread, NULL);
}

static int run_again(void)
{
    sim_once(1, 1, 0, jump_out_of_frames, NULL);
    real_once(3, 0, spread, NULL);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], AGAIN) == 0)
        return run_again();
    const struct CMUnitTest tests[] = {
#if !RA__ASAN && !RA__TSAN
        cmocka_unit_test(a_large_frame_does_not_jump_over_the_guard),
#endif
        cmocka_unit_test(frames_of_a_fiber_may_be_left_by_longjmp),
#if RA__ASAN
        cmocka_unit_test(a_stack_that_is_used_again_carries_no_poison),
        cmocka_unit_test(what_only_a_parked_fiber_points_to_is_no_leak),
        cmocka_unit_test(fake_stacks_come_and_go_with_their_fibers),
#endif
        cmocka_unit_test(a_fiber_that_has_begun_stays_on_its_thread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
