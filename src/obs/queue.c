// SPDX-License-Identifier: MIT OR Apache-2.0
#include "private/queue.h"

#include "base/heap.h"

bool ra__queue_init(ra__queue *queue, size_t bytes)
{
    *queue =
        (ra__queue){.cap = bytes, .filling = ra__heap_alloc(bytes), .taken = ra__heap_alloc(bytes)};
    pthread_mutex_init(&queue->mutex, NULL);
    return queue->filling && queue->taken;
}

void ra__queue_deinit(ra__queue *queue)
{
    if (queue->cap == 0)
        return;
    ra__heap_free(queue->filling);
    ra__heap_free(queue->taken);
    pthread_mutex_destroy(&queue->mutex);
}

bool ra__queue_put(ra__queue *queue, ra_str line)
{
    pthread_mutex_lock(&queue->mutex);
    bool fits = line.len <= queue->cap - queue->len;
    if (fits) {
        memcpy(queue->filling + queue->len, line.ptr, line.len);
        queue->len += line.len;
    } else {
        queue->dropped++;
    }
    pthread_mutex_unlock(&queue->mutex);
    return fits;
}

ra_str ra__queue_take(ra__queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    ra_str lines = {queue->filling, queue->len};
    queue->filling = queue->taken;
    queue->taken = (char *)lines.ptr;
    queue->len = 0;
    pthread_mutex_unlock(&queue->mutex);
    return lines;
}

uint64_t ra__queue_dropped(ra__queue *queue)
{
    pthread_mutex_lock(&queue->mutex);
    uint64_t dropped = queue->dropped;
    pthread_mutex_unlock(&queue->mutex);
    return dropped;
}
