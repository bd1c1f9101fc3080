// SPDX-License-Identifier: MIT OR Apache-2.0
// runtime: shards, messages between them, spawning. What the layers above use of the scheduler.
//
// A shard is a thread (or, in the simulation, a logical one) with its own run queue, timers, stacks
// and blocks. All that a shard owns is touched by it alone; others send messages.
#ifndef RAMIE_FIBER_RUNTIME_H
#define RAMIE_FIBER_RUNTIME_H

#include "base/arena.h"
#include "fiber/ctx.h"
#include "fiber/timer.h"
#include "os/os.h"

typedef struct ra__backend ra__backend; // fiber/op.h

typedef struct {
    unsigned shards; // with connections; 0: one an allowed CPU
    unsigned extras; // further shards with threads of their own and no connections: the writer
    const ra__backend *backend;
    const ra__clock *clock; // NULL: the system's
    void *world;            // the backend's; the simulation
    /// Simulation only (else NULL): no threads are made; this does one piece of work of the whole
    /// world, false when there is nothing left to do. A parked fiber of the host's stack calls it.
    bool (*step)(void *world);
    /// 0: 4 a CPU; at most 64. In the simulation: none, work is done as an event of the loop.
    unsigned offload_threads;
    /// 0: 256 wait for a thread; as many callers more may wait; past that RA_ERR_UNAVAILABLE.
    unsigned offload_queue_max;
    /// What ra_go started returned `status`, not RA_OK: in the loop of its shard. Or it could not be
    /// started at all: where ra_go was called, maybe on a thread of the pool. NULL: none. `ctx`
    /// carries the detail and the slots; it ends when this returns. RA_ERR_CANCELED is the end of
    /// the program.
    void (*background_failed)(ra_ctx *ctx, const char *name, const char *file, int line,
                              ra_status status);
    size_t stack_bytes; // 0: 128 KiB usable; doubled under ASan and without optimisation
} ra__runtime_opts;

RA_MUST_USE ra_status ra__runtime_new(ra__runtime **out, const ra__runtime_opts *opts);
/// Start the threads of all shards. Not in the simulation.
RA_MUST_USE ra_status ra__runtime_start(ra__runtime *runtime);
/// Ask every shard's loop to end once it has no fiber left, and join the threads. Cancels what
/// ra_go started. Any thread that is no shard.
void ra__runtime_stop(ra__runtime *runtime);
void ra__runtime_free(ra__runtime *runtime);

unsigned ra__runtime_shard_count(const ra__runtime *runtime);       // without the extras
ra__shard *ra__runtime_shard(ra__runtime *runtime, unsigned index); // extras follow
const ra__clock *ra__runtime_clock(const ra__runtime *runtime);
void *ra__runtime_world(const ra__runtime *runtime);

/// The calling thread's shard; in the simulation the one whose turn it is. NULL: no shard's thread.
ra__shard *ra__shard_self(void);
ra__runtime *ra__shard_runtime(const ra__shard *shard);
unsigned ra__shard_index(const ra__shard *shard);
ra__block_pool *ra__shard_blocks(ra__shard *shard);
/// Monotonic time as of this turn of the loop: good for timeouts, no call.
int64_t ra__shard_now_ns(const ra__shard *shard);
/// The backend has waited: look at the clock again, before it calls anyone.
void ra__shard_tick(ra__shard *shard);
unsigned ra__shard_fiber_count(const ra__shard *shard);
/// The backend's state of this shard.
void *ra__shard_io(const ra__shard *shard);
void ra__shard_set_io(ra__shard *shard, void *io);
/// One value of the layer above (http's part of this shard).
void *ra__shard_user(const ra__shard *shard);
void ra__shard_set_user(ra__shard *shard, void *user);

// ---- messages

/// Intrusive; the sender's until fn has been called on the receiver. Order is kept between one
/// sender and one receiver.
typedef struct ra__msg {
    struct ra__msg *next;
    void (*fn)(struct ra__msg *msg); // in the receiver's loop; must not suspend
} ra__msg;
/// Any thread. Wakes the shard when it sleeps.
void ra__shard_post(ra__shard *to, ra__msg *msg);

// ---- fibers

typedef ra_status ra__fiber_fn(ra_ctx *ctx, void *arg);
typedef struct {
    const char *name, *file; // where it was spawned; static text
    int line;
    const ra_ctx *inherit; // slots and arena limit; not its deadline
    size_t stack_bytes;    // 0: the runtime's. Other sizes cost a system call at their end
    /// In the loop once the last frame has returned; the ctx and its arena end right after. NULL:
    /// none.
    void (*ended)(ra_ctx *ctx, void *arg, ra_status status);
} ra__spawn_opts;
/// Queue a fiber on the calling shard; it never runs at once. NULL: no memory for a stack.
ra__fiber *ra__spawn(ra__shard *shard, ra__fiber_fn *fn, void *arg, const ra__spawn_opts *opts);
/// Make every suspending call of this fiber, and of its groups' children, return `why`
/// (RA_ERR_CANCELED, RA_ERR_TIMEOUT). Own shard only.
void ra__fiber_cancel(ra__fiber *fiber, ra_status why);
/// The route or job, shown in dumps and crash reports; static or living as long as the fiber. NULL:
/// none.
void ra__fiber_set_label(ra__fiber *fiber, const char *label);

/// A fiber on the calling thread's own stack, for tests: its suspending calls run the simulated
/// world meanwhile. Frames may leave it by longjmp as long as they are not parked. Simulation only.
ra_ctx *ra__host_open(ra__runtime *runtime, unsigned shard_index);
void ra__host_close(ra_ctx *ctx);

/// Fibers started by ra_go and still alive on all shards.
unsigned ra__runtime_background_count(const ra__runtime *runtime);
/// Cancel what ra_go started, everywhere. Any thread.
void ra__runtime_cancel_background(ra__runtime *runtime);

/// Each shard writes its fibers to standard error, grouped by wait and spawn site. Any thread;
/// returns before they have.
void ra__runtime_dump(ra__runtime *runtime);
/// The same text for one shard (its own thread, or the simulation's).
RA_MUST_USE ra_status ra__shard_dump(ra__shard *shard, ra_buf *out);

/// Run fn(arg) on the pool while the caller is parked; with `lend` the ctx may be used there
/// (RA__CTX_LENT). RA_ERR_UNAVAILABLE: pool, queue and waiting room are full; fn was not called.
/// Cancellation while fn is still queued withdraws it; once it runs, the call returns when fn does.
RA_SUSPENDS ra_status ra__offload(ra_ctx *ctx, ra_status (*fn)(void *arg), void *arg, bool lend);

// ---- one turn of a shard, for the simulation's driver

/// Deliver messages, run at most `fibers_max` fibers, fire due timers. true: something was done.
bool ra__shard_turn(ra__shard *shard, unsigned fibers_max);
bool ra__shard_runnable(const ra__shard *shard); // a fiber or message is ready now
/// When the next timer is due; INT64_MAX: none.
int64_t ra__shard_next_timer_ns(const ra__shard *shard);
/// The simulation decides which ready fiber comes next: an index below `count`. NULL: first in,
/// first out.
void ra__runtime_set_chooser(ra__runtime *runtime, unsigned (*choose)(void *world, unsigned count));

#endif
