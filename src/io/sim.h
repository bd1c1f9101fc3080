// SPDX-License-Identifier: MIT OR Apache-2.0
// sim: the simulation: one thread, N logical shards, a virtual clock that moves only when all is
// idle, a network in memory, and a seed that decides every order, split, delay and fault. Same
// seed, same program: same trace.
#ifndef RAMIE_IO_SIM_H
#define RAMIE_IO_SIM_H

#include "io/net.h"

typedef struct ra__sim ra__sim;

/// Chances in 1/1000 for each operation; all 0: a network without faults (still split and delayed
/// by the seed unless `calm`).
typedef struct {
    unsigned partial_read, partial_write, reset, delay, cancel_race;
    unsigned accept; // no descriptor left: the listener rests for 100 ms
    int64_t delay_ns_max;
} ra__sim_faults;
typedef struct {
    uint64_t seed;
    unsigned shards, extras; // 1 and 0 at least
    ra_time now;             // wall clock at start
    bool calm;               // first in first out, whole reads, no delay: for tests of users
    ra__sim_faults faults;
} ra__sim_opts;

RA_MUST_USE ra_status ra__sim_new(ra__sim **out, const ra__sim_opts *opts);
void ra__sim_free(ra__sim *sim); // with its runtime; all fibers must have ended
ra__runtime *ra__sim_runtime(ra__sim *sim);

/// One piece of work of one shard, or the clock to the next event. false: nothing can happen any
/// more.
bool ra__sim_step(ra__sim *sim);
/// Step until `until(arg)`; false: nothing left to do, or steps_max passed.
bool ra__sim_run(ra__sim *sim, bool (*until)(void *arg), void *arg, uint64_t steps_max);
/// Virtual time passes; what is due meanwhile happens in order.
void ra__sim_advance(ra__sim *sim, int64_t ns);
void ra__sim_set_wall(ra__sim *sim, ra_time now);

uint64_t ra__sim_random(ra__sim *sim);
/// Everything that happened so far, folded into one number.
uint64_t ra__sim_trace_hash(const ra__sim *sim);
/// Add to the trace (SQL commits, answers).
void ra__sim_trace(ra__sim *sim, ra_str what);
uint64_t ra__sim_steps(const ra__sim *sim);
void ra__sim_set_faults(ra__sim *sim, const ra__sim_faults *faults);

/// The n-th operation of that kind from now on (1: the next) fails so, once.
void ra__sim_fail(ra__sim *sim, ra__op_kind kind, unsigned nth, ra_status status);
/// Endpoints not yet closed, on both sides: 0 when nothing leaked.
unsigned ra__sim_open_sockets(const ra__sim *sim);

#endif
