// SPDX-License-Identifier: MIT OR Apache-2.0
#include "fiber/world.h"

typedef RA_CHAN(int) int_chan;

typedef struct {
    int_chan a, b;
    int rounds;
    int from_a, from_b, sum;
} pair;

static ra_status ready_case(ra_ctx *ctx, void *arg)
{
    (void)arg;
    int got = 0;
    size_t fired = 99;
    int_chan a = RA_CHAN_NEW(ctx, int, 1), b = RA_CHAN_NEW(ctx, int, 1);
    EXPECT_STATUS(ra_chan_send(ctx, b, 5), RA_OK);
    EXPECT_STATUS(ra_select(ctx, &fired, RA_ON_RECV(a, &got), RA_ON_RECV(b, &got)), RA_OK);
    EXPECT(fired == 1 && got == 5);
    EXPECT_STATUS(ra_select(ctx, &fired, RA_ON_RECV(a, &got), RA_ON_SEND(b, 6)), RA_OK);
    EXPECT(fired == 1);
    EXPECT_STATUS(ra_chan_recv(ctx, b, &got), RA_OK);
    EXPECT(got == 6);
    return RA_OK;
}

static void the_case_that_can_go_on_fires(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 10; seed++)
        sim_once(seed, 1, 0, ready_case, NULL);
}

static ra_status none_and_timeout(ra_ctx *ctx, void *arg)
{
    (void)arg;
    int got = 0;
    size_t fired = 99;
    int_chan a = RA_CHAN_NEW(ctx, int, 0);
    EXPECT_STATUS(ra_select(ctx, &fired, RA_ON_RECV(a, &got), RA_ON_NONE), RA_OK);
    EXPECT(fired == 1);
    int64_t before_ns = ra_monotonic_ns(ctx);
    EXPECT_STATUS(ra_select(ctx, &fired, RA_ON_TIMEOUT(RA_MS(30)), RA_ON_RECV(a, &got),
                            RA_ON_TIMEOUT(RA_MS(7))),
                  RA_OK);
    EXPECT(fired == 2); // the shorter one
    EXPECT(ra_monotonic_ns(ctx) - before_ns == RA_MS(7));
    EXPECT_STATUS(ra_select(ctx, &fired, RA_ON_RECV(a, &got), RA_ON_TIMEOUT(0)), RA_OK);
    EXPECT(fired == 1);
    return RA_OK;
}

static void none_fires_at_once_and_timeout_when_its_time_has_come(void **state)
{
    (void)state;
    sim_once(1, 1, 0, none_and_timeout, NULL);
}

static ra_status deadline_is_not_a_case(ra_ctx *ctx, void *arg)
{
    (void)arg;
    int got = 0;
    size_t fired = 99;
    int_chan a = RA_CHAN_NEW(ctx, int, 0);
    {
        RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, RA_MS(5)));
        EXPECT_STATUS(ra_select(ctx, &fired, RA_ON_RECV(a, &got), RA_ON_TIMEOUT(RA_MS(50))),
                      RA_ERR_TIMEOUT);
        EXPECT(fired == 99);
    }
    ra__fiber_cancel(ctx->fiber, RA_ERR_CANCELED);
    EXPECT_STATUS(ra_select(ctx, &fired, RA_ON_RECV(a, &got), RA_ON_NONE), RA_ERR_CANCELED);
    return RA_OK;
}

static void the_deadline_of_the_ctx_is_an_error_not_a_case(void **state)
{
    (void)state;
    sim_once(1, 1, 0, deadline_is_not_a_case, NULL);
}

static ra_status closed_case(ra_ctx *ctx, void *arg)
{
    (void)arg;
    int got = 0;
    size_t fired = 99;
    int_chan a = RA_CHAN_NEW(ctx, int, 0), b = RA_CHAN_NEW(ctx, int, 2);
    EXPECT_STATUS(ra_chan_send(ctx, b, 1), RA_OK);
    ra_chan_close(b);
    EXPECT_STATUS(ra_select(ctx, &fired, RA_ON_RECV(a, &got), RA_ON_RECV(b, &got)),
                  RA_OK); // drained first
    EXPECT(fired == 1 && got == 1);
    EXPECT_STATUS(ra_select(ctx, &fired, RA_ON_RECV(a, &got), RA_ON_RECV(b, &got)), RA_ERR_CLOSED);
    EXPECT(fired == 1);
    fired = 99;
    EXPECT_STATUS(ra_select(ctx, &fired, RA_ON_SEND(b, 2), RA_ON_RECV(a, &got)), RA_ERR_CLOSED);
    EXPECT(fired == 0);
    return RA_OK;
}

static void a_closed_channel_is_told_with_its_case(void **state)
{
    (void)state;
    sim_once(1, 1, 0, closed_case, NULL);
}

static ra_status close_later(ra_ctx *ctx, pair *p)
{
    RA_TRY(ra_sleep(ctx, RA_MS(3)));
    ra_chan_close(p->b);
    return RA_OK;
}

static ra_status closed_meanwhile(ra_ctx *ctx, void *arg)
{
    (void)arg;
    int got = 0;
    size_t fired = 99;
    pair p = {.a = RA_CHAN_NEW(ctx, int, 0), .b = RA_CHAN_NEW(ctx, int, 0)};
    RA_GROUP(g, ctx);
    ra_group_go_any(&g, close_later, &p);
    ra_group_go_any(&g, close_later, &p);
    EXPECT_STATUS(ra_select(ctx, &fired, RA_ON_RECV(p.a, &got), RA_ON_SEND(p.b, 1)), RA_ERR_CLOSED);
    EXPECT(fired == 1);
    return ra_group_wait(ctx, &g);
}

static void close_ends_a_waiting_select(void **state)
{
    (void)state;
    sim_once(1, 1, 0, closed_meanwhile, NULL);
    sim_once(1, 2, 0, closed_meanwhile, NULL);
    real_once(2, 0, closed_meanwhile, NULL);
}

static ra_status disabled(ra_ctx *ctx, void *arg)
{
    (void)arg;
    int got = 0;
    size_t fired = 99;
    int_chan none = {.chan = NULL}, b = RA_CHAN_NEW(ctx, int, 1);
    EXPECT_STATUS(
        ra_select(ctx, &fired, RA_ON_RECV(none, &got), RA_ON_SEND(none, 1), RA_ON_SEND(b, 1)),
        RA_OK);
    EXPECT(fired == 2);
    EXPECT_STATUS(ra_select(ctx, &fired, RA_ON_RECV(none, &got), RA_ON_TIMEOUT(RA_MS(1))), RA_OK);
    EXPECT(fired == 1);
    RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, RA_MS(5)));
    EXPECT_STATUS(ra_select(ctx, &fired, RA_ON_RECV(none, &got)), RA_ERR_TIMEOUT);
    return RA_OK;
}

static void a_null_channel_is_a_disabled_case(void **state)
{
    (void)state;
    sim_once(1, 1, 0, disabled, NULL);
}

static ra_status fair(ra_ctx *ctx, void *arg)
{
    pair *p = arg;
    int got = 0;
    p->a = (int_chan)RA_CHAN_NEW(ctx, int, 1);
    p->b = (int_chan)RA_CHAN_NEW(ctx, int, 1);
    for (int i = 0; i < p->rounds; i++) {
        size_t fired;
        RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, RA_SECONDS(1)));
        int refill;
        EXPECT_STATUS(ra_select(ctx, &fired, RA_ON_SEND(p->a, 1), RA_ON_NONE), RA_OK);
        EXPECT_STATUS(ra_select(ctx, &fired, RA_ON_SEND(p->b, 1), RA_ON_NONE), RA_OK);
        if (p->sum) {
            EXPECT_STATUS(
                ra_select_biased(ctx, &fired, RA_ON_RECV(p->a, &got), RA_ON_RECV(p->b, &refill)),
                RA_OK);
        } else {
            EXPECT_STATUS(ra_select(ctx, &fired, RA_ON_RECV(p->a, &got), RA_ON_RECV(p->b, &refill)),
                          RA_OK);
        }
        p->from_a += fired == 0;
        p->from_b += fired == 1;
    }
    return RA_OK;
}

static void ready_cases_are_chosen_evenly_unless_biased(void **state)
{
    (void)state;
    pair even = {.rounds = 1000}, biased = {.rounds = 100, .sum = 1};
    sim_once(1, 1, 0, fair, &even);
    assert_true(even.from_a > 400 && even.from_b > 400);
    sim_once(1, 1, 0, fair, &biased);
    assert_int_equal(biased.from_a, 100);
}

static ra_status same_channel_twice(ra_ctx *ctx, pair *p)
{
    for (int i = 0; i < p->rounds; i++) {
        int got = 0;
        size_t fired;
        RA_TRY(ra_select(ctx, &fired, RA_ON_RECV(p->a, &got), RA_ON_RECV(p->a, &got),
                         RA_ON_SEND(p->a, 1)));
        p->sum += fired == 2 ? -1 : got;
    }
    return RA_OK;
}

static ra_status with_itself(ra_ctx *ctx, void *arg)
{
    (void)arg;
    pair p = {.a = RA_CHAN_NEW(ctx, int, 0), .rounds = 40}, q = p;
    RA_GROUP(g, ctx);
    ra_group_go_any(&g, same_channel_twice, &p);
    ra_group_go_any(&g, same_channel_twice, &q);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_OK);
    EXPECT(p.sum + q.sum == 0); // each value sent was received by the other one
    return RA_OK;
}

static void two_selects_meet_on_one_channel_never_one_with_itself(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 10; seed++)
        sim_once(seed, 2, 0, with_itself, NULL);
    real_once(2, 0, with_itself, NULL);
}

// Two shards select over the same two channels, in opposite order, while others feed them.
static ra_status feed(ra_ctx *ctx, pair *p)
{
    for (int i = 0; i < p->rounds; i++) {
        size_t fired;
        RA_TRY(ra_select(ctx, &fired, RA_ON_SEND(p->a, 1), RA_ON_SEND(p->b, 1)));
    }
    return RA_OK;
}

static ra_status eat(ra_ctx *ctx, pair *p)
{
    for (int i = 0; i < p->rounds; i++) {
        int got = 0;
        size_t fired;
        RA_TRY(ra_select(ctx, &fired, RA_ON_RECV(p->b, &got), RA_ON_RECV(p->a, &got),
                         RA_ON_TIMEOUT(RA_SECONDS(60))));
        EXPECT(fired < 2);
        p->sum += got;
    }
    return RA_OK;
}

static ra_status race(ra_ctx *ctx, void *arg)
{
    int rounds = *(int *)arg;
    int_chan a = RA_CHAN_NEW(ctx, int, 0), b = RA_CHAN_NEW(ctx, int, 2);
    pair feeders[4], eaters[4];
    RA_GROUP(g, ctx);
    for (int i = 0; i < 4; i++) {
        feeders[i] = eaters[i] = (pair){.a = i & 1 ? a : b, .b = i & 1 ? b : a, .rounds = rounds};
        ra_group_go_any(&g, feed, &feeders[i]);
        ra_group_go_any(&g, eat, &eaters[i]);
    }
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_OK);
    EXPECT(eaters[0].sum + eaters[1].sum + eaters[2].sum + eaters[3].sum == 4 * rounds);
    return RA_OK;
}

static void selects_of_two_shards_lose_and_double_nothing(void **state)
{
    (void)state;
    int few = 20, many = scaled(2000);
    for (uint64_t seed = 0; seed < 20; seed++)
        sim_once(seed, 3, 0, race, &few);
    real_once(2, 0, race, &many);
}

static ra_status cancel_race(ra_ctx *ctx, void *arg)
{
    int rounds = *(int *)arg;
    for (int i = 0; i < rounds; i++) {
        int_chan a = RA_CHAN_NEW(ctx, int, 0), b = RA_CHAN_NEW(ctx, int, 0);
        pair feeder = {.a = a, .b = b, .rounds = 1}, eater = {.a = b, .b = a, .rounds = 1};
        RA_GROUP(g, ctx, .keep_going = true);
        ra_group_go_any(&g, feed, &feeder);
        ra_group_go_any(&g, eat, &eater);
        EXPECT_STATUS(ra_yield(ctx), RA_OK);
        ra_group_cancel(&g);
        ra_status status = ra_group_wait(ctx, &g);
        EXPECT(status == RA_OK ? eater.sum == 1 : eater.sum == 0 || status == RA_ERR_CANCELED);
    }
    return RA_OK;
}

static void a_select_canceled_from_another_shard_wakes(void **state)
{
    (void)state;
    int few = 20, many = scaled(300);
    for (uint64_t seed = 0; seed < 10; seed++)
        sim_once(seed, 2, 0, cancel_race, &few);
    real_once(2, 0, cancel_race, &many);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_case_that_can_go_on_fires),
        cmocka_unit_test(none_fires_at_once_and_timeout_when_its_time_has_come),
        cmocka_unit_test(the_deadline_of_the_ctx_is_an_error_not_a_case),
        cmocka_unit_test(a_closed_channel_is_told_with_its_case),
        cmocka_unit_test(close_ends_a_waiting_select),
        cmocka_unit_test(a_null_channel_is_a_disabled_case),
        cmocka_unit_test(ready_cases_are_chosen_evenly_unless_biased),
        cmocka_unit_test(two_selects_meet_on_one_channel_never_one_with_itself),
        cmocka_unit_test(selects_of_two_shards_lose_and_double_nothing),
        cmocka_unit_test(a_select_canceled_from_another_shard_wakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
