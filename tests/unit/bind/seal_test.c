// SPDX-License-Identifier: MIT OR Apache-2.0
// Tables that are wrong, each with the fault it must give.
#include "base/support.h"
#include "bind/plan.h"

#include <math.h>
#include <stdio.h>

typedef enum { NEW, PAID } state;
RA_ENUM_BIND(state, RA_ENUM(NEW, "new"), RA_ENUM(PAID, "paid"));
typedef struct {
    ra_str city;
} address;
RA_BIND(address, RA_FIELD(city));

// One member `m`, one row; `wanted` is what the fault says behind "file:line: name.m: ".
#define ONE(name, T, ...)                                                                          \
    typedef struct {                                                                               \
        T m;                                                                                       \
    } name;                                                                                        \
    RA_BIND(name, __VA_ARGS__)

ONE(has_pattern, ra_str, RA_FIELD(m, .pattern = "^a$"));
ONE(has_scale, double, RA_FIELD(m, .scale = 0));
ONE(from_form, ra_str, RA_FIELD(m, .from = RA_IN_FORM));
ONE(from_cookie, ra_str, RA_FIELD(m, .from = RA_IN_COOKIE));
ONE(min_of_text, ra_str, RA_FIELD(m, .min = 0));
ONE(max_of_bool, bool, RA_FIELD(m, .max = 1));
ONE(min_of_time, ra_time, RA_FIELD(m, .min = 1));
ONE(max_of_struct, address, RA_FIELD_OF(m, address, .max = 1));
ONE(min_len_of_number, int32_t, RA_FIELD(m, .min_len = 1));
ONE(max_len_of_double, double, RA_FIELD(m, .max_len = 1));
ONE(min_items_of_text, ra_str, RA_FIELD(m, .min_items = 1));
ONE(max_items_of_opt, ra_opt_i32, RA_FIELD(m, .max_items = 0));
ONE(nullable_plain, ra_str, RA_FIELD(m, .nullable = true));
ONE(nullable_list, ra_list_str, RA_FIELD(m, .nullable = true));
ONE(omit_plain, int64_t, RA_FIELD(m, .omit_absent = true));
ONE(quoted_double, double, RA_FIELD(m, .as_string = true));
ONE(quoted_text, ra_str, RA_FIELD(m, .as_string = true));
ONE(min_above_max, int32_t, RA_FIELD(m, .min = 2, .max = 1));
ONE(min_above_type, uint8_t, RA_FIELD(m, .min = 256));
ONE(max_below_type, uint32_t, RA_FIELD(m, .max = -1));
ONE(nothing_between, int32_t, RA_FIELD(m, .min = 0.2L, .max = 0.8L));
ONE(max_below_int8, int8_t, RA_FIELD(m, .max = -129));
ONE(huge_min, int64_t, RA_FIELD(m, .min = 1e30L));
ONE(bound_is_nan, double, RA_FIELD(m, .min = NAN));
ONE(len_order, ra_str, RA_FIELD(m, .min_len = 3, .max_len = 2));
ONE(items_order, ra_list_i64, RA_FIELD(m, .min_items = 3, .max_items = 2));
ONE(def_is_text, int32_t, RA_FIELD(m, .def = "x"));
ONE(def_is_fraction, int32_t, RA_FIELD(m, .def = "1.5"));
ONE(def_too_small, int32_t, RA_FIELD(m, .def = "0", .min = 1));
ONE(def_too_large, uint8_t, RA_FIELD(m, .def = "256"));
ONE(def_too_long, ra_str, RA_FIELD(m, .def = "abc", .max_len = 2));
ONE(def_not_utf8, ra_str, RA_FIELD(m, .def = "\xff"));
ONE(def_no_bool, bool, RA_FIELD(m, .def = "yes"));
ONE(def_no_time, ra_time, RA_FIELD(m, .def = "today"));
ONE(def_no_name, state, RA_FIELD_OF(m, state, .def = "lost"));
ONE(def_of_list, ra_list_str, RA_FIELD(m, .def = "a"));
ONE(def_of_struct, address, RA_FIELD_OF(m, address, .def = "a"));
ONE(empty_name, int32_t, RA_FIELD(m, .json = ""));
ONE(broken_name, int32_t, RA_FIELD(m, .json = "\xc3"));
ONE(empty_column, int32_t, RA_FIELD(m, .sql = ""));
ONE(struct_in_query, address, RA_FIELD_OF(m, address, .from = RA_IN_QUERY));
ONE(structs_in_header, RA_LIST(address), RA_FIELD_OF(m, address, .from = RA_IN_HEADER));
ONE(list_in_path, ra_list_i64, RA_FIELD(m, .from = RA_IN_PATH));
ONE(readonly_from, int64_t, RA_FIELD(m, .readonly = true, .from = RA_IN_BODY));
ONE(never_seen, int64_t, RA_FIELD(m, .readonly = true, .writeonly = true));

static const struct {
    const ra_bind *(*table)(void);
    const char *wanted;
} wrong_rows[] = {
    {RA_BIND_has_pattern, ".pattern is not built yet"},
    {RA_BIND_has_scale, ".scale is not built yet"},
    {RA_BIND_from_form, ".from = RA_IN_FORM is not built yet"},
    {RA_BIND_from_cookie, ".from = RA_IN_COOKIE is not built yet"},
    {RA_BIND_min_of_text, ".min and .max are for integers and double"},
    {RA_BIND_max_of_bool, ".min and .max are for integers and double"},
    {RA_BIND_min_of_time, ".min and .max are for integers and double"},
    {RA_BIND_max_of_struct, ".min and .max are for integers and double"},
    {RA_BIND_min_len_of_number, ".min_len and .max_len are for ra_str"},
    {RA_BIND_max_len_of_double, ".min_len and .max_len are for ra_str"},
    {RA_BIND_min_items_of_text, ".min_items and .max_items are for lists"},
    {RA_BIND_max_items_of_opt, ".min_items and .max_items are for lists"},
    {RA_BIND_nullable_plain, ".nullable is for RA_OPT: a plain member has no way to be null"},
    {RA_BIND_nullable_list, ".nullable is for RA_OPT: a plain member has no way to be null"},
    {RA_BIND_omit_plain, ".omit_absent is for RA_OPT: a plain member is never absent"},
    {RA_BIND_quoted_double, ".as_string is for integers"},
    {RA_BIND_quoted_text, ".as_string is for integers"},
    {RA_BIND_min_above_max, ".min is greater than .max"},
    {RA_BIND_min_above_type, ".min and .max leave no value that the member's type holds"},
    {RA_BIND_max_below_type, ".min and .max leave no value that the member's type holds"},
    {RA_BIND_nothing_between, ".min and .max leave no value that the member's type holds"},
    {RA_BIND_max_below_int8, ".min and .max leave no value that the member's type holds"},
    {RA_BIND_huge_min, ".min and .max leave no value that the member's type holds"},
    {RA_BIND_bound_is_nan, ".min or .max is not a number"},
    {RA_BIND_len_order, ".min_len is greater than .max_len"},
    {RA_BIND_items_order, ".min_items is greater than .max_items"},
    {RA_BIND_def_is_text, ".def \"x\" breaks its own rules (type)"},
    {RA_BIND_def_is_fraction, ".def \"1.5\" breaks its own rules (type)"},
    {RA_BIND_def_too_small, ".def \"0\" breaks its own rules (min)"},
    {RA_BIND_def_too_large, ".def \"256\" breaks its own rules (range)"},
    {RA_BIND_def_too_long, ".def \"abc\" breaks its own rules (max_len)"},
    {RA_BIND_def_not_utf8, ".def \"\xff\" breaks its own rules (utf8)"},
    {RA_BIND_def_no_bool, ".def \"yes\" breaks its own rules (type)"},
    {RA_BIND_def_no_time, ".def \"today\" breaks its own rules (type)"},
    {RA_BIND_def_no_name, ".def \"lost\" breaks its own rules (enum)"},
    {RA_BIND_def_of_list, ".def is for single values, not for structs and lists"},
    {RA_BIND_def_of_struct, ".def is for single values, not for structs and lists"},
    {RA_BIND_empty_name, ".json is empty"},
    {RA_BIND_broken_name, ".json is not UTF-8"},
    {RA_BIND_empty_column, ".sql is empty"},
    {RA_BIND_struct_in_query, "a struct comes from the body only"},
    {RA_BIND_structs_in_header, "a struct comes from the body only"},
    {RA_BIND_list_in_path, "a list cannot come from the path"},
    {RA_BIND_readonly_from, ".readonly members have no source: drop .from"},
    {RA_BIND_never_seen, ".readonly and .writeonly exclude each other"},
};

// ---- layout, names, enums

typedef struct {
    int64_t id;
    int64_t forgotten;
    bool last;
} hole_inside;
RA_BIND(hole_inside, RA_FIELD(id), RA_FIELD(last));

typedef struct {
    int64_t forgotten, id;
} hole_at_start;
RA_BIND(hole_at_start, RA_FIELD(id));

typedef struct {
    int32_t id;
    int32_t forgotten;
} hole_at_end;
RA_BIND(hole_at_end, RA_FIELD(id));

typedef struct {
    int64_t id;
} twice;
RA_BIND(twice, RA_FIELD(id), RA_FIELD(id, .json = "other"));

typedef struct {
    int64_t a, b;
} same_name;
RA_BIND(same_name, RA_FIELD(a, .json = "x"), RA_FIELD(b, .json = "x"));

typedef struct {
    int64_t a, b;
} same_column;
RA_BIND(same_column, RA_FIELD(a, .sql = "x"), RA_FIELD(b, .sql = "x"));

typedef enum { LOW, HIGH } level;
RA_ENUM_BIND(level, RA_ENUM(LOW, "low"), RA_ENUM(HIGH, "low"));
typedef enum { SOME } unnamed;
RA_ENUM_BIND(unnamed, RA_ENUM(SOME, ""));
typedef enum __attribute__((packed)) { TINY } tiny;
RA_ENUM_BIND(tiny, RA_ENUM(TINY, "tiny"), RA_ENUM(256, "huge"));
typedef struct {
    char bytes[3];
} no_enum;
RA_ENUM_BIND(no_enum, RA_ENUM(1, "one"));

static const struct {
    const ra_bind *(*table)(void);
    const char *wanted;
} wrong_tables[] = {
    {RA_BIND_hole_inside, "hole_inside.last: 8 bytes before it are in no row: add the forgotten "
                          "member, or RA_SKIP(member)"},
    {RA_BIND_hole_at_start, "hole_at_start.id: 8 bytes before it are in no row: add the forgotten "
                            "member, or RA_SKIP(member)"},
    {RA_BIND_hole_at_end, "hole_at_end: the last 4 bytes are in no row: add the forgotten member, "
                          "or RA_SKIP(member)"},
    {RA_BIND_twice, "twice.id: the member overlaps another one of the table"},
    {RA_BIND_same_name, "same_name.b: \"x\" is the name of a too"},
    {RA_BIND_same_column, "same_column.b: \"x\" is the column of a too"},
    {RA_BIND_level, "level: \"low\" names two values"},
    {RA_BIND_unnamed, "unnamed: value 0 has no name"},
    {RA_BIND_tiny, "tiny: \"huge\": 256 does not fit the enum"},
    {RA_BIND_no_enum, "no_enum: an enum has 1, 2, 4 or 8 bytes, not 3"},
};

// 256 members are welcome, 257 are not.
#define M8(p) int8_t p##0, p##1, p##2, p##3, p##4, p##5, p##6, p##7;
#define M64(p) M8(p##0) M8(p##1) M8(p##2) M8(p##3) M8(p##4) M8(p##5) M8(p##6) M8(p##7)
#define F8(p)                                                                                      \
    RA_FIELD(p##0), RA_FIELD(p##1), RA_FIELD(p##2), RA_FIELD(p##3), RA_FIELD(p##4),                \
        RA_FIELD(p##5), RA_FIELD(p##6), RA_FIELD(p##7)
#define F64(p) F8(p##0), F8(p##1), F8(p##2), F8(p##3), F8(p##4), F8(p##5), F8(p##6), F8(p##7)
typedef struct {
    M64(a) M64(b) M64(c) M64(d)
} widest;
RA_BIND(widest, F64(a), F64(b), F64(c), F64(d));
typedef struct {
    M64(a) M64(b) M64(c) M64(d) int8_t one_more;
} too_wide;
RA_BIND(too_wide, F64(a), F64(b), F64(c), F64(d), RA_FIELD(one_more));

// ---- tables in order

typedef struct {
    int8_t small;
    int64_t big;
    void *cache;
    bool flag;
    bool own[7];
} padded;
RA_BIND(padded, RA_FIELD(small, .min = -128, .max = 127), RA_FIELD(big, .min = INT64_MIN),
        RA_SKIP(cache), RA_FIELD(flag), RA_SKIP(own));

typedef struct {
    uint64_t a;
    double b;
    ra_str c;
    state d;
    ra_opt_i32 e;
    ra_list_str f;
    ra_time g;
} with_all;
RA_BIND(with_all, RA_FIELD(a, .def = "18446744073709551615", .max = UINT64_MAX, .as_string = true),
        RA_FIELD(b, .def = "-1e3"), RA_FIELD(c, .def = "", .writeonly = true, .secret = true),
        RA_FIELD_OF(d, state, .def = "paid"),
        RA_FIELD(e, .def = "7", .nullable = true, .omit_absent = true),
        RA_FIELD(f, .min_len = 1, .max_items = 3, .from = RA_IN_QUERY),
        RA_FIELD(g, .def = "2026-11-21T09:00:00Z", .doc = "when", .example = "x"));

typedef struct tree tree;
RA_BIND_LIST(tree);
struct tree {
    ra_str name;
    RA_LIST(tree) below;
};
RA_BIND_ROWS(tree, RA_FIELD(name), RA_FIELD_OF(below, tree));

typedef struct {
    has_pattern inner;
} outer;
RA_BIND(outer, RA_FIELD_OF(inner, has_pattern));

// ---- tests

static unsigned seal(const ra_bind *bind, char *text, size_t bytes)
{
    ra__faults faults;
    ra__faults_init(&faults);
    ra__plan_seal(bind, &faults);
    snprintf(text, bytes, RA_STR_FMT, RA_STR_ARG(ra_buf_str(&faults.text)));
    unsigned count = faults.count;
    ra__faults_deinit(&faults);
    return count;
}

static void each_wrong_row_gives_its_fault(void **state_)
{
    (void)state_;
    for (size_t i = 0; i < COUNT_OF(wrong_rows); i++) {
        const ra_bind *bind = wrong_rows[i].table();
        char text[4096], wanted[512];
        snprintf(wanted, sizeof wanted, "%s:%u: %s.m: %s\n", bind->file, bind->rows[0].line_,
                 bind->name, wrong_rows[i].wanted);
        assert_int_equal(seal(bind, text, sizeof text), 1);
        assert_string_equal(text, wanted);
    }
}

static void each_wrong_table_gives_its_fault(void **state_)
{
    (void)state_;
    for (size_t i = 0; i < COUNT_OF(wrong_tables); i++) {
        char text[4096];
        assert_int_equal(seal(wrong_tables[i].table(), text, sizeof text), 1);
        if (!strstr(text, wrong_tables[i].wanted))
            fail_msg("wanted \"%s\", got \"%s\"", wrong_tables[i].wanted, text);
        assert_non_null(strstr(text, "seal_test.c:"));
    }
}

static void a_fault_stands_at_the_line_of_its_row(void **state_)
{
    (void)state_;
    char text[4096], wanted[64];
    seal(RA_BIND_hole_at_start(), text, sizeof text);
    snprintf(wanted, sizeof wanted, "seal_test.c:%u: ", RA_BIND_hole_at_start()->rows[0].line_);
    assert_non_null(strstr(text, wanted));
    assert_in_range(RA_BIND_with_all()->rows[6].line_ - RA_BIND_with_all()->rows[0].line_, 4, 7);
}

static void tables_in_order_give_no_fault(void **state_)
{
    (void)state_;
    const ra_bind *tables[] = {RA_BIND_padded(), RA_BIND_with_all(), RA_BIND_tree(),
                               RA_BIND_widest(), RA_BIND_address(),  RA_BIND_ra_list_tree(),
                               RA_BIND_state(),  RA_BIND_ra_none(),  RA_BIND_ra_list_i64()};
    for (size_t i = 0; i < COUNT_OF(tables); i++) {
        char text[4096];
        if (seal(tables[i], text, sizeof text))
            fail_msg("%s", text);
    }
}

static void a_struct_has_at_most_256_members(void **state_)
{
    (void)state_;
    char text[4096];
    assert_int_equal(RA_BIND_widest()->row_count, RA__MEMBERS_MAX);
    assert_int_equal(seal(RA_BIND_too_wide(), text, sizeof text), 1);
    assert_non_null(strstr(text, "too_wide: more than 256 members"));
}

static void a_fault_in_a_nested_table_is_found(void **state_)
{
    (void)state_;
    char text[4096];
    assert_int_equal(seal(RA_BIND_outer(), text, sizeof text), 1);
    assert_non_null(strstr(text, "has_pattern.m: .pattern"));
}

static void all_tables_are_checked_at_once_and_each_fault_is_told_once(void **state_)
{
    (void)state_;
    ra__faults faults;
    ra__faults_init(&faults);
    ra__plans_seal(&faults);
    unsigned wanted = COUNT_OF(wrong_rows) + COUNT_OF(wrong_tables) + 1; // too_wide
    assert_int_equal(faults.count, wanted);
    ra__plans_seal(&faults);
    ra__plan_seal(RA_BIND_twice(), &faults);
    assert_int_equal(faults.count, wanted);
    ra__faults_deinit(&faults);
}

static void faults_stand_in_the_order_of_the_file(void **state_)
{
    (void)state_;
    ra__faults faults;
    ra__faults_init(&faults);
    ra__plans_seal(&faults);
    const char *text = ra_buf_str(&faults.text).ptr; // ends with a line end, not with a NUL
    size_t len = ra_buf_str(&faults.text).len;
    const char *earlier = memmem(text, len, "has_pattern.m: ", 15);
    const char *later = memmem(text, len, "def_of_list.m: ", 15);
    assert_true(earlier && later && earlier < later);
    ra__faults_deinit(&faults);
}

static void use_wrong_table(void *arg)
{
    (void)arg;
    ra__plan_of(RA_BIND_has_pattern());
}

static void a_wrong_table_that_is_used_traps_with_its_fault(void **state_)
{
    (void)state_;
    int pipes[2];
    char text[1024] = "";
    assert_int_equal(pipe(pipes), 0);
    assert_int_equal(signal_of_death(use_wrong_table, NULL, pipes[1]), SIGABRT);
    assert_true(read(pipes[0], text, sizeof text - 1) > 0);
    assert_non_null(strstr(text, "has_pattern.m: .pattern is not built yet"));
    close(pipes[0]);
    close(pipes[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_wrong_row_gives_its_fault),
        cmocka_unit_test(each_wrong_table_gives_its_fault),
        cmocka_unit_test(a_fault_stands_at_the_line_of_its_row),
        cmocka_unit_test(tables_in_order_give_no_fault),
        cmocka_unit_test(a_struct_has_at_most_256_members),
        cmocka_unit_test(a_fault_in_a_nested_table_is_found),
        cmocka_unit_test(all_tables_are_checked_at_once_and_each_fault_is_told_once),
        cmocka_unit_test(faults_stand_in_the_order_of_the_file),
        cmocka_unit_test(a_wrong_table_that_is_used_traps_with_its_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
