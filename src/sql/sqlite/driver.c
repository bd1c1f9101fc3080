// SPDX-License-Identifier: MIT OR Apache-2.0
// driver: SQLite behind sql/driver.h: opening and closing, and which connection runs what.
#include "base/heap.h"
#include "fiber/wait.h"
#include "private/sqlite/writer.h"

#include <pthread.h>

enum {
    READER_BUSY_MS = 20, // in the loop: a lock is waited for no longer
    READY_MS = 1000      // an answer of ready is good for so long
};

static ra__sqlite *sqlite_of(const ra_db *db)
{
    return (ra__sqlite *)(uintptr_t)db;
}

// ---- statements and transactions

/// The reader of the ctx's shard; NULL: a shard without one.
static ra__reader *reader_of(ra__sqlite *sqlite, const ra_ctx *ctx)
{
    unsigned index = ra__shard_index(ctx->shard);
    return index < sqlite->reader_count ? &sqlite->readers[index] : NULL;
}

/// *is_write says that the statement was not run: the writer's turn.
static ra_status run_if_read(ra__reader *reader, ra_ctx *ctx, const ra__call *call, bool *is_write)
{
    ra__sql_detail detail = {0};
    ra__statement *statement = NULL;
    ra_status status = ra__connection_prepare(&reader->connection, call->sql, &statement, &detail);
    *is_write = status == RA_OK && statement->is_write;
    if (*is_write) {
        return RA_OK;
    }
    if (status == RA_OK) {
        status = ra__connection_run(&reader->connection, statement, ctx, call, &detail);
    }
    return status == RA_OK ? RA_OK : ra__sql_report(ctx, status, call->sql, &detail);
}

static ra_status sqlite_run(ra_ctx *ctx, ra_db *db, const ra__call *call)
{
    ra__sqlite *sqlite = sqlite_of(db);
    RA_TRY(ra__ctx_may_suspend(ctx));
    ra__reader *reader = reader_of(sqlite, ctx);
    if (!reader) {
        return RA_ERR_STATE;
    }
    bool is_write = false;
    ra_status status = run_if_read(reader, ctx, call, &is_write);
    if (is_write) {
        return ra__writer_do(ctx, sqlite->writer, call, NULL);
    }
    ra__spend(ctx);
    return status;
}

static ra_status sqlite_tx(ra_ctx *ctx, ra_db *db, const ra__tx *tx)
{
    ra__sqlite *sqlite = sqlite_of(db);
    RA_TRY(ra__ctx_may_suspend(ctx));
    if (!tx->opts.read_only) {
        return ra__writer_do(ctx, sqlite->writer, NULL, tx);
    }
    ra__reader *reader = reader_of(sqlite, ctx);
    if (!reader) {
        return RA_ERR_STATE;
    }
    ra_status status = ra__transaction_read(&reader->transaction, ctx, tx);
    ra__spend(ctx);
    return status;
}

static ra_status sqlite_script(ra_ctx *ctx, ra_db *db, const char *sql)
{
    (void)ctx;
    (void)db;
    (void)sql;
    return RA_ERR_STATE; // inside a transaction only
}

static ra_status look(ra__reader *reader, ra_ctx *ctx)
{
    ra__sql_detail detail = {0};
    ra_status status = ra__connection_own(&reader->connection, RA__OWN_LOOK, &detail);
    return status == RA_OK ? RA_OK : ra__sql_report(ctx, status, NULL, &detail);
}

static ra_status sqlite_ready(ra_ctx *ctx, ra_db *db)
{
    ra__reader *reader = reader_of(sqlite_of(db), ctx);
    if (!reader) {
        return RA_ERR_STATE;
    }
    int64_t now_ns = ra_monotonic_ns(ctx);
    if (now_ns >= reader->ready_until_ns) {
        reader->ready = look(reader, ctx);
        reader->ready_until_ns = now_ns + RA_MS(READY_MS);
    }
    return reader->ready;
}

// ---- faults and counters

static void sqlite_fail(ra_db *db, ra__db_fault fault, unsigned nth, ra_status status)
{
    ra__sqlite *sqlite = sqlite_of(db);
    switch (fault) {
    case RA__DB_FAULT_STATEMENT:
        ra__trip_set(&sqlite->statement_trip, nth, status);
        break;
    case RA__DB_FAULT_COMMIT:
        ra__trip_set(&sqlite->commit_trip, nth, status);
        break;
    default:
        ra__vfs_fail(sqlite->vfs, fault, nth, status);
        break;
    }
}

static ra__db_counters sqlite_counters(const ra_db *db)
{
    ra__sqlite *sqlite = sqlite_of(db);
    ra__db_counters counters = {0};
    ra__vfs_count(sqlite->vfs, &counters);
    ra__writer_count(sqlite->writer, &counters);
    return counters;
}

// ---- closing

/// The writer goes last: the last connection moves what is in the WAL into the file.
static void sqlite_close(ra_db *db)
{
    ra__sqlite *sqlite = sqlite_of(db);
    for (unsigned i = 0; i < sqlite->reader_count; i++) {
        ra__connection_close(&sqlite->readers[i].connection);
    }
    ra__writer_close(sqlite->writer);
    ra__vfs_close(sqlite->vfs);
    ra__heap_free(sqlite);
}

// ---- opening

/// Before SQLite's first use in the process; if a program was faster, its settings stay.
static void configure_library(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); // a lock at each allocation, for a number nobody reads
}

static ra_status open_reader(ra__sqlite *sqlite, ra__reader *reader, ra__sql_detail *detail)
{
    const ra__connection_opts opts = {
        .url = &sqlite->url,
        .vfs = sqlite->vfs,
        .clock = sqlite->clock,
        .role = RA__CONNECTION_READER,
        .statement_trip = &sqlite->statement_trip,
        .busy_timeout_ns = RA_MS(READER_BUSY_MS),
    };
    sqlite->reader_count++; // to be closed, even if half open
    RA_TRY(ra__connection_open(&reader->connection, &opts, detail));
    ra__transaction_init(&reader->transaction, &reader->connection, true);
    return RA_OK;
}

static ra_status open_connections(ra__sqlite *sqlite, ra__sql_detail *detail)
{
    RA_TRY(ra__writer_open(&sqlite->writer, sqlite, detail));
    for (unsigned i = 0; i < ra__runtime_shard_count(sqlite->runtime); i++) {
        RA_TRY(open_reader(sqlite, &sqlite->readers[i], detail));
    }
    return RA_OK;
}

static ra_status open_files(ra__sqlite *sqlite, const ra__db_place *place, ra__sql_detail *detail)
{
    const ra__vfs_opts opts = {
        .clock = sqlite->clock,
        .in_memory = sqlite->url.in_memory || place->opts.in_simulation,
        .never_sleep = place->opts.in_simulation,
    };
    if (sqlite->url.in_memory) {
        memcpy(sqlite->url.path, "memory.db", sizeof "memory.db"); // SQLite's own :memory: cannot be shared
    }
    RA_TRY(ra__vfs_open(&sqlite->vfs, &opts));
    ra__vfs_seed_generator(sqlite->vfs);
    return open_connections(sqlite, detail);
}

// ---- what went wrong, in words

/// The folder part of a path; "." when there is none. "/" stays.
static void folder_of(const char *path, char *out, size_t bytes)
{
    const char *slash = strrchr(path, '/');
    size_t len = !slash ? 0 : slash == path ? 1 : (size_t)(slash - path);
    (void)snprintf(out, bytes, "%.*s", slash ? (int)len : 1, slash ? path : ".");
}

static ra_status explain_cannot_open(const ra__sqlite *sqlite, ra_buf *message)
{
    const char *path = sqlite->url.path;
    char folder[RA__SQLITE_PATH_BYTES_MAX + 1];
    folder_of(path, folder, sizeof folder);
    if (ra__vfs_look_at(sqlite->vfs, folder) == RA__VFS_ABSENT) {
        RA_TRY(ra_buf_printf(message, "%s cannot be opened: the folder %s does not exist", path, folder));
        return RA_ERR_NOT_FOUND;
    }
    if (ra__vfs_look_at(sqlite->vfs, path) == RA__VFS_ABSENT && sqlite->url.mode != RA__SQLITE_CREATE) {
        RA_TRY(ra_buf_printf(message, "%s does not exist, and mode=rwc was not asked for", path));
        return RA_ERR_NOT_FOUND;
    }
    RA_TRY(ra_buf_printf(message, "%s cannot be opened: it is no file, or this user may not read and write it", path));
    return RA_ERR_PERMISSION;
}

static ra_status explain(const ra__sqlite *sqlite, ra_status status, const ra__sql_detail *detail, ra_buf *message)
{
    const char *path = sqlite->url.path;
    switch (status) {
    case RA_ERR_DECODE:
        RA_TRY(ra_buf_printf(message, "%s is not an SQLite database, or it is damaged: %s", path, detail->text));
        return status;
    case RA_ERR_BUSY:
        RA_TRY(ra_buf_printf(message, "%s is locked by another process", path));
        return status;
    case RA_ERR_READ_ONLY:
        RA_TRY(ra_buf_printf(message, "%s may not be written: mode=ro opens it for reading", path));
        return RA_ERR_PERMISSION;
    case RA_ERR_EXHAUSTED:
        RA_TRY(ra_buf_printf(message, "no memory to open %s", path));
        return status;
    case RA_ERR_IO:
        return explain_cannot_open(sqlite, message);
    default:
        RA_TRY(ra_buf_printf(message, "%s cannot be opened: %s", path, detail->text));
        return status;
    }
}

static const ra__db_ops sqlite_ops = {.run = sqlite_run, .tx = sqlite_tx, .script = sqlite_script};

static ra_status sqlite_open(ra_db **out, const ra__db_place *place, ra_buf *message);

static const ra__driver driver = {
    .open = sqlite_open,
    .close = sqlite_close,
    .ready = sqlite_ready,
    .fail = sqlite_fail,
    .counters = sqlite_counters,
};

static ra_status sqlite_open(ra_db **out, const ra__db_place *place, ra_buf *message)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, configure_library);
    unsigned shards = ra__runtime_shard_count(place->runtime);
    ra__sqlite *sqlite = ra__heap_alloc_zeroed(1, sizeof *sqlite + shards * sizeof sqlite->readers[0]);
    if (!sqlite) {
        return RA_ERR_EXHAUSTED;
    }
    sqlite->base = (ra_db){.ops = &sqlite_ops, .driver = &driver};
    sqlite->runtime = place->runtime;
    sqlite->clock = ra__runtime_clock(place->runtime);
    ra_status status = ra__sqlite_url_parse(&sqlite->url, place->address, message);
    if (status == RA_OK) {
        ra__sql_detail detail = {0};
        status = open_files(sqlite, place, &detail);
        if (status != RA_OK) {
            status = explain(sqlite, status, &detail, message);
        }
    }
    if (status != RA_OK) {
        sqlite_close(&sqlite->base);
        return status;
    }
    *out = &sqlite->base;
    return RA_OK;
}

const ra_module *ra_sqlite(void)
{
    static const ra_module module = {.name = "sqlite", .scheme = "sqlite:", .driver = &driver};
    return &module;
}
