// SPDX-License-Identifier: MIT OR Apache-2.0
#include "fiber/death.h"
#include "fiber/world.h"

typedef RA_CHAN(int) int_chan;

static sim world;
static ra_ctx *host;

static int begin(void **state)
{
    (void)state;
    sim_begin(&world, 1, 3, 0);
    host = ra__host_open(world.runtime, 1);
    return 0;
}

static int end(void **state)
{
    (void)state;
    ra__host_close(host);
    sim_end(&world);
    return 0;
}

static void the_host_acts_for_its_shard(void **state)
{
    (void)state;
    assert_ptr_equal(ra__shard_self(), ra__runtime_shard(world.runtime, 1));
    ra_ctx *inner = ra__host_open(world.runtime, 2);
    assert_ptr_equal(ra__shard_self(), ra__runtime_shard(world.runtime, 2));
    ra__host_close(inner);
    assert_ptr_equal(ra__shard_self(), ra__runtime_shard(world.runtime, 1));
}

static ra_status answer(ra_ctx *ctx, int_chan *c)
{
    RA_TRY(ra_sleep(ctx, RA_MS(2)));
    return ra_chan_send(ctx, *c, 42);
}

static void suspending_calls_run_the_world(void **state)
{
    (void)state;
    int got = 0;
    int_chan chan = RA_CHAN_NEW(host, int, 0);
    RA_GROUP(g, host);
    ra_group_go_any(&g, answer, &chan);
    ra_group_go_any(&g, answer, &chan);
    assert_int_equal(ra_chan_recv(host, chan, &got), RA_OK);
    assert_int_equal(got, 42);
    assert_int_equal(ra_chan_recv(host, chan, &got), RA_OK);
    assert_int_equal(ra_group_wait(host, &g), RA_OK);
}

static ra_status count(ra_ctx *ctx, int *times)
{
    for (;; *times += 1)
        RA_TRY(ra_yield(ctx));
}

static void a_yield_lets_others_run_and_comes_back(void **state)
{
    (void)state;
    int times = 0;
    RA_GROUP(g, host);
    ra_group_go(&g, count, &times);
    for (int i = 0; i < 20; i++)
        assert_int_equal(ra_yield(host), RA_OK);
    assert_true(times > 0);
    int item = 0;
    int_chan chan = RA_CHAN_NEW(host, int, 1);
    for (int i = 0; i < 1000; i++) { // a host is not made to yield
        assert_int_equal(ra_chan_send(host, chan, i), RA_OK);
        assert_int_equal(ra_chan_recv(host, chan, &item), RA_OK);
    }
}

static jmp_buf out;

static void leave_by_longjmp(void)
{
    assert_int_equal(ra_sleep(host, RA_MS(1)), RA_OK);
    longjmp(out, 1);
}

static void frames_may_be_left_by_longjmp(void **state)
{
    (void)state;
    if (setjmp(out) == 0)
        leave_by_longjmp();
    assert_int_equal(ra_sleep(host, RA_MS(1)), RA_OK);
}

static void wait_for_nothing(void)
{
    int got;
    int_chan chan = RA_CHAN_NEW(host, int, 0);
    RA_DISCARD(ra_chan_recv(host, chan, &got));
}

static void a_deadlock_is_told(void **state)
{
    (void)state;
    EXPECT_DEATH(wait_for_nothing(), "deadlock: the test waits in \"chan recv\"");
}

static ra_status tick(ra_ctx *ctx, void *unused)
{
    (void)unused;
    for (;;)
        RA_TRY(ra_sleep(ctx, RA_MS(1)));
}

static void wait_while_another_ticks(void)
{
    sim_spawn(&world, 0, tick, NULL);
    wait_for_nothing();
}

static void a_deadlock_beside_a_ticking_fiber_is_told(void **state)
{
    (void)state;
    EXPECT_DEATH(wait_while_another_ticks(), "deadlock: the test waits in \"chan recv\" since");
}

static void the_host_can_be_canceled(void **state)
{
    (void)state;
    ra__fiber_cancel(host->fiber, RA_ERR_CANCELED);
    assert_int_equal(ra_sleep(host, RA_MS(1)), RA_ERR_CANCELED);
    ra__ctx_reset(host);
    assert_int_equal(ra_sleep(host, RA_MS(1)), RA_OK);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(the_host_acts_for_its_shard),
        TEST(suspending_calls_run_the_world),
        TEST(a_yield_lets_others_run_and_comes_back),
        TEST(frames_may_be_left_by_longjmp),
        TEST(a_deadlock_is_told),
        TEST(a_deadlock_beside_a_ticking_fiber_is_told),
        TEST(the_host_can_be_canceled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
