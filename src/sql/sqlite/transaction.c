// SPDX-License-Identifier: MIT OR Apache-2.0
// transaction: what a body does with its database. All in place, on the thread of the connection;
// nothing suspends.
//
// Savepoints nest: one around each body on the writer, one more around each ra_sql_tx inside it.
// SQLite may roll the whole transaction back by itself (disk full, I/O error, an interrupted write,
// `on conflict rollback`). Then `lost` keeps the reason, and until the batch has ended every
// further statement returns it: outside a transaction it would commit by itself.
#include "private/sqlite/error.h"
#include "private/sqlite/sqlite.h"

static ra__transaction *transaction_of(ra_db *db)
{
    return (ra__transaction *)(void *)db;
}

static bool is_rolled_back(const ra__transaction *transaction)
{
    return sqlite3_get_autocommit(transaction->connection->handle) != 0;
}

/// Notice that SQLite has rolled everything back. Returns `status`.
static ra_status notice(ra__transaction *transaction, ra_status status)
{
    if (status != RA_OK && is_rolled_back(transaction))
        transaction->lost = status;
    return status;
}

// ---- savepoints

static ra_status own(ra__transaction *transaction, ra_ctx *ctx, ra__own which)
{
    ra__sql_detail detail = {0};
    ra_status status = ra__connection_own(transaction->connection, which, &detail);
    return status == RA_OK ? RA_OK
                           : ra__sql_report(ctx, notice(transaction, status), NULL, &detail);
}

ra_status ra__transaction_mark(ra__transaction *transaction, ra_ctx *ctx)
{
    return transaction->lost != RA_OK ? transaction->lost
                                      : own(transaction, ctx, RA__OWN_SAVEPOINT);
}

/// A reference that is checked late and still leads nowhere would make the COMMIT of all fail: find
/// it now.
static ra_status check_references(ra__transaction *transaction, ra_ctx *ctx)
{
    int open = 0, unused = 0;
    (void)sqlite3_db_status(transaction->connection->handle, SQLITE_DBSTATUS_DEFERRED_FKS, &open,
                            &unused, false);
    if (open == 0)
        return RA_OK;
    ra_ctx_clear(ctx);
    return RA_ERR_FOREIGN_KEY;
}

/// The error that led here stays the answer: what goes wrong now is for the log, and for the others
/// of the batch.
static void undo(ra__transaction *transaction)
{
    ra__sql_detail detail = {0};
    ra_status status = ra__connection_own(transaction->connection, RA__OWN_ROLLBACK_TO, &detail);
    if (status == RA_OK)
        status = ra__connection_own(transaction->connection, RA__OWN_RELEASE, &detail);
    if (status != RA_OK) {
        transaction->lost = status;
        ra__sql_log(status, NULL, &detail);
    }
}

ra_status ra__transaction_settle(ra__transaction *transaction, ra_ctx *ctx, ra_status status)
{
    if (transaction->lost != RA_OK)
        return status != RA_OK ? status : transaction->lost;
    if (status == RA_OK && transaction->depth == 0)
        status = check_references(transaction, ctx);
    if (status != RA_OK) {
        undo(transaction);
        return status;
    }
    return own(transaction, ctx, RA__OWN_RELEASE);
}

// ---- bodies

ra_status ra__transaction_body(ra__transaction *transaction, ra_ctx *ctx, const ra__tx *tx)
{
    void *outer_db = ctx->slots[RA__SLOT_DB];
    uint8_t outer_mode = ctx->mode;
    if (outer_mode != RA__CTX_BODY)
        ctx->outer_db = outer_db; // for what ra_go starts: it outlives the transaction
    ctx->slots[RA__SLOT_DB] = &transaction->base;
    ctx->mode = RA__CTX_BODY;
    transaction->depth++;
    ra_status status = tx->body(ctx, tx->arg);
    transaction->depth--;
    ctx->mode = outer_mode;
    ctx->slots[RA__SLOT_DB] = outer_db;
    return status;
}

ra_status ra__transaction_read(ra__transaction *transaction, ra_ctx *ctx, const ra__tx *tx)
{
    transaction->lost = RA_OK;
    RA_TRY(own(transaction, ctx, RA__OWN_BEGIN_READ));
    ra_status status = ra__transaction_body(transaction, ctx, tx);
    if (!is_rolled_back(transaction))
        RA_DISCARD(own(transaction, ctx, RA__OWN_ROLLBACK)); // nothing was changed
    return status;
}

// ---- statements

/// A transaction is used inside its body only, through its body's ctx.
static ra_status check_use(const ra__transaction *transaction, ra_ctx *ctx)
{
    if (transaction->depth == 0 || ctx->mode != RA__CTX_BODY ||
        ctx->slots[RA__SLOT_DB] != &transaction->base) {
        const ra__sql_detail detail = {
            .text = "a transaction is used outside its body, or with another ctx"};
        return ra__sql_report(ctx, RA_ERR_STATE, NULL, &detail);
    }
    return transaction->lost != RA_OK ? transaction->lost
                                      : ra__sql_reason(ctx, transaction->connection->clock);
}

static ra_status run_statement(ra__transaction *transaction, ra_ctx *ctx, const ra__call *call,
                               ra__sql_detail *detail)
{
    ra__statement *statement = NULL;
    RA_TRY(ra__connection_prepare(transaction->connection, call->sql, &statement, detail));
    if (statement->is_write && transaction->read_only) {
        return ra__sql_detail_set(detail, RA_ERR_READ_ONLY,
                                  "a write inside a read-only transaction");
    }
    return notice(transaction,
                  ra__connection_run(transaction->connection, statement, ctx, call, detail));
}

ra_status ra__transaction_run(ra__transaction *transaction, ra_ctx *ctx, const ra__call *call)
{
    ra__sql_detail detail = {0};
    ra_status status = run_statement(transaction, ctx, call, &detail);
    return status == RA_OK ? RA_OK : ra__sql_report(ctx, status, call->sql, &detail);
}

static ra_status transaction_run(ra_ctx *ctx, ra_db *db, const ra__call *call)
{
    ra__transaction *transaction = transaction_of(db);
    RA_TRY(check_use(transaction, ctx));
    return ra__transaction_run(transaction, ctx, call);
}

static ra_status transaction_nest(ra_ctx *ctx, ra_db *db, const ra__tx *tx)
{
    ra__transaction *transaction = transaction_of(db);
    RA_TRY(check_use(transaction, ctx));
    RA_TRY(ra__transaction_mark(transaction, ctx));
    ra_status status = ra__transaction_body(transaction, ctx, tx);
    return ra__transaction_settle(transaction, ctx, status);
}

static ra_status transaction_script(ra_ctx *ctx, ra_db *db, const char *sql)
{
    ra__transaction *transaction = transaction_of(db);
    RA_TRY(check_use(transaction, ctx));
    ra__sql_detail detail = {0};
    ra_status status =
        notice(transaction, ra__connection_script(transaction->connection, ctx, sql, &detail));
    return status == RA_OK ? RA_OK : ra__ctx_set_error(ctx, status, ra_str_of(detail.text));
}

static const ra__db_ops transaction_ops = {
    .run = transaction_run,
    .tx = transaction_nest,
    .script = transaction_script,
};

void ra__transaction_init(ra__transaction *transaction, ra__connection *connection, bool read_only)
{
    *transaction = (ra__transaction){
        .base = {.ops = &transaction_ops}, .connection = connection, .read_only = read_only};
}
