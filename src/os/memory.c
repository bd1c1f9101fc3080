// SPDX-License-Identifier: MIT OR Apache-2.0
// memory: maps that reserve addresses and take pages when they are touched.
#include "os/os.h"

#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_GUARD_INSTALL // Linux 6.13
#define MADV_GUARD_INSTALL 102
#endif

size_t ra__os_page_bytes(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

void *ra__os_map(size_t bytes)
{
    void *start = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED)
        return NULL;
    // One touched page must not cost two megabytes. A kernel without huge pages refuses the advice:
    // same result.
    (void)madvise(start, bytes, MADV_NOHUGEPAGE);
    return start;
}

void ra__os_unmap(void *start, size_t bytes)
{
    if (start)
        (void)munmap(start, bytes);
}

bool ra__os_guard(void *start, size_t bytes)
{
    return madvise(start, bytes, MADV_GUARD_INSTALL) == 0;
}

bool ra__os_guard_by_map(void *start, size_t bytes)
{
    return mprotect(start, bytes, PROT_NONE) == 0;
}

void ra__os_trim(void *start, size_t bytes)
{
    (void)madvise(start, bytes, MADV_DONTNEED);
}
