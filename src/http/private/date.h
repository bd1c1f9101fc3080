// SPDX-License-Identifier: MIT OR Apache-2.0
// date: "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", made once a second (RFC 9110 5.6.7, 6.6.1).
#ifndef RAMIE_HTTP_DATE_H
#define RAMIE_HTTP_DATE_H

#include "fiber/runtime.h"

enum { RA__DATE_LINE_BYTES = 37 };

/// One a shard; zeroed is ready.
typedef struct {
    char line[RA__DATE_LINE_BYTES];
    int64_t until_ns; // monotonic: when the wall clock's second is over
} ra__date;

/// The line as of now, good until the shard's next turn.
ra_str ra__date_line(ra__date *date, ra__shard *shard);
/// IMF-fixdate, 29 bytes.
void ra__date_print(char out[29], ra_time time);

#endif
