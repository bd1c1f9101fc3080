// SPDX-License-Identifier: MIT OR Apache-2.0
// open: a SQLite database from its URL: the files, the writer, the readers; and what went wrong, in
// words.
#include "base/heap.h"
#include "private/sqlite/writer.h"

#include <pthread.h>
#include <stdio.h>

enum { READER_BUSY_MS = 20 }; // in the loop: a lock is waited for no longer

// ---- closing

/// The writer goes last: the last connection moves what is in the WAL into the file.
void ra__sqlite_close(ra__sqlite *sqlite)
{
    for (unsigned i = 0; i < sqlite->reader_count; i++)
        ra__connection_close(&sqlite->readers[i].connection);
    ra__sqlite_writer_close(sqlite->writer);
    ra__vfs_close(sqlite->vfs);
    ra__heap_free(sqlite);
}

// ---- connections

/// Before SQLite's first use in the process; if a program was faster, its settings stay.
static void configure_library(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS,
                         0); // a lock at each allocation, for a number nobody reads
}

static ra_status open_reader(ra__sqlite *sqlite, ra__reader *reader, ra__sql_detail *detail)
{
    const ra__connection_opts opts = {
        .url = &sqlite->url,
        .vfs = sqlite->vfs,
        .clock = sqlite->clock,
        .role = RA__CONNECTION_READER,
        .statement_trip = &sqlite->statement_trip,
        .busy_timeout_ns = RA_MS(READER_BUSY_MS),
    };
    sqlite->reader_count++; // to be closed, even if half open
    RA_TRY(ra__connection_open(&reader->connection, &opts, detail));
    ra__transaction_init(&reader->transaction, &reader->connection, true);
    return RA_OK;
}

static ra_status open_connections(ra__sqlite *sqlite, ra__sql_detail *detail)
{
    RA_TRY(ra__sqlite_writer_open(&sqlite->writer, sqlite, detail));
    for (unsigned i = 0; i < ra__runtime_shard_count(sqlite->runtime); i++)
        RA_TRY(open_reader(sqlite, &sqlite->readers[i], detail));
    return RA_OK;
}

static ra_status open_files(ra__sqlite *sqlite, const ra__db_place *place, ra__sql_detail *detail)
{
    const ra__vfs_opts opts = {
        .clock = sqlite->clock,
        .in_memory = sqlite->url.in_memory || place->opts.in_simulation,
        .never_sleep = place->opts.in_simulation,
    };
    if (sqlite->url.in_memory) {
        memcpy(sqlite->url.path, "memory.db",
               sizeof "memory.db"); // SQLite's own :memory: cannot be shared
    }
    RA_TRY(ra__vfs_open(&sqlite->vfs, &opts));
    if (place->opts.in_simulation)
        ra__vfs_seed_generator(sqlite->vfs);
    return open_connections(sqlite, detail);
}

// ---- what went wrong, in words

/// The folder part of a path; "." when there is none. "/" stays.
static void folder_of(const char *path, char *out, size_t bytes)
{
    const char *slash = strrchr(path, '/');
    size_t len = !slash ? 0 : slash == path ? 1 : (size_t)(slash - path);
    (void)snprintf(out, bytes, "%.*s", slash ? (int)len : 1, slash ? path : ".");
}

static ra_status explain_cannot_open(const ra__sqlite *sqlite, ra_buf *message)
{
    const char *path = sqlite->url.path;
    char folder[RA__SQLITE_PATH_BYTES_MAX + 1];
    folder_of(path, folder, sizeof folder);
    if (ra__vfs_look_at(sqlite->vfs, folder) == RA__VFS_ABSENT) {
        RA_TRY(ra_buf_printf(message, "%s cannot be opened: the folder %s does not exist", path,
                             folder));
        return RA_ERR_NOT_FOUND;
    }
    if (ra__vfs_look_at(sqlite->vfs, path) == RA__VFS_ABSENT &&
        sqlite->url.mode != RA__SQLITE_CREATE) {
        RA_TRY(ra_buf_printf(message, "%s does not exist, and mode=rwc was not asked for", path));
        return RA_ERR_NOT_FOUND;
    }
    RA_TRY(ra_buf_printf(
        message, "%s cannot be opened: it is no file, or this user may not read and write it",
        path));
    return RA_ERR_PERMISSION;
}

static ra_status explain(const ra__sqlite *sqlite, ra_status status, const ra__sql_detail *detail,
                         ra_buf *message)
{
    const char *path = sqlite->url.path;
    switch (status) {
    case RA_ERR_DECODE:
        RA_TRY(ra_buf_printf(message, "%s is not an SQLite database, or it is damaged: %s", path,
                             detail->text));
        return status;
    case RA_ERR_BUSY:
        RA_TRY(ra_buf_printf(message, "%s is locked by another process", path));
        return status;
    case RA_ERR_READ_ONLY:
        RA_TRY(ra_buf_printf(message, "%s may not be written: mode=ro opens it for reading", path));
        return RA_ERR_PERMISSION;
    case RA_ERR_EXHAUSTED:
        RA_TRY(ra_buf_printf(message, "no memory to open %s", path));
        return status;
    case RA_ERR_IO:
        return explain_cannot_open(sqlite, message);
    default:
        RA_TRY(ra_buf_printf(message, "%s cannot be opened: %s", path, detail->text));
        return status;
    }
}

// ---- opening

static ra_status open_at(ra__sqlite *sqlite, const ra__db_place *place, ra_buf *message)
{
    RA_TRY(ra__sqlite_url_parse(&sqlite->url, place->address, message));
    ra__sql_detail detail = {0};
    ra_status status = open_files(sqlite, place, &detail);
    return status == RA_OK ? RA_OK : explain(sqlite, status, &detail, message);
}

ra_status ra__sqlite_open(ra__sqlite **out, const ra_db *base, const ra__db_place *place,
                          ra_buf *message)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, configure_library);
    unsigned shards = ra__runtime_shard_count(place->runtime);
    ra__sqlite *sqlite =
        ra__heap_alloc_zeroed(1, sizeof *sqlite + shards * sizeof sqlite->readers[0]);
    if (!sqlite)
        return RA_ERR_EXHAUSTED;
    sqlite->base = *base;
    sqlite->runtime = place->runtime;
    sqlite->clock = ra__runtime_clock(place->runtime);
    ra_status status = open_at(sqlite, place, message);
    if (status != RA_OK) {
        ra__sqlite_close(sqlite);
        return status;
    }
    *out = sqlite;
    return RA_OK;
}
