// SPDX-License-Identifier: MIT OR Apache-2.0
// Answers on their way out: held back, streamed, cut short; and the fields that handlers set. The
// server over the simulation: real bytes, virtual time. Each test ends with a drain that must leave
// nothing behind.

#include "http/service.h"

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

// ---- a ctx that has ended

static ra_status write_what_is_over(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    unsigned blocks = ra_is_set(ra_request_query(req, "memory")) ? 129 : 0;
    for (unsigned i = 0; i < blocks; i++)
        memset(ra_alloc(ctx, 32 << 10), 1, 100); // the last one or two are over the 4 MiB
    if (ra_is_set(ra_request_query(req, "time")))
        RA_DISCARD(ra_sleep(ctx, RA_SECONDS(3)));
    return ra_response_write(ctx, res, RA_STR("late"));
}

/// Also where the bytes would only be held back, which suspends nothing.
static void write_tells_at_once_that_the_ctx_has_ended(void **state)
{
    (void)state;
    world w;
    begin(&w);
    ra_raw(&w.app, "GET", "/over", write_what_is_over, .timeout_ns = RA_SECONDS(2));
    world_serve(&w);
    ANSWERS(&w, "GET /over HTTP/1.1\r\n" HOST "\r\n", 200, "late");
    ANSWERS(&w, "GET /over?memory HTTP/1.1\r\n" HOST "\r\n", 503);
    ANSWERS(&w, "GET /over?time HTTP/1.1\r\n" HOST "\r\n", 503);
    world_end(&w);
}

// ---- fields

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flushed_answer_is_chunked),
        cmocka_unit_test(http_1_0_stream_ends_with_the_connection),
        cmocka_unit_test(error_after_the_head_leaves_the_answer_incomplete),
        cmocka_unit_test(answer_beyond_64_kib_is_chunked),
        cmocka_unit_test(client_that_does_not_read_is_reset),
        cmocka_unit_test(write_tells_at_once_that_the_ctx_has_ended),
        cmocka_unit_test(reply_fields_take_no_control_bytes),
        cmocka_unit_test(reply_fields_of_the_server_are_refused),
        cmocka_unit_test(second_field_replaces_but_for_cookies),
        cmocka_unit_test(child_fiber_cannot_change_the_head),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
