// SPDX-License-Identifier: MIT OR Apache-2.0
// answer: status line and fields of an answer (RFC 9112 4, 6; RFC 9110 6.6.1, 10.2.1, 10.2.3,
// 11.6.1).

#include "base/buf.h"
#include "base/text.h"
#include "private/connection.h"
#include "private/reason.h"

bool ra__response_has_field(const ra_response *res, ra_str name)
{
    for (const ra__reply_field *field = res->fields; field; field = field->next)
        if (ra__str_equal_fold(field->name, name))
            return true;
    return false;
}

static void put(ra_buf *out, ra_str text)
{
    memcpy(out->ptr + out->len, text.ptr, text.len);
    out->len += text.len;
}

static void put_field(ra_buf *out, ra_str name, ra_str value)
{
    put(out, name);
    put(out, RA_STR(": "));
    put(out, value);
    put(out, RA_STR("\r\n"));
}

/// How the end of the body is told. "A server MUST NOT send [...] Content-Length or
/// Transfer-Encoding" with 1xx and 204 (RFC 9112 6.1, RFC 9110 8.6); with 304 there is nothing to
/// tell.
static void put_framing(const ra_response *res, ra_buf *out, int64_t length)
{
    if (res->status == 204 || res->status == 304)
        return;
    if (length < 0) {
        if (res->chunked)
            put(out, RA_STR("Transfer-Encoding: chunked\r\n"));
        return;
    }
    char text[RA__NUMBER_TEXT_MAX];
    size_t len = ra__i64_print(text, ra__status_has_content(res->status) ? length : 0);
    put_field(out, RA_STR("Content-Length"), (ra_str){text, len});
}

static void put_connection(const ra_response *res, ra_buf *out)
{
    if (res->close)
        put(out, RA_STR("Connection: close\r\n"));
    else if (res->req->head.minor == 0)
        put(out, RA_STR("Connection: keep-alive\r\n"));
}

/// What the RFC demands beside certain statuses, where the handler has not said it.
static void put_demanded(const ra_response *res, ra_buf *out)
{
    if (res->req->allow && (res->status == 405 || res->req->method == RA__OPTIONS)) {
        char text[64];
        put_field(out, RA_STR("Allow"), (ra_str){text, ra__allow_print(text, res->req->allow)});
    }
    if (res->status == 401 && !ra__response_has_field(res, RA_STR("WWW-Authenticate")))
        put(out, RA_STR("WWW-Authenticate: Bearer\r\n"));
    bool later = res->status == 503 || res->status == 429;
    if (later && !ra__response_has_field(res, RA_STR("Retry-After")))
        put(out, RA_STR("Retry-After: 1\r\n"));
}

/// Does the problem document have its own say about this field?
static bool is_of_the_body(ra_str name)
{
    static const ra_str names[] = {
        {"ETag", 4}, {"Last-Modified", 13}, {"Location", 8}, {"Cache-Control", 13}};
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (ra__str_equal_fold(name, names[i]))
            return true;
    return name.len > 8 && ra__str_equal_fold(ra_str_slice(name, 0, 8), RA_STR("Content-"));
}

static bool is_sent(const ra_response *res, const ra__reply_field *field)
{
    return !res->refusal || !is_of_the_body(field->name);
}

static bool says_type(const ra_response *res, int64_t length)
{
    bool content = length != 0 && ra__status_has_content(res->status);
    return content && res->type.len > 0 &&
           (res->refusal || !ra__response_has_field(res, RA_STR("Content-Type")));
}

ra_status ra__answer_head(ra_response *res, ra_buf *out, int64_t length)
{
    size_t room = 512 + res->type.len + res->req->id.len;
    for (const ra__reply_field *field = res->fields; field; field = field->next)
        room += field->name.len + field->value.len + 4;
    RA_TRY(ra__buf_reserve(out, room));

    ra__http_shard *shard = res->req->conn->shard;
    out->len += ra__status_line(out->ptr + out->len, res->status);
    put(out, ra__date_line(&shard->date, shard->shard));
    if (says_type(res, length))
        put_field(out, RA_STR("Content-Type"), res->type);
    put_framing(res, out, length);
    put_connection(res, out);
    put_field(out, RA_STR("X-Request-Id"), res->req->id);
    put_demanded(res, out);
    for (const ra__reply_field *field = res->fields; field; field = field->next)
        if (is_sent(res, field))
            put_field(out, field->name, field->value);
    put(out, RA_STR("\r\n"));
    return RA_OK;
}
