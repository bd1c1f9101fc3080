// SPDX-License-Identifier: MIT OR Apache-2.0
// fiber: born on a stack of its shard's pool, run by the loop, finished by the loop after its last
// frame.
#include "base/assert.h"
#include "private/shard.h"

// The control block shares the page of the first frames: a parked fiber that uses little costs one
// page.
ra__fiber *ra__fiber_on(ra__stack stack)
{
    return (ra__fiber *)(void *)(ra__stack_top(stack) - (sizeof(ra__fiber) + 63) / 64 * 64);
}

void ra__fiber_link(ra__shard *shard, ra__fiber *fiber)
{
    fiber->prev = NULL;
    fiber->next = shard->fibers;
    if (fiber->next)
        fiber->next->prev = fiber;
    shard->fibers = fiber;
}

void ra__fiber_unlink(ra__fiber *fiber)
{
    if (fiber->prev)
        fiber->prev->next = fiber->next;
    else
        fiber->ctx.shard->fibers = fiber->next;
    if (fiber->next)
        fiber->next->prev = fiber->prev;
}

// Member by member: a new fiber costs less than clearing its block would.
static void be_born(ra__fiber *fiber, ra__shard *shard, ra__stack stack)
{
    fiber->task.unstarted = false;
    fiber->wait = NULL;
    fiber->deadline = (ra__timer){0};
    fiber->parked = fiber->told = fiber->host = fiber->ended = fiber->spreading = false;
    fiber->families = NULL;
    fiber->on_ended = NULL;
    fiber->owner = NULL;
    fiber->label = NULL;
    fiber->stack = stack;
    fiber->sp = ra__switch_prepare((char *)fiber);
    fiber->id = shard->next_id++ * shard->runtime->total + shard->index;
    fiber->since_ns = shard->now_ns;
    ra__side_new(&fiber->side, stack);
}

ra__fiber *ra__fiber_new(ra__shard *shard, size_t stack_bytes)
{
    ra__stack stack;
    if (!ra__stack_take(&shard->stacks, stack_bytes, &stack))
        return NULL;
    ra__fiber *fiber = ra__fiber_on(stack);
    be_born(fiber, shard, stack);
    ra__ctx_init(&fiber->ctx, shard, fiber, NULL);
    ra__fiber_link(shard, fiber);
    shard->fiber_count++;
    return fiber;
}

ra__fiber *ra__spawn(ra__shard *shard, ra__fiber_fn *fn, void *arg, const ra__spawn_opts *opts)
{
    ra__fiber *fiber = ra__fiber_new(shard, opts->stack_bytes);
    if (!fiber)
        return NULL;
    fiber->fn = fn;
    fiber->arg = arg;
    fiber->on_ended = opts->ended;
    fiber->site = (ra__site){opts->name, opts->file, opts->line};
    if (opts->inherit) {
        memcpy(fiber->ctx.slots, opts->inherit->slots, sizeof fiber->ctx.slots);
        fiber->ctx.arena_bytes_max = opts->inherit->arena_bytes_max;
    }
    ra__ready_push(shard, &fiber->task);
    return fiber;
}

void ra__fiber_set_label(ra__fiber *fiber, const char *label)
{
    fiber->label = label;
}

void ra__fiber_overflowed(const ra__fiber *fiber)
{
    ra__trap(__FILE__, __LINE__, "stack overflow in fiber %" PRIu64 " '%s' spawned at %s:%d",
             fiber->id, fiber->label ? fiber->label : "", fiber->site.file ? fiber->site.file : "?",
             fiber->site.line);
}

void ra__fiber_finish(ra__fiber *fiber)
{
    ra__shard *shard = fiber->ctx.shard;
    RA_CHECK(!fiber->families,
             "%s returned while a group of its own still had children: use RA_GROUP",
             fiber->site.name ? fiber->site.name : "a fiber");
    if (fiber->on_ended)
        fiber->on_ended(&fiber->ctx, fiber->arg, fiber->status);
    ra__ctx_deinit(&fiber->ctx);
    ra__fiber_unlink(fiber);
    ra__side_free(&fiber->side);
    fiber->label = NULL; // a crash report may still look at this stack
    shard->fiber_count--;
    ra__stack_give(&shard->stacks, fiber->stack);
}
