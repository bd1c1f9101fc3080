// SPDX-License-Identifier: MIT OR Apache-2.0
// world: a server in the simulation, and a client on the test's own stack that speaks bytes.
#ifndef RAMIE_TEST_HTTP_WORLD_H
#define RAMIE_TEST_HTTP_WORLD_H

#include "http/server.h"
#include "io/sim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { WORLD_SHARDS_MAX = 4 };

// Routes are registered on an app; here the app is its routes.
struct ra_app {
    ra_routes *routes;
};

ra_routes *ra_app_routes(ra_app *app)
{
    return app->routes;
}

typedef struct {
    ra__sim *sim;
    ra__runtime *runtime;
    ra_app app;
    ra__http *http;
    ra__http_limits limits;
    ra_ctx ctxs[WORLD_SHARDS_MAX];
    ra_ctx *ctx_list[WORLD_SHARDS_MAX];
    unsigned shards;
    ra_ctx *host;
    ra__addr addr;
    bool hold; // serve nobody before ra__http_accept
    bool drained;
} world;

/// First step: routes may be added, limits changed.
static inline void world_init(world *w, const ra__sim_opts *opts)
{
    *w = (world){.limits = ra__http_limits_default(), .shards = opts->shards};
    assert_int_equal(ra__sim_new(&w->sim, opts), RA_OK);
    w->runtime = ra__sim_runtime(w->sim);
    w->app.routes = ra__routes_new();
    assert_non_null(w->app.routes);
}

/// Second step: serve.
static inline void world_serve(world *w)
{
    for (unsigned i = 0; i < w->shards; i++) {
        ra__ctx_init(&w->ctxs[i], ra__runtime_shard(w->runtime, i), NULL, NULL);
        w->ctx_list[i] = &w->ctxs[i];
    }
    ra__faults faults;
    ra__faults_init(&faults);
    ra__http_opts opts = {.limits = w->limits, .server_name = "test", .hold = w->hold};
    ra_status status =
        ra__http_new(&w->http, w->runtime, w->app.routes, w->ctx_list, &opts, &faults);
    if (faults.count)
        fail_msg(RA_STR_FMT, RA_STR_ARG(ra_buf_str(&faults.text)));
    assert_int_equal(status, RA_OK);
    ra__faults_deinit(&faults);
    assert_int_equal(ra__addr_parse(RA_STR("127.0.0.1:0"), &w->addr), RA_OK);
    assert_int_equal(ra__http_listen(w->http, &w->addr), RA_OK);
    w->host = ra__host_open(w->runtime, 0);
}

static inline void world_on_drained(void *arg)
{
    ((world *)arg)->drained = true;
}

static inline bool world_is_drained(void *arg)
{
    return ((world *)arg)->drained;
}

static inline bool world_is_quiet(void *arg)
{
    world *w = arg;
    unsigned fibers = 0;
    for (unsigned i = 0; i < w->shards; i++)
        fibers += ra__shard_fiber_count(ra__runtime_shard(w->runtime, i));
    return fibers == 0 && ra__sim_open_sockets(w->sim) == 0;
}

/// Drain, and see that nothing is left: no fiber, no socket.
static inline void world_end(world *w)
{
    ra__host_close(w->host);
    ra__http_drain(w->http, RA_SECONDS(8), world_on_drained, w);
    assert_true(ra__sim_run(w->sim, world_is_drained, w, 1000000));
    if (!world_is_quiet(w))
        ra__sim_run(w->sim, world_is_quiet, w, 1000000);
    assert_true(world_is_quiet(w));
    assert_int_equal(ra__http_connections(w->http), 0);
    ra__http_free(w->http);
    ra__routes_free(w->app.routes);
    for (unsigned i = 0; i < w->shards; i++)
        ra__ctx_deinit(&w->ctxs[i]);
    ra__sim_free(w->sim);
}

static inline void world_sleep(world *w, int64_t ns)
{
    assert_int_equal(ra_sleep(w->host, ns), RA_OK);
}

// ---- the client

typedef struct {
    world *w;
    ra__sock *sock;
    ra_buf got; // all that came
    bool eof, reset;
} client;

static inline client client_open(world *w)
{
    client c = {.w = w, .got = ra_buf_init(64 << 20)};
    assert_int_equal(ra__sock_connect(w->host, &w->addr, &c.sock), RA_OK);
    return c;
}

static inline void client_close(client *c)
{
    if (c->sock)
        ra__sock_close(c->sock, false);
    c->sock = NULL;
    ra_buf_deinit(&c->got);
}

static inline void client_send(client *c, ra_str bytes)
{
    RA_DISCARD(ra__sock_write_all(c->w->host, c->sock, bytes.ptr,
                                  bytes.len)); // the server may have closed
}
#define SEND(c, literal) client_send((c), RA_STR(literal))

/// More bytes, the end, a reset, or `ns` are over. true: bytes.
static inline bool client_more(client *c, int64_t ns)
{
    char bytes[16 << 10];
    size_t got = 0;
    int64_t outer = ra__ctx_tighten(c->w->host, ra_monotonic_ns(c->w->host) + ns);
    ra_status status = ra__sock_read(c->w->host, c->sock, bytes, sizeof(bytes), &got);
    ra__ctx_restore(c->w->host, outer);
    if (status == RA_OK && got > 0) {
        assert_int_equal(ra_buf_append(&c->got, (ra_str){bytes, got}), RA_OK);
        return true;
    }
    c->eof |= status == RA_OK;
    c->reset |= status == RA_ERR_CLOSED;
    return false;
}

/// All that comes until the server ends, or is silent for `ns`; NUL-terminated, the client's.
static inline const char *client_read(client *c, int64_t ns)
{
    while (client_more(c, ns))
        ;
    assert_int_equal(ra_buf_append(&c->got, (ra_str){"", 1}), RA_OK);
    c->got.len--;
    return c->got.ptr;
}

/// Everything up to the end of the connection. The server must end it.
static inline const char *client_read_all(client *c)
{
    const char *text = client_read(c, RA_SECONDS(1000));
    assert_true(c->eof || c->reset);
    return text;
}

static inline int status_of(const char *answer)
{
    return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? atoi(answer + 9) : 0;
}

static inline unsigned count_of(const char *text, const char *what)
{
    unsigned count = 0;
    for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
        count++;
    return count;
}

static inline const char *body_of(const char *answer)
{
    const char *end = strstr(answer, "\r\n\r\n");
    return end ? end + 4 : "";
}

/// One connection: send, half-close, read all. The answer is malloc'ed text.
static inline char *ask(world *w, ra_str bytes)
{
    client c = client_open(w);
    client_send(&c, bytes);
    ra__sock_shutdown(c.sock);
    char *answer = strdup(client_read_all(&c));
    client_close(&c);
    return answer;
}

#endif
