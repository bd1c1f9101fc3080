// SPDX-License-Identifier: MIT OR Apache-2.0
// params: which member a parameter is, and its value.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sql/private/params.h"

typedef enum { SMALL, LARGE } size_name;
RA_ENUM_BIND(size_name, RA_ENUM(SMALL, "small"), RA_ENUM(LARGE, "large"));

typedef struct {
    int64_t x;
} inner;
RA_BIND(inner, RA_FIELD(x));

typedef struct {
    int64_t number;
    double real;
    bool flag;
    ra_str text;
    ra_time at;
    uint64_t big;
    size_name size;
    ra_opt_str note;
    ra_str renamed;
    inner nested;
    ra_list_str tags;
} all;
RA_BIND(all, RA_FIELD(number), RA_FIELD(real), RA_FIELD(flag), RA_FIELD(text), RA_FIELD(at),
        RA_FIELD(big), RA_FIELD_OF(size, size_name), RA_FIELD(note, .nullable = true),
        RA_FIELD(renamed, .sql = "its_column"), RA_FIELD_OF(nested, inner), RA_FIELD(tags));

static ra__query query;
static ra__sql_detail detail;

static ra_status match(const char *sql, const ra_bind *bind)
{
    ra__query_deinit(&query);
    detail = (ra__sql_detail){0};
    assert_int_equal(ra__query_init(&query, sql, RA__SQL_SQLITE, &detail), RA_OK);
    return ra__params_match(&query, ra__plan_of(bind), &detail);
}

static ra__scalar value_of(const char *sql, const ra_bind *bind, const void *in)
{
    if (match(sql, bind) != RA_OK)
        fail_msg("%s: %s", sql, detail.text);
    ra__scalar value = {0};
    assert_int_equal(ra__param_value(&query, 0, ra__plan_of(bind), in, &value), RA_OK);
    return value;
}

static int clean(void **state)
{
    (void)state;
    ra__query_deinit(&query);
    return 0;
}

static void every_kind_of_member_has_a_value(void **state)
{
    (void)state;
    const all in = {.number = -7,
                    .real = 1.5,
                    .flag = true,
                    .text = RA_STR("t"),
                    .at = {42},
                    .size = LARGE,
                    .renamed = RA_STR("r")};
    const ra_bind *bind = ra_bind_of(all);
    assert_int_equal(value_of(":number", bind, &in).i64, -7);
    assert_true(value_of(":real", bind, &in).f64 == 1.5);
    assert_int_equal(value_of(":flag", bind, &in).i64, 1);
    assert_true(ra_str_equal(value_of(":text", bind, &in).str, RA_STR("t")));
    assert_int_equal(value_of(":at", bind, &in).i64, 42);
    assert_true(ra_str_equal(value_of(":size", bind, &in).str, RA_STR("large")));
}

static void a_member_is_found_by_its_column_and_by_its_name(void **state)
{
    (void)state;
    const all in = {.renamed = RA_STR("r")};
    assert_true(ra_str_equal(value_of(":its_column", ra_bind_of(all), &in).str, RA_STR("r")));
    assert_true(ra_str_equal(value_of(":renamed", ra_bind_of(all), &in).str, RA_STR("r")));
}

static void presence_tells_absent_from_null_from_set(void **state)
{
    (void)state;
    all in = {0};
    const ra_bind *bind = ra_bind_of(all);
    assert_int_equal(value_of(":note.present", bind, &in).i64, 0);
    assert_int_equal(value_of(":note", bind, &in).type, RA__SCALAR_NULL);
    in.note.presence = RA_NULL;
    assert_int_equal(value_of(":note.present", bind, &in).i64, 1);
    assert_int_equal(value_of(":note", bind, &in).type, RA__SCALAR_NULL);
    in.note = RA_SOME(ra_opt_str, RA_STR("n"));
    assert_int_equal(value_of(":note.present", bind, &in).i64, 1);
    assert_true(ra_str_equal(value_of(":note", bind, &in).str, RA_STR("n")));
}

static void a_scalar_stands_for_one_parameter(void **state)
{
    (void)state;
    int64_t id = 5;
    assert_int_equal(value_of(":id", ra_bind_of(int64_t), &id).i64, 5);
    assert_int_equal(value_of(":whatever + :whatever", ra_bind_of(int64_t), &id).i64, 5);
    size_name size = LARGE;
    assert_true(ra_str_equal(value_of(":size", ra_bind_of(size_name), &size).str, RA_STR("large")));
}

static void what_does_not_match_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *named;
    } rows[] = {
        {":nmber", ":nmber"},
        {":nested", ":nested"},
        {":tags", ":tags"},
        {":number.present", ":number.present"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(match(rows[i].sql, ra_bind_of(all)), RA_ERR_INTERNAL);
        assert_non_null(strstr(detail.text, rows[i].named));
        assert_non_null(strstr(detail.text, "all"));
    }
    assert_int_equal(match(":a, :b", ra_bind_of(int64_t)), RA_ERR_INTERNAL);
    assert_int_equal(match(":a.present", ra_bind_of(int64_t)), RA_ERR_INTERNAL);
    assert_int_equal(match(":a", ra_bind_of(ra_none)), RA_ERR_INTERNAL);
    assert_int_equal(match("no parameter", ra_bind_of(ra_none)), RA_OK);
}

static void a_number_no_database_can_hold_is_refused(void **state)
{
    (void)state;
    const all in = {.big = UINT64_MAX};
    assert_int_equal(match(":big", ra_bind_of(all)), RA_OK);
    ra__scalar value;
    assert_int_equal(ra__param_value(&query, 0, ra__plan_of(ra_bind_of(all)), &in, &value),
                     RA_ERR_INVALID);
}

static void one_text_may_be_used_with_two_structs(void **state)
{
    (void)state;
    const inner a = {.x = 3};
    int64_t b = 4;
    ra__scalar value;
    assert_int_equal(match(":x", ra_bind_of(inner)), RA_OK);
    assert_int_equal(ra__params_match(&query, ra__plan_of(ra_bind_of(int64_t)), &detail), RA_OK);
    assert_int_equal(ra__param_value(&query, 0, ra__plan_of(ra_bind_of(int64_t)), &b, &value),
                     RA_OK);
    assert_int_equal(value.i64, 4);
    assert_int_equal(ra__params_match(&query, ra__plan_of(ra_bind_of(inner)), &detail), RA_OK);
    assert_int_equal(ra__param_value(&query, 0, ra__plan_of(ra_bind_of(inner)), &a, &value), RA_OK);
    assert_int_equal(value.i64, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(every_kind_of_member_has_a_value, clean),
        cmocka_unit_test_teardown(a_member_is_found_by_its_column_and_by_its_name, clean),
        cmocka_unit_test_teardown(presence_tells_absent_from_null_from_set, clean),
        cmocka_unit_test_teardown(a_scalar_stands_for_one_parameter, clean),
        cmocka_unit_test_teardown(what_does_not_match_is_named, clean),
        cmocka_unit_test_teardown(a_number_no_database_can_hold_is_refused, clean),
        cmocka_unit_test_teardown(one_text_may_be_used_with_two_structs, clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
