// SPDX-License-Identifier: MIT OR Apache-2.0
// request: what handlers may ask of it. Public half: <ramie/http.h>.

#include "base/text.h"
#include "private/connection.h"
#include "private/url.h"

const ra_request *ra_ctx_request(const ra_ctx *ctx)
{
    return ctx->slots[RA__SLOT_REQUEST];
}

ra_str ra_request_id(const ra_request *req)
{
    return req->id;
}

ra_str ra_request_method(const ra_request *req)
{
    return ra__span_str(req->bytes, req->head.method);
}

/// "http://shop.example" means its root (RFC 9110 4.2.3).
ra_str ra_request_path(const ra_request *req)
{
    if (req->head.target_form == RA__TARGET_ABSOLUTE && req->head.path.len == 0)
        return RA_STR("/");
    return ra__span_str(req->bytes, req->head.path);
}

ra_str ra_request_route(const ra_request *req)
{
    return req->route ? req->route->path : RA_STR("");
}

ra_str ra_request_peer(const ra_request *req)
{
    return (ra_str){req->conn->peer, req->conn->peer_len};
}

ra_str ra__request_raw_query(const ra_request *req)
{
    return ra__span_str(req->bytes, req->head.query);
}

bool ra__request_next_field(const ra_request *req, ra_str name, uint32_t *at, ra_str *value)
{
    for (; *at < req->head.field_count; ++*at) {
        const ra__field *field = &req->head.fields[*at];
        if (field->name.len != name.len ||
            !ra__str_equal_fold(ra__span_str(req->bytes, field->name), name))
            continue;
        *value = ra__span_str(req->bytes, field->value);
        ++*at;
        return true;
    }
    return false;
}

bool ra__request_field(const ra_request *req, ra_str name, ra_str *value)
{
    uint32_t at = 0;
    return ra__request_next_field(req, name, &at, value);
}

ra_opt_str ra_request_header(const ra_request *req, const char *name)
{
    ra_str value;
    if (!ra__request_field(req, ra_str_of(name), &value))
        return (ra_opt_str){.presence = RA_ABSENT};
    return RA_SOME(ra_opt_str, value);
}

/// Decoded, in the request's arena where decoding changes anything.
static ra_opt_str decoded(const ra_request *req, ra_str raw, bool plus_is_space)
{
    if (ra__url_is_plain(raw, plus_is_space))
        return RA_SOME(ra_opt_str, raw);
    char *text = ra_alloc(req->ctx, raw.len);
    size_t len = ra__url_decode(text, raw, plus_is_space);
    return RA_SOME(ra_opt_str, ((ra_str){text, len}));
}

ra_opt_str ra_request_query(const ra_request *req, const char *name)
{
    ra_str rest = ra__request_raw_query(req), raw_name, raw_value;
    while (ra__query_next(&rest, &raw_name, &raw_value))
        if (ra__url_equal(raw_name, ra_str_of(name), true))
            return decoded(req, raw_value, true);
    return (ra_opt_str){.presence = RA_ABSENT};
}

ra_opt_str ra_request_param(const ra_request *req, const char *name)
{
    for (unsigned i = 0; req->route && i < req->capture_count; i++)
        if (ra_str_equal(req->route->placeholders[i], ra_str_of(name)))
            return decoded(req, req->captures[i], false);
    return (ra_opt_str){.presence = RA_ABSENT};
}

/// The body is read on the connection's shard, while its handler is at work.
static bool may_read(const ra_ctx *ctx, const ra_request *req)
{
    return ctx->shard == req->conn->shard->shard && req->running && !req->conn->active->reading;
}

ra_status ra_request_body(ra_ctx *ctx, ra_request *req, ra_str *body)
{
    return may_read(ctx, req) ? ra__body_gather(ctx, req, body) : RA_ERR_STATE;
}

ra_status ra_request_read(ra_ctx *ctx, ra_request *req, ra_str *piece)
{
    if (!may_read(ctx, req) || req->body.gathered)
        return RA_ERR_STATE;
    req->body.pieces_taken = true;
    RA_TRY(ra__body_next(ctx, req, piece));
    ra__request_progress(req);
    return RA_OK;
}
