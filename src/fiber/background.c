// SPDX-License-Identifier: MIT OR Apache-2.0
// background: ra_go. A fiber that outlives the one that asked for it; the runtime counts it and
// cancels it at its end.
//
// Record, argument and all that the argument reaches lie in one arena, which becomes the new
// fiber's own. The request and its span stay behind: only the places of app and database are
// inherited.
#include "base/assert.h"
#include "bind/plan.h"
#include "private/shard.h"

struct ra__background {
    ra__background *next, *prev; // of its shard
    ra__msg trip;
    ra__shard *shard;
    ra__fiber *fiber;
    ra__fiber_fn *fn;
    void *arg; // the copy
    ra_arena *arena;
    ra__site site;
    void *app, *db;
    uint32_t arena_bytes_max;
};

static void report(ra_ctx *ctx, ra__site site, ra_status status)
{
    ra__runtime *runtime = ctx->shard->runtime;
    if (runtime->opts.background_failed)
        runtime->opts.background_failed(ctx, site.name, site.file, site.line, status);
}

static void unlink_background(ra__background *background)
{
    if (background->prev)
        background->prev->next = background->next;
    else
        background->shard->backgrounds = background->next;
    if (background->next)
        background->next->prev = background->prev;
}

static void ended(ra_ctx *ctx, void *arg, ra_status status)
{
    (void)arg;
    ra__background *background = ctx->fiber->owner;
    unlink_background(background);
    if (status != RA_OK)
        report(ctx, background->site, status);
    atomic_fetch_sub(&ctx->shard->runtime->background_count, 1);
}

static void no_stack(ra__background *background)
{
    ra_ctx ctx;
    ra__ctx_init(&ctx, background->shard, NULL, NULL);
    ctx.arena = background->arena;
    ctx.slots[RA__SLOT_APP] = background->app;
    report(&ctx, background->site, RA_ERR_EXHAUSTED);
    atomic_fetch_sub(&background->shard->runtime->background_count, 1);
    ra__ctx_deinit(&ctx);
}

static void begin(ra__background *background)
{
    ra__shard *shard = background->shard;
    ra__fiber *fiber = ra__fiber_new(shard, 0);
    ra__arena_set_pool(background->arena, shard->blocks);
    if (!fiber) {
        no_stack(background);
        return;
    }
    background->fiber = fiber;
    background->next = shard->backgrounds;
    if (background->next)
        background->next->prev = background;
    shard->backgrounds = background;
    fiber->fn = background->fn;
    fiber->arg = background->arg;
    fiber->on_ended = ended;
    fiber->owner = background;
    fiber->site = background->site;
    fiber->ctx.arena = background->arena;
    fiber->ctx.arena_bytes_max = background->arena_bytes_max;
    fiber->ctx.slots[RA__SLOT_APP] = background->app;
    fiber->ctx.slots[RA__SLOT_DB] = background->db;
    if (atomic_load(&shard->runtime->background_canceled))
        atomic_store(&fiber->ctx.canceled, RA_ERR_CANCELED);
    ra__ready_push(shard, &fiber->task);
}

static void arrived(ra__msg *msg)
{
    begin((ra__background *)(void *)((char *)msg - offsetof(ra__background, trip)));
}

static ra__background *make(ra_ctx *ctx, const ra_bind *bind, const void *arg)
{
    ra_arena *arena = ra__arena_new_in(NULL, NULL, ctx->arena_bytes_max);
    if (!arena)
        return NULL;
    ra__background *background = ra_arena_try_alloc(arena, sizeof *background);
    void *copy = bind->size ? ra_arena_try_alloc(arena, bind->size) : NULL;
    bool ok = background && (copy || !bind->size);
    if (ok && bind->size)
        ok = ra__bind_copy(arena, ra__plan_of(bind), arg, copy) == RA_OK;
    if (!ok) {
        ra_arena_free(arena);
        return NULL;
    }
    background->arena = arena;
    background->arg = copy;
    return background;
}

// The caller's shard. A transaction's is the writer, which runs bodies and nothing else: then any.
static ra__shard *place(ra__shard *own)
{
    ra__runtime *runtime = own->runtime;
    return own->extra ? &runtime->shards[ra__shard_random(own) % runtime->shard_count] : own;
}

void ra_go_(ra_ctx *ctx, ra_any_fn fn, const ra_bind *bind, const void *arg, const char *name,
            const char *file, int line)
{
    RA_CHECK(ctx->shard, "ra_go: this ctx has no shard");
    ra__site site = {name, file, line};
    ra__background *background = make(ctx, bind, arg);
    if (!background) {
        report(ctx, site, RA_ERR_EXHAUSTED);
        return;
    }
    ra__runtime *runtime = ctx->shard->runtime;
    background->shard = place(ctx->shard);
    background->fn = (ra__fiber_fn *)fn;
    background->site = site;
    background->app = ctx->slots[RA__SLOT_APP];
    background->db = ctx->mode == RA__CTX_BODY ? ctx->outer_db : ctx->slots[RA__SLOT_DB];
    background->arena_bytes_max = ctx->arena_bytes_max;
    atomic_fetch_add(&runtime->background_count, 1);
    if (ra__shard_self() == background->shard) {
        begin(background);
        return;
    }
    background->trip.fn = arrived;
    ra__shard_post(background->shard, &background->trip);
}

void ra__background_cancel_message(ra__msg *msg)
{
    ra__shard *shard = (ra__shard *)(void *)((char *)msg - offsetof(ra__shard, cancel_msg));
    atomic_store(&shard->cancel_posted, false);
    for (ra__background *each = shard->backgrounds; each; each = each->next)
        ra__fiber_cancel(each->fiber, RA_ERR_CANCELED);
}
