// SPDX-License-Identifier: MIT OR Apache-2.0
// connection: settings, waiting, and stopping a statement, under a clock that ticks at each look.
// No runtime.
#include "world.h"

#include "base/heap.h"

#include "sql/private/sqlite/connection.h"

static int64_t tick_ns;

static int64_t now_ns;

static int64_t ticking_ns(void *unused)
{
    (void)unused;
    return now_ns += tick_ns;
}

static uint64_t some_number(void *unused)
{
    (void)unused;
    return 4;
}

static const ra__clock clock_of_test = {
    .monotonic_ns = ticking_ns, .wall_ns = ticking_ns, .random = some_number};

static ra__vfs *vfs;
static ra__sqlite_url url;
static ra__trip no_trip;
static ra__connection writer, reader;
static ra_ctx ctx;

static void open_one(ra__connection *connection, ra__connection_role role)
{
    const ra__connection_opts opts = {
        .url = &url, .vfs = vfs, .clock = &clock_of_test, .role = role, .statement_trip = &no_trip};
    ra__sql_detail detail = {0};
    if (ra__connection_open(connection, &opts, &detail) != RA_OK)
        fail_msg("%s", detail.text);
}

static int open_both(void **state)
{
    (void)state;
    RA_SCOPED(ra_buf, message, ra_buf_init(100));
    now_ns = 0;
    tick_ns = RA_US(10);
    assert_int_equal(ra__sqlite_url_parse(&url, RA_STR("x.db"), &message), RA_OK);
    const ra__vfs_opts opts = {.clock = &clock_of_test, .in_memory = true, .never_sleep = true};
    assert_int_equal(ra__vfs_open(&vfs, &opts), RA_OK);
    open_one(&writer, RA__CONNECTION_WRITER);
    open_one(&reader, RA__CONNECTION_READER);
    ra__ctx_init(&ctx, NULL, NULL, NULL);
    return 0;
}

static int close_both(void **state)
{
    (void)state;
    ra__ctx_deinit(&ctx);
    ra__connection_close(&reader);
    ra__connection_close(&writer);
    ra__vfs_close(vfs);
    return 0;
}

static ra_status run(ra__connection *connection, const char *sql)
{
    ra__sql_detail detail = {0};
    ra__statement *statement = NULL;
    RA_TRY(ra__connection_prepare(connection, sql, &statement, &detail));
    const ra__call call = {
        .form = RA_SQL_EXEC_, .sql = sql, .in_plan = ra__plan_of(ra_bind_of(ra_none))};
    return ra__connection_run(connection, statement, &ctx, &call, &detail);
}

static ra_str ask(ra__connection *connection, const char *sql)
{
    static char answer[64];
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_prepare_v2(connection->handle, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    const char *text = (const char *)sqlite3_column_text(statement, 0);
    size_t len = strlen(text) < sizeof answer - 1 ? strlen(text) : sizeof answer - 1;
    memcpy(answer, text, len);
    sqlite3_finalize(statement);
    return (ra_str){answer, len};
}

static void the_settings_are_as_documented(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *writer, *reader;
    } rows[] = {
        {"pragma journal_mode", "wal", "wal"}, {"pragma synchronous", "2", "2"},
        {"pragma foreign_keys", "1", "1"},     {"pragma temp_store", "2", "2"},
        {"pragma query_only", "0", "1"},       {"pragma cache_size", "-1953", "-1953"},
        {"pragma trusted_schema", "0", "0"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_text(ask(&writer, rows[i].sql), rows[i].writer);
        assert_text(ask(&reader, rows[i].sql), rows[i].reader);
    }
}

static const char endless_write[] =
    "with recursive n (x) as (select 1 union all select x + 1 from n)"
    " update t set x = 1 where x < (select count(*) from n)";

static void make_table(void)
{
    assert_status(run(&writer, "create table t (x integer)"), RA_OK);
    assert_status(run(&writer, "insert into t values (0)"), RA_OK);
}

static void a_statement_ends_at_its_deadline(void **state)
{
    (void)state;
    make_table();
    ctx.deadline_ns = now_ns + RA_MS(5);
    assert_status(run(&writer, endless_write), RA_ERR_TIMEOUT);
    assert_in_range(now_ns, ctx.deadline_ns, ctx.deadline_ns + RA_MS(1));
}

static void a_canceled_statement_ends_soon(void **state)
{
    (void)state;
    make_table();
    atomic_store(&ctx.canceled, RA_ERR_CANCELED);
    assert_status(run(&writer, endless_write), RA_ERR_CANCELED);
    ctx.shield_ns = now_ns + RA_MS(3);
    assert_status(run(&writer, endless_write), RA_ERR_TIMEOUT); // the shield's own end
}

static void nobody_runs_longer_than_the_limit(void **state)
{
    (void)state;
    tick_ns = RA_MS(1);
    int64_t before = now_ns;
    make_table();
    assert_status(run(&writer, endless_write), RA_ERR_TIMEOUT);
    assert_in_range(now_ns - before, RA_MS(RA__SQLITE_STATEMENT_MS_MAX),
                    RA_MS(RA__SQLITE_STATEMENT_MS_MAX + 200));
}

static void a_write_beside_others_is_not_stopped_for_its_deadline(void **state)
{
    (void)state;
    // SQLite would undo the others' work with it: it may go on to the limit for all.
    tick_ns = RA_MS(1);
    make_table();
    writer.has_company = true;
    ctx.deadline_ns = now_ns + RA_MS(5);
    int64_t before = now_ns;
    assert_status(run(&writer, endless_write), RA_ERR_TIMEOUT);
    assert_in_range(now_ns - before, RA_MS(RA__SQLITE_STATEMENT_MS_MAX),
                    RA_MS(RA__SQLITE_STATEMENT_MS_MAX + 200));
}

static void a_statement_is_free_again_after_it_was_stopped(void **state)
{
    (void)state;
    make_table();
    ctx.deadline_ns = now_ns + RA_MS(5);
    assert_status(run(&writer, endless_write), RA_ERR_TIMEOUT);
    ctx.deadline_ns = INT64_MAX;
    assert_status(run(&writer, "drop table t"), RA_OK); // locked if it were still open
}

static bool nobody_wants_it(void *arg)
{
    (void)arg;
    return false;
}

static void a_taken_lock_is_busy(void **state)
{
    (void)state;
    ra__connection second;
    ra__sql_detail detail = {0};
    open_one(&second, RA__CONNECTION_WRITER);
    assert_status(ra__connection_own(&writer, RA__OWN_BEGIN_WRITE, &detail), RA_OK);
    assert_status(ra__connection_own(&second, RA__OWN_BEGIN_WRITE, &detail), RA_ERR_BUSY);
    second.is_wanted = nobody_wants_it;
    second.busy_timeout_ns = RA_SECONDS(60);
    assert_status(ra__connection_own(&second, RA__OWN_BEGIN_WRITE, &detail), RA_ERR_BUSY);
    assert_status(ra__connection_own(&writer, RA__OWN_ROLLBACK, &detail), RA_OK);
    assert_status(ra__connection_own(&second, RA__OWN_BEGIN_WRITE, &detail), RA_OK);
    ra__connection_close(&second);
}

static void a_reader_sees_that_a_text_writes_and_cannot_run_it(void **state)
{
    (void)state;
    ra__sql_detail detail = {0};
    ra__statement *statement = NULL;
    assert_status(run(&writer, "create table t (x integer)"), RA_OK);
    assert_status(ra__connection_prepare(&reader, "insert into t values (1)", &statement, &detail),
                  RA_OK);
    assert_true(statement->is_write);
    assert_status(run(&reader, "insert into t values (1)"), RA_ERR_READ_ONLY);
    assert_status(ra__connection_prepare(&reader, "select x from t", &statement, &detail), RA_OK);
    assert_false(statement->is_write);
}

static unsigned allocations_left;

static bool fail_when_used_up(void *arg, size_t bytes)
{
    (void)arg;
    (void)bytes;
    return allocations_left > 0 && allocations_left-- > 0;
}

static ra_status query_many(ra__connection *connection)
{
    static const char sql[] = "select 'a text' union all select 'another'";
    ra__sql_detail detail = {0};
    ra__statement *statement = NULL;
    RA_LIST(ra_str) texts = {0};
    const ra__call call = {.form = RA_SQL_MANY_,
                           .sql = sql,
                           .in_plan = ra__plan_of(ra_bind_of(ra_none)),
                           .out_plan = ra__plan_of(ra_bind_of(ra_str)),
                           .out = &texts};
    RA_TRY(ra__connection_prepare(connection, sql, &statement, &detail));
    return ra__connection_run(connection, statement, &ctx, &call, &detail);
}

static void each_failing_allocation_of_a_statement_is_a_status(void **state)
{
    (void)state;
    ra_status status = RA_ERR_EXHAUSTED;
    (void)ra_ctx_arena(&ctx); // without memory for this a program ends
    for (unsigned n = 0; status != RA_OK; n++) {
        allocations_left = n;
        ra__heap_set_hook(fail_when_used_up, NULL);
        status = query_many(&reader);
        ra__heap_set_hook(NULL, NULL);
        assert_true(status == RA_OK || status == RA_ERR_EXHAUSTED);
        assert_true(n < 20);
    }
}

#define CONNECTION_TEST(test) cmocka_unit_test_setup_teardown(test, open_both, close_both)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CONNECTION_TEST(the_settings_are_as_documented),
        CONNECTION_TEST(a_statement_ends_at_its_deadline),
        CONNECTION_TEST(a_canceled_statement_ends_soon),
        CONNECTION_TEST(nobody_runs_longer_than_the_limit),
        CONNECTION_TEST(a_write_beside_others_is_not_stopped_for_its_deadline),
        CONNECTION_TEST(a_statement_is_free_again_after_it_was_stopped),
        CONNECTION_TEST(a_taken_lock_is_busy),
        CONNECTION_TEST(a_reader_sees_that_a_text_writes_and_cannot_run_it),
        CONNECTION_TEST(each_failing_allocation_of_a_statement_is_a_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
