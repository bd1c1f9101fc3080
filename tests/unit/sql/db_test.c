// SPDX-License-Identifier: MIT OR Apache-2.0
// db: opening by URL, what is refused and in which words; files on disk that are missing, damaged,
// locked, read-only.
#include "crew.h"

#include "base/heap.h"

static crew c;

static int make_runtime(void **state)
{
    (void)state;
    c = (crew){0};
    crew_make_runtime(&c);
    crew_make_folder(&c);
    return 0;
}

static int free_runtime(void **state)
{
    (void)state;
    crew_close(&c);
    return 0;
}

/// Opening `url` must fail with `status` and a message that holds `words`.
static void check_refused(const char *url, ra_status status, const char *words)
{
    RA_SCOPED(ra_buf, message, ra_buf_init(1024));
    ra_status got = crew_try_open(&c, url, &message);
    assert_int_equal(ra_buf_append(&message, (ra_str){"", 1}), RA_OK);
    if (got != status || !strstr(message.ptr, words))
        fail_msg("%s: %s, \"%s\"", url, ra_status_name(got), message.ptr);
    assert_null(c.db);
}

static void check_opens(const char *url)
{
    RA_SCOPED(ra_buf, message, ra_buf_init(1024));
    if (crew_try_open(&c, url, &message) != RA_OK)
        fail_msg("%s: " RA_STR_FMT, url, RA_STR_ARG(ra_buf_str(&message)));
}

static const char *url_of(const char *options)
{
    static char url[160];
    snprintf(url, sizeof url, "sqlite:%s%s", c.path, options);
    return url;
}

static void write_file(const char *bytes, size_t len)
{
    FILE *file = fopen(c.path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    fclose(file);
}

static void sqlite_does(const char *sql)
{
    sqlite3 *handle = NULL;
    assert_int_equal(sqlite3_open(c.path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
}

static void an_unknown_scheme_is_refused_without_the_rest_of_the_url(void **state)
{
    (void)state;
    check_refused("postgres://user:secret@host/db", RA_ERR_INVALID,
                  "no driver for \"postgres:\"; the program uses sqlite:");
    RA_SCOPED(ra_buf, message, ra_buf_init(1024));
    assert_status(crew_try_open(&c, "postgres://user:secret@host/db", &message), RA_ERR_INVALID);
    assert_null(memmem(message.ptr, message.len, "secret", 6));
    check_refused("items.db", RA_ERR_INVALID, "like sqlite:items.db");
    check_refused("", RA_ERR_INVALID, "like sqlite:items.db");
    check_refused("sqlite:x.db?mod=ro", RA_ERR_INVALID, "\"mod\"");
    const ra_module *const none[] = {NULL};
    ra_buf_deinit(&message);
    message = ra_buf_init(1024);
    assert_status(ra__db_open(&c.db, c.runtime, "sqlite:x.db", none, NULL, &message),
                  RA_ERR_INVALID);
    assert_non_null(memmem(message.ptr, message.len, "ra_app_use", 10));
}

static void a_missing_folder_is_named(void **state)
{
    (void)state;
    check_refused("sqlite:/no/such/folder/x.db", RA_ERR_NOT_FOUND,
                  "the folder /no/such/folder does not exist");
    check_refused("sqlite:no_such_folder_here/x.db", RA_ERR_NOT_FOUND,
                  "the folder no_such_folder_here does not exist");
}

static void a_file_is_made_unless_the_mode_says_otherwise(void **state)
{
    (void)state;
    check_refused(url_of("?mode=rw"), RA_ERR_NOT_FOUND, "does not exist");
    check_refused(url_of("?mode=ro"), RA_ERR_NOT_FOUND, "does not exist");
    check_opens(url_of(""));
    ra__db_close(c.db);
    check_opens(url_of("?mode=rw"));
    ra__db_close(c.db);
    check_opens(url_of("?mode=ro"));
}

static void a_folder_is_no_database(void **state)
{
    (void)state;
    char url[64];
    snprintf(url, sizeof url, "sqlite:%s", c.folder);
    check_refused(url, RA_ERR_PERMISSION, "is no file");
}

static void a_file_of_something_else_is_no_database(void **state)
{
    (void)state;
    char text[4096];
    memset(text, 'x', sizeof text);
    write_file(text, sizeof text);
    check_refused(url_of(""), RA_ERR_DECODE, "is not an SQLite database");
    check_refused(url_of("?mode=ro"), RA_ERR_DECODE, "is not an SQLite database");
}

static void an_empty_file_becomes_a_database(void **state)
{
    (void)state;
    write_file("", 0);
    check_opens(url_of(""));
}

static void a_locked_file_is_busy(void **state)
{
    (void)state;
    sqlite3 *other = NULL;
    assert_int_equal(sqlite3_open(c.path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "create table t (x); begin exclusive", NULL, NULL, NULL),
                     SQLITE_OK);
    check_refused(url_of("?busy_timeout_ms=20"), RA_ERR_BUSY, "locked by another process");
    sqlite3_close(other);
    check_opens(url_of("?busy_timeout_ms=20"));
}

// ---- in service

static ra_status read_task(ra_ctx *ctx, void *arg)
{
    return ra_sql_one(ctx, "select count(*) from t", ra_none, NULL, int64_t, (int64_t *)arg);
}

static ra_status write_task(ra_ctx *ctx, void *arg)
{
    (void)arg;
    return ra_sql_exec(ctx, "insert into t values (1)", ra_none, NULL);
}

static void serve(const char *options)
{
    check_opens(url_of(options));
    assert_status(ra__runtime_start(c.runtime), RA_OK);
}

/// The program ends, and another one begins.
static void serve_again(const char *options)
{
    crew_stop(&c);
    crew_make_runtime(&c);
    serve(options);
}

static void a_read_only_database_is_read_and_not_written(void **state)
{
    (void)state;
    int64_t rows = -1;
    sqlite_does("pragma journal_mode = wal; create table t (x); insert into t values (1)");
    serve("?mode=ro");
    assert_status(crew_do(&c, read_task, &rows), RA_OK);
    assert_int_equal(rows, 1);
    assert_status(crew_do(&c, write_task, NULL), RA_ERR_READ_ONLY);
    assert_status(crew_do(&c, read_task, &rows), RA_OK);
}

static const ra_migration migrations[] = {{"0001", "create table t (x)"}, {0}};
static const ra_migration one_more[] = {
    {"0001", "create table t (x)"}, {"0002", "create table u (x)"}, {0}};

static char migrate_message[128];

static ra_status migrate_task(ra_ctx *ctx, void *list)
{
    ra_status status = ra__db_migrate(ctx, ra_ctx_db(ctx), list);
    snprintf(migrate_message, sizeof migrate_message, RA_STR_FMT, RA_STR_ARG(ra_ctx_message(ctx)));
    return status;
}

static void a_read_only_database_must_have_had_its_migrations(void **state)
{
    (void)state;
    serve("");
    assert_status(crew_do(&c, migrate_task, (void *)(uintptr_t)migrations), RA_OK);
    serve_again("?mode=ro");
    assert_status(crew_do(&c, migrate_task, (void *)(uintptr_t)migrations), RA_OK);
    assert_status(crew_do(&c, migrate_task, (void *)(uintptr_t)one_more), RA_ERR_READ_ONLY);
    assert_string_equal(migrate_message, "the database is read-only and lacks the migration 0002");
}

static void a_damaged_page_is_a_decode_error_for_who_reads_it(void **state)
{
    (void)state;
    sqlite_does(
        "create table t (x); insert into t with recursive n (i) as (select 1 union all select i + "
        "1 from n"
        " limit 3000) select i from n; create table intact (x); insert into intact values (1)");
    FILE *file = fopen(c.path, "r+b");
    assert_non_null(file);
    char junk[4096];
    memset(junk, 0xff, sizeof junk);
    assert_int_equal(fseek(file, 4096, SEEK_SET), 0); // the root of t
    assert_int_equal(fwrite(junk, 1, sizeof junk, file), sizeof junk);
    fclose(file);
    serve("");
    int64_t rows = -1;
    assert_status(crew_do(&c, read_task, &rows), RA_ERR_DECODE);
    assert_status(crew_do(&c, write_task, NULL), RA_ERR_DECODE);
}

static ra_status ready_task(ra_ctx *ctx, void *arg)
{
    (void)arg;
    return ra__db_ready(ctx, ra_ctx_db(ctx));
}

static void an_open_database_is_ready(void **state)
{
    (void)state;
    serve("");
    assert_status(crew_do(&c, ready_task, NULL), RA_OK);
}

static void what_was_written_is_there_after_closing_and_opening(void **state)
{
    (void)state;
    int64_t rows = -1;
    serve("");
    crew_script(&c, "create table t (x); insert into t values (1), (2)");
    serve_again("");
    assert_status(crew_do(&c, read_task, &rows), RA_OK);
    assert_int_equal(rows, 2);
}

// ---- memory

static unsigned allocations_left;

static bool fail_when_used_up(void *arg, size_t bytes)
{
    (void)arg;
    (void)bytes;
    return allocations_left > 0 && allocations_left-- > 0;
}

static void each_failing_allocation_while_opening_is_a_status(void **state)
{
    (void)state;
    ra_status status = RA_ERR_EXHAUSTED;
    for (unsigned n = 0; status != RA_OK; n++) {
        ra_buf message = ra_buf_init(1024);
        allocations_left = n;
        ra__heap_set_hook(fail_when_used_up, NULL);
        status = crew_try_open(&c, "sqlite::memory:", &message);
        ra__heap_set_hook(NULL, NULL);
        ra_buf_deinit(&message);
        assert_true(status == RA_OK || status == RA_ERR_EXHAUSTED || status == RA_ERR_DISK_FULL);
        assert_true(n < 500);
    }
}

#define RUNTIME_TEST(test) cmocka_unit_test_setup_teardown(test, make_runtime, free_runtime)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUNTIME_TEST(an_unknown_scheme_is_refused_without_the_rest_of_the_url),
        RUNTIME_TEST(a_missing_folder_is_named),
        RUNTIME_TEST(a_file_is_made_unless_the_mode_says_otherwise),
        RUNTIME_TEST(a_folder_is_no_database),
        RUNTIME_TEST(a_file_of_something_else_is_no_database),
        RUNTIME_TEST(an_empty_file_becomes_a_database),
        RUNTIME_TEST(a_locked_file_is_busy),
        RUNTIME_TEST(a_read_only_database_is_read_and_not_written),
        RUNTIME_TEST(a_read_only_database_must_have_had_its_migrations),
        RUNTIME_TEST(a_damaged_page_is_a_decode_error_for_who_reads_it),
        RUNTIME_TEST(an_open_database_is_ready),
        RUNTIME_TEST(what_was_written_is_there_after_closing_and_opening),
        RUNTIME_TEST(each_failing_allocation_while_opening_is_a_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
