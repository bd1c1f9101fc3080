// SPDX-License-Identifier: MIT OR Apache-2.0
// response: the body of an answer on its way out. Public half: <ramie/http.h>.

#include "base/text.h"
#include "private/output.h"
#include "private/reason.h"

#include <stdarg.h>
#include <stdio.h>

enum { COPY_BYTES_MAX = 16 << 10 }; // more is written from where it lies

void ra__response_init(ra_response *res, ra_request *req)
{
    *res = (ra_response){.req = req, .status = 200};
    res->fields_end = &res->fields;
}

void ra__response_deinit(ra_response *res)
{
    ra__buffer_give(&res->req->conn->shard->buffers, res->hold);
    res->hold = NULL;
}

ra_buf *ra__response_hold(ra_response *res)
{
    ra__http_shard *shard = res->req->conn->shard;
    if (!res->hold)
        res->hold = ra__buffer_take(&shard->buffers, shard->http->limits.response_bytes_max);
    return res->hold ? &res->hold->buf : NULL;
}

int ra_response_status(const ra_response *res)
{
    return res->status;
}

uint64_t ra_response_bytes(const ra_response *res)
{
    return res->bytes;
}

/// "HEAD [...] the server MUST NOT send content" (RFC 9110 9.3.2).
static bool sends_content(const ra_response *res)
{
    return res->req->method != RA__HEAD && ra__status_has_content(res->status);
}

// ---- chunks

static ra_status chunk_begin(ra_buf *out, size_t len)
{
    return ra_buf_printf(out, "%zx\r\n", len);
}

/// A piece of a streamed body, by copy.
static ra_status put_piece(const ra_response *res, ra_buf *out, ra_str bytes)
{
    if (!res->chunked)
        return ra_buf_append(out, bytes);
    RA_TRY(chunk_begin(out, bytes.len));
    RA_TRY(ra_buf_append(out, bytes));
    return ra_buf_append(out, RA_STR("\r\n"));
}

/// The same, from where it lies; the line end of the chunk leaves with what follows.
static ra_status send_piece(ra_ctx *ctx, ra_response *res, ra_str bytes)
{
    ra__conn *conn = res->req->conn;
    ra_buf *out = ra__output_pending(conn);
    if (!out)
        return RA_ERR_EXHAUSTED;
    if (bytes.len <= COPY_BYTES_MAX) {
        RA_TRY(put_piece(res, out, bytes));
        return ra__output_flush(ctx, conn);
    }
    if (res->chunked)
        RA_TRY(chunk_begin(out, bytes.len));
    RA_TRY(ra__output_send(ctx, conn, bytes));
    if (!res->chunked)
        return RA_OK;
    out = ra__output_pending(conn);
    return out ? ra_buf_append(out, RA_STR("\r\n")) : RA_ERR_EXHAUSTED;
}

static ra_status send_held(ra_ctx *ctx, ra_response *res)
{
    if (!res->hold || res->hold->buf.len == 0)
        return RA_OK;
    RA_TRY(send_piece(ctx, res, ra_buf_str(&res->hold->buf)));
    res->hold->buf.len = 0;
    return RA_OK;
}

/// The head leaves without a length: chunks follow, or in HTTP/1.0 bytes up to the end of the
/// connection. From here on the handler's time is not limited any more, only the client's.
static ra_status start_stream(ra_response *res)
{
    ra_request *req = res->req;
    ra_buf *out = ra__output_pending(req->conn);
    if (!out)
        return RA_ERR_EXHAUSTED;
    res->chunked = req->head.minor > 0;
    res->close |= !res->chunked || ra__exchange_is_last(req);
    RA_TRY(ra__answer_head(res, out, -1));
    res->streaming = true;
    return RA_OK;
}

static void lift_deadline(ra_request *req)
{
    if (req->ctx->deadline_ns == req->deadline_ns)
        ra__ctx_restore(req->ctx, INT64_MAX);
}

static bool may_write(const ra_ctx *ctx, const ra_response *res)
{
    return ctx->shard == res->req->conn->shard->shard && res->req->running && !res->empty;
}

ra_status ra_response_write(ra_ctx *ctx, ra_response *res, ra_str bytes)
{
    if (!may_write(ctx, res))
        return RA_ERR_STATE;
    RA_TRY(ra__ctx_may_suspend(ctx)); // also where it is only held back: a caller is told at once
    ra_buf *hold = ra__response_hold(res);
    if (!hold)
        return RA_ERR_EXHAUSTED;
    res->bytes += bytes.len;
    if (res->streaming && !sends_content(res))
        return RA_OK;
    size_t hold_max = res->req->head.limits->response_hold_bytes;
    if (hold->len + bytes.len <= hold_max)
        return ra_buf_append(hold, bytes);
    RA_TRY(ra_response_flush(ctx, res));
    if (!sends_content(res))
        return RA_OK;
    return bytes.len <= hold_max ? ra_buf_append(hold, bytes) : send_piece(ctx, res, bytes);
}

ra_status ra_response_printf(ra_ctx *ctx, ra_response *res, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = len < 0 ? NULL : ra_arena_try_alloc(ra_ctx_arena(ctx), (size_t)len + 1);
    if (text)
        vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return text ? ra_response_write(ctx, res, (ra_str){text, (size_t)len}) : RA_ERR_EXHAUSTED;
}

ra_status ra_response_flush(ra_ctx *ctx, ra_response *res)
{
    if (!may_write(ctx, res))
        return RA_ERR_STATE;
    RA_TRY(ra__ctx_may_suspend(ctx));
    if (!res->streaming)
        RA_TRY(start_stream(res));
    lift_deadline(res->req);
    if (sends_content(res))
        RA_TRY(send_held(ctx, res));
    else if (res->hold)
        res->hold->buf.len = 0;
    RA_TRY(ra__output_flush(ctx, res->req->conn));
    ra__leave_watch(res->req->conn); // bytes went out: whoever half-closed still reads
    return RA_OK;
}

// ---- the end

static ra_status finish_stream(ra_response *res, ra_buf *out)
{
    if (!sends_content(res))
        return RA_OK;
    if (res->hold && res->hold->buf.len > 0)
        RA_TRY(put_piece(res, out, ra_buf_str(&res->hold->buf)));
    return res->chunked ? ra_buf_append(out, RA_STR("0\r\n\r\n")) : RA_OK;
}

/// The whole answer is known: head and body in one write, if the body is not large.
static ra_status finish_held(ra_response *res, ra_buf *out, bool *body_follows)
{
    size_t len = res->hold ? res->hold->buf.len : 0;
    RA_TRY(ra__answer_head(res, out, (int64_t)len));
    if (!sends_content(res) || len == 0)
        return RA_OK;
    *body_follows = len > COPY_BYTES_MAX;
    return *body_follows ? RA_OK : ra_buf_append(out, ra_buf_str(&res->hold->buf));
}

ra_status ra__response_seal(ra_response *res, bool *body_follows)
{
    *body_follows = false;
    ra_buf *out = ra__output_pending(res->req->conn);
    if (!out)
        return RA_ERR_EXHAUSTED;
    res->req->conn->out.answers++;
    return res->streaming ? finish_stream(res, out) : finish_held(res, out, body_follows);
}
