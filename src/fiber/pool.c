// SPDX-License-Identifier: MIT OR Apache-2.0
// pool: records from chunks of 64, linked through their first word while they are free.
#include "private/pool.h"
#include "base/assert.h"
#include "base/heap.h"
#include "private/sanitizer.h"

enum { CHUNK_RECORDS = 64, ALIGNMENT = 16 };

struct ra__pool_chunk {
    ra__pool_chunk *next;
    _Alignas(ALIGNMENT) char records[];
};

void ra__pool_init(ra__pool *pool, size_t record_bytes)
{
    *pool = (ra__pool){.record_bytes = (record_bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT};
}

void ra__pool_deinit(ra__pool *pool)
{
    RA_CHECK(pool->taken == 0, "%zu records outlive their shard", pool->taken);
    while (pool->chunks) {
        ra__pool_chunk *chunk = pool->chunks;
        pool->chunks = chunk->next;
        ra__heap_free(chunk);
    }
    pool->free = NULL;
}

static void poison(ra__pool *pool, void *record)
{
    (void)pool, (void)record;
#if RA__ASAN
    ASAN_POISON_MEMORY_REGION((char *)record + sizeof(void *), pool->record_bytes - sizeof(void *));
#endif
}

static void unpoison(ra__pool *pool, void *record)
{
    (void)pool, (void)record;
#if RA__ASAN
    ASAN_UNPOISON_MEMORY_REGION(record, pool->record_bytes);
#endif
}

static void link_free(ra__pool *pool, void *record)
{
    memcpy(record, &pool->free, sizeof(void *));
    pool->free = record;
    poison(pool, record);
}

static bool grow(ra__pool *pool)
{
    ra__pool_chunk *chunk = ra__heap_alloc(sizeof *chunk + CHUNK_RECORDS * pool->record_bytes);
    if (!chunk)
        return false;
    chunk->next = pool->chunks;
    pool->chunks = chunk;
    for (size_t i = CHUNK_RECORDS; i-- > 0;)
        link_free(pool, chunk->records + i * pool->record_bytes);
    return true;
}

void *ra__pool_take(ra__pool *pool)
{
    if (!pool->free && !grow(pool))
        return NULL;
    void *record = pool->free;
    unpoison(pool, record);
    memcpy(&pool->free, record, sizeof(void *));
    pool->taken++;
    return record;
}

void ra__pool_give(ra__pool *pool, void *record)
{
    pool->taken--;
    link_free(pool, record);
}
