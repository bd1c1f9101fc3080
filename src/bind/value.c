// SPDX-License-Identifier: MIT OR Apache-2.0
// value: see value.h.

#include "bind/value.h"
#include "base/assert.h"

enum { FIRST_ITEMS = 4 };

uint64_t ra__load_bits(const void *at, size_t size)
{
    switch (size) {
    case 1:
        return *(const uint8_t *)at;
    case 2:
        return *(const uint16_t *)at;
    case 4:
        return *(const uint32_t *)at;
    default:
        return *(const uint64_t *)at;
    }
}

void ra__store_bits(void *at, size_t size, uint64_t bits)
{
    switch (size) {
    case 1:
        *(uint8_t *)at = (uint8_t)bits;
        break;
    case 2:
        *(uint16_t *)at = (uint16_t)bits;
        break;
    case 4:
        *(uint32_t *)at = (uint32_t)bits;
        break;
    default:
        *(uint64_t *)at = bits;
        break;
    }
}

int64_t ra__load_signed(const void *at, size_t size)
{
    unsigned shift = 64 - 8 * (unsigned)size;
    return (int64_t)(ra__load_bits(at, size) << shift) >> shift;
}

ra_str ra__enum_name(const ra__plan *plan, const void *at)
{
    const ra_bind *bind = plan->bind;
    uint64_t mask = UINT64_MAX >> (64 - 8 * bind->size);
    uint64_t bits = ra__load_bits(at, bind->size);
    for (size_t i = 0; i < bind->value_count; i++)
        if (((uint64_t)bind->values[i].value & mask) == bits)
            return ra_str_of(bind->values[i].name);
    return (ra_str){0};
}

int ra__enum_find(const ra__plan *plan, ra_str name)
{
    return ra__names_find(plan->names, name);
}

void *ra__list_push(ra_arena *arena, ra__list *list, size_t item_size)
{
    if (list->len == list->cap) {
        size_t cap = list->cap ? (size_t)list->cap * 2 : FIRST_ITEMS;
        void *items = cap <= UINT32_MAX ? ra_arena_try_alloc(arena, cap * item_size) : NULL;
        if (!items)
            return NULL;
        if (list->len)
            memcpy(items, list->items, list->len * item_size);
        list->items = items;
        list->cap = (uint32_t)cap;
    }
    return memset((char *)list->items + list->len++ * item_size, 0, item_size);
}

void ra__member_default(const ra__member *member, void *base)
{
    RA_CHECK(member->preset, "%s has no default", member->row->name_);
    char *at = ra__member_at(member, base);
    memcpy(at, member->preset, member->item_size);
    if (member->shape == RA_SHAPE_OPT)
        *ra__presence_at(member, at) = RA_SET;
}

bool ra__member_is_text(const ra__member *member)
{
    return member->kind != RA_K_BOUND || member->of->form == RA__PLAN_ENUM;
}
