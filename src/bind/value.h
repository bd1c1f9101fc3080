// SPDX-License-Identifier: MIT OR Apache-2.0
// value: reading and writing a member's memory: integers of each size, optionals, lists, enum
// values.
#ifndef RAMIE_BIND_VALUE_H
#define RAMIE_BIND_VALUE_H

#include "bind/names.h"
#include "bind/rules.h"

/// Every RA_LIST(T) has this layout.
typedef struct {
    void *items;
    uint32_t len, cap;
} ra__list;

static inline void *ra__member_at(const ra__member *member, const void *base)
{
    return (char *)(uintptr_t)base + member->offset;
}
static inline ra_presence *ra__presence_at(const ra__member *member, const void *at)
{
    return (ra_presence *)((char *)(uintptr_t)at + member->presence);
}

/// The low `size` bytes, zero-extended; size is 1, 2, 4 or 8.
uint64_t ra__load_bits(const void *at, size_t size);
void ra__store_bits(void *at, size_t size, uint64_t bits);
/// Signed kinds sign-extended.
int64_t ra__load_signed(const void *at, size_t size);

/// The name of an enum's value in memory; ptr NULL: it has none.
ra_str ra__enum_name(const ra__plan *plan, const void *at);
/// Index into plan->bind->values, or -1.
int ra__enum_find(const ra__plan *plan, ra_str name);

/// One more item, zeroed, at the end of the list. Items move when the list grows; the old place is
/// left in the arena. NULL: the arena's limit.
void *ra__list_push(ra_arena *arena, ra__list *list, size_t item_size);

/// Give the member its .def (checked at start): plain or optional, not a list. Text is the
/// program's own.
void ra__member_default(const ra__member *member, void *base);

/// One scalar or enum from text into `at`; text of ra_str is borrowed. Checks the rules.
ra__rule ra__put_text(const ra__member *member, void *at, ra_str text);

/// Can the member be written as text at all: no struct, no list of structs?
bool ra__member_is_text(const ra__member *member);

#endif
