// SPDX-License-Identifier: MIT OR Apache-2.0
// server: what app needs of http: routes made ready, a listener on every shard, drain.
#ifndef RAMIE_HTTP_SERVER_H
#define RAMIE_HTTP_SERVER_H

#include "base/fault.h"
#include "http/limits.h"
#include "io/net.h"
#include <ramie/http.h>

/// The top of a tree of routes; ra_app_routes gives it.
ra_routes *ra__routes_new(void); // NULL: no memory
void ra__routes_free(ra_routes *top);
/// A built-in route (health): raw, outside the app's middleware and its access log when `quiet`.
void ra__routes_builtin(ra_routes *top, const char *method, const char *path, ra_raw_fn *fn,
                        bool quiet);

typedef struct ra__http ra__http;
typedef struct {
    ra__http_limits limits;
    const char *server_name; // for dumps
    bool hold; // listen, but serve nobody before ra__http_accept: start-up hooks run first
} ra__http_opts;

/// Check and compile the routes (faults: conflicts, path members, options not built yet, with file
/// and line), then make the server. `ctxs`: per shard the ctx whose slots every request inherits
/// (app, db); borrowed until free. With faults added: RA_ERR_INVALID. RA_ERR_EXHAUSTED.
RA_MUST_USE ra_status ra__http_new(ra__http **out, ra__runtime *runtime, ra_routes *routes,
                                   ra_ctx *const *ctxs, const ra__http_opts *opts,
                                   ra__faults *faults);
/// A listener on every shard (not the extras). addr's port 0 is filled in. Before the threads
/// start, or in the simulation.
RA_MUST_USE ra_status ra__http_listen(ra__http *http, ra__addr *addr);
/// With opts.hold: start-up is done, serve those who have connected meanwhile. Any thread, once.
void ra__http_accept(ra__http *http);
/// Begin the drain: answers say `Connection: close`, idle connections close, listeners close once
/// their backlog is answered; after `timeout_ns` what is left is cancelled. `drained` is called
/// once, on shard 0's loop, when the last connection is gone. Any thread. A second call is nothing.
void ra__http_drain(ra__http *http, int64_t timeout_ns, void (*drained)(void *arg), void *arg);
/// When the shards have ended.
void ra__http_free(ra__http *http);
unsigned ra__http_connections(const ra__http *http);
bool ra__http_draining(const ra__http *http);
/// Requests answered by one shard (for the balance test and /readyz?verbose).
uint64_t ra__http_requests(const ra__http *http, unsigned shard_index);

#endif
