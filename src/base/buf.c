// SPDX-License-Identifier: MIT OR Apache-2.0
// buf: growing bytes with a maximum.
//
// Invariants: len <= cap <= max; ptr is NULL while cap is 0. One byte more than cap is allocated,
// so that a printf can leave its NUL there. A buffer of zeroes is an empty one that refuses to
// grow.
#include "base/buf.h"

#include "base/heap.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

enum { FIRST_CAP = 64 };

ra_buf ra_buf_init(size_t bytes_max)
{
    size_t max = bytes_max < PTRDIFF_MAX ? bytes_max : PTRDIFF_MAX - 1;
    return (ra_buf){.max = max};
}

void ra_buf_deinit(ra_buf *buf)
{
    if (buf) {
        ra__heap_free(buf->ptr);
        *buf = (ra_buf){0};
    }
}

ra_str ra_buf_str(const ra_buf *buf)
{
    return (ra_str){buf->ptr, buf->len};
}

static size_t grown_cap(const ra_buf *buf, size_t needed)
{
    size_t doubled = buf->cap < FIRST_CAP / 2 ? FIRST_CAP : buf->cap * 2;
    size_t cap = doubled < needed ? needed : doubled;
    return cap < buf->max ? cap : buf->max;
}

ra_status ra__buf_reserve(ra_buf *buf, size_t bytes)
{
    if (__builtin_expect(bytes <= buf->cap - buf->len, 1))
        return RA_OK;
    if (bytes > buf->max - buf->len)
        return RA_ERR_TOO_LARGE;
    size_t cap = grown_cap(buf, buf->len + bytes);
    char *grown = ra__heap_realloc(buf->ptr, cap + 1);
    if (!grown)
        return RA_ERR_EXHAUSTED;
    buf->ptr = grown;
    buf->cap = cap;
    return RA_OK;
}

ra_status ra_buf_append(ra_buf *buf, ra_str bytes)
{
    if (bytes.len == 0)
        return RA_OK;
    // A part of the buffer itself may be appended: growing moves it.
    uintptr_t offset = (uintptr_t)bytes.ptr - (uintptr_t)buf->ptr;
    bool own = buf->ptr && offset < buf->len;
    RA_TRY(ra__buf_reserve(buf, bytes.len));
    memcpy(buf->ptr + buf->len, own ? buf->ptr + offset : bytes.ptr, bytes.len);
    buf->len += bytes.len;
    return RA_OK;
}

ra_status ra_buf_printf(ra_buf *buf, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    size_t room = buf->ptr ? buf->cap - buf->len + 1 : 0;
    int written = vsnprintf(room ? buf->ptr + buf->len : NULL, room, format, args);
    va_end(args);
    ra_status status = written < 0 ? RA_ERR_INVALID : ra__buf_reserve(buf, (size_t)written);
    if (status == RA_OK && (size_t)written >= room && written > 0)
        (void)vsnprintf(buf->ptr + buf->len, (size_t)written + 1, format, again);
    va_end(again);
    if (status == RA_OK)
        buf->len += (size_t)written;
    return status;
}
