// SPDX-License-Identifier: MIT OR Apache-2.0
// neighbours: other processes that have the same file open. Here they are a connection of SQLite's
// own beside ours, on a file on disk.
#include "crew.h"

#include "sql/private/sqlite/writer.h"

#include <sys/stat.h>

enum { WAL_KEPT_BYTES_MAX = 64 << 20, STUCK_PAGES = 17500 };

static crew c;
static sqlite3 *other;

static int open_both(void **state)
{
    (void)state;
    crew_open(&c, "?synchronous=normal");
    crew_script(&c, "create table t (id integer primary key, x blob)");
    assert_int_equal(sqlite3_open(c.path, &other), SQLITE_OK);
    return 0;
}

static int close_both(void **state)
{
    (void)state;
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
    crew_close(&c);
    return 0;
}

static int other_does(const char *sql)
{
    return sqlite3_exec(other, sql, NULL, NULL, NULL);
}

static ra_status count(ra_ctx *ctx, int64_t *rows)
{
    return ra_sql_one(ctx, "select count(*) from t", ra_none, NULL, int64_t, rows);
}

// ---- a transaction that reads before it writes

/// With a plain BEGIN the other one could write between the two, and our write would fail for ever
/// with BUSY_SNAPSHOT.
static ra_status read_then_write(ra_ctx *ctx, int64_t *rows)
{
    RA_TRY(count(ctx, rows));
    int between = other_does("insert into t (x) values (1)");
    RA_ENSURE(ctx, between == SQLITE_BUSY, RA_ERR_INTERNAL, "the other one could write");
    return ra_sql_exec(ctx, "insert into t (x) values (:rows)", int64_t, rows, .rows = 1);
}

static ra_status run_read_then_write(ra_ctx *ctx, void *rows)
{
    return ra_sql_tx(ctx, read_then_write, (int64_t *)rows);
}

static void nobody_writes_between_our_read_and_our_write(void **state)
{
    (void)state;
    int64_t rows;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(other_does("insert into t (x) values (2)"), SQLITE_OK);
        assert_status(crew_do(&c, run_read_then_write, &rows), RA_OK);
        assert_int_equal(rows, 2 * i + 1);
    }
}

/// No transaction: a reader keeps no state of the data from one statement to the next.
static ra_status read_write_read(ra_ctx *ctx, void *arg)
{
    int64_t rows = 0;
    (void)arg;
    for (int i = 0; i < 10; i++) {
        RA_TRY(count(ctx, &rows));
        RA_ENSURE(ctx, rows == 2 * i, RA_ERR_INTERNAL, "an old state was read");
        RA_ENSURE(ctx, other_does("insert into t (x) values (3)") == SQLITE_OK, RA_ERR_INTERNAL,
                  "the other one could not write");
        RA_TRY(ra_sql_exec(ctx, "insert into t (x) values (4)", ra_none, NULL));
    }
    return RA_OK;
}

static void a_write_after_a_read_of_what_was_is_no_conflict(void **state)
{
    (void)state;
    assert_status(crew_do(&c, read_write_read, NULL), RA_OK);
}

// ---- a reader that stays

static int64_t wal_bytes(void)
{
    char name[80];
    struct stat wal;
    snprintf(name, sizeof name, "%s-wal", c.path);
    assert_int_equal(stat(name, &wal), 0);
    return wal.st_size;
}

static bool log_has(const char *text)
{
    RA_SCOPED(ra_buf, lines, ra_buf_init(1 << 20));
    assert_status(ra__log_take(&lines), RA_OK);
    return memmem(lines.ptr, lines.len, text, strlen(text)) != NULL;
}

static void fill(int pages)
{
    char sql[200];
    snprintf(sql, sizeof sql,
             "insert into t (x) with recursive n (i) as (select 1 union all select i + 1 from n"
             " limit %d) select zeroblob(4000) from n",
             pages);
    crew_script(&c, sql);
}

static ra_status count_task(ra_ctx *ctx, void *rows)
{
    return count(ctx, rows);
}

static void a_reader_that_stays_makes_the_wal_grow_which_is_told_and_ends(void **state)
{
    (void)state;
    int64_t rows = 0;
    crew_script(&c, "insert into t (x) values (1)");
    assert_int_equal(other_does("begin; select count(*) from t"), SQLITE_OK);
    fill(STUCK_PAGES);
    crew_script(&c, "insert into t (x) values (1)");
    assert_true(wal_bytes() > WAL_KEPT_BYTES_MAX);
    assert_true(log_has("the WAL cannot begin anew"));
    assert_status(crew_do(&c, count_task, &rows), RA_OK); // everybody goes on
    assert_int_equal(rows, STUCK_PAGES + 2);

    assert_int_equal(other_does("commit"), SQLITE_OK);
    fill(RA__SQLITE_WRITER_WAL_PAGES + 100);
    // In an idle moment of the writer it is moved into the file; the commit after that begins anew.
    for (int i = 0; i < 1000 && wal_bytes() > WAL_KEPT_BYTES_MAX; i++)
        crew_script(&c, "insert into t (x) values (1)");
    assert_true(wal_bytes() <= WAL_KEPT_BYTES_MAX);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_both, close_both)
    const struct CMUnitTest tests[] = {
        TEST(nobody_writes_between_our_read_and_our_write),
        TEST(a_write_after_a_read_of_what_was_is_no_conflict),
        TEST(a_reader_that_stays_makes_the_wal_grow_which_is_told_and_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
