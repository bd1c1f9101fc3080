// SPDX-License-Identifier: MIT OR Apache-2.0
// lexer: what is a parameter, and what only looks like one, in both dialects.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/heap.h"
#include "sql/private/lexer.h"

typedef struct {
    const char *sql, *sqlite, *postgres;
    const char *names; // "a b.present": the parameters in order
} row;

static const row rows[] = {
    {"select 1", "select 1", "select 1", ""},
    {"select :a", "select ?1", "select $1", "a"},
    {"select :a, :b, :a", "select ?1, ?2, ?1", "select $1, $2, $1", "a b"},
    {":a:b", "?1?2", "$1$2", "a b"},
    {"select :_x1", "select ?1", "select $1", "_x1"},
    {"case when :note.present then :note end", "case when ?1 then ?2 end",
     "case when $1 then $2 end", "note.present note"},
    {":note.present, :note.present", "?1, ?1", "$1, $1", "note.present"},
    {"(:a)", "(?1)", "($1)", "a"},
    {":a-1", "?1-1", "$1-1", "a"},
    {"a:b", "a?1", "a$1", "b"},
    // strings
    {"':a'", "':a'", "':a'", ""},
    {"'it''s :a' || :b", "'it''s :a' || ?1", "'it''s :a' || $1", "b"},
    {"'' || :a", "'' || ?1", "'' || $1", "a"},
    {"'a\\' || :b", "'a\\' || ?1", "'a\\' || $1", "b"},
    {"x':a'", "x':a'", "x':a'", ""},
    // quoted identifiers
    {"\":a\" = :b", "\":a\" = ?1", "\":a\" = $1", "b"},
    {"\"a\"\":b\" = :c", "\"a\"\":b\" = ?1", "\"a\"\":b\" = $1", "c"},
    // comments
    {"-- :a\n:b", "-- :a\n?1", "-- :a\n$1", "b"},
    {"1 -- :a", "1 -- :a", "1 -- :a", ""},
    {"/* :a */ :b", "/* :a */ ?1", "/* :a */ $1", "b"},
    {"/**/:b", "/**/?1", "/**/$1", "b"},
    {"/* ' */ :b", "/* ' */ ?1", "/* ' */ $1", "b"},
    {"a - -1, :b", "a - -1, ?1", "a - -1, $1", "b"},
    {"a / b, :c", "a / b, ?1", "a / b, $1", "c"},
    // casts and other colons
    {":a::bigint", "?1::bigint", "$1::bigint", "a"},
    {"b :: text", "b :: text", "b :: text", ""},
    {"a = :b :", "a = ?1 :", "a = $1 :", "b"},
    {"a$b", "a$b", "a$b", ""},
    // bytes past ASCII are letters
    {"'é' || :é", "'é' || ?1", "'é' || $1", "é"},
};

typedef struct {
    const char *sql, *rewritten;
} dialect_row;

static const dialect_row sqlite_rows[] = {
    {"[:a] = :b", "[:a] = ?1"},
    {"`:a``:b` = :c", "`:a``:b` = ?1"},
    {"/* /* */ :a", "/* /* */ ?1"}, // not nested
    {"e'\\' || :a", "e'\\' || ?1"}, // no escapes
};

static const dialect_row postgres_rows[] = {
    {"$$ :a $$ || :b", "$$ :a $$ || $1"},
    {"$t$ $$ :a $t$ || :b", "$t$ $$ :a $t$ || $1"},
    {"$t$ $u$ :a $t$ || :b", "$t$ $u$ :a $t$ || $1"},
    {"/* /* */ :a */ :b", "/* /* */ :a */ $1"}, // nested
    {"e'\\' :a' || :b", "e'\\' :a' || $1"},
    {"E'\\\\' || :b", "E'\\\\' || $1"},
    {"some_e'\\' || :b", "some_e'\\' || $1"}, // the end of a word, not an E string
    {"a[1] = :b", "a[1] = $1"},
    {"j ? 'k' and :b", "j ? 'k' and $1"},
    {"j @> :b", "j @> $1"},
};

static void check_text(const char *sql, ra__sql_dialect dialect, const char *expected)
{
    ra__query query;
    ra__sql_detail detail = {0};
    ra_status status = ra__query_init(&query, sql, dialect, &detail);
    if (status != RA_OK)
        fail_msg("%s: %s: %s", sql, ra_status_name(status), detail.text);
    assert_string_equal(query.text.ptr, expected);
    assert_int_equal(query.text.len, strlen(expected) + 1);
    ra__query_deinit(&query);
}

static void check_names(const char *sql, const char *expected)
{
    ra__query query;
    ra__sql_detail detail = {0};
    assert_int_equal(ra__query_init(&query, sql, RA__SQL_SQLITE, &detail), RA_OK);
    RA_SCOPED(ra_buf, names, ra_buf_init(1000));
    for (unsigned i = 0; i < query.param_count; i++) {
        const ra__sql_param *param = &query.params[i];
        assert_int_equal(ra_buf_printf(&names, "%s" RA_STR_FMT "%s", i ? " " : "",
                                       RA_STR_ARG(param->name), param->present ? ".present" : ""),
                         RA_OK);
    }
    if (!ra_str_equal(ra_buf_str(&names), ra_str_of(expected))) {
        fail_msg("%s: the parameters are \"" RA_STR_FMT "\", not \"%s\"", sql,
                 RA_STR_ARG(ra_buf_str(&names)), expected);
    }
    ra__query_deinit(&query);
}

static void parameters_become_numbers_in_both_dialects(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        check_text(rows[i].sql, RA__SQL_SQLITE, rows[i].sqlite);
        check_text(rows[i].sql, RA__SQL_POSTGRES, rows[i].postgres);
        check_names(rows[i].sql, rows[i].names);
    }
}

static void each_dialect_has_quotes_of_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof sqlite_rows / sizeof *sqlite_rows; i++)
        check_text(sqlite_rows[i].sql, RA__SQL_SQLITE, sqlite_rows[i].rewritten);
    for (size_t i = 0; i < sizeof postgres_rows / sizeof *postgres_rows; i++)
        check_text(postgres_rows[i].sql, RA__SQL_POSTGRES, postgres_rows[i].rewritten);
}

static void check_refused(const char *sql, ra__sql_dialect dialect)
{
    ra__query query;
    ra__sql_detail detail = {0};
    if (ra__query_init(&query, sql, dialect, &detail) != RA_ERR_INTERNAL)
        fail_msg("accepted: %s", sql);
    assert_string_not_equal(detail.text, "");
    ra__query_deinit(&query);
}

static void what_does_not_end_is_refused(void **state)
{
    (void)state;
    static const char *const both[] = {"'a", "'a''", "\"a", "/* a", "/*/", "select :a, 'b"};
    for (size_t i = 0; i < sizeof both / sizeof *both; i++) {
        check_refused(both[i], RA__SQL_SQLITE);
        check_refused(both[i], RA__SQL_POSTGRES);
    }
    check_refused("[a", RA__SQL_SQLITE);
    check_refused("`a", RA__SQL_SQLITE);
    check_refused("$$ a", RA__SQL_POSTGRES);
    check_refused("$t$ a $$ $u$", RA__SQL_POSTGRES);
    check_refused("/* /* */", RA__SQL_POSTGRES);
    check_refused("e'\\'", RA__SQL_POSTGRES);
}

static void parameters_of_the_engine_are_refused(void **state)
{
    (void)state;
    static const char *const sqlite[] = {"select ?",  "select ?1", "select $a",
                                         "select @a", "select :1", "select #1"};
    for (size_t i = 0; i < sizeof sqlite / sizeof *sqlite; i++)
        check_refused(sqlite[i], RA__SQL_SQLITE);
    check_refused("select $1", RA__SQL_POSTGRES);
}

static void a_member_of_a_parameter_is_refused(void **state)
{
    (void)state;
    check_refused("select :a.b", RA__SQL_SQLITE);
    check_refused("select :a.presently", RA__SQL_SQLITE);
    check_refused("select :a.", RA__SQL_SQLITE);
}

static void the_first_word_tells_who_may_send_it(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        ra__sql_sort sort;
    } sorts[] = {
        {"", RA__SQL_EMPTY},
        {" \n\t", RA__SQL_EMPTY},
        {"-- select", RA__SQL_EMPTY},
        {"/* select", RA__SQL_EMPTY},
        {" ; ; -- x\n", RA__SQL_EMPTY},
        {"select 1", RA__SQL_PLAIN},
        {"(select 1)", RA__SQL_PLAIN},
        {"beginning", RA__SQL_PLAIN},
        {"begin", RA__SQL_TRANSACTION},
        {"  /* x */ BEGIN immediate", RA__SQL_TRANSACTION},
        {"Commit", RA__SQL_TRANSACTION},
        {"; rollback", RA__SQL_TRANSACTION},
        {"savepoint a", RA__SQL_TRANSACTION},
        {"release a", RA__SQL_TRANSACTION},
        {"pragma foreign_keys = off", RA__SQL_SESSION},
        {"attach 'a' as b", RA__SQL_SESSION},
        {"set role x", RA__SQL_SESSION},
    };
    for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++)
        if (ra__sql_sort_of(sorts[i].sql, RA__SQL_SQLITE) != sorts[i].sort)
            fail_msg("\"%s\"", sorts[i].sql);
}

static void parameters_are_counted_up_to_the_limit(void **state)
{
    (void)state;
    RA_SCOPED(ra_buf, sql, ra_buf_init(1 << 20));
    for (int i = 0; i < RA__SQL_PARAMS_MAX; i++)
        assert_int_equal(ra_buf_printf(&sql, ":p%d,", i), RA_OK);
    assert_int_equal(ra_buf_append(&sql, (ra_str){"", 1}), RA_OK);
    ra__query query;
    ra__sql_detail detail = {0};
    assert_int_equal(ra__query_init(&query, sql.ptr, RA__SQL_SQLITE, &detail), RA_OK);
    assert_int_equal(query.param_count, RA__SQL_PARAMS_MAX);
    ra__query_deinit(&query);

    sql.len--;
    assert_int_equal(ra_buf_append(&sql, (ra_str){":more", 6}), RA_OK);
    assert_int_equal(ra__query_init(&query, sql.ptr, RA__SQL_SQLITE, &detail), RA_ERR_INTERNAL);
    ra__query_deinit(&query);
}

static void text_past_the_limit_is_too_large(void **state)
{
    (void)state;
    char *sql = test_malloc(RA__SQL_TEXT_BYTES_MAX + 2);
    memset(sql, ' ', RA__SQL_TEXT_BYTES_MAX + 1);
    sql[RA__SQL_TEXT_BYTES_MAX + 1] = '\0';
    ra__query query;
    ra__sql_detail detail = {0};
    assert_int_equal(ra__query_init(&query, sql, RA__SQL_SQLITE, &detail), RA_ERR_TOO_LARGE);
    ra__query_deinit(&query);
    test_free(sql);
}

static unsigned allocations_left;

static bool fail_when_used_up(void *arg, size_t bytes)
{
    (void)arg;
    (void)bytes;
    return allocations_left > 0 && allocations_left-- > 0;
}

static void each_failing_allocation_is_a_status(void **state)
{
    (void)state;
    ra_status status = RA_ERR_EXHAUSTED;
    for (unsigned n = 0; status != RA_OK; n++) {
        allocations_left = n;
        ra__heap_set_hook(fail_when_used_up, NULL);
        ra__query query;
        ra__sql_detail detail = {0};
        status = ra__query_init(
            &query,
            "select :a,:b,:c,:d,:e,:f,:g,:h,:i, 'long enough to grow the text twice, or more'",
            RA__SQL_SQLITE, &detail);
        ra__heap_set_hook(NULL, NULL);
        ra__query_deinit(&query);
        assert_true(status == RA_OK || status == RA_ERR_EXHAUSTED);
        assert_true(n < 20);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_become_numbers_in_both_dialects),
        cmocka_unit_test(each_dialect_has_quotes_of_its_own),
        cmocka_unit_test(what_does_not_end_is_refused),
        cmocka_unit_test(parameters_of_the_engine_are_refused),
        cmocka_unit_test(a_member_of_a_parameter_is_refused),
        cmocka_unit_test(the_first_word_tells_who_may_send_it),
        cmocka_unit_test(parameters_are_counted_up_to_the_limit),
        cmocka_unit_test(text_past_the_limit_is_too_large),
        cmocka_unit_test(each_failing_allocation_is_a_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
