// SPDX-License-Identifier: MIT OR Apache-2.0
// error: each constraint and fault of a real SQLite connection as status, detail and public text.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sql/private/sqlite/error.h"

static sqlite3 *handle;

static int open_handle(void **state)
{
    (void)state;
    assert_int_equal(sqlite3_open(":memory:", &handle), SQLITE_OK);
    sqlite3_extended_result_codes(handle, 1);
    assert_int_equal(
        sqlite3_exec(
            handle,
            "pragma foreign_keys = on;"
            "create table t (id integer primary key, name text unique, price real not null default "
            "0"
            " check (price >= 0), kind text constraint known_kind check (kind in ('a', 'b')),"
            " parent integer references t (id), a int, b int, unique (a, b)) strict;"
            "create trigger guard before delete on t begin select raise(abort, 'kept'); end;"
            "insert into t (id, name, a, b) values (1, 'one', 1, 1)",
            NULL, NULL, NULL),
        SQLITE_OK);
    return 0;
}

static int close_handle(void **state)
{
    (void)state;
    sqlite3_close(handle);
    return 0;
}

static void constraints_have_a_status_and_a_public_text(void **state)
{
    (void)state;
    static const struct {
        const char *sql;
        ra_status status;
        const char *public_text;
    } rows[] = {
        {"insert into t (id) values (1)", RA_ERR_UNIQUE, "must be unique: t.id"},
        {"insert into t (name) values ('one')", RA_ERR_UNIQUE, "must be unique: t.name"},
        {"insert into t (a, b) values (1, 1)", RA_ERR_UNIQUE, "must be unique: t.a, t.b"},
        {"insert into t (price) values (null)", RA_ERR_NOT_NULL, "must not be null: t.price"},
        {"insert into t (kind) values ('c')", RA_ERR_CHECK, "breaks the rule known_kind"},
        {"insert into t (price) values (-1)", RA_ERR_CHECK,
         ""}, // the rule has no name: its text is SQL
        {"insert into t (parent) values (99)", RA_ERR_FOREIGN_KEY, ""},
        {"delete from t", RA_ERR_CHECK, ""},
        {"insert into t (a) values ('x')", RA_ERR_INTERNAL, ""}, // of another type
        {"select * from nowhere", RA_ERR_INTERNAL, ""},
        {"selec", RA_ERR_INTERNAL, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ra__sql_detail detail = {0};
        assert_int_not_equal(sqlite3_exec(handle, rows[i].sql, NULL, NULL, NULL), SQLITE_OK);
        ra_status status = ra__sqlite_error(handle, &detail);
        if (status != rows[i].status || strcmp(detail.public_text, rows[i].public_text) != 0)
            fail_msg("%s: %s, \"%s\"", rows[i].sql, ra_status_name(status), detail.public_text);
        assert_string_not_equal(detail.text, "");
    }
}

static void codes_of_the_machine_have_their_status(void **state)
{
    (void)state;
    static const struct {
        int code;
        ra_status status;
    } rows[] = {
        {SQLITE_OK, RA_OK},
        {SQLITE_BUSY, RA_ERR_BUSY},
        {SQLITE_BUSY_RECOVERY, RA_ERR_BUSY},
        {SQLITE_BUSY_SNAPSHOT, RA_ERR_SERIALIZATION},
        {SQLITE_LOCKED, RA_ERR_BUSY},
        {SQLITE_FULL, RA_ERR_DISK_FULL},
        {SQLITE_READONLY, RA_ERR_READ_ONLY},
        {SQLITE_READONLY_DIRECTORY, RA_ERR_READ_ONLY},
        {SQLITE_CORRUPT, RA_ERR_DECODE},
        {SQLITE_CORRUPT_INDEX, RA_ERR_DECODE},
        {SQLITE_NOTADB, RA_ERR_DECODE},
        {SQLITE_IOERR_FSYNC, RA_ERR_IO},
        {SQLITE_IOERR_NOMEM, RA_ERR_EXHAUSTED},
        {SQLITE_CANTOPEN, RA_ERR_IO},
        {SQLITE_NOMEM, RA_ERR_EXHAUSTED},
        {SQLITE_TOOBIG, RA_ERR_TOO_LARGE},
        {SQLITE_PERM, RA_ERR_PERMISSION},
        {SQLITE_MISUSE, RA_ERR_INTERNAL},
        {SQLITE_CONSTRAINT_ROWID, RA_ERR_UNIQUE},
        {SQLITE_CONSTRAINT_PINNED, RA_ERR_CHECK},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(ra__sqlite_status(rows[i].code), rows[i].status);
}

static void a_cut_detail_stays_a_string(void **state)
{
    (void)state;
    ra__sql_detail detail = {0};
    assert_int_equal(ra__sql_detail_set(&detail, RA_ERR_IO, "%0*d", 1000, 1), RA_ERR_IO);
    assert_int_equal(strlen(detail.text), RA__SQL_DETAIL_BYTES_MAX - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(constraints_have_a_status_and_a_public_text, open_handle,
                                        close_handle),
        cmocka_unit_test(codes_of_the_machine_have_their_status),
        cmocka_unit_test(a_cut_detail_stays_a_string),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
