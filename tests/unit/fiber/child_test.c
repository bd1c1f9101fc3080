// SPDX-License-Identifier: MIT OR Apache-2.0
// Children that run on another shard than their parent.
#include "fiber/world.h"

typedef struct {
    unsigned shard;
    ra_status ended;
    int64_t work_ns;
} errand;

static ra_status run_errand(ra_ctx *ctx, errand *e)
{
    e->shard = ra__shard_index(ctx->shard);
    EXPECT(ra__shard_self() == ctx->shard);
    e->ended = ra_sleep(ctx, e->work_ns);
    return e->ended == RA_OK ? RA_OK : ra_fail(ctx, e->ended, "shard %u", e->shard);
}

static ra_status spread_out(ra_ctx *ctx, void *arg)
{
    unsigned *seen = arg;
    errand errands[40];
    RA_GROUP(g, ctx);
    for (int i = 0; i < 40; i++) {
        errands[i] = (errand){.work_ns = RA_MS(1)};
        ra_group_go_any(&g, run_errand, &errands[i]);
    }
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_OK);
    for (int i = 0; i < 40; i++) {
        EXPECT(errands[i].ended == RA_OK);
        seen[errands[i].shard]++;
    }
    return RA_OK;
}

static void go_any_spreads_over_the_shards_with_connections(void **state)
{
    (void)state;
    unsigned seen[4] = {0};
    sim_once(1, 3, 1, spread_out, seen);
    assert_true(seen[0] >= 10 && seen[1] >= 10 && seen[2] >= 10);
    assert_int_equal(seen[3], 0); // the extra shard takes no strangers
    memset(seen, 0, sizeof seen);
    real_once(2, 1, spread_out, seen);
    assert_true(seen[0] > 0 && seen[1] > 0);
    assert_int_equal(seen[2], 0);
}

static void go_any_from_an_extra_shard_leaves_it(void **state)
{
    (void)state;
    unsigned seen[3] = {0};
    sim s;
    sim_begin(&s, 2, 2, 1);
    sim_spawn(&s, 2, spread_out, seen);
    sim_run(&s);
    sim_end(&s);
    assert_int_equal(seen[2], 0);
    assert_int_equal(seen[0] + seen[1], 40);
}

// Every interleaving that the seeds give: cancel before arrival, before start, while it sleeps,
// after its end.
static ra_status cancel_somewhere(ra_ctx *ctx, void *arg)
{
    int64_t wait_ns = *(int64_t *)arg;
    errand errands[8];
    RA_GROUP(g, ctx, .keep_going = true);
    for (int i = 0; i < 8; i++) {
        errands[i] = (errand){.work_ns = RA_MS(i), .ended = RA_ERR_INTERNAL};
        ra_group_go_any(&g, run_errand, &errands[i]);
    }
    if (wait_ns > 0)
        EXPECT_STATUS(ra_sleep(ctx, wait_ns), RA_OK);
    ra_group_cancel(&g);
    ra_status status = ra_group_wait(ctx, &g);
    EXPECT(status == RA_OK || status == RA_ERR_CANCELED);
    for (int i = 0; i < 8; i++)
        EXPECT(errands[i].ended == RA_OK || errands[i].ended == RA_ERR_CANCELED);
    return RA_OK;
}

static void a_cancel_may_reach_a_child_at_any_moment(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 100; seed++)
        for (int64_t wait_ns = 0; wait_ns < RA_MS(10); wait_ns += RA_MS(3))
            sim_once(seed, 3, 0, cancel_somewhere, &wait_ns);
}

static ra_status many_cancels(ra_ctx *ctx, void *arg)
{
    (void)arg;
    int rounds = scaled(400);
    for (int i = 0; i < rounds; i++) {
        int64_t wait_ns = i % 4 == 3 ? RA_MS(1) : 0;
        EXPECT_STATUS(cancel_somewhere(ctx, &wait_ns), RA_OK);
    }
    return RA_OK;
}

static void cancels_between_real_shards_lose_no_record(void **state)
{
    (void)state;
    real_once(3, 0, many_cancels, NULL);
}

static ra_status failure_from_afar(ra_ctx *ctx, void *arg)
{
    errand errands[6];
    (void)arg;
    RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, RA_MS(5)));
    RA_GROUP(g, ctx);
    for (int i = 0; i < 6; i++) {
        errands[i] = (errand){.work_ns = RA_HOURS(1)};
        ra_group_go_any(&g, run_errand, &errands[i]);
    }
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_ERR_TIMEOUT);
    EXPECT(ra_str_starts_with(ra_ctx_message(ctx), RA_STR("shard ")));
    return RA_OK;
}

static void deadline_and_message_cross_shards(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++)
        sim_once(seed, 3, 0, failure_from_afar, NULL);
    real_once(2, 0, failure_from_afar, NULL);
}

static ra_status parent_away(ra_ctx *ctx, errand *e)
{
    RA_GROUP(g, ctx);
    ra_group_go_any(&g, run_errand, e);
    ra_group_go(&g, run_errand, &e[1]);
    return ra_group_wait(ctx, &g);
}

static ra_status nested(ra_ctx *ctx, void *arg)
{
    errand errands[4][2] = {0};
    (void)arg;
    RA_GROUP(g, ctx, .keep_going = true);
    for (int i = 0; i < 4; i++) {
        errands[i][0].work_ns = errands[i][1].work_ns = RA_HOURS(1);
        ra_group_go_any(&g, parent_away, errands[i]);
    }
    EXPECT_STATUS(ra_sleep(ctx, RA_MS(3)), RA_OK);
    ra_group_cancel(&g);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_ERR_CANCELED);
    for (int i = 0; i < 4; i++)
        EXPECT(errands[i][0].ended == RA_ERR_CANCELED && errands[i][1].ended == RA_ERR_CANCELED);
    return RA_OK;
}

static void cancellation_follows_grandchildren_across_shards(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++)
        sim_once(seed, 3, 0, nested, NULL);
    real_once(3, 0, nested, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(go_any_spreads_over_the_shards_with_connections),
        cmocka_unit_test(go_any_from_an_extra_shard_leaves_it),
        cmocka_unit_test(a_cancel_may_reach_a_child_at_any_moment),
        cmocka_unit_test(cancels_between_real_shards_lose_no_record),
        cmocka_unit_test(deadline_and_message_cross_shards),
        cmocka_unit_test(cancellation_follows_grandchildren_across_shards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
