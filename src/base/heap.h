// SPDX-License-Identifier: MIT OR Apache-2.0
// heap: the only door to malloc for Ramie's own code, so that tests count allocations and fail the
// n-th.
#ifndef RAMIE_BASE_HEAP_H
#define RAMIE_BASE_HEAP_H

#include <stdbool.h>
#include <stddef.h>

/// NULL when there is no memory. Not zeroed. Any thread.
void *ra__heap_alloc(size_t bytes);
/// Zeroed; checks count * bytes for overflow.
void *ra__heap_alloc_zeroed(size_t count, size_t bytes);
void *ra__heap_realloc(void *old, size_t bytes);
void ra__heap_free(void *ptr);

/// Asked before each allocation; false makes it fail. NULL: none. For tests, set while one thread
/// runs.
void ra__heap_set_hook(bool (*hook)(void *arg, size_t bytes), void *arg);

#endif
