// SPDX-License-Identifier: MIT OR Apache-2.0
#include "fiber/world.h"

static sim world;

static int begin(void **state)
{
    (void)state;
    sim_begin(&world, 1, 1, 0);
    return 0;
}

static int end(void **state)
{
    (void)state;
    assert_null(world.pending);
    sim_end(&world);
    return 0;
}

typedef struct {
    ra__op op;
    int64_t deadline_ns;
    ra_status ended;
    bool over;
} request;

static ra_status run(ra_ctx *ctx, void *arg)
{
    request *r = arg;
    r->op = (ra__op){.kind = RA__OP_READ};
    RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, r->deadline_ns ? r->deadline_ns : INT64_MAX));
    r->ended = ra__op_run(ctx, &r->op, "read");
    r->over = true;
    return RA_OK;
}

static void the_fiber_goes_on_when_the_op_is_complete(void **state)
{
    (void)state;
    request r = {0};
    sim_spawn(&world, 0, run, &r);
    sim_run(&world);
    assert_false(r.over);
    sim_complete(&world, &r.op, 12);
    sim_run(&world);
    assert_true(r.over);
    assert_int_equal(r.ended, RA_OK);
    assert_int_equal(r.op.result, 12);
}

static void a_failed_op_gives_its_status(void **state)
{
    (void)state;
    request r = {0};
    sim_spawn(&world, 0, run, &r);
    sim_run(&world);
    sim_complete(&world, &r.op, -(int64_t)RA_ERR_CLOSED);
    sim_run(&world);
    assert_int_equal(r.ended, RA_ERR_CLOSED);
}

static void cancellation_and_deadline_go_through_the_backend(void **state)
{
    (void)state;
    request late = {.deadline_ns = RA_MS(3)}, canceled = {0};
    ra__fiber *fiber = sim_spawn(&world, 0, run, &canceled);
    sim_spawn(&world, 0, run, &late);
    sim_run(&world);
    assert_int_equal(late.ended, RA_ERR_TIMEOUT);
    ra__fiber_cancel(fiber, RA_ERR_CANCELED);
    sim_run(&world);
    assert_int_equal(canceled.ended, RA_ERR_CANCELED);
}

static void a_result_that_came_first_wins_over_cancellation(void **state)
{
    (void)state;
    request r = {0};
    ra__fiber *fiber = sim_spawn(&world, 0, run, &r);
    sim_run(&world);
    sim_complete(&world, &r.op, 5);
    ra__fiber_cancel(fiber, RA_ERR_CANCELED); // the op is gone already
    sim_run(&world);
    assert_int_equal(r.ended, RA_OK);
    assert_int_equal(r.op.result, 5);
}

static void a_canceled_ctx_submits_nothing(void **state)
{
    (void)state;
    request r = {.op = {.result = 77}};
    ra__fiber *fiber = sim_spawn(&world, 0, run, &r);
    ra__fiber_cancel(fiber, RA_ERR_CANCELED);
    sim_run(&world);
    assert_int_equal(r.ended, RA_ERR_CANCELED);
    assert_null(world.pending);
}

static ra_status complete_at_once(ra_ctx *ctx, void *arg)
{
    request *r = arg;
    r->ended = ra__op_run(ctx, &r->op, "read");
    return RA_OK;
}

static void an_op_may_be_complete_within_submit(void **state)
{
    (void)state;
    request r = {0};
    real_once(1, 0, complete_at_once, &r);
    assert_int_equal(r.ended, RA_ERR_UNSUPPORTED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(the_fiber_goes_on_when_the_op_is_complete),
        TEST(a_failed_op_gives_its_status),
        TEST(cancellation_and_deadline_go_through_the_backend),
        TEST(a_result_that_came_first_wins_over_cancellation),
        TEST(a_canceled_ctx_submits_nothing),
        TEST(an_op_may_be_complete_within_submit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
