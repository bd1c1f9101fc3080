// SPDX-License-Identifier: MIT OR Apache-2.0
// writer: the only one who changes a SQLite database, on a shard of its own. Group commit: many
// requests' writes become durable by one fsync.
//
//   requester's shard              writer shard
//   job in its own frame  ---->    queue -> BEGIN IMMEDIATE
//   parked                                  SAVEPOINT  body 1  RELEASE
//                                           SAVEPOINT  body 2  ROLLBACK TO, RELEASE    (it failed)
//                                           ...        until the queue is empty, 64 bodies or 2 ms
//   woken, joined         <----             COMMIT, then all wake
//
// A job has its own ctx, whose memory becomes the requester's at join: the requester's ctx is not
// touched meanwhile. In, Out and arg lie in the requester's memory; it stays parked until the job
// is done, so they stay. Cancellation: a queued job leaves the queue at once; a running one fails
// at its next statement and is undone; one whose body is done is committed, and its requester is
// told so.
#ifndef RAMIE_SQL_PRIVATE_SQLITE_WRITER_H
#define RAMIE_SQL_PRIVATE_SQLITE_WRITER_H

#include "private/sqlite/sqlite.h"

enum {
    RA__SQLITE_WRITER_BODIES_MAX = 64,       // of one commit
    RA__SQLITE_WRITER_BATCH_US_MAX = 2000,   // bodies of one commit begin no later
    RA__SQLITE_WRITER_WAL_PAGES = 1000,      // in the WAL: checkpoint when idle
    RA__SQLITE_WRITER_WAL_PAGES_MAX = 16000, // and even when not
};

/// RA_ERR_EXHAUSTED: no memory; else as ra__connection_open. *out may be closed whatever the
/// result.
RA_MUST_USE ra_status ra__sqlite_writer_open(ra__sqlite_writer **out, ra__sqlite *sqlite,
                                             ra__sql_detail *detail);
/// When the shards have ended. NULL allowed.
void ra__sqlite_writer_close(ra__sqlite_writer *writer);

/// Queue one statement (call) or one transaction (tx), wait until it is committed or has failed.
RA_SUSPENDS ra_status ra__sqlite_writer_do(ra_ctx *ctx, ra__sqlite_writer *writer,
                                           const ra__call *call, const ra__tx *tx);

/// The batches, bodies and rollbacks so far.
void ra__sqlite_writer_count(const ra__sqlite_writer *writer, ra__db_counters *out);

#endif
