// SPDX-License-Identifier: MIT OR Apache-2.0
// world: one app in a calm simulated world: one shard and a writer, whole reads, virtual time, a
// database in memory.
//
// Lifetimes. A ra_test holds one world; the world owns sim, service, app and every reply's memory.
// The test's own fiber is the host fiber: on the thread's stack, it runs the world while it waits,
// so asserts of any framework may leave it.
#ifndef RAMIE_TEST_PRIVATE_WORLD_H
#define RAMIE_TEST_PRIVATE_WORLD_H

#include "app/service.h"
#include "io/sim.h"

#include <ramie/test.h>

typedef struct {
    ra_app *app;
    ra__settings settings;
    ra__sim *sim;
    ra__runtime *runtime;
    ra__service *service;
    ra_ctx *host;
    ra_arena *replies; // until deinit
} ra__world;

/// Traps with the reason: a test cannot go on without its world.
ra__world *ra__world_new(const ra_test_opts *opts);
/// Drains, ends what ra_go started, and traps when a fiber or a socket is left.
void ra__world_free(ra__world *world);

/// The answer's parts of one whole message; false: it is no HTTP answer. Memory of *out in `arena`.
RA_MUST_USE bool ra__reply_parse(ra_arena *arena, ra_str message, ra_test_reply *out);

#endif
