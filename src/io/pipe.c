// SPDX-License-Identifier: MIT OR Apache-2.0
// pipe: see private/pipe.h.
#include "private/pipe.h"

#include "base/assert.h"
#include "base/heap.h"

enum { CAP_MIN = 1024 };

void ra__pipe_init(struct ra__pipe *pipe, uint32_t bytes_max)
{
    *pipe = (struct ra__pipe){.bytes_max = bytes_max};
}

void ra__pipe_deinit(struct ra__pipe *pipe)
{
    ra__heap_free(pipe->bytes);
    pipe->bytes = NULL;
}

static void copy_out(const struct ra__pipe *pipe, char *into, uint32_t bytes)
{
    uint32_t to_edge = pipe->cap - pipe->head;
    uint32_t first = bytes < to_edge ? bytes : to_edge;
    memcpy(into, pipe->bytes + pipe->head, first);
    memcpy(into + first, pipe->bytes, bytes - first);
}

static bool grow(struct ra__pipe *pipe, uint32_t len)
{
    uint32_t cap = pipe->cap ? pipe->cap : (CAP_MIN < pipe->bytes_max ? CAP_MIN : pipe->bytes_max);
    while (cap < len)
        cap *= 2;
    char *bytes = ra__heap_alloc(cap);
    if (!bytes)
        return false;
    if (pipe->bytes)
        copy_out(pipe, bytes, pipe->len);
    ra__heap_free(pipe->bytes);
    pipe->bytes = bytes;
    pipe->cap = cap;
    pipe->head = 0;
    return true;
}

ra_status ra__pipe_put(struct ra__pipe *pipe, const void *from, uint32_t bytes)
{
    RA_CHECK(bytes <= ra__pipe_room(pipe), "a pipe overfilled");
    if (pipe->len + bytes > pipe->cap && !grow(pipe, pipe->len + bytes))
        return RA_ERR_EXHAUSTED;
    uint32_t at = (pipe->head + pipe->len) & (pipe->cap - 1), to_edge = pipe->cap - at;
    uint32_t first = bytes < to_edge ? bytes : to_edge;
    memcpy(pipe->bytes + at, from, first);
    memcpy(pipe->bytes, (const char *)from + first, bytes - first);
    pipe->len += bytes;
    return RA_OK;
}

void ra__pipe_take(struct ra__pipe *pipe, void *into, uint32_t bytes)
{
    RA_CHECK(bytes > 0 && bytes <= pipe->visible, "a pipe overdrawn");
    copy_out(pipe, into, bytes);
    pipe->head = (pipe->head + bytes) & (pipe->cap - 1);
    pipe->len -= bytes;
    pipe->visible -= bytes;
}

void ra__pipe_arrive(struct ra__pipe *pipe)
{
    pipe->visible = pipe->len;
    pipe->fin_visible = pipe->fin;
    pipe->rst_visible = pipe->rst;
}

void ra__pipe_drop(struct ra__pipe *pipe)
{
    pipe->head = pipe->len = pipe->visible = 0;
}
