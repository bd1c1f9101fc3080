// SPDX-License-Identifier: MIT OR Apache-2.0
// The network of the simulation under everything its seed can do: pairs of peers send each other
// streams from several shards, in pieces, under deadlines that end calls half-way, with resets and
// accepts that fail.
//
// Oracles: what arrives is a prefix of what was sent, whole unless a reset was reported; a call
// that timed out moved no byte; in the end no socket and no fiber is left; the same seed, the same
// trace.
//
// RA_SIM_SEEDS: how many seeds (200). RA_SIM_SEED: this one alone.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/assert.h"
#include "base/heap.h"
#include "io/sim.h"

enum {
    SHARDS = 3,
    PAIRS = 6,
    STREAM_BYTES_MAX = 40000,
    PIECE_MAX = 3000,
    SEEDS = 200,
    STEPS_MAX = 4 * 1000 * 1000
};

typedef struct world world;

/// One side of a pair: sends a stream of its own and hears the other's.
typedef struct {
    world *world;
    ra__sock *sock;
    uint8_t says, hears; // where the pattern of a stream begins
} peer;

struct world {
    uint64_t seed;
    ra__sim *sim;
    ra__addr addr;
    ra__listener *listeners[SHARDS];
    bool gentle; // nothing is ever reset
    unsigned ended, whole, broken;
};

// ---- streams

static uint8_t byte_at(uint8_t start, size_t at)
{
    return (uint8_t)(start + at * 7 + (at >> 8));
}

/// Its length follows from where it begins, so that both sides know it.
static size_t stream_bytes(uint8_t start)
{
    return 1 + (size_t)start * 977 % STREAM_BYTES_MAX;
}

/// Now and then a deadline so short that it ends the call. Restored by the caller.
static int64_t perhaps_hurry(ra_ctx *ctx)
{
    bool hurry = ra_random(ctx) % 4 == 0;
    int64_t soon = ra_monotonic_ns(ctx) + (int64_t)(ra_random(ctx) % (uint64_t)RA_MS(3));
    return ra__ctx_tighten(ctx, hurry ? soon : INT64_MAX);
}

static ra_status say(ra_ctx *ctx, peer *p)
{
    uint8_t piece[PIECE_MAX];
    size_t total = stream_bytes(p->says), at = 0;
    while (at < total) {
        size_t bytes = 1 + ra_random(ctx) % PIECE_MAX, sent = 0;
        bytes = bytes < total - at ? bytes : total - at;
        for (size_t i = 0; i < bytes; i++)
            piece[i] = byte_at(p->says, at + i);
        int64_t outer = perhaps_hurry(ctx);
        ra_status status = ra__sock_write(ctx, p->sock, piece, bytes, &sent);
        ra__ctx_restore(ctx, outer);
        if (status == RA_ERR_TIMEOUT)
            continue;
        RA_TRY(status);
        at += sent;
    }
    ra__sock_shutdown(p->sock);
    return RA_OK;
}

static ra_status hear(ra_ctx *ctx, peer *p)
{
    uint8_t piece[512];
    size_t at = 0, got = 1;
    while (got > 0) {
        int64_t outer = perhaps_hurry(ctx);
        ra_status status =
            ra__sock_read(ctx, p->sock, piece, 1 + ra_random(ctx) % sizeof piece, &got);
        ra__ctx_restore(ctx, outer);
        if (status == RA_ERR_TIMEOUT) {
            got = 1;
            continue;
        }
        RA_TRY(status);
        for (size_t i = 0; i < got; i++)
            RA_CHECK(piece[i] == byte_at(p->hears, at + i), "seed %" PRIu64 ": byte %zu is wrong",
                     p->world->seed, at + i);
        at += got;
    }
    RA_CHECK(at == stream_bytes(p->hears), "seed %" PRIu64 ": %zu bytes of %zu, then the end",
             p->world->seed, at, stream_bytes(p->hears));
    return RA_OK;
}

static void talk(ra_ctx *ctx, peer *p)
{
    RA_GROUP(group, ctx);
    ra_group_go(&group, say, p);
    ra_group_go(&group, hear, p);
    ra_status status = ra_group_wait(ctx, &group);
    RA_CHECK(status == RA_OK || status == RA_ERR_CLOSED, "seed %" PRIu64 ": %s", p->world->seed,
             ra_status_name(status));
    p->world->whole += status == RA_OK;
    p->world->broken += status != RA_OK;
    ra_ctx_clear(ctx);
}

/// Politely, or with a reset behind the last byte.
static void leave(ra_ctx *ctx, peer *p)
{
    ra__sock_close(p->sock, !p->world->gentle && ra_random(ctx) % 4 == 0);
}

// ---- peers

typedef struct {
    world *world;
    ra__raw raw;
} visitor;

/// The first byte of a client says which pattern it will use; the answer is the next one.
static ra_status receive(ra_ctx *ctx, void *arg)
{
    visitor v = *(visitor *)arg;
    ra__heap_free(arg);
    peer p = {.world = v.world, .sock = ra__sock_adopt(ctx->shard, v.raw)};
    RA_CHECK(p.sock, "no memory");
    size_t got = 0;
    if (ra__sock_read(ctx, p.sock, &p.hears, 1, &got) == RA_OK && got == 1) {
        p.says = (uint8_t)(p.hears + 1);
        talk(ctx, &p);
    }
    leave(ctx, &p);
    return RA_OK;
}

static void accepted(void *arg, ra__raw raw, const ra__addr *from)
{
    (void)from;
    visitor *v = ra__heap_alloc(sizeof *v);
    ra__spawn_opts opts = {.name = "receive", .file = __FILE__, .line = __LINE__};
    RA_CHECK(v, "no memory");
    *v = (visitor){arg, raw};
    RA_CHECK(ra__spawn(ra__shard_self(), receive, v, &opts), "no memory");
}

static ra_status call(ra_ctx *ctx, void *arg)
{
    world *w = arg;
    uint8_t name = (uint8_t)(ra_random(ctx) | 1);
    peer p = {.world = w, .says = name, .hears = (uint8_t)(name + 1)};
    ra_status status = ra__sock_connect(ctx, &w->addr, &p.sock);
    RA_CHECK(status == RA_OK, "seed %" PRIu64 ": connect: %s", w->seed, ra_status_name(status));
    if (ra__sock_write_all(ctx, p.sock, &name, 1) == RA_OK)
        talk(ctx, &p);
    leave(ctx, &p);
    w->ended++;
    return RA_OK;
}

static bool calls_ended(void *arg)
{
    return ((world *)arg)->ended == PAIRS;
}

static bool all_gone(void *arg)
{
    world *w = arg;
    unsigned fibers = 0;
    for (unsigned i = 0; i < SHARDS; i++)
        fibers += ra__shard_fiber_count(ra__runtime_shard(ra__sim_runtime(w->sim), i));
    return fibers == 0;
}

// ---- one seed

static ra__sim_faults faults_of(const world *w)
{
    if (w->gentle)
        return (ra__sim_faults){.partial_read = 200, .partial_write = 200, .cancel_race = 500};
    uint64_t bits =
        w->seed * UINT64_C(0x9e3779b97f4a7c15); // each fault in about half of the worlds
    return (ra__sim_faults){
        .partial_read = bits >> 60 & 1 ? 400 : 0,
        .partial_write = bits >> 61 & 1 ? 400 : 0,
        .reset = bits >> 62 & 1 ? 5 : 0,
        .delay = bits >> 63 & 1 ? 200 : 0,
        .cancel_race = bits >> 59 & 1 ? 500 : 0,
        .accept = bits >> 58 & 1 ? 300 : 0,
        .delay_ns_max = RA_MS(10),
    };
}

static void open_world(world *w, uint64_t seed)
{
    *w = (world){.seed = seed, .addr = {"127.0.0.1", 0}, .gentle = seed % 4 == 0};
    ra__sim_opts opts = {.seed = seed, .shards = SHARDS, .faults = faults_of(w)};
    ra__listen_opts listen_opts = {.accepted = accepted, .arg = w};
    ra__spawn_opts spawn_opts = {.name = "call", .file = __FILE__, .line = __LINE__};
    assert_int_equal(ra__sim_new(&w->sim, &opts), RA_OK);
    ra__runtime *runtime = ra__sim_runtime(w->sim);
    for (unsigned i = 0; i < SHARDS; i++) {
        ra__shard *shard = ra__runtime_shard(runtime, i);
        assert_int_equal(ra__listen(shard, &w->addr, i == 0, &listen_opts, &w->listeners[i]),
                         RA_OK);
    }
    for (unsigned i = 0; i < PAIRS; i++)
        assert_non_null(ra__spawn(ra__runtime_shard(runtime, i % SHARDS), call, w, &spawn_opts));
}

/// The trace of a whole life.
static uint64_t live(uint64_t seed, world *w)
{
    open_world(w, seed);
    RA_CHECK(ra__sim_run(w->sim, calls_ended, w, STEPS_MAX),
             "seed %" PRIu64 ": callers wait for ever", seed);
    RA_CHECK(ra__sim_run(w->sim, all_gone, w, STEPS_MAX),
             "seed %" PRIu64 ": %u fibers wait for ever", seed,
             ra__shard_fiber_count(ra__runtime_shard(ra__sim_runtime(w->sim), 0)));
    for (unsigned i = 0; i < SHARDS; i++)
        ra__listener_close(w->listeners[i]);
    RA_CHECK(ra__sim_open_sockets(w->sim) == 0, "seed %" PRIu64 ": %u ends left open", seed,
             ra__sim_open_sockets(w->sim));
    RA_CHECK(!w->gentle || w->whole == 2 * PAIRS, "seed %" PRIu64 ": broken without a reset", seed);
    uint64_t hash = ra__sim_trace_hash(w->sim);
    ra__sim_free(w->sim);
    return hash;
}

static uint64_t number_in(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : otherwise;
}

static void streams_arrive_in_order_whatever_the_seed_does(void **state)
{
    (void)state;
    world w;
    unsigned whole = 0, broken = 0;
    uint64_t only = number_in("RA_SIM_SEED", UINT64_MAX), seeds = number_in("RA_SIM_SEEDS", SEEDS);
    uint64_t first = only == UINT64_MAX ? 0 : only, past = only == UINT64_MAX ? seeds : only + 1;
    for (uint64_t seed = first; seed < past; seed++) {
        live(seed, &w);
        whole += w.whole;
        broken += w.broken;
    }
    printf("%u streams whole, %u broken\n", whole, broken);
    if (past - first >= 20) // the oracles have seen both
        assert_true(whole > 0 && broken > 0);
}

static void a_seed_replays(void **state)
{
    (void)state;
    world w;
    for (uint64_t seed = 0; seed < 10; seed++) {
        uint64_t once = live(seed, &w), again = live(seed, &w), other = live(seed + 1, &w);
        assert_int_equal(once, again);
        assert_int_not_equal(once, other);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(streams_arrive_in_order_whatever_the_seed_does),
        cmocka_unit_test(a_seed_replays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
