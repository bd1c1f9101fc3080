// SPDX-License-Identifier: MIT OR Apache-2.0
// problem: the list of what is wrong with an input. Bounded; never fails, only says that it is cut
// short.

#include "base/arena.h"
#include "bind/plan.h"

#include <stdarg.h>
#include <stdio.h>

enum { DETAIL_BYTES_MAX = 320, FIRST_ITEMS = 4, UNKNOWN_NAME_BYTES_MAX = 64 };

/// Room for one more; false: there is none.
static bool grow(ra_arena *arena, ra_problems *problems)
{
    if (problems->len < problems->cap)
        return true;
    uint32_t cap = problems->cap ? RA__PROBLEMS_MAX : FIRST_ITEMS;
    ra_problem *items =
        problems->len < RA__PROBLEMS_MAX ? ra_arena_try_alloc(arena, cap * sizeof *items) : NULL;
    if (!items)
        return false;
    if (problems->len)
        memcpy(items, problems->items, problems->len * sizeof *items);
    problems->items = items;
    problems->cap = cap;
    return true;
}

void ra__problem_add(ra_arena *arena, ra_problems *problems, const char *in, ra_str pointer,
                     const char *code, const char *format, ...)
{
    if (!problems || problems->truncated)
        return;
    char text[DETAIL_BYTES_MAX];
    va_list args;
    va_start(args, format);
    int bytes = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    size_t len = bytes < 0 ? 0 : (size_t)bytes < sizeof text ? (size_t)bytes : sizeof text - 1;

    ra_str detail;
    if (!grow(arena, problems) || !ra__arena_try_copy(arena, (ra_str){text, len}, &detail)) {
        problems->truncated = true;
        return;
    }
    problems->items[problems->len++] = (ra_problem){
        .in = ra_str_of(in), .pointer = pointer, .code = ra_str_of(code), .detail = detail};
}

ra_str ra__name_cut(ra_str name)
{
    if (name.len <= UNKNOWN_NAME_BYTES_MAX)
        return name;
    size_t len = UNKNOWN_NAME_BYTES_MAX;
    while (len && ((unsigned char)name.ptr[len] & 0xC0) == 0x80)
        len--;
    return (ra_str){name.ptr, len};
}

ra_str ra__pointer_join(ra_arena *arena, ra_str prefix, ra_str name)
{
    size_t escapes = 0;
    for (size_t i = 0; i < name.len; i++)
        escapes += name.ptr[i] == '~' || name.ptr[i] == '/';
    char *text = ra__arena_try_text(arena, prefix.len + 1 + name.len + escapes);
    if (!text)
        return prefix;
    if (prefix.len)
        memcpy(text, prefix.ptr, prefix.len);
    char *to = text + prefix.len;
    *to++ = '/';
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (c == '~' || c == '/')
            *to++ = '~';
        *to++ = c == '~' ? '0' : c == '/' ? '1' : c;
    }
    return (ra_str){text, (size_t)(to - text)};
}
