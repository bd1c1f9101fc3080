// SPDX-License-Identifier: MIT OR Apache-2.0
// arena: the tree of lifetimes, seen from inside. Public half: <ramie/base.h>.
//
// An arena is a chain of blocks. Blocks come from a pool (one a shard, no locks) or from the heap;
// any pool may keep any block, so an arena may end on another shard than it grew on, never on two
// at once. Memory is zeroed. Under ASan free space and what was reset are poisoned.
#ifndef RAMIE_BASE_ARENA_H
#define RAMIE_BASE_ARENA_H

#include <ramie/base.h>

/// Free blocks of one shard (or one thread), bounded: 4 KiB to 64 KiB, by powers of two.
typedef struct ra__block_pool ra__block_pool;
ra__block_pool *ra__block_pool_new(size_t kept_bytes_max); // NULL: no memory
void ra__block_pool_free(ra__block_pool *pool);
size_t ra__block_pool_kept(const ra__block_pool *pool);
/// A plain buffer of at least `bytes` (<= 64 KiB), for I/O; NULL: no memory. Not zeroed.
void *ra__block_take(ra__block_pool *pool, size_t bytes, size_t *bytes_usable);
void ra__block_give(ra__block_pool *pool, void *block);

/// Like ra_arena_new, with blocks from `pool` (NULL: the heap). parent may be NULL. NULL: no
/// memory. A child ends with its parent at the latest.
ra_arena *ra__arena_new_in(ra_arena *parent, ra__block_pool *pool, size_t bytes_max);
/// End what was made in it - deferred calls run, children end - in reverse order of making, and
/// give the blocks back; the arena itself stays usable and keeps one block if it had any. Scribbles
/// 0xDD over what was used (debug builds; ASan poisons).
void ra__arena_reset(ra_arena *arena);
/// Move blocks, children and deferred calls of `from` into `into`; `from` is left empty. What was
/// allocated in `from` lives as long as `into` from now on. Deferred calls keep their order (from's
/// run first).
void ra__arena_splice(ra_arena *into, ra_arena *from);
/// Change where blocks come from, here and in all children: NULL while the arena is lent to a
/// thread that owns no pool.
void ra__arena_set_pool(ra_arena *arena, ra__block_pool *pool);
void ra__arena_set_max(ra_arena *arena, size_t bytes_max);
/// Like ra_arena_try_alloc but may draw on RA__ARENA_RESERVE_BYTES beyond the limit; *over says
/// that it did. NULL: the reserve is used up too, or the heap is empty.
void *ra__arena_alloc_reserve(ra_arena *arena, size_t bytes, bool *over);
/// Like ra_arena_defer, for those who can answer "no memory": false, and nothing is deferred.
RA_MUST_USE bool ra__arena_try_defer(ra_arena *arena, void (*fn)(void *arg), void *arg);
/// Not zeroed, no alignment promise: for text.
char *ra__arena_try_text(ra_arena *arena, size_t bytes);
/// A copy of `str` in the arena; false: past the limit.
RA_MUST_USE bool ra__arena_try_copy(ra_arena *arena, ra_str str, ra_str *out);
/// Bytes handed out since the last reset.
size_t ra__arena_used(const ra_arena *arena);

/// The arena of who has none because there is no memory: nothing can be allocated from it, every try says so.
/// One for all; never freed, no parent.
ra_arena *ra__arena_none(void);

enum { RA__ARENA_RESERVE_BYTES = 64 << 10 };

#endif
