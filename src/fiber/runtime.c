// SPDX-License-Identifier: MIT OR Apache-2.0
// runtime: makes the shards, starts and ends their threads.
//
// The end. A shard is quiet while it waits with no fiber of its own. A message may still be on its
// way to a quiet one, so the runtime ends only when all shards were quiet, then all inboxes were
// empty, and none had stirred in between: a quiet shard sends nothing, and one that a message
// reaches stirs before it looks at it.
#include "base/assert.h"
#include "base/heap.h"
#include "base/limits.h"
#include "private/shard.h"

enum { SHARDS_MAX = 256 };

static bool shards_new(ra__runtime *runtime)
{
    size_t bytes = runtime->total * sizeof(ra__shard);
    runtime->shards_memory = ra__heap_alloc_zeroed(1, bytes + _Alignof(ra__shard));
    if (!runtime->shards_memory)
        return false;
    uintptr_t start = (uintptr_t)runtime->shards_memory;
    start = (start + _Alignof(ra__shard) - 1) & ~(uintptr_t)(_Alignof(ra__shard) - 1);
    runtime->shards = (ra__shard *)start;
    for (unsigned i = 0; i < runtime->total; i++)
        if (!ra__shard_init(&runtime->shards[i], runtime, i))
            return false;
    return true;
}

static ra_status open_all(ra__runtime *runtime)
{
    for (; runtime->opened < runtime->total; runtime->opened++)
        RA_TRY(runtime->opts.backend->open(&runtime->shards[runtime->opened]));
    return RA_OK;
}

static ra_status build(ra__runtime *runtime)
{
    if (!shards_new(runtime))
        return RA_ERR_EXHAUSTED;
    runtime->offload = ra__offload_new(runtime);
    if (!runtime->offload)
        return RA_ERR_EXHAUSTED;
    return open_all(runtime);
}

ra_status ra__runtime_new(ra__runtime **out, const ra__runtime_opts *opts)
{
    *out = NULL;
    unsigned count = opts->shards ? opts->shards : ra__os_cpu_count();
    if (count + opts->extras > SHARDS_MAX)
        return RA_ERR_TOO_LARGE;
    ra__runtime *runtime = ra__heap_alloc_zeroed(1, sizeof *runtime);
    if (!runtime)
        return RA_ERR_EXHAUSTED;
    runtime->opts = *opts;
    runtime->clock = opts->clock ? opts->clock : &ra__os_clock;
    runtime->shard_count = count;
    runtime->total = count + opts->extras;
    pthread_mutex_init(&runtime->stop_lock, NULL);
    pthread_cond_init(&runtime->stop_cond, NULL);
    ra__crash_add(runtime);
    ra_status status = build(runtime);
    if (status != RA_OK) {
        ra__runtime_free(runtime);
        return status;
    }
    *out = runtime;
    return RA_OK;
}

static bool all_empty(ra__runtime *runtime)
{
    for (unsigned i = 0; i < runtime->total; i++)
        if (!ra__inbox_empty(&runtime->shards[i].inbox))
            return false;
    return true;
}

// In the simulation no thread has delivered the last ones.
static void deliver_all(ra__runtime *runtime)
{
    while (!all_empty(runtime))
        for (unsigned i = 0; i < runtime->total; i++)
            ra__shard_turn(&runtime->shards[i], 0);
}

void ra__runtime_free(ra__runtime *runtime)
{
    if (!runtime)
        return;
    RA_CHECK(!runtime->started, "ra__runtime_free before ra__runtime_stop");
    if (runtime->opened == runtime->total)
        deliver_all(runtime);
    ra__offload_free(runtime->offload);
    for (unsigned i = 0; runtime->shards && i < runtime->total; i++) {
        RA_CHECK(ra__shard_fiber_count(&runtime->shards[i]) == 0, "%u fibers outlive their runtime",
                 ra__shard_fiber_count(&runtime->shards[i]));
    }
    while (runtime->opened > 0)
        runtime->opts.backend->close(&runtime->shards[--runtime->opened]);
    ra__crash_remove(runtime);
    for (unsigned i = 0; runtime->shards && i < runtime->total; i++)
        ra__shard_deinit(&runtime->shards[i]);
    pthread_cond_destroy(&runtime->stop_cond);
    pthread_mutex_destroy(&runtime->stop_lock);
    ra__heap_free(runtime->shards_memory);
    ra__heap_free(runtime);
}

// ---- start and end

static void join_all(ra__runtime *runtime)
{
    atomic_store(&runtime->ended, true);
    for (unsigned i = 0; i < runtime->total; i++) {
        ra__shard *shard = &runtime->shards[i];
        if (shard->started)
            runtime->opts.backend->wake(shard);
    }
    for (unsigned i = 0; i < runtime->total; i++) {
        ra__shard *shard = &runtime->shards[i];
        if (shard->started) {
            pthread_join(shard->thread, NULL);
            shard->started = false;
        }
    }
    runtime->started = false;
}

ra_status ra__runtime_start(ra__runtime *runtime)
{
    RA_CHECK(!runtime->opts.step && !runtime->started,
             "ra__runtime_start: once, not in the simulation");
    runtime->started = true;
    for (unsigned i = 0; i < runtime->total; i++) {
        ra__shard *shard = &runtime->shards[i];
        if (pthread_create(&shard->thread, NULL, ra__shard_thread, shard) != 0) {
            join_all(runtime);
            return RA_ERR_EXHAUSTED;
        }
        shard->started = true;
    }
    return RA_OK;
}

// The shard's side: it has no fiber and is about to wait.
void ra__runtime_quiet(ra__shard *shard)
{
    ra__runtime *runtime = shard->runtime;
    if (!atomic_load(&runtime->stopping))
        return;
    atomic_store(&shard->quiet, true);
    pthread_mutex_lock(&runtime->stop_lock);
    pthread_cond_signal(&runtime->stop_cond);
    pthread_mutex_unlock(&runtime->stop_lock);
}

void ra__runtime_stirred(ra__shard *shard)
{
    if (atomic_load_explicit(&shard->quiet, memory_order_relaxed)) {
        atomic_store(&shard->quiet, false); // first: once counted it must not be taken for quiet
        atomic_fetch_add(&shard->stirred, 1);
    }
}

static unsigned stirred_total(ra__runtime *runtime)
{
    unsigned total = 0;
    for (unsigned i = 0; i < runtime->total; i++)
        total += atomic_load(&runtime->shards[i].stirred);
    return total;
}

static bool all_quiet(ra__runtime *runtime)
{
    for (unsigned i = 0; i < runtime->total; i++)
        if (!atomic_load(&runtime->shards[i].quiet))
            return false;
    return true;
}

static bool nothing_left(ra__runtime *runtime)
{
    unsigned before = stirred_total(runtime);
    return all_quiet(runtime) && all_empty(runtime) && all_quiet(runtime) &&
           stirred_total(runtime) == before;
}

static bool any_alive(ra__runtime *runtime)
{
    for (unsigned i = 0; i < runtime->total; i++) {
        const ra__shard *shard = &runtime->shards[i];
        if (ra__shard_fiber_count(shard) > 0 || ra__shard_runnable(shard))
            return true;
    }
    return false;
}

void ra__runtime_stop(ra__runtime *runtime)
{
    RA_CHECK(!runtime->started || !ra__shard_self(), "a shard cannot wait for its own end");
    ra__runtime_cancel_background(runtime);
    if (runtime->opts.step) {
        while (any_alive(runtime) && runtime->opts.step(runtime->opts.world)) {
        }
        return;
    }
    if (!runtime->started)
        return;
    atomic_store(&runtime->stopping, true);
    for (unsigned i = 0; i < runtime->total; i++)
        runtime->opts.backend->wake(&runtime->shards[i]);
    pthread_mutex_lock(&runtime->stop_lock);
    while (!nothing_left(runtime))
        pthread_cond_wait(&runtime->stop_cond, &runtime->stop_lock);
    pthread_mutex_unlock(&runtime->stop_lock);
    join_all(runtime);
}

// ---- what is known of a runtime

unsigned ra__runtime_shard_count(const ra__runtime *runtime)
{
    return runtime->shard_count;
}

ra__shard *ra__runtime_shard(ra__runtime *runtime, unsigned index)
{
    RA_CHECK(index < runtime->total, "there is no shard %u", index);
    return &runtime->shards[index];
}

const ra__clock *ra__runtime_clock(const ra__runtime *runtime)
{
    return runtime->clock;
}

void *ra__runtime_world(const ra__runtime *runtime)
{
    return runtime->opts.world;
}

void ra__runtime_set_chooser(ra__runtime *runtime, unsigned (*choose)(void *world, unsigned count))
{
    runtime->choose = choose;
}

unsigned ra__runtime_background_count(const ra__runtime *runtime)
{
    return atomic_load(&runtime->background_count);
}

void ra__runtime_cancel_background(ra__runtime *runtime)
{
    atomic_store(&runtime->background_canceled, true);
    for (unsigned i = 0; i < runtime->total; i++) {
        ra__shard *shard = &runtime->shards[i];
        if (!atomic_exchange(&shard->cancel_posted, true))
            ra__shard_post(shard, &shard->cancel_msg);
    }
}

void ra__runtime_dump(ra__runtime *runtime)
{
    for (unsigned i = 0; i < runtime->total; i++) {
        ra__shard *shard = &runtime->shards[i];
        if (!atomic_exchange(&shard->dump_posted, true))
            ra__shard_post(shard, &shard->dump_msg);
    }
}
