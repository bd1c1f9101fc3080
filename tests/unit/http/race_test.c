// SPDX-License-Identifier: MIT OR Apache-2.0
// Two things at the same moment, and around it: whoever comes first, a request gets one whole answer
// or none.
#include "http/service.h"

/// The deadline and the end of the handler at the same moment, and around it: one answer.
static void a_timeout_and_a_handler_never_both_answer(void **state)
{
    (void)state;
    for (int ms = 1990; ms <= 2010; ms++) {
        char request[300], body[40];
        world w;
        open_world(&w);
        client c = client_open(&w);
        int body_len = snprintf(body, sizeof(body), "{\"ms\":%d}", ms);
        snprintf(request, sizeof(request),
                 "POST /sleep HTTP/1.1\r\n" HOST JSON_TYPE "Content-Length: %d\r\n\r\n%s"
                 "GET /ping HTTP/1.1\r\n" HOST CLOSE "\r\n",
                 body_len, body);
        client_send(&c, ra_str_of(request));
        const char *answer = client_read_all(&c);
        assert_int_equal(count_of(answer, "HTTP/1.1 "), 2);
        assert_true(status_of(answer) == 204 || status_of(answer) == 503);
        assert_true(status_of(answer) == 204 || ms >= 1999);
        assert_true(status_of(answer) == 503 || ms <= 2001);
        client_close(&c);
        world_end(&w);
    }
}

/// Nobody can announce that a silent connection will be closed: a request that comes then is answered,
/// or the connection ends without a byte, so that the client may try again.
static void a_request_that_meets_the_idle_timeout_is_answered_or_not_at_all(void **state)
{
    (void)state;
    unsigned answered = 0, closed = 0;
    for (int ms = -10; ms <= 10; ms++) {
        world w;
        open_world(&w);
        client c = client_open(&w);
        SEND(&c, "GET /ping HTTP/1.1\r\n" HOST "\r\n");
        assert_int_equal(status_of(client_read(&c, RA_MS(1))), 204);
        c.got.len = 0;
        world_sleep(&w, RA_SECONDS(65) + RA_MS(ms));
        SEND(&c, "GET /ping HTTP/1.1\r\n" HOST CLOSE "\r\n");
        const char *answer = client_read_all(&c);
        answered += status_of(answer) == 204;
        closed += *answer == '\0';
        client_close(&c);
        world_end(&w);
    }
    assert_int_equal(answered + closed, 21);
    assert_true(answered > 0 && closed > 0);
}

/// A drain that begins as a request comes: its answer says that it is the last one.
static void a_request_that_meets_the_drain_is_answered_whole_or_not_at_all(void **state)
{
    (void)state;
    for (int us = -500; us <= 500; us += 50) {
        world w;
        open_world(&w);
        client c = client_open(&w);
        SEND(&c, "GET /ping HTTP/1.1\r\n" HOST "\r\n");
        assert_int_equal(status_of(client_read(&c, RA_MS(1))), 204);
        c.got.len = 0;
        if (us < 0) {
            SEND(&c, "GET /sleep?ms=1 HTTP/1.1\r\n" HOST "\r\n");
            world_sleep(&w, RA_US(-us));
        }
        ra__http_drain(w.http, RA_SECONDS(8), world_on_drained, &w);
        if (us >= 0) {
            world_sleep(&w, RA_US(us));
            SEND(&c, "GET /sleep?ms=1 HTTP/1.1\r\n" HOST "\r\n");
        }
        const char *answer = client_read_all(&c);
        assert_true(*answer == '\0' || (status_of(answer) == 204 && count_of(answer, CLOSE) == 1));
        assert_true(us >= 0 || status_of(answer) == 204);
        client_close(&c);
        world_end(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_timeout_and_a_handler_never_both_answer),
        cmocka_unit_test(a_request_that_meets_the_idle_timeout_is_answered_or_not_at_all),
        cmocka_unit_test(a_request_that_meets_the_drain_is_answered_whole_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
