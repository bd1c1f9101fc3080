// SPDX-License-Identifier: MIT OR Apache-2.0
// Members from text: one table of members, one of texts with what each must give.
#include "base/support.h"
#include "bind/plan.h"

#include <stdio.h>

typedef enum { NEW, PAID } state;
RA_ENUM_BIND(state, RA_ENUM(NEW, "new"), RA_ENUM(PAID, "paid"));
typedef struct {
    bool flag;
    int8_t i8;
    int16_t i16;
    int32_t i32;
    int64_t i64;
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    double f64;
    ra_str str;
    ra_time time;
    state at;
    ra_opt_i32 opt;
    ra_list_i64 list;
    int64_t given;
} all;
RA_BIND(all, RA_FIELD(flag), RA_FIELD(i8, .min = -100), RA_FIELD(i16), RA_FIELD(i32, .max = 100),
        RA_FIELD(i64), RA_FIELD(u8), RA_FIELD(u16, .min = 1), RA_FIELD(u32), RA_FIELD(u64),
        RA_FIELD(f64, .min = -1, .max = 1.5L), RA_FIELD(str, .min_len = 1, .max_len = 3),
        RA_FIELD(time), RA_FIELD_OF(at, state), RA_FIELD(opt, .max = 5), RA_FIELD(list, .max = 9),
        RA_FIELD(given, .readonly = true));

static const struct {
    const char *member, *text, *code; // "": kept
} texts[] = {
    {"flag", "true", ""},
    {"flag", "false", ""},
    {"flag", "", "type"},
    {"flag", "1", "type"},
    {"flag", "True", "type"},
    {"flag", "true ", "type"},
    {"i8", "-100", ""},
    {"i8", "127", ""},
    {"i8", "-101", "min"},
    {"i8", "-129", "min"},
    {"i8", "128", "range"},
    {"i8", "99999999999999999999999", "range"},
    {"i8", "-99999999999999999999999", "min"},
    {"i8", "", "type"},
    {"i8", "-", "type"},
    {"i8", "+1", "type"},
    {"i8", " 1", "type"},
    {"i8", "1.0", "type"},
    {"i8", "0x1", "type"},
    {"i8", "--1", "type"},
    {"i16", "32767", ""},
    {"i16", "-32768", ""},
    {"i16", "32768", "range"},
    {"i16", "-32769", "range"},
    {"i32", "100", ""},
    {"i32", "101", "max"},
    {"i32", "2147483648", "max"},
    {"i32", "-2147483648", ""},
    {"i32", "-2147483649", "range"},
    {"i64", "9223372036854775807", ""},
    {"i64", "-9223372036854775808", ""},
    {"i64", "9223372036854775808", "range"},
    {"i64", "-9223372036854775809", "range"},
    {"i64", "18446744073709551616", "range"},
    {"u8", "255", ""},
    {"u8", "256", "range"},
    {"u8", "-1", "range"},
    {"u8", "-0", ""},
    {"u16", "0", "min"},
    {"u16", "-1", "min"},
    {"u16", "65535", ""},
    {"u16", "65536", "range"},
    {"u32", "4294967295", ""},
    {"u32", "4294967296", "range"},
    {"u64", "18446744073709551615", ""},
    {"u64", "18446744073709551616", "range"},
    {"f64", "1.5", ""},
    {"f64", "-1", ""},
    {"f64", "1e0", ""},
    {"f64", "1.5000001", "max"},
    {"f64", "-1.1", "min"},
    {"f64", "1e400", "max"},
    {"f64", "-1e400", "min"},
    {"f64", "1e-400", ""},
    {"f64", "nan", "type"},
    {"f64", "inf", "type"},
    {"f64", "", "type"},
    {"f64", "1,5", "type"},
    {"f64", ".5", "type"},
    {"str", "a", ""},
    {"str", "", "min_len"},
    {"str", "abcd", "max_len"},
    {"str", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", ""}, // three characters, nine bytes
    {"str", "\xff", "utf8"},
    {"str", "a\xc3", "utf8"},
    {"str", "\xed\xa0\x80", "utf8"},
    {"time", "2026-11-21T09:00:00Z", ""},
    {"time", "2026-11-21", "type"},
    {"time", "", "type"},
    {"time", "2262-04-11T23:47:16.854775807Z", ""},
    {"time", "2262-04-11T23:47:16.854775808Z", "range"},
    {"time", "0001-01-01T00:00:00Z", "range"},
    {"at", "paid", ""},
    {"at", "Paid", "enum"},
    {"at", "", "enum"},
    {"at", "1", "enum"},
    {"opt", "5", ""},
    {"opt", "6", "max"},
    {"opt", "", "type"},
    {"opt", "null", "type"},
    {"list", "9", ""},
    {"list", "10", "max"},
    {"list", "x", "type"},
    {"given", "1", "readonly"},
};

static const ra__member *member(const char *name)
{
    const ra__plan *plan = ra__plan_of(ra_bind_of(all));
    int at = ra__plan_find_c(plan, name);
    assert_true(at >= 0);
    return &plan->members[at];
}

static void each_text_gives_its_value_or_its_code(void **state_)
{
    (void)state_;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        ra_arena *arena = ra_arena_new(NULL, 1 << 16);
        ra_problems problems = {0};
        all value = {0};
        bool kept = ra__member_from_text(arena, member(texts[i].member), &value,
                                         ra_str_of(texts[i].text), "query", &problems);
        ra_str code = problems.len ? problems.items[0].code : RA_STR("");
        if (kept != !*texts[i].code || !ra_str_equal(code, ra_str_of(texts[i].code)))
            fail_msg("%s = \"%s\": wanted \"%s\", got \"" RA_STR_FMT "\"", texts[i].member,
                     texts[i].text, texts[i].code, RA_STR_ARG(code));
        assert_int_equal(problems.len, kept ? 0 : 1);
        ra_arena_free(arena);
    }
}

static void values_are_stored_exactly(void **state_)
{
    (void)state_;
    all value = {0};
    assert_true(ra__member_from_text(NULL, member("i64"), &value, RA_STR("-9223372036854775808"),
                                     "path", NULL));
    assert_true(ra__member_from_text(NULL, member("u64"), &value, RA_STR("18446744073709551615"),
                                     "path", NULL));
    assert_true(ra__member_from_text(NULL, member("i8"), &value, RA_STR("-100"), "path", NULL));
    assert_true(ra__member_from_text(NULL, member("flag"), &value, RA_STR("true"), "path", NULL));
    assert_true(ra__member_from_text(NULL, member("f64"), &value, RA_STR("0.1"), "path", NULL));
    assert_true(ra__member_from_text(NULL, member("at"), &value, RA_STR("paid"), "path", NULL));
    assert_true(ra__member_from_text(NULL, member("opt"), &value, RA_STR("-7"), "path", NULL));
    assert_true(value.i64 == INT64_MIN && value.u64 == UINT64_MAX && value.i8 == -100);
    assert_true(value.flag && value.f64 == 0.1 && value.at == PAID);
    assert_true(ra_is_set(value.opt) && value.opt.value == -7);
    assert_true(value.i16 == 0 && value.u8 == 0); // the neighbours
}

static void text_is_borrowed(void **state_)
{
    (void)state_;
    all value = {0};
    ra_str text = RA_STR("abc");
    assert_true(ra__member_from_text(NULL, member("str"), &value, text, "path", NULL));
    assert_ptr_equal(value.str.ptr, text.ptr);
}

static void a_repeated_list_member_grows_and_tells_which_item_is_wrong(void **state_)
{
    (void)state_;
    ra_arena *arena = ra_arena_new(NULL, 1 << 16);
    ra_problems problems = {0};
    all value = {0};
    const char *items[] = {"1", "2", "x", "4", "5", "6"};
    for (size_t i = 0; i < COUNT_OF(items); i++)
        (void)(ra__member_from_text(arena, member("list"), &value, ra_str_of(items[i]), "query",
                                    &problems));
    assert_int_equal(value.list.len, 6);
    assert_int_equal(value.list.items[5], 6);
    assert_int_equal(problems.len, 1);
    assert_text(problems.items[0].pointer, "/list/2");
    assert_text(problems.items[0].in, "query");
    ra_arena_free(arena);
}

static void a_list_without_memory_is_refused_and_truncated(void **state_)
{
    (void)state_;
    ra_arena *arena = ra_arena_new(NULL, 0);
    ra_problems problems = {0};
    all value = {0};
    assert_false(
        ra__member_from_text(arena, member("list"), &value, RA_STR("1"), "query", &problems));
    assert_true(problems.truncated);
    ra_arena_free(arena);
}

// ---- what was not given

typedef struct {
    int64_t need;
    ra_opt_i64 may;
    int32_t limit;
    ra_list_str tags;
    ra_list_str needed;
    ra_opt_str must;
    int64_t given;
    ra_opt_bool flag;
    int32_t both;
} form;
RA_BIND(form, RA_FIELD(need), RA_FIELD(may), RA_FIELD(limit, .def = "20"),
        RA_FIELD(tags, .min_items = 2, .max_items = 3), RA_FIELD(needed, .required = true),
        RA_FIELD(must, .required = true), RA_FIELD(given, .readonly = true),
        RA_FIELD(flag, .def = "true"), RA_FIELD(both, .def = "1", .required = true));

static ra_problems finish(ra_arena *arena, form *value, const char *in, ra__member_set seen)
{
    ra_problems problems = {0};
    ra__member_set which = {{UINT64_MAX}};
    ra__members_finish(arena, ra__plan_of(ra_bind_of(form)), value, &which, &seen, in, &problems);
    return problems;
}

static void missing_members_get_their_default_or_a_problem(void **state_)
{
    (void)state_;
    ra_arena *arena = ra_arena_new(NULL, 1 << 16);
    form value = {0};
    ra_problems problems = finish(arena, &value, "query", (ra__member_set){0});
    const char *wanted[] = {"/need", "/needed", "/must", "/both"};
    assert_int_equal(problems.len, COUNT_OF(wanted));
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        assert_text(problems.items[i].pointer, wanted[i]);
        assert_text(problems.items[i].code, "required");
    }
    assert_int_equal(value.limit, 20);
    assert_true(ra_is_absent(value.may));
    assert_true(ra_is_set(value.flag) && value.flag.value);
    ra_arena_free(arena);
}

static void a_list_is_required_in_a_body(void **state_)
{
    (void)state_;
    ra_arena *arena = ra_arena_new(NULL, 1 << 16);
    form value = {0};
    ra_problems problems = finish(arena, &value, "body", (ra__member_set){0});
    assert_int_equal(problems.len, 5);
    assert_text(problems.items[1].pointer, "/tags");
    ra_arena_free(arena);
}

static void the_number_of_items_is_checked_at_the_end(void **state_)
{
    (void)state_;
    const struct {
        uint32_t len;
        const char *code;
    } cases[] = {{1, "min_items"}, {2, ""}, {3, ""}, {4, "max_items"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ra_arena *arena = ra_arena_new(NULL, 1 << 16);
        form value = {.tags.len = cases[i].len};
        ra_problems problems = finish(arena, &value, "query", (ra__member_set){{0x1FF}});
        assert_int_equal(problems.len, *cases[i].code ? 1 : 0);
        if (problems.len)
            assert_text(problems.items[0].code, cases[i].code);
        ra_arena_free(arena);
    }
}

static void only_the_members_asked_for_are_finished(void **state_)
{
    (void)state_;
    ra_arena *arena = ra_arena_new(NULL, 1 << 16);
    form value = {0};
    ra_problems problems = {0};
    ra__member_set which = {{1 << 2}}, seen = {0};
    ra__members_finish(arena, ra__plan_of(ra_bind_of(form)), &value, &which, &seen, "query",
                       &problems);
    assert_int_equal(problems.len, 0);
    assert_int_equal(value.limit, 20);
    assert_true(ra_is_absent(value.flag));
    ra_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_text_gives_its_value_or_its_code),
        cmocka_unit_test(values_are_stored_exactly),
        cmocka_unit_test(text_is_borrowed),
        cmocka_unit_test(a_repeated_list_member_grows_and_tells_which_item_is_wrong),
        cmocka_unit_test(a_list_without_memory_is_refused_and_truncated),
        cmocka_unit_test(missing_members_get_their_default_or_a_problem),
        cmocka_unit_test(a_list_is_required_in_a_body),
        cmocka_unit_test(the_number_of_items_is_checked_at_the_end),
        cmocka_unit_test(only_the_members_asked_for_are_finished),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
