// SPDX-License-Identifier: MIT OR Apache-2.0
// body: content on its way in (RFC 9112 6, 7.1; RFC 9110 10.1.1). Nothing is allocated by a length
// that a client claims.
//
// A piece is a view into the read buffer. A whole body stays there if it fits, else it is gathered
// in a growing buffer.

#include "private/output.h"

static ra_status refuse(ra_request *req, ra_status status, int http_status, const char *why)
{
    req->body.refused = http_status;
    req->body.why = why;
    return status;
}

void ra__body_init(ra_request *req, uint64_t bytes_max)
{
    const ra__head *head = &req->head;
    ra__active *active = req->conn->active;
    bool some = head->chunked || head->length > 0;
    req->body = (ra__body){
        .kind = head->chunked ? RA__BODY_CHUNKED
                : some        ? RA__BODY_LENGTH
                              : RA__BODY_NONE,
        .done = !some,
        .left = head->length,
        .max = bytes_max,
        .continue_due =
            some && (head->expect_continue || head->expect_unknown) && active->from == active->to,
    };
    if (head->chunked)
        ra__chunked_init(&req->body.chunked, head->limits);
}

void ra__body_deinit(ra_request *req)
{
    ra__buffer_give(&req->conn->shard->buffers, req->body.buffer);
    req->body.buffer = NULL;
}

void ra__request_progress(ra_request *req)
{
    ra_ctx *ctx = req->ctx;
    if (!req->running || ctx->deadline_ns != req->deadline_ns)
        return; // a tighter deadline of the handler's own is in force
    req->deadline_ns = ra__shard_now_ns(req->conn->shard->shard) + req->route->timeout_ns;
    ra__ctx_restore(ctx, req->deadline_ns);
}

/// "100 Continue" before the first byte of the body is waited for.
static ra_status send_continue(ra_request *req)
{
    if (!req->body.continue_due)
        return RA_OK;
    req->body.continue_due = false;
    ra_buf *out = ra__output_pending(req->conn);
    return out ? ra_buf_append(out, RA_STR("HTTP/1.1 100 Continue\r\n\r\n")) : RA_ERR_EXHAUSTED;
}

/// By when more must come: time spent waiting counts, what came in earns more.
static int64_t wait_until(const ra_request *req, int64_t now_ns)
{
    const ra__http_limits *limits = req->head.limits;
    const ra__body *body = &req->body;
    int64_t earned_ns = (int64_t)(body->got / limits->body_bytes_per_second_min) * RA_SECONDS(1);
    int64_t left_ns = limits->body_grace_ns + earned_ns - body->waited_ns;
    return now_ns + (left_ns > 0 ? left_ns : 0);
}

static ra_status read_some(ra_ctx *ctx, ra_request *req, size_t *got)
{
    ra__active *active = req->conn->active;
    ra__shard *shard = req->conn->shard->shard;
    int64_t now_ns = ra__shard_now_ns(shard), until_ns = wait_until(req, now_ns);
    int64_t outer_ns = ra__ctx_tighten(ctx, until_ns);
    active->reading = true;
    ra_status status = ra__sock_read(ctx, req->conn->sock, active->buf + active->to,
                                     active->cap - active->to, got);
    active->reading = false;
    ra__ctx_restore(ctx, outer_ns);
    req->body.waited_ns += ra__shard_now_ns(shard) - now_ns;
    req->conn->broken |= status == RA_ERR_CLOSED || status == RA_ERR_IO;
    if (status == RA_ERR_TIMEOUT && until_ns < outer_ns)
        return refuse(req, status, 408, "the body came too slowly");
    return status;
}

/// Read more behind what is there. At least one byte, or a refusal.
static ra_status more(ra_ctx *ctx, ra_request *req)
{
    RA_TRY(send_continue(req));
    RA_TRY(ra__output_flush(ctx, req->conn)); // earlier answers, and 100 Continue
    size_t got = 0;
    RA_TRY(read_some(ctx, req, &got));
    if (got == 0) {
        req->conn->eof = true;
        return refuse(req, RA_ERR_SYNTAX, 400, "the body ended early");
    }
    req->conn->active->to += (uint32_t)got;
    return RA_OK;
}

static ra_str take_counted(ra_request *req)
{
    ra__active *active = req->conn->active;
    ra__body *body = &req->body;
    uint32_t there = active->to - active->from;
    uint32_t len = body->left < there ? (uint32_t)body->left : there;
    ra_str piece = {active->buf + active->from, len};
    active->from += len;
    body->left -= len;
    body->done = body->left == 0;
    return piece;
}

static ra_status take_chunk(ra_request *req, ra_str *piece)
{
    ra__active *active = req->conn->active;
    ra__body *body = &req->body;
    size_t used = 0;
    ra_str there = {active->buf + active->from, active->to - active->from};
    ra__parse verdict = ra__chunked_next(&body->chunked, there, &used, piece);
    active->from += (uint32_t)used;
    if (verdict == RA__PARSE_BAD)
        return refuse(req, RA_ERR_SYNTAX, body->chunked.status, body->chunked.why);
    body->done = verdict == RA__PARSE_DONE;
    if (ra__chunked_announced(&body->chunked) > body->max)
        return refuse(req, RA_ERR_TOO_LARGE, 413, "the body is too large");
    return RA_OK;
}

/// What is in the buffer already, without waiting; empty: nothing, or the end.
static ra_status take_buffered(ra_request *req, ra_str *piece)
{
    const ra__active *active = req->conn->active;
    *piece = (ra_str){active->buf, 0};
    while (!req->body.done && active->from < active->to && piece->len == 0)
        if (req->body.kind == RA__BODY_CHUNKED)
            RA_TRY(take_chunk(req, piece));
        else
            *piece = take_counted(req);
    req->body.got += piece->len;
    return RA_OK;
}

ra_status ra__body_next(ra_ctx *ctx, ra_request *req, ra_str *piece)
{
    ra__active *active = req->conn->active;
    ra__body *body = &req->body;
    if (body->refused)
        return RA_ERR_STATE;
    for (;;) {
        RA_TRY(take_buffered(req, piece));
        if (piece->len > 0 || body->done)
            return RA_OK;
        active->from = active->to = active->body_at; // the last piece is not valid any more
        RA_TRY(more(ctx, req));
    }
}

/// The rest fits behind what is there: let it come into place.
static ra_status gather_in_place(ra_ctx *ctx, ra_request *req)
{
    ra__active *active = req->conn->active;
    while (active->to - active->from < req->body.left)
        RA_TRY(more(ctx, req));
    req->body.text = take_counted(req);
    req->body.got = req->body.text.len;
    return RA_OK;
}

static ra_status gather_copy(ra_ctx *ctx, ra_request *req)
{
    ra__body *body = &req->body;
    body->buffer = ra__buffer_take(&req->conn->shard->buffers, SIZE_MAX);
    if (!body->buffer)
        return RA_ERR_EXHAUSTED;
    for (ra_str piece;;) {
        RA_TRY(ra__body_next(ctx, req, &piece));
        if (piece.len == 0)
            break;
        RA_TRY(ra_buf_append(&body->buffer->buf, piece));
    }
    body->text = ra_buf_str(&body->buffer->buf);
    return RA_OK;
}

ra_status ra__body_gather(ra_ctx *ctx, ra_request *req, ra_str *text)
{
    ra__body *body = &req->body;
    ra__active *active = req->conn->active;
    if (body->pieces_taken || body->refused)
        return RA_ERR_STATE;
    if (!body->gathered && !body->done) {
        bool in_place = body->kind == RA__BODY_LENGTH && body->left <= active->cap - active->from;
        RA_TRY(in_place ? gather_in_place(ctx, req) : gather_copy(ctx, req));
    }
    body->gathered = true;
    *text = body->text;
    return RA_OK;
}

// ---- what nobody read

ra__rest ra__body_rest(ra_request *req)
{
    ra__body *body = &req->body;
    uint64_t drained_max = req->head.limits->unread_body_bytes_max;
    if (body->done)
        return RA__REST_NONE;
    const ra__head *head = &req->head;
    bool unasked = (head->expect_continue || head->expect_unknown) && body->got == 0;
    if (body->refused || unasked)
        return RA__REST_CLOSE; // out of step, or the client may keep its body to itself
    if (body->kind == RA__BODY_CHUNKED)
        body->max = body->chunked.data_bytes + drained_max; // how long it is shows on the way
    ra_str piece;
    do {
        if (take_buffered(req, &piece) != RA_OK)
            return RA__REST_CLOSE;
    } while (piece.len > 0);
    if (body->done)
        return RA__REST_NONE;
    bool is_short = body->kind == RA__BODY_CHUNKED || body->left <= drained_max;
    return is_short ? RA__REST_DRAIN : RA__REST_CLOSE;
}

ra_status ra__body_drain(ra_ctx *ctx, ra_request *req)
{
    for (ra_str piece;;) {
        RA_TRY(ra__body_next(ctx, req, &piece));
        if (piece.len == 0)
            return RA_OK;
    }
}
