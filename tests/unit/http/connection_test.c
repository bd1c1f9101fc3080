// SPDX-License-Identifier: MIT OR Apache-2.0
// The server over the simulation: real bytes, virtual time. Each test ends with a drain that must
// leave nothing behind.

#include "base/heap.h"
#include "http/world.h"

#include <ramie/log.h>

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

static ra_status hello(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    (void)req;
    handler_runs++;
    return ra_response_write(ctx, res, RA_STR("Hello, World!"));
}

static ra_status put_item(ra_ctx *ctx, const new_item *in, item *out)
{
    handler_runs++;
    out->id = in->id;
    out->name = in->name;
    return ra_reply_header(ctx, "Location", "/items/%" PRId64, in->id);
}

static ra_status get_items(ra_ctx *ctx, const listing *in, item *out)
{
    out->id = in->limit;
    RA_EACH(const int64_t, id, in->ids)
    out->id += *id;
    out->name = in->idempotency_key;
    return ra_ctx_status(ctx);
}

static ra_status delete_item(ra_ctx *ctx, const item *in)
{
    return ra_fail(ctx, RA_ERR_NOT_FOUND, "there is no item %" PRId64, in->id);
}

static ra_status sleep_get(ra_ctx *ctx, const pause *in)
{
    handler_runs++;
    ra_status status = ra_sleep(ctx, RA_MS(in->ms));
    handler_cancels += status == RA_ERR_CANCELED;
    return status;
}

static ra_status ping(ra_ctx *ctx)
{
    handler_runs++;
    return ra_ctx_status(ctx);
}

static ra_status moved(ra_ctx *ctx)
{
    return ra_reply_redirect(ctx, 303, "/items/%d", 7);
}

static ra_status upload(ra_ctx *ctx, ra_request *req, ra_response *res)
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

static ra_status echo(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    ra_str body;
    RA_TRY(ra_request_body(ctx, req, &body));
    return ra_response_write(ctx, res, body);
}

static ra_status ignore(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    (void)req;
    return ra_response_write(ctx, res, RA_STR("ignored"));
}

static ra_status countdown(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    (void)req;
    for (int i = 3; i > 0; i--) {
        RA_TRY(ra_response_printf(ctx, res, "%d\n", i));
        RA_TRY(ra_response_flush(ctx, res));
        RA_TRY(ra_sleep(ctx, RA_MS(100)));
    }
    return RA_OK;
}

static ra_status broken_stream(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    (void)req;
    RA_TRY(ra_response_write(ctx, res, RA_STR("half")));
    RA_TRY(ra_response_flush(ctx, res));
    return RA_ERR_INTERNAL;
}

static ra_status large(ra_ctx *ctx, ra_request *req, ra_response *res)
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

static ra_status heavy(ra_ctx *ctx, const pause *in, item *out)
{
    out->id = in->ms + 1;
    out->name = ra_format(ctx, "h%d", 1);
    ra_status status = ra_sleep(ctx, 1);
    return status == RA_ERR_STATE ? ra_reply_header(ctx, "X-Heavy", "%s", "yes") : RA_ERR_INTERNAL;
}

static unsigned reply_byte;

/// Sets a field whose value has one byte of every sort.
static ra_status set_field(ra_ctx *ctx)
{
    return ra_reply_header(ctx, "X-Byte", "a%cb", (char)reply_byte);
}

static ra_status set_named(ra_ctx *ctx, const item *in)
{
    char name[64];
    snprintf(name, sizeof(name), RA_STR_FMT, RA_STR_ARG(in->name));
    return ra_reply_header(ctx, name, "%s", "x");
}

static ra_status set_twice(ra_ctx *ctx)
{
    RA_TRY(ra_reply_header(ctx, "X-Once", "%d", 1));
    RA_TRY(ra_reply_header(ctx, "x-once", "%d", 2));
    RA_TRY(ra_reply_header(ctx, "Set-Cookie", "%s", "a=1"));
    RA_TRY(ra_reply_header(ctx, "Set-Cookie", "%s", "b=2"));
    RA_TRY(ra_reply_header(ctx, "ETag", "%s", "\"1\""));
    return ra_fail(ctx, RA_ERR_GONE, "gone");
}

static ra_status hungry(ra_ctx *ctx, item *out)
{
    for (int i = 0; i < 129; i++)
        memset(ra_alloc(ctx, 32 << 10), 1, 100); // the last one or two are over the request's 4 MiB
    out->id = 1;
    return RA_OK;
}

static ra_status child(ra_ctx *ctx, ra_status *set)
{
    *set = ra_reply_header(ctx, "X-Child", "%s", "x");
    return RA_OK;
}

static ra_status ask_child(ra_ctx *ctx)
{
    ra_status set = RA_OK;
    RA_GROUP(group, ctx);
    ra_group_go(&group, child, &set);
    RA_TRY(ra_group_wait(ctx, &group));
    return set == RA_ERR_STATE ? RA_OK : RA_ERR_INTERNAL;
}

static ra_status outer(ra_ctx *ctx, ra_request *req, ra_response *res, ra_next *next)
{
    (void)req;
    ra_status status = ra_next_run(ctx, next);
    RA_DISCARD(
        ra_reply_header(ctx, "X-Seen", "%d", ra_response_status(res))); // too late for a stream
    return status;
}

static ra_status guard(ra_ctx *ctx, ra_request *req, ra_response *res, ra_next *next)
{
    (void)res;
    if (ra_is_absent(ra_request_header(req, "X-Api-Key")))
        return ra_fail(ctx, RA_ERR_UNAUTHENTICATED, "X-Api-Key is missing");
    return ra_next_run(ctx, next);
}

static void add_routes(ra_app *app)
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
    ra_routes *admin = ra_routes_under(ra_app_routes(app), "/admin");
    ra_middleware(admin, guard);
    ra_post(admin, "/ping", ping, ra_none, ra_none);
}

static void begin(world *w)
{
    world_init(w, &(ra__sim_opts){.seed = 1, .shards = 1, .calm = true});
    add_routes(&w->app);
    handler_runs = handler_cancels = 0;
}

static void open_world(world *w)
{
    begin(w);
    world_serve(w);
}

#define HOST "Host: a\r\n"
#define CLOSE "Connection: close\r\n"

/// One request on a connection of its own; the answer must hold each of the texts given, up to
/// NULL.
static void answer_has(world *w, ra_str request, int status, ...)
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

// ---- plain answers

static void raw_answer_is_sent_whole_with_its_length(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ANSWERS(&w, "GET / HTTP/1.1\r\n" HOST CLOSE "\r\n", 200, "Content-Length: 13\r\n",
            "Content-Type: text/plain\r\n", "Connection: close\r\n", "X-Seen: 200\r\n",
            "\r\n\r\nHello, World!", "X-Request-Id: ", "Date: ");
    world_end(&w);
}

static void typed_answer_is_json_with_its_status(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ANSWERS(&w,
            "PUT /items/7 HTTP/1.1\r\n" HOST
            "Content-Type: application/json\r\nContent-Length: 26\r\n\r\n"
            "{\"name\":\"nut\",\"price\":1.5}",
            201, "Location: /items/7\r\n", "Content-Type: application/json\r\n",
            "{\"id\":7,\"name\":\"nut\"}", "X-Seen: 201\r\n");
    world_end(&w);
}

static void members_come_from_query_and_header(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ANSWERS(&w, "GET /items?limit=5&ids=1&ids=2 HTTP/1.1\r\n" HOST "idempotency-KEY: k%\r\n\r\n",
            200, "{\"id\":8,\"name\":\"k%\"}");
    ANSWERS(&w, "GET /items HTTP/1.1\r\n" HOST "\r\n", 200, "{\"id\":20,\"name\":\"none\"}");
    world_end(&w);
}

static void handlers_without_output_answer_204_without_content(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    char *answer = ask(&w, RA_STR("GET /ping HTTP/1.1\r\n" HOST "\r\n"));
    assert_int_equal(status_of(answer), 204);
    assert_null(strstr(answer, "Content-Length"));
    assert_null(strstr(answer, "Transfer-Encoding"));
    assert_string_equal(body_of(answer), "");
    free(answer);
    ANSWERS(&w, "GET /moved HTTP/1.1\r\n" HOST "\r\n", 303, "Location: /items/7\r\n",
            "Content-Length: 0\r\n");
    world_end(&w);
}

static void head_is_get_without_content(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    char *answer = ask(&w, RA_STR("HEAD / HTTP/1.1\r\n" HOST "\r\n"));
    assert_int_equal(status_of(answer), 200);
    assert_non_null(strstr(answer, "Content-Length: 13\r\n"));
    assert_string_equal(body_of(answer), "");
    free(answer);
    answer = ask(&w, RA_STR("HEAD /countdown HTTP/1.1\r\n" HOST "\r\n"));
    assert_non_null(strstr(answer, "Transfer-Encoding: chunked\r\n"));
    assert_string_equal(body_of(answer), "");
    free(answer);
    answer =
        ask(&w, RA_STR("HEAD /nowhere HTTP/1.1\r\n" HOST "\r\nGET / HTTP/1.1\r\n" HOST "\r\n"));
    assert_int_equal(status_of(answer), 404);
    assert_int_equal(status_of(body_of(answer)), 200);
    free(answer);
    world_end(&w);
}

static void options_tells_the_methods(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ANSWERS(&w, "OPTIONS /sleep HTTP/1.1\r\n" HOST "\r\n", 204,
            "Allow: GET, HEAD, POST, OPTIONS\r\n");
    ANSWERS(&w, "OPTIONS * HTTP/1.1\r\n" HOST "\r\n", 204,
            "Allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n");
    ANSWERS(&w, "OPTIONS http://a HTTP/1.1\r\n" HOST "\r\n", 204, "Allow: ");
    ANSWERS(&w, "GET http://a HTTP/1.1\r\n" HOST "\r\n", 200, "Hello");
    ANSWERS(&w, "OPTIONS /nowhere HTTP/1.1\r\n" HOST "\r\n", 404);
    world_end(&w);
}

// ---- errors

static void errors_are_problem_documents(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    const char *type = "Content-Type: application/problem+json\r\n";
    ANSWERS(&w, "GET /nowhere HTTP/1.1\r\n" HOST "X-Request-Id: my-id_1.2\r\n\r\n", 404, type,
            "X-Request-Id: my-id_1.2\r\n",
            "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,",
            "\"instance\":\"my-id_1.2\"}");
    ANSWERS(&w, "DELETE / HTTP/1.1\r\n" HOST "\r\n", 405, type, "Allow: GET, HEAD, OPTIONS\r\n",
            "\"status\":405");
    ANSWERS(&w, "BREW / HTTP/1.1\r\n" HOST "\r\n", 501, type);
    ANSWERS(&w, "get / HTTP/1.1\r\n" HOST "\r\n", 501, type);
    ANSWERS(&w, "TRACE / HTTP/1.1\r\n" HOST "\r\n", 501, type);
    ANSWERS(&w, "CONNECT a:80 HTTP/1.1\r\n" HOST "\r\n", 501, type);
    ANSWERS(&w, "GET / HTTP/2.0\r\n" HOST "\r\n", 505, type, CLOSE);
    ANSWERS(&w, "GET / HTTP/1.1\r\n\r\n", 400, type, CLOSE, "Host is missing");
    ANSWERS(&w, "POST /ping HTTP/1.1\r\n" HOST "Expect: cake\r\n\r\n", 417, type);
    ANSWERS(&w, "DELETE /items/7/nut HTTP/1.1\r\n" HOST "\r\n", 404, type,
            "\"detail\":\"there is no item 7\"", "X-Seen: 404");
    ANSWERS(&w, "POST /admin/ping HTTP/1.1\r\n" HOST "\r\n", 401, type,
            "WWW-Authenticate: Bearer\r\n", "X-Seen: 401");
    ANSWERS(&w, "POST /admin/ping HTTP/1.1\r\n" HOST "X-Api-Key: x\r\n\r\n", 204);
    world_end(&w);
}

static void ill_formed_request_id_is_replaced(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    char *answer = ask(&w, RA_STR("GET /ping HTTP/1.1\r\n" HOST "X-Request-Id: a b\r\n\r\n"));
    assert_null(strstr(answer, "a b"));
    const char *id = strstr(answer, "X-Request-Id: ");
    assert_non_null(id);
    assert_int_equal(strspn(id + 14, "0123456789abcdef"), 32);
    free(answer);
    world_end(&w);
}

static void every_problem_of_every_source_is_told(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    char *answer =
        ask(&w, RA_STR("PUT /items/secret?x=secret HTTP/1.1\r\n" HOST
                       "Content-Type: application/json; charset=UTF-8\r\nContent-Length: 41\r\n\r\n"
                       "{\"name\":\"secret-secret\",\"price\":-1,\"a\":1}"));
    assert_int_equal(status_of(answer), 422);
    const char *parts[] = {
        "\"in\":\"path\",\"pointer\":\"/id\",\"code\":\"type\"",
        "\"in\":\"query\",\"pointer\":\"/x\",\"code\":\"unknown\"",
        "\"in\":\"body\",\"pointer\":\"/name\",\"code\":\"max_len\"",
        "\"in\":\"body\",\"pointer\":\"/price\",\"code\":\"min\"",
        "\"in\":\"body\",\"pointer\":\"/a\",\"code\":\"unknown\"",
    };
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
        if (!strstr(answer, parts[i]))
            fail_msg("no %s in\n%s", parts[i], answer);
    assert_null(strstr(answer, "secret"));
    assert_int_equal(handler_runs, 0);
    free(answer);
    ANSWERS(&w, "GET /items?limit=1&limit=2 HTTP/1.1\r\n" HOST "\r\n", 422,
            "\"code\":\"duplicate\"");
    ANSWERS(&w, "GET /items HTTP/1.1\r\n" HOST "Idempotency-Key: a\r\nIdempotency-Key: b\r\n\r\n",
            422, "\"in\":\"header\",\"pointer\":\"/idempotency_key\",\"code\":\"duplicate\"");
    world_end(&w);
}

#define PUT(type, length)                                                                          \
    "PUT /items/7 HTTP/1.1\r\n" HOST type "Content-Length: " #length "\r\n\r\n"
#define JSON_TYPE "Content-Type: application/json\r\n"

static void bodies_that_are_not_json_are_refused(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ANSWERS(&w, PUT(JSON_TYPE, 9) "{\n \"name\"", 400, "\"line\":2,\"column\":");
    ANSWERS(&w, PUT(JSON_TYPE, 0), 400, "a body is needed");
    ANSWERS(&w, PUT("", 0), 400, "a body is needed");
    ANSWERS(&w, PUT("", 2) "{}", 415);
    ANSWERS(&w, PUT("Content-Type: text/json\r\n", 2) "{}", 415);
    ANSWERS(&w, PUT("Content-Type: application/json; charset=latin1\r\n", 2) "{}", 415);
    ANSWERS(&w, PUT(JSON_TYPE JSON_TYPE, 2) "{}", 415);
    ANSWERS(&w, PUT(JSON_TYPE "Content-Encoding: gzip\r\n", 2) "{}", 415);
    ANSWERS(&w, PUT(JSON_TYPE, 2) "{}", 422, "\"pointer\":\"/name\",\"code\":\"required\"");
    world_end(&w);
}

static void reply_fields_take_no_control_bytes(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    for (reply_byte = 1; reply_byte < 256; reply_byte++) { // the NUL ends the formatted text
        bool good = reply_byte == '\t' || (reply_byte >= ' ' && reply_byte != 0x7f);
        char *answer = ask(&w, RA_STR("GET /field HTTP/1.1\r\n" HOST "\r\n"));
        assert_int_equal(status_of(answer), good ? 204 : 422);
        assert_true((strstr(answer, "X-Byte: a") != NULL) == good);
        free(answer);
    }
    world_end(&w);
}

static void reply_fields_of_the_server_are_refused(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    const char *bad[] = {"Connection", "content-length", "Transfer-Encoding",
                         "Date",       "X-Request-Id",   "a%20b",
                         "a:b",        "%0D%0Aa",        ""};
    char request[200];
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        snprintf(request, sizeof(request), "GET /named?id=1&name=%s HTTP/1.1\r\n" HOST "\r\n",
                 bad[i]);
        answer_has(&w, ra_str_of(request), 422, NULL);
    }
    ANSWERS(&w, "GET /named?id=1&name=X-Good HTTP/1.1\r\n" HOST "\r\n", 204, "X-Good: x\r\n");
    world_end(&w);
}

static void second_field_replaces_but_for_cookies(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    char *answer = ask(&w, RA_STR("GET /twice HTTP/1.1\r\n" HOST "\r\n"));
    assert_int_equal(status_of(answer), 410);
    assert_null(strstr(answer, "X-Once: 1"));
    assert_int_equal(count_of(answer, "X-Once: 2\r\n"), 1);
    assert_int_equal(count_of(answer, "Set-Cookie: "), 2);
    assert_null(strstr(answer, "ETag")); // it spoke of the answer that did not come
    free(answer);
    world_end(&w);
}

static void child_fiber_cannot_change_the_head(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ANSWERS(&w, "GET /child HTTP/1.1\r\n" HOST "\r\n", 204);
    world_end(&w);
}

static void request_over_its_memory_is_503_and_the_next_works(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    char *answer =
        ask(&w, RA_STR("GET /hungry HTTP/1.1\r\n" HOST "\r\nGET / HTTP/1.1\r\n" HOST "\r\n"));
    assert_int_equal(status_of(answer), 503);
    assert_int_equal(count_of(answer, "HTTP/1.1 200"), 1);
    free(answer);
    world_end(&w);
}

static void upgrade_is_ignored(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ANSWERS(
        &w,
        "GET / HTTP/1.1\r\n" HOST
        "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n",
        200, "Hello");
    world_end(&w);
}

static void field_named_in_connection_is_still_read(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ANSWERS(&w,
            "POST /admin/ping HTTP/1.1\r\n" HOST "Connection: X-Api-Key\r\nX-Api-Key: x\r\n\r\n",
            204);
    world_end(&w);
}

// ---- bodies

static void chunked_body_is_read_at_every_split(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ra_str request =
        RA_STR("POST /echo HTTP/1.1\r\n" HOST CLOSE "Transfer-Encoding: chunked\r\n\r\n"
               "4;a=b\r\nWiki\r\n5\r\npedia\r\n0\r\nT: x\r\n\r\n");
    for (size_t split = 0; split <= request.len; split++) {
        client c = client_open(&w);
        client_send(&c, ra_str_slice(request, 0, split));
        world_sleep(&w, RA_MS(1));
        client_send(&c, ra_str_slice(request, split, request.len));
        const char *answer = client_read_all(&c);
        assert_int_equal(status_of(answer), 200);
        assert_string_equal(body_of(answer), "Wikipedia");
        client_close(&c);
    }
    world_end(&w);
}

static void typed_body_is_read_at_every_split_and_byte_by_byte(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ra_str request =
        RA_STR("\r\n"
               "PUT /items/7 HTTP/1.1\r\n" HOST CLOSE JSON_TYPE "Content-Length: 25\r\n\r\n"
               "{\"name\":\"nut\",\"price\":15}");
    for (size_t split = 0; split <= request.len + 1; split++) {
        client c = client_open(&w);
        size_t step = split > request.len ? 1 : request.len;
        client_send(&c, ra_str_slice(request, 0, split > request.len ? 1 : split));
        for (size_t at = split > request.len ? 1 : split; at < request.len; at += step) {
            world_sleep(&w, RA_MS(1));
            client_send(&c, ra_str_slice(request, at, at + step));
        }
        const char *answer = client_read_all(&c);
        if (status_of(answer) != 201)
            fail_msg("split %zu:\n%s", split, answer);
        client_close(&c);
    }
    world_end(&w);
}

static void large_bodies_are_gathered_and_streamed(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    size_t size = 900000;
    char *body = malloc(size);
    memset(body, 'b', size);
    const char *paths[] = {"/echo", "/upload"};
    for (int i = 0; i < 2; i++) {
        char head[200];
        client c = client_open(&w);
        snprintf(head, sizeof(head),
                 "POST %s HTTP/1.1\r\n" HOST CLOSE "Content-Length: %zu\r\n\r\n", paths[i], size);
        client_send(&c, ra_str_of(head));
        client_send(&c, (ra_str){body, size});
        const char *answer = client_read_all(&c);
        assert_int_equal(status_of(answer), 200);
        if (i == 0)
            assert_int_equal(count_of(answer, "bbbbbbbbbb"), size / 10);
        else
            assert_string_equal(body_of(answer), "900000 bytes");
        client_close(&c);
    }
    free(body);
    world_end(&w);
}

static void body_beyond_the_limit_is_413_before_it_is_read(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ANSWERS(&w, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 1048577\r\n\r\nabc", 413, CLOSE);
    ANSWERS(&w, "POST /nowhere HTTP/1.1\r\n" HOST "Content-Length: 18446744073709551615\r\n\r\nabc",
            404, CLOSE);
    world_end(&w);
}

static void chunked_body_beyond_the_limit_is_413(void **state)
{
    (void)state;
    world w;
    begin(&w);
    w.limits.body_bytes_max = 10;
    world_serve(&w);
    ANSWERS(&w,
            "POST /echo HTTP/1.1\r\n" HOST
            "Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n5\r\nabcde\r\n0\r\n\r\n",
            200);
    ANSWERS(&w,
            "POST /echo HTTP/1.1\r\n" HOST
            "Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n6\r\nabcdef\r\n0\r\n\r\n",
            413, CLOSE);
    // the size alone is enough, at every split, before any of the data comes
    ra_str request = RA_STR("POST /echo HTTP/1.1\r\n" HOST
                            "Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n6\r\n");
    for (size_t split = 0; split <= request.len; split++) {
        client c = client_open(&w);
        client_send(&c, ra_str_slice(request, 0, split));
        world_sleep(&w, RA_MS(1));
        client_send(&c, ra_str_slice(request, split, request.len));
        assert_int_equal(status_of(client_read(&c, RA_MS(10))), 413);
        client_close(&c);
    }
    world_end(&w);
}

static void broken_chunk_is_400_and_close(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ANSWERS(&w,
            "POST /echo HTTP/1.1\r\n" HOST
            "Transfer-Encoding: chunked\r\n\r\n5\r\nabcdefg\r\n0\r\n\r\n",
            400, CLOSE);
    ANSWERS(&w,
            "POST /ignore HTTP/1.1\r\n" HOST
            "Transfer-Encoding: chunked\r\n\r\n5\r\nabcdefg\r\n0\r\n\r\n",
            200, CLOSE);
    world_end(&w);
}

static void incomplete_message_never_reaches_a_typed_handler(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ra_str request = RA_STR(PUT(JSON_TYPE, 25) "{\"name\":\"nut\",\"price\":15}");
    for (size_t len = 0; len < request.len; len++) {
        char *answer = ask(&w, ra_str_slice(request, 0, len));
        if (len > 0 ? status_of(answer) != 400 : *answer)
            fail_msg("%zu bytes: %s", len, answer);
        free(answer);
    }
    assert_int_equal(handler_runs, 0);
    world_end(&w);
}

static void continue_is_sent_when_the_body_is_first_read(void **state)
{
    (void)state;
    world w;
    client c;
    open_world(&w);
    c = client_open(&w);
    SEND(&c, "POST /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    assert_string_equal(client_read(&c, RA_MS(10)), "HTTP/1.1 100 Continue\r\n\r\n");
    SEND(&c, "abc");
    assert_string_equal(body_of(body_of(client_read(&c, RA_MS(10)))), "abc");
    client_close(&c);
    // a refusal comes instead, and nobody knows whether the body follows
    c = client_open(&w);
    SEND(&c, "POST /nowhere HTTP/1.1\r\n" HOST "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    const char *answer = client_read_all(&c);
    assert_int_equal(status_of(answer), 404);
    assert_non_null(strstr(answer, CLOSE));
    client_close(&c);
    world_end(&w);
}

static void short_unread_body_is_drained(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    char *answer = ask(&w, RA_STR("POST /ping HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nGET /"
                                  "POST /ignore HTTP/1.1\r\n" HOST
                                  "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
                                  "GET / HTTP/1.1\r\n" HOST "\r\n"));
    assert_int_equal(count_of(answer, "HTTP/1.1 "), 3);
    assert_int_equal(count_of(answer, "Hello"), 1);
    free(answer);
    // what comes later is read too
    client c = client_open(&w);
    SEND(&c, "POST /ping HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nGE");
    assert_int_equal(status_of(client_read(&c, RA_MS(10))), 204);
    SEND(&c, "T /GET / HTTP/1.1\r\n" HOST CLOSE "\r\n");
    assert_int_equal(count_of(client_read_all(&c), "Hello"), 1);
    client_close(&c);
    world_end(&w);
}

static void short_unread_chunks_are_drained_at_every_split(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ra_str request = RA_STR("POST /ignore HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
                            "5;x\r\nGET /\r\n1\r\n \r\n0\r\nT: x\r\n\r\n"
                            "GET / HTTP/1.1\r\n" HOST CLOSE "\r\n");
    for (size_t split = 0; split <= request.len; split++) {
        client c = client_open(&w);
        client_send(&c, ra_str_slice(request, 0, split));
        world_sleep(&w, RA_MS(1));
        client_send(&c, ra_str_slice(request, split, request.len));
        const char *answer = client_read_all(&c);
        if (count_of(answer, "HTTP/1.1 200") != 2 || count_of(answer, "ignored") != 1 ||
            count_of(answer, "Hello") != 1)
            fail_msg("split %zu:\n%s", split, answer);
        client_close(&c);
    }
    world_end(&w);
}

/// One more byte than is drained, in the last chunk or at once; whatever the client sends, one
/// answer and the end.
static void long_unread_chunks_end_the_connection(void **state)
{
    (void)state;
    world w;
    begin(&w);
    w.limits.unread_body_bytes_max = 10;
    world_serve(&w);
#define IGNORE "POST /ignore HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n"
    ra_str requests[] = {
        RA_STR(IGNORE "b\r\nabcdefghijk\r\n0\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n"),
        RA_STR(IGNORE "5\r\nabcde\r\n6\r\nabcdef\r\n0\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n"),
        RA_STR(IGNORE "5\r\nabcde\r\nx\r\nGET / HTTP/1.1\r\n" HOST "\r\n"),
    };
    for (size_t i = 0; i < sizeof(requests) / sizeof(*requests); i++)
        for (size_t split = 0; split <= requests[i].len; split++) {
            client c = client_open(&w);
            client_send(&c, ra_str_slice(requests[i], 0, split));
            world_sleep(&w, RA_MS(1));
            client_send(&c, ra_str_slice(requests[i], split, requests[i].len));
            const char *answer = client_read_all(&c);
            if (count_of(answer, "HTTP/1.1 ") != 1 || status_of(answer) != 200)
                fail_msg("request %zu, split %zu:\n%s", i, split, answer);
            client_close(&c);
        }
#undef IGNORE
    world_end(&w);
}

// ---- the connection

static void pipelined_requests_are_answered_in_order(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    client c = client_open(&w);
    char request[100];
    for (int i = 0; i < 100; i++) {
        snprintf(request, sizeof(request), "GET /items?limit=%d HTTP/1.1\r\n" HOST "%s\r\n", i + 1,
                 i == 99 ? CLOSE : "");
        client_send(&c, ra_str_of(request));
    }
    const char *answer = client_read_all(&c);
    assert_int_equal(count_of(answer, "HTTP/1.1 200"), 100);
    const char *at = answer;
    for (int i = 0; i < 100; i++) {
        snprintf(request, sizeof(request), "{\"id\":%d,", i + 1);
        at = strstr(at, request);
        assert_non_null(at);
    }
    client_close(&c);
    world_end(&w);
}

static void answers_do_not_wait_for_a_later_request(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    client c = client_open(&w);
    SEND(&c, "GET / HTTP/1.1\r\n" HOST "\r\nGET / HTTP/1.1\r\n" HOST
             "\r\nGET /sleep?ms=5000 HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(count_of(client_read(&c, RA_MS(100)), "Hello"), 2);
    assert_int_equal(count_of(client_read(&c, RA_SECONDS(6)), "HTTP/1.1 204"), 1);
    client_close(&c);
    world_end(&w);
}

static void good_answers_come_before_the_one_400(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    char *answer =
        ask(&w, RA_STR("GET / HTTP/1.1\r\n" HOST
                       "\r\nGET / HTTP/1.1\r\nbad line\r\n\r\nGET / HTTP/1.1\r\n" HOST "\r\n"));
    assert_int_equal(count_of(answer, "HTTP/1.1 200"), 1);
    assert_int_equal(count_of(answer, "HTTP/1.1 400"), 1);
    assert_int_equal(count_of(answer, "HTTP/1.1 "), 2);
    free(answer);
    world_end(&w);
}

static void nothing_follows_close(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    char *answer =
        ask(&w, RA_STR("GET / HTTP/1.1\r\n" HOST CLOSE "\r\nGET / HTTP/1.1\r\n" HOST "\r\n"));
    assert_int_equal(count_of(answer, "HTTP/1.1 "), 1);
    free(answer);
    answer = ask(&w, RA_STR("GET / HTTP/1.0\r\n\r\nGET / HTTP/1.0\r\n\r\n"));
    assert_int_equal(count_of(answer, "HTTP/1.1 "), 1);
    assert_int_equal(count_of(answer, CLOSE), 1);
    free(answer);
    answer =
        ask(&w, RA_STR("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.0\r\n\r\n"));
    assert_int_equal(count_of(answer, "HTTP/1.1 "), 2);
    assert_int_equal(count_of(answer, "Connection: keep-alive\r\n"), 1);
    free(answer);
    world_end(&w);
}

static void requests_of_a_connection_are_counted(void **state)
{
    (void)state;
    world w;
    begin(&w);
    w.limits.requests_per_connection_max = 3;
    world_serve(&w);
    client c = client_open(&w);
    for (int i = 0; i < 5; i++)
        SEND(&c, "GET / HTTP/1.1\r\n" HOST "\r\n");
    const char *answer = client_read_all(&c);
    assert_int_equal(count_of(answer, "HTTP/1.1 200"), 3);
    assert_int_equal(count_of(answer, CLOSE), 1);
    client_close(&c);
    world_end(&w);
}

static void idle_connection_has_no_fiber_and_ends_after_65_seconds(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    client c = client_open(&w);
    SEND(&c, "GET / HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(status_of(client_read(&c, RA_SECONDS(30))), 200);
    assert_int_equal(ra__shard_fiber_count(ra__runtime_shard(w.runtime, 0)), 0); // but the test's
    SEND(&c, "GET / HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(count_of(client_read(&c, RA_SECONDS(64)), "HTTP/1.1 200"), 2);
    assert_false(c.eof);
    client_read(&c, RA_SECONDS(2));
    assert_true(c.eof);
    client_close(&c);
    world_end(&w);
}

static void slow_head_is_408_and_silence_is_closed(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    client c = client_open(&w);
    for (int i = 0; i < 4; i++) { // a byte a second does not prolong it
        SEND(&c, "G");
        world_sleep(&w, RA_SECONDS(1));
    }
    assert_string_equal(client_read(&c, RA_MS(900)), "");
    assert_int_equal(status_of(client_read(&c, RA_MS(200))), 408);
    client_close(&c);
    c = client_open(&w);
    assert_string_equal(client_read_all(&c), "");
    client_close(&c);
    world_end(&w);
}

static void slow_body_is_408(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    client c = client_open(&w);
    SEND(&c, PUT(JSON_TYPE, 25) "{");
    assert_string_equal(client_read(&c, RA_MS(4900)), "");
    const char *answer = client_read(&c, RA_MS(200));
    assert_int_equal(status_of(answer), 408);
    assert_non_null(strstr(answer, CLOSE));
    assert_int_equal(handler_runs, 0);
    client_close(&c);
    world_end(&w);
}

static void handler_that_takes_too_long_is_503(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ANSWERS(&w, "POST /sleep HTTP/1.1\r\n" HOST JSON_TYPE "Content-Length: 11\r\n\r\n{\"ms\":9000}",
            503, "Retry-After: 1\r\n", "\"status\":503");
    world_end(&w);
}

static void half_closed_client_gets_its_answer(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ANSWERS(&w, "GET /sleep?ms=500 HTTP/1.1\r\n" HOST "\r\n", 204);
    assert_int_equal(handler_cancels, 0);
    // but not for ever, unless the work must be finished
    ANSWERS(&w, "GET /sleep?ms=20000 HTTP/1.1\r\n" HOST "\r\n", 503);
    assert_int_equal(handler_cancels, 1);
    ANSWERS(&w, "POST /sleep HTTP/1.1\r\n" HOST JSON_TYPE "Content-Length: 11\r\n\r\n{\"ms\":1900}",
            204);
    assert_int_equal(handler_cancels, 1);
    world_end(&w);
}

static void reset_cancels_a_safe_handler_at_once(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    client c = client_open(&w);
    SEND(&c, "GET /sleep?ms=20000 HTTP/1.1\r\n" HOST "\r\n");
    world_sleep(&w, RA_MS(10));
    ra__sock_close(c.sock, true);
    c.sock = NULL;
    world_sleep(&w, RA_MS(10));
    assert_int_equal(handler_cancels, 1);
    client_close(&c);
    world_end(&w);
}

// ---- streams

static void flushed_answer_is_chunked(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    client c = client_open(&w);
    SEND(&c, "GET /countdown HTTP/1.1\r\n" HOST CLOSE "\r\n");
    const char *answer = client_read(&c, RA_MS(50));
    assert_non_null(strstr(answer, "Transfer-Encoding: chunked\r\n"));
    assert_string_equal(body_of(answer), "2\r\n3\n\r\n");
    assert_string_equal(body_of(client_read_all(&c)),
                        "2\r\n3\n\r\n2\r\n2\n\r\n2\r\n1\n\r\n0\r\n\r\n");
    client_close(&c);
    world_end(&w);
}

static void http_1_0_stream_ends_with_the_connection(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    char *answer = ask(&w, RA_STR("GET /countdown HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
    assert_null(strstr(answer, "chunked"));
    assert_null(strstr(answer, "Content-Length"));
    assert_non_null(strstr(answer, CLOSE));
    assert_string_equal(body_of(answer), "3\n2\n1\n");
    free(answer);
    world_end(&w);
}

static void error_after_the_head_leaves_the_answer_incomplete(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    client c = client_open(&w);
    SEND(&c, "GET /broken HTTP/1.1\r\n" HOST "\r\nGET / HTTP/1.1\r\n" HOST "\r\n");
    assert_string_equal(body_of(client_read_all(&c)), "4\r\nhalf\r\n");
    client_close(&c);
    world_end(&w);
}

static void answer_beyond_64_kib_is_chunked(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ANSWERS(&w, "GET /large?bytes=65536 HTTP/1.1\r\n" HOST "\r\n", 200,
            "Content-Length: 65536\r\n");
    ANSWERS(&w, "GET /large?bytes=65537 HTTP/1.1\r\n" HOST "\r\n", 200,
            "Transfer-Encoding: chunked\r\n", "\r\n0\r\n\r\n");
    ANSWERS(&w, "GET /large?bytes=1000000 HTTP/1.1\r\n" HOST "\r\n", 200, "\r\n0\r\n\r\n");
    world_end(&w);
}

static void client_that_does_not_read_is_reset(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    client c = client_open(&w);
    SEND(&c, "GET /large?bytes=50000000 HTTP/1.1\r\n" HOST "\r\n");
    world_sleep(&w, RA_SECONDS(40));
    assert_int_equal(ra__http_connections(w.http), 0);
    client_close(&c);
    world_end(&w);
}

// ---- other places to run

static void cpu_heavy_handler_runs_on_the_pool_and_may_not_suspend(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ANSWERS(&w, "GET /heavy?ms=6 HTTP/1.1\r\n" HOST "\r\n", 200, "X-Heavy: yes\r\n",
            "{\"id\":7,\"name\":\"h1\"}");
    world_end(&w);
}

static void route_with_more_stack_gets_another_fiber(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    char *answer = ask(&w, RA_STR("GET / HTTP/1.1\r\n" HOST "\r\nGET /deep HTTP/1.1\r\n" HOST
                                  "\r\nGET / HTTP/1.1\r\n" HOST "\r\n"));
    assert_int_equal(count_of(answer, "HTTP/1.1 200"), 2);
    assert_int_equal(count_of(answer, "HTTP/1.1 204"), 1);
    free(answer);
    world_end(&w);
}

// ---- drain

static void drain_finishes_what_runs_and_says_close(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    client busy = client_open(&w), idle = client_open(&w), fresh = client_open(&w);
    SEND(&idle, "GET / HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(status_of(client_read(&idle, RA_MS(10))), 200);
    SEND(&busy, "GET /sleep?ms=3000 HTTP/1.1\r\n" HOST "\r\n");
    world_sleep(&w, RA_MS(10));
    ra__http_drain(w.http, RA_SECONDS(8), world_on_drained, &w);
    world_sleep(&w, RA_MS(100));
    // a request that arrives on an idle connection is answered, and told that it was the last
    SEND(&fresh, "GET / HTTP/1.1\r\n" HOST "\r\n");
    assert_non_null(strstr(client_read_all(&fresh), CLOSE));
    client_read(&idle, RA_SECONDS(2));
    assert_true(idle.eof);
    assert_false(w.drained);
    const char *answer = client_read_all(&busy);
    assert_int_equal(status_of(answer), 204);
    assert_non_null(strstr(answer, CLOSE));
    client_close(&busy);
    client_close(&idle);
    client_close(&fresh);
    world_sleep(&w, RA_SECONDS(3));
    assert_true(w.drained);
    world_end(&w);
}

static void drain_cancels_what_does_not_end(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    client c = client_open(&w);
    SEND(&c, "GET /sleep?ms=20000 HTTP/1.1\r\n" HOST "\r\n");
    world_sleep(&w, RA_MS(10));
    ra__http_drain(w.http, RA_SECONDS(2), world_on_drained, &w);
    assert_int_equal(status_of(client_read_all(&c)), 503);
    assert_int_equal(handler_cancels, 1);
    client_close(&c);
    world_sleep(&w, RA_SECONDS(3));
    assert_true(w.drained);
    world_end(&w);
}

static void connections_beyond_the_limit_are_closed(void **state)
{
    (void)state;
    world w;
    begin(&w);
    w.limits.connections_max = 2;
    world_serve(&w);
    client c[3];
    for (int i = 0; i < 3; i++) {
        c[i] = client_open(&w);
        world_sleep(&w, RA_MS(1));
    }
    client_read(&c[2], RA_MS(10));
    assert_true(c[2].eof || c[2].reset);
    SEND(&c[1], "GET / HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(status_of(client_read(&c[1], RA_MS(10))), 200);
    for (int i = 0; i < 3; i++)
        client_close(&c[i]);
    world_end(&w);
}

static void connections_are_spread_over_the_shards(void **state)
{
    (void)state;
    world w;
    world_init(&w, &(ra__sim_opts){.seed = 1, .shards = 2, .calm = true});
    add_routes(&w.app);
    world_serve(&w);
    static client c[64];
    for (int i = 0; i < 64; i++) {
        c[i] = client_open(&w);
        SEND(&c[i], "GET / HTTP/1.1\r\n" HOST "\r\n");
        assert_int_equal(status_of(client_read(&c[i], RA_MS(10))), 200);
    }
    assert_int_equal(ra__http_requests(w.http, 0) + ra__http_requests(w.http, 1), 64);
    for (unsigned i = 0; i < 2; i++)
        if (ra__http_requests(w.http, i) < 64 * 3 / 10)
            fail_msg("shard %u served %llu of 64", i,
                     (unsigned long long)ra__http_requests(w.http, i));
    for (int i = 0; i < 64; i++)
        client_close(&c[i]);
    world_end(&w);
}

static void refusal_reaches_a_client_that_is_still_sending(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    client c = client_open(&w);
    SEND(&c, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 1073741824\r\n\r\n");
    char junk[8192];
    memset(junk, 'j', sizeof(junk));
    for (int i = 0; i < 50; i++) {
        client_send(&c, (ra_str){junk, sizeof(junk)});
        world_sleep(&w, RA_MS(1));
    }
    assert_int_equal(status_of(client_read_all(&c)), 413);
    assert_true(c.eof && !c.reset);
    assert_int_equal(ra__http_connections(w.http), 1);
    world_sleep(&w, RA_SECONDS(3));
    assert_int_equal(ra__http_connections(w.http), 0); // it has not lingered longer
    client_close(&c);
    world_end(&w);
}

static void answers_stay_in_order_whatever_each_takes(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    client c = client_open(&w);
    char request[200];
    uint64_t draw = 7;
    for (int i = 0; i < 300; i++) {
        draw = draw * 6364136223846793005u + 1442695040888963407u;
        if (draw >> 60 < 4)
            snprintf(request, sizeof(request),
                     "GET /sleep?ms=%d HTTP/1.1\r\n" HOST "X-Request-Id: n%d.\r\n\r\n",
                     (int)(draw >> 58), i);
        else
            snprintf(request, sizeof(request),
                     "GET /items?limit=1 HTTP/1.1\r\n" HOST "X-Request-Id: n%d.\r\n%s\r\n", i,
                     i == 299 ? CLOSE : "");
        client_send(&c, ra_str_of(request));
    }
    snprintf(request, sizeof(request), "GET / HTTP/1.1\r\n" HOST CLOSE "\r\n");
    client_send(&c, ra_str_of(request));
    const char *at = client_read_all(&c);
    for (int i = 0; i < 300; i++) {
        snprintf(request, sizeof(request), "X-Request-Id: n%d.\r\n", i);
        const char *next = strstr(at, "X-Request-Id: ");
        assert_non_null(next);
        assert_memory_equal(next, request, strlen(request));
        at = next + 1;
    }
    client_close(&c);
    world_end(&w);
}

// ---- memory

static unsigned allocations;

static bool count_allocation(void *arg, size_t bytes)
{
    (void)arg, (void)bytes;
    allocations++;
    return true;
}

/// Answers of a connection that is kept; the client's buffer is emptied for each.
static void ask_again(client *c, ra_str request, int status)
{
    c->got.len = 0;
    client_send(c, request);
    assert_int_equal(status_of(client_read(c, RA_MS(1))), status);
}

static void warm_request_takes_nothing_from_the_heap(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    client c = client_open(&w);
    ra_str typed = RA_STR(PUT(JSON_TYPE, 25) "{\"name\":\"nut\",\"price\":15}");
    ra_str bad = RA_STR(PUT(JSON_TYPE, 25) "{\"name\":\"nut\",\"price\":-5}");
    ra_str raw = RA_STR("GET / HTTP/1.1\r\n" HOST "\r\n");
    for (int i = 0; i < 12; i++) {
        if (i == 9)
            ra__heap_set_hook(count_allocation, NULL);
        allocations = 0;
        ask_again(&c,
                  i % 3 == 0   ? typed
                  : i % 3 == 1 ? bad
                               : raw,
                  i % 3 == 0   ? 201
                  : i % 3 == 1 ? 422
                               : 200);
        assert_int_equal(allocations, 0);
    }
    ra__heap_set_hook(NULL, NULL);
    client_close(&c);
    world_end(&w);
}

static bool fail_nth(void *arg, size_t bytes)
{
    (void)bytes;
    unsigned *left = arg;
    return *left == 0 || --*left > 0;
}

/// Whatever allocation fails while a request is served: an answer or a closed connection, and the
/// next one works.
static void failing_allocation_costs_one_request_at_most(void **state)
{
    (void)state;
    ra_str request = RA_STR("PUT /items/7?x=%31 HTTP/1.1\r\n" HOST CLOSE JSON_TYPE
                            "Transfer-Encoding: chunked\r\n\r\n"
                            "19\r\n{\"name\":\"nut\",\"price\":15}\r\n0\r\n\r\n");
    unsigned answered = 0;
    for (unsigned n = 1; n <= 40; n++) {
        world w;
        open_world(&w);
        client c = client_open(&w);
        for (int i = 0; i < 20; i++)
            assert_int_equal(ra_buf_append(&c.got, request),
                             RA_OK); // the client's own memory, before
        c.got.len = 0;
        unsigned left = n;
        ra__heap_set_hook(fail_nth, &left);
        client_send(&c, request);
        const char *answer = client_read_all(&c);
        ra__heap_set_hook(NULL, NULL);
        int status = status_of(answer);
        answered += status == 422;
        if (*answer && status != 422 && status != 503 && status != 500)
            fail_msg("allocation %u: %s", n, answer);
        client_close(&c);
        ANSWERS(&w, "GET / HTTP/1.1\r\n" HOST "\r\n", 200);
        world_end(&w);
    }
    assert_true(answered > 0);
}

// ---- faults drawn from a seed

/// Every request gets one whole answer, or its connection ends.
static void faulty_network(uint64_t seed)
{
    world w;
    world_init(&w, &(ra__sim_opts){.seed = seed,
                                   .shards = 3,
                                   .faults = {.partial_read = 300,
                                              .partial_write = 300,
                                              .reset = 5,
                                              .delay = 300,
                                              .cancel_race = 50,
                                              .delay_ns_max = RA_MS(200)}});
    add_routes(&w.app);
    world_serve(&w);
    for (int i = 0; i < 6; i++) {
        client c = client_open(&w);
        SEND(&c,
             "GET / HTTP/1.1\r\n" HOST
             "\r\n" PUT(JSON_TYPE, 25) "{\"name\":\"nut\",\"price\":15}"
                                       "GET /sleep?ms=20 HTTP/1.1\r\n" HOST "\r\n"
                                       "POST /echo HTTP/1.1\r\n" HOST CLOSE
                                       "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
        const char *answer = client_read_all(&c);
        unsigned answers = count_of(answer, "HTTP/1.1 ");
        assert_true(answers <= 4);
        if (!c.reset && answers == 4)
            assert_string_equal(answer + strlen(answer) - 3, "abc");
        client_close(&c);
    }
    world_end(&w);
}

static void seeds_of_a_faulty_network_leave_nothing_behind(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 200; seed++)
        faulty_network(seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(raw_answer_is_sent_whole_with_its_length),
        cmocka_unit_test(typed_answer_is_json_with_its_status),
        cmocka_unit_test(members_come_from_query_and_header),
        cmocka_unit_test(handlers_without_output_answer_204_without_content),
        cmocka_unit_test(head_is_get_without_content),
        cmocka_unit_test(options_tells_the_methods),
        cmocka_unit_test(errors_are_problem_documents),
        cmocka_unit_test(ill_formed_request_id_is_replaced),
        cmocka_unit_test(every_problem_of_every_source_is_told),
        cmocka_unit_test(bodies_that_are_not_json_are_refused),
        cmocka_unit_test(reply_fields_take_no_control_bytes),
        cmocka_unit_test(reply_fields_of_the_server_are_refused),
        cmocka_unit_test(second_field_replaces_but_for_cookies),
        cmocka_unit_test(child_fiber_cannot_change_the_head),
        cmocka_unit_test(request_over_its_memory_is_503_and_the_next_works),
        cmocka_unit_test(upgrade_is_ignored),
        cmocka_unit_test(field_named_in_connection_is_still_read),
        cmocka_unit_test(refusal_reaches_a_client_that_is_still_sending),
        cmocka_unit_test(answers_stay_in_order_whatever_each_takes),
        cmocka_unit_test(chunked_body_is_read_at_every_split),
        cmocka_unit_test(typed_body_is_read_at_every_split_and_byte_by_byte),
        cmocka_unit_test(large_bodies_are_gathered_and_streamed),
        cmocka_unit_test(body_beyond_the_limit_is_413_before_it_is_read),
        cmocka_unit_test(chunked_body_beyond_the_limit_is_413),
        cmocka_unit_test(broken_chunk_is_400_and_close),
        cmocka_unit_test(incomplete_message_never_reaches_a_typed_handler),
        cmocka_unit_test(continue_is_sent_when_the_body_is_first_read),
        cmocka_unit_test(short_unread_body_is_drained),
        cmocka_unit_test(short_unread_chunks_are_drained_at_every_split),
        cmocka_unit_test(long_unread_chunks_end_the_connection),
        cmocka_unit_test(pipelined_requests_are_answered_in_order),
        cmocka_unit_test(answers_do_not_wait_for_a_later_request),
        cmocka_unit_test(good_answers_come_before_the_one_400),
        cmocka_unit_test(nothing_follows_close),
        cmocka_unit_test(requests_of_a_connection_are_counted),
        cmocka_unit_test(idle_connection_has_no_fiber_and_ends_after_65_seconds),
        cmocka_unit_test(slow_head_is_408_and_silence_is_closed),
        cmocka_unit_test(slow_body_is_408),
        cmocka_unit_test(handler_that_takes_too_long_is_503),
        cmocka_unit_test(half_closed_client_gets_its_answer),
        cmocka_unit_test(reset_cancels_a_safe_handler_at_once),
        cmocka_unit_test(flushed_answer_is_chunked),
        cmocka_unit_test(http_1_0_stream_ends_with_the_connection),
        cmocka_unit_test(error_after_the_head_leaves_the_answer_incomplete),
        cmocka_unit_test(answer_beyond_64_kib_is_chunked),
        cmocka_unit_test(client_that_does_not_read_is_reset),
        cmocka_unit_test(cpu_heavy_handler_runs_on_the_pool_and_may_not_suspend),
        cmocka_unit_test(route_with_more_stack_gets_another_fiber),
        cmocka_unit_test(drain_finishes_what_runs_and_says_close),
        cmocka_unit_test(drain_cancels_what_does_not_end),
        cmocka_unit_test(connections_beyond_the_limit_are_closed),
        cmocka_unit_test(connections_are_spread_over_the_shards),
        cmocka_unit_test(warm_request_takes_nothing_from_the_heap),
        cmocka_unit_test(failing_allocation_costs_one_request_at_most),
        cmocka_unit_test(seeds_of_a_faulty_network_leave_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
