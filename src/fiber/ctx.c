// SPDX-License-Identifier: MIT OR Apache-2.0
// ctx: birth, inheritance, end, and the one question that every suspending call begins with.
#include "fiber/ctx.h"
#include "base/assert.h"
#include "base/limits.h"
#include "private/shard.h"

void ra__ctx_init(ra_ctx *ctx, ra__shard *shard, ra__fiber *fiber, const ra_ctx *inherit)
{
    // Member by member, as in fiber.c: every fiber begins here.
    ctx->arena = NULL;
    ctx->fiber = fiber;
    ctx->shard = shard;
    ctx->deadline_ns = INT64_MAX;
    ctx->shield_ns = 0;
    atomic_store_explicit(&ctx->canceled, RA_OK, memory_order_relaxed);
    ctx->exhausted = false;
    ctx->mode = RA__CTX_FIBER;
    ctx->arena_bytes_max = RA__REQUEST_ARENA_BYTES_MAX;
    memset(ctx->slots, 0, sizeof ctx->slots);
    ctx->outer_db = NULL;
    ra_ctx_clear(ctx);
    if (inherit) {
        ra__inherited inherited;
        ra__ctx_inherit(inherit, &inherited);
        ra__ctx_apply(ctx, &inherited);
    }
}

void ra__ctx_inherit(const ra_ctx *ctx, ra__inherited *out)
{
    memcpy(out->slots, ctx->slots, sizeof out->slots);
    out->deadline_ns = ra__ctx_deadline(ctx);
    out->arena_bytes_max = ctx->arena_bytes_max;
    out->canceled = ctx->shield_ns ? RA_OK : (ra_status)atomic_load(&ctx->canceled);
}

void ra__ctx_apply(ra_ctx *ctx, const ra__inherited *inherited)
{
    memcpy(ctx->slots, inherited->slots, sizeof ctx->slots);
    ctx->deadline_ns = inherited->deadline_ns;
    ctx->arena_bytes_max = inherited->arena_bytes_max;
    atomic_store_explicit(&ctx->canceled, (int)inherited->canceled, memory_order_relaxed);
}

void ra__ctx_deinit(ra_ctx *ctx)
{
    if (ctx->arena) {
        ra_arena_free(ctx->arena);
        ctx->arena = NULL;
    }
}

void ra__ctx_reset(ra_ctx *ctx)
{
    if (ctx->arena)
        ra__arena_reset(ctx->arena);
    ctx->deadline_ns = INT64_MAX;
    ctx->shield_ns = 0;
    atomic_store(&ctx->canceled, RA_OK);
    ctx->exhausted = false;
    ra_ctx_clear(ctx);
}

// The shard's own time while the ctx is on its shard, else the clock's.
static int64_t turn_ns(const ra_ctx *ctx)
{
    return ctx->shard && ctx->mode != RA__CTX_LENT ? ra__shard_now_ns(ctx->shard)
                                                   : ra_monotonic_ns(ctx);
}

// In a shield only the shield's own end counts: clean-up goes on after cancellation, deadline and
// memory limit.
static ra_status status_in_turn(const ra_ctx *ctx)
{
    if (!ctx->shield_ns) {
        ra_status canceled = (ra_status)atomic_load_explicit(&ctx->canceled, memory_order_relaxed);
        if (canceled != RA_OK)
            return canceled;
        if (ctx->exhausted)
            return RA_ERR_EXHAUSTED;
    }
    int64_t deadline_ns = ra__ctx_deadline(ctx);
    return deadline_ns != INT64_MAX && deadline_ns <= turn_ns(ctx) ? RA_ERR_TIMEOUT : RA_OK;
}

// A long computation asks this between two suspensions: for it the turn's clock would never move.
ra_status ra_ctx_status(const ra_ctx *ctx)
{
    bool timed = ra__ctx_deadline(ctx) != INT64_MAX;
    if (timed && ctx->shard && ctx->mode != RA__CTX_LENT)
        ra__shard_tick(ctx->shard);
    return status_in_turn(ctx);
}

ra_status ra__ctx_may_suspend(ra_ctx *ctx)
{
    if (ctx->mode != RA__CTX_FIBER || !ctx->fiber) {
        RA_DEBUG_CHECK(ctx->mode != RA__CTX_BODY, "inside a transaction only SQL may suspend");
        return RA_ERR_STATE;
    }
    RA_CHECK(ra__shard_self() == ctx->shard && ctx->shard->current == ctx->fiber,
             "a ctx is used by another fiber than its own");
    return status_in_turn(ctx);
}

int64_t ra__ctx_tighten(ra_ctx *ctx, int64_t deadline_ns)
{
    int64_t *inner = ctx->shield_ns ? &ctx->shield_ns : &ctx->deadline_ns;
    int64_t outer_ns = *inner;
    if (deadline_ns < outer_ns && ctx->mode != RA__CTX_LENT) // lent: its shard reads it
        *inner = deadline_ns ? deadline_ns : 1;              // 0 would end a shield
    return outer_ns;
}

void ra__ctx_restore(ra_ctx *ctx, int64_t outer_ns)
{
    if (ctx->mode == RA__CTX_LENT)
        return;
    *(ctx->shield_ns ? &ctx->shield_ns : &ctx->deadline_ns) = outer_ns;
}
