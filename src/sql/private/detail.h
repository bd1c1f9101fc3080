// SPDX-License-Identifier: MIT OR Apache-2.0
// detail: what went wrong, in words for whoever writes the program: the log gets it, a client never
// does.
//
// SQL text, names of tables and messages of the engine would tell strangers how the database looks.
// So they never go into the ctx, whose message an HTTP answer may show.
#ifndef RAMIE_SQL_PRIVATE_DETAIL_H
#define RAMIE_SQL_PRIVATE_DETAIL_H

#include <ramie/fiber.h>

enum { RA__SQL_DETAIL_BYTES_MAX = 240, RA__SQL_PUBLIC_BYTES_MAX = 120 };
typedef struct {
    char text[RA__SQL_DETAIL_BYTES_MAX]; // NUL-terminated, cut when too long; empty: nothing to say
    char public_text
        [RA__SQL_PUBLIC_BYTES_MAX]; // what a client may read; empty: the status says it all
} ra__sql_detail;

/// Write `text`, return `status`.
RA_PRINTF(3, 4)
ra_status ra__sql_detail_set(ra__sql_detail *detail, ra_status status, const char *format, ...);

/// `status` is about to be returned for the statement `sql` (NULL: none): the ctx's message becomes
/// the public text, or nothing (an earlier error's is forgotten), and what is the program's or the
/// database's fault (5xx) is logged. Returns `status`.
ra_status ra__sql_report(ra_ctx *ctx, ra_status status, const char *sql,
                         const ra__sql_detail *detail);
/// Only the log: for what goes wrong beside an error that is returned already.
void ra__sql_log(ra_status status, const char *sql, const ra__sql_detail *detail);

#endif
