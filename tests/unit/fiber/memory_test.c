// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/limits.h"
#include "fiber/death.h"
#include "fiber/world.h"

static ra_ctx ctx;

static int begin(void **state)
{
    (void)state;
    ra__ctx_init(&ctx, NULL, NULL, NULL);
    return 0;
}

static int end(void **state)
{
    (void)state;
    ra__ctx_deinit(&ctx);
    return 0;
}

static void memory_is_zeroed_and_never_null(void **state)
{
    (void)state;
    const char *bytes = ra_alloc(&ctx, 100);
    for (int i = 0; i < 100; i++)
        assert_int_equal(bytes[i], 0);
    assert_non_null(ra_alloc(&ctx, 0));
    assert_non_null(ra_array(&ctx, int64_t, 0));
    assert_non_null(ra_new(&ctx, ra_str));
}

static void text_is_copied_and_formatted(void **state)
{
    (void)state;
    char text[] = "hello";
    ra_str copy = ra_copy(&ctx, ra_str_of(text));
    text[0] = 'j';
    assert_true(ra_str_equal(copy, RA_STR("hello")));
    assert_int_equal(ra_copy(&ctx, (ra_str){NULL, 0}).len, 0);
    assert_true(ra_str_equal(ra_format(&ctx, "%s %d", "a", 5), RA_STR("a 5")));
    assert_int_equal(ra_format(&ctx, "%s", "").len, 0);
    assert_int_equal(ra_format(&ctx, "%5000d", 1).len, 5000);
}

static void a_list_grows_and_keeps_its_items(void **state)
{
    (void)state;
    ra_list_i64 list = {0};
    for (int64_t i = 0; i < 1000; i++) {
        int64_t *added = ra_list_add(&ctx, &list);
        assert_int_equal(*added, 0);
        *added = i;
    }
    assert_int_equal(list.len, 1000);
    for (uint32_t i = 0; i < 1000; i++)
        assert_int_equal(list.items[i], i);
}

static void past_the_limit_the_reserve_carries_on(void **state)
{
    (void)state;
    ctx.arena_bytes_max = 10000;
    assert_non_null(ra_alloc(&ctx, 9000));
    assert_int_equal(ra_ctx_status(&ctx), RA_OK);
    assert_non_null(ra_alloc(&ctx, 2000));
    assert_int_equal(ra_ctx_status(&ctx), RA_ERR_EXHAUSTED);
    RA_SCOPED(ra_shield, calm, ra_shield_for(&ctx, RA_SECONDS(1)));
    assert_int_equal(ra_ctx_status(&ctx), RA_OK); // clean-up goes on
}

static void past_the_reserve_the_process_ends(void **state)
{
    (void)state;
    ctx.arena_bytes_max = 10000;
    EXPECT_DEATH((void)ra_alloc(&ctx, 1 << 20), "used up");
    EXPECT_DEATH((void)ra_alloc_array(&ctx, SIZE_MAX / 4, 8), "used up");
}

static void an_exhausted_ctx_still_carries_its_error(void **state)
{
    (void)state;
    ctx.arena_bytes_max = 4000;
    (void)ra_alloc(&ctx, 3990);
    assert_int_equal(ra_fail(&ctx, RA_ERR_CONFLICT, "%s", "no room for this text"),
                     RA_ERR_CONFLICT);
    assert_int_equal(ctx.error, RA_ERR_CONFLICT);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(memory_is_zeroed_and_never_null),   TEST(text_is_copied_and_formatted),
        TEST(a_list_grows_and_keeps_its_items),  TEST(past_the_limit_the_reserve_carries_on),
        TEST(past_the_reserve_the_process_ends), TEST(an_exhausted_ctx_still_carries_its_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
