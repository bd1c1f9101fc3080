// SPDX-License-Identifier: MIT OR Apache-2.0
// sanitizer: what AddressSanitizer and ThreadSanitizer must be told about stacks. Empty in plain
// builds.
#ifndef RAMIE_FIBER_SANITIZER_H
#define RAMIE_FIBER_SANITIZER_H

#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__)
#define RA__ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RA__ASAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define RA__TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define RA__TSAN 1
#endif
#endif
#ifndef RA__ASAN
#define RA__ASAN 0
#endif
#ifndef RA__TSAN
#define RA__TSAN 0
#endif

#if RA__ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#include <sanitizer/lsan_interface.h>
#endif
#if RA__TSAN
#include <sanitizer/tsan_interface.h>
#endif
/// One side of a switch: a fiber's stack, or the loop's.
typedef struct {
    const void *bottom; // of the stack, for ASan
    size_t bytes;
    void *fake; // ASan's fake stack while this side does not run
    void *tsan; // TSan's context
} ra__side;

#endif
