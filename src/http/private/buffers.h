// SPDX-License-Identifier: MIT OR Apache-2.0
// buffers: growing buffers that are used again. One list a shard, so that a warm request takes
// nothing from the heap.
#ifndef RAMIE_HTTP_BUFFERS_H
#define RAMIE_HTTP_BUFFERS_H

#include <ramie/base.h>

typedef struct ra__buffer ra__buffer;
struct ra__buffer {
    ra_buf buf; // empty when taken
    ra__buffer *next;
};

typedef struct {
    ra__buffer *free; // the last one given first: its pages are warm
    unsigned free_count;
} ra__buffers;

/// An empty buffer that may grow to `bytes_max`; NULL: no memory.
ra__buffer *ra__buffer_take(ra__buffers *buffers, size_t bytes_max);
/// NULL: nothing. Large ones go back to the heap.
void ra__buffer_give(ra__buffers *buffers, ra__buffer *buffer);
void ra__buffers_deinit(ra__buffers *buffers);

#endif
