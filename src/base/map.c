// SPDX-License-Identifier: MIT OR Apache-2.0
// map: entries lie dense in the order of insertion; beside them an index of their places, by linear
// probing.
//
//   entries  [ alice | bob | carol ]          len 3
//   index    [ 0 | 3 | 0 | 1 | 2 | 0 | 0 | 0 ]  place + 1; 0 is free; 2^n of them, at most 3/4 full
//
// Removing moves the last entry into the hole, and shifts the index back (Knuth, volume 3, 6.4,
// algorithm R), so there are no tombstones. At most 2^30 entries.
#include "base/map.h"

#include "base/assert.h"
#include "base/heap.h"

enum { FIRST_SLOTS = 8, SLOTS_MAX = 1 << 30 };

typedef struct {
    ra_str key;
    void *value;
    uint64_t hash;
} map_entry;

struct ra__map {
    ra__hash_key key;
    map_entry *entries;
    uint32_t *index;
    uint32_t len;
    uint32_t slots; // of the index; 0 before the first put
};

ra__map *ra__map_new(ra__hash_key key)
{
    ra__map *map = ra__heap_alloc_zeroed(1, sizeof *map);
    if (map)
        map->key = key;
    return map;
}

void ra__map_free(ra__map *map)
{
    if (map) {
        ra__heap_free(map->entries);
        ra__heap_free(map->index);
        ra__heap_free(map);
    }
}

static uint32_t entries_max(uint32_t slots)
{
    return slots / 4 * 3;
}

/// The slot that holds the key, or the free one where it belongs.
static uint32_t find_slot(const ra__map *map, uint64_t hash, ra_str key)
{
    uint32_t mask = map->slots - 1;
    uint32_t slot = (uint32_t)hash & mask;
    while (map->index[slot] != 0) {
        const map_entry *entry = &map->entries[map->index[slot] - 1];
        if (entry->hash == hash && ra_str_equal(entry->key, key))
            break;
        slot = (slot + 1) & mask;
    }
    return slot;
}

void *ra__map_get(const ra__map *map, ra_str key)
{
    if (map->len == 0)
        return NULL;
    uint32_t place = map->index[find_slot(map, ra__hash(map->key, key), key)];
    return place ? map->entries[place - 1].value : NULL;
}

static void fill_index(const ra__map *map, uint32_t *index, uint32_t slots)
{
    uint32_t mask = slots - 1;
    for (uint32_t at = 0; at < map->len; at++) {
        uint32_t slot = (uint32_t)map->entries[at].hash & mask;
        while (index[slot] != 0)
            slot = (slot + 1) & mask;
        index[slot] = at + 1;
    }
}

static ra_status grow(ra__map *map)
{
    if (map->slots >= SLOTS_MAX)
        return RA_ERR_EXHAUSTED;
    uint32_t slots = map->slots ? map->slots * 2 : FIRST_SLOTS;
    uint32_t *index = ra__heap_alloc_zeroed(slots, sizeof *index);
    if (!index)
        return RA_ERR_EXHAUSTED;
    map_entry *entries = ra__heap_realloc(map->entries, entries_max(slots) * sizeof *entries);
    if (!entries) {
        ra__heap_free(index);
        return RA_ERR_EXHAUSTED;
    }
    map->entries = entries;
    fill_index(map, index, slots);
    ra__heap_free(map->index);
    map->index = index;
    map->slots = slots;
    return RA_OK;
}

ra_status ra__map_put(ra__map *map, ra_str key, void *value)
{
    RA_CHECK(value, "a map holds no NULL: get could not tell it from absent");
    uint64_t hash = ra__hash(map->key, key);
    uint32_t place = map->slots ? map->index[find_slot(map, hash, key)] : 0;
    if (place) {
        map->entries[place - 1].key = key;
        map->entries[place - 1].value = value;
        return RA_OK;
    }
    if (map->len == entries_max(map->slots))
        RA_TRY(grow(map));
    map->entries[map->len] = (map_entry){key, value, hash};
    map->index[find_slot(map, hash, key)] = ++map->len;
    return RA_OK;
}

/// Close the gap at `hole` by moving back those entries that may stand there.
static void close_gap(ra__map *map, uint32_t hole)
{
    uint32_t mask = map->slots - 1;
    uint32_t slot = hole;
    for (;;) {
        slot = (slot + 1) & mask;
        uint32_t place = map->index[slot];
        if (place == 0)
            break;
        uint32_t home = (uint32_t)map->entries[place - 1].hash & mask;
        if (((slot - home) & mask) >= ((slot - hole) & mask)) {
            map->index[hole] = place;
            hole = slot;
        }
    }
    map->index[hole] = 0;
}

void *ra__map_remove(ra__map *map, ra_str key)
{
    if (map->len == 0)
        return NULL;
    uint32_t slot = find_slot(map, ra__hash(map->key, key), key);
    uint32_t place = map->index[slot];
    if (place == 0)
        return NULL;
    void *value = map->entries[place - 1].value;
    close_gap(map, slot);
    const map_entry *last = &map->entries[map->len - 1];
    if (place != map->len) {
        map->index[find_slot(map, last->hash, last->key)] = place;
        map->entries[place - 1] = *last;
    }
    map->len--;
    return value;
}

size_t ra__map_len(const ra__map *map)
{
    return map->len;
}

bool ra__map_each(const ra__map *map, size_t *at, ra_str *key, void **value)
{
    if (*at >= map->len)
        return false;
    const map_entry *entry = &map->entries[(*at)++];
    *key = entry->key;
    *value = entry->value;
    return true;
}
