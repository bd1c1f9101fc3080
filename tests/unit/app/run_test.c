// SPDX-License-Identifier: MIT OR Apache-2.0
#include "app/child.h"

#include <ramie/app.h>

static int run_program(void *arg)
{
    ra_status (*first)(ra_ctx * ctx) = *(ra_status(**)(ra_ctx *))arg;
    return ra_run(first);
}

static child *start(ra_status (*first)(ra_ctx *ctx))
{
    return child_start(run_program, &first);
}

static ra_status succeed(ra_ctx *ctx)
{
    RA_TRY(ra_sleep(ctx, RA_MS(1)));
    printf("done\n");
    return RA_OK;
}

static void a_first_that_succeeds_is_status_0_and_silent(void **state)
{
    (void)state;
    child *c = start(succeed);
    child_join(c);
    assert_int_equal(c->status, 0);
    assert_string_equal(c->out_text, "done\n");
    assert_string_equal(c->err_text, "");
    free(c);
}

static ra_status fail_with_words(ra_ctx *ctx)
{
    return ra_fail(ctx, RA_ERR_NOT_FOUND, "there is no file %d", 7);
}

static ra_status fail_without_words(ra_ctx *ctx)
{
    (void)ctx;
    return RA_ERR_NOT_FOUND;
}

static void a_failing_first_is_told_and_status_1(void **state)
{
    (void)state;
    child *c = start(fail_with_words);
    child_join(c);
    assert_int_equal(c->status, 1);
    assert_string_equal(c->err_text, "error: there is no file 7\n");
    free(c);

    c = start(fail_without_words);
    child_join(c);
    assert_int_equal(c->status, 1);
    assert_string_equal(c->err_text, "error: not found\n");
    free(c);
}

static ra_status log_and_fail(ra_ctx *ctx)
{
    for (int i = 0; i < 100; i++)
        ra_log_info(ctx, "a line", RA_KV("i", i));
    return RA_OK;
}

static void log_lines_are_written_before_the_end(void **state)
{
    (void)state;
    child *c = start(log_and_fail);
    child_join(c);
    assert_non_null(strstr(c->err_text, "\"i\":0}"));
    assert_non_null(strstr(c->err_text, "\"i\":99}"));
    free(c);
}

static ra_status wait_for_cancellation(ra_ctx *ctx)
{
    ra_log_info(ctx, "waiting");
    ra_status status = ra_sleep(ctx, RA_HOURS(1));
    ra_log_info(ctx, "woken", RA_KV("by", ra_status_name(status)));
    return status;
}

static void a_signal_cancels_the_first_fiber(void **state)
{
    (void)state;
    static const int signals[] = {SIGINT, SIGTERM};
    for (size_t i = 0; i < COUNT_OF(signals); i++) {
        child *c = start(wait_for_cancellation);
        child_await(c, c->err, "waiting");
        kill(c->pid, signals[i]);
        child_join(c);
        assert_int_equal(c->status, 128 + signals[i]);
        assert_non_null(strstr(c->err_text, "\"by\":\"RA_ERR_CANCELED\""));
        assert_null(strstr(c->err_text, "error:"));
        free(c);
    }
}

static ra_status clean_up_after_cancellation(ra_ctx *ctx)
{
    ra_log_info(ctx, "waiting");
    RA_DISCARD(ra_sleep(ctx, RA_HOURS(1)));
    return RA_OK;
}

static void a_first_that_ends_well_after_a_signal_is_status_0(void **state)
{
    (void)state;
    child *c = start(clean_up_after_cancellation);
    child_await(c, c->err, "waiting");
    kill(c->pid, SIGTERM);
    child_join(c);
    assert_int_equal(c->status, 0);
    free(c);
}

static ra_status refuse_to_end(ra_ctx *ctx)
{
    ra_log_info(ctx, "waiting");
    RA_DISCARD(ra_sleep(ctx, RA_HOURS(1)));
    ra_log_info(ctx, "still here");
    RA_SCOPED(ra_shield, calm, ra_shield_for(ctx, RA_HOURS(1)));
    return ra_sleep(ctx, RA_HOURS(1));
}

static void a_second_signal_ends_the_process_at_once(void **state)
{
    (void)state;
    child *c = start(refuse_to_end);
    child_await(c, c->err, "waiting");
    kill(c->pid, SIGINT);
    child_await(c, c->err, "still here");
    kill(c->pid, SIGINT);
    child_join(c);
    assert_int_equal(c->status, 128 + SIGINT);
    free(c);
}

static void quit_dumps_the_fibers_and_goes_on(void **state)
{
    (void)state;
    child *c = start(wait_for_cancellation);
    child_await(c, c->err, "waiting");
    kill(c->pid, SIGQUIT);
    child_await(c, c->err, "sleep");
    kill(c->pid, SIGTERM);
    child_join(c);
    assert_int_equal(c->status, 128 + SIGTERM);
    free(c);
}

static ra_status tick(ra_ctx *ctx, int *ticks)
{
    for (;; *ticks += 1)
        RA_TRY(ra_sleep(ctx, RA_MS(1)));
}

static ra_status leave_children(ra_ctx *ctx)
{
    int ticks = 0;
    RA_GROUP(children, ctx);
    for (int i = 0; i < 100; i++)
        ra_group_go(&children, tick, &ticks);
    return ra_sleep(ctx, RA_MS(5));
}

static void what_the_first_started_is_joined(void **state)
{
    (void)state;
    child *c = start(leave_children);
    child_join(c);
    assert_int_equal(c->status, 0);
    free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_first_that_succeeds_is_status_0_and_silent),
        cmocka_unit_test(a_failing_first_is_told_and_status_1),
        cmocka_unit_test(log_lines_are_written_before_the_end),
        cmocka_unit_test(a_signal_cancels_the_first_fiber),
        cmocka_unit_test(a_first_that_ends_well_after_a_signal_is_status_0),
        cmocka_unit_test(a_second_signal_ends_the_process_at_once),
        cmocka_unit_test(quit_dumps_the_fibers_and_goes_on),
        cmocka_unit_test(what_the_first_started_is_joined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
