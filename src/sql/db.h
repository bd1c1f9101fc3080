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
    bool in_simulation; // memory files even for a path; nobody sleeps
} ra__db_opts;

/// Open by URL with one of `modules` (NULL-terminated). Shards of `runtime` exist, threads need not
/// run yet. On SQLite the runtime's first extra shard becomes the writer. `message` gets the reason
/// in words; it never repeats more of an unknown URL than its scheme.
///
/// @return RA_ERR_INVALID     unknown scheme or option, no path.
/// @return RA_ERR_NOT_FOUND   the folder, or with mode=ro and rw the file, does not exist.
/// @return RA_ERR_PERMISSION  no file, or may not be read and written.
/// @return RA_ERR_DECODE      not a database, or damaged.
/// @return RA_ERR_BUSY        locked by another process.
/// @return RA_ERR_UNSUPPORTED a file system without shared memory: no WAL.
/// @return RA_ERR_EXHAUSTED   no memory.
/// @suspends no; blocks, at most as long as the URL's busy timeout.
RA_MUST_USE ra_status ra__db_open(ra_db **out, ra__runtime *runtime, const char *url,
                                  const ra_module *const *modules, const ra__db_opts *opts,
                                  ra_buf *message);

/// When the shards have ended: what is in the WAL goes into the file. NULL allowed.
void ra__db_close(ra_db *db);

/// In a fiber, before the first request: apply what is missing, in order, each in one transaction.
/// The ctx's message is for whoever starts the program: it may quote the engine.
///
/// @param list  ended by an empty one; NULL: none.
/// @return RA_ERR_STATE      an applied one was changed, moved or is unknown to the program.
/// @return RA_ERR_READ_ONLY  one is missing and the database cannot be written.
/// @return what a statement of it came to; the ones before it stay.
RA_SUSPENDS ra_status ra__db_migrate(ra_ctx *ctx, ra_db *db, const ra_migration *list);

/// Cheap and cached for a second: can it answer?
ra_status ra__db_ready(ra_ctx *ctx, ra_db *db);

/// Several statements without parameters, in one transaction: for seeds of tests. The ctx's message
/// quotes the engine.
RA_SUSPENDS ra_status ra__db_script(ra_ctx *ctx, ra_db *db, const char *sql);

typedef enum {
    RA__DB_FAULT_STATEMENT,
    RA__DB_FAULT_COMMIT,
    RA__DB_FAULT_WRITE,
    RA__DB_FAULT_SYNC,
    RA__DB_FAULT_OPEN
} ra__db_fault;
/// The n-th of that sort from now on fails so, once; nth 0: none. For tests. Any thread.
void ra__db_fail(ra_db *db, ra__db_fault fault, unsigned nth, ra_status status);

/// Since opening. Any thread.
typedef struct {
    uint64_t vfs_reads, vfs_writes, vfs_syncs;
    uint64_t batches;   // of the writer
    uint64_t bodies;    // transactions and single writes in them
    uint64_t rollbacks; // batches that were lost
} ra__db_counters;
ra__db_counters ra__db_counters_of(const ra_db *db);

#endif
