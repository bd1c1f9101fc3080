// SPDX-License-Identifier: MIT OR Apache-2.0
// block: a piece of memory with a head, that arenas chain and pools keep.
//
//   | next, bytes_usable | bytes_usable bytes ... |
//
// Sizes up to 64 KiB are powers of two and may be kept by any pool; a larger block belongs to one
// allocation and goes back to the heap.
#ifndef RAMIE_BASE_PRIVATE_BLOCK_H
#define RAMIE_BASE_PRIVATE_BLOCK_H

#include "base/arena.h"

enum { BLOCK_BYTES_MIN = 4 << 10, BLOCK_BYTES_MAX = 64 << 10 };

typedef struct block {
    _Alignas(16) struct block *next;
    size_t bytes_usable;
} block;

_Static_assert(sizeof(block) == 16, "what follows the head is aligned to 16");

static inline char *block_start(block *b)
{
    return (char *)(b + 1);
}

/// At least `bytes`, from the pool (NULL: the heap); NULL: no memory. Not zeroed.
block *ra__block_get(ra__block_pool *pool, size_t bytes);
void ra__block_put(ra__block_pool *pool, block *b);

/// Storage of an arena itself, so that a warm pool makes arenas without the heap. NULL: no memory.
/// Not zeroed.
void *ra__block_pool_arena_take(ra__block_pool *pool, size_t bytes);
void ra__block_pool_arena_give(ra__block_pool *pool, void *arena);

#endif
