// SPDX-License-Identifier: MIT OR Apache-2.0
// process: what owning the process means: signals, crash reports, the main thread as control
// thread.
//
// The main thread runs no fiber. It sleeps until a signal comes or a shard rings, and then asks the
// owner.
//   TERM, INT   the first: `stop`. The second: the process ends at once, with 128 + its number.
//   HUP         the terminal has gone: like TERM for a program started on one; else ignored.
//   QUIT        every shard writes its fibers to standard error; the program goes on.
#ifndef RAMIE_APP_PRIVATE_PROCESS_H
#define RAMIE_APP_PRIVATE_PROCESS_H

#include "fiber/runtime.h"

typedef struct {
    int signals, doorbell;
    bool on_terminal;
    unsigned asked;       // how often it was told to stop
    int stop_signal;      // the first: 2 or 15; 0: none
    ra__runtime *runtime; // for the dump; the owner sets it
} ra__process;

/// Before the first thread. false: no descriptor left, said on standard error.
RA_MUST_USE bool ra__process_open(ra__process *process);
void ra__process_close(ra__process *process);
/// From any thread: look again.
void ra__process_ring(ra__process *process);
/// Until `done` says so; it is asked once at first and after each ring.
void ra__process_wait(ra__process *process, bool (*done)(void *arg), void (*stop)(void *arg),
                      void *arg);

/// What ra_go started has failed: an option of the runtime. Logged, unless the program is ending.
void ra__process_background_failed(ra_ctx *ctx, const char *name, const char *file, int line,
                                   ra_status status);

#endif
