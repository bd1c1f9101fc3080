// SPDX-License-Identifier: MIT OR Apache-2.0
// child: one fiber of a group, on its parent's shard or away.
//
// It is queued without a stack and takes one when it starts, so a long queue costs records only,
// short children share one warm stack, and what has not started can go to another shard.
//
// Away. Home sends the record (`trip`), the other shard runs it and sends it back the same way; in
// between home may send `cancel` once. The record is given back when home has `trip` again and no
// `cancel` can still be on its way:
//   - none was sent, or
//   - the other shard had seen it before the child was over (cancel_seen came with `trip`), or
//   - it returns: a `cancel` that reaches a child which is over is sent home, behind `trip`, since
//     messages between two shards keep their order.
// The join does not wait for the last case, the record alone does.
#include "base/assert.h"
#include "private/group.h"

static ra__child *of_trip(ra__msg *msg)
{
    return (ra__child *)(void *)((char *)msg - offsetof(ra__child, trip));
}

static ra__child *of_cancel(ra__msg *msg)
{
    return (ra__child *)(void *)((char *)msg - offsetof(ra__child, cancel));
}

static void queue(ra__child *child)
{
    child->task.unstarted = true;
    child->shard->unstarted_count++;
    ra__ready_push(child->shard, &child->task);
}

static void arrived(ra__msg *msg)
{
    queue(of_trip(msg));
}

void ra__child_go(ra__child *child)
{
    if (child->shard == child->home) {
        queue(child);
        return;
    }
    atomic_fetch_add_explicit(&child->shard->load, 1, memory_order_relaxed);
    child->trip.fn = arrived;
    ra__shard_post(child->shard, &child->trip);
}

// ---- the end

static void give_back(ra__child *child)
{
    ra__pool_give(&child->home->children, child);
}

static void came_home(ra__msg *msg)
{
    ra__child *child = of_trip(msg);
    bool cancel_on_its_way = child->cancel_why != RA_OK && !child->cancel_seen;
    if (child->arena)
        ra__arena_set_pool(child->arena, child->home->blocks);
    ra__family_child_over(child->family, child);
    if (!cancel_on_its_way)
        give_back(child);
}

static void over(ra__child *child)
{
    child->over = true;
    if (child->shard == child->home) {
        ra__family_child_over(child->family, child);
        give_back(child);
        return;
    }
    if (child->arena)
        ra__arena_set_pool(child->arena, NULL);
    child->trip.fn = came_home;
    ra__shard_post(child->home, &child->trip);
}

static ra__detail *detail_of(ra_ctx *ctx, ra_status status)
{
    if (status == RA_OK || ctx->error != status || !ctx->arena)
        return NULL;
    ra__detail *detail = ra_arena_try_alloc(ctx->arena, sizeof *detail);
    if (detail)
        *detail = (ra__detail){ctx->message, ctx->problems};
    return detail;
}

static void ended(ra_ctx *ctx, void *arg, ra_status status)
{
    (void)arg;
    ra__child *child = ctx->fiber->owner;
    child->fiber = NULL;
    child->status = status;
    child->detail = detail_of(ctx, status);
    child->arena = ctx->arena;
    ctx->arena = NULL;
    over(child);
}

ra__fiber *ra__child_start(ra__child *child)
{
    ra__shard *shard = child->shard;
    shard->unstarted_count--;
    ra__fiber *fiber = ra__fiber_new(shard, 0);
    if (!fiber) {
        child->status = RA_ERR_EXHAUSTED;
        over(child);
        return NULL;
    }
    fiber->fn = child->fn;
    fiber->arg = child->arg;
    fiber->on_ended = ended;
    fiber->owner = child;
    fiber->site = child->site;
    fiber->label = child->label;
    ra__ctx_apply(&fiber->ctx, &child->inherited);
    child->fiber = fiber;
    return fiber;
}

// ---- cancellation

static void cancel_here(ra__child *child, ra_status why)
{
    if (child->fiber) {
        ra__fiber_cancel(child->fiber, why);
    } else if (child->inherited.canceled == RA_OK) {
        child->inherited.canceled =
            why; // it starts all the same, and its first suspending call fails
    }
}

static void cancel_came_back(ra__msg *msg)
{
    give_back(of_cancel(msg));
}

static void cancel_arrived(ra__msg *msg)
{
    ra__child *child = of_cancel(msg);
    if (!child->over) {
        child->cancel_seen = true;
        cancel_here(child, child->cancel_why);
        return;
    }
    child->cancel.fn = cancel_came_back;
    ra__shard_post(child->home, &child->cancel);
}

void ra__child_cancel(ra__child *child, ra_status why)
{
    if (child->shard == child->home) {
        cancel_here(child, why);
        return;
    }
    if (child->cancel_why == RA_OK) {
        child->cancel_why = why;
        child->cancel.fn = cancel_arrived;
        ra__shard_post(child->shard, &child->cancel);
    }
}
