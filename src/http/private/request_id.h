// SPDX-License-Identifier: MIT OR Apache-2.0
// request_id: 32 hexadecimal digits, unlike any other's; the form of a trace id (W3C Trace Context
// 3.2.2.3).
#ifndef RAMIE_HTTP_REQUEST_ID_H
#define RAMIE_HTTP_REQUEST_ID_H

#include <ramie/base.h>

enum { RA__REQUEST_ID_BYTES = 32, RA__REQUEST_ID_GIVEN_MAX = 64 };

/// One a shard. Unique, not secret: a counter, mixed.
typedef struct {
    uint64_t seed[2]; // random, drawn once
    uint64_t count;
} ra__request_ids;

void ra__request_id_next(ra__request_ids *ids, char out[RA__REQUEST_ID_BYTES]);
/// May a client's X-Request-Id be taken over? 1 to 64 letters, digits, "-", "_", ".": nothing that
/// a log or an answer would have to escape.
bool ra__request_id_good(ra_str given);

#endif
