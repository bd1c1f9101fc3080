// SPDX-License-Identifier: MIT OR Apache-2.0
// Bodies on their way in: whole, in pieces, too long, broken, not read. The server over the
// simulation: real bytes, virtual time. Each test ends with a drain that must leave nothing behind.

#include "http/service.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
