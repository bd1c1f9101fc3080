// SPDX-License-Identifier: MIT OR Apache-2.0
// input: one struct from path, query, headers and body. Each member has one source; the problems of
// all sources are collected for one answer. Malformed JSON ends it at once: there is nothing to say
// about members that were not read.

#include "base/text.h"
#include "bind/rules.h"
#include "private/handler.h"
#include "private/media.h"
#include "private/url.h"
#include "json/json.h"

typedef struct {
    ra_ctx *ctx;
    ra_request *req;
    const ra__route *route;
    void *in;
    ra_arena *arena;
    ra_problems *problems;
} reader;

// ---- body

static bool content_is_plain(const ra_request *req)
{
    uint32_t at = 0;
    bool plain = true;
    for (ra_str coding; ra__request_next_field(req, RA_STR("Content-Encoding"), &at, &coding);)
        plain &= ra__str_equal_fold(coding, RA_STR("identity"));
    return plain;
}

static bool type_is_json(const ra_request *req)
{
    uint32_t at = 0;
    ra_str type, second;
    return ra__request_next_field(req, RA_STR("Content-Type"), &at, &type) &&
           ra__media_is_json(type) &&
           !ra__request_next_field(req, RA_STR("Content-Type"), &at, &second);
}

static ra_status decode_body(reader *r, ra_str text)
{
    const ra__route *route = r->route;
    bool whole = route->in->form == RA__PLAN_LIST;
    ra__json_opts opts = {
        .members = whole ? NULL : &route->from_body,
        .unknown_refuse = route->unknown_refuse,
        .in = "body",
    };
    ra_status status = ra__json_decode(r->arena, route->in, text, r->in, r->problems, &opts);
    r->ctx->error = status == RA_OK ? RA_OK : status;
    return status == RA_ERR_INVALID ? RA_OK
                                    : status; // the other sources have problems of their own
}

/// Nothing was sent. A member that must be there makes that an error of the message, not of a
/// field.
static ra_status body_is_absent(reader *r)
{
    static const ra__member_set none;
    if (r->route->body_required)
        return ra_fail(r->ctx, RA_ERR_SYNTAX, "a body is needed");
    ra__members_finish(r->arena, r->route->in, r->in, &r->route->from_body, &none, "body",
                       r->problems);
    return RA_OK;
}

static ra_status read_body(reader *r)
{
    const ra_request *req = r->req;
    ra_str type;
    bool typed = ra__request_field(req, RA_STR("Content-Type"), &type);
    if (req->body.kind == RA__BODY_NONE && !typed)
        return body_is_absent(r);
    if (!content_is_plain(req))
        return ra_fail(r->ctx, RA_ERR_UNSUPPORTED,
                       "the body has a Content-Encoding; send it plain");
    if (!type_is_json(req))
        return ra_fail(r->ctx, RA_ERR_UNSUPPORTED, "the body must be application/json");
    ra_str text;
    RA_TRY(ra__body_gather(r->ctx, r->req, &text));
    return decode_body(r, text);
}

// ---- path

static ra_status read_path(reader *r)
{
    ra__member_set seen = {{0}};
    for (unsigned i = 0; i < r->req->capture_count; i++) {
        unsigned member = (unsigned)r->route->placeholder_members[i];
        ra_str text;
        if (!ra__url_text(r->arena, r->req->captures[i], false, &text))
            return RA_ERR_EXHAUSTED;
        ra__set_add(&seen, member);
        ra__member_from_text(r->arena, &r->route->in->members[member], r->in, text, "path",
                             r->problems);
    }
    return RA_OK;
}

// ---- query

static ra_str pointer_to(reader *r, ra_str name)
{
    return ra__pointer_join(r->arena, RA_STR(""), name);
}

static void query_unknown(reader *r, ra_str name)
{
    if (r->route->unknown_refuse)
        ra__rule_tell(r->arena, r->problems, "query", pointer_to(r, ra__name_cut(name)), NULL,
                      false, RA__RULE_UNKNOWN);
}

static void query_value(reader *r, ra_str name, ra_str value, ra__member_set *seen)
{
    int found = ra__plan_find(r->route->in, name);
    if (found < 0 || !ra__set_has(&r->route->from_query, (unsigned)found)) {
        query_unknown(r, name);
        return;
    }
    const ra__member *member = &r->route->in->members[found];
    if (ra__set_has(seen, (unsigned)found) && member->shape != RA_SHAPE_LIST) {
        ra__rule_tell(r->arena, r->problems, "query", pointer_to(r, name), member, false,
                      RA__RULE_DUPLICATE);
        return;
    }
    ra__set_add(seen, (unsigned)found);
    ra__member_from_text(r->arena, member, r->in, value, "query", r->problems);
}

static ra_status read_query(reader *r)
{
    ra__member_set seen = {{0}};
    ra_str rest = ra__request_raw_query(r->req), raw_name, raw_value;
    uint32_t count = 0;
    while (ra__query_next(&rest, &raw_name, &raw_value)) {
        ra_str name, value;
        if (++count > r->req->head.limits->query_fields_max) {
            ra__problem_add(r->arena, r->problems, "query", RA_STR(""), "max_items",
                            "has too many fields");
            return RA_OK;
        }
        if (!ra__url_text(r->arena, raw_name, true, &name) ||
            !ra__url_text(r->arena, raw_value, true, &value))
            return RA_ERR_EXHAUSTED;
        query_value(r, name, value, &seen);
    }
    ra__members_finish(r->arena, r->route->in, r->in, &r->route->from_query, &seen, "query",
                       r->problems);
    return RA_OK;
}

// ---- headers

static void header_values(reader *r, const ra__header_member *header, ra__member_set *seen)
{
    const ra__member *member = &r->route->in->members[header->member];
    uint32_t at = 0;
    for (ra_str value; ra__request_next_field(r->req, header->name, &at, &value);) {
        if (ra__set_has(seen, header->member) && member->shape != RA_SHAPE_LIST) {
            ra__rule_tell(r->arena, r->problems, "header", pointer_to(r, member->name), member,
                          false, RA__RULE_DUPLICATE);
            return;
        }
        ra__set_add(seen, header->member);
        ra__member_from_text(r->arena, member, r->in, value, "header", r->problems);
    }
}

static void read_headers(reader *r)
{
    ra__member_set seen = {{0}};
    for (unsigned i = 0; i < r->route->header_count; i++)
        header_values(r, &r->route->headers[i], &seen);
    ra__members_finish(r->arena, r->route->in, r->in, &r->route->from_header, &seen, "header",
                       r->problems);
}

ra_status ra__input_read(ra_ctx *ctx, ra_request *req, void *in)
{
    reader r = {.ctx = ctx,
                .req = req,
                .route = req->route,
                .in = in,
                .arena = ra_ctx_arena(ctx),
                .problems = ra__ctx_problems(ctx)};
    if (r.route->takes_body)
        RA_TRY(read_body(&r));
    if (r.route->in->form == RA__PLAN_STRUCT) {
        RA_TRY(read_path(&r));
        RA_TRY(read_query(&r));
        if (r.route->header_count > 0)
            read_headers(&r);
    }
    bool good = r.problems->len == 0 && !r.problems->truncated;
    ctx->error = good ? RA_OK : RA_ERR_INVALID;
    return ctx->error;
}
