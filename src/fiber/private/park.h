// SPDX-License-Identifier: MIT OR Apache-2.0
// park: the middle of every suspension. Inlined where it is hot: see private/switch.h.
#ifndef RAMIE_FIBER_PARK_H
#define RAMIE_FIBER_PARK_H

#include "fiber/wait.h"
#include "private/switch.h"

/// Of ra__wait.claimed. Only the fiber's own shard writes the last one, and only while it runs.
enum { RA__WAITING, RA__CLAIMED, RA__WOKEN };

/// End the wait if ctx has ended since its caller looked, else see to it that the deadline will.
void ra__park_until(ra_ctx *ctx, int64_t deadline_ns);

/// ra__wait_park without its check: also for a ctx that is lent.
static inline ra_status ra__park(ra_ctx *ctx, ra__wait *wait)
{
    ra__fiber *fiber = ctx->fiber;
    ra__shard *shard = ctx->shard;
    fiber->wait = wait;
    fiber->told = false;
    int64_t deadline_ns = ra__ctx_deadline(ctx);
    if (deadline_ns != INT64_MAX ||
        atomic_load_explicit(&ctx->canceled, memory_order_relaxed) != RA_OK)
        ra__park_until(ctx, deadline_ns);
    if (atomic_load_explicit(&wait->claimed, memory_order_relaxed) != RA__WOKEN) {
        fiber->parked = true;
        fiber->since_ns = shard->now_ns;
        if (fiber->host)
            ra__host_park(fiber);
        else
            ra__switch_back(shard, fiber);
    }
    if (ra__timer_armed(&fiber->deadline))
        ra__timer_disarm(shard, &fiber->deadline);
    fiber->wait = NULL;
    return wait->status;
}

#endif
