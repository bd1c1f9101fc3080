// SPDX-License-Identifier: MIT OR Apache-2.0
#include "fiber/world.h"
#include <pthread.h>

typedef RA_CHAN(int) int_chan;

// ---- messages

typedef struct {
    ra__msg msg;
    ra__shard *seen_on;
    int number, *order, *next;
} letter;

static void note_letter(ra__msg *msg)
{
    letter *l = (letter *)(void *)msg;
    l->seen_on = ra__shard_self();
    l->order[(*l->next)++] = l->number;
}

static void messages_run_on_their_shard_in_order(void **state)
{
    (void)state;
    sim s;
    int order[4], next = 0;
    letter letters[4];
    sim_begin(&s, 1, 2, 0);
    for (int i = 0; i < 4; i++) {
        letters[i] = (letter){.msg.fn = note_letter, .number = i, .order = order, .next = &next};
        ra__shard_post(ra__runtime_shard(s.runtime, 1), &letters[i].msg);
    }
    assert_true(ra__shard_runnable(ra__runtime_shard(s.runtime, 1)));
    assert_false(ra__shard_runnable(ra__runtime_shard(s.runtime, 0)));
    sim_run(&s);
    assert_int_equal(next, 4);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(order[i], i);
        assert_ptr_equal(letters[i].seen_on, ra__runtime_shard(s.runtime, 1));
    }
    sim_end(&s);
}

// ---- turns

static ra_status once(ra_ctx *ctx, void *arg)
{
    (void)ctx;
    *(int *)arg += 1;
    return RA_OK;
}

static void a_turn_runs_at_most_so_many_fibers(void **state)
{
    (void)state;
    sim s;
    int ran = 0;
    sim_begin(&s, 1, 1, 0);
    ra__shard *shard = ra__runtime_shard(s.runtime, 0);
    for (int i = 0; i < 10; i++)
        sim_spawn(&s, 0, once, &ran);
    assert_true(ra__shard_turn(shard, 3));
    assert_int_equal(ran, 3);
    assert_true(ra__shard_turn(shard, 0) == false);
    assert_true(ra__shard_turn(shard, 100));
    assert_int_equal(ran, 10);
    assert_false(ra__shard_turn(shard, 100));
    sim_end(&s);
}

static void what_is_known_of_a_shard(void **state)
{
    (void)state;
    sim s;
    int io, user;
    sim_begin(&s, 1, 2, 1);
    assert_int_equal(ra__runtime_shard_count(s.runtime), 2);
    ra__shard *shard = ra__runtime_shard(s.runtime, 2);
    assert_int_equal(ra__shard_index(shard), 2);
    assert_ptr_equal(ra__shard_runtime(shard), s.runtime);
    assert_non_null(ra__shard_blocks(shard));
    assert_int_equal(ra__shard_now_ns(shard), s.now_ns);
    assert_int_equal(ra__shard_next_timer_ns(shard), INT64_MAX);
    assert_null(ra__shard_self());
    ra__shard_set_io(shard, &io);
    ra__shard_set_user(shard, &user);
    assert_ptr_equal(ra__shard_io(shard), &io);
    assert_ptr_equal(ra__shard_user(shard), &user);
    assert_ptr_equal(ra__runtime_world(s.runtime), &s);
    assert_ptr_equal(ra__runtime_clock(s.runtime), &s.clock);
    sim_end(&s);
}

static ra_status yield_and_note(ra_ctx *ctx, void *arg)
{
    letter *l = arg;
    for (int i = 0; i < 3; i++) {
        l->order[(*l->next)++] = l->number;
        EXPECT_STATUS(ra_yield(ctx), RA_OK);
    }
    return RA_OK;
}

static void without_a_chooser_it_is_first_in_first_out(void **state)
{
    (void)state;
    sim s;
    int order[9], next = 0;
    letter letters[3];
    sim_begin(&s, 1, 1, 0);
    ra__runtime_set_chooser(s.runtime, NULL);
    for (int i = 0; i < 3; i++) {
        letters[i] = (letter){.number = i, .order = order, .next = &next};
        sim_spawn(&s, 0, yield_and_note, &letters[i]);
    }
    sim_run(&s);
    for (int i = 0; i < 9; i++)
        assert_int_equal(order[i], i % 3);
    sim_end(&s);
}

// ---- timers of a shard

typedef struct {
    ra__timer timer;
    int rings;
} alarm_clock;

static void ring(ra__timer *timer)
{
    ((alarm_clock *)(void *)timer)->rings++;
}

static void timers_fire_in_the_loop_of_their_shard(void **state)
{
    (void)state;
    sim s;
    alarm_clock clock = {.timer.fn = ring}, moved = {.timer.fn = ring}, never = {.timer.fn = ring};
    sim_begin(&s, 1, 1, 0);
    ra__shard *shard = ra__runtime_shard(s.runtime, 0);
    ra__timer_disarm(shard, &clock.timer); // not armed: nothing
    ra__timer_arm(shard, &clock.timer, s.now_ns + RA_MS(5));
    ra__timer_arm(shard, &moved.timer, s.now_ns + RA_MS(5));
    ra__timer_arm(shard, &moved.timer, s.now_ns + RA_SECONDS(5)); // moved
    ra__timer_arm(shard, &never.timer, INT64_MAX);
    assert_true(ra__timer_armed(&moved.timer));
    assert_false(ra__timer_armed(&never.timer));
    assert_int_equal(ra__shard_next_timer_ns(shard), s.now_ns + RA_MS(5));
    s.now_ns += RA_MS(5);
    assert_true(ra__shard_turn(shard, 1));
    assert_int_equal(clock.rings, 1);
    assert_int_equal(moved.rings, 0);
    ra__timer_disarm(shard, &moved.timer);
    sim_run(&s);
    assert_int_equal(moved.rings, 0);
    sim_end(&s);
}

// ---- the same seed, the same run

static ra_status tangle(ra_ctx *ctx, int_chan *chan)
{
    for (int i = 0; i < 5; i++) {
        size_t fired;
        int got;
        RA_TRY(ra_sleep(ctx, RA_MS(1 + ra_random(ctx) % 3)));
        RA_TRY(ra_select(ctx, &fired, RA_ON_SEND(*chan, i), RA_ON_RECV(*chan, &got),
                         RA_ON_TIMEOUT(RA_MS(2))));
    }
    return RA_OK;
}

static ra_status tangles(ra_ctx *ctx, void *arg)
{
    (void)arg;
    int_chan chan = RA_CHAN_NEW(ctx, int, 1);
    RA_GROUP(g, ctx);
    for (int i = 0; i < 12; i++)
        ra_group_go_any(&g, tangle, &chan);
    return ra_group_wait(ctx, &g);
}

static uint64_t trace_of(uint64_t seed)
{
    sim s;
    sim_begin(&s, seed, 3, 1);
    sim_spawn(&s, 0, tangles, NULL);
    sim_run(&s);
    uint64_t trace = s.trace ^ s.steps;
    sim_end(&s);
    return trace;
}

static void the_same_seed_gives_the_same_trace_another_seed_another(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed < 30; seed++) {
        char *shift = malloc(seed * 1000); // addresses differ, the run does not
        assert_true(trace_of(seed) == trace_of(seed));
        assert_true(trace_of(seed) != trace_of(seed + 1));
        free(shift);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_run_on_their_shard_in_order),
        cmocka_unit_test(a_turn_runs_at_most_so_many_fibers),
        cmocka_unit_test(what_is_known_of_a_shard),
        cmocka_unit_test(without_a_chooser_it_is_first_in_first_out),
        cmocka_unit_test(timers_fire_in_the_loop_of_their_shard),
        cmocka_unit_test(the_same_seed_gives_the_same_trace_another_seed_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
