// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"
#include "bind/plan.h"

typedef enum { NEW, PAID } state;
RA_ENUM_BIND(state, RA_ENUM(NEW, "new"), RA_ENUM(PAID, "paid"));
typedef struct {
    ra_str sku;
    uint32_t qty;
} line;
RA_BIND(line, RA_FIELD(sku, .min_len = 1), RA_FIELD(qty, .min = 1, .max = 9));
typedef struct tree tree;
RA_BIND_LIST(tree);
struct tree {
    RA_LIST(tree) below;
};
RA_BIND_ROWS(tree, RA_FIELD_OF(below, tree));
typedef struct {
    line first;
    RA_LIST(line) rest;
    ra_opt_i32 age;
    ra_opt_str note;
    ra_opt_i32 must;
    state at;
    ra_list_str tags;
} order;
RA_BIND(order, RA_FIELD_OF(first, line), RA_FIELD_OF(rest, line, .json = "a/b", .min_items = 1),
        RA_FIELD(age, .max = 150), RA_FIELD(note, .nullable = true),
        RA_FIELD(must, .required = true), RA_FIELD_OF(at, state), RA_FIELD(tags, .max_len = 2));

static order good(void)
{
    static line lines[2];
    lines[0] = (line){RA_STR("a"), 1};
    lines[1] = (line){RA_STR("b"), 9};
    return (order){.first = lines[0], .rest = {lines, 2, 2}, .must = {1, RA_SET}};
}

static void a_value_that_keeps_its_rules_is_ok(void **state_)
{
    (void)state_;
    ra_arena *arena = ra_arena_new(NULL, 1 << 16);
    ra_problems problems = {0};
    order o = good();
    assert_status(ra_bind_check(arena, order, &o, &problems), RA_OK);
    o.note.presence = RA_NULL;
    assert_status(ra_bind_check(arena, order, &o, &problems), RA_OK);
    assert_int_equal(problems.len, 0);
    ra_arena_free(arena);
}

static void every_broken_rule_is_told_with_its_place(void **state_)
{
    (void)state_;
    ra_arena *arena = ra_arena_new(NULL, 1 << 16);
    ra_problems problems = {0};
    ra_str tags[] = {RA_STR("ok"), RA_STR("long")};
    order o = good();
    o.first.sku = RA_STR("");
    o.rest.items[1].qty = 10;
    o.age = RA_SOME(ra_opt_i32, 151);
    o.must.presence = RA_ABSENT;
    o.at = (state)4;
    o.tags = (ra_list_str){tags, 2, 2};
    const char *wanted[][2] = {
        {"/first/sku", "min_len"}, {"/a~1b/1/qty", "max"}, {"/age", "max"},
        {"/must", "required"},     {"/at", "enum"},        {"/tags/1", "max_len"},
    };
    assert_status(ra_bind_check(arena, order, &o, &problems), RA_ERR_INVALID);
    assert_int_equal(problems.len, COUNT_OF(wanted));
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        assert_text(problems.items[i].pointer, wanted[i][0]);
        assert_text(problems.items[i].code, wanted[i][1]);
        assert_text(problems.items[i].in, "body");
    }
    assert_status(ra_bind_check(arena, order, &o, NULL), RA_ERR_INVALID);
    ra_arena_free(arena);
}

static void null_and_too_few_items_are_told(void **state_)
{
    (void)state_;
    ra_arena *arena = ra_arena_new(NULL, 1 << 16);
    ra_problems problems = {0};
    order o = good();
    o.age.presence = RA_NULL;
    o.rest.len = 0;
    assert_status(ra_bind_check(arena, order, &o, &problems), RA_ERR_INVALID);
    assert_int_equal(problems.len, 2);
    assert_text(problems.items[0].code, "min_items");
    assert_text(problems.items[1].code, "null");
    ra_arena_free(arena);
}

static tree *chain(tree *trees, size_t count)
{
    memset(trees, 0, count * sizeof *trees);
    for (size_t i = 0; i + 1 < count; i++) {
        trees[i].below.items = &trees[i + 1];
        trees[i].below.len = 1;
    }
    return trees;
}

static void depth_is_bounded_as_in_json(void **state_)
{
    (void)state_;
    ra_arena *arena = ra_arena_new(NULL, 1 << 16);
    ra_problems problems = {0};
    tree trees[33]; // a tree is two containers: an object and its list
    assert_status(ra_bind_check(arena, tree, chain(trees, 32), &problems), RA_OK);
    assert_status(ra_bind_check(arena, tree, chain(trees, 33), &problems), RA_ERR_INVALID);
    assert_int_equal(problems.len, 1);
    assert_text(problems.items[0].code, "depth");
    ra_arena_free(arena);
}

static void scalars_are_checked_too(void **state_)
{
    (void)state_;
    ra_arena *arena = ra_arena_new(NULL, 1 << 16);
    ra_problems problems = {0};
    ra_str str = RA_STR("\xff");
    assert_status(ra_bind_check(arena, ra_str, &str, &problems), RA_ERR_INVALID);
    assert_text(problems.items[0].pointer, "");
    ra_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_that_keeps_its_rules_is_ok),
        cmocka_unit_test(every_broken_rule_is_told_with_its_place),
        cmocka_unit_test(null_and_too_few_items_are_told),
        cmocka_unit_test(depth_is_bounded_as_in_json),
        cmocka_unit_test(scalars_are_checked_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
