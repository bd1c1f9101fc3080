// SPDX-License-Identifier: MIT OR Apache-2.0
// crash: which fiber a fault or a failed check belongs to.
//
// The report runs in a signal handler on any thread: it reads only what is never unmapped while a
// runtime lives (the list of runtimes, their slabs, the control block on top of each stack) and
// formats into a buffer of its own.
#include "fiber/crash.h"
#include "base/assert.h"
#include "os/os.h"
#include "private/shard.h"

static pthread_mutex_t live_lock = PTHREAD_MUTEX_INITIALIZER; // writers only
static _Atomic(ra__runtime *) live;

// ---- text without the C library

typedef struct {
    char bytes[1024];
    size_t len;
} text;

static void put(text *out, const char *str)
{
    while (*str && out->len < sizeof out->bytes)
        out->bytes[out->len++] = *str++;
}

static void put_number(text *out, uint64_t value, unsigned base)
{
    char digits[20];
    unsigned len = 0;
    do {
        digits[len++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    while (len > 0 && out->len < sizeof out->bytes)
        out->bytes[out->len++] = digits[--len];
}

static void put_fiber(text *out, const ra__fiber *fiber)
{
    put(out, "fiber ");
    put_number(out, fiber->id, 10);
    if (fiber->label) {
        put(out, " '");
        put(out, fiber->label);
        put(out, "'");
    }
    if (fiber->site.file) {
        put(out, " spawned at ");
        put(out, fiber->site.file);
        put(out, ":");
        put_number(out, (uint64_t)fiber->site.line, 10);
    }
    if (fiber->stack.slab) {
        put(out, ", size ");
        put_number(out, ra__stack_bytes(fiber->stack) >> 10, 10);
        put(out, "K");
    }
}

static void flush(text *out)
{
    put(out, "\n");
    RA_DISCARD(ra__os_write_all(2, (ra_str){out->bytes, out->len}));
}

// ---- address to fiber

typedef struct {
    const ra__fiber *fiber;
    bool in_guard;
} found;

static found find(const void *address)
{
    for (ra__runtime *runtime = atomic_load(&live); runtime; runtime = runtime->next_live) {
        for (unsigned i = 0; runtime->shards && i < runtime->total; i++) {
            ra__stack stack;
            found at = {NULL, false};
            if (ra__stacks_find(&runtime->shards[i].stacks, address, &stack, &at.in_guard)) {
                at.fiber = ra__fiber_on(stack);
                return at;
            }
        }
    }
    return (found){NULL, false};
}

static const char *signal_text(int signal)
{
    switch (signal) {
    case 4:
        return "illegal instruction";
    case 5:
        return "trap";
    case 6:
        return "abort";
    case 7:
        return "bus error";
    case 11:
        return "segmentation fault";
    default:
        return "signal";
    }
}

void ra__fiber_crash_report(int signal, void *fault_address, void *stack_pointer)
{
    text out = {.len = 0};
    found fault = find(fault_address);
    found running = find(stack_pointer);
    if (fault.fiber && fault.in_guard) {
        put(&out, "ramie: stack overflow in ");
        put_fiber(&out, fault.fiber);
        flush(&out);
        return;
    }
    put(&out, "ramie: ");
    put(&out, signal_text(signal));
    if (signal != 6) { // an abort has no address
        put(&out, " at 0x");
        put_number(&out, (uintptr_t)fault_address, 16);
    }
    if (running.fiber) {
        put(&out, " in ");
        put_fiber(&out, running.fiber);
    }
    flush(&out);
}

// A failed check knows its thread: no search is needed.
static void report_trap(const char *reason)
{
    (void)reason;
    ra__shard *shard = ra__shard_self();
    if (!shard || !shard->current)
        return;
    text out = {.len = 0};
    put(&out, "ramie: in ");
    put_fiber(&out, shard->current);
    flush(&out);
}

void ra__crash_add(ra__runtime *runtime)
{
    pthread_mutex_lock(&live_lock);
    ra__trap_hook = report_trap;
    runtime->next_live = atomic_load(&live);
    atomic_store(&live, runtime);
    pthread_mutex_unlock(&live_lock);
}

void ra__crash_remove(ra__runtime *runtime)
{
    pthread_mutex_lock(&live_lock);
    if (atomic_load(&live) == runtime)
        atomic_store(&live, runtime->next_live);
    for (ra__runtime *each = atomic_load(&live); each; each = each->next_live)
        if (each->next_live == runtime)
            each->next_live = runtime->next_live;
    pthread_mutex_unlock(&live_lock);
}
