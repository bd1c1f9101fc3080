// SPDX-License-Identifier: MIT OR Apache-2.0
// server: routes made ready, a listener on every shard, drain. The seam is http/server.h.

#include "http/server.h"
#include "base/assert.h"
#include "base/heap.h"
#include "obs/log.h"
#include "private/connection.h"

enum { DESCRIPTORS_RESERVED = 64 };

// ---- making it

size_t ra__active_bytes(const ra__http_limits *limits)
{
    size_t needed =
        sizeof(ra__active) + limits->fields_max * sizeof(ra__field) + limits->head_bytes_max;
    return needed + RA__BODY_ROOM_MIN <= 32 << 10 ? 32 << 10 : 64 << 10;
}

static void check_limits(const ra__http_limits *limits, ra__faults *faults)
{
    size_t needed =
        sizeof(ra__active) + limits->fields_max * sizeof(ra__field) + limits->head_bytes_max;
    if (limits->fields_max > 4096 || limits->head_bytes_max > 64 << 10 ||
        needed + RA__BODY_ROOM_MIN > 64 << 10)
        ra__fault_add(faults, NULL, 0,
                      "http limits: head_bytes_max and fields_max do not fit into 64 KiB together");
    if (!limits->body_bytes_per_second_min || !limits->write_bytes_per_second_min)
        ra__fault_add(faults, NULL, 0, "http limits: a least rate of 0 bytes a second is no limit");
}

/// obs knows no requests: this tells it what a line of the log belongs to.
static void describe(const ra_ctx *ctx, ra_str *id, ra_str *route)
{
    const ra_request *req = ctx->slots[RA__SLOT_REQUEST];
    if (!req)
        return;
    *id = req->id;
    *route = ra_request_route(req);
}

static void shard_init(ra__http *http, unsigned index, const ra_ctx *ctx)
{
    ra__http_shard *shard = &http->shards[index];
    const ra__clock *clock = ra__runtime_clock(http->runtime);
    shard->http = http;
    shard->shard = ra__runtime_shard(http->runtime, index);
    shard->ctx = ctx;
    shard->ids.seed[0] = clock->random(clock->world);
    shard->ids.seed[1] = clock->random(clock->world);
    ra__shard_set_user(shard->shard, shard);
}

static unsigned connections_max(const ra__http_limits *limits)
{
    if (limits->connections_max)
        return limits->connections_max;
    uint64_t descriptors = ra__os_descriptor_max();
    uint64_t most = descriptors > 2 * DESCRIPTORS_RESERVED ? descriptors - DESCRIPTORS_RESERVED
                                                           : descriptors / 2;
    return most < INT32_MAX ? (unsigned)most : INT32_MAX;
}

static ra_status make_shards(ra__http *http, ra_ctx *const *ctxs, bool hold)
{
    http->shard_count = ra__runtime_shard_count(http->runtime);
    http->shards_memory = ra__heap_alloc_zeroed(http->shard_count + 1, sizeof(*http->shards));
    if (!http->shards_memory)
        return RA_ERR_EXHAUSTED;
    uintptr_t start = (uintptr_t)http->shards_memory + RA__CACHE_LINE_BYTES - 1;
    http->shards = (ra__http_shard *)(start & ~(uintptr_t)(RA__CACHE_LINE_BYTES - 1));
    for (unsigned i = 0; i < http->shard_count; i++) {
        shard_init(http, i, ctxs[i]);
        http->shards[i].holding = hold;
    }
    return RA_OK;
}

ra_status ra__http_new(ra__http **out, ra__runtime *runtime, ra_routes *routes, ra_ctx *const *ctxs,
                       const ra__http_opts *opts, ra__faults *faults)
{
    *out = NULL;
    check_limits(&opts->limits, faults);
    ra__http *http = ra__heap_alloc_zeroed(1, sizeof(*http));
    if (!http)
        return RA_ERR_EXHAUSTED;
    http->runtime = runtime;
    http->limits = opts->limits;
    http->connections_max = connections_max(&opts->limits);
    atomic_init(&http->alive, 1);
    ra_status status = ra__routes_seal(routes, &http->limits, &http->table, faults);
    if (status == RA_OK)
        status = make_shards(http, ctxs, opts->hold);
    if (status != RA_OK) {
        ra__http_free(http);
        return status;
    }
    ra__log_set_describe(describe);
    *out = http;
    return RA_OK;
}

void ra__http_free(ra__http *http)
{
    if (!http)
        return;
    for (unsigned i = 0; http->shards && i < http->shard_count; i++) {
        ra__http_shard *shard = &http->shards[i];
        ra__listener_close(shard->listener);
        if (ra__timer_armed(&shard->drain_timer))
            ra__timer_disarm(shard->shard, &shard->drain_timer);
        ra__conn_records_free(shard);
        ra__buffers_deinit(&shard->buffers);
        ra__shard_set_user(shard->shard, NULL);
    }
    ra__router_free(http->table.router);
    ra__heap_free(http->shards_memory);
    ra__heap_free(http);
}

// ---- listening

static void accepted(void *arg, ra__raw raw, const ra__addr *peer)
{
    ra__conn_accepted(arg, raw, peer);
}

ra_status ra__http_listen(ra__http *http, ra__addr *addr)
{
    for (unsigned i = 0; i < http->shard_count; i++) {
        ra__http_shard *shard = &http->shards[i];
        ra__listen_opts opts = {.accepted = accepted, .arg = shard};
        RA_TRY(ra__listen(shard->shard, addr, i == 0, &opts, &shard->listener));
        atomic_fetch_add_explicit(&http->alive, 1, memory_order_relaxed);
    }
    return RA_OK;
}

// ---- draining

static void on_drained(ra__msg *msg)
{
    ra__http *http = (ra__http *)((char *)msg - offsetof(ra__http, drained_msg));
    if (http->drained)
        http->drained(http->drained_arg);
}

void ra__http_release(ra__http *http)
{
    if (atomic_fetch_sub_explicit(&http->alive, 1, memory_order_acq_rel) > 1)
        return;
    http->drained_msg.fn = on_drained;
    ra__shard_post(http->shards[0].shard, &http->drained_msg);
}

static void each_connection(ra__http_shard *shard, void (*fn)(ra__conn *conn))
{
    for (ra__conn *conn = shard->connections_first, *next; conn; conn = next) {
        next = conn->next;
        fn(conn);
    }
}

static void on_accept(ra__msg *msg)
{
    ra__http_shard *shard = (ra__http_shard *)((char *)msg - offsetof(ra__http_shard, accept_msg));
    shard->holding = false;
    each_connection(shard, ra__conn_begin);
}

void ra__http_accept(ra__http *http)
{
    for (unsigned i = 0; i < http->shard_count; i++) {
        http->shards[i].accept_msg.fn = on_accept;
        ra__shard_post(http->shards[i].shard, &http->shards[i].accept_msg);
    }
}

static void on_drain_timeout(ra__timer *timer)
{
    ra__http_shard *shard =
        (ra__http_shard *)((char *)timer - offsetof(ra__http_shard, drain_timer));
    each_connection(shard, ra__conn_kill);
}

/// On each shard. Whoever the kernel has welcomed is served; then nobody is welcomed any more.
static void on_drain(ra__msg *msg)
{
    ra__http_shard *shard = (ra__http_shard *)((char *)msg - offsetof(ra__http_shard, drain_msg));
    if (shard->listener) {
        ra__listener_drain(shard->listener);
        ra__listener_close(shard->listener);
        shard->listener = NULL;
        ra__http_release(shard->http);
    }
    each_connection(shard, ra__conn_drain);
    shard->drain_timer.fn = on_drain_timeout;
    ra__timer_arm(shard->shard, &shard->drain_timer,
                  ra__shard_now_ns(shard->shard) + shard->http->drain_timeout_ns);
    if (shard == shard->http->shards)
        ra__http_release(shard->http); // the one for "not draining"
}

void ra__http_drain(ra__http *http, int64_t timeout_ns, void (*drained)(void *arg), void *arg)
{
    if (atomic_exchange(&http->draining, true))
        return;
    http->drain_timeout_ns = timeout_ns;
    http->drained = drained;
    http->drained_arg = arg;
    for (unsigned i = 0; i < http->shard_count; i++) {
        http->shards[i].drain_msg.fn = on_drain;
        ra__shard_post(http->shards[i].shard, &http->shards[i].drain_msg);
    }
}

// ---- telling

unsigned ra__http_connections(const ra__http *http)
{
    unsigned total = 0;
    for (unsigned i = 0; i < http->shard_count; i++)
        total += atomic_load_explicit(&http->shards[i].connections, memory_order_relaxed);
    return total;
}

bool ra__http_draining(const ra__http *http)
{
    return atomic_load_explicit(&http->draining, memory_order_relaxed);
}

uint64_t ra__http_requests(const ra__http *http, unsigned shard_index)
{
    return atomic_load_explicit(&http->shards[shard_index].requests, memory_order_relaxed);
}
