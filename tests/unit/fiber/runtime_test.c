// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/heap.h"
#include "fiber/world.h"
#include <pthread.h>

static void a_runtime_without_fibers_starts_and_stops(void **state)
{
    (void)state;
    for (unsigned shards = 1; shards < 4; shards++)
        real_end(real_begin(shards, 1));
    ra__runtime_free(NULL);
}

static void a_runtime_that_never_started_can_be_stopped(void **state)
{
    (void)state;
    ra__runtime *runtime;
    ra__runtime_opts opts = {.shards = 1, .backend = &real_backend};
    assert_int_equal(ra__runtime_new(&runtime, &opts), RA_OK);
    ra__runtime_stop(runtime);
    ra__runtime_free(runtime);
}

static void no_number_means_one_shard_a_cpu(void **state)
{
    (void)state;
    ra__runtime *runtime;
    ra__runtime_opts opts = {.extras = 1, .backend = &real_backend};
    assert_int_equal(ra__runtime_new(&runtime, &opts), RA_OK);
    assert_int_equal(ra__runtime_shard_count(runtime), ra__os_cpu_count());
    ra__runtime_free(runtime);
}

static void too_many_shards_are_refused(void **state)
{
    (void)state;
    ra__runtime *runtime;
    ra__runtime_opts opts = {.shards = 10000, .backend = &real_backend};
    assert_int_equal(ra__runtime_new(&runtime, &opts), RA_ERR_TOO_LARGE);
    assert_null(runtime);
}

static int opened, closed, refuse_at;

static ra_status counting_open(ra__shard *shard)
{
    (void)shard;
    if (opened == refuse_at)
        return RA_ERR_IO;
    opened++;
    return RA_OK;
}

static void counting_close(ra__shard *shard)
{
    (void)shard;
    closed++;
}

static void a_backend_that_fails_to_open_is_closed_as_far_as_it_came(void **state)
{
    (void)state;
    ra__runtime *runtime;
    ra__backend backend = {.open = counting_open, .close = counting_close};
    ra__runtime_opts opts = {.shards = 3, .backend = &backend};
    for (refuse_at = 0; refuse_at < 3; refuse_at++) {
        opened = closed = 0;
        assert_int_equal(ra__runtime_new(&runtime, &opts), RA_ERR_IO);
        assert_int_equal(opened, refuse_at);
        assert_int_equal(closed, refuse_at);
    }
}

static unsigned left;

static bool refuse_nth(void *arg, size_t bytes)
{
    (void)arg, (void)bytes;
    return left-- != 0;
}

static void the_nth_allocation_failing_is_a_status(void **state)
{
    (void)state;
    unsigned n = 0;
    for (;; n++) {
        ra__runtime *runtime;
        ra__runtime_opts opts = {.shards = 2, .backend = &real_backend};
        left = n;
        ra__heap_set_hook(refuse_nth, NULL);
        ra_status status = ra__runtime_new(&runtime, &opts);
        ra__heap_set_hook(NULL, NULL);
        if (status == RA_OK) {
            ra__runtime_free(runtime);
            break;
        }
        assert_int_equal(status, RA_ERR_EXHAUSTED);
        assert_null(runtime);
    }
    assert_true(n >= 3);
}

// ---- the end

typedef struct {
    ra__msg msg;
    ra__runtime *runtime;
    int hops;
    _Atomic int *left;
} hop;

static ra_status after_hop(ra_ctx *ctx, void *arg);

static void hop_arrived(ra__msg *msg)
{
    hop *h = (hop *)(void *)msg;
    ra__spawn_opts opts = {.name = "hop"};
    EXPECT(ra__spawn(ra__shard_self(), after_hop, h, &opts));
}

// The fiber ends while its message is on the way: for a moment no shard has a fiber.
static ra_status after_hop(ra_ctx *ctx, void *arg)
{
    hop *h = arg;
    if (h->hops-- == 0) {
        atomic_fetch_sub(h->left, 1);
        return RA_OK;
    }
    unsigned next = (ra__shard_index(ctx->shard) + 1) % ra__runtime_shard_count(h->runtime);
    h->msg.fn = hop_arrived;
    ra__shard_post(ra__runtime_shard(h->runtime, next), &h->msg);
    return RA_OK;
}

static void stop_waits_for_work_that_is_between_two_shards(void **state)
{
    (void)state;
    enum { HOPPERS = 3 };
    ra__runtime *runtime = real_begin(2, 0);
    _Atomic int alive = HOPPERS;
    hop hops[HOPPERS];
    for (int i = 0; i < HOPPERS; i++) {
        hops[i] =
            (hop){.msg.fn = hop_arrived, .runtime = runtime, .hops = scaled(2000), .left = &alive};
        ra__shard_post(ra__runtime_shard(runtime, (unsigned)i % 2), &hops[i].msg);
    }
    ra__runtime_stop(runtime);
    assert_int_equal(alive, 0);
    ra__runtime_free(runtime);
}

static ra_status nap(ra_ctx *ctx, void *arg)
{
    RA_TRY(ra_sleep(ctx, RA_MS(20)));
    *(bool *)arg = true;
    return RA_OK;
}

static void stop_waits_for_fibers_that_sleep(void **state)
{
    (void)state;
    bool done = false;
    real_once(2, 1, nap, &done);
    assert_true(done);
}

static ra_status sleep_long(ra_ctx *ctx, void *arg)
{
    (void)arg;
    return ra_sleep(ctx, RA_HOURS(3));
}

static void in_the_simulation_stop_runs_the_world_to_its_end(void **state)
{
    (void)state;
    sim s;
    sim_begin(&s, 1, 2, 0);
    sim_spawn(&s, 1, sleep_long, NULL);
    ra__runtime_stop(s.runtime);
    assert_int_equal(ra__shard_fiber_count(ra__runtime_shard(s.runtime, 1)), 0);
    assert_true(s.now_ns >= RA_HOURS(3));
    ra__runtime_free(s.runtime);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_runtime_without_fibers_starts_and_stops),
        cmocka_unit_test(a_runtime_that_never_started_can_be_stopped),
        cmocka_unit_test(no_number_means_one_shard_a_cpu),
        cmocka_unit_test(too_many_shards_are_refused),
        cmocka_unit_test(a_backend_that_fails_to_open_is_closed_as_far_as_it_came),
        cmocka_unit_test(the_nth_allocation_failing_is_a_status),
        cmocka_unit_test(stop_waits_for_work_that_is_between_two_shards),
        cmocka_unit_test(stop_waits_for_fibers_that_sleep),
        cmocka_unit_test(in_the_simulation_stop_runs_the_world_to_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
