// SPDX-License-Identifier: MIT OR Apache-2.0
// run: ra_run, a program without a server: one function as the first fiber, joined with all that it
// started.
//
// INT and TERM cancel the first fiber; what it does about that is its own matter.
#include "io/net.h"
#include "obs/log.h"
#include "os/os.h"
#include "private/process.h"

#include <ramie/app.h>
#include <stdatomic.h>
#include <stdio.h>

enum { EXIT_FINE = 0, EXIT_FAILED = 1, EXIT_ENVIRONMENT = 4, EXIT_SIGNAL = 128 };

typedef struct {
    ra_status (*first)(ra_ctx *ctx);
    ra__process process;
    ra__msg start, cancel;
    ra__fiber *fiber;   // shard 0's
    _Atomic bool ended; // and then, for the main thread:
    ra_status status;
    char message[512];
} program;

static ra_status run_first(ra_ctx *ctx, void *arg)
{
    program *p = arg;
    return p->first(ctx);
}

static void first_ended(ra_ctx *ctx, void *arg, ra_status status)
{
    program *p = arg;
    ra_str message = ra_ctx_message(ctx);
    if (message.len == 0)
        message = ra_str_of(ra_status_message(status));
    snprintf(p->message, sizeof p->message, RA_STR_FMT, RA_STR_ARG(message));
    p->status = status;
    p->fiber = NULL;
    atomic_store(&p->ended, true);
    ra__process_ring(&p->process);
}

static void start_here(ra__msg *msg)
{
    program *p = (program *)((char *)msg - offsetof(program, start));
    ra__spawn_opts opts = {
        .name = "first", .file = __FILE__, .line = __LINE__, .ended = first_ended};
    ra__shard *shard = ra__runtime_shard(p->process.runtime, 0);
    p->fiber = ra__spawn(shard, run_first, p, &opts);
    if (p->fiber)
        return;
    p->status = RA_ERR_EXHAUSTED;
    atomic_store(&p->ended, true);
    ra__process_ring(&p->process);
}

static void cancel_here(ra__msg *msg)
{
    program *p = (program *)((char *)msg - offsetof(program, cancel));
    if (p->fiber)
        ra__fiber_cancel(p->fiber, RA_ERR_CANCELED);
}

static bool has_ended(void *arg)
{
    program *p = arg;
    return atomic_load(&p->ended);
}

static void cancel(void *arg)
{
    program *p = arg;
    p->cancel.fn = cancel_here;
    ra__shard_post(ra__runtime_shard(p->process.runtime, 0), &p->cancel);
}

static int exit_status(const program *p)
{
    if (p->status == RA_OK)
        return EXIT_FINE;
    if (p->process.stop_signal && p->status == RA_ERR_CANCELED)
        return EXIT_SIGNAL + p->process.stop_signal;
    ra__os_print(2, "error: %s\n", p->message);
    return EXIT_FAILED;
}

static int run(program *p)
{
    p->start.fn = start_here;
    ra__shard_post(ra__runtime_shard(p->process.runtime, 0), &p->start);
    ra__process_wait(&p->process, has_ended, cancel, p);
    ra__runtime_stop(p->process.runtime);
    return exit_status(p);
}

static ra_status prepare(program *p)
{
    ra__runtime_opts opts = {.backend = &ra__epoll_backend,
                             .background_failed = ra__process_background_failed};
    ra__log_opts log = {.level = RA_LOG_INFO, .fd = 2};
    RA_TRY(ra__runtime_new(&p->process.runtime, &opts));
    RA_TRY(ra__log_open(p->process.runtime, &log));
    return ra__runtime_start(p->process.runtime);
}

int ra_run(ra_status (*first)(ra_ctx *ctx))
{
    program p = {.first = first};
    if (!ra__process_open(&p.process))
        return EXIT_ENVIRONMENT;
    int code = EXIT_ENVIRONMENT;
    ra_status status = prepare(&p);
    if (status == RA_OK)
        code = run(&p);
    else
        ra__os_print(2, "error: cannot start: %s\n", ra_status_message(status));
    ra__log_close();
    if (p.process.runtime)
        ra__runtime_free(p.process.runtime);
    ra__process_close(&p.process);
    return code;
}
