// SPDX-License-Identifier: MIT OR Apache-2.0
// route: one registered handler, made ready at start: plans, sources, chain of middleware, limits.
// Read-only afterwards.
#ifndef RAMIE_HTTP_ROUTE_H
#define RAMIE_HTTP_ROUTE_H

#include "base/fault.h"
#include "bind/plan.h"
#include "http/limits.h"
#include "private/router.h"
#include <ramie/http.h>

/// A member that comes from a header field.
typedef struct {
    uint32_t member; // index in the plan
    ra_str name;     // "Idempotency-Key", in any case
} ra__header_member;

typedef struct {
    ra__method method;
    ra_str path;       // "/items/{id}", with the prefix of its group
    const char *label; // "GET /items/{id}": in dumps and crash reports
    ra_any_fn fn;
    bool typed;
    bool builtin, quiet; // health: no middleware of the app; quiet: no line in the access log

    // ---- what a typed handler gets and gives; NULL: nothing
    const ra__plan *in, *out;
    int placeholder_members[RA__PATH_SEGMENTS_MAX]; // the member of each placeholder
    ra_str placeholders[RA__PATH_SEGMENTS_MAX];
    unsigned placeholder_count;
    ra__member_set from_path, from_query, from_header, from_body;
    ra__header_member *headers;
    unsigned header_count;
    bool takes_query, takes_body, body_required;

    // ---- options, with the defaults filled in
    int status;
    int64_t timeout_ns;
    uint64_t body_bytes_max;
    size_t stack_bytes; // 0: the runtime's
    bool cancel_on_close;
    bool unknown_refuse;
    bool cpu_heavy;
    ra_str produces, consumes; // raw; empty: not said

    ra_middleware_fn **chain; // outermost first
    unsigned chain_len;
} ra__route;

/// Everything that was registered, checked and ready. Memory: the arena of `top`.
typedef struct {
    ra__router *router;
    unsigned count;
} ra__route_table;

/// Check all routes under `top` and build the table. Every fault is added, each with its file and
/// line; with any, the table is not usable. RA_ERR_EXHAUSTED: no memory.
RA_MUST_USE ra_status ra__routes_seal(ra_routes *top, const ra__http_limits *limits,
                                      ra__route_table *out, ra__faults *faults);

#endif
