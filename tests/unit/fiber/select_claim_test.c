// SPDX-License-Identifier: MIT OR Apache-2.0
// select_claim: the moment between the end of a select and its fiber going on. It is still in the
// queues of its other channels, and none of them may give it, or take from it, anything.
#include "fiber/world.h"

typedef RA_CHAN(int) int_chan;

typedef struct {
    int_chan a, b;
    int got;
    size_t fired;
} selecting;

static ra_status receive_one(ra_ctx *ctx, selecting *s)
{
    return ra_select(ctx, &s->fired, RA_ON_RECV(s->a, &s->got), RA_ON_RECV(s->b, &s->got));
}

static ra_status send_one(ra_ctx *ctx, selecting *s)
{
    return ra_select(ctx, &s->fired, RA_ON_SEND(s->a, 1), RA_ON_SEND(s->b, 2));
}

static selecting parked_before(ra_ctx *ctx)
{
    return (selecting){
        .a = RA_CHAN_NEW(ctx, int, 0), .b = RA_CHAN_NEW(ctx, int, 0), .got = -1, .fired = 99};
}

// With one shard nothing runs between two operations that do not wait.
static ra_status give_twice(ra_ctx *ctx, void *arg)
{
    (void)arg;
    selecting s = parked_before(ctx);
    size_t sent = 99;
    RA_GROUP(g, ctx);
    ra_group_go(&g, receive_one, &s);
    EXPECT_STATUS(ra_sleep(ctx, RA_MS(1)), RA_OK);

    EXPECT_STATUS(ra_chan_send(ctx, s.a, 10), RA_OK);
    EXPECT_STATUS(ra_select(ctx, &sent, RA_ON_SEND(s.b, 20), RA_ON_NONE), RA_OK);
    EXPECT(sent == 1); // nobody is there to take it

    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_OK);
    EXPECT(s.fired == 0 && s.got == 10);
    return RA_OK;
}

static void an_ended_select_takes_nothing_from_its_other_channels(void **state)
{
    (void)state;
    sim_once(1, 1, 0, give_twice, NULL);
}

static ra_status give_to_a_ring(ra_ctx *ctx, void *arg)
{
    (void)arg;
    selecting s = parked_before(ctx);
    s.b = (int_chan)RA_CHAN_NEW(ctx, int, 1);
    int left = 0;
    RA_GROUP(g, ctx);
    ra_group_go(&g, receive_one, &s);
    EXPECT_STATUS(ra_sleep(ctx, RA_MS(1)), RA_OK);

    EXPECT_STATUS(ra_chan_send(ctx, s.a, 10), RA_OK);
    EXPECT_STATUS(ra_chan_send(ctx, s.b, 20), RA_OK);

    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_OK);
    EXPECT(s.fired == 0 && s.got == 10);
    EXPECT_STATUS(ra_chan_recv(ctx, s.b, &left), RA_OK);
    EXPECT(left == 20); // it waited in the ring
    return RA_OK;
}

static void what_an_ended_select_does_not_take_stays_in_the_channel(void **state)
{
    (void)state;
    sim_once(1, 1, 0, give_to_a_ring, NULL);
}

static ra_status take_twice(ra_ctx *ctx, void *arg)
{
    (void)arg;
    selecting s = parked_before(ctx);
    size_t received = 99;
    int first = 0, second = -1;
    RA_GROUP(g, ctx);
    ra_group_go(&g, send_one, &s);
    EXPECT_STATUS(ra_sleep(ctx, RA_MS(1)), RA_OK);

    EXPECT_STATUS(ra_chan_recv(ctx, s.a, &first), RA_OK);
    EXPECT_STATUS(ra_select(ctx, &received, RA_ON_RECV(s.b, &second), RA_ON_NONE), RA_OK);
    EXPECT(received == 1 && second == -1);

    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_OK);
    EXPECT(s.fired == 0 && first == 1);
    return RA_OK;
}

static void an_ended_select_sends_nothing_into_its_other_channels(void **state)
{
    (void)state;
    sim_once(1, 1, 0, take_twice, NULL);
}

static ra_status close_the_other(ra_ctx *ctx, void *arg)
{
    (void)arg;
    selecting s = parked_before(ctx);
    RA_GROUP(g, ctx);
    ra_group_go(&g, receive_one, &s);
    EXPECT_STATUS(ra_sleep(ctx, RA_MS(1)), RA_OK);

    EXPECT_STATUS(ra_chan_send(ctx, s.a, 10), RA_OK);
    ra_chan_close(s.b);

    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_OK); // not RA_ERR_CLOSED
    EXPECT(s.fired == 0 && s.got == 10);
    return RA_OK;
}

static void a_close_does_not_end_a_select_again(void **state)
{
    (void)state;
    sim_once(1, 1, 0, close_the_other, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_ended_select_takes_nothing_from_its_other_channels),
        cmocka_unit_test(what_an_ended_select_does_not_take_stays_in_the_channel),
        cmocka_unit_test(an_ended_select_sends_nothing_into_its_other_channels),
        cmocka_unit_test(a_close_does_not_end_a_select_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
