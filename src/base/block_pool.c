// SPDX-License-Identifier: MIT OR Apache-2.0
// block_pool: free blocks of one thread, a list a size, and free arena heads. Last in, first out:
// the warmest first.
//
// Invariants: what is kept is poisoned and never more than kept_bytes_max (arena heads:
// ARENAS_KEPT_MAX). Any pool may keep any block. No locks: a pool belongs to one thread at a time.
#include "base/assert.h"
#include "base/heap.h"
#include "private/block.h"
#include "private/poison.h"

enum { SIZES = 5, ARENAS_KEPT_MAX = 1024 }; // 4, 8, 16, 32, 64 KiB

_Static_assert(BLOCK_BYTES_MIN << (SIZES - 1) == BLOCK_BYTES_MAX, "a list a power of two");

typedef struct free_arena {
    struct free_arena *next;
} free_arena;

struct ra__block_pool {
    block *free_blocks[SIZES];
    free_arena *free_arenas;
    unsigned arenas_kept;
    size_t kept_bytes;
    size_t kept_bytes_max;
};

ra__block_pool *ra__block_pool_new(size_t kept_bytes_max)
{
    ra__block_pool *pool = ra__heap_alloc_zeroed(1, sizeof *pool);
    if (pool)
        pool->kept_bytes_max = kept_bytes_max;
    return pool;
}

static void free_block(block *b)
{
    unpoison(block_start(b), b->bytes_usable);
    ra__heap_free(b);
}

void ra__block_pool_free(ra__block_pool *pool)
{
    if (!pool)
        return;
    for (int size = 0; size < SIZES; size++) {
        for (block *b = pool->free_blocks[size], *next; b; b = next) {
            next = b->next;
            free_block(b);
        }
    }
    for (free_arena *arena = pool->free_arenas, *next; arena; arena = next) {
        next = arena->next;
        ra__heap_free(arena);
    }
    ra__heap_free(pool);
}

size_t ra__block_pool_kept(const ra__block_pool *pool)
{
    return pool->kept_bytes;
}

static int size_of(size_t bytes)
{
    int size = 0;
    while (((size_t)BLOCK_BYTES_MIN << size) < bytes)
        size++;
    return size;
}

block *ra__block_get(ra__block_pool *pool, size_t bytes)
{
    bool poolable = bytes <= BLOCK_BYTES_MAX;
    int size = poolable ? size_of(bytes) : 0;
    if (poolable && pool && pool->free_blocks[size]) {
        block *b = pool->free_blocks[size];
        pool->free_blocks[size] = b->next;
        pool->kept_bytes -= b->bytes_usable;
        unpoison(block_start(b), b->bytes_usable);
        return b;
    }
    size_t usable = poolable ? (size_t)BLOCK_BYTES_MIN << size : bytes;
    size_t total;
    if (__builtin_add_overflow(usable, sizeof(block), &total))
        return NULL;
    block *b = ra__heap_alloc(total);
    if (b)
        b->bytes_usable = usable;
    return b;
}

void ra__block_put(ra__block_pool *pool, block *b)
{
    bool fits = pool && b->bytes_usable <= BLOCK_BYTES_MAX &&
                b->bytes_usable <= pool->kept_bytes_max - pool->kept_bytes;
    if (!fits) {
        free_block(b);
        return;
    }
    int size = size_of(b->bytes_usable);
    b->next = pool->free_blocks[size];
    pool->free_blocks[size] = b;
    pool->kept_bytes += b->bytes_usable;
    poison(block_start(b), b->bytes_usable);
}

void *ra__block_take(ra__block_pool *pool, size_t bytes, size_t *bytes_usable)
{
    RA_CHECK(bytes <= BLOCK_BYTES_MAX, "a block holds at most 64 KiB, asked for %zu", bytes);
    block *b = ra__block_get(pool, bytes);
    if (!b)
        return NULL;
    *bytes_usable = b->bytes_usable;
    return block_start(b);
}

void ra__block_give(ra__block_pool *pool, void *start)
{
    if (start)
        ra__block_put(pool, (block *)start - 1);
}

void *ra__block_pool_arena_take(ra__block_pool *pool, size_t bytes)
{
    if (!pool || !pool->free_arenas)
        return ra__heap_alloc(bytes);
    free_arena *arena = pool->free_arenas;
    pool->free_arenas = arena->next;
    pool->arenas_kept--;
    return arena;
}

void ra__block_pool_arena_give(ra__block_pool *pool, void *arena)
{
    if (!pool || pool->arenas_kept == ARENAS_KEPT_MAX) {
        ra__heap_free(arena);
        return;
    }
    free_arena *kept = arena;
    kept->next = pool->free_arenas;
    pool->free_arenas = kept;
    pool->arenas_kept++;
}
