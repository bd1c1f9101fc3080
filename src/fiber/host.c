// SPDX-License-Identifier: MIT OR Apache-2.0
// host: a fiber on the stack of whoever opened it. It never switches: while it is parked it runs
// the world.
//
// Only in the simulation, where one thread is all shards. A test may leave its frames by longjmp:
// nothing is on the host's stack that anybody else knows unless it is parked.
#include "base/assert.h"
#include "base/heap.h"
#include "private/shard.h"

enum { WAIT_STEPS_MAX = 10 * 1000 * 1000 }; // some seconds of the machine's time

typedef struct {
    ra__fiber fiber; // first
    ra__shard *outer_self;
    ra__fiber *outer_current;
} host;

ra_ctx *ra__host_open(ra__runtime *runtime, unsigned shard_index)
{
    RA_CHECK(runtime->opts.step, "a host fiber needs the simulation");
    host *opened = ra__heap_alloc_zeroed(1, sizeof *opened);
    RA_CHECK(opened, "no memory for a host fiber");
    ra__shard *shard = ra__runtime_shard(runtime, shard_index);
    ra__fiber *fiber = &opened->fiber;
    fiber->host = true;
    fiber->id = shard->next_id++ * runtime->total + shard->index;
    fiber->site = (ra__site){.name = "host"};
    ra__ctx_init(&fiber->ctx, shard, fiber, NULL);
    ra__fiber_link(shard, fiber);
    opened->outer_self = ra__shard_act_as(shard);
    opened->outer_current = shard->current;
    shard->current = fiber;
    return &fiber->ctx;
}

void ra__host_close(ra_ctx *ctx)
{
    host *opened = (host *)(void *)ctx->fiber;
    ra__shard *shard = ctx->shard;
    ra__ctx_deinit(ctx);
    ra__fiber_unlink(&opened->fiber);
    shard->current = opened->outer_current;
    ra__shard_act_as(opened->outer_self);
    ra__heap_free(opened);
}

// While it is parked the thread belongs to the world.
static bool step(ra__fiber *fiber)
{
    ra__shard *shard = fiber->ctx.shard;
    ra__runtime *runtime = shard->runtime;
    shard->current = NULL;
    ra__shard *before = ra__shard_act_as(NULL);
    bool any = runtime->opts.step(runtime->opts.world);
    ra__shard_act_as(before);
    shard->current = fiber;
    return any;
}

static const char *wait_kind(const ra__fiber *fiber)
{
    return fiber->wait ? fiber->wait->kind : "";
}

// A fiber that only ticks keeps the world going, and the test waiting: that, too, is a deadlock.
void ra__host_park(ra__fiber *fiber)
{
    for (unsigned steps = 0; fiber->parked; steps++) {
        bool any = step(fiber);
        RA_CHECK(any || !fiber->parked,
                 "deadlock: the test waits in \"%s\", and nothing is left that could end it",
                 wait_kind(fiber));
        RA_CHECK(steps < WAIT_STEPS_MAX,
                 "deadlock: the test waits in \"%s\" since %d steps of the world", wait_kind(fiber),
                 WAIT_STEPS_MAX);
    }
}

// One round for whoever is ready now.
void ra__host_yield(ra__fiber *fiber)
{
    ra__shard *shard = fiber->ctx.shard;
    unsigned rounds = shard->ready.len + 1;
    while (rounds-- > 0 && step(fiber)) {
    }
}
