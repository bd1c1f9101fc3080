// SPDX-License-Identifier: MIT OR Apache-2.0
// limits of http: every one has a name, a default and a status past it. `--help` of a service
// prints those it can set.
#ifndef RAMIE_HTTP_LIMITS_H
#define RAMIE_HTTP_LIMITS_H

#include <ramie/base.h>

typedef struct {
    uint32_t head_bytes_max;              // 16 KiB: request line and fields; 431
    uint32_t field_bytes_max;             // 8 KiB: one field line; 431
    uint32_t fields_max;                  // 100; 431
    uint32_t target_bytes_max;            // 8 KiB; 414
    uint32_t query_fields_max;            // 256; 422
    uint64_t body_bytes_max;              // 1 MiB, unless the route says so; 413
    uint32_t chunk_extension_bytes_max;   // 1 KiB a body; 400
    int64_t head_timeout_ns;              // 5 s from the first byte; 408
    int64_t body_grace_ns;                // 5 s, then
    uint32_t body_bytes_per_second_min;   // 500; 408
    int64_t handler_timeout_ns;           // 30 s, unless the route says so; 503
    int64_t write_grace_ns;               // 5 s, then
    uint32_t write_bytes_per_second_min;  // 500; reset
    int64_t write_stall_ns;               // 30 s without a byte taken; reset
    int64_t idle_timeout_ns;              // 65 s between requests; close
    uint32_t requests_per_connection_max; // 1,000; Connection: close
    uint32_t pipelined_max;               // 16 answers held back for one write
    uint32_t connections_max; // 0: descriptor limit less a reserve of 64; past it closed at accept
    uint32_t unread_body_bytes_max; // 64 KiB drained after an early answer, else close
    int64_t linger_timeout_ns;      // 2 s after a half-close
    uint32_t response_hold_bytes;   // 64 KiB of a raw answer before it is chunked
    uint64_t response_bytes_max;    // 64 MiB of a typed answer
} ra__http_limits;

/// The defaults above.
ra__http_limits ra__http_limits_default(void);

#endif
