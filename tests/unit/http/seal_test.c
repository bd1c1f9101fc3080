// SPDX-License-Identifier: MIT OR Apache-2.0
// What a program may get wrong about its routes, and how it is told.

#include "http/private/route.h"
#include "http/server.h"

#include "base/heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct ra_app {
    ra_routes *routes;
};

ra_routes *ra_app_routes(ra_app *app)
{
    return app->routes;
}

typedef struct {
    int64_t id;
    ra_str name;
} named;
RA_BIND(named, RA_FIELD(id), RA_FIELD(name));

typedef struct {
    ra_str body;
} in_body;
RA_BIND(in_body, RA_FIELD(body, .from = RA_IN_BODY));

typedef struct {
    int64_t id;
} in_path;
RA_BIND(in_path, RA_FIELD(id, .from = RA_IN_PATH));

typedef struct {
    ra_list_i64 ids;
} listed;
RA_BIND(listed, RA_FIELD(ids));

typedef struct {
    named who;
} nested;
RA_BIND(nested, RA_FIELD_OF(who, named));

typedef struct {
    ra_str if_match;
} headed;
RA_BIND(headed, RA_FIELD(if_match, .from = RA_IN_HEADER));

static ra_status take_named(ra_ctx *ctx, const named *in)
{
    (void)in;
    return ra_ctx_status(ctx);
}
static ra_status take_body(ra_ctx *ctx, const in_body *in)
{
    (void)in;
    return ra_ctx_status(ctx);
}
static ra_status take_path(ra_ctx *ctx, const in_path *in)
{
    (void)in;
    return ra_ctx_status(ctx);
}
static ra_status take_listed(ra_ctx *ctx, const listed *in)
{
    (void)in;
    return ra_ctx_status(ctx);
}
static ra_status take_nested(ra_ctx *ctx, const nested *in)
{
    (void)in;
    return ra_ctx_status(ctx);
}
static ra_status take_headed(ra_ctx *ctx, const headed *in)
{
    (void)in;
    return ra_ctx_status(ctx);
}
static ra_status take_array(ra_ctx *ctx, const RA_LIST(named) * in)
{
    (void)in;
    return ra_ctx_status(ctx);
}
static ra_status give_named(ra_ctx *ctx, named *out)
{
    (void)out;
    return ra_ctx_status(ctx);
}
static ra_status nothing(ra_ctx *ctx)
{
    return ra_ctx_status(ctx);
}
static ra_status raw(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    (void)req, (void)res;
    return ra_ctx_status(ctx);
}
static ra_status around(ra_ctx *ctx, ra_request *req, ra_response *res, ra_next *next)
{
    (void)req, (void)res;
    return ra_next_run(ctx, next);
}

static ra_app app;
static ra__route_table table;
static ra__http_limits limits;

static int setup(void **state)
{
    (void)state;
    table = (ra__route_table){0};
    app.routes = ra__routes_new();
    limits = ra__http_limits_default();
    return app.routes ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    ra__router_free(table.router);
    ra__routes_free(app.routes);
    return 0;
}

/// Seal; the faults' text must hold `expected` and nothing but `count` faults.
static void seal_finds(unsigned count, const char *expected)
{
    ra__faults faults;
    ra__faults_init(&faults);
    ra_status status = ra__routes_seal(app.routes, &limits, &table, &faults);
    char text[4096] = "";
    snprintf(text, sizeof(text), RA_STR_FMT, RA_STR_ARG(ra_buf_str(&faults.text)));
    if (faults.count != count || !strstr(text, expected))
        fail_msg("%u faults:\n%s\nexpected: %s", faults.count, text, expected);
    assert_int_equal(status, count ? RA_ERR_INVALID : RA_OK);
    ra__faults_deinit(&faults);
}

static const ra__route *sealed_route(ra__method method, const char *path)
{
    ra__found found;
    ra__router_find(table.router, method, ra_str_of(path), &found);
    assert_non_null(found.value);
    return found.value;
}

static void members_get_one_source_each(void **state)
{
    (void)state;
    ra_get(&app, "/a/{id}", take_named, named, ra_none);
    ra_post(&app, "/a/{id}", take_named, named, ra_none);
    ra_delete(&app, "/h", take_headed, headed, ra_none);
    ra_post(&app, "/array", take_array, RA_LIST(named), ra_none);
    seal_finds(0, "");
    const ra__route *get = sealed_route(RA__GET, "/a/7"), *post = sealed_route(RA__POST, "/a/7");
    assert_true(ra__set_has(&get->from_path, 0) && ra__set_has(&get->from_query, 1) &&
                !get->takes_body);
    assert_true(ra__set_has(&post->from_path, 0) && ra__set_has(&post->from_body, 1) &&
                post->body_required);
    assert_int_equal(get->placeholder_members[0], 0);
    assert_string_equal(get->label, "GET /a/{id}");
    const ra__route *headed_route = sealed_route(RA__DELETE, "/h");
    assert_int_equal(headed_route->header_count, 1);
    assert_true(ra_str_equal(headed_route->headers[0].name, RA_STR("if-match")));
    assert_true(sealed_route(RA__POST, "/array")->takes_body);
}

static void options_have_their_defaults(void **state)
{
    (void)state;
    ra_get(&app, "/none", nothing, ra_none, ra_none);
    ra_get(&app, "/some", give_named, ra_none, named);
    ra_post(&app, "/all", nothing, ra_none, ra_none, .status = 202, .timeout_ns = 5,
            .body_bytes_max = 6, .on_close = RA_ON_CLOSE_CANCEL, .unknown = RA_UNKNOWN_IGNORE);
    seal_finds(0, "");
    assert_int_equal(sealed_route(RA__GET, "/none")->status, 204);
    const ra__route *some = sealed_route(RA__GET, "/some"), *all = sealed_route(RA__POST, "/all");
    assert_int_equal(some->status, 200);
    assert_true(some->cancel_on_close && some->unknown_refuse);
    assert_true(some->timeout_ns == limits.handler_timeout_ns &&
                some->body_bytes_max == limits.body_bytes_max);
    assert_true(all->status == 202 && all->timeout_ns == 5 && all->body_bytes_max == 6 &&
                all->cancel_on_close && !all->unknown_refuse);
}

static void groups_add_prefix_and_middleware(void **state)
{
    (void)state;
    ra_routes *outer = ra_routes_under(app.routes, "/v1"),
              *inner = ra_routes_under(outer, "/admin");
    ra_get(inner, "/x", nothing, ra_none, ra_none, .middleware = {around});
    ra_middleware(&app, around);
    ra_middleware(inner, around);
    ra_middleware(outer, around);
    ra__routes_builtin(app.routes, "GET", "/health", raw, true);
    seal_finds(0, "");
    assert_int_equal(sealed_route(RA__GET, "/v1/admin/x")->chain_len, 4);
    assert_int_equal(sealed_route(RA__GET, "/health")->chain_len, 0);
    assert_true(sealed_route(RA__GET, "/health")->quiet);
}

static void conflict_names_both_places(void **state)
{
    (void)state;
    ra_get(&app, "/a/{id}", take_path, in_path, ra_none);
    int line = __LINE__ - 1;
    ra_raw(&app, "GET", "/a/{key}", raw);
    char expected[200];
    snprintf(expected, sizeof(expected), "seal_test.c:%d: GET /a/{key}: ", line + 2);
    seal_finds(1, expected);
}

static void conflict_with_the_first_place(void **state)
{
    (void)state;
    ra_get(&app, "/a", nothing, ra_none, ra_none);
    ra_raw(&app, "GET", "/a", raw);
    char expected[200];
    snprintf(expected, sizeof(expected), "seal_test.c:%d has GET /a already", __LINE__ - 3);
    seal_finds(1, expected);
}

static void built_in_routes_are_taken(void **state)
{
    (void)state;
    ra__routes_builtin(app.routes, "GET", "/health", raw, true);
    ra_raw(&app, "GET", "/health", raw);
    seal_finds(1, "GET /health is built in");
}

static void all_faults_are_told_at_once(void **state)
{
    (void)state;
    ra_get(&app, "/a/{key}", take_named, named, ra_none);
    ra_get(&app, "/b", take_body, in_body, ra_none);
    ra_post(&app, "/c", take_path, in_path, ra_none);
    ra_get(&app, "/d/{ids}", take_listed, listed, ra_none);
    ra_get(&app, "/e", take_nested, nested, ra_none);
    ra_raw(&app, "BREW", "/f", raw);
    ra_raw(&app, "GET", "g", raw);
    ra_raw(&app, "GET", "/h", raw, .cpu_heavy = true);
    ra_get(&app, "/i", nothing, ra_none, ra_none, .produces = "text/plain");
    ra_get(&app, "/j", give_named, ra_none, named, .status = 204);
    ra_get(&app, "/k", nothing, ra_none, ra_none, .status = 99);
    ra_get(&app, "/l", nothing, ra_none, ra_none, .stack_bytes = 100);
    ra_get(&app, "/m", nothing, ra_none, ra_none, .timeout_ns = -1);
    ra_get(&app, "/n", take_array, RA_LIST(named), ra_none);
    ra_get(&app, "/o/{x}", nothing, ra_none, ra_none);
    seal_finds(15, "");
}

#define ONE_FAULT(name, registration, expected)                                                    \
    static void name(void **state)                                                                 \
    {                                                                                              \
        (void)state;                                                                               \
        registration;                                                                              \
        seal_finds(1, expected);                                                                   \
    }
ONE_FAULT(placeholder_without_member, ra_get(&app, "/a/{key}", take_named, named, ra_none),
          "GET /a/{key}: the input has no member for {key}")
ONE_FAULT(placeholder_whose_member_comes_from_elsewhere,
          ra_post(&app, "/a/{body}", take_body, in_body, ra_none),
          "POST /a/{body}: nothing takes {body}: in_body.body has another .from")
ONE_FAULT(produces_no_media_type, ra_raw(&app, "GET", "/p", raw, .produces = "csv\r\nX: y"),
          "GET /p: .produces is a media type")
ONE_FAULT(consumes_with_parameters,
          ra_raw(&app, "POST", "/q", raw, .consumes = "text/csv; charset=utf-8"),
          "POST /q: .consumes is one media type without parameters")
ONE_FAULT(member_without_placeholder, ra_post(&app, "/c", take_path, in_path, ra_none),
          "in_path.id comes from the path, which has no {id}")
ONE_FAULT(body_member_of_get, ra_get(&app, "/b", take_body, in_body, ra_none),
          "in_body.body comes from the body, which GET does not have")
ONE_FAULT(list_in_the_path, ra_get(&app, "/d/{ids}", take_listed, listed, ra_none),
          "{ids} is one value")
ONE_FAULT(struct_in_the_query, ra_get(&app, "/e", take_nested, nested, ra_none),
          "nested.who is a struct; it cannot come from the query")
ONE_FAULT(unknown_method, ra_raw(&app, "BREW", "/f", raw), "BREW /f: no such method")
ONE_FAULT(path_without_slash, ra_raw(&app, "GET", "g", raw), "a path starts with /")
ONE_FAULT(heavy_raw_handler, ra_raw(&app, "GET", "/h", raw, .cpu_heavy = true),
          ".cpu_heavy is for typed handlers")
ONE_FAULT(content_with_204, ra_get(&app, "/j", give_named, ra_none, named, .status = 204),
          "an answer of status 204 has no content")

static bool fail_nth(void *arg, size_t bytes)
{
    (void)bytes;
    unsigned *left = arg;
    return *left == 0 || --*left > 0;
}

static void failing_allocation_is_exhausted(void **state)
{
    (void)state;
    for (unsigned n = 1; n < 60; n++) {
        unsigned left = n;
        ra__heap_set_hook(fail_nth, &left);
        ra_routes *own = ra__routes_new();
        if (own) {
            ra_app one = {own};
            ra__faults faults;
            ra__faults_init(&faults);
            ra_get(&one, "/a/{id}", take_named, named, ra_none);
            ra_get(ra_routes_under(own, "/x"), "/b", nothing, ra_none, ra_none);
            ra__route_table own_table;
            ra_status status = ra__routes_seal(own, &limits, &own_table, &faults);
            assert_true(status == RA_OK || status == RA_ERR_EXHAUSTED);
            ra__faults_deinit(&faults);
            ra__router_free(own_table.router);
        }
        ra__heap_set_hook(NULL, NULL);
        ra__routes_free(own);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(members_get_one_source_each),
        TEST(options_have_their_defaults),
        TEST(groups_add_prefix_and_middleware),
        TEST(conflict_names_both_places),
        TEST(conflict_with_the_first_place),
        TEST(built_in_routes_are_taken),
        TEST(all_faults_are_told_at_once),
        TEST(placeholder_without_member),
        TEST(placeholder_whose_member_comes_from_elsewhere),
        TEST(produces_no_media_type),
        TEST(consumes_with_parameters),
        TEST(member_without_placeholder),
        TEST(body_member_of_get),
        TEST(list_in_the_path),
        TEST(struct_in_the_query),
        TEST(unknown_method),
        TEST(path_without_slash),
        TEST(heavy_raw_handler),
        TEST(content_with_204),
        TEST(failing_allocation_is_exhausted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
