// SPDX-License-Identifier: MIT OR Apache-2.0
// world: the same test on each backend. A test body is a fiber; what it expects and does not find
// is noted, since a failed cmocka assertion would jump out of its stack, and asserted when the
// fiber has ended.
#ifndef RAMIE_TESTS_IO_WORLD_H
#define RAMIE_TESTS_IO_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/heap.h"
#include "io/net.h"
#include "io/sim.h"
#include <pthread.h>

typedef enum { ON_EPOLL, ON_SIM_CALM, ON_SIM } world_kind;

typedef struct {
    world_kind kind;
    ra__runtime *runtime;
    ra__sim *sim; // NULL: epoll
    pthread_mutex_t lock;
    pthread_cond_t change;
    ra__msg spawn_msg;
    ra__fiber_fn *body;
    void *arg;
    bool ended;
    ra_status status;
} world;

static char world_failure[256];

static inline bool expect(bool holds, const char *file, int line, const char *what, long long got)
{
    if (!holds && !world_failure[0])
        snprintf(world_failure, sizeof world_failure, "%s:%d: %s (%lld)", file, line, what, got);
    return holds;
}

/// In a body: go on only if it holds.
#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!expect((condition), __FILE__, __LINE__, #condition, 0))                               \
            return RA_ERR_INTERNAL;                                                                \
    } while (0)
/// The same, and show what there is instead.
#define EXPECT_EQUAL(got, wanted)                                                                  \
    do {                                                                                           \
        long long got_ = (long long)(got);                                                         \
        if (!expect(got_ == (long long)(wanted), __FILE__, __LINE__, #got " == " #wanted, got_))   \
            return RA_ERR_INTERNAL;                                                                \
    } while (0)

static inline void world_init(world *w, world_kind kind)
{
    *w = (world){.kind = kind};
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->change, NULL);
    world_failure[0] = 0;
}

/// epoll with a clock of the test's; NULL: the system's.
static inline void world_open_clock(world *w, unsigned shards, const ra__clock *clock)
{
    ra__runtime_opts opts = {.shards = shards, .backend = &ra__epoll_backend, .clock = clock};
    world_init(w, ON_EPOLL);
    assert_int_equal(ra__runtime_new(&w->runtime, &opts), RA_OK);
    assert_int_equal(ra__runtime_start(w->runtime), RA_OK);
}

static inline void world_open_seed(world *w, world_kind kind, unsigned shards, uint64_t seed)
{
    if (kind == ON_EPOLL) {
        world_open_clock(w, shards, NULL);
        return;
    }
    ra__sim_opts opts = {.seed = seed, .shards = shards, .calm = kind == ON_SIM_CALM};
    world_init(w, kind);
    assert_int_equal(ra__sim_new(&w->sim, &opts), RA_OK);
    w->runtime = ra__sim_runtime(w->sim);
}

static inline void world_open(world *w, world_kind kind, unsigned shards)
{
    world_open_seed(w, kind, shards, 1);
}

static inline void world_close(world *w)
{
    ra__runtime_stop(w->runtime);
    if (w->sim) {
        assert_int_equal(ra__sim_open_sockets(w->sim), 0);
        ra__sim_free(w->sim);
    } else {
        ra__runtime_free(w->runtime);
    }
    pthread_mutex_destroy(&w->lock);
    pthread_cond_destroy(&w->change);
}

static inline void world_body_ended(ra_ctx *ctx, void *arg, ra_status status)
{
    (void)ctx;
    world *w = arg;
    pthread_mutex_lock(&w->lock);
    w->status = status;
    w->ended = true;
    pthread_cond_broadcast(&w->change);
    pthread_mutex_unlock(&w->lock);
}

static inline ra_status world_body(ra_ctx *ctx, void *arg)
{
    world *w = arg;
    return w->body(ctx, w->arg);
}

static inline void world_spawn(ra__msg *msg)
{
    world *w = (world *)(void *)((char *)msg - offsetof(world, spawn_msg));
    ra__spawn_opts opts = {
        .name = "body", .file = __FILE__, .line = __LINE__, .ended = world_body_ended};
    if (!ra__spawn(ra__shard_self(), world_body, w, &opts))
        abort();
}

static inline bool world_has_ended(void *arg)
{
    return ((world *)arg)->ended;
}

static inline void world_wait(world *w)
{
    if (w->sim) {
        assert_true(ra__sim_run(w->sim, world_has_ended, w, 20000000));
        return;
    }
    pthread_mutex_lock(&w->lock);
    while (!w->ended)
        pthread_cond_wait(&w->change, &w->lock);
    pthread_mutex_unlock(&w->lock);
}

/// Run a body as a fiber of shard 0 to its end and fail the test if it expected something else.
static inline void world_run(world *w, ra__fiber_fn *body, void *arg)
{
    w->body = body;
    w->arg = arg;
    w->ended = false;
    w->spawn_msg.fn = world_spawn;
    ra__shard_post(ra__runtime_shard(w->runtime, 0), &w->spawn_msg);
    world_wait(w);
    if (world_failure[0])
        fail_msg("%s", world_failure);
    assert_int_equal(w->status, RA_OK);
}

// ---- a listener whose clients are asked for one by one

enum { HALL_MAX = 2048 };
typedef struct {
    ra__listener *listener;
    ra__addr addr;
    ra__raw clients[HALL_MAX];
    ra__addr peers[HALL_MAX];
    unsigned came, taken;
    ra__wait *waiter;
    unsigned wanted; // before the waiter is woken
} hall;

static inline void hall_accepted(void *arg, ra__raw raw, const ra__addr *peer)
{
    hall *h = arg;
    h->peers[h->came] = *peer;
    h->clients[h->came++] = raw;
    if (h->waiter && h->came >= h->wanted && ra__wait_claim(h->waiter)) {
        ra__wait *waiter = h->waiter;
        h->waiter = NULL;
        ra__wait_wake(waiter, RA_OK);
    }
}

static inline ra_status hall_open_at(ra_ctx *ctx, hall *h, const char *addr, int backlog)
{
    *h = (hall){0};
    RA_TRY(ra__addr_parse(ra_str_of(addr), &h->addr));
    ra__listen_opts opts = {.accepted = hall_accepted, .arg = h, .backlog = backlog};
    return ra__listen(ctx->shard, &h->addr, true, &opts, &h->listener);
}

static inline ra_status hall_open(ra_ctx *ctx, hall *h)
{
    return hall_open_at(ctx, h, "127.0.0.1:0", 0);
}

/// Until so many have come in all.
static inline RA_SUSPENDS ra_status hall_await(ra_ctx *ctx, hall *h, unsigned count)
{
    ra__wait wait;
    if (h->came >= count)
        return RA_OK;
    ra__wait_init(&wait, ctx, "hall", h);
    h->wanted = count;
    h->waiter = &wait;
    ra_status status = ra__wait_park(ctx, &wait);
    h->waiter = NULL;
    return status;
}

static inline RA_SUSPENDS ra_status hall_next(ra_ctx *ctx, hall *h, ra__sock **out)
{
    RA_TRY(hall_await(ctx, h, h->taken + 1));
    *out = ra__sock_adopt(ctx->shard, h->clients[h->taken++]);
    return *out ? RA_OK : RA_ERR_EXHAUSTED;
}

/// A connection's two ends, both on this shard.
static inline RA_SUSPENDS ra_status hall_pair(ra_ctx *ctx, hall *h, ra__sock **client,
                                              ra__sock **server)
{
    *server = NULL;
    RA_TRY(ra__sock_connect(ctx, &h->addr, client));
    return hall_next(ctx, h, server);
}

// ---- a flag that callbacks raise and a fiber waits for

typedef struct {
    unsigned raised;
    ra__wait *waiter;
    unsigned wanted;
} flag;

static inline void flag_raise(void *arg)
{
    flag *f = arg;
    f->raised++;
    if (f->waiter && f->raised >= f->wanted && ra__wait_claim(f->waiter)) {
        ra__wait *waiter = f->waiter;
        f->waiter = NULL;
        ra__wait_wake(waiter, RA_OK);
    }
}

static inline RA_SUSPENDS ra_status flag_await(ra_ctx *ctx, flag *f, unsigned count)
{
    ra__wait wait;
    if (f->raised >= count)
        return RA_OK;
    ra__wait_init(&wait, ctx, "flag", f);
    f->wanted = count;
    f->waiter = &wait;
    ra_status status = ra__wait_park(ctx, &wait);
    f->waiter = NULL;
    return status;
}

/// Let everything happen that is about to: some turns of the loop, with a look at the sockets in
/// each.
static inline RA_SUSPENDS ra_status settle(ra_ctx *ctx)
{
    return ra_sleep(ctx, RA_MS(5));
}

static inline RA_SUSPENDS ra_status read_exactly(ra_ctx *ctx, ra__sock *sock, char *into,
                                                 size_t bytes)
{
    while (bytes > 0) {
        size_t got;
        RA_TRY(ra__sock_read(ctx, sock, into, bytes, &got));
        if (got == 0)
            return RA_ERR_CLOSED;
        into += got;
        bytes -= got;
    }
    return RA_OK;
}

#endif
