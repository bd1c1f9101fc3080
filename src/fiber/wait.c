// SPDX-License-Identifier: MIT OR Apache-2.0
// wait: parking, waking, cancelling. See wait.h for the rules.
//
// The word `claimed` goes 0 (waiting) -> 1 (somebody ends it) -> 2 (ended before the fiber had
// parked). Only its own shard writes 2, and only while the fiber runs.
#include "fiber/wait.h"
#include "base/assert.h"
#include "private/park.h"

void ra__wait_init(ra__wait *wait, ra_ctx *ctx, const char *kind, const void *object)
{
    atomic_init(&wait->claimed, RA__WAITING);
    wait->which = 0;
    wait->status = RA_OK;
    wait->fiber = ctx->fiber;
    wait->kind = kind;
    wait->object = object;
    wait->on_cancel = NULL;
}

bool ra__wait_claim(ra__wait *wait)
{
    uint32_t waiting = RA__WAITING;
    return atomic_compare_exchange_strong(&wait->claimed, &waiting, RA__CLAIMED);
}

static void end(ra__wait *wait)
{
    ra__fiber *fiber = wait->fiber;
    if (!fiber->parked) {
        atomic_store_explicit(&wait->claimed, RA__WOKEN, memory_order_relaxed);
        return;
    }
    fiber->parked = false;
    if (!fiber->host) // a host looks at `parked` by itself
        ra__ready_push(fiber->ctx.shard, &fiber->task);
}

// In the loop of the fiber's shard. The fiber cannot have gone on: it waits for this message.
static void wake_message(ra__msg *msg)
{
    end((ra__wait *)(void *)((char *)msg - offsetof(ra__wait, wake)));
}

void ra__wait_wake(ra__wait *wait, ra_status status)
{
    ra__shard *shard = wait->fiber->ctx.shard;
    wait->status = status;
    if (ra__shard_self() == shard) {
        end(wait);
        return;
    }
    wait->wake.fn = wake_message;
    ra__shard_post(shard, &wait->wake);
}

static void deadline_passed(ra__timer *timer)
{
    ra__fiber_interrupt((ra__fiber *)(void *)((char *)timer - offsetof(ra__fiber, deadline)),
                        RA_ERR_TIMEOUT);
}

void ra__fiber_interrupt(ra__fiber *fiber, ra_status why)
{
    ra__wait *wait = fiber->wait;
    bool over = !wait || atomic_load(&wait->claimed) != RA__WAITING; // somebody is ending it
    if (over || fiber->told)
        return;
    if (wait->on_cancel) {
        fiber->told = true;
        wait->on_cancel(wait, why);
        return;
    }
    if (ra__wait_claim(wait))
        ra__wait_wake(wait, why);
}

// What came between the caller's check and now: RA_OK, or the reason to end the wait.
ra_status ra__wait_park(ra_ctx *ctx, ra__wait *wait)
{
    RA_CHECK(ctx->mode == RA__CTX_FIBER, "%s: this ctx may not suspend", wait->kind);
    return ra__fiber_wait(ctx, wait);
}

ra_status ra__fiber_wait(ra_ctx *ctx, ra__wait *wait)
{
    return ra__park(ctx, wait);
}

// ---- what parking does before, where there is a deadline or a cancellation

void ra__park_until(ra_ctx *ctx, int64_t deadline_ns)
{
    ra__fiber *fiber = ctx->fiber;
    int canceled = ctx->shield_ns ? RA_OK : atomic_load(&ctx->canceled);
    if (canceled != RA_OK) {
        ra__fiber_interrupt(fiber, (ra_status)canceled);
    } else if (deadline_ns <= ra__shard_now_ns(ctx->shard)) {
        ra__fiber_interrupt(fiber, RA_ERR_TIMEOUT);
    } else {
        fiber->deadline.fn = deadline_passed;
        ra__timer_arm(ctx->shard, &fiber->deadline, deadline_ns);
    }
}

void ra__spend(ra_ctx *ctx)
{
    ra__fiber *fiber = ctx->fiber;
    if (ctx->mode == RA__CTX_FIBER && !fiber->host && --fiber->budget == 0)
        ra__switch_yield(fiber);
}
