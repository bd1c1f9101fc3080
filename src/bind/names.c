// SPDX-License-Identifier: MIT OR Apache-2.0
// names: see names.h. `heads` has a place for each hash; a place holds 1 + index of a name, 0 for
// none.

#include "bind/names.h"

enum { TRIES = 256 };

struct ra__names {
    uint32_t multiplier;
    unsigned shift;
    const ra_str *names;
    uint16_t *heads;
    uint16_t *nexts; // of the same hash: 1 + index, 0 for none
};

static inline uint32_t signature(ra_str name)
{
    if (name.len == 0)
        return 0;
    const unsigned char *at = (const unsigned char *)name.ptr;
    return (uint32_t)name.len ^ (uint32_t)at[0] << 8 ^ (uint32_t)at[name.len / 2] << 16 ^
           (uint32_t)at[name.len - 1] << 24;
}

static inline uint32_t place_of(const ra__names *index, ra_str name)
{
    return signature(name) * index->multiplier >> index->shift;
}

/// Fill the places; how many names share one.
static unsigned fill(ra__names *index, size_t count)
{
    unsigned collisions = 0;
    memset(index->heads, 0, sizeof *index->heads << (32 - index->shift));
    for (size_t i = count; i-- > 0;) {
        uint16_t *head = &index->heads[place_of(index, index->names[i])];
        collisions += *head != 0;
        index->nexts[i] = *head;
        *head = (uint16_t)(i + 1);
    }
    return collisions;
}

/// Try odd multipliers until no two names share a place; keep the best.
static void search(ra__names *index, size_t count)
{
    uint32_t best = 0, candidate = UINT32_C(0x9E3779B1);
    unsigned fewest = UINT32_MAX;
    for (unsigned i = 0; i < TRIES && fewest > 0; i++) {
        index->multiplier = candidate;
        unsigned collisions = fill(index, count);
        if (collisions < fewest) {
            fewest = collisions;
            best = candidate;
        }
        candidate = (candidate * UINT32_C(747796405) + UINT32_C(2891336453)) | 1;
    }
    index->multiplier = best;
    fill(index, count);
}

const ra__names *ra__names_new(ra_arena *arena, const ra_str *names, size_t count)
{
    unsigned bits = 3;
    while ((size_t)1 << bits < 2 * count)
        bits++;
    ra__names *index = ra_arena_try_alloc(arena, sizeof *index);
    uint16_t *heads = ra_arena_try_alloc(arena, sizeof *heads << bits);
    uint16_t *nexts = ra_arena_try_alloc(arena, sizeof *nexts * (count + 1));
    if (!index || !heads || !nexts)
        return NULL;
    *index = (ra__names){.shift = 32 - bits, .names = names, .heads = heads, .nexts = nexts};
    search(index, count);
    return index;
}

int ra__names_find(const ra__names *index, ra_str name)
{
    for (unsigned at = index->heads[place_of(index, name)]; at; at = index->nexts[at - 1])
        if (ra_str_equal(index->names[at - 1], name))
            return (int)at - 1;
    return -1;
}
