// SPDX-License-Identifier: MIT OR Apache-2.0
// assert: how a bug ends the process. One line on standard error, the hook's words, abort.
//
// dprintf is the only thing that base says to the outside world: what dies has no seam left to lean
// on. It takes no stream lock and sends one write.
#include "base/assert.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { REASON_BYTES = 512, STANDARD_ERROR = 2 };

void (*ra__trap_hook)(const char *reason);

static _Thread_local bool trapping;

void ra__trap(const char *file, int line, const char *format, ...)
{
    if (trapping)
        abort(); // the hook itself is broken
    trapping = true;
    char reason[REASON_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    (void)dprintf(STANDARD_ERROR, "%s:%d: %s\n", file, line, reason);
    if (ra__trap_hook)
        ra__trap_hook(reason);
    abort();
}
