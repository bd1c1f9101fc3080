// SPDX-License-Identifier: MIT OR Apache-2.0
#include "fiber/world.h"
#include <semaphore.h>

typedef struct {
    ra_ctx *ctx;
    int number, square;
    bool on_shard;
    ra_status result, ended, suspending;
    ra_str text;
    sem_t *gate; // wait until it opens
    _Atomic int *begun;
} work;

static ra_status square(work *w)
{
    w->on_shard = ra__shard_self() != NULL;
    w->square = w->number * w->number;
    return w->result;
}

static ra_status use_pool(ra_ctx *ctx, void *arg)
{
    work *w = arg;
    w->ended = ra_offload(ctx, square, w);
    EXPECT(w->square == (w->ended == RA_OK ? w->number * w->number : w->square));
    return RA_OK;
}

static void the_result_of_the_function_is_returned(void **state)
{
    (void)state;
    work ok = {.number = 7}, bad = {.number = 3, .result = RA_ERR_NOT_FOUND};
    real_once(1, 0, use_pool, &ok);
    assert_int_equal(ok.ended, RA_OK);
    assert_false(ok.on_shard);
    real_once(1, 0, use_pool, &bad);
    assert_int_equal(bad.ended, RA_ERR_NOT_FOUND);
    work simulated = {.number = 9};
    sim_once(1, 1, 0, use_pool, &simulated);
    assert_int_equal(simulated.square, 81);
}

// ---- a lent ctx

static ra_status use_ctx(void *arg)
{
    work *w = arg;
    w->text = ra_format(w->ctx, "%d", w->number);
    w->suspending = ra_sleep(w->ctx, RA_MS(1));
    EXPECT_STATUS(ra_ctx_status(w->ctx), RA_OK);
    EXPECT(ra_now(w->ctx).unix_ns > 0 && ra_monotonic_ns(w->ctx) > 0);
    EXPECT(ra_random(w->ctx) != ra_random(w->ctx));
    RA_SCOPED(ra_deadline, ignored, ra_deadline_in(w->ctx, 0)); // its shard keeps the time
    RA_SCOPED(ra_shield, ignored_too, ra_shield_for(w->ctx, 0));
    EXPECT_STATUS(ra_ctx_status(w->ctx), RA_OK);
    return ra_fail(w->ctx, RA_ERR_CONFLICT, "from the pool");
}

static ra_status lend(ra_ctx *ctx, void *arg)
{
    work *w = arg;
    w->ctx = ctx;
    ra_str before = ra_format(ctx, "before");
    EXPECT_STATUS(ra__offload(ctx, use_ctx, w, true), RA_ERR_CONFLICT);
    EXPECT(w->suspending == RA_ERR_STATE);
    EXPECT(ra_str_equal(w->text, RA_STR("12")));
    EXPECT(ra_str_equal(before, RA_STR("before")));
    EXPECT(ra_str_equal(ra_ctx_message(ctx), RA_STR("from the pool")));
    EXPECT(ctx->mode == RA__CTX_FIBER);
    EXPECT_STATUS(ra_sleep(ctx, RA_MS(1)), RA_OK);
    return RA_OK;
}

static void a_lent_ctx_works_except_for_suspending(void **state)
{
    (void)state;
    work w = {.number = 12};
    real_once(1, 0, lend, &w);
    sim_once(1, 1, 0, lend, &w);
}

// ---- limits

static ra_status wait_for_gate(work *w)
{
    atomic_fetch_add(w->begun, 1);
    return sem_wait(w->gate) == 0 ? RA_OK : RA_ERR_INTERNAL;
}

static ra_status through_gate(ra_ctx *ctx, work *w)
{
    w->ended = ra_offload(ctx, wait_for_gate, w);
    return w->ended;
}

typedef struct {
    sem_t gate;
    _Atomic int begun;
    work works[7];
} crowd;

static void open_gate(crowd *c)
{
    for (int i = 0; i < 7; i++)
        sem_post(&c->gate);
}

static void wait_until_begun(ra_ctx *ctx, crowd *c, int count)
{
    while (atomic_load(&c->begun) < count)
        EXPECT_STATUS(ra_yield(ctx), RA_OK);
}

// Two threads, a queue of two, two more who wait for the queue: the seventh is too many.
static ra_status fill_pool(ra_ctx *ctx, void *arg)
{
    crowd *c = arg;
    RA_GROUP(g, ctx, .keep_going = true);
    for (int i = 0; i < 7; i++) {
        c->works[i] = (work){.gate = &c->gate, .begun = &c->begun, .ended = RA_ERR_INTERNAL};
        if (i == 2)
            wait_until_begun(ctx, c, 2);
        ra_group_go(&g, through_gate, &c->works[i]);
    }
    while (c->works[6].ended == RA_ERR_INTERNAL)
        EXPECT_STATUS(ra_yield(ctx), RA_OK);
    EXPECT(c->works[6].ended == RA_ERR_UNAVAILABLE);
    EXPECT(atomic_load(&c->begun) == 2);
    open_gate(c);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_ERR_UNAVAILABLE);
    for (int i = 0; i < 6; i++)
        EXPECT(c->works[i].ended == RA_OK);
    return RA_OK;
}

static ra__runtime *small_pool(void)
{
    ra__runtime *runtime;
    ra__runtime_opts opts = {
        .shards = 1, .backend = &real_backend, .offload_threads = 2, .offload_queue_max = 2};
    assert_int_equal(ra__runtime_new(&runtime, &opts), RA_OK);
    assert_int_equal(ra__runtime_start(runtime), RA_OK);
    return runtime;
}

static void past_threads_queue_and_waiting_room_it_is_unavailable(void **state)
{
    (void)state;
    crowd c = {.begun = 0};
    ra__runtime *runtime = small_pool();
    sem_init(&c.gate, 0, 0);
    real_start start;
    real_spawn(runtime, 0, &start, fill_pool, &c);
    real_end(runtime);
}

static ra_status cancel_queued(ra_ctx *ctx, void *arg)
{
    crowd *c = arg;
    RA_GROUP(running, ctx);
    for (int i = 0; i < 2; i++) {
        c->works[i] = (work){.gate = &c->gate, .begun = &c->begun};
        ra_group_go(&running, through_gate, &c->works[i]);
    }
    wait_until_begun(ctx, c, 2);
    c->works[2] = c->works[0];
    {
        RA_GROUP(queued, ctx);
        ra_group_go(&queued, through_gate, &c->works[2]);
        EXPECT_STATUS(ra_yield(ctx), RA_OK);
    }
    EXPECT(c->works[2].ended == RA_ERR_CANCELED); // withdrawn, although the pool is stuck
    EXPECT(atomic_load(&c->begun) == 2);
    ra_group_cancel(&running); // too late for these
    EXPECT_STATUS(ra_yield(ctx), RA_OK);
    open_gate(c);
    EXPECT_STATUS(ra_group_wait(ctx, &running), RA_OK);
    EXPECT(c->works[0].ended == RA_OK);
    return RA_OK;
}

static void a_cancel_withdraws_what_has_not_begun(void **state)
{
    (void)state;
    crowd c = {.begun = 0};
    ra__runtime *runtime = small_pool();
    sem_init(&c.gate, 0, 0);
    real_start start;
    real_spawn(runtime, 0, &start, cancel_queued, &c);
    real_end(runtime);
}

static ra_status square_work(ra_ctx *ctx, work *w)
{
    return use_pool(ctx, w);
}

// The child runs up to its offload, and its event is still to come.
static ra_status cancel_simulated(ra_ctx *ctx, void *arg)
{
    work *w = arg;
    RA_GROUP(g, ctx);
    ra_group_go(&g, square_work, w);
    EXPECT_STATUS(ra_yield(ctx), RA_OK);
    return RA_OK;
}

static ra_status fill_simulated(ra_ctx *ctx, void *arg)
{
    work works[5];
    (void)arg;
    RA_GROUP(g, ctx, .keep_going = true);
    for (int i = 0; i < 5; i++) {
        works[i] = (work){.number = 0, .ended = RA_ERR_INTERNAL};
        ra_group_go(&g, square_work, &works[i]);
    }
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_OK);
    int refused = 0;
    for (int i = 0; i < 5; i++) {
        EXPECT(works[i].ended == RA_OK || works[i].ended == RA_ERR_UNAVAILABLE);
        refused += works[i].ended == RA_ERR_UNAVAILABLE;
    }
    *(int *)arg = refused;
    return RA_OK;
}

static void the_simulation_has_the_same_limits(void **state)
{
    (void)state;
    sim s;
    int refused = 0;
    ra__runtime_opts opts = sim_opts(&s, 1, 1, 0);
    opts.offload_queue_max = 1; // and one who waits for it
    sim_begin_with(&s, &opts);
    ra__runtime_set_chooser(s.runtime, NULL);
    ra__shard *shard = ra__runtime_shard(s.runtime, 0);
    sim_spawn(&s, 0, fill_simulated, &refused);
    ra__shard_turn(shard, 6); // all five ask in one turn
    sim_run(&s);
    sim_end(&s);
    assert_int_equal(refused, 3);
}

static void in_the_simulation_work_is_an_event(void **state)
{
    (void)state;
    work w = {.number = 4};
    sim s;
    sim_begin(&s, 1, 2, 0);
    sim_spawn(&s, 1, use_pool, &w);
    sim_run(&s);
    sim_end(&s);
    assert_true(w.on_shard);
    assert_int_equal(w.square, 16);
    work canceled = {.number = 5, .square = 0};
    sim_begin(&s, 2, 1, 0);
    ra__runtime_set_chooser(s.runtime, NULL);
    sim_spawn(&s, 0, cancel_simulated, &canceled);
    ra__shard_turn(ra__runtime_shard(s.runtime, 0), 3);
    sim_run(&s);
    sim_end(&s);
    assert_int_equal(canceled.ended, RA_ERR_CANCELED);
}

static ra_status use_pool_typed(ra_ctx *ctx, work *w)
{
    return use_pool(ctx, w);
}

static ra_status many_waves(ra_ctx *ctx, void *arg)
{
    (void)arg;
    for (int wave = 0; wave < 4; wave++) {
        work works[64] = {0};
        RA_GROUP(g, ctx);
        for (int i = 0; i < 64; i++) {
            works[i].number = i;
            ra_group_go_any(&g, use_pool_typed, &works[i]);
        }
        EXPECT_STATUS(ra_group_wait(ctx, &g), RA_OK);
    }
    return RA_OK;
}

static void fibers_of_two_shards_share_the_pool(void **state)
{
    (void)state;
    real_once(2, 0, many_waves, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_result_of_the_function_is_returned),
        cmocka_unit_test(a_lent_ctx_works_except_for_suspending),
        cmocka_unit_test(past_threads_queue_and_waiting_room_it_is_unavailable),
        cmocka_unit_test(a_cancel_withdraws_what_has_not_begun),
        cmocka_unit_test(in_the_simulation_work_is_an_event),
        cmocka_unit_test(the_simulation_has_the_same_limits),
        cmocka_unit_test(fibers_of_two_shards_share_the_pool),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
