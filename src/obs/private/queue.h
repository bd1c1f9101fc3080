// SPDX-License-Identifier: MIT OR Apache-2.0
// queue: finished lines of one shard on their way to the writer. Two halves: lines go into one
// while the writer has the other. Full: the line is refused and counted, nobody waits.
//
// Any thread may put (the pool logs for a shard whose ctx it was lent), one thread takes.
#ifndef RAMIE_OBS_PRIVATE_QUEUE_H
#define RAMIE_OBS_PRIVATE_QUEUE_H

#include <pthread.h>
#include <ramie/base.h>

typedef struct {
    _Alignas(64) pthread_mutex_t mutex; // a cache line of its own: shards do not meet here
    char *filling, *taken;
    size_t len, cap;
    uint64_t dropped;
} ra__queue;

/// false: no memory. `bytes` is the room of each half.
RA_MUST_USE bool ra__queue_init(ra__queue *queue, size_t bytes);
void ra__queue_deinit(ra__queue *queue); // zeroed storage too
/// false: no room, counted.
bool ra__queue_put(ra__queue *queue, ra_str line);
/// All lines so far, borrowed until the next take.
ra_str ra__queue_take(ra__queue *queue);
uint64_t ra__queue_dropped(ra__queue *queue);

#endif
