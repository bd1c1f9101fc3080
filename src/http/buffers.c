// SPDX-License-Identifier: MIT OR Apache-2.0
#include "private/buffers.h"
#include "base/heap.h"

enum {
    KEPT_MAX = 32,
    KEPT_BYTES_MAX = 64 << 10 // of one
};

ra__buffer *ra__buffer_take(ra__buffers *buffers, size_t bytes_max)
{
    ra__buffer *buffer = buffers->free;
    if (buffer) {
        buffers->free = buffer->next;
        buffers->free_count--;
    } else {
        buffer = ra__heap_alloc_zeroed(1, sizeof(*buffer));
        if (!buffer)
            return NULL;
    }
    buffer->next = NULL;
    buffer->buf.max = bytes_max > buffer->buf.cap ? bytes_max : buffer->buf.cap;
    return buffer;
}

static void end(ra__buffer *buffer)
{
    ra_buf_deinit(&buffer->buf);
    ra__heap_free(buffer);
}

void ra__buffer_give(ra__buffers *buffers, ra__buffer *buffer)
{
    if (!buffer)
        return;
    if (buffers->free_count == KEPT_MAX || buffer->buf.cap > KEPT_BYTES_MAX) {
        end(buffer);
        return;
    }
    buffer->buf.len = 0;
    buffer->next = buffers->free;
    buffers->free = buffer;
    buffers->free_count++;
}

void ra__buffers_deinit(ra__buffers *buffers)
{
    while (buffers->free) {
        ra__buffer *buffer = buffers->free;
        buffers->free = buffer->next;
        end(buffer);
    }
    *buffers = (ra__buffers){0};
}
