// SPDX-License-Identifier: MIT OR Apache-2.0
// sim: the simulated world: its steps, its clock, its choices and their trace.
//
// One step is one of: a turn of one shard that has something to do; one due event of the network;
// the clock, when nothing is due anywhere, to the next timer or event. The seed chooses among what
// is possible; a calm world takes turns.
#include "private/sim.h"

#include "base/assert.h"
#include "base/heap.h"

/// Virtual time starts late enough that "an hour ago" is a time too.
#define START_NS RA_HOURS(1)

enum {
    JITTER_PER_MILLE = 125,        // of what a world that is not calm sends
    ADVANCE_STEPS_MAX = 100000000, // past it a fiber never rests
};
#define JITTER_NS_MAX RA_MS(1)

// ---- clock and choices

static int64_t monotonic_ns(void *world)
{
    return ((ra__sim *)world)->now_ns;
}

static int64_t wall_ns(void *world)
{
    const ra__sim *sim = world;
    return sim->now_ns + sim->wall_offset_ns;
}

static uint64_t random_bits(void *world)
{
    return ra__sim_random(world);
}

uint64_t ra__sim_random(ra__sim *sim)
{
    return ra__random_next(&sim->random);
}

bool ra__sim_chance(ra__sim *sim, unsigned per_mille)
{
    return per_mille > 0 && ra__random_below(&sim->random, 1000) < per_mille;
}

uint64_t ra__sim_choose(ra__sim *sim, uint64_t bound)
{
    return sim->opts.calm || bound <= 1 ? 0 : ra__random_below(&sim->random, bound);
}

int64_t ra__sim_delay_ns(ra__sim *sim)
{
    if (ra__sim_chance(sim, sim->faults.delay) && sim->faults.delay_ns_max > 0)
        return 1 + (int64_t)ra__random_below(&sim->random, (uint64_t)sim->faults.delay_ns_max);
    if (!sim->opts.calm && ra__sim_chance(sim, JITTER_PER_MILLE))
        return 1 + (int64_t)ra__random_below(&sim->random, JITTER_NS_MAX);
    return 0;
}

static unsigned choose_fiber(void *world, unsigned count)
{
    return (unsigned)ra__sim_choose(world, count);
}

uint32_t ra__sim_number(ra__sim *sim)
{
    return ++sim->next_number;
}

// ---- trace: FNV-1a (Fowler, Noll, Vo) over words, with a shift so that high bits come down again

static void fold_word(ra__sim *sim, uint64_t word)
{
    uint64_t hash = (sim->trace_hash ^ word) * UINT64_C(0x100000001b3);
    sim->trace_hash = hash ^ hash >> 32;
}

void ra__sim_fold(ra__sim *sim, ra__trace_kind kind, uint64_t who, uint64_t what)
{
    fold_word(sim, (uint64_t)kind);
    fold_word(sim, who);
    fold_word(sim, what);
    fold_word(sim, (uint64_t)sim->now_ns);
}

void ra__sim_trace(ra__sim *sim, ra_str what)
{
    for (size_t i = 0; i < what.len; i++)
        fold_word(sim, (unsigned char)what.ptr[i]);
    ra__sim_fold(sim, RA__TRACE_USER, 0, what.len);
}

uint64_t ra__sim_trace_hash(const ra__sim *sim)
{
    return sim->trace_hash;
}

uint64_t ra__sim_steps(const ra__sim *sim)
{
    return sim->steps;
}

// ---- events of the network

void ra__sim_plan(ra__sim *sim, struct ra__sim_event *event, int64_t delay_ns)
{
    RA_CHECK(!ra__linked(&event->link), "an event planned twice");
    event->at_ns = sim->now_ns + delay_ns;
    ra__ring_push(&sim->events, &event->link);
    if (event->at_ns < sim->next_event_ns)
        sim->next_event_ns = event->at_ns;
}

void ra__sim_unplan(ra__sim *sim, struct ra__sim_event *event)
{
    if (!ra__linked(&event->link))
        return;
    ra__unlink(&event->link);
    sim->next_event_ns = INT64_MAX;
    for (struct ra__link *at = sim->events.next; at != &sim->events; at = at->next) {
        int64_t at_ns = RA__LINKED(struct ra__sim_event, link, at)->at_ns;
        if (at_ns < sim->next_event_ns)
            sim->next_event_ns = at_ns;
    }
}

/// The n-th event that is due, from 0; NULL: there are fewer.
static struct ra__sim_event *due_event(const ra__sim *sim, unsigned n)
{
    for (struct ra__link *at = sim->events.next; at != &sim->events; at = at->next) {
        struct ra__sim_event *event = RA__LINKED(struct ra__sim_event, link, at);
        if (event->at_ns <= sim->now_ns && n-- == 0)
            return event;
    }
    return NULL;
}

static void fire_one(ra__sim *sim)
{
    unsigned count = 0;
    while (due_event(sim, count))
        count++;
    unsigned which = (unsigned)ra__sim_choose(sim, count);
    struct ra__sim_event *event = due_event(sim, which);
    ra__sim_unplan(sim, event);
    ra__sim_fold(sim, RA__TRACE_EVENT, which, count);
    event->fn(event);
}

// ---- steps

static unsigned shards_in_all(const ra__sim *sim)
{
    return sim->opts.shards + sim->opts.extras;
}

static bool has_work(const ra__sim *sim, unsigned index)
{
    ra__shard *shard = ra__runtime_shard(sim->runtime, index);
    return ra__shard_runnable(shard) || ra__shard_next_timer_ns(shard) <= sim->now_ns;
}

/// What could be done now: shards with work, and the network if an event is due.
static unsigned count_possible(const ra__sim *sim)
{
    unsigned count = sim->next_event_ns <= sim->now_ns;
    for (unsigned i = 0; i < shards_in_all(sim); i++)
        count += has_work(sim, i);
    return count;
}

static void do_possible(ra__sim *sim, unsigned which)
{
    for (unsigned i = 0; i < shards_in_all(sim); i++) {
        if (!has_work(sim, i) || which-- > 0)
            continue;
        ra__sim_fold(sim, RA__TRACE_TURN, i, 0);
        ra__shard_turn(ra__runtime_shard(sim->runtime, i), 1);
        return;
    }
    fire_one(sim);
}

static int64_t next_moment_ns(const ra__sim *sim)
{
    int64_t next = sim->next_event_ns;
    for (unsigned i = 0; i < shards_in_all(sim); i++) {
        int64_t timer = ra__shard_next_timer_ns(ra__runtime_shard(sim->runtime, i));
        next = timer < next ? timer : next;
    }
    return next;
}

/// true: a step was made, at `until_ns` at the latest.
static bool step_until(ra__sim *sim, int64_t until_ns)
{
    unsigned count = count_possible(sim);
    if (count > 0) {
        unsigned turn = (unsigned)(sim->steps % count);
        do_possible(sim, sim->opts.calm ? turn : (unsigned)ra__sim_choose(sim, count));
        sim->steps++;
        return true;
    }
    int64_t next = next_moment_ns(sim);
    if (next == INT64_MAX || next > until_ns)
        return false;
    sim->now_ns = next;
    sim->steps++;
    ra__sim_fold(sim, RA__TRACE_CLOCK, 0, 0);
    return true;
}

bool ra__sim_step(ra__sim *sim)
{
    return step_until(sim, INT64_MAX);
}

static bool step_world(void *world)
{
    return ra__sim_step(world);
}

bool ra__sim_run(ra__sim *sim, bool (*until)(void *arg), void *arg, uint64_t steps_max)
{
    for (uint64_t i = 0; i < steps_max; i++) {
        if (until && until(arg))
            return true;
        if (!ra__sim_step(sim))
            break;
    }
    return until && until(arg);
}

void ra__sim_advance(ra__sim *sim, int64_t ns)
{
    int64_t until_ns = sim->now_ns + ns;
    unsigned steps = 0;
    while (step_until(sim, until_ns))
        RA_CHECK(++steps < ADVANCE_STEPS_MAX, "the simulation does not come to rest");
    sim->now_ns = until_ns;
}

void ra__sim_set_wall(ra__sim *sim, ra_time now)
{
    sim->wall_offset_ns = now.unix_ns - sim->now_ns;
}

// ---- beginning and end

static void init(ra__sim *sim, const ra__sim_opts *opts)
{
    *sim = (ra__sim){
        .opts = *opts, .faults = opts->faults, .now_ns = START_NS, .next_event_ns = INT64_MAX};
    sim->opts.shards = opts->shards ? opts->shards : 1;
    sim->trace_hash = UINT64_C(0xcbf29ce484222325);
    sim->clock = (ra__clock){monotonic_ns, wall_ns, random_bits, sim};
    ra__random_init(&sim->random, opts->seed);
    ra__ring_init(&sim->events);
    ra__ring_init(&sim->listeners);
    ra__ring_init(&sim->conns);
    ra__ring_init(&sim->socks);
    ra__sim_set_wall(sim, opts->now);
}

ra_status ra__sim_new(ra__sim **out, const ra__sim_opts *opts)
{
    ra__sim *sim = ra__heap_alloc(sizeof *sim);
    if (!sim)
        return RA_ERR_EXHAUSTED;
    init(sim, opts);
    const ra__runtime_opts runtime_opts = {
        .shards = sim->opts.shards,
        .extras = sim->opts.extras,
        .backend = &ra__sim_backend,
        .clock = &sim->clock,
        .world = sim,
        .step = step_world,
    };
    ra_status status = ra__runtime_new(&sim->runtime, &runtime_opts);
    if (status != RA_OK) {
        ra__heap_free(sim);
        return status;
    }
    ra__runtime_set_chooser(sim->runtime, sim->opts.calm ? NULL : choose_fiber);
    *out = sim;
    return RA_OK;
}

static void free_network(ra__sim *sim)
{
    struct ra__link *link;
    while ((link = ra__ring_pop(&sim->conns)))
        ra__sim_conn_free(RA__LINKED(struct ra__sim_conn, link, link));
    while ((link = ra__ring_pop(&sim->listeners)))
        ra__heap_free(RA__LINKED(ra__listener, link, link));
    while ((link = ra__ring_pop(&sim->socks)))
        ra__heap_free(RA__LINKED(struct ra__sim_sock, link, link));
}

void ra__sim_free(ra__sim *sim)
{
    if (!sim)
        return;
    ra__runtime_free(sim->runtime);
    free_network(sim);
    ra__heap_free(sim);
}

ra__runtime *ra__sim_runtime(ra__sim *sim)
{
    return sim->runtime;
}

void ra__sim_set_faults(ra__sim *sim, const ra__sim_faults *faults)
{
    sim->faults = *faults;
}

void ra__sim_fail(ra__sim *sim, ra__op_kind kind, unsigned nth, ra_status status)
{
    ra__net_fault_arm(&sim->told, kind, nth, status);
}

unsigned ra__sim_open_sockets(const ra__sim *sim)
{
    return sim->open_ends;
}
