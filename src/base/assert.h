// SPDX-License-Identifier: MIT OR Apache-2.0
// assert: a bug ends the process with a reason; always on.
#ifndef RAMIE_BASE_ASSERT_H
#define RAMIE_BASE_ASSERT_H

#include <ramie/base.h>

/// Called with the reason before the process dies, to add what it knows (fiber, route). May not
/// return control elsewhere; NULL for none. Set once by the fiber folder.
extern void (*ra__trap_hook)(const char *reason);

/// Report `file:line: reason` on standard error, call the hook, abort.
_Noreturn RA_PRINTF(3, 4) void ra__trap(const char *file, int line, const char *format, ...);

/// A condition that only a bug can break. Stays on in release.
#define RA_CHECK(condition, ...)                                                                   \
    (__builtin_expect(!!(condition), 1) ? (void)0 : ra__trap(__FILE__, __LINE__, __VA_ARGS__))

/// The same, in debug and sanitizer builds only: for hot paths.
#ifdef RAMIE_DEBUG
#define RA_DEBUG_CHECK(condition, ...) RA_CHECK(condition, __VA_ARGS__)
#else
#define RA_DEBUG_CHECK(condition, ...) ((void)0)
#endif

#endif
