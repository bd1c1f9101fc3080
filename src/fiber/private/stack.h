// SPDX-License-Identifier: MIT OR Apache-2.0
// stack: where fibers run. One pool a shard.
//
// Stacks lie in slabs of 64, mapped once and touched lazily:
//
//     | guard | usable ............ | guard | usable ............ | ...
//               base                  ^ grows down       control block of the fiber at the top
//
// Free stacks form a LIFO, so the warmest is used next. Nothing is unmapped before the pool ends;
// pages that have not been needed for a while are given back at idle, in batches. The list of slabs
// only grows and can be read by a crash handler on any thread. Other sizes than the pool's are
// slabs of one, kept for the next fiber of that size.
#ifndef RAMIE_FIBER_STACK_H
#define RAMIE_FIBER_STACK_H

#include <ramie/base.h>
#include <stdatomic.h>

enum {
    RA__STACK_BYTES = 128 << 10, // usable, unless told otherwise
    RA__STACK_BYTES_MIN = 32 << 10,
    RA__STACK_SLAB = 64, // stacks a mapping
    RA__STACK_COLOURS =
        16, // starts differ by a cache line, else all first frames share one set of L1
    RA__STACK_HOT_BYTES = 16 << 10, // what a stack in use soon again may keep
    RA__STACK_TRIM_BATCH = 64,      // stacks looked at in one idle turn
};
#define RA__STACK_SWEEP_NS RA_SECONDS(30)

typedef struct ra__slab ra__slab;
struct ra__slab {
    ra__slab *next; // of the pool; fixed once published
    char *map;
    size_t map_bytes, stride, guard_bytes;
    unsigned count;
    unsigned map_guards; // guards that take maps
    bool single;         // of a size of its own
    bool guarded; // else the lowest bytes are looked at after each run: they must still be zero
    ra__slab *next_single; // free slabs of one
};

typedef struct {
    ra__slab *slab;
    unsigned index;
} ra__stack;

typedef struct {
    _Atomic(ra__slab *) slabs;
    ra__slab *singles;
    ra__stack *free; // [0] is the coldest
    size_t free_len, free_cap;
    size_t bytes;       // usable, of the slabs' stacks
    size_t trimmed_len; // free[0 .. trimmed_len) hold no pages
    size_t unused_len;  // free[0 .. unused_len) were not needed since the last sweep
    size_t sweep_at;    // next to look at in the sweep under way; SIZE_MAX: none is
    int64_t next_sweep_ns;
} ra__stacks;

/// For tests, set while one thread runs: as if the kernel were older than 6.13.
extern bool ra__stacks_on_old_kernel;

void ra__stacks_init(ra__stacks *stacks, size_t bytes);
void ra__stacks_deinit(ra__stacks *stacks); // all have been given back

/// bytes 0: the pool's size. false: no memory.
RA_MUST_USE bool ra__stack_take(ra__stacks *stacks, size_t bytes, ra__stack *out);
void ra__stack_give(ra__stacks *stacks, ra__stack stack);
/// Give pages back that were not needed lately. One batch; the shard is idle.
void ra__stacks_idle(ra__stacks *stacks, int64_t now_ns);
/// When to do so again; INT64_MAX: nothing is left to give back.
int64_t ra__stacks_next_ns(const ra__stacks *stacks);

char *ra__stack_base(ra__stack stack);
size_t ra__stack_bytes(ra__stack stack);
/// Highest address the control block and the frames below it may use, 64-byte aligned.
char *ra__stack_top(ra__stack stack);
/// The lowest bytes are as the system gave them.
bool ra__stack_untouched(ra__stack stack);
/// false: frames have gone past the end of an unguarded stack.
static inline bool ra__stack_intact(ra__stack stack)
{
    return stack.slab->guarded || ra__stack_untouched(stack);
}

/// The stack that `address` lies in, or whose guard it lies in. Async-signal-safe.
bool ra__stacks_find(const ra__stacks *stacks, const void *address, ra__stack *out, bool *in_guard);

#endif
