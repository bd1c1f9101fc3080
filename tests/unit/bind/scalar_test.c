// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"
#include "bind/plan.h"

#include <math.h>

typedef enum { NEW, PAID } state;
RA_ENUM_BIND(state, RA_ENUM(NEW, "new"), RA_ENUM(PAID, "paid"));
typedef struct {
    ra_str city;
} address;
RA_BIND(address, RA_FIELD(city));
typedef struct {
    bool flag;
    int8_t i8;
    int64_t i64;
    uint8_t u8;
    uint64_t u64;
    double f64;
    ra_str str;
    ra_time time;
    state at;
    ra_opt_str opt;
    ra_opt_i64 number;
    ra_list_i64 list;
    address home;
} all;
RA_BIND(all, RA_FIELD(flag), RA_FIELD(i8, .max = 5), RA_FIELD(i64), RA_FIELD(u8), RA_FIELD(u64),
        RA_FIELD(f64), RA_FIELD(str, .max_len = 3), RA_FIELD(time), RA_FIELD_OF(at, state),
        RA_FIELD(opt), RA_FIELD(number), RA_FIELD(list), RA_FIELD_OF(home, address));

#define NONE_                                                                                      \
    {                                                                                              \
        .type = RA__SCALAR_NULL                                                                    \
    }
#define I64(v)                                                                                     \
    {                                                                                              \
        .type = RA__SCALAR_I64, .i64 = (v)                                                         \
    }
#define F64(v)                                                                                     \
    {                                                                                              \
        .type = RA__SCALAR_F64, .f64 = (v)                                                         \
    }
#define STR(v)                                                                                     \
    {                                                                                              \
        .type = RA__SCALAR_STR, .str = { "" v "", sizeof(v) - 1 }                                  \
    }

static const ra__member *member(const char *name)
{
    const ra__plan *plan = ra__plan_of(ra_bind_of(all));
    return &plan->members[ra__plan_find_c(plan, name)];
}

static void columns_are_taken_or_refused(void **state_)
{
    (void)state_;
    const struct {
        const char *member;
        ra__scalar value;
        ra_status wanted;
    } cases[] = {
        {"flag", I64(0), RA_OK},
        {"flag", I64(1), RA_OK},
        {"flag", I64(2), RA_ERR_DECODE},
        {"flag", STR("true"), RA_ERR_DECODE},
        {"flag", NONE_, RA_ERR_DECODE},
        {"i8", I64(127), RA_OK}, // the rule .max = 5 is for input, not for what is stored
        {"i8", I64(128), RA_ERR_DECODE},
        {"i8", I64(-128), RA_OK},
        {"i8", I64(-129), RA_ERR_DECODE},
        {"i64", I64(INT64_MIN), RA_OK},
        {"i64", F64(1), RA_ERR_DECODE},
        {"i64", STR("1"), RA_ERR_DECODE},
        {"u8", I64(255), RA_OK},
        {"u8", I64(256), RA_ERR_DECODE},
        {"u8", I64(-1), RA_ERR_DECODE},
        {"u64", I64(INT64_MAX), RA_OK},
        {"u64", I64(-1), RA_ERR_DECODE},
        {"f64", F64(0.5), RA_OK},
        {"f64", I64(7), RA_OK},
        {"f64", I64(INT64_C(1) << 53), RA_OK},
        {"f64", I64((INT64_C(1) << 53) + 1), RA_ERR_DECODE},
        {"f64", F64(INFINITY), RA_ERR_DECODE},
        {"f64", STR("1"), RA_ERR_DECODE},
        {"str", STR("abcdef"), RA_OK},
        {"str", STR(""), RA_OK},
        {"str", STR("\xff"), RA_OK}, // another program wrote it; the others need not suffer
        {"str", I64(1), RA_ERR_DECODE},
        {"str", NONE_, RA_ERR_DECODE},
        {"time", I64(-1), RA_OK},
        {"time", STR("2026-11-21T09:00:00Z"), RA_OK},
        {"time", STR("today"), RA_ERR_DECODE},
        {"time", F64(1), RA_ERR_DECODE},
        {"at", STR("paid"), RA_OK},
        {"at", STR("lost"), RA_ERR_DECODE},
        {"at", I64(1), RA_ERR_DECODE},
        {"opt", NONE_, RA_OK},
        {"opt", STR("x"), RA_OK},
        {"number", NONE_, RA_OK},
        {"number", I64(1), RA_OK},
        {"number", STR("1"), RA_ERR_DECODE},
        {"list", I64(1), RA_ERR_DECODE},
        {"home", STR("x"), RA_ERR_DECODE},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ra_arena *arena = ra_arena_new(NULL, 1 << 16);
        all value = {0};
        ra_status got =
            ra__member_set_scalar(arena, member(cases[i].member), &value, &cases[i].value);
        if (got != cases[i].wanted)
            fail_msg("case %zu, %s: %s", i, cases[i].member, ra_status_name(got));
        ra_arena_free(arena);
    }
}

static void what_is_set_comes_back(void **state_)
{
    (void)state_;
    const struct {
        const char *member;
        ra__scalar value;
    } cases[] = {
        {"flag", I64(1)},    {"i8", I64(-128)},  {"i64", I64(INT64_MIN)}, {"u8", I64(200)},
        {"u64", I64(12)},    {"f64", F64(-0.1)}, {"str", STR("abc")},     {"time", I64(1234567)},
        {"at", STR("paid")}, {"opt", STR("x")},  {"number", I64(9)},      {"opt", NONE_},
    };
    ra_arena *arena = ra_arena_new(NULL, 1 << 16);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        all value = {0};
        ra__scalar got;
        bool present;
        assert_status(
            ra__member_set_scalar(arena, member(cases[i].member), &value, &cases[i].value), RA_OK);
        assert_status(ra__member_get(member(cases[i].member), &value, &got, &present), RA_OK);
        assert_true(present);
        assert_int_equal(got.type, cases[i].value.type);
        assert_true(got.i64 == cases[i].value.i64 && got.f64 == cases[i].value.f64);
        assert_true(ra_str_equal(got.str, cases[i].value.str));
    }
    ra_arena_free(arena);
}

static void text_is_copied_and_null_is_kept_apart_from_absent(void **state_)
{
    (void)state_;
    ra_arena *arena = ra_arena_new(NULL, 1 << 16);
    char bytes[] = "abc";
    ra__scalar text = {.type = RA__SCALAR_STR, .str = {bytes, 3}}, null = NONE_, got;
    all value = {0};
    bool present;
    assert_status(ra__member_set_scalar(arena, member("opt"), &value, &text), RA_OK);
    bytes[0] = 'x';
    assert_text(value.opt.value, "abc");
    assert_status(ra__member_set_scalar(arena, member("opt"), &value, &null), RA_OK);
    assert_true(ra_is_null(value.opt));
    assert_status(ra__member_get(member("opt"), &value, &got, &present), RA_OK);
    assert_true(present && got.type == RA__SCALAR_NULL);
    assert_status(ra__member_get(member("number"), &value, &got, &present), RA_OK);
    assert_true(!present && got.type == RA__SCALAR_NULL);
    ra_arena_free(arena);
}

static void what_no_column_holds_is_invalid(void **state_)
{
    (void)state_;
    all value = {.u64 = (uint64_t)INT64_MAX + 1, .f64 = NAN, .at = (state)9};
    const char *members[] = {"u64", "f64", "at", "list", "home"};
    for (size_t i = 0; i < COUNT_OF(members); i++) {
        ra__scalar got;
        bool present;
        assert_status(ra__member_get(member(members[i]), &value, &got, &present), RA_ERR_INVALID);
    }
}

static void text_without_memory_is_exhausted(void **state_)
{
    (void)state_;
    ra_arena *arena = ra_arena_new(NULL, 2);
    ra__scalar text = STR("abc");
    all value = {0};
    assert_status(ra__member_set_scalar(arena, member("str"), &value, &text), RA_ERR_EXHAUSTED);
    ra_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_taken_or_refused),
        cmocka_unit_test(what_is_set_comes_back),
        cmocka_unit_test(text_is_copied_and_null_is_kept_apart_from_absent),
        cmocka_unit_test(what_no_column_holds_is_invalid),
        cmocka_unit_test(text_without_memory_is_exhausted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
