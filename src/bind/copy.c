// SPDX-License-Identifier: MIT OR Apache-2.0
// copy: a value and all that it points to, into another arena. Members that no row names are copied
// as bytes.

#include "base/arena.h"
#include "bind/value.h"

static ra_status copy_member(ra_arena *arena, const ra__member *member, void *base, unsigned depth);

/// The bytes of `to` were copied already; its pointers still lead to the original.
static ra_status copy_inner(ra_arena *arena, const ra__plan *plan, void *to, unsigned depth)
{
    for (uint32_t i = 0; i < plan->member_count; i++)
        RA_TRY(copy_member(arena, &plan->members[i], to, depth));
    return RA_OK;
}

static bool has_pointers(const ra__member *member)
{
    return member->kind == RA_K_STR ||
           (member->kind == RA_K_BOUND && member->of->form == RA__PLAN_STRUCT);
}

static ra_status copy_value(ra_arena *arena, const ra__member *member, void *at, unsigned depth)
{
    if (member->kind != RA_K_STR)
        return copy_inner(arena, member->of, at, depth + 1);
    ra_str *str = at;
    return ra__arena_try_copy(arena, *str, str) ? RA_OK : RA_ERR_EXHAUSTED;
}

static ra_status copy_list(ra_arena *arena, const ra__member *member, ra__list *list,
                           unsigned depth)
{
    size_t bytes = (size_t)list->len * member->item_size;
    char *items = bytes ? ra_arena_try_alloc(arena, bytes) : NULL;
    if (bytes && !items)
        return RA_ERR_EXHAUSTED;
    if (bytes)
        memcpy(items, list->items, bytes);
    *list = (ra__list){.items = items, .len = list->len, .cap = list->len};
    for (uint32_t i = 0; i < list->len && has_pointers(member); i++)
        RA_TRY(copy_value(arena, member, items + (size_t)i * member->item_size, depth));
    return RA_OK;
}

static ra_status copy_member(ra_arena *arena, const ra__member *member, void *base, unsigned depth)
{
    void *at = ra__member_at(member, base);
    if (depth > RA__JSON_DEPTH_MAX)
        return RA_ERR_INVALID;
    if (member->shape == RA_SHAPE_LIST)
        return copy_list(arena, member, at, depth + 1);
    if (!has_pointers(member))
        return RA_OK;
    if (member->shape == RA_SHAPE_OPT && *ra__presence_at(member, at) != RA_SET)
        return RA_OK;
    return copy_value(arena, member, at, depth);
}

ra_status ra__bind_copy(ra_arena *arena, const ra__plan *plan, const void *from, void *to)
{
    if (plan->form == RA__PLAN_NONE)
        return RA_OK;
    memcpy(to, from, plan->size);
    return copy_member(arena, plan->self, to, 0);
}
