// SPDX-License-Identifier: MIT OR Apache-2.0
// url: what a SQLite URL says.
//
//   sqlite:PATH[?OPTION=VALUE&...]   a file, made when it is not there; sqlite://PATH is the same
//   sqlite::memory:                  in memory, shared by the whole program, gone with it
//
//   mode=rwc|rw|ro            may make the file (default); it must exist; that, and is only read
//   synchronous=full|normal   full (default): what was answered survives a power cut; normal: a
//                             crash of the process only, the last commits may go with the power
//   busy_timeout_ms=0..60000  how long the writer waits for another process's lock; 5000
//   max_bytes=N               the database's size, past it the disk counts as full; 0: the disk's
//   cache_bytes=N             memory for pages, a connection; 2,000,000
//
// The path is taken as it stands, without %-escapes; it cannot hold a `?`.
#ifndef RAMIE_SQL_PRIVATE_SQLITE_URL_H
#define RAMIE_SQL_PRIVATE_SQLITE_URL_H

#include <ramie/base.h>

enum { RA__SQLITE_PATH_BYTES_MAX = 500 }; // SQLite's own limit is 512, and -journal is put behind

typedef enum { RA__SQLITE_CREATE, RA__SQLITE_READ_WRITE, RA__SQLITE_READ_ONLY } ra__sqlite_mode;
typedef struct {
    char path[RA__SQLITE_PATH_BYTES_MAX + 1];
    bool in_memory;
    ra__sqlite_mode mode;
    bool is_full; // synchronous
    int64_t busy_timeout_ns, max_bytes, cache_bytes;
} ra__sqlite_url;

/// `address`: the URL behind "sqlite:". RA_ERR_INVALID with a message: no path, unknown option,
/// value out of range.
RA_MUST_USE ra_status ra__sqlite_url_parse(ra__sqlite_url *out, ra_str address, ra_buf *message);

#endif
