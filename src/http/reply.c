// SPDX-License-Identifier: MIT OR Apache-2.0
// reply: the head of an answer, set through the ctx. Public half: <ramie/http.h>.
//
// A handler that a test calls directly has no request behind it: then the arguments are checked,
// and that is all.

#include "base/assert.h"
#include "base/text.h"
#include "private/chars.h"
#include "private/connection.h"

#include <stdarg.h>
#include <stdio.h>

/// NULL: the ctx has no request.
static ra_response *response_of(const ra_ctx *ctx)
{
    ra_request *req = ctx->slots[RA__SLOT_REQUEST];
    return req ? &req->conn->active->response : NULL;
}

/// The head is the handler's own: not a child fiber's, not a transaction body's, and not once it
/// has left.
static bool may_change(const ra_ctx *ctx, const ra_response *res)
{
    return res->req->ctx == ctx && !res->streaming;
}

void ra_reply_status(ra_ctx *ctx, int status)
{
    RA_CHECK(status >= 200 && status <= 599, "ra_reply_status(%d): not a final status", status);
    ra_response *res = response_of(ctx);
    if (!res || !may_change(ctx, res))
        return;
    res->status = status;
    res->status_set = true;
}

static bool is_token(ra_str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!ra__char_is(name.ptr[i], RA__CHAR_TOKEN))
            return false;
    return name.len > 0;
}

static bool is_value(ra_str value)
{
    for (size_t i = 0; i < value.len; i++)
        if (!ra__char_is(value.ptr[i], RA__CHAR_VALUE))
            return false;
    return true;
}

/// What frames the message, or what the server says itself.
static bool is_reserved(ra_str name)
{
    static const char *const reserved[] = {
        "Connection", "Content-Length",    "Date",    "Keep-Alive",  "TE",
        "Trailer",    "Transfer-Encoding", "Upgrade", "X-Request-Id"};
    for (size_t i = 0; i < sizeof(reserved) / sizeof(*reserved); i++)
        if (ra__str_equal_fold(name, ra_str_of(reserved[i])))
            return true;
    return false;
}

/// A second value replaces the first, but for Set-Cookie, which cannot be combined (RFC 9110 5.3).
static ra__reply_field *field_for(ra_ctx *ctx, ra_response *res, ra_str name)
{
    if (!ra__str_equal_fold(name, RA_STR("Set-Cookie")))
        for (ra__reply_field *field = res->fields; field; field = field->next)
            if (ra__str_equal_fold(field->name, name))
                return field;
    ra_arena *arena = ra_ctx_arena(ctx);
    ra__reply_field *field = ra_arena_try_alloc(arena, sizeof(*field));
    if (!field || !ra__arena_try_copy(arena, name, &field->name))
        return NULL;
    *res->fields_end = field;
    res->fields_end = &field->next;
    return field;
}

static ra_status set_field(ra_ctx *ctx, ra_str name, ra_str value)
{
    if (!is_token(name) || is_reserved(name) || !is_value(value))
        return RA_ERR_INVALID;
    ra_response *res = response_of(ctx);
    if (!res)
        return RA_OK;
    if (!may_change(ctx, res))
        return RA_ERR_STATE;
    ra__reply_field *field = field_for(ctx, res, name);
    if (!field)
        return RA_ERR_EXHAUSTED;
    field->value = value;
    return RA_OK;
}

RA_PRINTF(3, 0)
static ra_status set_formatted(ra_ctx *ctx, const char *name, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, again);
    char *text = len < 0 ? NULL : ra_arena_try_alloc(ra_ctx_arena(ctx), (size_t)len + 1);
    va_end(again);
    if (!text)
        return RA_ERR_EXHAUSTED;
    vsnprintf(text, (size_t)len + 1, format, args);
    return set_field(ctx, ra_str_of(name), (ra_str){text, (size_t)len});
}

ra_status ra_reply_header(ra_ctx *ctx, const char *name, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    ra_status status = set_formatted(ctx, name, format, args);
    va_end(args);
    return status;
}

static bool is_redirect(int status)
{
    return (status >= 301 && status <= 303) || status == 307 || status == 308;
}

ra_status ra_reply_redirect(ra_ctx *ctx, int status, const char *format, ...)
{
    RA_CHECK(is_redirect(status), "ra_reply_redirect(%d): no redirection", status);
    va_list args;
    va_start(args, format);
    ra_status set = set_formatted(ctx, "Location", format, args);
    va_end(args);
    RA_TRY(set);
    return ra_reply_empty(ctx, status);
}

ra_status ra_reply_empty(ra_ctx *ctx, int status)
{
    ra_reply_status(ctx, status);
    ra_response *res = response_of(ctx);
    if (!res)
        return RA_OK;
    if (!may_change(ctx, res))
        return RA_ERR_STATE;
    res->empty = true;
    if (res->hold)
        res->hold->buf.len = 0;
    return RA_OK;
}
