// SPDX-License-Identifier: MIT OR Apache-2.0
#include "fiber/death.h"
#include "fiber/world.h"

static sim world;
static ra_ctx *host;

static int begin(void **state)
{
    (void)state;
    sim_begin(&world, 1, 2, 0);
    host = ra__host_open(world.runtime, 0);
    return 0;
}

static int end(void **state)
{
    (void)state;
    ra__host_close(host);
    sim_end(&world);
    return 0;
}

static void a_new_ctx_has_no_deadline_and_no_error(void **state)
{
    (void)state;
    ra_ctx ctx;
    ra__ctx_init(&ctx, host->shard, NULL, NULL);
    assert_int_equal(ra_ctx_status(&ctx), RA_OK);
    assert_int_equal(ctx.deadline_ns, INT64_MAX);
    assert_int_equal(ctx.error, RA_OK);
    assert_int_equal(ra_ctx_message(&ctx).len, 0);
    ra__ctx_deinit(&ctx);
    ra__ctx_deinit(&ctx); // half-built or ended twice: nothing
}

static void slots_deadline_and_cancellation_are_inherited(void **state)
{
    (void)state;
    int app;
    host->slots[RA__SLOT_APP] = &app;
    host->deadline_ns = world.now_ns + RA_MS(5);
    host->arena_bytes_max = 12345;
    atomic_store(&host->canceled, RA_ERR_CANCELED);
    ra_ctx child;
    ra__ctx_init(&child, host->shard, NULL, host);
    assert_ptr_equal(child.slots[RA__SLOT_APP], &app);
    assert_int_equal(child.deadline_ns, host->deadline_ns);
    assert_int_equal(child.arena_bytes_max, 12345);
    assert_int_equal(ra_ctx_status(&child), RA_ERR_CANCELED);
    ra__ctx_deinit(&child);
}

static void inside_a_shield_its_deadline_is_inherited_and_no_cancellation(void **state)
{
    (void)state;
    atomic_store(&host->canceled, RA_ERR_CANCELED);
    RA_SCOPED(ra_shield, calm, ra_shield_for(host, RA_MS(9)));
    ra_ctx child;
    ra__ctx_init(&child, host->shard, NULL, host);
    assert_int_equal(ra_ctx_status(&child), RA_OK);
    assert_int_equal(child.deadline_ns, world.now_ns + RA_MS(9));
    ra__ctx_deinit(&child);
}

static void status_tells_cancellation_before_exhaustion_before_timeout(void **state)
{
    (void)state;
    host->deadline_ns = world.now_ns;
    assert_int_equal(ra_ctx_status(host), RA_ERR_TIMEOUT);
    host->exhausted = true;
    assert_int_equal(ra_ctx_status(host), RA_ERR_EXHAUSTED);
    atomic_store(&host->canceled, RA_ERR_TIMEOUT);
    assert_int_equal(ra_ctx_status(host), RA_ERR_TIMEOUT);
    ra__ctx_reset(host);
    assert_int_equal(ra_ctx_status(host), RA_OK);
}

static void every_suspending_call_fails_with_the_status_of_the_ctx(void **state)
{
    (void)state;
    ra_mutex mutex = {0};
    int item = 0;
    size_t fired = 0;
    ra_chan *chan = ra_chan_new(host, sizeof item, 1);
    ra_case none[] = {{.kind = RA_CASE_NONE_}, {.kind = RA_CASE_END_}};
    atomic_store(&host->canceled, RA_ERR_CANCELED);
    assert_int_equal(ra_sleep(host, 1), RA_ERR_CANCELED);
    assert_int_equal(ra_yield(host), RA_ERR_CANCELED);
    assert_int_equal(ra_chan_send_(host, chan, &item, sizeof item), RA_ERR_CANCELED);
    assert_int_equal(ra_chan_recv_(host, chan, &item, sizeof item), RA_ERR_CANCELED);
    assert_int_equal(ra_select_(host, &fired, none, false), RA_ERR_CANCELED);
    assert_int_equal(ra_mutex_lock(host, &mutex), RA_ERR_CANCELED);
    assert_int_equal(ra_offload_(host, NULL, NULL), RA_ERR_CANCELED);
}

static void a_ctx_without_a_fiber_may_not_suspend(void **state)
{
    (void)state;
    ra_ctx ctx;
    ra__ctx_init(&ctx, host->shard, NULL, host);
    assert_int_equal(ra_sleep(&ctx, 1), RA_ERR_STATE);
    ra__ctx_deinit(&ctx);
    ra__ctx_init(&ctx, NULL, NULL, NULL); // not even a shard: memory, errors and clock work
    assert_int_equal(ra_yield(&ctx), RA_ERR_STATE);
    assert_int_equal(ra_ctx_status(&ctx), RA_OK);
    assert_true(ra_now(&ctx).unix_ns > 0);
    assert_non_null(ra_alloc(&ctx, 10));
    ra__ctx_deinit(&ctx);
}

static void tighten_never_loosens(void **state)
{
    (void)state;
    int64_t soon_ns = world.now_ns + RA_MS(1), late_ns = world.now_ns + RA_MS(2);
    int64_t outer_ns = ra__ctx_tighten(host, soon_ns);
    assert_int_equal(outer_ns, INT64_MAX);
    int64_t inner_ns = ra__ctx_tighten(host, late_ns);
    assert_int_equal(host->deadline_ns, soon_ns);
    ra__ctx_restore(host, inner_ns);
    ra__ctx_restore(host, outer_ns);
    assert_int_equal(host->deadline_ns, INT64_MAX);
}

static void a_reset_ctx_is_as_new_but_for_its_slots(void **state)
{
    (void)state;
    int app;
    host->slots[RA__SLOT_APP] = &app;
    RA_DISCARD(ra_fail(host, RA_ERR_CONFLICT, "x"));
    atomic_store(&host->canceled, RA_ERR_CANCELED);
    host->exhausted = true;
    host->deadline_ns = 5;
    ra__ctx_reset(host);
    assert_int_equal(ra_ctx_status(host), RA_OK);
    assert_int_equal(host->error, RA_OK);
    assert_int_equal(ra_ctx_message(host).len, 0);
    assert_ptr_equal(host->slots[RA__SLOT_APP], &app);
}

static ra_status wait_with_the_hosts_ctx(ra_ctx *ctx, void *arg)
{
    (void)ctx, (void)arg;
    return ra__ctx_may_suspend(host);
}

static void use_anothers_ctx(unsigned shard)
{
    sim_spawn(&world, shard, wait_with_the_hosts_ctx, NULL);
    RA_DISCARD(ra_sleep(host, RA_MS(1)));
}

static void waiting_with_anothers_ctx_is_a_bug_that_is_told(void **state)
{
    (void)state;
    EXPECT_DEATH(use_anothers_ctx(0), "a ctx is used by another fiber than its own");
    EXPECT_DEATH(use_anothers_ctx(1), "a ctx is used by another fiber than its own");
}

#ifdef RAMIE_DEBUG
static void suspend_in_a_body(void)
{
    host->mode = RA__CTX_BODY;
    RA_DISCARD(ra_sleep(host, 1));
}

static ra_status allocate_from_the_hosts_ctx(ra_ctx *ctx, void *arg)
{
    (void)ctx, (void)arg;
    return ra_fail(host, RA_ERR_CONFLICT, "x");
}

static void use_on_another_shard(void)
{
    sim_spawn(&world, 1, allocate_from_the_hosts_ctx, NULL);
    RA_DISCARD(ra_sleep(host, RA_MS(1)));
}

static void debug_builds_trap_where_a_ctx_is_misused(void **state)
{
    (void)state;
    EXPECT_DEATH(suspend_in_a_body(), "inside a transaction only SQL may suspend");
    EXPECT_DEATH(use_on_another_shard(), "memory of a ctx is taken on another thread");
}
#else
static void release_builds_refuse_to_suspend_in_a_body(void **state)
{
    (void)state;
    host->mode = RA__CTX_BODY;
    assert_int_equal(ra_sleep(host, 1), RA_ERR_STATE);
    host->mode = RA__CTX_FIBER;
}
#endif

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_new_ctx_has_no_deadline_and_no_error),
        TEST(slots_deadline_and_cancellation_are_inherited),
        TEST(inside_a_shield_its_deadline_is_inherited_and_no_cancellation),
        TEST(status_tells_cancellation_before_exhaustion_before_timeout),
        TEST(every_suspending_call_fails_with_the_status_of_the_ctx),
        TEST(a_ctx_without_a_fiber_may_not_suspend),
        TEST(tighten_never_loosens),
        TEST(a_reset_ctx_is_as_new_but_for_its_slots),
        TEST(waiting_with_anothers_ctx_is_a_bug_that_is_told),
#ifdef RAMIE_DEBUG
        TEST(debug_builds_trap_where_a_ctx_is_misused),
#else
        TEST(release_builds_refuse_to_suspend_in_a_body),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
