// SPDX-License-Identifier: MIT OR Apache-2.0
// connection: the life of one, but for the requests on it: where it lives, resting, waking,
// lingering, the end.

#include "private/connection.h"
#include "base/heap.h"
#include "private/output.h"

enum {
    RECORDS_KEPT_MAX = 1024, // free ones, a shard
    DRAIN_QUIET_NS =
        1000000000, // while draining: so long without a byte, then an idle connection is closed
    DISCARD_BYTES = 16 << 10,
    DISCARDS_MAX = 16 // reads of a lingering connection in one turn
};

static void go_idle(ra__conn *conn);
static void on_readable(void *conn);

static int64_t now_ns(const ra__conn *conn)
{
    return ra__shard_now_ns(conn->shard->shard);
}

// ---- records

static ra__conn *record_take(ra__http_shard *shard)
{
    ra__conn *conn = shard->free;
    if (!conn)
        return ra__heap_alloc_zeroed(1, sizeof(*conn));
    shard->free = conn->next;
    shard->free_count--;
    *conn = (ra__conn){0};
    return conn;
}

static void record_give(ra__http_shard *shard, ra__conn *conn)
{
    if (shard->free_count == RECORDS_KEPT_MAX) {
        ra__heap_free(conn);
        return;
    }
    conn->next = shard->free;
    shard->free = conn;
    shard->free_count++;
}

void ra__conn_records_free(ra__http_shard *shard)
{
    while (shard->free) {
        ra__conn *conn = shard->free;
        shard->free = conn->next;
        ra__heap_free(conn);
    }
}

static void link_in(ra__conn *conn)
{
    conn->next = conn->shard->connections_first;
    if (conn->next)
        conn->next->prev = conn;
    conn->shard->connections_first = conn;
}

static void link_out(ra__conn *conn)
{
    if (conn->next)
        conn->next->prev = conn->prev;
    *(conn->prev ? &conn->prev->next : &conn->shard->connections_first) = conn->next;
    conn->next = conn->prev = NULL;
}

/// The record and what it counted for.
static void forget(ra__conn *conn)
{
    ra__http_shard *shard = conn->shard;
    atomic_fetch_sub_explicit(&shard->connections, 1, memory_order_relaxed);
    record_give(shard, conn);
    ra__http_release(shard->http);
}

void ra__conn_close(ra__conn *conn, bool reset)
{
    if (ra__timer_armed(&conn->timer))
        ra__timer_disarm(conn->shard->shard, &conn->timer);
    ra__output_deinit(conn);
    ra__sock_on_hangup(conn->sock, NULL, NULL);
    ra__sock_unwatch(conn->sock);
    ra__sock_close(conn->sock, reset);
    link_out(conn);
    forget(conn);
}

// ---- in

/// On the shard that is to serve it.
static void adopt(ra__conn *conn)
{
    conn->sock = ra__sock_adopt(conn->shard->shard, conn->raw);
    if (!conn->sock) {
        forget(conn);
        return;
    }
    link_in(conn);
    if (!conn->shard->holding)
        ra__conn_begin(conn);
    else if (ra__http_draining(conn->shard->http))
        ra__conn_close(conn, false); // the start has failed: nobody will be served
}

void ra__conn_begin(ra__conn *conn)
{
    ra__sock_on_hangup(conn->sock, ra__conn_gone, conn);
    go_idle(conn);
}

static void arrived(ra__msg *msg)
{
    adopt((ra__conn *)((char *)msg - offsetof(ra__conn, moving)));
}

/// This shard, or the one with the fewest connections, if this one has clearly more.
static ra__http_shard *least_loaded(ra__http_shard *own)
{
    const ra__http *http = own->http;
    ra__http_shard *least = own;
    unsigned own_load = atomic_load_explicit(&own->connections, memory_order_relaxed),
             least_load = own_load;
    for (unsigned i = 0; i < http->shard_count; i++) {
        unsigned load = atomic_load_explicit(&http->shards[i].connections, memory_order_relaxed);
        if (load < least_load) {
            least = &http->shards[i];
            least_load = load;
        }
    }
    return own_load > least_load + least_load / 8 + 1 ? least : own;
}

void ra__conn_accepted(ra__http_shard *shard, ra__raw raw, const ra__addr *peer)
{
    ra__http *http = shard->http;
    unsigned alive = atomic_fetch_add_explicit(&http->alive, 1, memory_order_relaxed);
    ra__conn *conn =
        alive >= http->connections_max + http->shard_count + 1 ? NULL : record_take(shard);
    if (!conn) {
        ra__raw_close(http->runtime, raw);
        ra__http_release(http);
        return;
    }
    conn->shard = least_loaded(shard);
    conn->raw = raw;
    conn->peer_len = (uint8_t)ra__addr_print(conn->peer, peer);
    atomic_fetch_add_explicit(&conn->shard->connections, 1, memory_order_relaxed);
    if (conn->shard == shard) {
        adopt(conn);
        return;
    }
    conn->moving.fn = arrived;
    ra__shard_post(conn->shard->shard, &conn->moving);
}

// ---- resting and waking

/// Start a fiber for what has come. false: no memory.
static bool start_fiber(ra__conn *conn);

static void wake(ra__conn *conn)
{
    ra__http_shard *shard = conn->shard;
    const ra__http_limits *limits = &shard->http->limits;
    size_t head_bytes = sizeof(ra__active) + limits->fields_max * sizeof(ra__field), usable = 0;
    ra__active *active =
        ra__block_take(ra__shard_blocks(shard->shard), ra__active_bytes(limits), &usable);
    if (!active) {
        ra__conn_close(conn, true);
        return;
    }
    active->conn = conn;
    active->leave_timer = (ra__timer){0};
    active->parsed = active->reading = false;
    active->request.running = false;
    active->buf = (char *)active + head_bytes;
    active->cap = (uint32_t)(usable - head_bytes);
    active->from = active->to = active->body_at = 0;
    conn->active = active;
    conn->phase = RA__CONN_ACTIVE;
    conn->stack_bytes = 0;
    conn->users = 1;
    if (start_fiber(conn))
        return;
    ra__block_give(ra__shard_blocks(shard->shard), active);
    ra__conn_close(conn, true);
}

/// Throw away what a client still sends, so that it can read the answer before it sees a reset (RFC
/// 9112 9.6).
static void discard(ra__conn *conn)
{
    ra__block_pool *pool = ra__shard_blocks(conn->shard->shard);
    size_t usable = 0, got = 1;
    void *scratch = ra__block_take(pool, DISCARD_BYTES, &usable);
    ra_status status = scratch ? RA_OK : RA_ERR_EXHAUSTED;
    for (unsigned i = 0; i < DISCARDS_MAX && status == RA_OK && got > 0; i++)
        status = ra__sock_try_read(conn->sock, scratch, usable, &got);
    if (scratch)
        ra__block_give(pool, scratch);
    bool waits = (status == RA_OK && got > 0) || status == RA_ERR_BUSY;
    if (waits)
        ra__sock_watch(conn->sock, on_readable, conn);
    else
        ra__conn_close(conn, false);
}

static void on_readable(void *arg)
{
    ra__conn *conn = arg;
    if (conn->phase == RA__CONN_IDLE) {
        wake(conn);
        return;
    }
    discard(conn);
}

static int64_t idle_until(const ra__conn *conn)
{
    const ra__http *http = conn->shard->http;
    return conn->idle_since_ns +
           (ra__http_draining(http) ? DRAIN_QUIET_NS : http->limits.idle_timeout_ns);
}

/// The idle timer is not touched at each request: it looks, when it fires, how long the connection
/// has rested.
static void on_timer(ra__timer *timer)
{
    ra__conn *conn = (ra__conn *)((char *)timer - offsetof(ra__conn, timer));
    int64_t until_ns = conn->phase == RA__CONN_ACTIVE
                           ? now_ns(conn) + conn->shard->http->limits.idle_timeout_ns
                           : idle_until(conn);
    if (conn->phase == RA__CONN_LINGERING || until_ns <= now_ns(conn))
        ra__conn_close(conn, false);
    else
        ra__timer_arm(conn->shard->shard, timer, until_ns);
}

static void arm_by(ra__conn *conn, int64_t at_ns)
{
    if (ra__timer_armed(&conn->timer) && conn->timer.at_ns <= at_ns)
        return;
    conn->timer.fn = on_timer;
    ra__timer_arm(conn->shard->shard, &conn->timer, at_ns);
}

static void go_idle(ra__conn *conn)
{
    conn->phase = RA__CONN_IDLE;
    conn->idle_since_ns = now_ns(conn);
    arm_by(conn, idle_until(conn));
    ra__sock_watch(conn->sock, on_readable, conn);
}

static void linger(ra__conn *conn)
{
    conn->phase = RA__CONN_LINGERING;
    ra__sock_shutdown(conn->sock);
    if (conn->eof) {
        ra__conn_close(conn, false);
        return;
    }
    arm_by(conn, now_ns(conn) + conn->shard->http->limits.linger_timeout_ns);
    ra__sock_watch(conn->sock, on_readable, conn);
}

// ---- fibers

/// The last fiber is gone: what now?
static void settle(ra__conn *conn)
{
    ra__block_give(ra__shard_blocks(conn->shard->shard), conn->active);
    conn->active = NULL;
    bool broken = conn->broken || conn->killed;
    if (broken || conn->then == RA__THEN_CLOSE || conn->then == RA__THEN_RESET)
        ra__conn_close(conn, conn->then == RA__THEN_RESET);
    else if (conn->then == RA__THEN_LINGER)
        linger(conn);
    else
        go_idle(conn);
}

void ra__conn_release(ra__conn *conn)
{
    if (--conn->users == 0)
        settle(conn);
}

static void served(ra_ctx *ctx, void *arg, ra_status status)
{
    (void)ctx, (void)status;
    ra__conn *conn = arg;
    conn->fiber = NULL;
    if (conn->then == RA__THEN_HAND_OVER) {
        if (start_fiber(conn))
            return;
        conn->then = RA__THEN_RESET; // no memory for that stack
    }
    ra__conn_release(conn);
}

static bool start_fiber(ra__conn *conn)
{
    ra__spawn_opts opts = {
        .name = "http connection",
        .inherit = conn->shard->ctx,
        .stack_bytes = conn->stack_bytes,
        .ended = served,
    };
    conn->fiber = ra__spawn(conn->shard->shard, ra__conn_serve, conn, &opts);
    return conn->fiber != NULL;
}

// ---- drain

void ra__conn_drain(ra__conn *conn)
{
    if (conn->phase == RA__CONN_MOVING) { // held: the service never came to serve
        ra__conn_close(conn, false);
        return;
    }
    if (conn->phase != RA__CONN_IDLE)
        return;
    int64_t until_ns = idle_until(conn), now = now_ns(conn);
    arm_by(conn, until_ns > now ? until_ns : now);
}

void ra__conn_kill(ra__conn *conn)
{
    conn->killed = true;
    if (conn->phase != RA__CONN_ACTIVE) {
        ra__conn_close(conn, false);
        return;
    }
    if (conn->out.flusher)
        ra__fiber_cancel(conn->out.flusher, RA_ERR_CANCELED);
    if (conn->fiber)
        ra__fiber_cancel(conn->fiber, RA_ERR_CANCELED);
}
