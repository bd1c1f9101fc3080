// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/heap.h"
#include "fiber/world.h"

// ---- children

static ra_status nap(ra_ctx *ctx, int *done)
{
    RA_TRY(ra_sleep(ctx, RA_MS(10)));
    *done += 1;
    return RA_OK;
}

static ra_status mark(ra_ctx *ctx, int *done)
{
    (void)ctx;
    *done += 1;
    return RA_OK;
}

static ra_status sleep_forever(ra_ctx *ctx, ra_status *ended)
{
    *ended = ra_sleep(ctx, RA_HOURS(1000));
    return *ended;
}

static ra_status fail_with_a_message(ra_ctx *ctx, int *number)
{
    return ra_fail(ctx, RA_ERR_CONFLICT, "number %d", *number);
}

static ra_status fail_with_fields(ra_ctx *ctx, int *unused)
{
    (void)unused;
    RA_DISCARD(ra_fail_field(ctx, "/a", "one", "first"));
    return ra_fail_field(ctx, "/b", "two", "second");
}

// ---- joining

static ra_status ten_thousand_sleepers(ra_ctx *ctx, void *arg)
{
    int count = scaled(10000), done = 0;
    (void)arg;
    RA_GROUP(sleepers, ctx);
    for (int i = 0; i < count; i++)
        ra_group_go(&sleepers, nap, &done);
    EXPECT_STATUS(ra_group_wait(ctx, &sleepers), RA_OK);
    EXPECT(done == count);
    return RA_OK;
}

static void ten_thousand_sleepers_are_joined(void **state)
{
    (void)state;
    sim_once(1, 1, 0, ten_thousand_sleepers, NULL);
    real_once(2, 0, ten_thousand_sleepers, NULL);
}

static ra_status children_are_queued(ra_ctx *ctx, void *arg)
{
    int done = 0;
    (void)arg;
    RA_GROUP(g, ctx);
    ra_group_go(&g, mark, &done);
    EXPECT(done == 0);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_OK);
    EXPECT(done == 1);
    ra_group_go(&g, mark, &done); // a group may be used again
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_OK);
    EXPECT(done == 2);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_OK); // nothing to wait for
    return RA_OK;
}

static void a_child_never_runs_at_once(void **state)
{
    (void)state;
    sim_once(2, 1, 0, children_are_queued, NULL);
}

static ra_status leave_scope(ra_ctx *ctx, ra_status *ended)
{
    RA_GROUP(g, ctx);
    ra_group_go(&g, sleep_forever, ended);
    return ra_sleep(ctx, RA_MS(1));
}

static ra_status scope_cancels(ra_ctx *ctx, void *arg)
{
    ra_status ended = RA_OK;
    (void)arg;
    EXPECT_STATUS(leave_scope(ctx, &ended), RA_OK);
    EXPECT(ended == RA_ERR_CANCELED);
    return RA_OK;
}

static void leaving_the_scope_cancels_and_joins(void **state)
{
    (void)state;
    sim_once(3, 1, 0, scope_cancels, NULL);
}

static ra_status cancel_before_start(ra_ctx *ctx, void *arg)
{
    ra_status ended = RA_OK;
    (void)arg;
    RA_GROUP(g, ctx);
    ra_group_go(&g, sleep_forever, &ended);
    ra_group_cancel(&g);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_ERR_CANCELED);
    EXPECT(ended == RA_ERR_CANCELED);
    return RA_OK;
}

static void a_child_canceled_before_its_start_still_starts(void **state)
{
    (void)state;
    sim_once(4, 1, 0, cancel_before_start, NULL);
}

static ra_status born_canceled(ra_ctx *ctx, void *arg)
{
    ra_status first = RA_OK, late = RA_OK;
    (void)arg;
    RA_GROUP(g, ctx);
    ra_group_go(&g, sleep_forever, &first);
    ra_group_cancel(&g);
    ra_group_go(&g, sleep_forever, &late);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_ERR_CANCELED);
    EXPECT(late == RA_ERR_CANCELED);
    return RA_OK;
}

static void a_child_of_a_canceled_group_is_born_canceled(void **state)
{
    (void)state;
    sim_once(5, 1, 0, born_canceled, NULL);
}

// ---- failures

static ra_status first_failure(ra_ctx *ctx, void *arg)
{
    ra_status sibling = RA_OK;
    int number = 7;
    (void)arg;
    RA_GROUP(g, ctx);
    ra_group_go(&g, sleep_forever, &sibling);
    ra_group_go(&g, fail_with_a_message, &number);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_ERR_CONFLICT);
    EXPECT(sibling == RA_ERR_CANCELED);
    EXPECT(ra_str_equal(ra_ctx_message(ctx), RA_STR("number 7")));
    return RA_OK;
}

static void the_first_failure_cancels_siblings_and_carries_its_message(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++)
        sim_once(seed, 1, 0, first_failure, NULL);
}

static ra_status problems_travel(ra_ctx *ctx, void *arg)
{
    int unused = 0;
    (void)arg;
    RA_GROUP(g, ctx);
    ra_group_go(&g, fail_with_fields, &unused);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_ERR_INVALID);
    ra_problems *problems = ra__ctx_problems(ctx);
    EXPECT(problems->len == 2);
    EXPECT(ra_str_equal(problems->items[1].pointer, RA_STR("/b")));
    EXPECT(ra_str_equal(problems->items[1].detail, RA_STR("second")));
    return RA_OK;
}

static void field_problems_of_a_child_reach_the_parent(void **state)
{
    (void)state;
    sim_once(6, 1, 0, problems_travel, NULL);
}

static ra_status going_on(ra_ctx *ctx, void *arg)
{
    int number = 1, done = 0;
    (void)arg;
    RA_GROUP(g, ctx, .keep_going = true);
    ra_group_go(&g, fail_with_a_message, &number);
    ra_group_go(&g, nap, &done);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_ERR_CONFLICT);
    EXPECT(done == 1);
    return RA_OK;
}

static void keep_going_lets_siblings_finish(void **state)
{
    (void)state;
    sim_once(7, 1, 0, going_on, NULL);
}

// ---- deadlines and cancellation from above

static ra_status deadline_reaches_children(ra_ctx *ctx, void *arg)
{
    ra_status before = RA_OK, after = RA_OK;
    (void)arg;
    RA_GROUP(g, ctx);
    ra_group_go(&g, sleep_forever, &before); // asked for before the deadline was set
    RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, RA_MS(50)));
    ra_group_go(&g, sleep_forever, &after); // inherits it
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_ERR_TIMEOUT);
    EXPECT(before != RA_OK && after == RA_ERR_TIMEOUT);
    return RA_OK;
}

static void a_deadline_of_the_wait_ends_the_children(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 10; seed++)
        sim_once(seed, 1, 0, deadline_reaches_children, NULL);
}

static ra_status wait_in_a_canceled_ctx(ra_ctx *ctx, void *arg)
{
    ra_status ended = RA_OK;
    (void)arg;
    RA_GROUP(g, ctx);
    ra_group_go(&g, sleep_forever, &ended);
    EXPECT_STATUS(ra_yield(ctx), RA_OK);
    ra__fiber_cancel(ctx->fiber, RA_ERR_CANCELED);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_ERR_CANCELED);
    EXPECT(ended == RA_ERR_CANCELED);
    return RA_OK;
}

static void a_wait_in_a_canceled_ctx_still_joins(void **state)
{
    (void)state;
    sim_once(8, 1, 0, wait_in_a_canceled_ctx, NULL);
}

typedef struct {
    int depth;
    int reached;
    ra_status leaf;
} chain;

static ra_status chain_link(ra_ctx *ctx, chain *c)
{
    c->reached++;
    if (c->reached == c->depth) {
        c->leaf = ra_sleep(ctx, RA_HOURS(1));
        return c->leaf;
    }
    RA_GROUP(g, ctx);
    ra_group_go(&g, chain_link, c);
    return ra_group_wait(ctx, &g);
}

static ra_status cancel_chain(ra_ctx *ctx, void *arg)
{
    chain c = {.depth = scaled(2000)};
    (void)arg;
    RA_GROUP(g, ctx);
    ra_group_go(&g, chain_link, &c);
    EXPECT_STATUS(ra_sleep(ctx, RA_MS(10)), RA_OK);
    EXPECT(c.reached == c.depth);
    ra_group_cancel(&g);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_ERR_CANCELED);
    EXPECT(c.leaf == RA_ERR_CANCELED);
    return RA_OK;
}

static void cancellation_reaches_the_end_of_a_long_chain_of_groups(void **state)
{
    (void)state;
    sim_once(9, 1, 0, cancel_chain, NULL);
}

static ra_status clean_up(ra_ctx *ctx, int *done)
{
    RA_DISCARD(ra_sleep(ctx, RA_HOURS(1)));
    RA_SCOPED(ra_shield, calm, ra_shield_for(ctx, RA_SECONDS(2)));
    RA_GROUP(g, ctx);
    ra_group_go(&g, nap, done); // may suspend: it was made inside the shield
    return ra_group_wait(ctx, &g);
}

static ra_status shielded_group(ra_ctx *ctx, void *arg)
{
    int done = 0;
    (void)arg;
    RA_GROUP(g, ctx);
    ra_group_go(&g, clean_up, &done);
    EXPECT_STATUS(ra_sleep(ctx, RA_MS(1)), RA_OK);
    ra_group_cancel(&g);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_OK);
    EXPECT(done == 1);
    return RA_OK;
}

static void a_group_inside_a_shield_outlasts_cancellation(void **state)
{
    (void)state;
    sim_once(10, 1, 0, shielded_group, NULL);
}

static ra_status shielded_worker(ra_ctx *ctx, int *done)
{
    RA_SCOPED(ra_shield, calm, ra_shield_for(ctx, RA_SECONDS(2)));
    RA_GROUP(g, ctx);
    ra_group_go(&g, nap, done);
    return ra_group_wait(ctx, &g);
}

static ra_status cancel_into_shield(ra_ctx *ctx, void *arg)
{
    int done = 0;
    (void)arg;
    RA_GROUP(g, ctx);
    ra_group_go(&g, shielded_worker, &done);
    EXPECT_STATUS(ra_sleep(ctx, RA_MS(2)), RA_OK); // now it waits inside its shield
    ra_group_cancel(&g);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_OK);
    EXPECT(done == 1);
    return RA_OK;
}

static void cancellation_does_not_enter_a_shield(void **state)
{
    (void)state;
    sim_once(11, 1, 0, cancel_into_shield, NULL);
}

static ra_status sleep_long(ra_ctx *ctx, ra_status *ended)
{
    *ended = ra_sleep(ctx, RA_HOURS(1));
    return *ended;
}

static ra_status waits_after_its_shield(ra_ctx *ctx, ra_status *ended)
{
    RA_GROUP(g, ctx);
    {
        RA_SCOPED(ra_shield, calm, ra_shield_for(ctx, RA_HOURS(2)));
        ra_group_go(&g, sleep_long, ended);
    }
    return ra_group_wait(ctx, &g);
}

static ra_status cancel_after_shield(ra_ctx *ctx, void *arg)
{
    ra_status ended = RA_OK;
    (void)arg;
    RA_GROUP(g, ctx);
    ra_group_go(&g, waits_after_its_shield, &ended);
    EXPECT_STATUS(ra_sleep(ctx, RA_MS(2)), RA_OK);
    ra_group_cancel(&g);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_ERR_CANCELED);
    EXPECT(ended == RA_ERR_CANCELED);
    return RA_OK;
}

static void a_wait_outside_the_shield_tells_the_children_of_the_shield(void **state)
{
    (void)state;
    sim_once(19, 1, 0, cancel_after_shield, NULL);
}

// ---- memory

typedef struct {
    ra_str text;
} note;

static ra_status leave_text(ra_ctx *ctx, note *n)
{
    n->text = ra_format(ctx, "from %s", "a child");
    return RA_OK;
}

static ra_status read_after_the_child(ra_ctx *ctx, void *arg)
{
    note notes[3];
    (void)arg;
    RA_GROUP(g, ctx);
    for (int i = 0; i < 3; i++)
        ra_group_go_any(&g, leave_text, &notes[i]);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_OK);
    for (int i = 0; i < 3; i++)
        EXPECT(ra_str_equal(notes[i].text, RA_STR("from a child")));
    return RA_OK;
}

static void what_a_child_allocates_lives_until_the_scope_ends(void **state)
{
    (void)state;
    sim_once(12, 1, 0, read_after_the_child, NULL);
    sim_once(13, 3, 1, read_after_the_child, NULL);
    real_once(2, 1, read_after_the_child, NULL);
}

static ra_status ten_thousand_texts(ra_ctx *ctx, void *arg)
{
    int count = scaled(10000); // what each leaves is gathered without a look at the others'
    note *notes = calloc((size_t)count, sizeof *notes);
    (void)arg;
    RA_GROUP(g, ctx);
    for (int i = 0; i < count; i++)
        ra_group_go(&g, leave_text, &notes[i]);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_OK);
    for (int i = 0; i < count; i++)
        EXPECT(ra_str_equal(notes[i].text, RA_STR("from a child")));
    free(notes);
    return RA_OK;
}

static void ten_thousand_children_leave_memory(void **state)
{
    (void)state;
    sim_once(20, 1, 0, ten_thousand_texts, NULL);
}

static void count_up(void *arg)
{
    *(int *)arg += 1;
}

static ra_status defer_something(ra_ctx *ctx, int *ended)
{
    ra_arena_defer(ra_ctx_arena(ctx), count_up, ended);
    return RA_OK;
}

static ra_status deferred_in_scope(ra_ctx *ctx, int *ended)
{
    RA_GROUP(g, ctx);
    ra_group_go(&g, defer_something, ended);
    ra_group_go(&g, defer_something, ended);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_OK);
    EXPECT(*ended == 0);
    return RA_OK;
}

static ra_status deferred_calls(ra_ctx *ctx, void *arg)
{
    int ended = 0;
    (void)arg;
    EXPECT_STATUS(deferred_in_scope(ctx, &ended), RA_OK);
    EXPECT(ended == 2);
    return RA_OK;
}

static void deferred_calls_of_children_run_at_the_end_of_the_scope(void **state)
{
    (void)state;
    sim_once(14, 1, 0, deferred_calls, NULL);
}

static bool refuse_all(void *arg, size_t bytes)
{
    (void)arg, (void)bytes;
    return false;
}

static ra_status no_memory(ra_ctx *ctx, void *arg)
{
    int done = 0;
    (void)arg;
    RA_GROUP(g, ctx);
    ra__heap_set_hook(refuse_all, NULL);
    ra_group_go(&g, mark, &done); // the first family of this shard
    ra__heap_set_hook(NULL, NULL);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_ERR_EXHAUSTED);
    EXPECT(done == 0);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_OK); // told once
    return RA_OK;
}

static void without_memory_the_wait_says_so(void **state)
{
    (void)state;
    sim_once(15, 1, 0, no_memory, NULL);
}

static ra_status take_stacks(ra_ctx *ctx, int *unused)
{
    (void)unused;
    return ra_sleep(ctx, RA_MS(1));
}

static ra_status no_stack(ra_ctx *ctx, void *arg)
{
    int unused = 0;
    (void)arg;
    RA_GROUP(g, ctx, .keep_going = true);
    for (int i = 0; i < 100; i++) // one slab holds 64
        ra_group_go(&g, take_stacks, &unused);
    ra__heap_set_hook(refuse_all, NULL);
    ra_status status = ra_group_wait(ctx, &g);
    ra__heap_set_hook(NULL, NULL);
    EXPECT_STATUS(status, RA_ERR_EXHAUSTED);
    return RA_OK;
}

static void a_child_without_a_stack_fails_alone(void **state)
{
    (void)state;
    sim_once(16, 1, 0, no_stack, NULL);
}

static ra_status two_groups(ra_ctx *ctx, void *arg)
{
    ra_status a = RA_OK, b = RA_OK;
    (void)arg;
    ra_group first = ra_group_init(ctx, NULL), second = ra_group_init(ctx, NULL);
    ra_group_go(&first, sleep_forever, &a);
    ra_group_go(&second, sleep_forever, &b);
    EXPECT_STATUS(ra_sleep(ctx, RA_MS(1)), RA_OK);
    ra_group_deinit(&first); // not the order of scopes
    EXPECT(a == RA_ERR_CANCELED && b == RA_OK);
    ra_group_deinit(&second);
    ra_group_deinit(&second); // nothing more
    EXPECT(b == RA_ERR_CANCELED);
    return RA_OK;
}

static void groups_may_end_in_any_order(void **state)
{
    (void)state;
    sim_once(18, 1, 0, two_groups, NULL);
}

static ra_status in_a_body(ra_ctx *ctx, void *arg)
{
    int done = 0;
    (void)arg;
    ctx->mode = RA__CTX_BODY;
    {
        RA_GROUP(g, ctx);
        ra_group_go(&g, mark, &done);
        EXPECT_STATUS(ra_group_wait(ctx, &g), RA_ERR_STATE);
    }
    ctx->mode = RA__CTX_FIBER;
    EXPECT(done == 0);
    return RA_OK;
}

static void a_ctx_that_may_not_suspend_starts_no_children(void **state)
{
    (void)state;
    sim_once(17, 1, 0, in_a_body, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_thousand_sleepers_are_joined),
        cmocka_unit_test(a_child_never_runs_at_once),
        cmocka_unit_test(leaving_the_scope_cancels_and_joins),
        cmocka_unit_test(a_child_canceled_before_its_start_still_starts),
        cmocka_unit_test(a_child_of_a_canceled_group_is_born_canceled),
        cmocka_unit_test(the_first_failure_cancels_siblings_and_carries_its_message),
        cmocka_unit_test(field_problems_of_a_child_reach_the_parent),
        cmocka_unit_test(keep_going_lets_siblings_finish),
        cmocka_unit_test(a_deadline_of_the_wait_ends_the_children),
        cmocka_unit_test(a_wait_in_a_canceled_ctx_still_joins),
        cmocka_unit_test(cancellation_reaches_the_end_of_a_long_chain_of_groups),
        cmocka_unit_test(a_group_inside_a_shield_outlasts_cancellation),
        cmocka_unit_test(cancellation_does_not_enter_a_shield),
        cmocka_unit_test(a_wait_outside_the_shield_tells_the_children_of_the_shield),
        cmocka_unit_test(what_a_child_allocates_lives_until_the_scope_ends),
        cmocka_unit_test(ten_thousand_children_leave_memory),
        cmocka_unit_test(deferred_calls_of_children_run_at_the_end_of_the_scope),
        cmocka_unit_test(without_memory_the_wait_says_so),
        cmocka_unit_test(a_child_without_a_stack_fails_alone),
        cmocka_unit_test(a_ctx_that_may_not_suspend_starts_no_children),
        cmocka_unit_test(groups_may_end_in_any_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
