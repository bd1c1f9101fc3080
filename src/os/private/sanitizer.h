// SPDX-License-Identifier: MIT OR Apache-2.0
// sanitizer: 1 where a sanitizer owns the crash signals.
#ifndef RAMIE_OS_PRIVATE_SANITIZER_H
#define RAMIE_OS_PRIVATE_SANITIZER_H

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define RA__SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define RA__SANITIZER 1
#endif
#endif
#ifndef RA__SANITIZER
#define RA__SANITIZER 0
#endif

#endif
