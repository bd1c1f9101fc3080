// SPDX-License-Identifier: MIT OR Apache-2.0
// guard: bytes that end where a page ends which nobody may touch: one byte read too many is a
// crash.
#ifndef RAMIE_TEST_HTTP_GUARD_H
#define RAMIE_TEST_HTTP_GUARD_H

#include <ramie/base.h>
#include <sys/mman.h>

enum { GUARD_BYTES = 128 << 10 };

static char *guard_end(void)
{
    static char *end;
    if (!end) {
        char *start = mmap(NULL, GUARD_BYTES + 4096, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (start == MAP_FAILED || mprotect(start + GUARD_BYTES, 4096, PROT_NONE) != 0)
            return NULL;
        end = start + GUARD_BYTES;
    }
    return end;
}

/// A copy of `bytes` flush against the guard; good until the next call.
static inline ra_str guarded(ra_str bytes)
{
    char *at = guard_end() - bytes.len;
    if (bytes.len)
        memmove(at, bytes.ptr, bytes.len);
    return (ra_str){at, bytes.len};
}

#endif
