// SPDX-License-Identifier: MIT OR Apache-2.0
// crash: for whoever installs the crash handlers (ra_app_main, ra_run):
// ra__os_crash_handlers(ra__fiber_crash_report).
#ifndef RAMIE_FIBER_CRASH_H
#define RAMIE_FIBER_CRASH_H

/// Say on standard error which fiber it was: "stack overflow in fiber 812 'GET /x' spawned at
/// f.c:41, size 128K". Async-signal-safe, on an alternate stack.
void ra__fiber_crash_report(int signal, void *fault_address, void *stack_pointer);

#endif
