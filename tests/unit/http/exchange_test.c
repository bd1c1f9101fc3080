// SPDX-License-Identifier: MIT OR Apache-2.0
// One request and its answer: which handler, what it gets, what the client is told. The server over
// the simulation: real bytes, virtual time. Each test ends with a drain that must leave nothing
// behind.

#include "http/service.h"

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

static void bodies_that_are_not_json_are_refused(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ANSWERS(&w, PUT(JSON_TYPE, 9) "{\n \"name\"", 400, "\"line\":2,\"column\":");
    ANSWERS(&w, PUT(JSON_TYPE, 0), 400, "\"line\":1,\"column\":1,\"offset\":0");
    ANSWERS(&w, PUT("", 0), 400, "a body is needed");
    ANSWERS(&w, PUT("", 2) "{}", 415);
    ANSWERS(&w, PUT("Content-Type: text/json\r\n", 2) "{}", 415);
    ANSWERS(&w, PUT("Content-Type: application/json; charset=latin1\r\n", 2) "{}", 415);
    ANSWERS(&w, PUT(JSON_TYPE JSON_TYPE, 2) "{}", 415);
    ANSWERS(&w, PUT(JSON_TYPE "Content-Encoding: gzip\r\n", 2) "{}", 415);
    ANSWERS(&w, PUT(JSON_TYPE "Content-Encoding: identity\r\nContent-Encoding: gzip\r\n", 2) "{}",
            415);
    ANSWERS(&w, PUT(JSON_TYPE "Content-Encoding: Identity\r\n", 2) "{}", 422);
    ANSWERS(&w, PUT(JSON_TYPE, 2) "{}", 422, "\"pointer\":\"/name\",\"code\":\"required\"");
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

// ---- what handlers may ask and say

static void array_is_an_input_and_an_output(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ANSWERS(&w,
            "POST /sum HTTP/1.1\r\n" HOST JSON_TYPE
            "Content-Length: 44\r\n\r\n[{\"id\":3,\"name\":\"a\"},{\"id\":4,\"name\":\"bcde\"}]",
            200, "[{\"id\":7,\"name\":\"sum\"}]");
    ANSWERS(&w, "POST /sum HTTP/1.1\r\n" HOST JSON_TYPE "Content-Length: 2\r\n\r\n{}", 422,
            "\"code\":\"type\"");
    ANSWERS(&w, "POST /sum HTTP/1.1\r\n" HOST "\r\n", 400, "a body is needed");
    world_end(&w);
}

static void raw_handler_sees_the_parts_of_the_request(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ANSWERS(&w, "GET /about/a%20b//c?y&a+b=1%2B&a%20b=2 HTTP/1.1\r\n" HOST "\r\n", 200,
            "\r\n\r\nGET|/about/a%20b//c|/about/{rest...}|a b//c|1+|11|1");
    ANSWERS(&w, "GET /about/%2F HTTP/1.1\r\n" HOST "\r\n", 404);
    world_end(&w);
}

static void whole_body_after_a_piece_is_too_late(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ANSWERS(&w, "POST /late HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc", 200, "too late");
    world_end(&w);
}

static void raw_route_may_name_its_media_type(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ANSWERS(&w,
            "POST /csv HTTP/1.1\r\n" HOST
            "Content-Type: text/csv; header=absent\r\nContent-Length: 1\r\n\r\na",
            200);
    ANSWERS(&w,
            "POST /csv HTTP/1.1\r\n" HOST "Content-Type: text/plain\r\nContent-Length: 1\r\n\r\na",
            415, "must be text/csv");
    ANSWERS(&w, "POST /csv HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\na", 415);
    ANSWERS(&w, "POST /csv HTTP/1.1\r\n" HOST "\r\n", 200);
    world_end(&w);
}

static void unknown_members_are_ignored_where_the_route_says_so(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ANSWERS(&w, "GET /lenient?limit=3&x=1 HTTP/1.1\r\n" HOST "\r\n", 200, "{\"id\":3,");
    ANSWERS(&w, "GET /items?limit=3&x=1 HTTP/1.1\r\n" HOST "\r\n", 422);
    world_end(&w);
}

static void query_of_too_many_fields_is_422(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    for (int over = 0; over <= 1; over++) {
        char request[4000] = "GET /items?limit=1";
        for (int i = 0; i < 255 + over; i++)
            strcat(request, "&ids=1");
        strcat(request, " HTTP/1.1\r\n" HOST "\r\n");
        answer_has(&w, ra_str_of(request), over ? 422 : 200, NULL);
    }
    world_end(&w);
}

static void middleware_may_answer_instead_and_runs_the_rest_once(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ANSWERS(&w, "GET /instead HTTP/1.1\r\n" HOST "\r\n", 203, "cached", "X-Seen: 203");
    assert_int_equal(handler_runs, 0);
    ANSWERS(&w, "GET /twice-run HTTP/1.1\r\n" HOST "\r\n", 204);
    assert_int_equal(handler_runs, 1);
    world_end(&w);
}

static void output_that_json_cannot_say_is_500(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ANSWERS(&w, "GET /nan HTTP/1.1\r\n" HOST "\r\n", 500, "\"title\":\"Internal Server Error\"");
    world_end(&w);
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
        cmocka_unit_test(request_over_its_memory_is_503_and_the_next_works),
        cmocka_unit_test(upgrade_is_ignored),
        cmocka_unit_test(field_named_in_connection_is_still_read),
        cmocka_unit_test(cpu_heavy_handler_runs_on_the_pool_and_may_not_suspend),
        cmocka_unit_test(route_with_more_stack_gets_another_fiber),
        cmocka_unit_test(array_is_an_input_and_an_output),
        cmocka_unit_test(raw_handler_sees_the_parts_of_the_request),
        cmocka_unit_test(whole_body_after_a_piece_is_too_late),
        cmocka_unit_test(raw_route_may_name_its_media_type),
        cmocka_unit_test(unknown_members_are_ignored_where_the_route_says_so),
        cmocka_unit_test(query_of_too_many_fields_is_422),
        cmocka_unit_test(middleware_may_answer_instead_and_runs_the_rest_once),
        cmocka_unit_test(output_that_json_cannot_say_is_500),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
