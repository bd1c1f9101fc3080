// SPDX-License-Identifier: MIT OR Apache-2.0
// connection: one SQLite connection with its prepared statements. Used by one thread at a time;
// SQLite's own locks on it are off. After each use a statement is reset, so that no read
// transaction stays open by itself.
#ifndef RAMIE_SQL_PRIVATE_SQLITE_CONNECTION_H
#define RAMIE_SQL_PRIVATE_SQLITE_CONNECTION_H

#include "private/lexer.h"
#include "private/rows.h"
#include "private/sqlite/trip.h"
#include "private/sqlite/url.h"
#include "private/sqlite/vfs.h"
#include <sqlite3.h>

/// A prepared statement, known by the address of its literal.
typedef struct ra__statement {
    struct ra__statement *bucket_next, *newer, *older;
    const char *sql;
    sqlite3_stmt *handle;
    bool is_write; // a reader prepares it to learn that; it runs on the writer
    ra__query query;
    ra__columns columns;
    int prepared_again; // SQLite's count when the columns were matched: a new schema changes them
} ra__statement;

enum {
    RA__SQLITE_STATEMENTS_MAX = 256, // prepared, a connection
    RA__SQLITE_BUCKETS = 256,
    RA__SQLITE_STATEMENT_MS_MAX =
        5000, // then interrupted: readers pin the WAL, a writer all others
    RA__SQLITE_OPS_BETWEEN_LOOKS = 2000 // of SQLite's machine, about 50 us
};

/// Ramie's own statements.
typedef enum {
    RA__OWN_BEGIN_WRITE,
    RA__OWN_BEGIN_READ,
    RA__OWN_COMMIT,
    RA__OWN_ROLLBACK,
    RA__OWN_SAVEPOINT,
    RA__OWN_RELEASE,
    RA__OWN_ROLLBACK_TO,
    RA__OWN_LOOK, // reads the schema
    RA__OWN_COUNT
} ra__own;

typedef enum { RA__CONNECTION_WRITER, RA__CONNECTION_READER } ra__connection_role;

typedef struct ra__connection {
    sqlite3 *handle;
    const ra__clock *clock;
    sqlite3_stmt *own[RA__OWN_COUNT];
    ra__statement *buckets[RA__SQLITE_BUCKETS];
    ra__statement *newest, *oldest; // by last use
    unsigned statement_count;
    ra__trip *statement_trip;

    // Waiting for another process's lock.
    ra__vfs *vfs;
    int64_t busy_timeout_ns, waited_ns;
    bool (*is_wanted)(void *arg); // asked meanwhile; NULL: it is
    void *wanted_arg;

    // Of the statement under way, for the progress handler.
    const ra_ctx *ctx; // its deadline and cancellation count; NULL: it takes as long as it takes
    int64_t end_ns;    // the latest for anyone
    bool writes;
    ra_status stopped; // why it was interrupted
    bool has_company;  // others' work is in the transaction: SQLite undoes it with a stopped write
} ra__connection;

typedef struct {
    const ra__sqlite_url *url;
    ra__vfs *vfs;
    const ra__clock *clock;
    ra__connection_role role;
    ra__trip *statement_trip;
    int64_t busy_timeout_ns;
} ra__connection_opts;

/// Open and set up. `connection` may be closed whatever the result. RA_ERR_IO (cannot open),
/// RA_ERR_DECODE (not a database, damaged), RA_ERR_BUSY, RA_ERR_EXHAUSTED, ...; with detail.
RA_MUST_USE ra_status ra__connection_open(ra__connection *connection,
                                          const ra__connection_opts *opts, ra__sql_detail *detail);
void ra__connection_close(ra__connection *connection);

/// Run one of Ramie's own statements to its end.
RA_MUST_USE ra_status ra__connection_own(ra__connection *connection, ra__own which,
                                         ra__sql_detail *detail);

/// The statement for a literal, prepared at first sight. It stays valid until the next call.
/// RA_ERR_INTERNAL with detail: wrong SQL, more than one statement, transaction or session
/// statements.
RA_MUST_USE ra_status ra__connection_prepare(ra__connection *connection, const char *sql,
                                             ra__statement **out, ra__sql_detail *detail);
/// Run it: bind, step, decode rows with memory from ctx's arena, reset.
RA_MUST_USE ra_status ra__connection_run(ra__connection *connection, ra__statement *statement,
                                         ra_ctx *ctx, const ra__call *call, ra__sql_detail *detail);
/// Several statements without parameters; the detail says which failed.
RA_MUST_USE ra_status ra__connection_script(ra__connection *connection, ra_ctx *ctx,
                                            const char *sql, ra__sql_detail *detail);

/// Why work for ctx must end: canceled, past its deadline, over its memory; RA_OK. Any thread that
/// works for ctx.
ra_status ra__sql_reason(const ra_ctx *ctx, const ra__clock *clock);

// ---- statement.c: the set of prepared statements

ra__statement *ra__statement_find(ra__connection *connection, const char *sql);
/// Takes its place in the set; the one not used for longest leaves a full set.
void ra__statement_keep(ra__connection *connection, ra__statement *statement);
void ra__statement_free(ra__statement *statement);
void ra__statements_clear(ra__connection *connection);

#endif
