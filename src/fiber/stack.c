// SPDX-License-Identifier: MIT OR Apache-2.0
// stack: slabs, guards, the free list, and what is given back at idle. The picture:
// private/stack.h.
#include "private/stack.h"
#include "base/assert.h"
#include "base/heap.h"
#include "os/os.h"
#include "private/sanitizer.h"

#if defined(__has_include)
#if __has_include(<valgrind/valgrind.h>) && !RA__ASAN && !RA__TSAN
#include <valgrind/valgrind.h>
#define WITH_VALGRIND 1
#endif
#endif
#ifndef WITH_VALGRIND
#define WITH_VALGRIND 0
#endif

enum { LINE = 64, CANARY_BYTES = 64 };

bool ra__stacks_on_old_kernel;

static _Atomic size_t map_guards; // of all pools; each takes two of the process's maps

static size_t round_up(size_t bytes, size_t to)
{
    return (bytes + to - 1) / to * to;
}

// One page stops a frame that probes each page; arm64's compilers probe each 64 KiB.
static size_t guard_bytes(void)
{
#if defined(__aarch64__)
    return round_up(64 << 10, ra__os_page_bytes());
#else
    return ra__os_page_bytes();
#endif
}

static size_t usable_bytes(size_t asked)
{
    size_t bytes = asked < RA__STACK_BYTES_MIN ? RA__STACK_BYTES_MIN : asked;
#if RA__ASAN || !defined(__OPTIMIZE__)
    bytes *= 2; // red zones, and every variable in memory
#endif
    return round_up(bytes, ra__os_page_bytes());
}

void ra__stacks_init(ra__stacks *stacks, size_t bytes)
{
    *stacks =
        (ra__stacks){.bytes = usable_bytes(bytes ? bytes : RA__STACK_BYTES), .sweep_at = SIZE_MAX};
}

char *ra__stack_base(ra__stack stack)
{
    return stack.slab->map + stack.index * stack.slab->stride + stack.slab->guard_bytes;
}

size_t ra__stack_bytes(ra__stack stack)
{
    return stack.slab->stride - stack.slab->guard_bytes;
}

char *ra__stack_top(ra__stack stack)
{
    size_t colour = stack.index % RA__STACK_COLOURS * LINE;
    return ra__stack_base(stack) + ra__stack_bytes(stack) - colour;
}

bool ra__stack_untouched(ra__stack stack)
{
    const uint64_t *words = (const uint64_t *)(const void *)ra__stack_base(stack);
    uint64_t seen = 0;
    for (size_t i = 0; i < CANARY_BYTES / sizeof *words; i++)
        seen |= words[i];
    return seen == 0;
}

static void forget_root(ra__stack stack)
{
    (void)stack;
#if RA__ASAN
    __lsan_unregister_root_region(ra__stack_base(stack), ra__stack_bytes(stack));
    ASAN_UNPOISON_MEMORY_REGION(ra__stack_base(stack), ra__stack_bytes(stack));
#endif
}

static void announce(ra__stack stack)
{
    (void)stack;
#if RA__ASAN
    __lsan_register_root_region(ra__stack_base(stack), ra__stack_bytes(stack));
#elif WITH_VALGRIND
    char *base = ra__stack_base(stack);
    (void)VALGRIND_STACK_REGISTER(base, base + ra__stack_bytes(stack) - 1);
#endif
}

static bool guard_each(const ra__slab *slab, bool (*guard)(void *start, size_t bytes))
{
    for (unsigned i = 0; i < slab->count; i++)
        if (!guard(slab->map + i * slab->stride, slab->guard_bytes))
            return false;
    return true;
}

static void say_unguarded(void)
{
    static _Atomic bool said;
    if (!atomic_exchange(&said, true)) {
        ra__os_print(2, "ramie: too many stacks for a guard page each (vm.max_map_count); "
                        "overflows of further ones are seen at the next switch only\n");
    }
}

// Kernels before 6.13: two maps a guard. A process without a map left gets no memory and no thread,
// so half of them stay for the rest of it.
static bool guard_by_maps(ra__slab *slab)
{
    size_t guards_max = ra__os_maps_max() / 4;
    slab->map_guards = slab->count;
    if (atomic_fetch_add(&map_guards, slab->count) + slab->count > guards_max) {
        atomic_fetch_sub(&map_guards, slab->count);
        slab->map_guards = 0;
        return false;
    }
    return guard_each(slab, ra__os_guard_by_map);
}

static bool guard_all(ra__slab *slab)
{
    bool advised = !ra__stacks_on_old_kernel && guard_each(slab, ra__os_guard);
    bool guarded = advised || guard_by_maps(slab);
    if (!guarded)
        say_unguarded();
    return guarded;
}

// At most `count`; fewer where the system refuses a large mapping.
static ra__slab *slab_new(ra__stacks *stacks, size_t bytes, unsigned count, bool single)
{
    ra__slab *slab = ra__heap_alloc_zeroed(1, sizeof *slab);
    if (!slab)
        return NULL;
    slab->single = single;
    slab->guard_bytes = guard_bytes();
    slab->stride = slab->guard_bytes + bytes;
    for (slab->count = count; slab->count > 0; slab->count /= 8) {
        slab->map_bytes = slab->stride * slab->count;
        slab->map = ra__os_map(slab->map_bytes);
        if (slab->map)
            break;
    }
    if (!slab->map) {
        ra__heap_free(slab);
        return NULL;
    }
    slab->guarded = guard_all(slab);
    for (unsigned i = 0; i < slab->count; i++)
        announce((ra__stack){slab, i});
    slab->next = atomic_load_explicit(&stacks->slabs, memory_order_relaxed);
    atomic_store_explicit(&stacks->slabs, slab, memory_order_release);
    return slab;
}

void ra__stacks_deinit(ra__stacks *stacks)
{
    ra__slab *slab = atomic_exchange(&stacks->slabs, NULL);
    while (slab) {
        ra__slab *next = slab->next;
        for (unsigned i = 0; i < slab->count; i++)
            forget_root((ra__stack){slab, i});
        ra__os_unmap(slab->map, slab->map_bytes);
        atomic_fetch_sub(&map_guards, slab->map_guards);
        ra__heap_free(slab);
        slab = next;
    }
    ra__heap_free(stacks->free);
    *stacks = (ra__stacks){.sweep_at = SIZE_MAX};
}

// Room for every stack of the pool, so that giving one back cannot fail.
static bool free_reserve(ra__stacks *stacks, size_t more)
{
    size_t cap = stacks->free_cap + more;
    ra__stack *free = ra__heap_realloc(stacks->free, cap * sizeof *free);
    if (free)
        stacks->free = free;
    return free != NULL;
}

static bool grow(ra__stacks *stacks)
{
    if (!free_reserve(stacks, RA__STACK_SLAB))
        return false;
    ra__slab *slab = slab_new(stacks, stacks->bytes, RA__STACK_SLAB, false);
    if (!slab)
        return false;
    stacks->free_cap += slab->count; // not sooner: asking in vain must not lengthen the list
    for (unsigned i = slab->count; i-- > 0;)
        stacks->free[stacks->free_len++] = (ra__stack){slab, i};
    stacks->trimmed_len = stacks->free_len; // untouched
    return true;
}

static bool take_single(ra__stacks *stacks, size_t bytes, ra__stack *out)
{
    for (ra__slab **at = &stacks->singles; *at; at = &(*at)->next_single) {
        *out = (ra__stack){*at, 0};
        if (ra__stack_bytes(*out) == bytes) {
            *at = (*at)->next_single;
            return true;
        }
    }
    *out = (ra__stack){slab_new(stacks, bytes, 1, true), 0};
    return out->slab != NULL;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool take_pooled(ra__stacks *stacks, ra__stack *out)
{
    if (stacks->free_len == 0 && !grow(stacks))
        return false;
    *out = stacks->free[--stacks->free_len];
    stacks->trimmed_len = smaller(stacks->trimmed_len, stacks->free_len);
    stacks->unused_len = smaller(stacks->unused_len, stacks->free_len);
    return true;
}

bool ra__stack_take(ra__stacks *stacks, size_t bytes, ra__stack *out)
{
    size_t asked = bytes ? usable_bytes(bytes) : stacks->bytes;
    bool taken =
        asked == stacks->bytes ? take_pooled(stacks, out) : take_single(stacks, asked, out);
#if RA__ASAN
    if (taken) // a fiber's last frames leave poison behind
        ASAN_UNPOISON_MEMORY_REGION(ra__stack_base(*out), ra__stack_bytes(*out));
#endif
    return taken;
}

void ra__stack_give(ra__stacks *stacks, ra__stack stack)
{
    if (!stack.slab->single) {
        stacks->free[stacks->free_len++] = stack;
        return;
    }
    ra__os_trim(ra__stack_base(stack), ra__stack_bytes(stack));
    stack.slab->next_single = stacks->singles;
    stacks->singles = stack.slab;
}

// A sweep goes through the free stacks once, coldest first: half of those not needed since the last
// one lose all their pages, the others those below the hot part. So what is kept follows the peak
// and halves each time.
void ra__stacks_idle(ra__stacks *stacks, int64_t now_ns)
{
    if (stacks->sweep_at == SIZE_MAX) {
        if (now_ns < stacks->next_sweep_ns)
            return;
        stacks->next_sweep_ns = now_ns + RA__STACK_SWEEP_NS;
        stacks->sweep_at = stacks->trimmed_len;
    }
    size_t kept = stacks->unused_len - smaller(stacks->trimmed_len, stacks->unused_len);
    size_t cold_len = stacks->unused_len - kept / 2;
    size_t end = smaller(stacks->sweep_at + RA__STACK_TRIM_BATCH, stacks->free_len);
    for (; stacks->sweep_at < end; stacks->sweep_at++) {
        ra__stack stack = stacks->free[stacks->sweep_at];
        bool cold = stacks->sweep_at < cold_len;
        ra__os_trim(ra__stack_base(stack),
                    ra__stack_bytes(stack) - (cold ? 0 : (size_t)RA__STACK_HOT_BYTES));
        if (cold && stacks->trimmed_len == stacks->sweep_at)
            stacks->trimmed_len++;
    }
    if (stacks->sweep_at >= stacks->free_len) {
        stacks->sweep_at = SIZE_MAX;
        stacks->unused_len = stacks->free_len;
    }
}

int64_t ra__stacks_next_ns(const ra__stacks *stacks)
{
    if (stacks->sweep_at != SIZE_MAX)
        return 0;
    return stacks->trimmed_len < stacks->free_len ? stacks->next_sweep_ns : INT64_MAX;
}

bool ra__stacks_find(const ra__stacks *stacks, const void *address, ra__stack *out, bool *in_guard)
{
    uintptr_t wanted = (uintptr_t)address;
    for (ra__slab *slab = atomic_load_explicit(&stacks->slabs, memory_order_acquire); slab;
         slab = slab->next) {
        uintptr_t offset = wanted - (uintptr_t)slab->map;
        if (offset < slab->map_bytes) {
            *out = (ra__stack){slab, (unsigned)(offset / slab->stride)};
            *in_guard = offset % slab->stride < slab->guard_bytes;
            return true;
        }
    }
    return false;
}
