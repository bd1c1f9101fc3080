// SPDX-License-Identifier: MIT OR Apache-2.0
// world: what the tests of fiber run on, in place of io.
//
// A *sim* is one thread, N logical shards, a virtual clock and a seed; every choice is folded into
// a trace hash. A *real* runtime has threads and the system's clock; its backend waits on a
// doorbell and knows no sockets. Both complete ops by hand: an op waits in `pending` until the test
// finishes it or it is cancelled.
#ifndef RAMIE_TESTS_FIBER_WORLD_H
#define RAMIE_TESTS_FIBER_WORLD_H

#include "fiber/op.h"
#include "fiber/private/sanitizer.h"
#include "fiber/runtime.h"
#include "fiber/wait.h"
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

// cmocka's assertions leave by longjmp; on a fiber's stack that would be another stack than the
// test's. So fibers report with this, which prints and ends the process.
#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            ra__os_print(2, "%s:%d: expected: %s\n", __FILE__, __LINE__, #condition);              \
            abort();                                                                               \
        }                                                                                          \
    } while (0)
#define EXPECT_STATUS(call, wanted)                                                                \
    do {                                                                                           \
        ra_status expect_got_ = (call);                                                            \
        if (expect_got_ != (wanted)) {                                                             \
            ra__os_print(2, "%s:%d: %s: got %s, expected %s\n", __FILE__, __LINE__, #call,         \
                         ra_status_name(expect_got_), ra_status_name(wanted));                     \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/// How many of what a test would like: RA_TEST_SCALE is a divisor, for slow builds.
__attribute__((unused)) static int scaled(int count)
{
    const char *scale = getenv("RA_TEST_SCALE");
    int divisor = scale ? atoi(scale) : 1;
#if RA__TSAN
    divisor = divisor > 4 ? divisor : 4; // its limit is some 8,000 contexts
#endif
    return divisor > 1 && count / divisor > 0 ? count / divisor : count;
}

// ---- sim

typedef struct {
    ra__runtime *runtime;
    ra__clock clock;
    int64_t now_ns;
    uint64_t seed, trace;
    uint64_t steps;
    unsigned shards; // with extras
    ra__op *pending;
} sim;

static inline uint64_t sim_random(void *world)
{
    sim *s = world;
    uint64_t z = s->seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static inline int64_t sim_now(void *world)
{
    return ((sim *)world)->now_ns;
}

static inline int64_t sim_wall(void *world)
{
    return ((sim *)world)->now_ns + RA_SECONDS(1000000);
}

static inline void sim_trace(sim *s, uint64_t what)
{
    s->trace = (s->trace ^ what) * UINT64_C(1099511628211);
}

static inline unsigned sim_choose(void *world, unsigned count)
{
    sim *s = world;
    unsigned at = (unsigned)(sim_random(s) % count);
    sim_trace(s, at);
    return at;
}

static inline bool sim_step(void *world)
{
    sim *s = world;
    unsigned start = (unsigned)(sim_random(s) % s->shards);
    s->steps++;
    for (unsigned i = 0; i < s->shards; i++) {
        ra__shard *shard = ra__runtime_shard(s->runtime, (start + i) % s->shards);
        if (ra__shard_runnable(shard)) {
            sim_trace(s, 1000 + ra__shard_index(shard));
            ra__shard_turn(shard, 1);
            return true;
        }
    }
    int64_t next_ns = INT64_MAX;
    for (unsigned i = 0; i < s->shards; i++) {
        int64_t at_ns = ra__shard_next_timer_ns(ra__runtime_shard(s->runtime, i));
        next_ns = at_ns < next_ns ? at_ns : next_ns;
    }
    if (next_ns == INT64_MAX)
        return false;
    s->now_ns = next_ns > s->now_ns ? next_ns : s->now_ns;
    sim_trace(s, (uint64_t)s->now_ns);
    for (unsigned i = 0; i < s->shards; i++)
        ra__shard_turn(ra__runtime_shard(s->runtime, i), 1);
    return true;
}

static inline ra_status world_open(ra__shard *shard)
{
    (void)shard;
    return RA_OK;
}

static inline void world_close(ra__shard *shard)
{
    (void)shard;
}

static inline void sim_submit(ra__shard *shard, ra__op *op)
{
    sim *s = ra__runtime_world(ra__shard_runtime(shard));
    op->next = s->pending;
    s->pending = op;
    op->state = 1;
}

static inline void sim_complete(sim *s, ra__op *op, int64_t result)
{
    for (ra__op **at = &s->pending; *at; at = &(*at)->next) {
        if (*at == op) {
            *at = op->next;
            break;
        }
    }
    op->state = 0;
    op->result = result;
    op->done(op);
}

static inline void sim_cancel(ra__shard *shard, ra__op *op)
{
    sim_complete(ra__runtime_world(ra__shard_runtime(shard)), op, -(int64_t)RA_ERR_CANCELED);
}

static inline void sim_turn(ra__shard *shard, int64_t deadline_ns)
{
    (void)shard, (void)deadline_ns;
}

static const ra__backend sim_backend = {
    .name = "sim",
    .open = world_open,
    .close = world_close,
    .submit = sim_submit,
    .cancel = sim_cancel,
    .turn = sim_turn,
    .wake = world_close,
};

static inline ra__runtime_opts sim_opts(sim *s, uint64_t seed, unsigned shards, unsigned extras)
{
    *s = (sim){.seed = seed,
               .shards = shards + extras,
               .now_ns = RA_SECONDS(1),
               .trace = 14695981039346656037u};
    s->clock = (ra__clock){sim_now, sim_wall, sim_random, s};
    return (ra__runtime_opts){
        .shards = shards,
        .extras = extras,
        .backend = &sim_backend,
        .clock = &s->clock,
        .world = s,
        .step = sim_step,
    };
}

static inline void sim_begin_with(sim *s, const ra__runtime_opts *opts)
{
    assert_int_equal(ra__runtime_new(&s->runtime, opts), RA_OK);
    ra__runtime_set_chooser(s->runtime, sim_choose);
}

static inline void sim_begin(sim *s, uint64_t seed, unsigned shards, unsigned extras)
{
    ra__runtime_opts opts = sim_opts(s, seed, shards, extras);
    sim_begin_with(s, &opts);
}

static inline void sim_run(sim *s)
{
    while (sim_step(s)) {
    }
}

static inline void sim_end(sim *s)
{
    ra__runtime_stop(s->runtime);
    ra__runtime_free(s->runtime);
}

static inline ra__fiber *sim_spawn(sim *s, unsigned shard, ra__fiber_fn *fn, void *arg)
{
    ra__spawn_opts opts = {.name = "test", .file = __FILE__, .line = __LINE__};
    ra__fiber *fiber = ra__spawn(ra__runtime_shard(s->runtime, shard), fn, arg, &opts);
    assert_non_null(fiber);
    return fiber;
}

/// One fiber on shard 0, and the world until nothing is left to do.
static inline void sim_once(uint64_t seed, unsigned shards, unsigned extras, ra__fiber_fn *fn,
                            void *arg)
{
    sim s;
    sim_begin(&s, seed, shards, extras);
    sim_spawn(&s, 0, fn, arg);
    sim_run(&s);
    sim_end(&s);
}

// ---- real threads

static inline ra_status real_open(ra__shard *shard)
{
    int doorbell = ra__os_doorbell_open();
    ra__shard_set_io(shard, (void *)(intptr_t)doorbell);
    return doorbell < 0 ? RA_ERR_EXHAUSTED : RA_OK;
}

static inline int real_doorbell(const ra__shard *shard)
{
    return (int)(intptr_t)ra__shard_io(shard);
}

static inline void real_close(ra__shard *shard)
{
    ra__os_doorbell_close(real_doorbell(shard));
}

static inline void real_wake(ra__shard *shard)
{
    ra__os_doorbell_ring(real_doorbell(shard));
}

static inline void real_turn(ra__shard *shard, int64_t deadline_ns)
{
    struct pollfd fd = {.fd = real_doorbell(shard), .events = POLLIN};
    struct timespec wait = {0};
    int64_t left_ns = deadline_ns - ra__os_monotonic_ns();
    if (deadline_ns > 0 && left_ns > 0) {
        wait.tv_sec = (time_t)(left_ns / RA_SECONDS(1));
        wait.tv_nsec = (long)(left_ns % RA_SECONDS(1));
    }
    if (ppoll(&fd, 1, deadline_ns == INT64_MAX ? NULL : &wait, NULL) > 0)
        ra__os_doorbell_clear(fd.fd);
}

static inline void real_submit(ra__shard *shard, ra__op *op)
{
    (void)shard;
    op->result = -(int64_t)RA_ERR_UNSUPPORTED;
    op->done(op);
}

static inline void real_cancel(ra__shard *shard, ra__op *op)
{
    (void)shard, (void)op;
}

static const ra__backend real_backend = {
    .name = "doorbell",
    .open = real_open,
    .close = real_close,
    .submit = real_submit,
    .cancel = real_cancel,
    .turn = real_turn,
    .wake = real_wake,
};

typedef struct {
    ra__msg msg;
    ra__shard *shard;
    ra__fiber_fn *fn;
    void *arg;
} real_start;

static inline void real_spawn_message(ra__msg *msg)
{
    real_start *start = (real_start *)(void *)msg;
    ra__spawn_opts opts = {.name = "test", .file = __FILE__, .line = __LINE__};
    EXPECT(ra__spawn(start->shard, start->fn, start->arg, &opts));
}

/// From the test's thread; *start lives until the runtime has stopped.
static inline void real_spawn(ra__runtime *runtime, unsigned shard, real_start *start,
                              ra__fiber_fn *fn, void *arg)
{
    *start = (real_start){.msg.fn = real_spawn_message,
                          .shard = ra__runtime_shard(runtime, shard),
                          .fn = fn,
                          .arg = arg};
    ra__shard_post(start->shard, &start->msg);
}

static inline ra__runtime *real_begin(unsigned shards, unsigned extras)
{
    ra__runtime *runtime;
    ra__runtime_opts opts = {.shards = shards, .extras = extras, .backend = &real_backend};
    assert_int_equal(ra__runtime_new(&runtime, &opts), RA_OK);
    assert_int_equal(ra__runtime_start(runtime), RA_OK);
    return runtime;
}

/// Waits for all fibers.
static inline void real_end(ra__runtime *runtime)
{
    ra__runtime_stop(runtime);
    ra__runtime_free(runtime);
}

static inline void real_once(unsigned shards, unsigned extras, ra__fiber_fn *fn, void *arg)
{
    ra__runtime *runtime = real_begin(shards, extras);
    real_start start;
    real_spawn(runtime, 0, &start, fn, arg);
    real_end(runtime);
}

#endif
