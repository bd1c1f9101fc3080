// SPDX-License-Identifier: MIT OR Apache-2.0
#include "private/handler.h"
#include "private/media.h"
#include "private/reason.h"
#include "json/json.h"

// ---- typed

typedef ra_status plain_fn(ra_ctx *ctx);
typedef ra_status in_fn(ra_ctx *ctx, const void *in);
typedef ra_status out_fn(ra_ctx *ctx, void *out);
typedef ra_status in_out_fn(ra_ctx *ctx, const void *in, void *out);

typedef struct {
    ra_ctx *ctx;
    const ra__route *route;
    const void *in;
    void *out;
} call;

/// The one place where a handler of any type is called by its shape; registration has checked the
/// type. Pointers to structs are passed alike on every platform that we build for.
#if defined(__clang__)
__attribute__((no_sanitize("function")))
#endif
static ra_status
call_handler(void *arg)
{
    const call *c = arg;
    ra_any_fn fn = c->route->fn;
    if (c->in && c->out)
        return ((in_out_fn *)fn)(c->ctx, c->in, c->out);
    if (c->in)
        return ((in_fn *)fn)(c->ctx, c->in);
    if (c->out)
        return ((out_fn *)fn)(c->ctx, c->out);
    return ((plain_fn *)fn)(c->ctx);
}

static ra_status encode(ra_ctx *ctx, ra_response *res, const void *out)
{
    const ra__route *route = res->req->route;
    if (!route->out || res->empty || !ra__status_has_content(res->status))
        return RA_OK;
    if (ctx->exhausted)
        return RA_ERR_EXHAUSTED;
    ra_buf *hold = ra__response_hold(res);
    if (!hold)
        return RA_ERR_EXHAUSTED;
    ra_status status = ra__json_encode(hold, route->out, out);
    res->type = RA_STR("application/json");
    res->bytes = hold->len;
    return status == RA_OK || status == RA_ERR_EXHAUSTED
               ? status
               : RA_ERR_INTERNAL; // NaN, or beyond the limit
}

static ra_status alloc_for(ra_ctx *ctx, const ra__plan *plan, void **out)
{
    *out = NULL;
    if (!plan)
        return RA_OK;
    *out = ra_arena_try_alloc(ra_ctx_arena(ctx), plan->size);
    return *out ? RA_OK : RA_ERR_EXHAUSTED;
}

static ra_status run_typed(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    const ra__route *route = req->route;
    void *in, *out;
    RA_TRY(alloc_for(ctx, route->in, &in));
    RA_TRY(alloc_for(ctx, route->out, &out));
    if (in)
        RA_TRY(ra__input_read(ctx, req, in));
    ra__request_progress(req); // what the client took to send its body is not the handler's time
    call c = {.ctx = ctx, .route = route, .in = in, .out = out};
    RA_TRY(route->cpu_heavy ? ra__offload(ctx, call_handler, &c, true) : call_handler(&c));
    return encode(ctx, res, out);
}

// ---- raw

static ra_status run_raw(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    const ra__route *route = req->route;
    ra_str type = RA_STR("");
    bool typed = ra__request_field(req, RA_STR("Content-Type"), &type);
    bool refused = !typed || !ra__media_is(type, route->consumes);
    if (route->consumes.len > 0 && req->body.kind != RA__BODY_NONE && refused)
        return ra_fail(ctx, RA_ERR_UNSUPPORTED, "the body must be " RA_STR_FMT,
                       RA_STR_ARG(route->consumes));
    res->type = route->produces.len > 0 ? route->produces : RA_STR("application/octet-stream");
    return ((ra_raw_fn *)route->fn)(ctx, req, res);
}

ra_status ra__handler_run(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    return req->route->typed ? run_typed(ctx, req, res) : run_raw(ctx, req, res);
}
