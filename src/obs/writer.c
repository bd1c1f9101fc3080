// SPDX-License-Identifier: MIT OR Apache-2.0
#include "private/writer.h"

#include "os/os.h"

static const int64_t busy_pause_ns = RA_MS(4);

static struct timespec in(int64_t ns)
{
    int64_t at_ns = ra__os_monotonic_ns() + ns;
    return (struct timespec){.tv_sec = at_ns / RA_SECONDS(1), .tv_nsec = at_ns % RA_SECONDS(1)};
}

uint64_t ra__writer_dropped(ra__writer *writer)
{
    uint64_t dropped = 0;
    for (unsigned i = 0; i < writer->queue_count; i++)
        dropped += ra__queue_dropped(&writer->queues[i]);
    return dropped;
}

static void tell_dropped(ra__writer *writer)
{
    uint64_t dropped = ra__writer_dropped(writer);
    if (dropped == writer->dropped_told)
        return;
    ra_kv values[] = {{"lines", RA_KV_U64_, {.u64 = dropped - writer->dropped_told}},
                      {.kind = RA_KV_END_}};
    ra__record record = {.time = {ra__os_wall_ns()},
                         .level = RA_LOG_WARN,
                         .message = "log lines were dropped: the log is full",
                         .values = values};
    char text[RA__LINE_BYTES_MAX];
    RA_DISCARD(ra__os_write_all(writer->fd,
                                (ra_str){text, ra__line_format(text, writer->style, &record)}));
    writer->dropped_told = dropped;
}

/// true: there was something. A descriptor that fails loses the lines: there is no better place for
/// them.
static bool drain(ra__writer *writer)
{
    bool any = false;
    for (unsigned i = 0; i < writer->queue_count; i++) {
        ra_str lines = ra__queue_take(&writer->queues[i]);
        if (lines.len > 0)
            RA_DISCARD(ra__os_write_all(writer->fd, lines));
        any |= lines.len > 0;
    }
    tell_dropped(writer);
    return any;
}

/// Lets lines gather. true: go on.
static bool pause_a_little(ra__writer *writer)
{
    struct timespec until = in(busy_pause_ns);
    pthread_mutex_lock(&writer->mutex);
    if (!writer->stop)
        pthread_cond_timedwait(&writer->wake, &writer->mutex, &until);
    bool go_on = !writer->stop;
    pthread_mutex_unlock(&writer->mutex);
    return go_on;
}

/// A line put before `asleep` was seen is found by the second look; one put after it nudges. true:
/// go on.
static bool sleep_until_nudged(ra__writer *writer)
{
    atomic_store(&writer->asleep, true);
    if (drain(writer))
        atomic_store(&writer->asleep, false);

    pthread_mutex_lock(&writer->mutex);
    while (atomic_load(&writer->asleep) && !writer->stop)
        pthread_cond_wait(&writer->wake, &writer->mutex);
    bool go_on = !writer->stop;
    pthread_mutex_unlock(&writer->mutex);
    return go_on;
}

static void *run(void *arg)
{
    ra__writer *writer = arg;
    ra__os_thread_name("ramie-log");
    for (bool go_on = true; go_on;)
        go_on = drain(writer) ? pause_a_little(writer) : sleep_until_nudged(writer);
    drain(writer);

    pthread_mutex_lock(&writer->mutex);
    writer->ended = true;
    pthread_cond_signal(&writer->done);
    pthread_mutex_unlock(&writer->mutex);
    return NULL;
}

ra_status ra__writer_start(ra__writer *writer)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&writer->mutex, NULL);
    pthread_cond_init(&writer->wake, &monotonic);
    pthread_cond_init(&writer->done, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return pthread_create(&writer->thread, NULL, run, writer) == 0 ? RA_OK : RA_ERR_UNAVAILABLE;
}

void ra__writer_nudge(ra__writer *writer)
{
    if (!atomic_load(&writer->asleep) || !atomic_exchange(&writer->asleep, false))
        return;
    pthread_mutex_lock(&writer->mutex);
    pthread_cond_signal(&writer->wake);
    pthread_mutex_unlock(&writer->mutex);
}

bool ra__writer_stop(ra__writer *writer, int64_t timeout_ns)
{
    struct timespec until = in(timeout_ns);
    pthread_mutex_lock(&writer->mutex);
    writer->stop = true;
    pthread_cond_signal(&writer->wake);
    int late = 0;
    while (!writer->ended && late == 0)
        late = pthread_cond_timedwait(&writer->done, &writer->mutex, &until);
    bool ended = writer->ended;
    pthread_mutex_unlock(&writer->mutex);
    if (!ended) {
        pthread_detach(writer->thread);
        return false;
    }
    pthread_join(writer->thread, NULL);
    pthread_cond_destroy(&writer->wake);
    pthread_cond_destroy(&writer->done);
    pthread_mutex_destroy(&writer->mutex);
    return true;
}
