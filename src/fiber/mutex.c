// SPDX-License-Identifier: MIT OR Apache-2.0
// mutex: between fibers of any shards. One word: the ctx that holds it, with bit 0 set when
// somebody may wait.
//
// Uncontended, lock and unlock are one atomic operation each. Waiters queue in a table beside the
// mutex ("parking lot", after WebKit's WTF::ParkingLot), keyed by its address, first in first out;
// the lock is handed over, not thrown open. Who unlocks does not touch the mutex any more once
// another can have it: the next holder may free it.
#include "base/assert.h"
#include "fiber/wait.h"
#include "private/shard.h"

enum { BUCKET_BITS = 6, BUCKETS = 1 << BUCKET_BITS };

typedef struct waiter waiter;
struct waiter {
    waiter *next, *prev;
    bool queued;
    ra_mutex *mutex;
    ra_ctx *ctx;
    ra__wait wait;
};

typedef struct {
    pthread_mutex_t lock;
    waiter *head, *tail;
} bucket;

// Guards the queues of all mutexes with that hash. The hash decides who shares a lock, nothing
// else.
static bucket buckets[BUCKETS] = {[0 ... BUCKETS - 1] = {.lock = PTHREAD_MUTEX_INITIALIZER}};

static bucket *bucket_of(const ra_mutex *mutex)
{
    return &buckets[(uint64_t)(uintptr_t)mutex * UINT64_C(0x9e3779b97f4a7c15) >>
                    (64 - BUCKET_BITS)];
}

enum { MAY_WAIT = 1 };

static bool exchange(ra_mutex *mutex, uintptr_t from, uintptr_t to)
{
    return __atomic_compare_exchange_n(&mutex->holder_, &from, to, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_RELAXED);
}

static uintptr_t holder(const ra_mutex *mutex)
{
    return __atomic_load_n(&mutex->holder_, __ATOMIC_RELAXED);
}

// ---- the queue, under the bucket's lock

static void enqueue(bucket *b, waiter *w)
{
    w->next = NULL;
    w->prev = b->tail;
    *(b->tail ? &b->tail->next : &b->head) = w;
    b->tail = w;
    w->queued = true;
}

static void dequeue(bucket *b, waiter *w)
{
    *(w->prev ? &w->prev->next : &b->head) = w->next;
    *(w->next ? &w->next->prev : &b->tail) = w->prev;
    w->queued = false;
}

static bool queued_for(bucket *b, const ra_mutex *mutex)
{
    for (waiter *at = b->head; at; at = at->next)
        if (at->mutex == mutex)
            return true;
    return false;
}

// The first of this mutex that nobody else is ending, taken out and claimed.
static waiter *claim_first(bucket *b, const ra_mutex *mutex)
{
    for (waiter *at = b->head, *next; at; at = next) {
        next = at->next;
        if (at->mutex != mutex)
            continue;
        dequeue(b, at);
        if (ra__wait_claim(&at->wait))
            return at;
    }
    return NULL;
}

// ---- lock

// Under the bucket's lock. true: nobody holds it any more, it is ctx's. false: the holder knows
// that somebody waits.
static bool take_or_announce(ra_mutex *mutex, ra_ctx *ctx)
{
    for (;;) {
        uintptr_t now = holder(mutex);
        if (now == 0 && exchange(mutex, 0, (uintptr_t)ctx))
            return true;
        if (now != 0 && exchange(mutex, now, now | MAY_WAIT))
            return false;
    }
}

static ra_status wait_for(ra_ctx *ctx, ra_mutex *mutex)
{
    bucket *b = bucket_of(mutex);
    waiter w = {.mutex = mutex, .ctx = ctx};
    pthread_mutex_lock(&b->lock);
    if (take_or_announce(mutex, ctx)) {
        pthread_mutex_unlock(&b->lock);
        return RA_OK;
    }
    ra__wait_init(&w.wait, ctx, "mutex", mutex);
    enqueue(b, &w);
    pthread_mutex_unlock(&b->lock);

    ra_status status = ra__wait_park(ctx, &w.wait);
    if (status != RA_OK) { // an unlock may have found it, but not claimed it
        pthread_mutex_lock(&b->lock);
        if (w.queued)
            dequeue(b, &w);
        pthread_mutex_unlock(&b->lock);
    }
    return status;
}

ra_status ra_mutex_lock(ra_ctx *ctx, ra_mutex *mutex)
{
    RA_TRY(ra__ctx_check(ctx));
    if (__builtin_expect(exchange(mutex, 0, (uintptr_t)ctx), 1)) {
        ra__spend(ctx);
        return RA_OK;
    }
    RA_CHECK((holder(mutex) & ~(uintptr_t)MAY_WAIT) != (uintptr_t)ctx,
             "deadlock: this fiber holds the mutex that it wants to lock");
    return wait_for(ctx, mutex);
}

static void hand_over(ra_mutex *mutex)
{
    bucket *b = bucket_of(mutex);
    pthread_mutex_lock(&b->lock);
    waiter *next = claim_first(b, mutex);
    uintptr_t holder = next ? (uintptr_t)next->ctx : 0;
    if (next && queued_for(b, mutex))
        holder |= MAY_WAIT;
    __atomic_store_n(&mutex->holder_, holder, __ATOMIC_RELEASE);
    pthread_mutex_unlock(&b->lock);
    if (next)
        ra__wait_wake(&next->wait, RA_OK);
}

void ra_mutex_unlock(ra_mutex *mutex)
{
    uintptr_t now = holder(mutex);
    RA_CHECK(now != 0, "a mutex is unlocked that nobody holds");
    if ((now & MAY_WAIT) || !exchange(mutex, now, 0)) // fails when somebody has begun to wait since
        hand_over(mutex);
}

ra_lock ra_lock_take(ra_ctx *ctx, ra_mutex *mutex)
{
    return (ra_lock){.mutex = mutex, .status = ra_mutex_lock(ctx, mutex)};
}

void ra_lock_deinit(ra_lock *lock)
{
    if (lock->mutex && lock->status == RA_OK)
        ra_mutex_unlock(lock->mutex);
    lock->mutex = NULL;
}
