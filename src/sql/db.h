// SPDX-License-Identifier: MIT OR Apache-2.0
// db: what app and test need of sql. Public half: <ramie/sql.h>.
//
// A driver is a module: a URL scheme and a table of functions. The interface fits both a library
// that blocks briefly in the loop (SQLite) and one that suspends on a socket (PostgreSQL, later):
// everything takes the ctx and may suspend.
#ifndef RAMIE_SQL_DB_H
#define RAMIE_SQL_DB_H

#include "fiber/runtime.h"
#include <ramie/sql.h>

typedef struct ra__driver ra__driver; // sql/driver.h
struct ra_module {
    const char *name;   // "sqlite"
    const char *scheme; // "sqlite:"
    const ra__driver *driver;
};

typedef struct {
    uint64_t memory_seed; // 0; the simulation's, for the hash of names
    bool in_simulation;   // memory files even for a path
} ra__db_opts;
/// Open by URL with one of `modules` (NULL-terminated). Shards of `runtime` exist, threads need not
/// run yet. On SQLite extra shard 0 becomes the writer. RA_ERR_INVALID (unknown scheme; what is
/// linked is told), RA_ERR_NOT_FOUND (folder), RA_ERR_PERMISSION, RA_ERR_DECODE (not a database,
/// corrupt), RA_ERR_BUSY; *message says it in words (static or in `text`).
RA_MUST_USE ra_status ra__db_open(ra_db **out, ra__runtime *runtime, const char *url,
                                  const ra_module *const *modules, const ra__db_opts *opts,
                                  ra_buf *message);
/// When the shards have ended: closes connections (checkpoint, optimize).
void ra__db_close(ra_db *db);
/// In a fiber, before the first request: apply what is missing, in order, each in one transaction.
/// A changed or missing earlier one is RA_ERR_STATE with a message in the ctx.
RA_SUSPENDS ra_status ra__db_migrate(ra_ctx *ctx, ra_db *db, const ra_migration *list);
/// Cheap and cached for a second: can it answer?
ra_status ra__db_ready(ra_ctx *ctx, ra_db *db);

/// Several statements without parameters, for seeds of tests.
RA_SUSPENDS ra_status ra__db_script(ra_ctx *ctx, ra_db *db, const char *sql);

typedef enum {
    RA__DB_FAULT_STATEMENT,
    RA__DB_FAULT_COMMIT,
    RA__DB_FAULT_WRITE,
    RA__DB_FAULT_SYNC,
    RA__DB_FAULT_OPEN
} ra__db_fault;
/// The n-th of that sort from now on fails so, once. Tests.
void ra__db_fail(ra_db *db, ra__db_fault fault, unsigned nth, ra_status status);
/// Counters of the VFS and of the writer: reads, writes, syncs, batches, bodies.
typedef struct {
    uint64_t vfs_reads, vfs_writes, vfs_syncs, batches, bodies, rollbacks;
} ra__db_counters;
ra__db_counters ra__db_counters_of(const ra_db *db);

#endif
