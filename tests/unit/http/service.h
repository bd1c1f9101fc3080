// SPDX-License-Identifier: MIT OR Apache-2.0
// service: a small service with a route of every sort, and how tests ask it.
#ifndef RAMIE_TEST_HTTP_SERVICE_H
#define RAMIE_TEST_HTTP_SERVICE_H

#include "http/world.h"

// ---- a small service

typedef struct {
    int64_t id;
    ra_str name;
    double price;
} new_item;
RA_BIND(new_item, RA_FIELD(id), RA_FIELD(name, .min_len = 1, .max_len = 8),
        RA_FIELD(price, .min = 0));

typedef struct {
    int64_t id;
    ra_str name;
} item;
RA_BIND(item, RA_FIELD(id), RA_FIELD(name));

typedef struct {
    uint32_t limit;
    ra_list_i64 ids;
    ra_str idempotency_key;
} listing;
RA_BIND(listing, RA_FIELD(limit, .def = "20", .min = 1, .max = 100), RA_FIELD(ids),
        RA_FIELD(idempotency_key, .from = RA_IN_HEADER, .def = "none"));

typedef struct {
    int64_t ms;
} pause;
RA_BIND(pause, RA_FIELD(ms));

static unsigned handler_runs, handler_cancels;

static inline ra_status hello(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    (void)req;
    handler_runs++;
    return ra_response_write(ctx, res, RA_STR("Hello, World!"));
}

static inline ra_status put_item(ra_ctx *ctx, const new_item *in, item *out)
{
    handler_runs++;
    out->id = in->id;
    out->name = in->name;
    return ra_reply_header(ctx, "Location", "/items/%" PRId64, in->id);
}

static inline ra_status get_items(ra_ctx *ctx, const listing *in, item *out)
{
    out->id = in->limit;
    RA_EACH(const int64_t, id, in->ids)
    out->id += *id;
    out->name = in->idempotency_key;
    return ra_ctx_status(ctx);
}

static inline ra_status delete_item(ra_ctx *ctx, const item *in)
{
    return ra_fail(ctx, RA_ERR_NOT_FOUND, "there is no item %" PRId64, in->id);
}

static inline ra_status sleep_get(ra_ctx *ctx, const pause *in)
{
    handler_runs++;
    ra_status status = ra_sleep(ctx, RA_MS(in->ms));
    handler_cancels += status == RA_ERR_CANCELED;
    return status;
}

static inline ra_status ping(ra_ctx *ctx)
{
    handler_runs++;
    return ra_ctx_status(ctx);
}

static inline ra_status moved(ra_ctx *ctx)
{
    return ra_reply_redirect(ctx, 303, "/items/%d", 7);
}

static inline ra_status upload(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    size_t total = 0;
    for (ra_str piece;;) {
        RA_TRY(ra_request_read(ctx, req, &piece));
        if (piece.len == 0)
            break;
        total += piece.len;
    }
    return ra_response_printf(ctx, res, "%zu bytes", total);
}

static inline ra_status echo(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    ra_str body;
    RA_TRY(ra_request_body(ctx, req, &body));
    return ra_response_write(ctx, res, body);
}

static inline ra_status ignore(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    (void)req;
    return ra_response_write(ctx, res, RA_STR("ignored"));
}

static inline ra_status countdown(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    (void)req;
    for (int i = 3; i > 0; i--) {
        RA_TRY(ra_response_printf(ctx, res, "%d\n", i));
        RA_TRY(ra_response_flush(ctx, res));
        RA_TRY(ra_sleep(ctx, RA_MS(100)));
    }
    return RA_OK;
}

static inline ra_status broken_stream(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    (void)req;
    RA_TRY(ra_response_write(ctx, res, RA_STR("half")));
    RA_TRY(ra_response_flush(ctx, res));
    return RA_ERR_INTERNAL;
}

static inline ra_status large(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    int64_t bytes = 0;
    RA_TRY(ra_str_to_i64(ra_value_or(ra_request_query(req, "bytes"), RA_STR("0")), &bytes));
    char piece[1000];
    memset(piece, 'x', sizeof(piece));
    for (int64_t done = 0; done < bytes; done += 1000)
        RA_TRY(ra_response_write(
            ctx, res, (ra_str){piece, (size_t)(bytes - done < 1000 ? bytes - done : 1000)}));
    return RA_OK;
}

static inline ra_status heavy(ra_ctx *ctx, const pause *in, item *out)
{
    out->id = in->ms + 1;
    out->name = ra_format(ctx, "h%d", 1);
    ra_status status = ra_sleep(ctx, 1);
    return status == RA_ERR_STATE ? ra_reply_header(ctx, "X-Heavy", "%s", "yes") : RA_ERR_INTERNAL;
}

static unsigned reply_byte;

/// Sets a field whose value has one byte of every sort.
static inline ra_status set_field(ra_ctx *ctx)
{
    return ra_reply_header(ctx, "X-Byte", "a%cb", (char)reply_byte);
}

static inline ra_status set_named(ra_ctx *ctx, const item *in)
{
    char name[64];
    snprintf(name, sizeof(name), RA_STR_FMT, RA_STR_ARG(in->name));
    return ra_reply_header(ctx, name, "%s", "x");
}

static inline ra_status set_twice(ra_ctx *ctx)
{
    RA_TRY(ra_reply_header(ctx, "X-Once", "%d", 1));
    RA_TRY(ra_reply_header(ctx, "x-once", "%d", 2));
    RA_TRY(ra_reply_header(ctx, "Set-Cookie", "%s", "a=1"));
    RA_TRY(ra_reply_header(ctx, "Set-Cookie", "%s", "b=2"));
    RA_TRY(ra_reply_header(ctx, "ETag", "%s", "\"1\""));
    return ra_fail(ctx, RA_ERR_GONE, "gone");
}

static inline ra_status hungry(ra_ctx *ctx, item *out)
{
    for (int i = 0; i < 129; i++)
        memset(ra_alloc(ctx, 32 << 10), 1, 100); // the last one or two are over the request's 4 MiB
    out->id = 1;
    return RA_OK;
}

static inline ra_status child(ra_ctx *ctx, ra_status *set)
{
    *set = ra_reply_header(ctx, "X-Child", "%s", "x");
    return RA_OK;
}

static inline ra_status ask_child(ra_ctx *ctx)
{
    ra_status set = RA_OK;
    RA_GROUP(group, ctx);
    ra_group_go(&group, child, &set);
    RA_TRY(ra_group_wait(ctx, &group));
    return set == RA_ERR_STATE ? RA_OK : RA_ERR_INTERNAL;
}

static inline ra_status outer(ra_ctx *ctx, ra_request *req, ra_response *res, ra_next *next)
{
    (void)req;
    ra_status status = ra_next_run(ctx, next);
    RA_DISCARD(
        ra_reply_header(ctx, "X-Seen", "%d", ra_response_status(res))); // too late for a stream
    return status;
}

static inline ra_status guard(ra_ctx *ctx, ra_request *req, ra_response *res, ra_next *next)
{
    (void)res;
    if (ra_is_absent(ra_request_header(req, "X-Api-Key")))
        return ra_fail(ctx, RA_ERR_UNAUTHENTICATED, "X-Api-Key is missing");
    return ra_next_run(ctx, next);
}

static inline ra_status sum(ra_ctx *ctx, const RA_LIST(item) * in, RA_LIST(item) * out)
{
    item *total = ra_list_add(ctx, out);
    RA_EACH(const item, each, *in)
    total->id += each->id;
    total->name = RA_STR("sum");
    return RA_OK;
}

static inline ra_status about(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    ra_str peer = ra_request_peer(req),
           query = ra_value_or(ra_request_query(req, "a b"), RA_STR("-"));
    ra_str param = ra_value_or(ra_request_param(req, "rest"), RA_STR("-"));
    return ra_response_printf(
        ctx, res, RA_STR_FMT "|" RA_STR_FMT "|" RA_STR_FMT "|" RA_STR_FMT "|" RA_STR_FMT "|%d%d|%d",
        RA_STR_ARG(ra_request_method(req)), RA_STR_ARG(ra_request_path(req)),
        RA_STR_ARG(ra_request_route(req)), RA_STR_ARG(param), RA_STR_ARG(query),
        ra_is_absent(ra_request_param(req, "x")), ra_is_absent(ra_request_query(req, "x")),
        ra_str_starts_with(peer, RA_STR("127.0.0.1:")));
}

static inline ra_status read_late(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    ra_str text;
    RA_TRY(ra_request_read(ctx, req, &text));
    ra_status whole = ra_request_body(ctx, req, &text);
    return whole == RA_ERR_STATE ? ra_response_write(ctx, res, RA_STR("too late"))
                                 : RA_ERR_INTERNAL;
}

static inline ra_status twice(ra_ctx *ctx, ra_request *req, ra_response *res, ra_next *next)
{
    (void)req, (void)res;
    RA_TRY(ra_next_run(ctx, next));
    return ra_next_run(ctx, next) == RA_ERR_STATE ? RA_OK : RA_ERR_INTERNAL;
}

static inline ra_status instead(ra_ctx *ctx, ra_request *req, ra_response *res, ra_next *next)
{
    (void)req, (void)next;
    ra_reply_status(ctx, 203);
    return ra_response_write(ctx, res, RA_STR("cached"));
}

static inline ra_status not_a_number(ra_ctx *ctx, new_item *out)
{
    out->price = __builtin_nan("");
    return ra_ctx_status(ctx);
}

static inline void add_routes(ra_app *app)
{
    ra_middleware(app, outer);
    ra_raw(app, "GET", "/", hello, .produces = "text/plain");
    ra_put(app, "/items/{id}", put_item, new_item, item, .status = 201);
    ra_get(app, "/items", get_items, listing, item);
    ra_delete(app, "/items/{id}/{name}", delete_item, item, ra_none);
    ra_get(app, "/sleep", sleep_get, pause, ra_none);
    ra_post(app, "/sleep", sleep_get, pause, ra_none, .timeout_ns = RA_SECONDS(2));
    ra_get(app, "/ping", ping, ra_none, ra_none);
    ra_post(app, "/ping", ping, ra_none, ra_none);
    ra_get(app, "/moved", moved, ra_none, ra_none);
    ra_raw(app, "POST", "/upload", upload, .body_bytes_max = 1 << 30, .produces = "text/plain");
    ra_raw(app, "POST", "/echo", echo);
    ra_raw(app, "POST", "/ignore", ignore);
    ra_raw(app, "GET", "/countdown", countdown, .produces = "text/plain");
    ra_raw(app, "GET", "/broken", broken_stream);
    ra_raw(app, "GET", "/large", large);
    ra_get(app, "/heavy", heavy, pause, item, .cpu_heavy = true);
    ra_get(app, "/deep", ping, ra_none, ra_none, .stack_bytes = 512 << 10);
    ra_get(app, "/field", set_field, ra_none, ra_none);
    ra_get(app, "/named", set_named, item, ra_none);
    ra_get(app, "/twice", set_twice, ra_none, ra_none);
    ra_get(app, "/hungry", hungry, ra_none, item);
    ra_get(app, "/child", ask_child, ra_none, ra_none);
    ra_post(app, "/sum", sum, RA_LIST(item), RA_LIST(item));
    ra_raw(app, "GET", "/about/{rest...}", about);
    ra_raw(app, "POST", "/late", read_late);
    ra_raw(app, "POST", "/csv", echo, .consumes = "text/csv");
    ra_get(app, "/lenient", get_items, listing, item, .unknown = RA_UNKNOWN_IGNORE);
    ra_get(app, "/twice-run", ping, ra_none, ra_none, .middleware = {twice});
    ra_get(app, "/instead", ping, ra_none, ra_none, .middleware = {instead});
    ra_get(app, "/nan", not_a_number, ra_none, new_item);
    ra_routes *admin = ra_routes_under(ra_app_routes(app), "/admin");
    ra_middleware(admin, guard);
    ra_post(admin, "/ping", ping, ra_none, ra_none);
}

static inline void begin(world *w)
{
    world_init(w, &(ra__sim_opts){.seed = 1, .shards = 1, .calm = true});
    add_routes(&w->app);
    handler_runs = handler_cancels = 0;
}

static inline void open_world(world *w)
{
    begin(w);
    world_serve(w);
}

#define HOST "Host: a\r\n"
#define CLOSE "Connection: close\r\n"

/// One request on a connection of its own; the answer must hold each of the texts given, up to
/// NULL.
static inline void answer_has(world *w, ra_str request, int status, ...)
{
    char *answer = ask(w, request);
    if (status_of(answer) != status)
        fail_msg("status %d instead of %d:\n%s\n----\n%.*s", status_of(answer), status, answer,
                 (int)request.len, request.ptr);
    va_list args;
    va_start(args, status);
    for (const char *text; (text = va_arg(args, const char *));)
        if (!strstr(answer, text))
            fail_msg("no \"%s\" in\n%s", text, answer);
    va_end(args);
    free(answer);
}
#define ANSWERS(w, literal, status, ...)                                                           \
    answer_has((w), RA_STR(literal), status, ##__VA_ARGS__, NULL)

#define PUT(type, length)                                                                          \
    "PUT /items/7 HTTP/1.1\r\n" HOST type "Content-Length: " #length "\r\n\r\n"
#define JSON_TYPE "Content-Type: application/json\r\n"

#endif
