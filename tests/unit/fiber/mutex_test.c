// SPDX-License-Identifier: MIT OR Apache-2.0
#include "fiber/death.h"
#include "fiber/world.h"

typedef struct {
    ra_mutex mutex;
    int rounds, inside, total;
    int order[16], next;
    ra_status ended;
} shared;

static ra_status alternate(ra_ctx *ctx, shared *s)
{
    for (int i = 0; i < s->rounds; i++) {
        RA_SCOPED(ra_lock, held, ra_lock_take(ctx, &s->mutex));
        RA_TRY(held.status);
        EXPECT(s->inside++ == 0);
        ra_status status = i % 3 == 0 ? ra_yield(ctx) : RA_OK; // holds it while others run
        s->total++;
        s->inside--;
        RA_TRY(status);
    }
    return RA_OK;
}

static ra_status crowd(ra_ctx *ctx, void *arg)
{
    shared s = {.rounds = *(int *)arg};
    RA_GROUP(g, ctx);
    for (int i = 0; i < 6; i++)
        ra_group_go_any(&g, alternate, &s);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_OK);
    EXPECT(s.total == 6 * s.rounds);
    EXPECT(s.mutex.holder_ == 0);
    return RA_OK;
}

static void one_fiber_at_a_time_is_inside(void **state)
{
    (void)state;
    int few = 20, many = scaled(2000);
    for (uint64_t seed = 0; seed < 10; seed++)
        sim_once(seed, 3, 0, crowd, &few);
    real_once(2, 0, crowd, &many);
}

typedef struct {
    shared *all;
    int number;
} turn;

static ra_status take_turn(ra_ctx *ctx, turn *t)
{
    RA_TRY(ra_mutex_lock(ctx, &t->all->mutex));
    t->all->order[t->all->next++] = t->number;
    ra_mutex_unlock(&t->all->mutex);
    return RA_OK;
}

static ra_status in_order(ra_ctx *ctx, void *arg)
{
    (void)arg;
    shared s = {.next = 0};
    turn turns[8];
    EXPECT_STATUS(ra_mutex_lock(ctx, &s.mutex), RA_OK);
    RA_GROUP(g, ctx);
    for (int i = 0; i < 8; i++) {
        turns[i] = (turn){&s, i};
        ra_group_go_any(&g, take_turn, &turns[i]);
        EXPECT_STATUS(ra_sleep(ctx, RA_MS(1)), RA_OK);
    }
    ra_mutex_unlock(&s.mutex);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_OK);
    for (int i = 0; i < 8; i++)
        EXPECT(s.order[i] == i);
    return RA_OK;
}

static void it_is_handed_over_first_come_first_served(void **state)
{
    (void)state;
    sim_once(1, 1, 0, in_order, NULL);
    sim_once(2, 3, 0, in_order, NULL);
}

static ra_status try_to_lock(ra_ctx *ctx, shared *s)
{
    s->ended = ra_mutex_lock(ctx, &s->mutex);
    return s->ended;
}

static ra_status give_up(ra_ctx *ctx, void *arg)
{
    (void)arg;
    shared s = {.ended = RA_OK};
    EXPECT_STATUS(ra_mutex_lock(ctx, &s.mutex), RA_OK);
    {
        RA_GROUP(g, ctx);
        ra_group_go(&g, try_to_lock, &s);
        EXPECT_STATUS(ra_sleep(ctx, RA_MS(1)), RA_OK);
    }
    EXPECT(s.ended == RA_ERR_CANCELED);
    ra_mutex_unlock(&s.mutex); // nobody waits any more
    EXPECT(s.mutex.holder_ == 0);

    RA_SCOPED(ra_lock, held, ra_lock_take(ctx, &s.mutex));
    EXPECT_STATUS(held.status, RA_OK);
    return RA_OK;
}

static void a_canceled_waiter_leaves_the_queue(void **state)
{
    (void)state;
    sim_once(1, 1, 0, give_up, NULL);
}

static ra_status ten_thousand(ra_ctx *ctx, void *arg)
{
    (void)arg;
    shared s = {.ended = RA_OK};
    RA_SCOPED(ra_lock, held, ra_lock_take(ctx, &s.mutex));
    RA_GROUP(g, ctx, .keep_going = true);
    for (int i = 0; i < scaled(10000); i++)
        ra_group_go(&g, try_to_lock, &s);
    EXPECT_STATUS(ra_sleep(ctx, RA_MS(1)), RA_OK);
    ra_group_cancel(&g); // the last one of the queue first: nobody may have to look for it
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_ERR_CANCELED);
    return RA_OK;
}

static void ten_thousand_waiters_are_canceled(void **state)
{
    (void)state;
    sim_once(1, 1, 0, ten_thousand, NULL);
    real_once(1, 0, ten_thousand, NULL);
}

static ra_status late(ra_ctx *ctx, shared *s)
{
    RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, RA_MS(5)));
    RA_SCOPED(ra_lock, held, ra_lock_take(ctx, &s->mutex));
    s->ended = held.status;
    return RA_OK;
}

enum { NEIGHBOURS = 200 }; // more than there are queues: some share one

typedef struct {
    ra_mutex mutexes[NEIGHBOURS];
    bool locked[NEIGHBOURS];
} street;

typedef struct {
    street *all;
    int number;
} house;

static ra_status lock_house(ra_ctx *ctx, house *h)
{
    RA_TRY(ra_mutex_lock(ctx, &h->all->mutexes[h->number]));
    h->all->locked[h->number] = true;
    ra_mutex_unlock(&h->all->mutexes[h->number]);
    return RA_OK;
}

static ra_status unlock_in_reverse(ra_ctx *ctx, void *arg)
{
    street s = {.locked = {false}};
    house houses[NEIGHBOURS];
    (void)arg;
    RA_GROUP(g, ctx);
    for (int i = 0; i < NEIGHBOURS; i++) {
        EXPECT_STATUS(ra_mutex_lock(ctx, &s.mutexes[i]), RA_OK);
        houses[i] = (house){&s, i};
        ra_group_go(&g, lock_house, &houses[i]);
    }
    EXPECT_STATUS(ra_sleep(ctx, RA_MS(1)), RA_OK);
    for (int i = NEIGHBOURS; i-- > 0;) {
        EXPECT(!s.locked[i]);
        ra_mutex_unlock(&s.mutexes[i]);
        EXPECT_STATUS(ra_sleep(ctx, RA_MS(1)), RA_OK);
        EXPECT(s.locked[i]); // this one and no other
    }
    return ra_group_wait(ctx, &g);
}

static void mutexes_that_share_a_queue_do_not_mix(void **state)
{
    (void)state;
    sim_once(1, 1, 0, unlock_in_reverse, NULL);
}

static ra_status relock(ra_ctx *ctx, void *arg)
{
    ra_mutex mutex = {0};
    (void)arg;
    EXPECT_STATUS(ra_mutex_lock(ctx, &mutex), RA_OK);
    return ra_mutex_lock(ctx, &mutex);
}

static void misuse_is_told(void **state)
{
    (void)state;
    ra_mutex mutex = {0};
    EXPECT_DEATH(sim_once(1, 1, 0, relock, NULL), "deadlock: this fiber holds the mutex");
    EXPECT_DEATH(ra_mutex_unlock(&mutex), "a mutex is unlocked that nobody holds");
}

static ra_status deadline(ra_ctx *ctx, void *arg)
{
    (void)arg;
    shared s = {.ended = RA_OK};
    EXPECT_STATUS(ra_mutex_lock(ctx, &s.mutex), RA_OK);
    RA_GROUP(g, ctx);
    ra_group_go(&g, late, &s);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_OK);
    EXPECT(s.ended == RA_ERR_TIMEOUT);
    ra_mutex_unlock(&s.mutex);
    return RA_OK;
}

static void a_deadline_ends_the_wait_and_the_scope_does_not_unlock(void **state)
{
    (void)state;
    sim_once(1, 1, 0, deadline, NULL);
}

static ra_status many_cancels(ra_ctx *ctx, void *arg)
{
    (void)arg;
    shared s = {.rounds = 3};
    for (int i = 0, rounds = scaled(200); i < rounds; i++) {
        RA_GROUP(g, ctx, .keep_going = true);
        for (int child = 0; child < 5; child++)
            ra_group_go_any(&g, alternate, &s);
        EXPECT_STATUS(ra_yield(ctx), RA_OK);
        ra_group_cancel(&g);
        RA_DISCARD(ra_group_wait(ctx, &g));
        EXPECT(s.mutex.holder_ == 0);
    }
    return RA_OK;
}

static void cancels_that_race_unlocks_lose_no_lock(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 5; seed++)
        sim_once(seed, 2, 0, many_cancels, NULL);
    real_once(2, 0, many_cancels, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_fiber_at_a_time_is_inside),
        cmocka_unit_test(it_is_handed_over_first_come_first_served),
        cmocka_unit_test(a_canceled_waiter_leaves_the_queue),
        cmocka_unit_test(ten_thousand_waiters_are_canceled),
        cmocka_unit_test(a_deadline_ends_the_wait_and_the_scope_does_not_unlock),
        cmocka_unit_test(cancels_that_race_unlocks_lose_no_lock),
        cmocka_unit_test(mutexes_that_share_a_queue_do_not_mix),
        cmocka_unit_test(misuse_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
