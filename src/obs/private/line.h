// SPDX-License-Identifier: MIT OR Apache-2.0
// line: one log record as one line of text. A pure function: no clock, no lock, no memory of its
// own.
//
// Invariants. The result ends with exactly one '\n', holds no other line end, is valid UTF-8 and
// holds no control character (a terminal obeys those): whatever a client sent, it cannot forge a
// line or colour one. Limits. A line is at most RA__LINE_BYTES_MAX, which is PIPE_BUF: one write of
// it is whole on a pipe. A text value is cut after RA__LINE_VALUE_MAX bytes ("…"); a value that
// finds no room is left out and the line says `truncated`.
#ifndef RAMIE_OBS_PRIVATE_LINE_H
#define RAMIE_OBS_PRIVATE_LINE_H

#include <ramie/log.h>

enum { RA__LINE_BYTES_MAX = 4096, RA__LINE_VALUE_MAX = 1024 };

typedef enum { RA__LINE_JSON, RA__LINE_TEXT, RA__LINE_COLOR } ra__line_style;

typedef struct {
    ra_time time;
    ra_log_level level;
    const char *message;
    const ra_kv *values; // ended by RA_KV_END_; NULL: none
    const char *file;    // NULL: no source
    int line;
    ra_str id, route; // of the request; empty: none
} ra__record;

/// Writes into `out`; the number of bytes, the newline among them.
size_t ra__line_format(char out[RA__LINE_BYTES_MAX], ra__line_style style,
                       const ra__record *record);

#endif
