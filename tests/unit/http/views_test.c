// SPDX-License-Identifier: MIT OR Apache-2.0
// What lies behind a request in the same connection: further requests, the end, bytes that were
// only promised. The handler's views must not change by it, and leaving must still be seen.
#include "base/heap.h"
#include "http/service.h"

enum { BEHIND_BYTES = 20 << 10 }; // what a client sends behind the request at once

typedef struct {
    ra_str name;
} named;
RA_BIND(named, RA_FIELD(name));

/// Views into the head and the body, looked at before and after a long wait.
static ra_status look_twice(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    ra_str body;
    RA_TRY(ra_request_body(ctx, req, &body));
    ra_str views[] = {ra_request_path(req), ra_value_or(ra_request_query(req, "q"), RA_STR("")),
                      ra_value_or(ra_request_header(req, "X-View"), RA_STR("")), body};
    char before[4][100];
    for (size_t i = 0; i < 4; i++) {
        RA_ENSURE(ctx, views[i].len > 0 && views[i].len < 100, RA_ERR_INTERNAL, "no view");
        memcpy(before[i], views[i].ptr, views[i].len);
    }
    RA_TRY(ra_sleep(ctx, RA_SECONDS(1)));
    for (size_t i = 0; i < 4; i++)
        RA_ENSURE(ctx, memcmp(before[i], views[i].ptr, views[i].len) == 0, RA_ERR_INTERNAL,
                  "view %zu has changed", i);
    return ra_response_write(ctx, res, views[2]);
}

/// JSON text without escapes is a view into the body.
static ra_status look_twice_typed(ra_ctx *ctx, const named *in, named *out)
{
    char before[100];
    memcpy(before, in->name.ptr, in->name.len);
    RA_TRY(ra_sleep(ctx, RA_SECONDS(1)));
    RA_ENSURE(ctx, memcmp(before, in->name.ptr, in->name.len) == 0, RA_ERR_INTERNAL, "changed");
    out->name = in->name;
    return RA_OK;
}

static void open_viewing_world(world *w)
{
    begin(w);
    ra_raw(&w->app, "POST", "/views", look_twice);
    ra_post(&w->app, "/named", look_twice_typed, named, named, .unknown = RA_UNKNOWN_IGNORE);
    world_serve(w);
}

/// `count` requests with bodies that differ, sent at once: whole, then in pieces of odd sizes.
static void send_pipelined(client *c, const char *target, const char *type, unsigned count,
                           size_t piece)
{
    ra_buf all = ra_buf_init(1 << 20);
    for (unsigned i = 0; i < count; i++) {
        char request[400], body[40];
        int body_len = snprintf(body, sizeof(body), "{\"name\":\"body %08u\"}", i * 7919);
        snprintf(request, sizeof(request),
                 "POST %s?q=query%08u HTTP/1.1\r\n" HOST "X-View: view%08u\r\n%s"
                 "Content-Length: %d\r\n\r\n%s",
                 target, i * 104729, i * 1299709, type, body_len, body);
        assert_int_equal(ra_buf_append(&all, ra_str_of(request)), RA_OK);
    }
    for (size_t at = 0; at < all.len; at += piece) {
        client_send(c, ra_str_slice(ra_buf_str(&all), at, at + piece));
        world_sleep(c->w, RA_MS(1));
    }
    ra_buf_deinit(&all);
}

static void views_outlast_what_is_pipelined_behind(const char *target, const char *type,
                                                   const char *in_answer, size_t piece)
{
    world w;
    open_viewing_world(&w);
    client c = client_open(&w);
    send_pipelined(&c, target, type, 40, piece);
    const char *at = client_read(&c, RA_SECONDS(2));
    if (count_of(at, "HTTP/1.1 200") != 40)
        fail_msg("%s", at);
    for (unsigned i = 0; i < 40; i++) {
        char text[40];
        snprintf(text, sizeof(text), in_answer,
                 i * (strcmp(target, "/named") == 0 ? 7919 : 1299709));
        at = strstr(at, text);
        assert_non_null(at);
    }
    client_close(&c);
    world_end(&w);
}

static void views_of_a_waiting_handler_do_not_change(void **state)
{
    (void)state;
    const size_t pieces[] = {1 << 20, 1400, 97};
    for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
        views_outlast_what_is_pipelined_behind("/views", "", "view%08u", pieces[i]);
        views_outlast_what_is_pipelined_behind("/named", JSON_TYPE, "body %08u", pieces[i]);
    }
}

static void client_send_behind(client *c)
{
    static char row[BEHIND_BYTES];
    static const char one[] = "GET / HTTP/1.1\r\n" HOST "\r\n";
    size_t len = 0;
    for (; len + sizeof(one) < sizeof(row); len += sizeof(one) - 1)
        memcpy(row + len, one, sizeof(one) - 1);
    client_send(c, (ra_str){row, len});
}

static void leaving_is_seen_behind_pipelined_bytes(void **state)
{
    (void)state;
    for (int reset = 0; reset < 2; reset++) {
        world w;
        open_world(&w);
        client c = client_open(&w);
        SEND(&c, "GET /sleep?ms=20000 HTTP/1.1\r\n" HOST "\r\n");
        client_send_behind(&c);
        world_sleep(&w, RA_MS(100));
        assert_int_equal(handler_cancels, 0);
        if (reset) {
            ra__sock_close(c.sock, true);
            c.sock = NULL;
        } else {
            ra__sock_shutdown(c.sock);
        }
        world_sleep(&w, reset ? RA_MS(100) : RA_MS(1100));
        assert_int_equal(handler_cancels, 1);
        client_close(&c);
        world_end(&w);
    }
}

// ---- promises

static size_t heap_bytes;

static bool add_up(void *arg, size_t bytes)
{
    (void)arg;
    heap_bytes += bytes;
    return true;
}

/// A length, or a first chunk's size, of most of what is allowed, and not one byte of it.
static void a_claimed_length_takes_no_memory(void **state)
{
    (void)state;
    enum { CLIENTS = 50 };
    const char *claims[] = {"Content-Length: 1000000\r\n\r\n",
                            "Transfer-Encoding: chunked\r\n\r\nF4240\r\n",
                            "Content-Length: 18446744073709551615\r\n\r\n"};
    for (size_t i = 0; i < sizeof(claims) / sizeof(*claims); i++) {
        world w;
        client clients[CLIENTS];
        char request[300];
        open_world(&w);
        snprintf(request, sizeof(request), "POST /echo HTTP/1.1\r\n" HOST "%s", claims[i]);
        for (int n = 0; n < CLIENTS; n++)
            clients[n] = client_open(&w);
        heap_bytes = 0;
        ra__heap_set_hook(add_up, NULL);
        for (int n = 0; n < CLIENTS; n++)
            client_send(&clients[n], ra_str_of(request));
        world_sleep(&w, RA_MS(10));
        ra__heap_set_hook(NULL, NULL);
        assert_in_range(heap_bytes, 0, CLIENTS * (96 << 10));
        for (int n = 0; n < CLIENTS; n++)
            client_close(&clients[n]);
        world_end(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(views_of_a_waiting_handler_do_not_change),
        cmocka_unit_test(leaving_is_seen_behind_pipelined_bytes),
        cmocka_unit_test(a_claimed_length_takes_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
