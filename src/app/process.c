// SPDX-License-Identifier: MIT OR Apache-2.0
#include "private/process.h"

#include "fiber/crash.h"
#include "os/os.h"

#include <ramie/log.h>
#include <stdlib.h>

enum { NUMBER_OF_INT = 2, NUMBER_OF_TERM = 15 };

bool ra__process_open(ra__process *process)
{
    *process = (ra__process){.signals = ra__os_signals_open(), .doorbell = ra__os_doorbell_open()};
    if (process->signals < 0 || process->doorbell < 0) {
        ra__os_print(2, "no file descriptor is left for signals\n");
        ra__process_close(process);
        return false;
    }
    process->on_terminal = ra__os_is_terminal(0) || ra__os_is_terminal(2);
    ra__os_crash_handlers(ra__fiber_crash_report);
    return true;
}

void ra__process_close(ra__process *process)
{
    if (process->doorbell >= 0)
        ra__os_doorbell_close(process->doorbell);
    if (process->signals >= 0)
        ra__os_signals_close(process->signals);
}

void ra__process_ring(ra__process *process)
{
    ra__os_doorbell_ring(process->doorbell);
}

static void ask_to_stop(ra__process *process, int number, void (*stop)(void *arg), void *arg)
{
    if (process->asked++ > 0)
        _Exit(128 + number);
    process->stop_signal = number;
    stop(arg);
}

static void handle(ra__process *process, ra__signal signal, void (*stop)(void *arg), void *arg)
{
    switch (signal) {
    case RA__SIGNAL_INT:
        ask_to_stop(process, NUMBER_OF_INT, stop, arg);
        return;
    case RA__SIGNAL_TERM:
        ask_to_stop(process, NUMBER_OF_TERM, stop, arg);
        return;
    case RA__SIGNAL_HUP:
        if (process->on_terminal && process->asked == 0)
            ask_to_stop(process, NUMBER_OF_TERM, stop, arg);
        return;
    case RA__SIGNAL_QUIT:
        ra__runtime_dump(process->runtime);
        return;
    default:
        ra__os_doorbell_clear(process->doorbell);
    }
}

void ra__process_wait(ra__process *process, bool (*done)(void *arg), void (*stop)(void *arg),
                      void *arg)
{
    while (!done(arg))
        handle(process, ra__os_signals_wait(process->signals, process->doorbell), stop, arg);
}

void ra__process_background_failed(ra_ctx *ctx, const char *name, const char *file, int line,
                                   ra_status status)
{
    if (status == RA_ERR_CANCELED)
        return;
    ra_log_error(ctx, "a background fiber failed", RA_KV("name", name), RA_KV("file", file),
                 RA_KV("line", line), RA_KV("error", ra_status_message(status)),
                 RA_KV("detail", ctx->error == status ? ra_ctx_message(ctx) : RA_STR("")));
}
