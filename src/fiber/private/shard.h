// SPDX-License-Identifier: MIT OR Apache-2.0
// shard: the scheduler's own structures. Everything here is touched by its shard alone unless
// marked _Atomic.
#ifndef RAMIE_FIBER_SHARD_H
#define RAMIE_FIBER_SHARD_H

#include "fiber/op.h"
#include "lockfree/inbox.h"
#include "private/pool.h"
#include "private/sanitizer.h"
#include "private/stack.h"
#include "private/wheel.h"
#include <pthread.h>

enum {
    RA__TURN_FIBERS = 64, // run between two looks at inbox, timers and backend
    RA__BUDGET = 128,     // runtime calls without suspending, then a yield
    RA__CHOICE_MAX = 32,  // ready ones the simulation chooses among
};

#define RA__BACKEND_EVERY_NS RA_US(20) // at least, while fibers are ready

/// In the queue of what is ready to run: a fiber, or a child that has not started and holds no
/// stack yet.
typedef struct ra__task ra__task;
struct ra__task {
    ra__task *next;
    bool unstarted; // false: ra__fiber, true: ra__child; both begin with their task
};

typedef struct {
    ra__task *head, *tail;
    unsigned len;
} ra__ready;

/// What a child takes from its parent at the moment it is asked for.
typedef struct {
    void *slots[RA__SLOT_COUNT];
    int64_t deadline_ns;
    uint32_t arena_bytes_max;
    ra_status canceled;
} ra__inherited;

/// Where a fiber was asked for; static text.
typedef struct {
    const char *name, *file;
    int line;
} ra__site;

typedef struct ra__child ra__child;           // private/group.h
typedef struct ra__family ra__family;         // private/group.h
typedef struct ra__background ra__background; // background.c

/// Lies at the top of its own stack, beside its first frames; from ra__spawn until its last frame
/// has returned.
struct ra__fiber {
    ra__task task; // first
    void *sp;      // while it does not run
    ra_ctx ctx;
    ra__wait *wait;     // what it is parked in; NULL: it runs or is ready
    ra__timer deadline; // ends that wait
    bool parked;        // off the CPU, until its wait is woken
    bool told;          // the wait's on_cancel has been called
    bool host;          // on the stack of whoever opened it; parked means running the world
    bool ended;         // its function has returned
    bool spreading;     // in shard->spread
    uint8_t budget;
    ra_status status;     // what its function returned
    ra__family *families; // groups with children, innermost first
    ra__fiber *spread_next;
    ra__fiber *next, *prev; // all of the shard
    ra__fiber_fn *fn;
    void *arg;
    void (*on_ended)(ra_ctx *ctx, void *arg, ra_status status);
    void *owner; // ra__child or ra__background that it runs; NULL
    ra__stack stack;
    ra__side side;
    uint64_t id;
    ra__site site;
    const char *label;
    int64_t since_ns; // parked or ready
};

struct ra__shard {
    ra__runtime *runtime;
    unsigned index;
    bool extra;
    ra__fiber *current; // NULL: the loop itself
    void *loop_sp;      // while a fiber runs
    ra__side loop_side;
    int64_t now_ns; // as of this turn
    ra__ready ready;
    ra__wheel wheel;
    ra__stacks stacks;
    ra__fiber *fibers; // all
    unsigned fiber_count, unstarted_count;
    uint64_t next_id;
    uint64_t random;   // state of the shard's own generator: where a select begins
    ra__fiber *spread; // canceled, their children not yet
    bool spreading;    // that list is being worked off
    ra__background *backgrounds;
    ra__block_pool *blocks;
    ra__pool children, families; // records
    void *io, *user;

    pthread_t thread;
    bool started;
    ra__msg dump_msg, cancel_msg;
    _Atomic bool dump_posted, cancel_posted;
    _Atomic bool quiet;       // asked to stop, and nothing lives here
    _Atomic unsigned stirred; // times it woke up after being quiet

    // Others write here: lines of their own.
    _Alignas(64) ra__inbox inbox;
    _Alignas(64) _Atomic int load; // ready here or sent here; a hint
};

typedef struct ra__offload_pool ra__offload_pool;

struct ra__runtime {
    ra__runtime_opts opts;
    unsigned shard_count, total; // without, with the extras
    ra__shard *shards;
    void *shards_memory;
    unsigned opened; // shards that the backend knows
    const ra__clock *clock;
    unsigned (*choose)(void *world, unsigned count);
    ra__offload_pool *offload;
    _Atomic unsigned background_count;
    _Atomic bool background_canceled; // for good: what is started later is canceled at birth
    bool started;
    pthread_mutex_t stop_lock;
    pthread_cond_t stop_cond;
    _Atomic bool stopping, ended;
    ra__runtime *next_live; // of the process, for crash reports
};

// shard.c
/// false: no memory; deinit it all the same.
RA_MUST_USE bool ra__shard_init(ra__shard *shard, ra__runtime *runtime, unsigned index);
void ra__shard_deinit(ra__shard *shard);
void *ra__shard_thread(void *shard);
// runtime.c: the shard waits and nothing lives on it; it has waited.
void ra__runtime_quiet(ra__shard *shard);
void ra__runtime_stirred(ra__shard *shard);
/// The simulation's host: which shard the calling thread acts for; returns the one before.
ra__shard *ra__shard_act_as(ra__shard *shard);
uint64_t ra__shard_random(ra__shard *shard);
static inline void ra__ready_push(ra__shard *shard, ra__task *task)
{
    task->next = NULL;
    if (shard->ready.tail)
        shard->ready.tail->next = task;
    else
        shard->ready.head = task;
    shard->ready.tail = task;
    shard->ready.len++;
}

// switch.c
/// First stack pointer of a fiber whose frames begin below `top`.
void *ra__switch_prepare(char *top);
void ra__side_new(ra__side *side, ra__stack stack);
void ra__side_free(ra__side *side);

// fiber.c
/// A fiber on `shard` that is not queued yet. NULL: no memory for a stack.
ra__fiber *ra__fiber_new(ra__shard *shard, size_t stack_bytes);
/// The control block that belongs to a stack, in use or not.
ra__fiber *ra__fiber_on(ra__stack stack);
/// In the loop, when its last frame has returned.
void ra__fiber_finish(ra__fiber *fiber);
void ra__fiber_link(ra__shard *shard, ra__fiber *fiber);
void ra__fiber_unlink(ra__fiber *fiber);
/// An unguarded stack has overflowed: say whose, and end.
_Noreturn void ra__fiber_overflowed(const ra__fiber *fiber);

// wait.c
/// ra__wait_park, also while the ctx is lent: then its deadline and shield stand still, so they may
/// be read.
RA_MUST_USE ra_status ra__fiber_wait(ra_ctx *ctx, ra__wait *wait);
/// Cancellation or deadline reach the wait that the fiber is in.
void ra__fiber_interrupt(ra__fiber *fiber, ra_status why);

// ctx.c
void ra__ctx_inherit(const ra_ctx *ctx, ra__inherited *out);
void ra__ctx_apply(ra_ctx *ctx, const ra__inherited *inherited);
/// What ends a wait of this ctx now: the shield's deadline inside a shield, else its own.
static inline int64_t ra__ctx_deadline(const ra_ctx *ctx)
{
    return ctx->shield_ns ? ctx->shield_ns : ctx->deadline_ns;
}

/// ra__ctx_may_suspend, without a call where nothing is wrong and no deadline is set.
static inline ra_status ra__ctx_check(ra_ctx *ctx)
{
#ifndef RAMIE_DEBUG
    bool plain = ctx->mode == RA__CTX_FIBER && ctx->fiber && !ctx->shield_ns && !ctx->exhausted;
    if (__builtin_expect(plain && ctx->deadline_ns == INT64_MAX, 1) &&
        atomic_load_explicit(&ctx->canceled, memory_order_relaxed) == RA_OK)
        return RA_OK;
#endif
    return ra__ctx_may_suspend(ctx);
}

// time.c
/// The moment `ns` from now; INT64_MAX when that is never.
int64_t ra__ctx_in(const ra_ctx *ctx, int64_t ns);

// failure.c
/// `message` and `problems` are copied; past the memory limit they are dropped.
void ra__ctx_copy_detail(ra_ctx *ctx, ra_status status, ra_str message,
                         const ra_problems *problems);

// host.c
/// A parked host runs the world until it is ready.
void ra__host_park(ra__fiber *fiber);
void ra__host_yield(ra__fiber *fiber);

// offload.c
ra__offload_pool *ra__offload_new(ra__runtime *runtime); // NULL: no memory
void ra__offload_free(ra__offload_pool *pool);

// background.c
void ra__background_cancel_message(ra__msg *msg);

// dump.c
void ra__dump_message(ra__msg *msg);
// crash.c
void ra__crash_add(ra__runtime *runtime);
void ra__crash_remove(ra__runtime *runtime);

#endif
