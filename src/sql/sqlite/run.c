// SPDX-License-Identifier: MIT OR Apache-2.0
// run: one statement from its literal to its rows.
//
// Texts of parameters are bound as they lie in In, without a copy: they stay where they are until
// the run is over, and the bindings are cleared before it returns.
#include "base/heap.h"
#include "private/params.h"
#include "private/sqlite/connection.h"
#include "private/sqlite/error.h"

typedef struct {
    ra__connection *connection;
    ra__statement *statement;
    ra_ctx *ctx;
    const ra__call *call;
    ra__sql_detail *detail;
    ra__rows rows;
} run;

// ---- prepare

static ra_status check_sort(ra__sql_sort sort, ra__sql_detail *detail)
{
    switch (sort) {
    case RA__SQL_EMPTY:
        return ra__sql_detail_set(detail, RA_ERR_INTERNAL, "there is no statement in this text");
    case RA__SQL_TRANSACTION:
        return ra__sql_detail_set(detail, RA_ERR_INTERNAL, "transactions are made by ra_sql_tx");
    case RA__SQL_SESSION:
        return ra__sql_detail_set(detail, RA_ERR_INTERNAL,
                                  "connections are shared: their settings are Ramie's");
    default:
        return RA_OK;
    }
}

static ra_status prepare(ra__connection *connection, ra__statement *statement,
                         ra__sql_detail *detail)
{
    RA_TRY(ra__query_init(&statement->query, statement->sql, RA__SQL_SQLITE, detail));
    RA_TRY(check_sort(statement->query.sort, detail));
    const char *tail = NULL;
    const ra_buf *text = &statement->query.text;
    int code = sqlite3_prepare_v3(connection->handle, text->ptr, (int)text->len,
                                  SQLITE_PREPARE_PERSISTENT, &statement->handle, &tail);
    if (code != SQLITE_OK)
        return ra__sqlite_error(connection->handle, detail);
    if (ra__sql_sort_of(tail, RA__SQL_SQLITE) != RA__SQL_EMPTY)
        return ra__sql_detail_set(detail, RA_ERR_INTERNAL, "more than one statement");
    statement->is_write = !sqlite3_stmt_readonly(statement->handle);
    return RA_OK;
}

ra_status ra__connection_prepare(ra__connection *connection, const char *sql, ra__statement **out,
                                 ra__sql_detail *detail)
{
    *out = ra__statement_find(connection, sql);
    if (__builtin_expect(*out != NULL, 1))
        return RA_OK;
    ra__statement *statement = ra__heap_alloc_zeroed(1, sizeof *statement);
    if (!statement)
        return RA_ERR_EXHAUSTED;
    statement->sql = sql;
    ra_status status = prepare(connection, statement, detail);
    if (status != RA_OK) {
        ra__statement_free(statement);
        return status;
    }
    ra__statement_keep(connection, statement);
    *out = statement;
    return RA_OK;
}

// ---- parameters

static int bind_text(sqlite3_stmt *handle, int at, ra_str text)
{
    const char *start = text.ptr ? text.ptr : ""; // NULL would be bound as null
    return sqlite3_bind_text64(handle, at, start, text.len, SQLITE_STATIC, SQLITE_UTF8);
}

static int bind_scalar(sqlite3_stmt *handle, int at, const ra__scalar *value)
{
    switch (value->type) {
    case RA__SCALAR_I64:
        return sqlite3_bind_int64(handle, at, value->i64);
    case RA__SCALAR_F64:
        return sqlite3_bind_double(handle, at, value->f64);
    case RA__SCALAR_STR:
        return bind_text(handle, at, value->str);
    default:
        return sqlite3_bind_null(handle, at);
    }
}

static ra_status bind(run *r)
{
    const ra__query *query = &r->statement->query;
    for (unsigned i = 0; i < query->param_count; i++) {
        ra__scalar value = {0};
        RA_TRY(ra__param_value(query, i, r->call->in_plan, r->call->in, &value));
        if (bind_scalar(r->statement->handle, (int)i + 1, &value) != SQLITE_OK)
            return ra__sqlite_error(r->connection->handle, r->detail);
    }
    return RA_OK;
}

// ---- columns

static const char *column_name(void *handle, unsigned i)
{
    const char *name = sqlite3_column_name(handle, (int)i);
    return name ? name : "";
}

static int times_prepared_again(sqlite3_stmt *handle)
{
    return sqlite3_stmt_status(handle, SQLITE_STMTSTATUS_REPREPARE, false);
}

static ra_status match_columns(run *r)
{
    ra__statement *statement = r->statement;
    sqlite3_stmt *handle = statement->handle;
    statement->prepared_again = times_prepared_again(handle);
    return ra__columns_match(&statement->columns, r->call->out_plan,
                             (unsigned)sqlite3_column_count(handle), column_name, handle,
                             r->detail);
}

static bool columns_are_known(const run *r)
{
    const ra__statement *statement = r->statement;
    return statement->columns.plan && statement->columns.plan == r->call->out_plan &&
           statement->prepared_again == times_prepared_again(statement->handle);
}

/// Text and blobs are borrowed until the next step.
static ra_str column_bytes(sqlite3_stmt *handle, int i, bool is_text)
{
    const void *start =
        is_text ? (const void *)sqlite3_column_text(handle, i) : sqlite3_column_blob(handle, i);
    size_t len = (size_t)sqlite3_column_bytes(handle, i);
    return (ra_str){start ? start : "", start ? len : 0};
}

static ra__scalar column_value(sqlite3_stmt *handle, int i)
{
    switch (sqlite3_column_type(handle, i)) {
    case SQLITE_INTEGER:
        return (ra__scalar){.type = RA__SCALAR_I64, .i64 = sqlite3_column_int64(handle, i)};
    case SQLITE_FLOAT:
        return (ra__scalar){.type = RA__SCALAR_F64, .f64 = sqlite3_column_double(handle, i)};
    case SQLITE_TEXT:
        return (ra__scalar){.type = RA__SCALAR_STR, .str = column_bytes(handle, i, true)};
    case SQLITE_BLOB:
        return (ra__scalar){.type = RA__SCALAR_STR, .str = column_bytes(handle, i, false)};
    default:
        return (ra__scalar){.type = RA__SCALAR_NULL};
    }
}

static ra_status take_row(run *r)
{
    // The first step prepares again when the tables have changed: `select *` then has other
    // columns.
    if (!columns_are_known(r))
        RA_TRY(match_columns(r));
    RA_TRY(ra__rows_add(&r->rows));
    const ra__columns *columns = &r->statement->columns;
    for (unsigned i = 0; i < columns->count; i++) {
        ra__scalar value = column_value(r->statement->handle, (int)i);
        RA_TRY(ra__rows_set(&r->rows, columns, i, &value, r->detail));
    }
    return RA_OK;
}

// ---- run

static ra_status step_failed(run *r, int code)
{
    if ((code & 0xff) != SQLITE_INTERRUPT)
        return ra__sqlite_error(r->connection->handle, r->detail);
    ra_status why = r->connection->stopped;
    return why != RA_OK ? why : RA_ERR_CANCELED;
}

static ra_status step_to_end(run *r)
{
    for (;;) {
        int code = sqlite3_step(r->statement->handle);
        if (code == SQLITE_DONE)
            return RA_OK;
        if (code != SQLITE_ROW)
            return step_failed(r, code);
        RA_TRY(take_row(r));
    }
}

static ra_status execute(run *r)
{
    ra__connection *connection = r->connection;
    RA_TRY(ra__params_match(&r->statement->query, r->call->in_plan, r->detail));
    if (!columns_are_known(r))
        RA_TRY(match_columns(r));
    RA_TRY(bind(r));
    ra__rows_begin(&r->rows, r->ctx, r->call);
    int64_t changed_before = sqlite3_total_changes64(connection->handle);
    RA_TRY(step_to_end(r));
    if (r->call->form != RA_SQL_EXEC_)
        return ra__rows_end(&r->rows);
    // sqlite3_changes speaks of the last insert, update or delete, which need not be this
    // statement.
    bool changed = sqlite3_total_changes64(connection->handle) != changed_before;
    return ra__rows_changed(r->call, changed ? sqlite3_changes64(connection->handle) : 0);
}

ra_status ra__connection_run(ra__connection *connection, ra__statement *statement, ra_ctx *ctx,
                             const ra__call *call, ra__sql_detail *detail)
{
    const ra__clock *clock = connection->clock;
    ra_status tripped = ra__trip_pass(connection->statement_trip);
    if (tripped != RA_OK)
        return ra__sql_detail_set(detail, tripped, "made to fail by a test");
    connection->end_ns = clock->monotonic_ns(clock->world) + RA_MS(RA__SQLITE_STATEMENT_MS_MAX);
    connection->ctx = ctx;
    connection->writes = statement->is_write;
    connection->stopped = RA_OK;
    run r = {.connection = connection,
             .statement = statement,
             .ctx = ctx,
             .call = call,
             .detail = detail};
    ra_status status = execute(&r);
    connection->ctx = NULL;
    (void)sqlite3_reset(statement->handle);
    (void)sqlite3_clear_bindings(statement->handle);
    return status;
}

// ---- scripts

static ra_status script_failed(ra__connection *connection, const char *script, const char *at,
                               ra__sql_detail *detail)
{
    ra_status status = ra__sqlite_error(connection->handle, detail);
    int offset = sqlite3_error_offset(connection->handle); // of the word at fault; -1: not known
    const char *end = offset > 0 ? at + offset : ra__sql_start_of(at, RA__SQL_SQLITE);
    unsigned line = 1;
    for (const char *c = script; c < end; c++)
        line += *c == '\n';
    return ra__sql_detail_set(detail, status, "line %u: %s", line,
                              sqlite3_errmsg(connection->handle));
}

static bool step_script(sqlite3_stmt *handle)
{
    int code = SQLITE_ROW;
    while (code == SQLITE_ROW)
        code = sqlite3_step(handle);
    return code == SQLITE_DONE;
}

/// One statement at *at, which moves behind it.
static ra_status run_next(ra__connection *connection, const char *script, const char **at,
                          ra__sql_detail *detail)
{
    sqlite3_stmt *handle = NULL;
    const char *next = *at;
    if (ra__sql_sort_of(*at, RA__SQL_SQLITE) == RA__SQL_TRANSACTION) {
        return ra__sql_detail_set(detail, RA_ERR_INTERNAL,
                                  "a script runs inside a transaction and cannot hold its own");
    }
    ra_status status = RA_OK;
    if (sqlite3_prepare_v2(connection->handle, *at, -1, &handle, &next) != SQLITE_OK ||
        (handle && !step_script(handle)))
        status = script_failed(connection, script, *at, detail);
    sqlite3_finalize(handle);
    *at = next;
    return status;
}

ra_status ra__connection_script(ra__connection *connection, ra_ctx *ctx, const char *sql,
                                ra__sql_detail *detail)
{
    const char *at = sql;
    while (ra__sql_sort_of(at, RA__SQL_SQLITE) != RA__SQL_EMPTY) {
        RA_TRY(ra__sql_reason(ctx, connection->clock));
        RA_TRY(run_next(connection, sql, &at, detail));
    }
    return RA_OK;
}
