// SPDX-License-Identifier: MIT OR Apache-2.0
// connection: opening, settings, waiting and stopping. Running statements is in run.c.
#include "private/sqlite/connection.h"

#include "private/sqlite/error.h"

#include <stdio.h>

static const char *const own_texts[RA__OWN_COUNT] = {
    [RA__OWN_BEGIN_WRITE] = "begin immediate",
    [RA__OWN_BEGIN_READ] = "begin",
    [RA__OWN_COMMIT] = "commit",
    [RA__OWN_ROLLBACK] = "rollback",
    [RA__OWN_SAVEPOINT] =
        "savepoint ramie", // the innermost of a name is meant, so one name does for all depths
    [RA__OWN_RELEASE] = "release ramie",
    [RA__OWN_ROLLBACK_TO] = "rollback to ramie",
    [RA__OWN_LOOK] = "select 1 from sqlite_schema limit 1",
};

// ---- waiting and stopping

ra_status ra__sql_reason(const ra_ctx *ctx, const ra__clock *clock)
{
    // As ra_ctx_status, but by the clock itself: the shard's time stands still while SQLite works.
    int64_t deadline_ns = ctx->shield_ns ? ctx->shield_ns : ctx->deadline_ns;
    ra_status canceled = (ra_status)atomic_load_explicit(&ctx->canceled, memory_order_relaxed);
    if (!ctx->shield_ns && canceled != RA_OK)
        return canceled;
    if (!ctx->shield_ns && ctx->exhausted)
        return RA_ERR_EXHAUSTED;
    bool late = deadline_ns != INT64_MAX && clock->monotonic_ns(clock->world) >= deadline_ns;
    return late ? RA_ERR_TIMEOUT : RA_OK;
}

/// SQLite calls this now and then while a statement runs; not 0 interrupts it.
static int on_progress(void *arg)
{
    ra__connection *connection = arg;
    if (!connection->ctx)
        return 0;
    const ra__clock *clock = connection->clock;
    if (clock->monotonic_ns(clock->world) >= connection->end_ns)
        connection->stopped = RA_ERR_TIMEOUT;
    else if (!connection->writes || !connection->has_company)
        connection->stopped = ra__sql_reason(connection->ctx, clock);
    return connection->stopped != RA_OK;
}

/// SQLite calls this when a lock is taken; 0 gives up. What was slept is counted, not measured.
static int on_busy(void *arg, int tries)
{
    ra__connection *connection = arg;
    int64_t nap_ns = tries < 10 ? RA_MS(1) : RA_MS(10);
    connection->waited_ns = tries == 0 ? 0 : connection->waited_ns + nap_ns;
    bool is_wanted = !connection->is_wanted || connection->is_wanted(connection->wanted_arg);
    if (!is_wanted || connection->waited_ns >= connection->busy_timeout_ns)
        return 0;
    return ra__vfs_sleep(connection->vfs, nap_ns);
}

// ---- settings

static ra_status execute(ra__connection *connection, const char *sql, ra__sql_detail *detail)
{
    int code = sqlite3_exec(connection->handle, sql, NULL, NULL, NULL);
    return code == SQLITE_OK ? RA_OK : ra__sqlite_error(connection->handle, detail);
}

/// The first column of the only row of a pragma.
static ra_status ask(ra__connection *connection, const char *sql, char *answer, size_t bytes,
                     ra__sql_detail *detail)
{
    sqlite3_stmt *statement = NULL;
    ra_status status = RA_OK;
    answer[0] = '\0';
    if (sqlite3_prepare_v2(connection->handle, sql, -1, &statement, NULL) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW) {
        status = ra__sqlite_error(connection->handle, detail);
    } else {
        const char *text = (const char *)sqlite3_column_text(statement, 0);
        (void)snprintf(answer, bytes, "%s", text ? text : "");
    }
    sqlite3_finalize(statement);
    return status;
}

static ra_status limit_size(ra__connection *connection, int64_t bytes_max, ra__sql_detail *detail)
{
    char answer[24], sql[64];
    RA_TRY(ask(connection, "pragma page_size", answer, sizeof answer, detail));
    int64_t page_bytes = 0;
    RA_TRY(ra_str_to_i64(ra_str_of(answer), &page_bytes));
    int64_t pages = bytes_max / page_bytes;
    (void)snprintf(sql, sizeof sql, "pragma max_page_count = %" PRId64, pages > 0 ? pages : 1);
    return execute(connection, sql, detail);
}

static ra_status set_up_writer(ra__connection *connection, const ra__sqlite_url *url,
                               ra__sql_detail *detail)
{
    if (url->mode == RA__SQLITE_READ_ONLY)
        return RA_OK;
    char mode[16];
    RA_TRY(ask(connection, "pragma journal_mode = wal", mode, sizeof mode, detail));
    if (strcmp(mode, "wal") != 0) {
        return ra__sql_detail_set(detail, RA_ERR_UNSUPPORTED,
                                  "the file system has no shared memory for a WAL (%s)", mode);
    }
    RA_TRY(execute(connection,
                   url->is_full ? "pragma synchronous = full" : "pragma synchronous = normal",
                   detail));
    // A WAL that has once been long gives the space back.
    RA_TRY(execute(connection, "pragma journal_size_limit = 67108864", detail));
    return url->max_bytes > 0 ? limit_size(connection, url->max_bytes, detail) : RA_OK;
}

static ra_status set_up(ra__connection *connection, const ra__connection_opts *opts,
                        ra__sql_detail *detail)
{
    sqlite3 *handle = connection->handle;
    char cache[64];
    (void)sqlite3_busy_handler(handle, on_busy, connection);
    (void)sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void)sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    (void)sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0,
                            NULL); // "typo" is a column, never a text
    (void)sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    (void)snprintf(cache, sizeof cache, "pragma cache_size = -%" PRId64,
                   opts->url->cache_bytes / 1024);
    RA_TRY(execute(connection, cache, detail));
    RA_TRY(execute(connection,
                   "pragma temp_store = memory; pragma mmap_size = 0; pragma foreign_keys = on",
                   detail));
    if (opts->role == RA__CONNECTION_WRITER)
        return set_up_writer(connection, opts->url, detail);
    return execute(connection, "pragma query_only = on", detail);
}

static ra_status prepare_own(ra__connection *connection, ra__sql_detail *detail)
{
    for (int i = 0; i < RA__OWN_COUNT; i++) {
        int code = sqlite3_prepare_v3(connection->handle, own_texts[i], -1,
                                      SQLITE_PREPARE_PERSISTENT, &connection->own[i], NULL);
        if (code != SQLITE_OK)
            return ra__sqlite_error(connection->handle, detail);
    }
    return RA_OK;
}

// ---- life

static int open_flags(const ra__connection_opts *opts)
{
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (opts->url->mode == RA__SQLITE_READ_ONLY)
        return flags | SQLITE_OPEN_READONLY;
    bool may_make = opts->url->mode == RA__SQLITE_CREATE && opts->role == RA__CONNECTION_WRITER;
    return flags | SQLITE_OPEN_READWRITE | (may_make ? SQLITE_OPEN_CREATE : 0);
}

static ra_status open_handle(ra__connection *connection, const ra__connection_opts *opts,
                             ra__sql_detail *detail)
{
    int code = sqlite3_open_v2(opts->url->path, &connection->handle, open_flags(opts),
                               ra__vfs_name(opts->vfs));
    if (!connection->handle)
        return RA_ERR_EXHAUSTED;
    return code == SQLITE_OK ? RA_OK : ra__sqlite_error(connection->handle, detail);
}

ra_status ra__connection_open(ra__connection *connection, const ra__connection_opts *opts,
                              ra__sql_detail *detail)
{
    *connection = (ra__connection){
        .clock = opts->clock,
        .statement_trip = opts->statement_trip,
        .vfs = opts->vfs,
        .busy_timeout_ns = opts->busy_timeout_ns,
    };
    RA_TRY(open_handle(connection, opts, detail));
    RA_TRY(set_up(connection, opts, detail));
    RA_TRY(prepare_own(connection, detail));
    sqlite3_progress_handler(connection->handle, RA__SQLITE_OPS_BETWEEN_LOOKS, on_progress,
                             connection);
    return ra__connection_own(connection, RA__OWN_LOOK, detail);
}

void ra__connection_close(ra__connection *connection)
{
    ra__statements_clear(connection);
    for (int i = 0; i < RA__OWN_COUNT; i++)
        sqlite3_finalize(connection->own[i]);
    (void)sqlite3_close(connection->handle);
    connection->handle = NULL;
}

ra_status ra__connection_own(ra__connection *connection, ra__own which, ra__sql_detail *detail)
{
    sqlite3_stmt *statement = connection->own[which];
    int code = sqlite3_step(statement);
    bool done = code == SQLITE_DONE || code == SQLITE_ROW;
    ra_status status = done ? RA_OK : ra__sqlite_error(connection->handle, detail);
    (void)sqlite3_reset(statement);
    return status;
}
