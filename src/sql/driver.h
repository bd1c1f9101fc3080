// SPDX-License-Identifier: MIT OR Apache-2.0
// driver: what an engine gives to sql, and what sql gives to an engine. It fits a library that
// blocks briefly in the loop (SQLite) as well as one that suspends on a socket (PostgreSQL):
// everything takes the ctx and may suspend.
//
// A database, and a transaction of it, is a `ra_db` with a table of operations; an engine's own
// struct begins with one. The engine decides where a statement runs. What is the same for all of
// them stays outside: forms, options and retries (sql.c), `:name` parameters (params.c), columns
// into members (rows.c), migrations (migrate.c).
#ifndef RAMIE_SQL_DRIVER_H
#define RAMIE_SQL_DRIVER_H

#include "bind/plan.h"
#include "sql/db.h"

/// One statement with its bindings. Lives in the caller's frame, which stays put until `run`
/// returns.
typedef struct {
    ra_sql_form form;
    const char *sql;                    // a literal: its address stands for its text
    const ra__plan *in_plan, *out_plan; // out_plan: NULL for exec
    const void *in;
    void *out;
    ra_sql_opts opts;
} ra__call;

typedef ra_status ra__tx_body(ra_ctx *ctx, void *arg);
typedef struct {
    ra__tx_body *body;
    void *arg;
    ra_tx_opts opts;
} ra__tx;

typedef struct {
    /// Run one statement to its end. Not RA_OK: a statement of its own has changed nothing.
    RA_SUSPENDS ra_status (*run)(ra_ctx *ctx, ra_db *db, const ra__call *call);
    /// Run `tx->body` once, with a ctx whose database is the transaction; commit on RA_OK, else
    /// roll back.
    RA_SUSPENDS ra_status (*tx)(ra_ctx *ctx, ra_db *db, const ra__tx *tx);
    /// Several statements without parameters, inside a transaction only. The message in the ctx
    /// quotes the engine: it is for the one who starts the program, never for a client.
    RA_SUSPENDS ra_status (*script)(ra_ctx *ctx, ra_db *db, const char *sql);
} ra__db_ops;

struct ra_db {
    const ra__db_ops *ops;
    const ra__driver *driver; // NULL: a transaction
};

/// Where a database is to be opened.
typedef struct {
    ra__runtime *runtime;
    ra_str address; // the URL after its scheme
    ra__db_opts opts;
} ra__db_place;

struct ra__driver {
    /// Like ra__db_open.
    RA_MUST_USE ra_status (*open)(ra_db **out, const ra__db_place *place, ra_buf *message);
    void (*close)(ra_db *db);
    ra_status (*ready)(ra_ctx *ctx, ra_db *db);
    void (*fail)(ra_db *db, ra__db_fault fault, unsigned nth, ra_status status);
    ra__db_counters (*counters)(const ra_db *db);
};

#endif
