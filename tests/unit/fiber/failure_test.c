// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/limits.h"
#include "fiber/world.h"

static ra_ctx ctx, child;

static int begin(void **state)
{
    (void)state;
    ra__ctx_init(&ctx, NULL, NULL, NULL);
    ra__ctx_init(&child, NULL, NULL, NULL);
    return 0;
}

static int end(void **state)
{
    (void)state;
    ra__ctx_deinit(&child);
    ra__ctx_deinit(&ctx);
    return 0;
}

static void fail_returns_its_code_and_keeps_the_message(void **state)
{
    (void)state;
    assert_int_equal(ra_fail(&ctx, RA_ERR_NOT_FOUND, "no item %d", 7), RA_ERR_NOT_FOUND);
    assert_int_equal(ctx.error, RA_ERR_NOT_FOUND);
    assert_true(ra_str_equal(ra_ctx_message(&ctx), RA_STR("no item 7")));
    assert_int_equal(ra_fail(&ctx, RA_ERR_GONE, "%s", ""), RA_ERR_GONE);
    assert_int_equal(ra_ctx_message(&ctx).len, 0);
    RA_DISCARD(ra_fail(&ctx, RA_ERR_GONE, "again"));
    ra_ctx_clear(&ctx);
    assert_int_equal(ctx.error, RA_OK);
    assert_int_equal(ra_ctx_message(&ctx).len, 0);
}

static ra_status ensure(ra_ctx *c, int left)
{
    RA_ENSURE(c, left >= 0, RA_ERR_CONFLICT, "%d too few", -left);
    return RA_OK;
}

static void ensure_returns_when_the_condition_does_not_hold(void **state)
{
    (void)state;
    assert_int_equal(ensure(&ctx, 0), RA_OK);
    assert_int_equal(ensure(&ctx, -3), RA_ERR_CONFLICT);
    assert_true(ra_str_equal(ra_ctx_message(&ctx), RA_STR("3 too few")));
}

static void a_long_message_is_cut_between_two_characters(void **state)
{
    (void)state;
    char text[RA__ERROR_MESSAGE_BYTES_MAX + 100];
    for (size_t ascii = 0; ascii < 4; ascii++) {
        memset(text, 'a', ascii);
        for (size_t i = ascii; i + 2 < sizeof text; i += 2)
            memcpy(text + i, "\xc3\xa9", 3);
        RA_DISCARD(ra_fail(&ctx, RA_ERR_CONFLICT, "%s", text));
        ra_str message = ra_ctx_message(&ctx);
        assert_true(message.len <= RA__ERROR_MESSAGE_BYTES_MAX);
        assert_true(message.len > RA__ERROR_MESSAGE_BYTES_MAX - 4);
        assert_int_equal((message.len - ascii) % 2, 0);
        assert_memory_equal(message.ptr, text, message.len);
    }
    memset(text, 'b', sizeof text);
    text[RA__ERROR_MESSAGE_BYTES_MAX] = 0;
    RA_DISCARD(ra_fail(&ctx, RA_ERR_CONFLICT, "%s", text));
    assert_int_equal(ra_ctx_message(&ctx).len, RA__ERROR_MESSAGE_BYTES_MAX); // fits exactly
}

static void field_failures_add_up(void **state)
{
    (void)state;
    char pointer[] = "/to";
    assert_int_equal(ra_fail_field(&ctx, pointer, "same_account", "must be %s", "another"),
                     RA_ERR_INVALID);
    assert_int_equal(ra_fail_field(&ctx, "/from", "frozen", "is frozen"), RA_ERR_INVALID);
    pointer[1] = 'x'; // was copied
    assert_int_equal(ctx.error, RA_ERR_INVALID);
    assert_int_equal(ctx.problems.len, 2);
    const ra_problem *first = &ctx.problems.items[0];
    assert_true(ra_str_equal(first->in, RA_STR("body")));
    assert_true(ra_str_equal(first->pointer, RA_STR("/to")));
    assert_true(ra_str_equal(first->code, RA_STR("same_account")));
    assert_true(ra_str_equal(first->detail, RA_STR("must be another")));
}

static void another_error_forgets_the_fields(void **state)
{
    (void)state;
    RA_DISCARD(ra_fail_field(&ctx, "/a", "x", "y"));
    RA_DISCARD(ra_fail(&ctx, RA_ERR_CONFLICT, "no"));
    assert_int_equal(ctx.problems.len, 0);
    RA_DISCARD(ra_fail_field(&ctx, "/a", "x", "y"));
    assert_int_equal(ra_ctx_message(&ctx).len, 0);
    assert_int_equal(ctx.problems.len, 1);
}

static void past_the_maximum_fields_are_counted_as_truncated(void **state)
{
    (void)state;
    for (int i = 0; i < RA__PROBLEMS_MAX + 5; i++)
        RA_DISCARD(ra_fail_field(&ctx, "/a", "x", "y"));
    assert_int_equal(ctx.problems.len, RA__PROBLEMS_MAX);
    assert_true(ctx.problems.truncated);
}

static void a_join_copies_the_detail_of_that_status(void **state)
{
    (void)state;
    RA_DISCARD(ra_fail(&child, RA_ERR_CONFLICT, "from below"));
    ra__ctx_join(&ctx, &child, RA_ERR_CONFLICT, false);
    ra__ctx_deinit(&child);
    assert_int_equal(ctx.error, RA_ERR_CONFLICT);
    assert_true(ra_str_equal(ra_ctx_message(&ctx), RA_STR("from below")));
}

static void a_join_leaves_detail_of_another_code_behind(void **state)
{
    (void)state;
    RA_DISCARD(ra_fail(&child, RA_ERR_CONFLICT, "was handled"));
    ra__ctx_join(&ctx, &child, RA_ERR_CANCELED, false);
    assert_int_equal(ctx.error, RA_OK);
    ra__ctx_join(&ctx, &child, RA_OK, true);
    assert_int_equal(ra_ctx_message(&ctx).len, 0);
}

static void a_join_that_splices_moves_memory_and_problems(void **state)
{
    (void)state;
    ra_str kept = ra_format(&child, "kept");
    RA_DISCARD(ra_fail_field(&child, "/a", "x", "y"));
    child.exhausted = true;
    ra__ctx_join(&ctx, &child, RA_ERR_INVALID, true);
    ra__ctx_deinit(&child);
    assert_true(ra_str_equal(kept, RA_STR("kept")));
    assert_int_equal(ctx.problems.len, 1);
    assert_true(ra_str_equal(ctx.problems.items[0].pointer, RA_STR("/a")));
    assert_true(ctx.exhausted);
}

static void past_the_memory_limit_the_code_stays_and_the_text_goes(void **state)
{
    (void)state;
    RA_DISCARD(ra_fail(&child, RA_ERR_CONFLICT, "a message that is rather long"));
    RA_DISCARD(ra_fail_field(&child, "/a", "x", "y"));
    ctx.arena_bytes_max = 8;
    ra__ctx_join(&ctx, &child, RA_ERR_INVALID, false);
    assert_int_equal(ctx.error, RA_ERR_INVALID);
    assert_int_equal(ctx.problems.len, 0);
    assert_true(ctx.problems.truncated);
    assert_int_equal(ra_fail_field(&ctx, "/a/rather/long/pointer", "x", "y"), RA_ERR_INVALID);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(fail_returns_its_code_and_keeps_the_message),
        TEST(ensure_returns_when_the_condition_does_not_hold),
        TEST(a_long_message_is_cut_between_two_characters),
        TEST(field_failures_add_up),
        TEST(another_error_forgets_the_fields),
        TEST(past_the_maximum_fields_are_counted_as_truncated),
        TEST(a_join_copies_the_detail_of_that_status),
        TEST(a_join_leaves_detail_of_another_code_behind),
        TEST(a_join_that_splices_moves_memory_and_problems),
        TEST(past_the_memory_limit_the_code_stays_and_the_text_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
