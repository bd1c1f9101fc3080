// SPDX-License-Identifier: MIT OR Apache-2.0
// shard: the server's part of one shard: its connections, its spare memory, its counters. Touched
// by that shard alone, but for what is atomic.
#ifndef RAMIE_HTTP_SHARD_H
#define RAMIE_HTTP_SHARD_H

#include "http/server.h"
#include "private/buffers.h"
#include "private/date.h"
#include "private/request_id.h"
#include "private/route.h"

typedef struct ra__conn ra__conn;

enum { RA__CACHE_LINE_BYTES = 64 };

typedef struct {
    ra__http *http;
    ra__shard *shard;
    const ra_ctx *ctx;      // what every request inherits
    ra__listener *listener; // NULL: closed
    ra__conn *connections_first;
    ra__conn *free; // records for the next connections
    unsigned free_count;
    ra__buffers buffers;
    ra__date date;
    ra__request_ids ids;
    ra__timer drain_timer;
    ra__msg accept_msg, drain_msg;
    bool holding; // connections are kept, not served yet

    // Read by the other shards, to balance and to tell.
    _Alignas(RA__CACHE_LINE_BYTES) _Atomic unsigned connections; // with those on their way here
    _Atomic uint64_t requests;
} ra__http_shard;

struct ra__http {
    ra__runtime *runtime;
    ra_routes *routes;
    ra__route_table table;
    ra__http_limits limits;
    unsigned connections_max;
    unsigned shard_count;
    ra__http_shard *shards;
    void *shards_memory; // of them, not yet aligned

    _Atomic bool draining;
    /// Listeners and connections that exist, and one for "not draining". At 0 the drain is over.
    _Atomic unsigned alive;
    int64_t drain_timeout_ns;
    void (*drained)(void *arg);
    void *drained_arg;
    ra__msg drained_msg;
};

/// One of what `alive` counts is gone. Any shard.
void ra__http_release(ra__http *http);

#endif
