// SPDX-License-Identifier: MIT OR Apache-2.0
// The server as a whole: drain, the limit of connections, balance. The server over the simulation:
// real bytes, virtual time. Each test ends with a drain that must leave nothing behind.

#include "http/service.h"

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

static void held_connections_are_served_once_the_service_accepts(void **state)
{
    (void)state;
    world w;
    begin(&w);
    w.hold = true;
    world_serve(&w);
    client c = client_open(&w);
    SEND(&c, "GET / HTTP/1.1\r\n" HOST CLOSE "\r\n");
    assert_string_equal(client_read(&c, RA_SECONDS(100)), "");
    assert_false(c.eof || c.reset);
    ra__http_accept(w.http);
    assert_int_equal(status_of(client_read_all(&c)), 200);
    client_close(&c);
    ANSWERS(&w, "GET / HTTP/1.1\r\n" HOST "\r\n", 200);
    world_end(&w);
}

static void held_connections_close_when_the_start_has_failed(void **state)
{
    (void)state;
    world w;
    begin(&w);
    w.hold = true;
    world_serve(&w);
    client c = client_open(&w);
    SEND(&c, "GET / HTTP/1.1\r\n" HOST "\r\n");
    world_sleep(&w, RA_MS(10));
    ra__http_drain(w.http, RA_SECONDS(8), world_on_drained, &w);
    assert_string_equal(client_read(&c, RA_MS(100)), "");
    assert_true(c.eof || c.reset);
    assert_true(w.drained);
    client_close(&c);
    world_end(&w);
}

static void impossible_limits_are_faults(void **state)
{
    (void)state;
    world w;
    begin(&w);
    ra__faults faults;
    ra__faults_init(&faults);
    ra__http_opts opts = {.limits = w.limits};
    opts.limits.head_bytes_max = 60 << 10;
    opts.limits.body_bytes_per_second_min = 0;
    ra__http *http = NULL;
    assert_int_equal(ra__http_new(&http, w.runtime, w.app.routes, w.ctx_list, &opts, &faults),
                     RA_ERR_INVALID);
    assert_null(http);
    assert_int_equal(faults.count, 2);
    ra__faults_deinit(&faults);
    world_serve(&w);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drain_finishes_what_runs_and_says_close),
        cmocka_unit_test(drain_cancels_what_does_not_end),
        cmocka_unit_test(connections_beyond_the_limit_are_closed),
        cmocka_unit_test(connections_are_spread_over_the_shards),
        cmocka_unit_test(held_connections_are_served_once_the_service_accepts),
        cmocka_unit_test(held_connections_close_when_the_start_has_failed),
        cmocka_unit_test(impossible_limits_are_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
