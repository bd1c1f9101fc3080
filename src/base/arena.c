// SPDX-License-Identifier: MIT OR Apache-2.0
// arena: the tree of lifetimes. Memory is handed out by moving a pointer through the newest block.
//
//   arena -> | block | used used used | free ... |  -> older block -> oldest block
//                                     ^at        ^end
//
// Invariants: [at, end) is free, and poisoned under ASan; every object starts at 16, is zeroed, and
// is followed by a redzone under ASan (text starts anywhere otherwise). What must happen at the end
// - deferred calls and the children - stands in one list and happens in reverse order of its
// making. One thread at a time.
#include "base/arena.h"

#include "base/assert.h"
#include "private/block.h"
#include "private/poison.h"

enum { OBJECT_ALIGNMENT = 16, SCRIBBLE = 0xDD };

// The highest limit; sums of a size, padding and redzone below it cannot wrap.
static const size_t BYTES_MAX = PTRDIFF_MAX / 2;

/// A deferred call, or the end of a child.
typedef struct ending {
    struct ending *older, *newer;
    void (*fn)(void *arg);
    void *arg;
} ending;

struct ra_arena {
    char *at, *end;
    size_t left; // of the limit
    size_t used;
    size_t max;
    size_t reserve_left;
    block *blocks; // the one being filled first
    size_t next_block_bytes;
    ending *newest;
    ra_arena *parent;
    ending in_parent; // how the parent ends this one
    ra__block_pool *pool;
};

// ---- birth

static ra_arena none; // no limit left, no reserve: all zero

ra_arena *ra__arena_none(void)
{
    return &none;
}

static void end_child(void *arg);

static void add_ending(ra_arena *arena, ending *e)
{
    e->newer = NULL;
    e->older = arena->newest;
    if (arena->newest)
        arena->newest->newer = e;
    arena->newest = e;
}

static void remove_ending(ra_arena *arena, ending *e)
{
    if (e->newer)
        e->newer->older = e->older;
    else
        arena->newest = e->older;
    if (e->older)
        e->older->newer = e->newer;
}

ra_arena *ra__arena_new_in(ra_arena *parent, ra__block_pool *pool, size_t bytes_max)
{
    ra_arena *arena = ra__block_pool_arena_take(pool, sizeof *arena);
    if (!arena)
        return NULL;
    *arena = (ra_arena){
        .reserve_left = RA__ARENA_RESERVE_BYTES,
        .next_block_bytes = BLOCK_BYTES_MIN,
        .parent = parent,
        .in_parent = {.fn = end_child, .arg = arena},
        .pool = pool,
    };
    ra__arena_set_max(arena, bytes_max);
    if (parent)
        add_ending(parent, &arena->in_parent);
    return arena;
}

ra_arena *ra_arena_new(ra_arena *parent, size_t bytes_max)
{
    return ra__arena_new_in(parent, parent ? parent->pool : NULL, bytes_max);
}

// ---- allocation

/// Under ASan a redzone parts the first object from the block's head.
static char *first_place(block *b)
{
    return block_start(b) + RA__REDZONE_BYTES;
}

static size_t room(const ra_arena *arena)
{
    return (size_t)(arena->end - arena->at);
}

/// The block with more room left is the one to fill; the other stands behind it.
static void add_block(ra_arena *arena, block *b, char *at)
{
    char *end = block_start(b) + b->bytes_usable;
    poison(at, (size_t)(end - at));
    if (arena->blocks && room(arena) > (size_t)(end - at)) {
        b->next = arena->blocks->next;
        arena->blocks->next = b;
        return;
    }
    b->next = arena->blocks;
    arena->blocks = b;
    arena->at = at;
    arena->end = end;
}

static __attribute__((noinline)) char *alloc_in_new_block(ra_arena *arena, size_t bytes)
{
    size_t least = bytes + RA__REDZONE_BYTES;
    size_t size = least > arena->next_block_bytes ? least : arena->next_block_bytes;
    block *b = ra__block_get(arena->pool, size);
    if (!b)
        return NULL;
    if (arena->next_block_bytes < BLOCK_BYTES_MAX)
        arena->next_block_bytes *= 2;
    char *start = first_place(b);
    poison(block_start(b), RA__REDZONE_BYTES);
    add_block(arena, b, start + bytes);
    return start;
}

/// `bytes` from the blocks, without a look at the limit. NULL: no memory.
static inline char *alloc_unlimited(ra_arena *arena, size_t bytes, size_t alignment)
{
    size_t padded = bytes + RA__REDZONE_BYTES;
    size_t skipped = -(uintptr_t)arena->at & (alignment - 1);
    char *start;
    if (__builtin_expect(skipped + padded <= room(arena), 1)) {
        start = arena->at + skipped;
        arena->at = start + padded;
    } else {
        start = alloc_in_new_block(arena, padded);
        if (!start)
            return NULL;
        poison(start + bytes, RA__REDZONE_BYTES);
    }
    unpoison(start, bytes);
    arena->used += bytes;
    return start;
}

/// What an object of `bytes` takes, at least one unit; SIZE_MAX when there is no such number.
static inline size_t object_bytes(size_t bytes)
{
    if (bytes > BYTES_MAX)
        return SIZE_MAX;
    return bytes ? (bytes + OBJECT_ALIGNMENT - 1) & ~(size_t)(OBJECT_ALIGNMENT - 1)
                 : OBJECT_ALIGNMENT;
}

void *ra_arena_try_alloc(ra_arena *arena, size_t bytes)
{
    size_t whole = object_bytes(bytes);
    if (__builtin_expect(whole > arena->left, 0))
        return NULL;
    char *start = alloc_unlimited(arena, whole, OBJECT_ALIGNMENT);
    if (__builtin_expect(!start, 0))
        return NULL;
    arena->left -= whole;
    poison(start + bytes, whole - bytes);
    return memset(start, 0, bytes);
}

void *ra__arena_alloc_reserve(ra_arena *arena, size_t bytes, bool *over)
{
    *over = false;
    void *within = ra_arena_try_alloc(arena, bytes);
    size_t whole = object_bytes(bytes);
    if (within || whole <= arena->left || whole > arena->reserve_left)
        return within;
    char *start = alloc_unlimited(arena, whole, OBJECT_ALIGNMENT);
    if (!start)
        return NULL;
    arena->reserve_left -= whole;
    *over = true;
    return memset(start, 0, whole);
}

char *ra__arena_try_text(ra_arena *arena, size_t wanted)
{
    size_t bytes = wanted ? wanted : 1; // NULL is for "no memory" only
    if (bytes > arena->left)
        return NULL;
    // A redzone must begin on a granule of ASan's shadow.
    char *start = alloc_unlimited(arena, bytes, RA__REDZONE_BYTES ? OBJECT_ALIGNMENT : 1);
    if (start)
        arena->left -= bytes;
    return start;
}

bool ra__arena_try_copy(ra_arena *arena, ra_str str, ra_str *out)
{
    char *text = ra__arena_try_text(arena, str.len);
    if (!text)
        return false;
    if (str.len)
        memcpy(text, str.ptr, str.len);
    *out = (ra_str){text, str.len};
    return true;
}

size_t ra__arena_used(const ra_arena *arena)
{
    return arena->used;
}

void ra__arena_set_max(ra_arena *arena, size_t bytes_max)
{
    arena->max = bytes_max < BYTES_MAX ? bytes_max : BYTES_MAX;
    arena->left = arena->max > arena->used ? arena->max - arena->used : 0;
}

// ---- end

bool ra__arena_try_defer(ra_arena *arena, void (*fn)(void *arg), void *arg)
{
    size_t used = arena->used;
    ending *e =
        arena == &none ? NULL : (ending *)alloc_unlimited(arena, sizeof *e, OBJECT_ALIGNMENT);
    if (!e)
        return false;
    arena->used = used; // our own book-keeping is not on the caller's account
    *e = (ending){.fn = fn, .arg = arg};
    add_ending(arena, e);
    return true;
}

void ra_arena_defer(ra_arena *arena, void (*fn)(void *arg), void *arg)
{
    RA_CHECK(ra__arena_try_defer(arena, fn, arg), "no memory for a deferred call");
}

/// A call may defer more calls; those run next.
static void run_endings(ra_arena *arena)
{
    while (arena->newest) {
        ending *e = arena->newest;
        remove_ending(arena, e);
        e->fn(e->arg);
    }
}

static void scribble_block(block *b, const char *used_end)
{
    unpoison(block_start(b), b->bytes_usable);
#ifdef RAMIE_DEBUG
    memset(block_start(b), SCRIBBLE, (size_t)(used_end - block_start(b)));
#else
    (void)used_end;
#endif
}

static void scribble_blocks(ra_arena *arena)
{
    for (block *b = arena->blocks; b; b = b->next)
        scribble_block(b, b == arena->blocks ? arena->at : block_start(b) + b->bytes_usable);
}

/// Give back every block but the oldest, which stays when `keep` and when a pool could keep it.
static block *give_blocks(ra_arena *arena, bool keep)
{
    block *b = arena->blocks;
    while (b && (b->next || !keep || b->bytes_usable > BLOCK_BYTES_MAX)) {
        block *older = b->next;
        ra__block_put(arena->pool, b);
        b = older;
    }
    return b;
}

static void make_empty(ra_arena *arena, block *kept)
{
    arena->blocks = kept;
    arena->at = kept ? first_place(kept) : NULL;
    arena->end = kept ? block_start(kept) + kept->bytes_usable : NULL;
    arena->next_block_bytes = BLOCK_BYTES_MIN;
    arena->used = 0;
    arena->left = arena->max;
    arena->reserve_left = RA__ARENA_RESERVE_BYTES;
    if (kept)
        poison(block_start(kept), kept->bytes_usable);
}

void ra__arena_reset(ra_arena *arena)
{
    run_endings(arena);
    scribble_blocks(arena);
    make_empty(arena, give_blocks(arena, true));
}

void ra_arena_free(ra_arena *arena)
{
    if (!arena)
        return;
    if (arena->parent)
        remove_ending(arena->parent, &arena->in_parent);
    run_endings(arena);
    scribble_blocks(arena);
    (void)give_blocks(arena, false);
    ra__block_pool_arena_give(arena->pool, arena);
}

static void end_child(void *arg)
{
    ra_arena *child = arg;
    child->parent = NULL; // its ending is out of the parent's list already
    ra_arena_free(child);
}

// ---- moving

static void splice_endings(ra_arena *into, ra_arena *from)
{
    ending *oldest = NULL;
    for (ending *e = from->newest; e; e = e->older) {
        if (e->fn == end_child)
            ((ra_arena *)e->arg)->parent = into;
        oldest = e;
    }
    if (!oldest)
        return;
    oldest->older = into->newest;
    if (into->newest)
        into->newest->newer = oldest;
    into->newest = from->newest;
    from->newest = NULL;
}

/// Behind the block that `into` fills: what many leave behind is gathered without walking along it.
static void splice_blocks(ra_arena *into, ra_arena *from)
{
    if (!into->blocks) {
        into->blocks = from->blocks;
        into->at = from->at;
        into->end = from->end;
        return;
    }
    block *oldest = from->blocks;
    while (oldest && oldest->next)
        oldest = oldest->next;
    if (oldest) {
        oldest->next = into->blocks->next;
        into->blocks->next = from->blocks;
    }
}

void ra__arena_splice(ra_arena *into, ra_arena *from)
{
    splice_endings(into, from);
    splice_blocks(into, from);
    into->used += from->used;
    into->left = into->left > from->used ? into->left - from->used : 0;
    make_empty(from, NULL);
}

void ra__arena_set_pool(ra_arena *arena, ra__block_pool *pool)
{
    arena->pool = pool;
    for (ending *e = arena->newest; e; e = e->older)
        if (e->fn == end_child)
            ra__arena_set_pool(e->arg, pool);
}
