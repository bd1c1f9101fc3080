// SPDX-License-Identifier: MIT OR Apache-2.0
// late_completion: a backend that takes its time to cancel, as a kernel ring does. Until the op is
// complete its buffer is the kernel's, so the fiber whose frame holds it must not go on.
#include "fiber/world.h"

static sim world;
static unsigned cancels_asked;

static void note_cancel(ra__shard *shard, ra__op *op)
{
    (void)shard, (void)op;
    cancels_asked++;
}

static const ra__backend slow_backend = {
    .name = "slow",
    .open = world_open,
    .close = world_close,
    .submit = sim_submit,
    .cancel = note_cancel,
    .turn = sim_turn,
    .wake = world_close,
};

static int begin(void **state)
{
    (void)state;
    ra__runtime_opts opts = sim_opts(&world, 1, 1, 0);
    opts.backend = &slow_backend;
    sim_begin_with(&world, &opts);
    cancels_asked = 0;
    return 0;
}

static int end(void **state)
{
    (void)state;
    sim_end(&world);
    return 0;
}

typedef struct {
    int64_t deadline_ns;
    ra__op *op; // in the fiber's frame
    ra_status ended;
    bool over;
} reading;

static ra_status read_into_frame(ra_ctx *ctx, void *arg)
{
    reading *r = arg;
    char buffer[64];
    ra__op op = {.kind = RA__OP_READ, .data = buffer, .len = sizeof buffer};
    r->op = &op;
    RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, r->deadline_ns ? r->deadline_ns : INT64_MAX));
    r->ended = ra__op_run(ctx, &op, "read");
    r->over = true;
    return RA_OK;
}

/// Until the backend says so, whatever else happens.
static void assert_still_waiting(const reading *r)
{
    sim_run(&world);
    assert_int_equal(cancels_asked, 1);
    assert_false(r->over);
}

static void a_canceled_fiber_waits_until_its_op_is_complete(void **state)
{
    (void)state;
    reading r = {0};
    ra__fiber *fiber = sim_spawn(&world, 0, read_into_frame, &r);
    sim_run(&world);
    ra__fiber_cancel(fiber, RA_ERR_CANCELED);
    assert_still_waiting(&r);
    sim_complete(&world, r.op, -(int64_t)RA_ERR_CANCELED);
    sim_run(&world);
    assert_true(r.over);
    assert_int_equal(r.ended, RA_ERR_CANCELED);
}

static void a_fiber_out_of_time_waits_until_its_op_is_complete(void **state)
{
    (void)state;
    reading r = {.deadline_ns = RA_MS(3)};
    sim_spawn(&world, 0, read_into_frame, &r);
    assert_still_waiting(&r);
    sim_complete(&world, r.op, -(int64_t)RA_ERR_CANCELED);
    sim_run(&world);
    assert_true(r.over);
    assert_int_equal(r.ended, RA_ERR_TIMEOUT);
}

static void bytes_that_came_before_the_cancel_are_delivered(void **state)
{
    (void)state;
    reading r = {0};
    ra__fiber *fiber = sim_spawn(&world, 0, read_into_frame, &r);
    sim_run(&world);
    ra__fiber_cancel(fiber, RA_ERR_CANCELED);
    assert_still_waiting(&r);
    sim_complete(&world, r.op, 7);
    sim_run(&world);
    assert_true(r.over);
    assert_int_equal(r.ended, RA_OK);
}

static void a_second_cancel_asks_the_backend_no_more(void **state)
{
    (void)state;
    reading r = {.deadline_ns = RA_MS(3)};
    ra__fiber *fiber = sim_spawn(&world, 0, read_into_frame, &r);
    assert_still_waiting(&r); // by its deadline
    ra__fiber_cancel(fiber, RA_ERR_CANCELED);
    assert_still_waiting(&r);
    sim_complete(&world, r.op, -(int64_t)RA_ERR_CANCELED);
    sim_run(&world);
    assert_true(r.over);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(a_canceled_fiber_waits_until_its_op_is_complete),
        TEST(a_fiber_out_of_time_waits_until_its_op_is_complete),
        TEST(bytes_that_came_before_the_cancel_are_delivered),
        TEST(a_second_cancel_asks_the_backend_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
