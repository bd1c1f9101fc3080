// SPDX-License-Identifier: MIT OR Apache-2.0
// writer: the one thread that brings queued lines to a descriptor.
//
// It sleeps while nothing comes and is woken once; while lines come it looks every few
// milliseconds, so that a busy shard pays no wake per line. A descriptor that blocks (a pipe that
// nobody reads) holds up only this thread.
#ifndef RAMIE_OBS_PRIVATE_WRITER_H
#define RAMIE_OBS_PRIVATE_WRITER_H

#include "line.h"
#include "queue.h"

#include <stdatomic.h>

typedef struct {
    pthread_t thread;
    pthread_mutex_t mutex; // of `stop` and `ended`
    pthread_cond_t wake, done;
    _Atomic bool asleep;
    bool stop, ended;

    ra__queue *queues; // borrowed
    unsigned queue_count;
    int fd;
    ra__line_style style;
    uint64_t dropped_told; // by the thread alone
} ra__writer;

/// `queues`, `queue_count`, `fd` and `style` are set. RA_ERR_UNAVAILABLE: no thread.
RA_MUST_USE ra_status ra__writer_start(ra__writer *writer);
/// A line has been put. Any thread; nearly free while the writer is awake.
void ra__writer_nudge(ra__writer *writer);
/// Write what is left and end the thread. false: the descriptor did not take it within
/// `timeout_ns`; the thread is left behind and *writer must stay.
RA_MUST_USE bool ra__writer_stop(ra__writer *writer, int64_t timeout_ns);
uint64_t ra__writer_dropped(ra__writer *writer);

#endif
