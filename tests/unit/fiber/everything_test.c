// SPDX-License-Identifier: MIT OR Apache-2.0
// everything: groups, channels, select, the lock, deadlines, shields and cancellation at once, by
// fibers that choose at random what to do next. Whatever ends a wait: what was sent is received
// once or still lies in its channel, one fiber at a time is inside the lock, and every group ends.
//
// In the simulation seed by seed, which repeats a failure; on real shards for the sanitizers.
#include "fiber/ctx.h"
#include "fiber/world.h"

enum { CHANNELS = 3, ACTORS = 12, ACTIONS = 12, ROUNDS = 4, DEPTH_MAX = 3, CHILDREN_MAX = 4 };

static struct {
    ra_mutex lock;
    long inside; // guarded by it
    _Atomic long locked, sent, received;
} tally;

typedef struct {
    ra_chan **channels;
    uint64_t seed;
    int depth;
} actor;

static ra_status act(ra_ctx *ctx, actor *a);

static unsigned below(actor *a, unsigned bound)
{
    a->seed = a->seed * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (unsigned)(a->seed >> 33) % bound;
}

static ra_chan *any_channel(actor *a)
{
    return a->channels[below(a, CHANNELS)];
}

/// A closed channel is no reason to stop.
static ra_status or_closed(ra_status status)
{
    return status == RA_ERR_CLOSED ? RA_OK : status;
}

// ---- what an actor may do

static ra_status lock_for_a_while(ra_ctx *ctx, actor *a)
{
    RA_SCOPED(ra_lock, held, ra_lock_take(ctx, &tally.lock));
    RA_TRY(held.status);
    long before = tally.inside;
    if (below(a, 3) == 0)
        RA_DISCARD(ra_yield(ctx));
    tally.inside = before + 1;
    tally.locked++;
    return RA_OK;
}

static ra_status send_one(ra_ctx *ctx, actor *a)
{
    long item = below(a, 1000);
    ra_status status = ra_chan_send_(ctx, any_channel(a), &item, sizeof item);
    tally.sent += status == RA_OK ? item : 0;
    return or_closed(status);
}

static ra_status receive_one(ra_ctx *ctx, actor *a)
{
    long item = 0;
    ra_status status = ra_chan_recv_(ctx, any_channel(a), &item, sizeof item);
    tally.received += status == RA_OK ? item : 0;
    return or_closed(status);
}

static ra_status select_one(ra_ctx *ctx, actor *a)
{
    enum { RECEIVES, SENDS, ALSO_SENDS, ALSO_RECEIVES };
    long in = 0, out = below(a, 1000);
    size_t fired = 0;
    ra_chan **c = a->channels;
    const ra_case cases[] = {
        {.kind = RA_CASE_RECV_, .chan = c[0], .into = &in, .item_bytes = sizeof in},
        {.kind = RA_CASE_SEND_, .chan = c[1], .item = &out, .item_bytes = sizeof out},
        {.kind = RA_CASE_SEND_, .chan = c[2], .item = &out, .item_bytes = sizeof out},
        {.kind = RA_CASE_RECV_, .chan = c[2], .into = &in, .item_bytes = sizeof in},
        {.kind = RA_CASE_TIMEOUT_, .ns = RA_MS(1)},
        {.kind = RA_CASE_END_},
    };
    ra_status status = ra_select_(ctx, &fired, cases, false);
    if (status == RA_OK && (fired == RECEIVES || fired == ALSO_RECEIVES))
        tally.received += in;
    if (status == RA_OK && (fired == SENDS || fired == ALSO_SENDS))
        tally.sent += out;
    return or_closed(status);
}

static ra_status sleep_a_little(ra_ctx *ctx, actor *a)
{
    return ra_sleep(ctx, RA_US(below(a, 1500)));
}

static ra_status run_out_of_time(ra_ctx *ctx, actor *a)
{
    RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, RA_US(below(a, 900))));
    RA_DISCARD(ra_sleep(ctx, RA_MS(1)));
    return RA_OK;
}

static ra_status clean_up_in_a_shield(ra_ctx *ctx, actor *a)
{
    RA_SCOPED(ra_shield, calm, ra_shield_for(ctx, RA_MS(2)));
    RA_DISCARD(ra_sleep(ctx, RA_US(below(a, 1000))));
    return RA_OK;
}

static ra_status leave_memory_or_fail(ra_ctx *ctx, actor *a)
{
    (void)ra_alloc(ctx, below(a, 9000));
    (void)ra_chan_new(ctx, 8, 1);
    return below(a, 40) == 0 ? ra_fail(ctx, RA_ERR_CONFLICT, "at depth %d", a->depth) : RA_OK;
}

static ra_status end_a_group(ra_ctx *ctx, actor *a, ra_group *group)
{
    if (below(a, 4) == 0)
        ra_group_cancel(group);
    switch (below(a, 4)) {
    case 0:
        return RA_OK; // its scope does the rest
    case 1: {
        RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, RA_US(below(a, 3000))));
        RA_DISCARD(ra_group_wait(ctx, group));
        return RA_OK;
    }
    default:
        RA_DISCARD(ra_group_wait(ctx, group));
        return ra_ctx_status(ctx);
    }
}

static ra_status have_children(ra_ctx *ctx, actor *a)
{
    if (a->depth == DEPTH_MAX)
        return RA_OK;
    actor children[CHILDREN_MAX];
    RA_GROUP(group, ctx);
    unsigned count = 1 + below(a, CHILDREN_MAX);
    for (unsigned i = 0; i < count; i++) {
        children[i] = (actor){a->channels, a->seed * 31 + i, a->depth + 1};
        ra_group_go_(&group, (ra_any_fn)act, &children[i], below(a, 2), "act", __FILE__, __LINE__);
    }
    return end_a_group(ctx, a, &group);
}

static ra_status act(ra_ctx *ctx, actor *a)
{
    static ra_status (*const actions[])(ra_ctx *, actor *) = {
        lock_for_a_while, send_one,      receive_one,          select_one,           sleep_a_little,
        run_out_of_time,  have_children, clean_up_in_a_shield, leave_memory_or_fail,
    };
    for (int i = 0; i < ACTIONS; i++)
        RA_TRY(actions[below(a, sizeof actions / sizeof *actions)](ctx, a));
    return RA_OK;
}

// ---- a round: some actors, and what they leave

static long drain(ra_ctx *ctx, ra_chan *channel)
{
    long sum = 0;
    ra_chan_close_(channel);
    for (long item; ra_chan_recv_(ctx, channel, &item, sizeof item) == RA_OK;)
        sum += item;
    return sum;
}

static ra_status round_of(ra_ctx *ctx, uint64_t seed, bool cancels)
{
    ra_chan *channels[CHANNELS];
    actor actors[ACTORS];
    for (unsigned i = 0; i < CHANNELS; i++)
        channels[i] = ra_chan_new(ctx, sizeof(long), 3 * i);
    RA_GROUP(group, ctx, .keep_going = true);
    for (unsigned i = 0; i < ACTORS; i++) {
        actors[i] = (actor){.channels = channels, .seed = seed * ACTORS + i};
        ra_group_go_any(&group, act, &actors[i]);
    }
    RA_TRY(ra_sleep(ctx, RA_MS(5)));
    if (cancels)
        ra_group_cancel(&group);
    for (unsigned i = 0; i < CHANNELS && !cancels; i++)
        ra_chan_close_(channels[i]);
    RA_DISCARD(ra_group_wait(ctx, &group));
    for (unsigned i = 0; i < CHANNELS; i++)
        tally.received += drain(ctx, channels[i]);
    return RA_OK;
}

static ra_status rounds(ra_ctx *ctx, uint64_t *seed)
{
    for (unsigned i = 0; i < ROUNDS; i++)
        EXPECT_STATUS(round_of(ctx, *seed * ROUNDS + i, i % 2), RA_OK);
    return RA_OK;
}

static void forget(void)
{
    memset(&tally, 0, sizeof tally);
}

static void expect_nothing_lost(uint64_t seed)
{
    if (tally.sent != tally.received || tally.inside != tally.locked)
        fail_msg("seed %" PRIu64 ": sent %ld, received %ld; locked %ld, counted %ld", seed,
                 tally.sent, tally.received, tally.locked, tally.inside);
}

static void in_the_simulation_nothing_is_lost(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= (uint64_t)scaled(40); seed++) {
        forget();
        sim_once(seed, 3, 0, (ra__fiber_fn *)(ra_any_fn)rounds, &seed);
        expect_nothing_lost(seed);
        assert_true(tally.sent > 0 && tally.locked > 0);
    }
}

static void on_real_shards_nothing_is_lost(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        forget();
        real_once(3, 0, (ra__fiber_fn *)(ra_any_fn)rounds, &seed);
        expect_nothing_lost(seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_the_simulation_nothing_is_lost),
        cmocka_unit_test(on_real_shards_nothing_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
