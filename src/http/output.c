// SPDX-License-Identifier: MIT OR Apache-2.0
#include "private/output.h"
#include "fiber/wait.h"

enum { KILLED_WRITE_NS = 1000000000 }; // once the drain's time is over

ra_buf *ra__output_pending(ra__conn *conn)
{
    if (!conn->out.pending)
        conn->out.pending = ra__buffer_take(&conn->shard->buffers, SIZE_MAX);
    return conn->out.pending ? &conn->out.pending->buf : NULL;
}

/// When this write has to have made progress.
static int64_t write_deadline(const ra__conn *conn, int64_t start_ns, int64_t last_ns, size_t done)
{
    const ra__http_limits *limits = &conn->shard->http->limits;
    int64_t earned_ns = (int64_t)(done / limits->write_bytes_per_second_min) * RA_SECONDS(1);
    int64_t by_rate_ns = start_ns + limits->write_grace_ns + earned_ns;
    int64_t by_stall_ns = last_ns + limits->write_stall_ns;
    int64_t deadline_ns = by_rate_ns < by_stall_ns ? by_rate_ns : by_stall_ns;
    int64_t killed_ns = last_ns + KILLED_WRITE_NS;
    return conn->killed && killed_ns < deadline_ns ? killed_ns : deadline_ns;
}

static ra_status write_all(ra_ctx *ctx, ra__conn *conn, ra_str bytes)
{
    int64_t start_ns = ra__shard_now_ns(conn->shard->shard), last_ns = start_ns;
    for (size_t done = 0; done < bytes.len;) {
        size_t sent = 0;
        int64_t outer_ns = ra__ctx_tighten(ctx, write_deadline(conn, start_ns, last_ns, done));
        ra_status status =
            ra__sock_write(ctx, conn->sock, bytes.ptr + done, bytes.len - done, &sent);
        ra__ctx_restore(ctx, outer_ns);
        if (status != RA_OK) {
            conn->broken = true; // half an answer may be out: nothing can follow it
            return status;
        }
        done += sent;
        last_ns = ra__shard_now_ns(conn->shard->shard);
    }
    return RA_OK;
}

/// Wait until nobody writes, then be the one who does.
static ra_status begin_write(ra_ctx *ctx, ra__conn *conn)
{
    while (conn->out.busy) {
        if (conn->out.waiter)
            return RA_ERR_BUSY;
        RA_TRY(ra__ctx_may_suspend(ctx));
        ra__wait wait;
        ra__wait_init(&wait, ctx, "http write", conn);
        conn->out.waiter = &wait;
        ra_status status = ra__wait_park(ctx, &wait);
        conn->out.waiter = NULL;
        RA_TRY(status);
    }
    if (conn->broken)
        return RA_ERR_CLOSED;
    RA_TRY(ra__ctx_may_suspend(ctx));
    conn->out.busy = true;
    return RA_OK;
}

static void end_write(ra__conn *conn)
{
    conn->out.busy = false;
    ra__wait *waiter = conn->out.waiter;
    conn->out.waiter = NULL;
    if (waiter && ra__wait_claim(waiter))
        ra__wait_wake(waiter, RA_OK);
}

static ra_status write_pending(ra_ctx *ctx, ra__conn *conn)
{
    ra__buffer *pending = conn->out.pending;
    if (!pending)
        return RA_OK;
    conn->out.pending = NULL; // others may append to a new one meanwhile
    conn->out.answers = 0;
    ra_status status = write_all(ctx, conn, ra_buf_str(&pending->buf));
    ra__buffer_give(&conn->shard->buffers, pending);
    return status;
}

ra_status ra__output_flush(ra_ctx *ctx, ra__conn *conn)
{
    return ra__output_send(ctx, conn, (ra_str){NULL, 0});
}

ra_status ra__output_send(ra_ctx *ctx, ra__conn *conn, ra_str bytes)
{
    if (!conn->out.pending && !conn->out.busy && bytes.len == 0)
        return conn->broken ? RA_ERR_CLOSED : RA_OK;
    RA_TRY(begin_write(ctx, conn));
    ra_status status = write_pending(ctx, conn);
    if (status == RA_OK && bytes.len > 0)
        status = write_all(ctx, conn, bytes);
    end_write(conn);
    return status;
}

// ---- meanwhile

static ra_status flush_meanwhile(ra_ctx *ctx, void *arg)
{
    ra__conn *conn = arg;
    return conn->out.busy || conn->broken ? RA_OK : ra__output_flush(ctx, conn);
}

static void flushed(ra_ctx *ctx, void *arg, ra_status status)
{
    (void)ctx, (void)status; // a failed write has marked the connection
    ra__conn *conn = arg;
    conn->out.flusher = NULL;
    ra__conn_release(conn);
}

void ra__output_flush_meanwhile(ra__conn *conn)
{
    if (!conn->out.pending || conn->out.flusher)
        return;
    ra__spawn_opts opts = {.name = "http flush", .inherit = conn->shard->ctx, .ended = flushed};
    conn->out.flusher = ra__spawn(conn->shard->shard, flush_meanwhile, conn, &opts);
    conn->users +=
        conn->out.flusher != NULL; // no memory for a stack: the answers wait for this one
}

void ra__output_deinit(ra__conn *conn)
{
    ra__buffer_give(&conn->shard->buffers, conn->out.pending);
    conn->out = (ra__output){0};
}
