// SPDX-License-Identifier: MIT OR Apache-2.0
// vfs: real SQLite connections over it, in memory and on disk: WAL, several connections, counters,
// faults, clock, randomness. No runtime.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "sql/private/sqlite/vfs.h"

// ---- a clock that stands still and counts

static int64_t still_ns(void *world)
{
    (void)world;
    return RA_SECONDS(1795000000);
}

static uint64_t next_number(void *world)
{
    return ++*(uint64_t *)world;
}

static uint64_t numbers;
static const ra__clock still_clock = {
    .monotonic_ns = still_ns, .wall_ns = still_ns, .random = next_number, .world = &numbers};

static ra__vfs *vfs;
static char folder[] = "/tmp/ramie-vfs-XXXXXX";
static char path[64];

static int open_memory(void **state)
{
    (void)state;
    numbers = 0;
    const ra__vfs_opts opts = {.clock = &still_clock, .in_memory = true, .never_sleep = true};
    snprintf(path, sizeof path, "x.db");
    return ra__vfs_open(&vfs, &opts) != RA_OK;
}

static int open_disk(void **state)
{
    (void)state;
    memcpy(folder + strlen(folder) - 6, "XXXXXX", 6);
    if (!mkdtemp(folder))
        return 1;
    const ra__vfs_opts opts = {.clock = &still_clock};
    snprintf(path, sizeof path, "%s/x.db", folder);
    return ra__vfs_open(&vfs, &opts) != RA_OK;
}

static int close_memory(void **state)
{
    (void)state;
    ra__vfs_close(vfs);
    return 0;
}

static int close_disk(void **state)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        char name[80];
        snprintf(name, sizeof name, "%s%s", path, suffixes[i]);
        unlink(name);
    }
    rmdir(folder);
    return close_memory(state);
}

static sqlite3 *connect(void)
{
    sqlite3 *handle = NULL;
    assert_int_equal(
        sqlite3_open_v2(path, &handle,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        ra__vfs_name(vfs)),
        SQLITE_OK);
    return handle;
}

static int run(sqlite3 *handle, const char *sql)
{
    return sqlite3_exec(handle, sql, NULL, NULL, NULL);
}

static int keep_text(void *out, int count, char **values, char **names)
{
    (void)count;
    (void)names;
    snprintf(out, 64, "%s", values[0] ? values[0] : "null");
    return 0;
}

static const char *ask(sqlite3 *handle, const char *sql)
{
    static char answer[64];
    answer[0] = '\0';
    if (sqlite3_exec(handle, sql, keep_text, answer, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(handle));
    return answer;
}

// ---- in memory and on disk alike

static void connections_share_a_wal(void **state)
{
    (void)state;
    sqlite3 *writer = connect();
    assert_string_equal(ask(writer, "pragma journal_mode = wal"), "wal");
    assert_int_equal(run(writer, "create table t (x)"), SQLITE_OK);
    sqlite3 *reader = connect();
    assert_int_equal(run(writer, "begin immediate; insert into t values (1)"), SQLITE_OK);
    assert_string_equal(ask(reader, "select count(*) from t"), "0"); // not committed yet
    assert_int_equal(run(reader, "begin immediate"), SQLITE_BUSY);
    assert_int_equal(run(writer, "commit"), SQLITE_OK);
    assert_string_equal(ask(reader, "select count(*) from t"), "1");
    assert_int_equal(sqlite3_close(reader), SQLITE_OK);
    assert_int_equal(sqlite3_close(writer), SQLITE_OK);
    // All is in the file, the WAL is gone.
    writer = connect();
    assert_string_equal(ask(writer, "select count(*) from t"), "1");
    assert_int_equal(sqlite3_close(writer), SQLITE_OK);
}

static void a_reader_keeps_its_state_of_the_data(void **state)
{
    (void)state;
    sqlite3 *writer = connect(), *reader = connect();
    assert_string_equal(ask(writer, "pragma journal_mode = wal"), "wal");
    assert_int_equal(run(writer, "create table t (x); insert into t values (1)"), SQLITE_OK);
    assert_int_equal(run(reader, "begin"), SQLITE_OK);
    assert_string_equal(ask(reader, "select count(*) from t"), "1");
    assert_int_equal(run(writer, "insert into t values (2)"), SQLITE_OK);
    assert_string_equal(ask(reader, "select count(*) from t"), "1");
    assert_int_equal(run(reader, "commit"), SQLITE_OK);
    assert_string_equal(ask(reader, "select count(*) from t"), "2");
    sqlite3_close(reader);
    sqlite3_close(writer);
}

static void much_data_is_found_again(void **state)
{
    (void)state;
    sqlite3 *writer = connect();
    assert_string_equal(ask(writer, "pragma journal_mode = wal"), "wal");
    assert_int_equal(
        run(writer, "create table t (x); insert into t with recursive n (i) as (select 1 union all"
                    " select i + 1 from n limit 20000) select zeroblob(100) from n"),
        SQLITE_OK);
    assert_int_equal(run(writer, "delete from t where rowid % 2; vacuum"), SQLITE_OK);
    assert_string_equal(ask(writer, "pragma integrity_check"), "ok");
    assert_string_equal(ask(writer, "select count(*) from t"), "10000");
    sqlite3_close(writer);
}

static void accesses_are_counted(void **state)
{
    (void)state;
    sqlite3 *writer = connect();
    assert_string_equal(ask(writer, "pragma journal_mode = wal"), "wal");
    assert_int_equal(run(writer, "pragma synchronous = full; create table t (x)"), SQLITE_OK);
    ra__db_counters before = {0}, after = {0};
    ra__vfs_count(vfs, &before);
    assert_int_equal(run(writer, "insert into t values (1)"), SQLITE_OK);
    ra__vfs_count(vfs, &after);
    assert_true(after.vfs_writes > before.vfs_writes);
    assert_int_equal(after.vfs_syncs, before.vfs_syncs + 1); // one fsync a commit
    sqlite3_close(writer);
}

static void faults_come_once_and_leave_the_data_whole(void **state)
{
    (void)state;
    static const struct {
        ra__db_fault fault;
        ra_status status;
        int code;
    } rows[] = {
        {RA__DB_FAULT_WRITE, RA_ERR_DISK_FULL, SQLITE_FULL},
        {RA__DB_FAULT_WRITE, RA_ERR_IO, SQLITE_IOERR_WRITE},
        {RA__DB_FAULT_WRITE, RA_ERR_READ_ONLY, SQLITE_READONLY},
        {RA__DB_FAULT_SYNC, RA_ERR_IO, SQLITE_IOERR_FSYNC},
    };
    sqlite3 *writer = connect();
    sqlite3_extended_result_codes(writer, 1);
    assert_string_equal(ask(writer, "pragma journal_mode = wal"), "wal");
    assert_int_equal(run(writer, "create table t (x)"), SQLITE_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ra__vfs_fail(vfs, rows[i].fault, 1, rows[i].status);
        assert_int_equal(run(writer, "insert into t values (1)"), rows[i].code);
        assert_string_equal(ask(writer, "select count(*) from t"), "0");
    }
    assert_int_equal(run(writer, "insert into t values (1)"), SQLITE_OK);
    assert_string_equal(ask(writer, "pragma integrity_check"), "ok");
    sqlite3_close(writer);
}

static void an_open_may_fail(void **state)
{
    (void)state;
    sqlite3 *handle = connect();
    ra__vfs_fail(vfs, RA__DB_FAULT_OPEN, 1, RA_ERR_IO);
    assert_int_equal(run(handle, "create table t (x)"), SQLITE_CANTOPEN);
    assert_int_equal(run(handle, "create table t (x)"), SQLITE_OK);
    sqlite3_close(handle);
}

static void time_and_randomness_are_the_clocks(void **state)
{
    (void)state;
    sqlite3 *handle = connect();
    assert_string_equal(ask(handle, "select unixepoch('now')"), "1795000000");
    char first[64];
    numbers = 100;
    ra__vfs_seed_generator(vfs);
    snprintf(first, sizeof first, "%s", ask(handle, "select random()"));
    numbers = 100;
    ra__vfs_seed_generator(vfs);
    assert_string_equal(ask(handle, "select random()"), first);
    numbers = 200;
    ra__vfs_seed_generator(vfs);
    assert_string_not_equal(ask(handle, "select random()"), first);
    sqlite3_close(handle);
}

// ---- each by itself

static void files_in_memory_belong_to_one_vfs(void **state)
{
    (void)state;
    sqlite3 *mine = connect();
    assert_int_equal(run(mine, "create table t (x)"), SQLITE_OK);
    ra__vfs *first = vfs;
    assert_int_equal(open_memory(NULL), 0);
    assert_string_not_equal(ra__vfs_name(vfs), ra__vfs_name(first));
    sqlite3 *other = connect();
    assert_string_equal(ask(other, "select count(*) from sqlite_schema"), "0");
    sqlite3_close(other);
    ra__vfs_close(vfs);
    vfs = first;
    sqlite3_close(mine);
}

static void a_file_on_disk_is_open_to_sqlite_itself(void **state)
{
    (void)state;
    sqlite3 *ours = connect(), *theirs = NULL;
    assert_string_equal(ask(ours, "pragma journal_mode = wal"), "wal");
    assert_int_equal(run(ours, "create table t (x); insert into t values (1)"), SQLITE_OK);
    assert_int_equal(sqlite3_open(path, &theirs), SQLITE_OK);
    assert_string_equal(ask(theirs, "select count(*) from t"), "1");
    assert_int_equal(run(theirs, "begin immediate; insert into t values (2)"), SQLITE_OK);
    assert_int_equal(run(ours, "insert into t values (3)"), SQLITE_BUSY);
    assert_int_equal(run(theirs, "commit"), SQLITE_OK);
    assert_string_equal(ask(ours, "select count(*) from t"), "2");
    sqlite3_close(theirs);
    sqlite3_close(ours);
}

static void paths_are_looked_at(void **state)
{
    (void)state;
    assert_int_equal(ra__vfs_look_at(vfs, folder), RA__VFS_WRITABLE);
    assert_int_equal(ra__vfs_look_at(vfs, path), RA__VFS_ABSENT);
    assert_int_equal(ra__vfs_look_at(vfs, "/no/such/folder"), RA__VFS_ABSENT);
}

#define BOTH(test)                                                                                 \
    {"memory: " #test, test, open_memory, close_memory, NULL},                                     \
    {                                                                                              \
        "disk: " #test, test, open_disk, close_disk, NULL                                          \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(connections_share_a_wal),
        BOTH(a_reader_keeps_its_state_of_the_data),
        BOTH(much_data_is_found_again),
        BOTH(accesses_are_counted),
        BOTH(faults_come_once_and_leave_the_data_whole),
        BOTH(an_open_may_fail),
        BOTH(time_and_randomness_are_the_clocks),
        cmocka_unit_test_setup_teardown(files_in_memory_belong_to_one_vfs, open_memory,
                                        close_memory),
        cmocka_unit_test_setup_teardown(a_file_on_disk_is_open_to_sqlite_itself, open_disk,
                                        close_disk),
        cmocka_unit_test_setup_teardown(paths_are_looked_at, open_disk, close_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
