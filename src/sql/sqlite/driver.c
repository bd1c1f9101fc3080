// SPDX-License-Identifier: MIT OR Apache-2.0
// driver: SQLite behind sql/driver.h: which connection runs what.
#include "fiber/wait.h"
#include "private/sqlite/writer.h"

enum { READY_MS = 1000 }; // an answer of ready is good for so long

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
    if (*is_write)
        return RA_OK;
    if (status == RA_OK)
        status = ra__connection_run(&reader->connection, statement, ctx, call, &detail);
    return status == RA_OK ? RA_OK : ra__sql_report(ctx, status, call->sql, &detail);
}

static ra_status sqlite_run(ra_ctx *ctx, ra_db *db, const ra__call *call)
{
    ra__sqlite *sqlite = sqlite_of(db);
    RA_TRY(ra__ctx_may_suspend(ctx));
    ra__reader *reader = reader_of(sqlite, ctx);
    if (!reader)
        return RA_ERR_STATE;
    bool is_write = false;
    ra_status status = run_if_read(reader, ctx, call, &is_write);
    if (is_write)
        return ra__sqlite_writer_do(ctx, sqlite->writer, call, NULL);
    ra__spend(ctx);
    return status;
}

static ra_status sqlite_tx(ra_ctx *ctx, ra_db *db, const ra__tx *tx)
{
    ra__sqlite *sqlite = sqlite_of(db);
    RA_TRY(ra__ctx_may_suspend(ctx));
    if (!tx->opts.read_only)
        return ra__sqlite_writer_do(ctx, sqlite->writer, NULL, tx);
    ra__reader *reader = reader_of(sqlite, ctx);
    if (!reader)
        return RA_ERR_STATE;
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
    if (!reader)
        return RA_ERR_STATE;
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
    ra__sqlite_writer_count(sqlite->writer, &counters);
    return counters;
}

static void sqlite_close(ra_db *db)
{
    ra__sqlite_close(sqlite_of(db));
}

static ra_status sqlite_open(ra_db **out, const ra__db_place *place, ra_buf *message);

static const ra__db_ops sqlite_ops = {.run = sqlite_run, .tx = sqlite_tx, .script = sqlite_script};

static const ra__driver driver = {
    .open = sqlite_open,
    .close = sqlite_close,
    .ready = sqlite_ready,
    .fail = sqlite_fail,
    .counters = sqlite_counters,
};

static ra_status sqlite_open(ra_db **out, const ra__db_place *place, ra_buf *message)
{
    const ra_db base = {.ops = &sqlite_ops, .driver = &driver};
    ra__sqlite *sqlite = NULL;
    RA_TRY(ra__sqlite_open(&sqlite, &base, place, message));
    *out = &sqlite->base;
    return RA_OK;
}

const ra_module *ra_sqlite(void)
{
    static const ra_module module = {.name = "sqlite", .scheme = "sqlite:", .driver = &driver};
    return &module;
}
