// SPDX-License-Identifier: MIT OR Apache-2.0
// exchange: one request, from its complete head to its answer: route, refuse or run, finish, log.

#include "obs/log.h"
#include "private/handler.h"
#include "private/output.h"

enum {
    STACK_BYTES_DEFAULT = 128 << 10,
    STATUS_CLIENT_GONE = 499 // of the access log only, where nobody was left to answer
};

static ra_request *begin(ra_ctx *ctx, ra__conn *conn)
{
    ra__active *active = conn->active;
    ra_request *req = &active->request;
    req->conn = conn;
    req->ctx = ctx;
    req->bytes = active->buf + active->body_at - req->head.at;
    req->method = ra__method_of(ra_request_method(req));
    req->route = NULL;
    req->allow = req->capture_count = 0;
    req->running = false;
    req->started_ns = ra__shard_now_ns(conn->shard->shard);
    req->deadline_ns = INT64_MAX;
    req->body = (ra__body){.done = true};

    ra_str given;
    if (ra__request_field(req, RA_STR("X-Request-Id"), &given) && ra__request_id_good(given)) {
        req->id = given;
    } else {
        ra__request_id_next(&conn->shard->ids, req->id_text);
        req->id = (ra_str){req->id_text, RA__REQUEST_ID_BYTES};
    }
    ra__response_init(&active->response, req);
    ctx->slots[RA__SLOT_REQUEST] = req;
    return req;
}

// ---- which handler, if any

static void find_route(ra_request *req)
{
    ra__found found;
    ra__router_find(req->conn->shard->http->table.router, req->method, ra_request_path(req),
                    &found);
    req->route = found.value;
    req->allow = found.allow;
    req->capture_count = found.value ? found.count : 0;
    memcpy(req->captures, found.captures, req->capture_count * sizeof(*req->captures));
}

/// "OPTIONS *" asks about the server as a whole (RFC 9110 9.3.7); so does an address without path
/// (RFC 9112 3.2.4).
static bool is_about_server(const ra_request *req)
{
    const ra__head *head = &req->head;
    return head->target_form == RA__TARGET_ASTERISK ||
           (req->method == RA__OPTIONS && head->target_form == RA__TARGET_ABSOLUTE &&
            head->path.len == 0);
}

static void answer_options(ra_request *req, ra_response *res)
{
    if (is_about_server(req))
        req->allow = (1u << RA__METHOD_COUNT) - 1;
    res->status = 204;
}

/// false: the answer is there, no handler runs.
static bool has_handler(ra_request *req, ra_response *res)
{
    if (req->method == RA__METHOD_UNKNOWN) {
        res->close |=
            req->head.target_form == RA__TARGET_AUTHORITY; // what follows CONNECT is no request
        ra__problem_from_http(res, 501, "this server does not know the method");
        return false;
    }
    if (!is_about_server(req))
        find_route(req);
    if (req->route)
        return true;
    if (is_about_server(req) || (req->method == RA__OPTIONS && req->allow))
        answer_options(req, res);
    else if (req->allow)
        ra__problem_from_http(res, 405, "the resource does not have this method");
    else
        ra__problem_from_http(res, 404, "there is no such resource");
    return false;
}

static bool is_admissible(ra_request *req, ra_response *res)
{
    const ra__http_limits *limits = req->head.limits;
    bool found = has_handler(req, res);
    uint64_t body_max = req->route ? req->route->body_bytes_max : limits->body_bytes_max;
    ra__body_init(req, body_max);
    if (!found)
        return false;
    if (req->head.expect_unknown) {
        ra__problem_from_http(res, 417, "the only expectation known is 100-continue");
        return false;
    }
    if (req->head.length > body_max) {
        ra__problem_from_http(res, 413, "the body is too large");
        return false;
    }
    return true;
}

/// A handler's ra_alloc ends the process where there is no memory for even an empty arena: 503 before it is called.
static bool has_memory(ra_ctx *ctx)
{
    if (!ctx->arena)
        ctx->arena = ra__arena_new_in(NULL, ra__shard_blocks(ctx->shard), ctx->arena_bytes_max);
    return ctx->arena != NULL;
}

static void run(ra_ctx *ctx, ra__conn *conn)
{
    ra_request *req = &conn->active->request;
    ra_response *res = &conn->active->response;
    if (!has_memory(ctx)) {
        ra__problem_from_status(ctx, res, RA_ERR_EXHAUSTED);
        return;
    }
    ra__output_flush_meanwhile(conn);
    req->deadline_ns = req->started_ns + req->route->timeout_ns;
    ra__ctx_restore(ctx, req->deadline_ns);
    req->running = true;
    ra__leave_watch(conn);
    ra_status status = ra__chain_run(ctx, req, res);
    ra__leave_unwatch(conn);
    req->running = false;
    if (status == RA_OK || conn->broken)
        return;
    if (res->streaming)
        conn->broken = true; // no last chunk: the client sees that something is missing
    else if (req->body.refused)
        ra__problem_from_http(res, req->body.refused, req->body.why);
    else
        ra__problem_from_status(ctx, res, status);
    if (ra_status_http(status) == 500)
        ra_log_error(ctx, "request failed", RA_KV("status", ra_status_name(status)),
                     RA_KV("message", ra_ctx_message(ctx)));
}

// ---- the end of the answer

/// RFC 9112 9.3, 9.6.
bool ra__exchange_is_last(const ra_request *req)
{
    const ra__conn *conn = req->conn;
    const ra__head *head = &req->head;
    bool persistent = head->minor > 0 ? !head->close : head->keep_alive && !head->close;
    bool more_comes = !conn->eof || conn->active->from < conn->active->to;
    return !persistent || !more_comes || conn->killed ||
           conn->requests >= head->limits->requests_per_connection_max ||
           ra__http_draining(conn->shard->http);
}

static void log_access(ra_ctx *ctx, const ra_request *req, const ra_response *res)
{
    if (!ra__log_access_on() || (req->route && req->route->quiet))
        return;
    ra__access access = {
        .method = ra_request_method(req),
        .target = ra__span_str(req->bytes, req->head.target),
        .route = ra_request_route(req),
        .id = req->id,
        .peer = ra_request_peer(req),
        .status = res->status,
        .bytes_in = req->body.gathered ? req->body.text.len : req->body.got,
        .bytes_out = req->method == RA__HEAD ? 0 : res->bytes,
        .took_ns = ra_monotonic_ns(ctx) - req->started_ns,
    };
    ra__log_access(ctx, &access);
}

static void end(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    ra__response_deinit(res);
    ra__body_deinit(req);
    ctx->slots[RA__SLOT_REQUEST] = NULL;
    atomic_fetch_add_explicit(&req->conn->shard->requests, 1, memory_order_relaxed);
}

/// From here on the ctx is as new: the answer goes out by the rules of the output, not by the
/// handler's deadline.
static ra__then finish(ra_ctx *ctx, ra__conn *conn)
{
    ra_request *req = &conn->active->request;
    ra_response *res = &conn->active->response;
    ra__rest rest = ra__body_rest(req);
    res->close |= rest == RA__REST_CLOSE || ra__exchange_is_last(req);

    bool body_follows = false;
    if (conn->broken && !res->streaming)
        res->status = STATUS_CLIENT_GONE;
    ra_status status = conn->broken ? RA_ERR_CLOSED : ra__response_seal(res, &body_follows);
    log_access(ctx, req, res);
    ra__ctx_reset(ctx);
    if (status == RA_OK && body_follows)
        status = ra__output_send(ctx, conn, ra_buf_str(&res->hold->buf));
    if (status == RA_OK && rest == RA__REST_DRAIN && !res->close) {
        status = ra__output_flush(ctx, conn);
        if (status == RA_OK && ra__body_drain(ctx, req) != RA_OK)
            res->close = true;
    }
    bool unframed = res->streaming && !res->chunked;
    end(ctx, req, res);
    if (status != RA_OK || conn->broken)
        return unframed ? RA__THEN_RESET : RA__THEN_CLOSE;
    return res->close ? RA__THEN_LINGER : RA__THEN_IDLE;
}

/// A route may ask for more stack than this fiber has: then another fiber goes on from here.
static bool needs_more_stack(const ra__conn *conn, const ra__route *route)
{
    size_t has = conn->stack_bytes ? conn->stack_bytes : STACK_BYTES_DEFAULT;
    return route->stack_bytes > has;
}

ra__then ra__exchange(ra_ctx *ctx, ra__conn *conn)
{
    ra_request *req = begin(ctx, conn);
    ra_response *res = &conn->active->response;
    bool admissible = is_admissible(req, res);
    if (admissible && needs_more_stack(conn, req->route)) {
        ctx->slots[RA__SLOT_REQUEST] = NULL;
        conn->stack_bytes = (uint32_t)req->route->stack_bytes;
        return RA__THEN_HAND_OVER;
    }
    conn->requests++;
    if (admissible) {
        ra__fiber_set_label(conn->fiber, req->route->label);
        run(ctx, conn);
        ra__fiber_set_label(conn->fiber, NULL);
    }
    return finish(ctx, conn);
}

ra__then ra__exchange_refuse(ra_ctx *ctx, ra__conn *conn, int http_status, const char *why)
{
    ra__active *active = conn->active;
    ra__head *head = &active->request.head;
    active->body_at = active->from + head->at;
    begin(ctx, conn);
    active->response.close = true;
    ra__problem_from_http(&active->response, http_status, why);
    return finish(ctx, conn);
}
