// SPDX-License-Identifier: MIT OR Apache-2.0
// serve: the fiber of an active connection: read a head, have it answered, again; until nothing is
// buffered.

#include "private/output.h"

enum { GATHERED_BYTES_MAX = 16 << 10 };

/// An empty line in front of a request is no request: it is taken away, and not forgotten.
static void skip_blank(ra__conn *conn)
{
    ra__active *active = conn->active;
    ra__head *head = &active->request.head;
    if (!ra__head_only_blank(head))
        return;
    active->from += head->at;
    conn->blank_seen = true;
    ra__head_init(head, head->limits, active->fields);
    ra__head_set_blank_seen(head);
}

/// Room behind what is buffered; what was taken is not needed any more.
static void make_room(ra__active *active)
{
    if (active->from == 0)
        return;
    memmove(active->buf, active->buf + active->from, active->to - active->from);
    active->to -= active->from;
    active->from = 0;
}

static ra_status read_more(ra_ctx *ctx, ra__conn *conn, int64_t deadline_ns)
{
    ra__active *active = conn->active;
    size_t got = 0;
    make_room(active);
    int64_t outer_ns = ra__ctx_tighten(ctx, deadline_ns);
    active->reading = true;
    ra_status status =
        ra__sock_read(ctx, conn->sock, active->buf + active->to, active->cap - active->to, &got);
    active->reading = false;
    ra__ctx_restore(ctx, outer_ns);
    if (status != RA_OK)
        return status;
    conn->eof = got == 0;
    active->to += (uint32_t)got;
    return RA_OK;
}

/// What woke the connection; perhaps nothing, after all.
static void read_first(ra__conn *conn)
{
    ra__active *active = conn->active;
    size_t got = 0;
    ra_status status = ra__sock_try_read(conn->sock, active->buf, active->cap, &got);
    if (status == RA_OK) {
        conn->eof = got == 0;
        active->to = (uint32_t)got;
    }
    conn->broken |= status != RA_OK && status != RA_ERR_BUSY;
}

/// More of a head that has begun. false: *then says what follows.
static bool wait_for_head(ra_ctx *ctx, ra__conn *conn, int64_t deadline_ns, ra__then *then)
{
    if (conn->eof) {
        *then = ra__exchange_refuse(ctx, conn, 400, "the head ended early");
        return false;
    }
    if (ra__output_flush(ctx, conn) != RA_OK) {
        *then = RA__THEN_CLOSE;
        return false;
    }
    ra_status status = read_more(ctx, conn, deadline_ns);
    if (status == RA_OK)
        return true;
    *then = status == RA_ERR_TIMEOUT
                ? ra__exchange_refuse(ctx, conn, 408, "the head came too slowly")
                : RA__THEN_CLOSE;
    return false;
}

/// A head is complete: keep it and leave room for its body behind it.
static void head_complete(ra__active *active)
{
    const ra__head *head = &active->request.head;
    bool body = head->chunked || head->length > active->to - active->from - head->at;
    if (body && active->cap - active->from - head->at < active->cap / 2)
        make_room(active);
    active->from += head->at;
    active->body_at = active->from;
    active->conn->blank_seen = false;
}

/// false: *then says what follows; RA__THEN_IDLE: nothing has come.
static bool read_head(ra_ctx *ctx, ra__conn *conn, ra__then *then)
{
    ra__active *active = conn->active;
    ra__head *head = &active->request.head;
    const ra__http_limits *limits = &conn->shard->http->limits;
    int64_t deadline_ns = ra__shard_now_ns(conn->shard->shard) + limits->head_timeout_ns;
    ra__head_init(head, limits, active->fields);
    if (conn->blank_seen)
        ra__head_set_blank_seen(head);
    for (;;) {
        ra__parse verdict =
            ra__head_feed(head, active->buf + active->from, active->to - active->from);
        if (verdict == RA__PARSE_DONE) {
            head_complete(active);
            return true;
        }
        if (verdict == RA__PARSE_BAD) {
            *then = ra__exchange_refuse(ctx, conn, head->status, head->why);
            return false;
        }
        skip_blank(conn);
        if (active->from == active->to) {
            *then = RA__THEN_IDLE;
            return false;
        }
        if (!wait_for_head(ctx, conn, deadline_ns, then))
            return false;
    }
}

/// Answers are gathered while more requests are buffered, up to a limit.
static bool gathered_enough(const ra__conn *conn)
{
    const ra__output *out = &conn->out;
    return out->pending && (out->pending->buf.len >= GATHERED_BYTES_MAX ||
                            out->answers >= conn->shard->http->limits.pipelined_max);
}

static ra__then serve(ra_ctx *ctx, ra__conn *conn)
{
    ra__active *active = conn->active;
    for (;;) {
        ra__then then;
        if (!active->parsed && !read_head(ctx, conn, &then))
            return then;
        active->parsed = false;
        then = ra__exchange(ctx, conn);
        active->parsed = then == RA__THEN_HAND_OVER;
        if (then != RA__THEN_IDLE || active->from == active->to)
            return then;
        if (gathered_enough(conn) && ra__output_flush(ctx, conn) != RA_OK)
            return RA__THEN_CLOSE;
    }
}

ra_status ra__conn_serve(ra_ctx *ctx, void *arg)
{
    ra__conn *conn = arg;
    if (!conn->active->parsed)
        read_first(conn);
    ra__then then = conn->broken ? RA__THEN_RESET : serve(ctx, conn);
    if (then != RA__THEN_HAND_OVER && !conn->broken && ra__output_flush(ctx, conn) != RA_OK)
        then = RA__THEN_CLOSE;
    if (then == RA__THEN_IDLE && conn->eof)
        then = RA__THEN_CLOSE;
    conn->then = (uint8_t)then;
    return RA_OK;
}
