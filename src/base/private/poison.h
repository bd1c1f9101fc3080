// SPDX-License-Identifier: MIT OR Apache-2.0
// poison: tells ASan which bytes of our own blocks nobody may touch; nothing in other builds.
#ifndef RAMIE_BASE_PRIVATE_POISON_H
#define RAMIE_BASE_PRIVATE_POISON_H

#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__)
#define RA__ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RA__ASAN 1
#endif
#endif

#ifdef RA__ASAN
#include <sanitizer/asan_interface.h>
enum { RA__REDZONE_BYTES = 16 };
#else
enum { RA__REDZONE_BYTES = 0 };
#endif

static inline void poison(const void *start, size_t bytes)
{
#ifdef RA__ASAN
    __asan_poison_memory_region(start, bytes);
#else
    (void)start;
    (void)bytes;
#endif
}

static inline void unpoison(const void *start, size_t bytes)
{
#ifdef RA__ASAN
    __asan_unpoison_memory_region(start, bytes);
#else
    (void)start;
    (void)bytes;
#endif
}

#endif
