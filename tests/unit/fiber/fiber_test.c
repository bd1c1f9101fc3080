// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/heap.h"
#include "fiber/death.h"
#include "fiber/private/shard.h"
#include "fiber/world.h"

typedef struct {
    int ran, ended;
    ra_status status;
    size_t depth_bytes;
} probe;

static ra_status fail_at_once(ra_ctx *ctx, void *arg)
{
    probe *p = arg;
    p->ran++;
    EXPECT(ra__shard_self() == ctx->shard);
    return RA_ERR_CONFLICT;
}

static void note_end(ra_ctx *ctx, void *arg, ra_status status)
{
    probe *p = arg;
    p->ended++;
    p->status = status;
    assert_null(ctx->shard->current); // in the loop
    assert_non_null(ra_alloc(ctx, 10));
}

static void a_fiber_runs_later_and_its_end_is_told_in_the_loop(void **state)
{
    (void)state;
    sim s;
    probe p = {0};
    int app;
    sim_begin(&s, 1, 1, 0);
    ra__shard *shard = ra__runtime_shard(s.runtime, 0);
    ra_ctx parent;
    ra__ctx_init(&parent, shard, NULL, NULL);
    parent.slots[RA__SLOT_APP] = &app;
    parent.arena_bytes_max = 777;
    parent.deadline_ns = 1;
    ra__spawn_opts opts = {.name = "x", .inherit = &parent, .ended = note_end};
    ra__fiber *fiber = ra__spawn(shard, fail_at_once, &p, &opts);
    assert_int_equal(p.ran, 0);
    assert_int_equal(ra__shard_fiber_count(shard), 1);
    assert_ptr_equal(fiber->ctx.slots[RA__SLOT_APP], &app);
    assert_int_equal(fiber->ctx.arena_bytes_max, 777);
    assert_int_equal(fiber->ctx.deadline_ns, INT64_MAX);
    sim_run(&s);
    assert_int_equal(p.ran, 1);
    assert_int_equal(p.ended, 1);
    assert_int_equal(p.status, RA_ERR_CONFLICT);
    assert_int_equal(ra__shard_fiber_count(shard), 0);
    ra__ctx_deinit(&parent);
    sim_end(&s);
}

static bool refuse_all(void *arg, size_t bytes)
{
    (void)arg, (void)bytes;
    return false;
}

static void without_memory_for_a_stack_spawn_is_null(void **state)
{
    (void)state;
    sim s;
    sim_begin(&s, 1, 1, 0);
    ra__spawn_opts opts = {.name = "x"};
    ra__heap_set_hook(refuse_all, NULL);
    ra__fiber *fiber = ra__spawn(ra__runtime_shard(s.runtime, 0), fail_at_once, NULL, &opts);
    ra__heap_set_hook(NULL, NULL);
    assert_null(fiber);
    sim_end(&s);
}

static __attribute__((noinline)) size_t use_stack(size_t bytes)
{
    volatile char frame[1024];
    frame[0] = (char)bytes;
    return bytes <= sizeof frame ? (size_t)frame[0] & 1
                                 : use_stack(bytes - sizeof frame) + (frame[0] != 0);
}

static ra_status go_deep(ra_ctx *ctx, void *arg)
{
    probe *p = arg;
    p->ran += (int)(use_stack(p->depth_bytes) & 1);
    EXPECT_STATUS(ra_yield(ctx), RA_OK);
    return RA_OK;
}

static void a_stack_of_its_own_size_holds_deep_frames(void **state)
{
    (void)state;
    sim s;
    probe p = {.depth_bytes = 900 << 10}, usual = {.depth_bytes = 60 << 10};
    sim_begin(&s, 1, 1, 0);
    for (int i = 0; i < 3; i++) { // the second finds the first one's stack again
        ra__spawn_opts opts = {.name = "deep", .stack_bytes = 2 << 20};
        assert_non_null(ra__spawn(ra__runtime_shard(s.runtime, 0), go_deep, &p, &opts));
        sim_spawn(&s, 0, go_deep, &usual);
        sim_run(&s);
    }
    sim_end(&s);
}

// Floating point and every callee-saved register survive: the compiler keeps them across the calls.
static ra_status keep_registers(ra_ctx *ctx, void *arg)
{
    double sum = 0.5;
    int64_t a = 1, b = 2, c = 3, d = 4, e = 5;
    for (int i = 0; i < 100; i++) {
        EXPECT_STATUS(ra_yield(ctx), RA_OK);
        sum += 0.25, a += b, b += c, c += d, d += e, e += 1;
    }
    EXPECT(sum == 25.5);
    EXPECT(e == 105);
    *(int64_t *)arg = a;
    return RA_OK;
}

static void registers_survive_switches(void **state)
{
    (void)state;
    sim s;
    int64_t results[3];
    sim_begin(&s, 1, 1, 0);
    for (int i = 0; i < 3; i++)
        sim_spawn(&s, 0, keep_registers, &results[i]);
    sim_run(&s);
    sim_end(&s);
    assert_int_equal(results[0], results[1]);
    assert_int_equal(results[0], results[2]);
}

static ra_status check_alignment(ra_ctx *ctx, void *arg)
{
    _Alignas(16) volatile char aligned[16] = {0};
    (void)ctx, (void)arg;
    EXPECT((uintptr_t)aligned % 16 == 0);
    EXPECT((uintptr_t)__builtin_frame_address(0) % 16 == 0);
    return RA_OK;
}

static void frames_are_aligned(void **state)
{
    (void)state;
    sim_once(1, 1, 0, check_alignment, NULL);
}

static ra_status leave_a_group(ra_ctx *ctx, void *arg)
{
    ra_group *g = arg;
    int unused = 0;
    *g = ra_group_init(ctx, NULL);
    ra_group_go_(g, (ra_any_fn)check_alignment, &unused, false, "x", __FILE__, __LINE__);
    return RA_OK;
}

static void returning_with_children_is_a_bug_that_is_told(void **state)
{
    (void)state;
    ra_group g;
    EXPECT_DEATH(sim_once(1, 1, 0, leave_a_group, &g), "still had children");
}

#if !RA__ASAN && !RA__TSAN
static ra_status overflow_unguarded(ra_ctx *ctx, void *arg)
{
    (void)arg;
    ra__stack stack = ctx->fiber->stack;
    stack.slab->guarded = false;
    ra__stack_base(stack)[16] = 1;
    return ra_yield(ctx);
}

static void an_overflow_without_guard_is_seen_at_the_next_switch(void **state)
{
    (void)state;
    EXPECT_DEATH(sim_once(1, 1, 0, overflow_unguarded, NULL), "stack overflow in fiber");
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fiber_runs_later_and_its_end_is_told_in_the_loop),
        cmocka_unit_test(without_memory_for_a_stack_spawn_is_null),
        cmocka_unit_test(a_stack_of_its_own_size_holds_deep_frames),
        cmocka_unit_test(registers_survive_switches),
        cmocka_unit_test(frames_are_aligned),
        cmocka_unit_test(returning_with_children_is_a_bug_that_is_told),
#if !RA__ASAN && !RA__TSAN
        cmocka_unit_test(an_overflow_without_guard_is_seen_at_the_next_switch),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
