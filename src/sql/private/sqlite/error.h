// SPDX-License-Identifier: MIT OR Apache-2.0
// error: SQLite's result codes as statuses, its messages as details.
#ifndef RAMIE_SQL_PRIVATE_SQLITE_ERROR_H
#define RAMIE_SQL_PRIVATE_SQLITE_ERROR_H

#include "private/detail.h"
#include <sqlite3.h>

/// The status of an extended result code. SQLITE_INTERRUPT is the caller's: it knows why it
/// interrupted.
ra_status ra__sqlite_status(int extended_code);

/// The status of what just failed on `handle`; SQLite's own words go into the detail, and for a
/// broken constraint a message that a client may read: columns are named, nothing else. Call before
/// anything else happens on `handle`.
ra_status ra__sqlite_error(sqlite3 *handle, ra__sql_detail *detail);

#endif
