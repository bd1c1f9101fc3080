// SPDX-License-Identifier: MIT OR Apache-2.0
// sql: the door through which every statement of a program goes.
#include "sql/driver.h"

/// A program without a database, or with another one than it asks for: a bug of the program, told
/// in words.
static ra_status no_database(ra_ctx *ctx)
{
    return ra__ctx_set_error(ctx, RA_ERR_STATE, RA_STR("there is no such database"));
}

ra_status ra_sql_run_(ra_ctx *ctx, ra_db *db, ra_sql_form form, const char *sql,
                      const ra_bind *in_bind, const void *in, const ra_bind *out_bind, void *out,
                      const ra_sql_opts *opts)
{
    if (!db)
        return no_database(ctx);
    const ra__call call = {
        .form = form,
        .sql = sql,
        .in_plan = ra__plan_of(in_bind),
        .in = in,
        .out_plan = out_bind ? ra__plan_of(out_bind) : NULL,
        .out = out,
        .opts = opts ? *opts : (ra_sql_opts){.reserved_ = 0},
    };
    return db->ops->run(ctx, db, &call);
}

static bool is_worth_another_try(ra_status status)
{
    return status == RA_ERR_SERIALIZATION;
}

ra_status ra_sql_tx_(ra_ctx *ctx, ra_db *db, ra_any_fn body, void *arg, const ra_tx_opts *opts)
{
    if (!db)
        return no_database(ctx);
    const ra__tx tx = {.body = (ra__tx_body *)body,
                       .arg = arg,
                       .opts = opts ? *opts : (ra_tx_opts){.reserved_ = 0}};
    ra_status status = db->ops->tx(ctx, db, &tx);
    for (int left = tx.opts.retry; left > 0 && is_worth_another_try(status); left--) {
        ra_ctx_clear(ctx);
        status = db->ops->tx(ctx, db, &tx);
    }
    return status;
}

static ra_status script_body(ra_ctx *ctx, void *sql)
{
    ra_db *tx = ra_ctx_db(ctx);
    return tx->ops->script(ctx, tx, sql);
}

ra_status ra__db_script(ra_ctx *ctx, ra_db *db, const char *sql)
{
    return ra_sql_tx_(ctx, db, (ra_any_fn)script_body, (void *)(uintptr_t)sql, NULL);
}
