// SPDX-License-Identifier: MIT OR Apache-2.0
// heap: malloc behind one door, with a hook that tests use to count allocations and to refuse the
// n-th. A size of 0 gives a pointer of its own, so that NULL always means "no memory".
#include "base/heap.h"

#include <stdlib.h>

static bool (*allowed)(void *arg, size_t bytes);
static void *allowed_arg;

static bool refused(size_t bytes)
{
    return __builtin_expect(allowed != NULL, 0) && !allowed(allowed_arg, bytes);
}

void *ra__heap_alloc(size_t bytes)
{
    if (refused(bytes))
        return NULL;
    return malloc(bytes ? bytes : 1);
}

void *ra__heap_alloc_zeroed(size_t count, size_t bytes)
{
    size_t total;
    if (__builtin_mul_overflow(count, bytes, &total) || refused(total))
        return NULL;
    return calloc(total ? total : 1, 1);
}

void *ra__heap_realloc(void *old, size_t bytes)
{
    if (refused(bytes))
        return NULL;
    return realloc(old, bytes ? bytes : 1);
}

void ra__heap_free(void *ptr)
{
    free(ptr);
}

void ra__heap_set_hook(bool (*hook)(void *arg, size_t bytes), void *arg)
{
    allowed = hook;
    allowed_arg = arg;
}
