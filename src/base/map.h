// SPDX-License-Identifier: MIT OR Apache-2.0
// map: text to pointer, open addressing, keyed hash (SipHash-1-3). Memory from the heap.
#ifndef RAMIE_BASE_MAP_H
#define RAMIE_BASE_MAP_H

#include <ramie/base.h>

typedef struct {
    uint64_t k0, k1;
} ra__hash_key;
uint64_t ra__hash(ra__hash_key key, ra_str bytes);

typedef struct ra__map ra__map;
/// `key` is random in a process that serves (attackers choose keys), fixed by the seed in the
/// simulation.
ra__map *ra__map_new(ra__hash_key key); // NULL: no memory
void ra__map_free(ra__map *map);        // keys and values are the caller's
void *ra__map_get(const ra__map *map, ra_str key);
/// `key` is borrowed as long as it is in the map. Replaces. RA_ERR_EXHAUSTED: no memory, map
/// unchanged.
RA_MUST_USE ra_status ra__map_put(ra__map *map, ra_str key, void *value);
void *ra__map_remove(ra__map *map, ra_str key);
size_t ra__map_len(const ra__map *map);
/// In the order of insertion, as long as nothing is removed.  size_t at = 0; while
/// (ra__map_each(map, &at, &key, &value)) ...
bool ra__map_each(const ra__map *map, size_t *at, ra_str *key, void **value);

#endif
