// SPDX-License-Identifier: MIT OR Apache-2.0
// offload: blocking and long work runs on threads of its own while its fiber is parked.
//
// One queue, first in first out, for at most `queue_max` jobs and as many callers again; past that
// the call fails at once. Threads are made when a job finds none idle, up to `threads_max`, and
// stay until the runtime ends. A job lies on its caller's stack: the caller goes on only when the
// job has run or has been withdrawn.
//
// In the simulation there is no thread: a job is one event of its shard's loop.
#include "base/assert.h"
#include "base/heap.h"
#include "fiber/wait.h"
#include "private/shard.h"

enum { THREADS_A_CPU = 4, THREADS_MAX = 64, QUEUE_MAX = 256 };

typedef struct job job;
struct job {
    job *next, *prev;
    ra__msg event; // in the simulation
    ra__wait wait;
    ra_status (*fn)(void *arg);
    void *arg;
    ra_status status;
    ra_status withdrawn; // RA_OK: not
    ra__offload_pool *pool;
};

struct ra__offload_pool {
    pthread_mutex_t lock;
    pthread_cond_t work;
    job *head, *tail; // queued, not begun
    unsigned queued, queue_max;
    unsigned threads, idle, threads_max;
    bool ending, simulated;
    pthread_t handles[THREADS_MAX];
};

static unsigned thread_count(unsigned asked)
{
    unsigned count = asked ? asked : THREADS_A_CPU * ra__os_cpu_count();
    return count < THREADS_MAX ? count : THREADS_MAX;
}

ra__offload_pool *ra__offload_new(ra__runtime *runtime)
{
    ra__offload_pool *pool = ra__heap_alloc_zeroed(1, sizeof *pool);
    if (!pool)
        return NULL;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->work, NULL);
    unsigned queue_max =
        runtime->opts.offload_queue_max ? runtime->opts.offload_queue_max : QUEUE_MAX;
    pool->queue_max = 2 * queue_max;
    pool->threads_max = thread_count(runtime->opts.offload_threads);
    pool->simulated = runtime->opts.step != NULL;
    return pool;
}

void ra__offload_free(ra__offload_pool *pool)
{
    if (!pool)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->ending = true;
    pthread_cond_broadcast(&pool->work);
    unsigned threads = pool->threads;
    pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < threads; i++)
        pthread_join(pool->handles[i], NULL);
    pthread_cond_destroy(&pool->work);
    pthread_mutex_destroy(&pool->lock);
    ra__heap_free(pool);
}

// ---- the queue, under the lock

static void enqueue(ra__offload_pool *pool, job *added)
{
    added->next = NULL;
    added->prev = pool->tail;
    if (pool->tail)
        pool->tail->next = added;
    else
        pool->head = added;
    pool->tail = added;
    pool->queued++;
}

static void dequeue(ra__offload_pool *pool, job *taken)
{
    if (taken->prev)
        taken->prev->next = taken->next;
    else
        pool->head = taken->next;
    if (taken->next)
        taken->next->prev = taken->prev;
    else
        pool->tail = taken->prev;
    taken->next = taken->prev = NULL;
    pool->queued--;
}

static void finish(job *done)
{
    if (ra__wait_claim(&done->wait)) // nobody else ends it
        ra__wait_wake(&done->wait, RA_OK);
}

// ---- threads

static job *next_job(ra__offload_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->idle++;
    while (!pool->head && !pool->ending)
        pthread_cond_wait(&pool->work, &pool->lock);
    pool->idle--;
    job *taken = pool->head;
    if (taken)
        dequeue(pool, taken);
    pthread_mutex_unlock(&pool->lock);
    return taken;
}

static void *work(void *arg)
{
    ra__offload_pool *pool = arg;
    ra__os_thread_name("ramie-offload");
    ra__os_crash_stack_open();
    for (job *taken; (taken = next_job(pool)) != NULL;) {
        taken->status = taken->fn(taken->arg);
        finish(taken);
    }
    ra__os_crash_stack_close();
    return NULL;
}

// Under the lock. false: there is no thread and none can be made.
static bool ensure_thread(ra__offload_pool *pool)
{
    if (pool->idle > pool->queued || pool->threads == pool->threads_max)
        return true;
    if (pthread_create(&pool->handles[pool->threads], NULL, work, pool) == 0)
        pool->threads++;
    return pool->threads > 0;
}

static bool submit_to_thread(ra__offload_pool *pool, job *added)
{
    pthread_mutex_lock(&pool->lock);
    bool room = pool->queued < pool->queue_max && ensure_thread(pool);
    if (room) {
        enqueue(pool, added);
        pthread_cond_signal(&pool->work);
    }
    pthread_mutex_unlock(&pool->lock);
    return room;
}

// Still queued: it will not run. Else its caller waits for its end.
static void withdraw_from_thread(ra__offload_pool *pool, job *wanted, ra_status why)
{
    pthread_mutex_lock(&pool->lock);
    job *at = pool->head;
    while (at && at != wanted)
        at = at->next;
    if (at) {
        dequeue(pool, wanted);
        wanted->withdrawn = why;
    }
    pthread_mutex_unlock(&pool->lock);
    if (at)
        finish(wanted);
}

// ---- the simulation

static void event(ra__msg *msg)
{
    job *due = (job *)(void *)((char *)msg - offsetof(job, event));
    due->pool->queued--;
    if (due->withdrawn == RA_OK)
        due->status = due->fn(due->arg);
    finish(due);
}

static bool submit_as_event(ra_ctx *ctx, job *added)
{
    ra__offload_pool *pool = added->pool;
    if (pool->queued == pool->queue_max)
        return false;
    pool->queued++;
    added->event.fn = event;
    ra__shard_post(ctx->shard, &added->event);
    return true;
}

// ---- the caller

static void interrupted(ra__wait *wait, ra_status why)
{
    job *waiting = (job *)(void *)((char *)wait - offsetof(job, wait));
    if (waiting->pool->simulated)
        waiting->withdrawn = why;
    else
        withdraw_from_thread(waiting->pool, waiting, why);
}

static void lend(ra_ctx *ctx)
{
    ctx->mode = RA__CTX_LENT;
    if (ctx->arena)
        ra__arena_set_pool(ctx->arena, NULL);
}

static void take_back(ra_ctx *ctx)
{
    ctx->mode = RA__CTX_FIBER;
    if (ctx->arena)
        ra__arena_set_pool(ctx->arena, ctx->shard->blocks);
}

ra_status ra__offload(ra_ctx *ctx, ra_status (*fn)(void *arg), void *arg, bool lent)
{
    RA_TRY(ra__ctx_check(ctx));
    job added = {.fn = fn, .arg = arg, .pool = ctx->shard->runtime->offload};
    ra__wait_init(&added.wait, ctx, "offload", NULL);
    added.wait.on_cancel = interrupted;
    if (lent)
        lend(ctx);
    bool room =
        added.pool->simulated ? submit_as_event(ctx, &added) : submit_to_thread(added.pool, &added);
    if (room)
        RA_DISCARD(ra__fiber_wait(ctx, &added.wait));
    if (lent)
        take_back(ctx);
    if (!room)
        return RA_ERR_UNAVAILABLE;
    return added.withdrawn != RA_OK ? added.withdrawn : added.status;
}

typedef ra_status blocking_fn(void *arg);

ra_status ra_offload_(ra_ctx *ctx, ra_any_fn fn, void *arg)
{
    return ra__offload(ctx, (blocking_fn *)fn, arg, false);
}
