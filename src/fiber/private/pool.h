// SPDX-License-Identifier: MIT OR Apache-2.0
// pool: records of one size, for one shard. Warm takes and gives cost a few instructions and no
// malloc.
#ifndef RAMIE_FIBER_POOL_H
#define RAMIE_FIBER_POOL_H

#include <ramie/base.h>

typedef struct ra__pool_chunk ra__pool_chunk;
typedef struct {
    ra__pool_chunk *chunks; // freed with the pool
    void *free;
    size_t record_bytes;
    size_t taken;
} ra__pool;

void ra__pool_init(ra__pool *pool, size_t record_bytes);
/// Every record must have been given back.
void ra__pool_deinit(ra__pool *pool);
/// Not zeroed. NULL: no memory.
void *ra__pool_take(ra__pool *pool);
void ra__pool_give(ra__pool *pool, void *record);

#endif
