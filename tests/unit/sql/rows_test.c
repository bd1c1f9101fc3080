// SPDX-License-Identifier: MIT OR Apache-2.0
// rows: columns find their members, rows of the four forms their place.
#include "world.h"

#include "sql/private/rows.h"

typedef struct {
    int64_t id;
    ra_opt_str note;
    ra_str shown;
    ra_list_str tags;
} row;
RA_BIND(row, RA_FIELD(id), RA_FIELD(note), RA_FIELD(shown, .sql = "stored"), RA_FIELD(tags));

typedef enum { SMALL, LARGE } size_name;
RA_ENUM_BIND(size_name, RA_ENUM(SMALL, "small"), RA_ENUM(LARGE, "large"));

static ra_ctx ctx;
static ra__columns columns;
static ra__sql_detail detail;

static int start(void **state)
{
    (void)state;
    ra__ctx_init(&ctx, NULL, NULL, NULL);
    detail = (ra__sql_detail){0};
    return 0;
}

static int end(void **state)
{
    (void)state;
    ra__columns_deinit(&columns);
    ra__ctx_deinit(&ctx);
    return 0;
}

static const char *name_in(void *names, unsigned i)
{
    return ((const char **)names)[i];
}

static ra_status match(const ra_bind *bind, unsigned count, const char **names)
{
    return ra__columns_match(&columns, ra__plan_of(bind), count, name_in, names, &detail);
}

static void columns_go_by_their_names_in_any_order(void **state)
{
    (void)state;
    const char *names[] = {"stored", "note", "id"};
    assert_status(match(ra_bind_of(row), 3, names), RA_OK);
    const ra__plan *plan = columns.plan;
    assert_int_equal(columns.count, 3);
    assert_int_equal(plan->members[columns.members[0]].offset, offsetof(row, shown));
    assert_int_equal(plan->members[columns.members[1]].offset, offsetof(row, note));
    assert_int_equal(plan->members[columns.members[2]].offset, offsetof(row, id));
}

static void optionals_and_lists_may_go_without_a_column(void **state)
{
    (void)state;
    const char *names[] = {"id", "stored"};
    assert_status(match(ra_bind_of(row), 2, names), RA_OK);
}

static void what_has_no_partner_is_named(void **state)
{
    (void)state;
    const struct {
        const char *names[3];
        unsigned count;
        const char *words;
    } rows[] = {
        {{"id"}, 1, "member stored of row has no column"},
        {{"id", "shown"}, 2, "column shown has no member in row"}, // by its column's name only
        {{"id", "stored", "id"}, 3, "two columns are called id"},
        {{"id", "stored", ""}, 3, "column  has no member in row"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *names[] = {rows[i].names[0], rows[i].names[1], rows[i].names[2]};
        assert_status(match(ra_bind_of(row), rows[i].count, names), RA_ERR_DECODE);
        assert_string_equal(detail.text, rows[i].words);
        assert_null(columns.plan);
    }
}

static void a_single_value_takes_a_single_column(void **state)
{
    (void)state;
    const char *names[] = {"whatever", "more"};
    assert_status(match(ra_bind_of(int64_t), 1, names), RA_OK);
    assert_status(match(ra_bind_of(size_name), 1, names), RA_OK);
    assert_status(match(ra_bind_of(int64_t), 2, names), RA_ERR_DECODE);
    assert_status(match(ra_bind_of(int64_t), 0, names), RA_ERR_DECODE);
}

static void exec_takes_no_column(void **state)
{
    (void)state;
    const char *names[] = {"id"};
    assert_status(ra__columns_match(&columns, NULL, 0, name_in, names, &detail), RA_OK);
    assert_status(ra__columns_match(&columns, NULL, 1, name_in, names, &detail), RA_ERR_DECODE);
    assert_string_equal(detail.text, "column id has nowhere to go: exec takes no rows");
}

static void an_enum_is_a_row_of_its_own(void **state)
{
    (void)state;
    const char *names[] = {"size"};
    RA_LIST(size_name) sizes = {0};
    const ra__call call = {
        .form = RA_SQL_MANY_, .out_plan = ra__plan_of(ra_bind_of(size_name)), .out = &sizes};
    assert_status(match(ra_bind_of(size_name), 1, names), RA_OK);
    ra__rows rows;
    ra__rows_begin(&rows, &ctx, &call);
    static const char *const stored[] = {"large", "small"};
    for (int i = 0; i < 2; i++) {
        const ra__scalar value = {.type = RA__SCALAR_STR, .str = ra_str_of(stored[i])};
        assert_status(ra__rows_add(&rows), RA_OK);
        assert_status(ra__rows_set(&rows, &columns, 0, &value, &detail), RA_OK);
    }
    assert_status(ra__rows_end(&rows), RA_OK);
    assert_int_equal(sizes.len, 2);
    assert_int_equal(sizes.items[0], LARGE);
    const ra__scalar wrong = {.type = RA__SCALAR_STR, .str = RA_STR("huge")};
    assert_status(ra__rows_add(&rows), RA_OK);
    assert_status(ra__rows_set(&rows, &columns, 0, &wrong, &detail), RA_ERR_DECODE);
    assert_null(strstr(detail.text, "huge")); // what is stored is nobody's business in a log
}

static void memory_past_the_limit_is_exhausted(void **state)
{
    (void)state;
    RA_LIST(int64_t) ids = {0};
    const ra__call call = {.form = RA_SQL_MANY_,
                           .out_plan = ra__plan_of(ra_bind_of(int64_t)),
                           .out = &ids,
                           .opts = {.rows_max = 1000000}};
    ctx.arena_bytes_max = 1000;
    ra__rows rows;
    ra__rows_begin(&rows, &ctx, &call);
    ra_status status = RA_OK;
    for (int i = 0; i < 1000 && status == RA_OK; i++)
        status = ra__rows_add(&rows);
    assert_status(status, RA_ERR_EXHAUSTED);
}

static void memory_is_needed_for_text_and_lists_only(void **state)
{
    (void)state;
    const struct {
        ra_sql_form form;
        const ra_bind *out;
        bool needed;
    } rows[] = {
        {RA_SQL_ONE_, ra_bind_of(int64_t), false},
        {RA_SQL_ONE_, ra_bind_of(ra_str), true},
        {RA_SQL_ONE_, ra_bind_of(row), true},
        {RA_SQL_MANY_, ra_bind_of(int64_t), true},
        {RA_SQL_EXEC_, NULL, false},
        {RA_SQL_ONE_, ra_bind_of(ra_none), false},
        {RA_SQL_ONE_, ra_bind_of(size_name), false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const ra__call call = {.form = rows[i].form,
                               .out_plan = rows[i].out ? ra__plan_of(rows[i].out) : NULL};
        assert_int_equal(ra__rows_need_memory(&call), rows[i].needed);
    }
}

#define ROWS_TEST(test) cmocka_unit_test_setup_teardown(test, start, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROWS_TEST(columns_go_by_their_names_in_any_order),
        ROWS_TEST(optionals_and_lists_may_go_without_a_column),
        ROWS_TEST(what_has_no_partner_is_named),
        ROWS_TEST(a_single_value_takes_a_single_column),
        ROWS_TEST(exec_takes_no_column),
        ROWS_TEST(an_enum_is_a_row_of_its_own),
        ROWS_TEST(memory_past_the_limit_is_exhausted),
        ROWS_TEST(memory_is_needed_for_text_and_lists_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
