// SPDX-License-Identifier: MIT OR Apache-2.0
// router: from method and path to what was registered for it. A tree of segments.
//
//   /items/new      literal     before
//   /items/{id}     one segment, not empty, before
//   /files/{path...}  the rest, perhaps empty; last only
//
// Segment by segment, left to right, going back where the way on fails: what matches does not
// depend on the order of registration. Paths are split at raw "/" and decoded once; %2F is data of
// one segment. A tree is built at start and read-only afterwards. A look-up visits each node at
// most once and takes no memory.
#ifndef RAMIE_HTTP_ROUTER_H
#define RAMIE_HTTP_ROUTER_H

#include "private/method.h"

enum {
    RA__PATH_SEGMENTS_MAX = 32, // of a route; also its placeholders
    RA__LITERAL_BYTES_MAX = 255
};

typedef struct ra__router ra__router;

ra__router *ra__router_new(void); // NULL: no memory
void ra__router_free(ra__router *router);

/// What is wrong with the path of a route, in words; NULL: nothing. Static.
const char *ra__route_path_check(ra_str path);
/// The placeholders of a checked path, in order: "id", "path" (of "{path...}"). The number; `names`
/// has room for RA__PATH_SEGMENTS_MAX.
unsigned ra__route_path_names(ra_str path, ra_str *names);

/// `path` has been checked and is borrowed as long as the router lives. RA_ERR_CONFLICT: *taken_by
/// has the method and a path of the same shape. RA_ERR_EXHAUSTED.
RA_MUST_USE ra_status ra__router_add(ra__router *router, ra__method method, ra_str path,
                                     void *value, void **taken_by);

typedef struct {
    void *value;    // NULL: nothing answers this method here
    unsigned allow; // bit 1 << method: methods of all that matches the path; 0: nothing does (404)
    unsigned count;
    ra_str captures[RA__PATH_SEGMENTS_MAX]; // raw, in the order of the placeholders
} ra__found;

/// HEAD falls back to GET at the same place. `raw_path` has passed ra__path_check.
void ra__router_find(const ra__router *router, ra__method method, ra_str raw_path,
                     ra__found *found);
/// "GET, HEAD, OPTIONS": what `allow` means to a client, with what is derived. `out` has room for
/// 64 bytes.
size_t ra__allow_print(char out[64], unsigned allow);

#endif
