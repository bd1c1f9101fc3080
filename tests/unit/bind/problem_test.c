// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"
#include "bind/plan.h"

static void a_problem_keeps_its_parts(void **state)
{
    (void)state;
    ra_arena *arena = ra_arena_new(NULL, 1 << 16);
    ra_problems problems = {0};
    ra__problem_add(arena, &problems, "query", RA_STR("/a"), "min", "must be >= %d", 7);
    assert_int_equal(problems.len, 1);
    assert_text(problems.items[0].in, "query");
    assert_text(problems.items[0].pointer, "/a");
    assert_text(problems.items[0].code, "min");
    assert_text(problems.items[0].detail, "must be >= 7");
    ra_arena_free(arena);
}

static void after_32_problems_the_rest_is_only_said_to_be_there(void **state)
{
    (void)state;
    ra_arena *arena = ra_arena_new(NULL, 1 << 20);
    ra_problems problems = {0};
    for (int i = 0; i < RA__PROBLEMS_MAX; i++)
        ra__problem_add(arena, &problems, "body", RA_STR(""), "type", "%d", i);
    assert_int_equal(problems.len, RA__PROBLEMS_MAX);
    assert_false(problems.truncated);
    for (int i = 0; i < 3; i++)
        ra__problem_add(arena, &problems, "body", RA_STR(""), "type", "%d", i);
    assert_int_equal(problems.len, RA__PROBLEMS_MAX);
    assert_true(problems.truncated);
    assert_text(problems.items[0].detail, "0");
    assert_text(problems.items[31].detail, "31");
    ra_arena_free(arena);
}

static void without_memory_the_list_is_truncated(void **state)
{
    (void)state;
    for (size_t bytes = 0; bytes < 1024; bytes += 16) {
        ra_arena *arena = ra_arena_new(NULL, bytes);
        ra_problems problems = {0};
        for (int i = 0; i < 40; i++)
            ra__problem_add(arena, &problems, "body", RA_STR(""), "type", "%d", i);
        assert_true(problems.truncated);
        for (uint32_t i = 0; i < problems.len; i++)
            assert_text(problems.items[i].code, "type");
        ra_arena_free(arena);
    }
}

static void nobody_need_listen(void **state)
{
    (void)state;
    ra__problem_add(NULL, NULL, "body", RA_STR(""), "type", "x");
}

static void names_are_cut_between_characters(void **state)
{
    (void)state;
    char text[80];
    memset(text, 'a', sizeof text);
    assert_int_equal(ra__name_cut((ra_str){text, 64}).len, 64);
    assert_int_equal(ra__name_cut((ra_str){text, 65}).len, 64);
    memcpy(text + 62, "\xf0\x9f\x98\x80", 4);
    assert_int_equal(ra__name_cut((ra_str){text, 80}).len, 62);
}

static void pointers_escape_tilde_and_slash(void **state)
{
    (void)state;
    ra_arena *arena = ra_arena_new(NULL, 1 << 16);
    assert_text(ra__pointer_join(arena, RA_STR(""), RA_STR("a")), "/a");
    assert_text(ra__pointer_join(arena, RA_STR("/a"), RA_STR("b")), "/a/b");
    assert_text(ra__pointer_join(arena, RA_STR("/a"), RA_STR("")), "/a/");
    assert_text(ra__pointer_join(arena, RA_STR(""), RA_STR("~/~1")), "/~0~1~01");
    ra_arena_free(arena);
}

static void a_pointer_without_memory_stops_at_its_prefix(void **state)
{
    (void)state;
    ra_arena *arena = ra_arena_new(NULL, 0);
    assert_text(ra__pointer_join(arena, RA_STR("/a"), RA_STR("b")), "/a");
    ra_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_problem_keeps_its_parts),
        cmocka_unit_test(after_32_problems_the_rest_is_only_said_to_be_there),
        cmocka_unit_test(without_memory_the_list_is_truncated),
        cmocka_unit_test(nobody_need_listen),
        cmocka_unit_test(names_are_cut_between_characters),
        cmocka_unit_test(pointers_escape_tilde_and_slash),
        cmocka_unit_test(a_pointer_without_memory_stops_at_its_prefix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
