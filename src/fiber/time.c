// SPDX-License-Identifier: MIT OR Apache-2.0
// time: clock, randomness, sleep, deadlines and shields of a ctx.
#include "fiber/wait.h"
#include "private/switch.h"

static const ra__clock *clock_of(const ra_ctx *ctx)
{
    return ctx->shard ? ctx->shard->runtime->clock : &ra__os_clock;
}

ra_time ra_now(const ra_ctx *ctx)
{
    const ra__clock *clock = clock_of(ctx);
    return (ra_time){clock->wall_ns(clock->world)};
}

int64_t ra_monotonic_ns(const ra_ctx *ctx)
{
    const ra__clock *clock = clock_of(ctx);
    return clock->monotonic_ns(clock->world);
}

uint64_t ra_random(ra_ctx *ctx)
{
    const ra__clock *clock = clock_of(ctx);
    return clock->random(clock->world);
}

// 0 or less has passed on every clock: the shard's stands still during a turn, and what the real one
// says would lie ahead of it.
int64_t ra__ctx_in(const ra_ctx *ctx, int64_t ns)
{
    int64_t at_ns;
    if (ns <= 0)
        return INT64_MIN;
    return __builtin_add_overflow(ra_monotonic_ns(ctx), ns, &at_ns) ? INT64_MAX : at_ns;
}

// ---- sleep

typedef struct {
    ra__wait wait;
    ra__timer timer;
} nap;

static void nap_over(ra__timer *timer)
{
    nap *sleeper = (nap *)(void *)((char *)timer - offsetof(nap, timer));
    if (ra__wait_claim(&sleeper->wait))
        ra__wait_wake(&sleeper->wait, RA_OK);
}

ra_status ra_sleep(ra_ctx *ctx, int64_t ns)
{
    if (ns <= 0)
        return ra_yield(ctx);
    RA_TRY(ra__ctx_check(ctx));
    nap sleeper = {.timer = {.fn = nap_over}};
    ra__wait_init(&sleeper.wait, ctx, "sleep", NULL);
    ra__timer_arm(ctx->shard, &sleeper.timer, ra__ctx_in(ctx, ns));
    ra_status status = ra__wait_park(ctx, &sleeper.wait);
    ra__timer_disarm(ctx->shard, &sleeper.timer);
    return status;
}

ra_status ra_yield(ra_ctx *ctx)
{
    RA_TRY(ra__ctx_check(ctx));
    if (ctx->fiber->host)
        ra__host_yield(ctx->fiber);
    else
        ra__switch_yield(ctx->fiber);
    return RA_OK;
}

// ---- scopes

ra_deadline ra_deadline_in(ra_ctx *ctx, int64_t ns)
{
    return (ra_deadline){ctx, ra__ctx_tighten(ctx, ra__ctx_in(ctx, ns))};
}

void ra_deadline_deinit(ra_deadline *deadline)
{
    if (deadline->ctx) {
        ra__ctx_restore(deadline->ctx, deadline->outer_ns);
        deadline->ctx = NULL;
    }
}

ra_shield ra_shield_for(ra_ctx *ctx, int64_t ns)
{
    int64_t outer_ns = ctx->shield_ns;
    int64_t until_ns = ra__ctx_in(ctx, ns);
    if (outer_ns && outer_ns < until_ns)
        until_ns = outer_ns;
    if (ctx->mode == RA__CTX_LENT) // its shard reads it
        return (ra_shield){NULL, 0};
    ctx->shield_ns = until_ns ? until_ns : 1;
    return (ra_shield){ctx, outer_ns};
}

void ra_shield_deinit(ra_shield *shield)
{
    if (shield->ctx) {
        shield->ctx->shield_ns = shield->outer_ns;
        shield->ctx = NULL;
    }
}
