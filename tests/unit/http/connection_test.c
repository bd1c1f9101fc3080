// SPDX-License-Identifier: MIT OR Apache-2.0
// The life of a connection: order, limits, silence, leaving, memory, faults. The server over the
// simulation: real bytes, virtual time. Each test ends with a drain that must leave nothing behind.

#include "base/heap.h"
#include "http/service.h"
#include "obs/log.h"

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

/// The client does not read: the small answer is being sent meanwhile, the next one waits for that write.
static void later_answer_waits_for_the_write_under_way(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    client c = client_open(&w);
    SEND(&c, "GET /large?bytes=65300 HTTP/1.1\r\n" HOST "\r\nGET / HTTP/1.1\r\n" HOST "\r\n"
             "GET /sleep?ms=10 HTTP/1.1\r\n" HOST "\r\nGET / HTTP/1.1\r\n" HOST CLOSE "\r\n");
    world_sleep(&w, RA_SECONDS(1));
    const char *answer = client_read_all(&c);
    assert_int_equal(count_of(answer, "HTTP/1.1 200"), 3);
    assert_int_equal(count_of(answer, "HTTP/1.1 204"), 1);
    assert_string_equal(answer + strlen(answer) - 13, "Hello, World!");
    client_close(&c);
    world_end(&w);
}

static void end_of_the_drain_stops_a_write_under_way(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    client c = client_open(&w), idle = client_open(&w);
    SEND(&c, "GET /large?bytes=65300 HTTP/1.1\r\n" HOST "\r\nGET / HTTP/1.1\r\n" HOST "\r\n"
             "GET /sleep?ms=20000 HTTP/1.1\r\n" HOST "\r\n");
    world_sleep(&w, RA_MS(10));
    ra__http_drain(w.http, RA_MS(200), world_on_drained, &w);
    world_sleep(&w, RA_MS(100));
    assert_false(w.drained);
    world_sleep(&w, RA_MS(200));
    assert_true(w.drained);
    client_close(&c);
    client_close(&idle);
    world_end(&w);
}

/// The read buffer is tidied when a body follows a long row of requests.
static void body_behind_many_requests_is_read(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    client c = client_open(&w);
    ra_buf row = ra_buf_init(1 << 20);
    for (int i = 0; i < 700; i++)
        assert_int_equal(ra_buf_append(&row, RA_STR("GET /ping HTTP/1.1\r\n" HOST "\r\n")), RA_OK);
    assert_int_equal(ra_buf_append(&row, RA_STR("POST /upload HTTP/1.1\r\n" HOST CLOSE
                                                "Content-Length: 40000\r\n\r\n")),
                     RA_OK);
    for (int i = 0; i < 4000; i++)
        assert_int_equal(ra_buf_append(&row, RA_STR("0123456789")), RA_OK);
    client_send(&c, ra_buf_str(&row));
    const char *answer = client_read_all(&c);
    assert_int_equal(count_of(answer, "HTTP/1.1 204"), 700);
    assert_int_equal(count_of(answer, "40000 bytes"), 1);
    ra_buf_deinit(&row);
    client_close(&c);
    world_end(&w);
}

static void every_request_has_a_line_in_the_access_log(void **state)
{
    (void)state;
    world w;
    begin(&w);
    ra__routes_builtin(w.app.routes, "GET", "/quiet", hello, true);
    world_serve(&w);
    ra__log_opts opts = {
        .level = RA_LOG_INFO, .format = RA__LOG_JSON, .access = true, .fd = RA__LOG_KEEP};
    assert_int_equal(ra__log_open(w.runtime, &opts), RA_OK);
    free(ask(&w, RA_STR("GET /?a=%22 HTTP/1.1\r\n" HOST "X-Request-Id: one\r\n\r\n")));
    free(ask(&w, RA_STR("HEAD /nowhere HTTP/1.1\r\n" HOST "\r\n")));
    free(ask(&w, RA_STR("GET /quiet HTTP/1.1\r\n" HOST "\r\n")));
    free(ask(&w, RA_STR("POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc")));
    free(ask(&w, RA_STR("GET / HTTP/1.1\r\nbroken\r\n\r\n")));
    ra_buf lines = ra_buf_init(1 << 16);
    assert_int_equal(ra__log_take(&lines), RA_OK);
    assert_int_equal(ra_buf_append(&lines, (ra_str){"", 1}), RA_OK);
    assert_int_equal(count_of(lines.ptr, "\"msg\":\"request\""), 4);
    const char *parts[] = {"\"method\":\"GET\",\"target\":\"/?a=%22\",\"status\":200",
                           "\"request_id\":\"one\"",
                           "\"target\":\"/nowhere\",\"status\":404",
                           "\"bytes_in\":3,\"bytes_out\":3",
                           "\"route\":\"/echo\"",
                           "\"status\":400"};
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
        if (!strstr(lines.ptr, parts[i]))
            fail_msg("no %s in\n%s", parts[i], lines.ptr);
    ra_buf_deinit(&lines);
    ra__log_close();
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
        cmocka_unit_test(refusal_reaches_a_client_that_is_still_sending),
        cmocka_unit_test(answers_stay_in_order_whatever_each_takes),
        cmocka_unit_test(later_answer_waits_for_the_write_under_way),
        cmocka_unit_test(end_of_the_drain_stops_a_write_under_way),
        cmocka_unit_test(body_behind_many_requests_is_read),
        cmocka_unit_test(every_request_has_a_line_in_the_access_log),
        cmocka_unit_test(warm_request_takes_nothing_from_the_heap),
        cmocka_unit_test(failing_allocation_costs_one_request_at_most),
        cmocka_unit_test(seeds_of_a_faulty_network_leave_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
