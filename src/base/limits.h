// SPDX-License-Identifier: MIT OR Apache-2.0
// limits: every limit has a name, a default and a place where it is documented; this is the place.
// The http limits are in src/http/limits.h, next to what they bound.
#ifndef RAMIE_BASE_LIMITS_H
#define RAMIE_BASE_LIMITS_H

enum {
    RA__REQUEST_ARENA_BYTES_MAX = 4 << 20, // past it: the reserve, then RA_ERR_EXHAUSTED (503)
    RA__PROBLEMS_MAX = 32,                 // field errors of one answer, then "truncated": true
    RA__JSON_DEPTH_MAX = 64,
    RA__SQL_ROWS_MAX = 1000, // of ra_sql_many, unless .rows_max
    RA__ERROR_MESSAGE_BYTES_MAX = 512,
};

#endif
