// SPDX-License-Identifier: MIT OR Apache-2.0
// memory: what a ctx allocates. Never NULL: past the limit the arena's reserve carries the fiber to
// its next suspending call, which returns RA_ERR_EXHAUSTED; past the reserve the process ends with
// a report.
#include "base/assert.h"
#include "private/shard.h"
#include <stdarg.h>
#include <stdio.h>

enum { LIST_CAP_FIRST = 8 };

#ifdef RAMIE_DEBUG
// An arena takes its blocks from a pool that belongs to one thread.
static bool is_at_home(const ra_ctx *ctx)
{
    return !ctx->fiber || ctx->mode != RA__CTX_FIBER || ra__shard_self() == ctx->shard;
}
#endif

ra_arena *ra_ctx_arena(ra_ctx *ctx)
{
    RA_DEBUG_CHECK(is_at_home(ctx), "memory of a ctx is taken on another thread than its own");
    if (!ctx->arena) {
        bool own_shard = ctx->shard && ctx->mode != RA__CTX_LENT;
        ctx->arena =
            ra__arena_new_in(NULL, own_shard ? ctx->shard->blocks : NULL, ctx->arena_bytes_max);
    }
    if (__builtin_expect(!ctx->arena, 0)) {
        ctx->exhausted = true;
        return ra__arena_none();
    }
    return ctx->arena;
}

static _Noreturn void out_of_memory(const ra_ctx *ctx, size_t bytes)
{
    const ra__fiber *fiber = ctx->fiber;
    ra__trap(__FILE__, __LINE__,
             "%zu bytes more: limit (%" PRIu32 " bytes) and reserve of fiber %" PRIu64
             " '%s' are used up, or the machine's memory is",
             bytes, ctx->arena_bytes_max, fiber ? fiber->id : 0,
             fiber && fiber->label ? fiber->label : "");
}

void *ra_alloc(ra_ctx *ctx, size_t bytes)
{
    ra_arena *arena = ra_ctx_arena(ctx);
    void *memory = ra_arena_try_alloc(arena, bytes);
    if (__builtin_expect(memory != NULL, 1))
        return memory;
    bool over = false;
    memory = ra__arena_alloc_reserve(arena, bytes, &over);
    ctx->exhausted |= over;
    if (!memory)
        out_of_memory(ctx, bytes);
    return memory;
}

void *ra_alloc_array(ra_ctx *ctx, size_t count, size_t bytes)
{
    size_t total;
    if (__builtin_mul_overflow(count, bytes, &total))
        out_of_memory(ctx, SIZE_MAX);
    return ra_alloc(ctx, total);
}

ra_str ra_copy(ra_ctx *ctx, ra_str str)
{
    char *copy = ra_alloc(ctx, str.len);
    if (str.len > 0)
        memcpy(copy, str.ptr, str.len);
    return (ra_str){copy, str.len};
}

ra_str ra_format(ra_ctx *ctx, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    RA_CHECK(len >= 0, "ra_format: \"%s\" cannot be formatted", format);
    char *text = ra_alloc(ctx, (size_t)len + 1);
    vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return (ra_str){text, (size_t)len};
}

void *ra_list_grow_(ra_ctx *ctx, void *items, uint32_t len, uint32_t *cap, size_t item_bytes)
{
    if (len < *cap)
        return items;
    RA_CHECK(len < UINT32_MAX / 2, "a list of %" PRIu32 " items cannot grow", len);
    uint32_t more = len ? len * 2 : LIST_CAP_FIRST;
    void *grown = ra_alloc_array(ctx, more, item_bytes);
    if (len > 0)
        memcpy(grown, items, len * item_bytes);
    *cap = more;
    return grown;
}
