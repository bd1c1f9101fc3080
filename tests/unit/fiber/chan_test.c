// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/heap.h"
#include "fiber/world.h"
#include <pthread.h>

typedef RA_CHAN(int) int_chan;

typedef struct {
    int_chan chan;
    int first, count;
    int sum;
    ra_status ended;
} job;

static ra_status send_all(ra_ctx *ctx, job *j)
{
    for (int i = 0; i < j->count; i++) {
        j->ended = ra_chan_send(ctx, j->chan, j->first + i);
        RA_TRY(j->ended);
        j->sum += j->first + i;
    }
    return RA_OK;
}

static ra_status recv_all(ra_ctx *ctx, job *j)
{
    for (int i = 0, got; i < j->count; i++) {
        j->ended = ra_chan_recv(ctx, j->chan, &got);
        RA_TRY(j->ended);
        j->sum += got;
    }
    return RA_OK;
}

static ra_status drain(ra_ctx *ctx, job *j)
{
    int got;
    while (ra_chan_next(ctx, j->chan, &got)) {
        j->sum += got;
        j->count++;
    }
    return ra_ctx_status(ctx);
}

// ---- order and capacity

static ra_status items_in_order(ra_ctx *ctx, void *arg)
{
    size_t capacity = *(size_t *)arg;
    int_chan chan = RA_CHAN_NEW(ctx, int, capacity);
    job sender = {.chan = chan, .first = 100, .count = 50};
    RA_GROUP(g, ctx);
    ra_group_go(&g, send_all, &sender);
    for (int i = 0, got = -1; i < 50; i++) {
        EXPECT_STATUS(ra_chan_recv(ctx, chan, &got), RA_OK);
        EXPECT(got == 100 + i);
    }
    return ra_group_wait(ctx, &g);
}

static void one_senders_items_arrive_in_order(void **state)
{
    (void)state;
    for (size_t capacity = 0; capacity < 5; capacity++)
        for (uint64_t seed = 0; seed < 10; seed++)
            sim_once(seed, 1, 0, items_in_order, &capacity);
}

static ra_status fill(ra_ctx *ctx, void *arg)
{
    (void)arg;
    int_chan chan = RA_CHAN_NEW(ctx, int, 3);
    for (int i = 0; i < 3; i++)
        EXPECT_STATUS(ra_chan_send(ctx, chan, i), RA_OK);
    RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, RA_MS(5)));
    EXPECT_STATUS(ra_chan_send(ctx, chan, 3), RA_ERR_TIMEOUT);
    return RA_OK;
}

static void a_full_channel_makes_the_sender_wait(void **state)
{
    (void)state;
    sim_once(1, 1, 0, fill, NULL);
}

static ra_status meet(ra_ctx *ctx, void *arg)
{
    (void)arg;
    int_chan chan = RA_CHAN_NEW(ctx, int, 0);
    RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, RA_MS(5)));
    EXPECT_STATUS(ra_chan_send(ctx, chan, 1), RA_ERR_TIMEOUT);
    return RA_OK;
}

static void without_a_buffer_sender_and_receiver_meet(void **state)
{
    (void)state;
    sim_once(1, 1, 0, meet, NULL);
}

static ra_status first_come(ra_ctx *ctx, void *arg)
{
    (void)arg;
    int_chan chan = RA_CHAN_NEW(ctx, int, 0);
    job receivers[5];
    RA_GROUP(g, ctx);
    for (int i = 0; i < 5; i++) {
        receivers[i] = (job){.chan = chan, .count = 1};
        ra_group_go(&g, recv_all, &receivers[i]);
        EXPECT_STATUS(ra_sleep(ctx, RA_MS(1)), RA_OK); // waits by now
    }
    for (int i = 0; i < 5; i++)
        EXPECT_STATUS(ra_chan_send(ctx, chan, i), RA_OK);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_OK);
    for (int i = 0; i < 5; i++)
        EXPECT(receivers[i].sum == i);
    return RA_OK;
}

static void waiters_are_served_first_come_first_served(void **state)
{
    (void)state;
    sim_once(3, 1, 0, first_come, NULL);
}

// ---- close

static ra_status close_and_drain(ra_ctx *ctx, void *arg)
{
    (void)arg;
    int got = 0;
    int_chan chan = RA_CHAN_NEW(ctx, int, 4);
    EXPECT_STATUS(ra_chan_send(ctx, chan, 1), RA_OK);
    EXPECT_STATUS(ra_chan_send(ctx, chan, 2), RA_OK);
    ra_chan_close(chan);
    ra_chan_close(chan); // nothing more
    EXPECT_STATUS(ra_chan_send(ctx, chan, 3), RA_ERR_CLOSED);
    EXPECT_STATUS(ra_chan_recv(ctx, chan, &got), RA_OK);
    EXPECT(got == 1);
    EXPECT_STATUS(ra_chan_recv(ctx, chan, &got), RA_OK);
    EXPECT(got == 2);
    EXPECT_STATUS(ra_chan_recv(ctx, chan, &got), RA_ERR_CLOSED);
    EXPECT(got == 2);
    return RA_OK;
}

static void recv_after_close_drains_then_returns_closed(void **state)
{
    (void)state;
    sim_once(1, 1, 0, close_and_drain, NULL);
}

static ra_status close_wakes(ra_ctx *ctx, void *arg)
{
    (void)arg;
    int_chan empty = RA_CHAN_NEW(ctx, int, 0), full = RA_CHAN_NEW(ctx, int, 1);
    EXPECT_STATUS(ra_chan_send(ctx, full, 1), RA_OK);
    job waiting[6];
    RA_GROUP(g, ctx, .keep_going = true);
    for (int i = 0; i < 6; i++) {
        waiting[i] = (job){.chan = i < 3 ? empty : full, .count = 1};
        if (i < 3)
            ra_group_go_any(&g, recv_all, &waiting[i]);
        else
            ra_group_go_any(&g, send_all, &waiting[i]);
    }
    EXPECT_STATUS(ra_sleep(ctx, RA_MS(5)), RA_OK);
    ra_chan_close(empty);
    ra_chan_close(full);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_ERR_CLOSED);
    for (int i = 0; i < 6; i++) {
        EXPECT(waiting[i].ended == RA_ERR_CLOSED);
        EXPECT(waiting[i].sum == 0);
    }
    return RA_OK;
}

static void close_wakes_all_who_wait(void **state)
{
    (void)state;
    sim_once(1, 1, 0, close_wakes, NULL);
    sim_once(2, 3, 0, close_wakes, NULL);
    real_once(2, 0, close_wakes, NULL);
}

static ra_status next_until_closed(ra_ctx *ctx, void *arg)
{
    (void)arg;
    int_chan chan = RA_CHAN_NEW(ctx, int, 2);
    job reader = {.chan = chan};
    RA_GROUP(g, ctx);
    ra_group_go(&g, drain, &reader);
    for (int i = 1; i <= 10; i++)
        EXPECT_STATUS(ra_chan_send(ctx, chan, i), RA_OK);
    ra_chan_close(chan);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_OK); // closed is the good end
    EXPECT(reader.count == 10 && reader.sum == 55);
    return RA_OK;
}

static void next_ends_at_close(void **state)
{
    (void)state;
    sim_once(1, 1, 0, next_until_closed, NULL);
}

// ---- cancellation

static ra_status cancel_both_sides(ra_ctx *ctx, void *arg)
{
    (void)arg;
    int_chan empty = RA_CHAN_NEW(ctx, int, 0), full = RA_CHAN_NEW(ctx, int, 1);
    EXPECT_STATUS(ra_chan_send(ctx, full, 1), RA_OK);
    job receiver = {.chan = empty, .count = 1}, sender = {.chan = full, .count = 1};
    {
        RA_GROUP(g, ctx);
        ra_group_go(&g, recv_all, &receiver);
        ra_group_go(&g, send_all, &sender);
        EXPECT_STATUS(ra_sleep(ctx, RA_MS(1)), RA_OK);
    }
    EXPECT(receiver.ended == RA_ERR_CANCELED && sender.ended == RA_ERR_CANCELED);
    int got = 0;
    EXPECT_STATUS(ra_chan_recv(ctx, full, &got), RA_OK);
    EXPECT(got == 1);
    RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, RA_MS(1)));
    EXPECT_STATUS(ra_chan_recv(ctx, full, &got), RA_ERR_TIMEOUT); // the canceled send sent nothing
    return RA_OK;
}

static void a_canceled_wait_moves_nothing(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 10; seed++)
        sim_once(seed, 1, 0, cancel_both_sides, NULL);
}

static ra_status already_canceled(ra_ctx *ctx, void *arg)
{
    (void)arg;
    int got;
    int_chan chan = RA_CHAN_NEW(ctx, int, 1);
    EXPECT_STATUS(ra_chan_send(ctx, chan, 1), RA_OK);
    ra__fiber_cancel(ctx->fiber, RA_ERR_CANCELED);
    EXPECT_STATUS(ra_chan_recv(ctx, chan, &got), RA_ERR_CANCELED); // even though an item is there
    EXPECT_STATUS(ra_chan_send(ctx, chan, 2), RA_ERR_CANCELED);
    EXPECT(!ra_chan_next(ctx, chan, &got));
    EXPECT_STATUS(ra_ctx_status(ctx), RA_ERR_CANCELED);
    return RA_OK;
}

static void a_canceled_ctx_neither_sends_nor_receives(void **state)
{
    (void)state;
    sim_once(1, 1, 0, already_canceled, NULL);
}

static ra_status ten_thousand(ra_ctx *ctx, void *arg)
{
    (void)arg;
    int count = scaled(10000);
    int_chan chan = RA_CHAN_NEW(ctx, int, 0);
    job *waiting = ra_array(ctx, job, (size_t)count);
    RA_GROUP(g, ctx, .keep_going = true);
    for (int i = 0; i < count; i++) {
        waiting[i] = (job){.chan = chan, .count = 1};
        ra_group_go(&g, recv_all, &waiting[i]);
    }
    EXPECT_STATUS(ra_sleep(ctx, RA_MS(1)), RA_OK);
    ra_group_cancel(&g);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_ERR_CANCELED);
    for (int i = 0; i < count; i++)
        EXPECT(waiting[i].ended == RA_ERR_CANCELED);
    return RA_OK;
}

static void ten_thousand_waiters_are_canceled(void **state)
{
    (void)state;
    sim_once(1, 1, 0, ten_thousand, NULL);
    real_once(1, 0, ten_thousand, NULL);
}

// ---- between shards

typedef struct {
    size_t capacity;
    int senders, receivers, items;
} crowd;

static ra_status crowd_meets(ra_ctx *ctx, void *arg)
{
    crowd *c = arg;
    int_chan chan = RA_CHAN_NEW(ctx, int, c->capacity);
    job senders[8], receivers[8];
    RA_GROUP(readers, ctx);
    for (int i = 0; i < c->receivers; i++) {
        receivers[i] = (job){.chan = chan};
        ra_group_go_any(&readers, drain, &receivers[i]);
    }
    RA_GROUP(writers, ctx);
    for (int i = 0; i < c->senders; i++) {
        senders[i] = (job){.chan = chan, .first = i * 1000, .count = c->items};
        ra_group_go_any(&writers, send_all, &senders[i]);
    }
    EXPECT_STATUS(ra_group_wait(ctx, &writers), RA_OK);
    ra_chan_close(chan);
    EXPECT_STATUS(ra_group_wait(ctx, &readers), RA_OK);
    int sent = 0, got = 0, count = 0;
    for (int i = 0; i < c->senders; i++)
        sent += senders[i].sum;
    for (int i = 0; i < c->receivers; i++) {
        got += receivers[i].sum;
        count += receivers[i].count;
    }
    EXPECT(count == c->senders * c->items);
    EXPECT(sent == got);
    return RA_OK;
}

static void every_item_arrives_once_across_shards(void **state)
{
    (void)state;
    static const crowd crowds[] = {{0, 4, 4, 30}, {1, 8, 1, 20}, {16, 1, 8, 50}, {3, 5, 3, 25}};
    for (unsigned i = 0; i < sizeof crowds / sizeof *crowds; i++) {
        for (uint64_t seed = 0; seed < 10; seed++) {
            crowd c = crowds[i];
            sim_once(seed, 3, 0, crowd_meets, &c);
        }
        crowd many = crowds[i];
        many.items = scaled(many.items * 20);
        real_once(2, 0, crowd_meets, &many);
    }
}

static ra_status contended_cancels(ra_ctx *ctx, void *arg)
{
    (void)arg;
    for (int round = 0, rounds = scaled(200); round < rounds; round++) {
        int_chan chan = RA_CHAN_NEW(ctx, int, 0);
        job sender = {.chan = chan, .first = 1, .count = 1}, receiver = {.chan = chan, .count = 1};
        {
            RA_GROUP(g, ctx, .keep_going = true);
            ra_group_go_any(&g, send_all, &sender);
            ra_group_go_any(&g, recv_all, &receiver);
            EXPECT_STATUS(ra_yield(ctx), RA_OK);
        }
        EXPECT(sender.sum == receiver.sum); // both or neither
    }
    return RA_OK;
}

static void a_cancel_that_races_a_hand_over_loses_or_wins_on_both_sides(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 5; seed++)
        sim_once(seed, 2, 0, contended_cancels, NULL);
    real_once(2, 0, contended_cancels, NULL);
}

// ---- lifetime, misuse

typedef struct {
    ra_ctx scope;
    int_chan chan;
} scoped_chan;

static ra_status end_the_scope(ra_ctx *ctx, scoped_chan *s)
{
    RA_TRY(ra_sleep(ctx, RA_MS(1)));
    ra__ctx_deinit(&s->scope);
    return RA_OK;
}

static ra_status outlives(ra_ctx *ctx, void *arg)
{
    (void)arg;
    scoped_chan s;
    ra__ctx_init(&s.scope, ctx->shard, NULL, ctx);
    s.chan = (int_chan)RA_CHAN_NEW(&s.scope, int, 0);
    int got = 0;
    RA_GROUP(g, ctx);
    ra_group_go(&g, end_the_scope, &s);
    EXPECT_STATUS(ra_chan_recv(ctx, s.chan, &got), RA_ERR_CLOSED);
    return ra_group_wait(ctx, &g);
}

static void a_channel_whose_ctx_ends_closes_and_waits_for_its_waiters(void **state)
{
    (void)state;
    sim_once(1, 1, 0, outlives, NULL);
}

static void *close_from_thread(void *arg)
{
    ra_chan_close_(arg);
    return NULL;
}

static ra_status closed_elsewhere(ra_ctx *ctx, void *arg)
{
    (void)arg;
    int got;
    int_chan chan = RA_CHAN_NEW(ctx, int, 0);
    pthread_t thread;
    EXPECT(pthread_create(&thread, NULL, close_from_thread, chan.chan) == 0);
    EXPECT_STATUS(ra_chan_recv(ctx, chan, &got), RA_ERR_CLOSED);
    pthread_join(thread, NULL);
    return RA_OK;
}

static void any_thread_may_close(void **state)
{
    (void)state;
    real_once(1, 0, closed_elsewhere, NULL);
}

static unsigned allocations;

static bool count_allocations(void *arg, size_t bytes)
{
    (void)arg, (void)bytes;
    allocations++;
    return true;
}

static ra_status warm(ra_ctx *ctx, void *arg)
{
    (void)arg;
    int_chan chan = RA_CHAN_NEW(ctx, int, 0);
    for (int round = 0; round < 3; round++) {
        allocations = 0;
        ra__heap_set_hook(count_allocations, NULL);
        job sender = {.chan = chan, .count = 20}, receiver = {.chan = chan, .count = 20};
        RA_GROUP(g, ctx);
        ra_group_go(&g, send_all, &sender);
        ra_group_go(&g, recv_all, &receiver);
        EXPECT_STATUS(ra_group_wait(ctx, &g), RA_OK);
        ra__heap_set_hook(NULL, NULL);
    }
    EXPECT(allocations == 0);
    return RA_OK;
}

static void warm_spawn_channel_and_join_do_not_allocate(void **state)
{
    (void)state;
    sim_once(1, 1, 0, warm, NULL);
}

static ra_status busy_sender(ra_ctx *ctx, void *arg)
{
    int *others = arg;
    int_chan chan = RA_CHAN_NEW(ctx, int, 1);
    for (int i = 0, got; i < 1000; i++) { // never has to wait
        EXPECT_STATUS(ra_chan_send(ctx, chan, i), RA_OK);
        EXPECT_STATUS(ra_chan_recv(ctx, chan, &got), RA_OK);
    }
    EXPECT(*others > 5);
    return RA_OK;
}

static ra_status count_turns(ra_ctx *ctx, void *arg)
{
    int *turns = arg;
    for (; *turns < 100; *turns += 1)
        RA_TRY(ra_yield(ctx));
    return RA_OK;
}

static void a_fiber_that_never_waits_yields_all_the_same(void **state)
{
    (void)state;
    sim s;
    int turns = 0;
    sim_begin(&s, 1, 1, 0);
    sim_spawn(&s, 0, count_turns, &turns);
    sim_spawn(&s, 0, busy_sender, &turns);
    sim_run(&s);
    sim_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_senders_items_arrive_in_order),
        cmocka_unit_test(a_full_channel_makes_the_sender_wait),
        cmocka_unit_test(without_a_buffer_sender_and_receiver_meet),
        cmocka_unit_test(waiters_are_served_first_come_first_served),
        cmocka_unit_test(recv_after_close_drains_then_returns_closed),
        cmocka_unit_test(close_wakes_all_who_wait),
        cmocka_unit_test(next_ends_at_close),
        cmocka_unit_test(a_canceled_wait_moves_nothing),
        cmocka_unit_test(a_canceled_ctx_neither_sends_nor_receives),
        cmocka_unit_test(ten_thousand_waiters_are_canceled),
        cmocka_unit_test(every_item_arrives_once_across_shards),
        cmocka_unit_test(a_cancel_that_races_a_hand_over_loses_or_wins_on_both_sides),
        cmocka_unit_test(a_channel_whose_ctx_ends_closes_and_waits_for_its_waiters),
        cmocka_unit_test(any_thread_may_close),
        cmocka_unit_test(warm_spawn_channel_and_join_do_not_allocate),
        cmocka_unit_test(a_fiber_that_never_waits_yields_all_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
