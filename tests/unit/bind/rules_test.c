// SPDX-License-Identifier: MIT OR Apache-2.0
// What people are told, and the checks of values that the program made.
#include "base/support.h"
#include "bind/rules.h"

#include <math.h>

typedef enum { NEW, PAID } state;
RA_ENUM_BIND(state, RA_ENUM(NEW, "new"), RA_ENUM(PAID, "paid"));
typedef struct {
    ra_str city;
} address;
RA_BIND(address, RA_FIELD(city));
typedef struct {
    int32_t i32;
    uint8_t u8;
    double f64;
    ra_str str;
    state at;
    address home;
    ra_list_str list;
    bool flag;
    ra_time time;
    int64_t quoted;
} all;
RA_BIND(all, RA_FIELD(i32, .min = -5, .max = 1000), RA_FIELD(u8),
        RA_FIELD(f64, .min = 0.5L, .max = 1e21L), RA_FIELD(str, .min_len = 1, .max_len = 80),
        RA_FIELD_OF(at, state), RA_FIELD_OF(home, address),
        RA_FIELD(list, .min_items = 1, .max_items = 2, .min_len = 2), RA_FIELD(flag),
        RA_FIELD(time), RA_FIELD(quoted, .as_string = true));

static const ra__member *member(const char *name)
{
    const ra__plan *plan = ra__plan_of(ra_bind_of(all));
    return &plan->members[ra__plan_find_c(plan, name)];
}

static void each_rule_is_worded_by_its_row(void **state_)
{
    (void)state_;
    const struct {
        const char *member;
        bool item;
        ra__rule rule;
        const char *code, *detail;
    } cases[] = {
        {"i32", false, RA__RULE_TYPE, "type", "must be an integer"},
        {"quoted", false, RA__RULE_TYPE, "type", "must be an integer in a string"},
        {"f64", false, RA__RULE_TYPE, "type", "must be a number"},
        {"str", false, RA__RULE_TYPE, "type", "must be a string"},
        {"flag", false, RA__RULE_TYPE, "type", "must be true or false"},
        {"time", false, RA__RULE_TYPE, "type", "must be a date and time as RFC 3339 writes it"},
        {"at", false, RA__RULE_TYPE, "type", "must be a string"},
        {"home", false, RA__RULE_TYPE, "type", "must be an object"},
        {"list", false, RA__RULE_TYPE, "type", "must be a list"},
        {"list", true, RA__RULE_TYPE, "type", "must be a string"},
        {"i32", false, RA__RULE_MIN, "min", "must be >= -5"},
        {"i32", false, RA__RULE_MAX, "max", "must be <= 1000"},
        {"f64", false, RA__RULE_MIN, "min", "must be >= 0.5"},
        {"f64", false, RA__RULE_MAX, "max", "must be <= 1e+21"},
        {"u8", false, RA__RULE_RANGE, "range", "must fit an unsigned 8 bit integer"},
        {"i32", false, RA__RULE_RANGE, "range", "must fit a signed 32 bit integer"},
        {"f64", false, RA__RULE_RANGE, "range", "must fit a 64 bit floating-point number"},
        {"time", false, RA__RULE_RANGE, "range", "must fit the years 1678 to 2261"},
        {"str", false, RA__RULE_MIN_LEN, "min_len", "must have at least 1 character"},
        {"str", false, RA__RULE_MAX_LEN, "max_len", "must have at most 80 characters"},
        {"list", false, RA__RULE_MIN_ITEMS, "min_items", "must have at least 1 item"},
        {"list", false, RA__RULE_MAX_ITEMS, "max_items", "must have at most 2 items"},
        {"at", false, RA__RULE_ENUM, "enum", "must be one of new, paid"},
        {"str", false, RA__RULE_NULL, "null", "must not be null"},
        {"str", false, RA__RULE_REQUIRED, "required", "is required"},
        {"str", false, RA__RULE_DUPLICATE, "duplicate", "is given twice"},
        {"str", false, RA__RULE_READONLY, "readonly", "is set by the service only"},
        {"str", false, RA__RULE_UTF8, "utf8", "must be valid UTF-8"},
        {"str", false, RA__RULE_DEPTH, "depth", "is nested too deep"},
    };
    ra_arena *arena = ra_arena_new(NULL, 1 << 16);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ra_problems problems = {0};
        ra__rule_tell(arena, &problems, "body", RA_STR("/x"), member(cases[i].member),
                      cases[i].item, cases[i].rule);
        assert_text(problems.items[0].code, cases[i].code);
        assert_text(problems.items[0].detail, cases[i].detail);
        assert_string_equal(ra__rule_code(cases[i].rule), cases[i].code);
    }
    ra_problems problems = {0};
    ra__rule_tell(arena, &problems, "body", RA_STR("/x"), NULL, false, RA__RULE_UNKNOWN);
    assert_text(problems.items[0].detail, "is not known here");
    ra_arena_free(arena);
}

static void values_in_memory_are_checked_by_their_rules(void **state_)
{
    (void)state_;
    all good = {.i32 = 1000, .f64 = 0.5, .str = RA_STR("a"), .at = PAID};
    assert_int_equal(ra__check_value(member("i32"), &good.i32), RA__RULE_KEPT);
    assert_int_equal(ra__check_value(member("f64"), &good.f64), RA__RULE_KEPT);
    assert_int_equal(ra__check_value(member("str"), &good.str), RA__RULE_KEPT);
    assert_int_equal(ra__check_value(member("at"), &good.at), RA__RULE_KEPT);
    all bad = {.i32 = -6, .f64 = NAN, .str = RA_STR("\xff"), .at = (state)7};
    assert_int_equal(ra__check_value(member("i32"), &bad.i32), RA__RULE_MIN);
    assert_int_equal(ra__check_value(member("f64"), &bad.f64), RA__RULE_RANGE);
    assert_int_equal(ra__check_value(member("str"), &bad.str), RA__RULE_UTF8);
    assert_int_equal(ra__check_value(member("at"), &bad.at), RA__RULE_ENUM);
    bad = (all){.i32 = 1001, .f64 = -INFINITY};
    assert_int_equal(ra__check_value(member("i32"), &bad.i32), RA__RULE_MAX);
    assert_int_equal(ra__check_value(member("f64"), &bad.f64), RA__RULE_RANGE);
    assert_int_equal(ra__check_value(member("str"), &bad.str), RA__RULE_MIN_LEN);
}

static void nothing_is_stored_when_a_rule_is_broken(void **state_)
{
    (void)state_;
    all value = {.i32 = 7, .u8 = 7, .f64 = 0.7, .at = PAID, .str = RA_STR("kept")};
    assert_int_equal(ra__put_integer(member("i32"), &value.i32, (ra__integer){.magnitude = 1001}),
                     RA__RULE_MAX);
    assert_int_equal(ra__put_integer(member("u8"), &value.u8, (ra__integer){.over = true}),
                     RA__RULE_RANGE);
    assert_int_equal(
        ra__put_integer(member("u8"), &value.u8, (ra__integer){.negative = true, .magnitude = 1}),
        RA__RULE_RANGE);
    assert_int_equal(ra__put_f64(member("f64"), &value.f64, 0.4), RA__RULE_MIN);
    assert_int_equal(ra__put_enum(member("at"), &value.at, RA_STR("lost")), RA__RULE_ENUM);
    assert_int_equal(ra__put_str(member("str"), &value.str, RA_STR(""), true), RA__RULE_MIN_LEN);
    assert_true(value.i32 == 7 && value.u8 == 7 && value.f64 == 0.7 && value.at == PAID);
    assert_text(value.str, "kept");
}

static void items_are_counted(void **state_)
{
    (void)state_;
    assert_int_equal(ra__check_items(member("list"), 0), RA__RULE_MIN_ITEMS);
    assert_int_equal(ra__check_items(member("list"), 1), RA__RULE_KEPT);
    assert_int_equal(ra__check_items(member("list"), 2), RA__RULE_KEPT);
    assert_int_equal(ra__check_items(member("list"), 3), RA__RULE_MAX_ITEMS);
}

// An enum with more names than a detail holds.
enum { MANY = 100 };
typedef enum { FIRST } many;
#define N(n) RA_ENUM(n, "name-number-" #n)
#define N10(n)                                                                                     \
    N(n##0), N(n##1), N(n##2), N(n##3), N(n##4), N(n##5), N(n##6), N(n##7), N(n##8), N(n##9)
RA_ENUM_BIND(many, N10(1), N10(2), N10(3), N10(4), N10(5), N10(6), N10(7), N10(8), N10(9));
typedef struct {
    many m;
} has_many;
RA_BIND(has_many, RA_FIELD_OF(m, many));

static void a_long_list_of_names_is_cut(void **state_)
{
    (void)state_;
    ra_arena *arena = ra_arena_new(NULL, 1 << 16);
    ra_problems problems = {0};
    const ra__plan *plan = ra__plan_of(ra_bind_of(has_many));
    ra__rule_tell(arena, &problems, "body", RA_STR("/m"), &plan->members[0], false, RA__RULE_ENUM);
    assert_in_range(problems.items[0].detail.len, 200, 320);
    assert_true(
        ra_str_starts_with(problems.items[0].detail, RA_STR("must be one of name-number-10, ")));
    ra_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_is_worded_by_its_row),
        cmocka_unit_test(values_in_memory_are_checked_by_their_rules),
        cmocka_unit_test(nothing_is_stored_when_a_rule_is_broken),
        cmocka_unit_test(items_are_counted),
        cmocka_unit_test(a_long_list_of_names_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
