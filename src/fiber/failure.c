// SPDX-License-Identifier: MIT OR Apache-2.0
// failure: the detail of an error, in the ctx, tied to its code.
#include "base/limits.h"
#include "bind/plan.h"
#include "private/shard.h"
#include <stdarg.h>
#include <stdio.h>

void ra_ctx_clear(ra_ctx *ctx)
{
    ctx->error = RA_OK;
    ctx->message = (ra_str){0};
    ctx->problems = (ra_problems){0};
}

ra_str ra_ctx_message(const ra_ctx *ctx)
{
    return ctx->message;
}

ra_status ra__ctx_set_error(ra_ctx *ctx, ra_status code, ra_str message)
{
    ra_ctx_clear(ctx);
    ctx->error = code;
    if (!ra__arena_try_copy(ra_ctx_arena(ctx), message, &ctx->message))
        ctx->message = (ra_str){0};
    return code;
}

// A cut message ends between two characters.
static size_t whole_characters(const char *text, size_t len)
{
    while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
        len--;
    return len;
}

static RA_PRINTF(2, 0) ra_str format_into(char *out, const char *format, va_list args)
{
    int len = vsnprintf(out, RA__ERROR_MESSAGE_BYTES_MAX + 1, format, args);
    if (len < 0)
        return (ra_str){0};
    if (len > RA__ERROR_MESSAGE_BYTES_MAX) {
        // The last byte that fitted only tells whether a character ends before it.
        return (ra_str){out, whole_characters(out, RA__ERROR_MESSAGE_BYTES_MAX - 1)};
    }
    return (ra_str){out, (size_t)len};
}

ra_status ra_fail(ra_ctx *ctx, ra_status code, const char *format, ...)
{
    char text[RA__ERROR_MESSAGE_BYTES_MAX + 1];
    va_list args;
    va_start(args, format);
    ra_str message = format_into(text, format, args);
    va_end(args);
    return ra__ctx_set_error(ctx, code, message);
}

ra_problems *ra__ctx_problems(ra_ctx *ctx)
{
    if (ctx->error != RA_ERR_INVALID) {
        ra_ctx_clear(ctx);
        ctx->error = RA_ERR_INVALID;
    }
    return &ctx->problems;
}

ra_status ra_fail_field(ra_ctx *ctx, const char *pointer, const char *code, const char *format, ...)
{
    char text[RA__ERROR_MESSAGE_BYTES_MAX + 1];
    va_list args;
    va_start(args, format);
    ra_str detail = format_into(text, format, args);
    va_end(args);

    ra_arena *arena = ra_ctx_arena(ctx);
    ra_str place = RA_STR("");
    if (!ra__arena_try_copy(arena, ra_str_of(pointer), &place))
        return RA_ERR_INVALID;
    ra__problem_add(arena, ra__ctx_problems(ctx), "body", place, code, RA_STR_FMT,
                    RA_STR_ARG(detail));
    return RA_ERR_INVALID;
}

// ---- from a child to its parent

static ra_str keep(ra_arena *arena, ra_str text)
{
    ra_str copy;
    return ra__arena_try_copy(arena, text, &copy) ? copy : (ra_str){0};
}

static ra_problems keep_problems(ra_arena *arena, const ra_problems *from)
{
    ra_problems to = *from;
    to.len = to.cap = 0;
    to.items = from->len ? ra_arena_try_alloc(arena, from->len * sizeof *to.items) : NULL;
    if (!to.items) {
        to.truncated |= from->len > 0;
        return to;
    }
    to.len = to.cap = from->len;
    for (uint32_t i = 0; i < from->len; i++) {
        const ra_problem *problem = &from->items[i];
        to.items[i] = (ra_problem){keep(arena, problem->in), keep(arena, problem->pointer),
                                   keep(arena, problem->code), keep(arena, problem->detail)};
    }
    return to;
}

void ra__ctx_copy_detail(ra_ctx *ctx, ra_status status, ra_str message, const ra_problems *problems)
{
    ra_arena *arena = ra_ctx_arena(ctx);
    ctx->error = status;
    ctx->message = keep(arena, message);
    ctx->problems = keep_problems(arena, problems);
}

// A parent without memory of its own takes the child's as it is: nothing that could fail.
static void give_memory(ra_ctx *parent, ra_ctx *child)
{
    if (parent->arena) {
        ra__arena_splice(parent->arena, child->arena);
    } else {
        parent->arena = child->arena;
        child->arena = NULL;
    }
}

void ra__ctx_join(ra_ctx *parent, ra_ctx *child, ra_status status, bool splice)
{
    bool detail = status != RA_OK && child->error == status;
    if (detail && !(splice && child->arena)) {
        ra__ctx_copy_detail(parent, status, child->message, &child->problems);
    } else if (detail) {
        parent->error = status;
        parent->message = child->message;
        parent->problems = child->problems;
    }
    if (splice && child->arena) {
        give_memory(parent, child);
        ra_ctx_clear(child);
    }
    parent->exhausted |= child->exhausted;
}
