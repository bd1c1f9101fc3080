// SPDX-License-Identifier: MIT OR Apache-2.0
// shard: one turn of the loop, and the thread that takes turns.
//
// A turn: messages -> at most 64 fibers -> timers; then the backend completes I/O, and waits when
// nothing is ready.
#include "private/group.h"
#include "private/switch.h"
#include <stdio.h>

enum { BLOCKS_KEPT_BYTES_MAX = 16 << 20 };

static _Thread_local ra__shard *self;

// Never inlined: the caller's code must not keep the address of a thread-local across a switch.
__attribute__((noinline)) ra__shard *ra__shard_self(void)
{
    return self;
}

__attribute__((noinline)) ra__shard *ra__shard_act_as(ra__shard *shard)
{
    ra__shard *before = self;
    self = shard;
    return before;
}

static int64_t clock_ns(const ra__shard *shard)
{
    const ra__clock *clock = shard->runtime->clock;
    return clock->monotonic_ns(clock->world);
}

bool ra__shard_init(ra__shard *shard, ra__runtime *runtime, unsigned index)
{
    shard->runtime = runtime;
    shard->index = index;
    shard->extra = index >= runtime->shard_count;
    shard->now_ns = clock_ns(shard);
    shard->random = runtime->clock->random(runtime->clock->world);
    shard->next_id = 1;
    shard->dump_msg.fn = ra__dump_message;
    shard->cancel_msg.fn = ra__background_cancel_message;
    ra__wheel_init(&shard->wheel, shard->now_ns);
    ra__stacks_init(&shard->stacks, runtime->opts.stack_bytes);
    ra__pool_init(&shard->children, sizeof(ra__child));
    ra__pool_init(&shard->families, sizeof(ra__family));
    shard->blocks = ra__block_pool_new(BLOCKS_KEPT_BYTES_MAX);
    return shard->blocks != NULL;
}

void ra__shard_deinit(ra__shard *shard)
{
    ra__pool_deinit(&shard->children);
    ra__pool_deinit(&shard->families);
    ra__stacks_deinit(&shard->stacks);
    if (shard->blocks)
        ra__block_pool_free(shard->blocks);
}

// ---- what is known of a shard

ra__runtime *ra__shard_runtime(const ra__shard *shard)
{
    return shard->runtime;
}

unsigned ra__shard_index(const ra__shard *shard)
{
    return shard->index;
}

ra__block_pool *ra__shard_blocks(ra__shard *shard)
{
    return shard->blocks;
}

int64_t ra__shard_now_ns(const ra__shard *shard)
{
    // Virtual time also moves between two turns, and costs no call.
    return shard->runtime->opts.step ? clock_ns(shard) : shard->now_ns;
}

void ra__shard_tick(ra__shard *shard)
{
    shard->now_ns = clock_ns(shard);
}

unsigned ra__shard_fiber_count(const ra__shard *shard)
{
    return shard->fiber_count + shard->unstarted_count;
}

void *ra__shard_io(const ra__shard *shard)
{
    return shard->io;
}

void ra__shard_set_io(ra__shard *shard, void *io)
{
    shard->io = io;
}

void *ra__shard_user(const ra__shard *shard)
{
    return shard->user;
}

void ra__shard_set_user(ra__shard *shard, void *user)
{
    shard->user = user;
}

bool ra__shard_runnable(const ra__shard *shard)
{
    return shard->ready.head || !ra__inbox_empty(&shard->inbox);
}

int64_t ra__shard_next_timer_ns(const ra__shard *shard)
{
    return ra__wheel_next_ns(&shard->wheel);
}

// SplitMix64 (G. Steele, D. Lea, C. Flood, 2014; constants of S. Vigna): decisions, not secrets.
uint64_t ra__shard_random(ra__shard *shard)
{
    uint64_t z = shard->random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

void ra__shard_post(ra__shard *to, ra__msg *msg)
{
    if (ra__inbox_push(&to->inbox, msg))
        to->runtime->opts.backend->wake(to);
}

// ---- a turn

static bool deliver(ra__shard *shard)
{
    ra__msg *msg = ra__inbox_take(&shard->inbox);
    bool any = msg != NULL;
    while (msg) {
        ra__msg *next = msg->next; // the message is its sender's again once fn is called
        msg->fn(msg);
        msg = next;
    }
    return any;
}

// The one behind `before`, or the first one.
static ra__task *ready_take(ra__ready *ready, ra__task *before)
{
    ra__task **link = before ? &before->next : &ready->head;
    ra__task *task = *link;
    *link = task->next;
    if (!task->next)
        ready->tail = before;
    ready->len--;
    return task;
}

static ra__task *choose(ra__shard *shard)
{
    ra__runtime *runtime = shard->runtime;
    unsigned count = shard->ready.len < RA__CHOICE_MAX ? shard->ready.len : RA__CHOICE_MAX;
    unsigned at = runtime->choose(runtime->opts.world, count);
    ra__task *before = NULL;
    for (unsigned i = 0; i < at; i++)
        before = before ? before->next : shard->ready.head;
    return ready_take(&shard->ready, before);
}

// Inlined into the turn, as is the switch: see private/switch.h.
static inline void resume(ra__shard *shard, ra__fiber *fiber)
{
    ra__fiber *outer = shard->current; // a host that runs the world
    shard->current = fiber;
    fiber->budget = RA__BUDGET;
    ra__switch_to(shard, fiber);
    shard->current = outer;
    if (__builtin_expect(!ra__stack_intact(fiber->stack), 0))
        ra__fiber_overflowed(fiber);
    if (fiber->ended)
        ra__fiber_finish(fiber);
}

static inline void run_one(ra__shard *shard)
{
    bool choice = shard->runtime->choose && shard->ready.len > 1;
    ra__task *task = choice ? choose(shard) : ready_take(&shard->ready, NULL);
    ra__fiber *fiber =
        task->unstarted ? ra__child_start((ra__child *)(void *)task) : (ra__fiber *)(void *)task;
    if (fiber)
        resume(shard, fiber);
}

bool ra__shard_turn(ra__shard *shard, unsigned fibers_max)
{
    ra__shard *before = ra__shard_act_as(shard);
    shard->now_ns = clock_ns(shard);
    bool any = deliver(shard);
    unsigned ran = 0;
    for (; ran < fibers_max && shard->ready.head; ran++)
        run_one(shard);
    any |= ra__wheel_advance(&shard->wheel, shard->now_ns);
    atomic_store_explicit(&shard->load, (int)shard->ready.len, memory_order_relaxed);
    ra__shard_act_as(before);
    return any || ran > 0;
}

// ---- the thread

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

// Until when the backend may wait. When it may, senders have been told to wake this shard.
static int64_t settle(ra__shard *shard)
{
    if (ra__shard_runnable(shard))
        return 0;
    ra__stacks_idle(&shard->stacks, shard->now_ns);
    if (ra__shard_fiber_count(shard) == 0)
        ra__runtime_quiet(shard);
    if (!ra__inbox_sleep(&shard->inbox) || atomic_load(&shard->runtime->ended))
        return 0;
    return earlier(ra__wheel_next_ns(&shard->wheel), ra__stacks_next_ns(&shard->stacks));
}

// The backend costs a system call: short turns share one.
static void run_a_while(ra__shard *shard)
{
    int64_t begun_ns = INT64_MIN;
    do {
        ra__shard_turn(shard, RA__TURN_FIBERS);
        begun_ns = begun_ns == INT64_MIN ? shard->now_ns : begun_ns;
    } while (shard->ready.head && shard->now_ns - begun_ns < RA__BACKEND_EVERY_NS);
}

void *ra__shard_thread(void *arg)
{
    ra__shard *shard = arg;
    ra__runtime *runtime = shard->runtime;
    char name[16];
    snprintf(name, sizeof name, shard->extra ? "ramie-x%u" : "ramie-%u",
             shard->extra ? shard->index - runtime->shard_count : shard->index);
    ra__os_thread_name(name);
    ra__os_crash_stack_open();
    ra__shard_act_as(shard);

    while (!atomic_load_explicit(&runtime->ended, memory_order_relaxed)) {
        run_a_while(shard);
        int64_t until_ns = settle(shard);
        runtime->opts.backend->turn(shard, until_ns);
        ra__inbox_awake(&shard->inbox);
        ra__runtime_stirred(shard);
    }

    ra__shard_act_as(NULL);
    ra__os_crash_stack_close();
    return NULL;
}
