// SPDX-License-Identifier: MIT OR Apache-2.0
// routes: what the program registers, as it registers it. Checked later, all at once (seal.c).
#ifndef RAMIE_HTTP_ROUTES_H
#define RAMIE_HTTP_ROUTES_H

#include <ramie/http.h>

typedef struct ra__registered ra__registered;
struct ra__registered {
    ra_route route; // route.path with the group's prefix
    ra_route_opts opts;
    ra_routes *group;
    bool builtin, quiet;
    ra__registered *next; // in the order of registration
};

typedef struct ra__middleware ra__middleware;
struct ra__middleware {
    ra_middleware_fn *fn;
    ra__middleware *next;
};

/// A group. The top holds what all share.
struct ra_routes {
    ra_routes *top, *parent;
    const char *prefix; // from the top on; "" of the top
    ra__middleware *middleware, **middleware_end;

    // ---- of the top only
    ra_arena *arena;
    ra__registered *first, **end;
    bool exhausted; // memory ran out while registering
};

#endif
