// SPDX-License-Identifier: MIT OR Apache-2.0
// group: children that end with their scope. ra_group holds the ctx, the family (NULL until the
// first child), and in `state` what must be known without one.
#include "private/group.h"
#include "base/assert.h"

enum { KEEP_GOING = 1, EARLY_SHIFT = 8 }; // above: a failure that no child could report

ra_group ra_group_init(ra_ctx *ctx, const ra_group_opts *opts)
{
    return (ra_group){.ctx = ctx, .state = opts && opts->keep_going ? KEEP_GOING : 0};
}

static void fail_early(ra_group *group, ra_status status)
{
    if (group->state >> EARLY_SHIFT == 0)
        group->state |= (uint64_t)status << EARLY_SHIFT;
}

static ra__family *family_of(ra_group *group)
{
    if (group->children)
        return group->children;
    ra_ctx *ctx = group->ctx;
    ra__family *family = ra__pool_take(&ctx->shard->families);
    if (!family)
        return NULL;
    *family = (ra__family){
        .outer = ctx->fiber->families,
        .parent = ctx->fiber,
        .keep_going = group->state & KEEP_GOING,
        .shielded = ctx->shield_ns != 0,
    };
    ctx->fiber->families = family;
    group->children = family;
    return family;
}

static void adopt(ra__family *family, ra__child *child)
{
    child->family = family;
    child->next = family->children;
    if (child->next)
        child->next->prev = child;
    family->children = child;
    family->alive++;
}

static void unlink_child(ra__family *family, ra__child *child)
{
    if (child->prev)
        child->prev->next = child->next;
    else
        family->children = child->next;
    if (child->next)
        child->next->prev = child->prev;
    family->alive--;
}

// The shard with the least to do; its own when there is no better one.
static ra__shard *place(ra__shard *own)
{
    ra__runtime *runtime = own->runtime;
    ra__shard *best = own->extra ? NULL : own;
    int least = own->extra ? INT32_MAX : (int)own->ready.len;
    for (unsigned i = 0; i < runtime->shard_count; i++) {
        ra__shard *shard = &runtime->shards[i];
        int load = atomic_load_explicit(&shard->load, memory_order_relaxed);
        if (shard != own && load < least) {
            best = shard;
            least = load;
        }
    }
    return best;
}

static ra__child *child_new(ra_ctx *ctx, ra__family *family)
{
    ra__child *child = ra__pool_take(&ctx->shard->children);
    if (!child)
        return NULL;
    child->home = child->shard = ctx->shard;
    child->prev = NULL;
    child->label = ctx->fiber->label;
    child->cancel_why = child->status = RA_OK;
    child->fiber = NULL;
    child->over = child->cancel_seen = false;
    child->detail = NULL;
    child->arena = NULL;
    ra__ctx_inherit(ctx, &child->inherited);
    if (family->canceled != RA_OK)
        child->inherited.canceled = family->canceled;
    return child;
}

void ra_group_go_(ra_group *group, ra_any_fn fn, void *arg, bool any_shard, const char *name,
                  const char *file, int line)
{
    ra_ctx *ctx = group->ctx;
    if (ctx->mode != RA__CTX_FIBER || !ctx->fiber) {
        fail_early(group, RA_ERR_STATE);
        return;
    }
    ra__family *family = family_of(group);
    ra__child *child = family ? child_new(ctx, family) : NULL;
    if (!child) {
        fail_early(group, RA_ERR_EXHAUSTED);
        return;
    }
    child->fn = (ra__fiber_fn *)fn;
    child->arg = arg;
    child->site = (ra__site){name, file, line};
    if (any_shard)
        child->shard = place(ctx->shard);
    adopt(family, child);
    ra__child_go(child);
}

// ---- the end of a child

static void keep_memory(ra__family *family, ra_arena *arena)
{
    if (!arena)
        return;
    if (!family->arena) {
        family->arena = arena;
        return;
    }
    ra__arena_splice(family->arena, arena);
    ra_arena_free(arena);
}

void ra__family_child_over(ra__family *family, ra__child *child)
{
    unlink_child(family, child);
    keep_memory(family, child->arena);
    if (child->status != RA_OK && family->first == RA_OK) {
        family->first = child->status;
        family->detail = child->detail;
        if (!family->keep_going)
            ra__family_cancel(family, RA_ERR_CANCELED);
    }
    if (family->alive == 0 && family->joiner && ra__wait_claim(family->joiner))
        ra__wait_wake(family->joiner, RA_OK);
}

void ra__family_cancel(ra__family *family, ra_status why)
{
    if (family->canceled != RA_OK)
        return;
    family->canceled = why;
    for (ra__child *child = family->children; child; child = child->next)
        ra__child_cancel(child, why);
}

// ---- the parent's side

void ra_group_cancel(ra_group *group)
{
    if (group->children)
        ra__family_cancel(group->children, RA_ERR_CANCELED);
}

// A join is never abandoned: a reason to stop reaches the children, and their end ends the join.
static void join_interrupted(ra__wait *wait, ra_status why)
{
    if (!wait->fiber->ctx.shard->spreading) // else cancel.c comes by every family of this fiber
        ra__family_cancel((ra__family *)(uintptr_t)wait->object, why);
}

static void join(ra_ctx *ctx, ra__family *family)
{
    if (family->alive == 0)
        return;
    family->shielded &= ctx->shield_ns != 0; // the shield is over: what ends ctx reaches them again
    ra__wait wait;
    ra__wait_init(&wait, ctx, "group wait", family);
    wait.on_cancel = join_interrupted;
    family->joiner = &wait;
    RA_DISCARD(ra__wait_park(ctx, &wait));
    family->joiner = NULL;
}

static ra_status take_first(ra_ctx *ctx, ra__family *family)
{
    ra_status first = family->first;
    if (family->detail)
        ra__ctx_copy_detail(ctx, first, family->detail->message, &family->detail->problems);
    family->first = family->canceled = RA_OK;
    family->detail = NULL;
    return first;
}

ra_status ra_group_wait(ra_ctx *ctx, ra_group *group)
{
    RA_CHECK(ctx == group->ctx, "ra_group_wait: the group belongs to another ctx");
    ra_status early = (ra_status)(group->state >> EARLY_SHIFT);
    ra__family *family = group->children;
    group->state &= KEEP_GOING;
    if (!family)
        return early;
    ra_status own = family->alive ? ra__ctx_may_suspend(ctx) : RA_OK;
    if (own != RA_OK)
        ra__family_cancel(family, own);
    join(ctx, family);
    ra_status first = take_first(ctx, family);
    if (first != RA_OK)
        return first;
    return early != RA_OK ? early : own;
}

void ra_group_deinit(ra_group *group)
{
    ra__family *family = group->children;
    if (!family)
        return;
    ra__family_cancel(family, RA_ERR_CANCELED);
    join(group->ctx, family);
    ra__family **link = &family->parent->families;
    while (*link != family)
        link = &(*link)->outer;
    *link = family->outer;
    if (family->arena)
        ra_arena_free(family->arena);
    ra__pool_give(&group->ctx->shard->families, family);
    group->children = NULL;
}
