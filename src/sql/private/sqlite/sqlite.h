// SPDX-License-Identifier: MIT OR Apache-2.0
// sqlite: a database as one writer and a reader a shard.
//
//   shard 0   reader 0 --.
//   shard 1   reader 1 ---- file and WAL
//   writer shard  writer -'
//
// A statement outside a transaction is prepared on its shard's reader, which tells whether it
// writes. A read runs right there, in the loop. A write, and every transaction that may write, is a
// job for the writer (private/sqlite/writer.h). Readers are touched by their shard alone, the
// writer's connection by the writer shard alone.
#ifndef RAMIE_SQL_PRIVATE_SQLITE_SQLITE_H
#define RAMIE_SQL_PRIVATE_SQLITE_SQLITE_H

#include "private/sqlite/connection.h"
#include "sql/driver.h"

typedef struct ra__sqlite ra__sqlite;
typedef struct ra__sqlite_writer ra__sqlite_writer;

/// The database as a transaction's body sees it: always the same connection. On the writer for all
/// bodies in turn, on a reader for read-only ones.
typedef struct {
    ra_db base;
    ra__connection *connection;
    unsigned depth; // of bodies; 0: no transaction is open, and nobody may use this
    bool read_only;
    ra_status lost; // not RA_OK: SQLite has rolled everything back, and this is why
} ra__transaction;

typedef struct {
    ra__connection connection;
    ra__transaction transaction;
    int64_t ready_until_ns; // the answer below is good until then
    ra_status ready;
} ra__reader;

struct ra__sqlite {
    ra_db base;
    ra__runtime *runtime;
    const ra__clock *clock;
    ra__vfs *vfs;
    ra__sqlite_url url;
    ra__trip statement_trip, commit_trip;
    ra__sqlite_writer *writer;
    unsigned reader_count; // opened
    ra__reader readers[];
};

// ---- open.c

/// Like ra__db_open. `base` becomes the beginning of *out.
RA_MUST_USE ra_status ra__sqlite_open(ra__sqlite **out, const ra_db *base,
                                      const ra__db_place *place, ra_buf *message);
/// When the shards have ended; also what is half open.
void ra__sqlite_close(ra__sqlite *sqlite);

// ---- transaction.c

void ra__transaction_init(ra__transaction *transaction, ra__connection *connection, bool read_only);
/// Run a body inside the open transaction; its ctx sees `transaction` as the database.
RA_MUST_USE ra_status ra__transaction_body(ra__transaction *transaction, ra_ctx *ctx,
                                           const ra__tx *tx);
/// A whole read-only transaction, in place.
RA_MUST_USE ra_status ra__transaction_read(ra__transaction *transaction, ra_ctx *ctx,
                                           const ra__tx *tx);
/// Begin a savepoint; end it by keeping (status RA_OK) or undoing what was done since. Returns what
/// the work came to.
RA_MUST_USE ra_status ra__transaction_mark(ra__transaction *transaction, ra_ctx *ctx);
RA_MUST_USE ra_status ra__transaction_settle(ra__transaction *transaction, ra_ctx *ctx,
                                             ra_status status);
/// Run one statement inside the open transaction.
RA_MUST_USE ra_status ra__transaction_run(ra__transaction *transaction, ra_ctx *ctx,
                                          const ra__call *call);

#endif
