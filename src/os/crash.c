// SPDX-License-Identifier: MIT OR Apache-2.0
// crash: last words of a process that has a bug, spoken on an alternate stack, because the usual
// one may be what overflowed. The process then dies by the same signal, so that a core and the exit
// status tell the truth.
//
// Under sanitizers nothing is installed: their own report says more.
#include "base/assert.h"
#include "os/os.h"
#include "private/sanitizer.h"

#include <signal.h>
#include <stdatomic.h>
#include <ucontext.h>
#include <unistd.h>

enum { CRASH_STACK_BYTES = 64 << 10 };

typedef void crash_report(int signal, void *fault_address, void *stack_pointer);

static _Atomic(crash_report *) reporter;
static _Atomic pid_t reporting_thread;
static _Thread_local void *crash_stack;

static void *stack_pointer_of(const ucontext_t *context)
{
#if defined(__x86_64__)
    return (void *)context->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
    return (void *)context->uc_mcontext.sp;
#else
#error "the stack pointer of this architecture is not known"
#endif
}

/// The first thread reports; others wait for the end that it brings. The raised signal is blocked
/// until this returns, then its default action ends the process; a fault inside the report ends it
/// at once.
static void on_crash(int number, siginfo_t *info, void *context)
{
    pid_t self = gettid();
    pid_t before = 0;
    if (atomic_compare_exchange_strong(&reporting_thread, &before, self)) {
        crash_report *report = atomic_load(&reporter);
        report(number, info->si_addr, stack_pointer_of(context));
    }
    while (before != 0 && before != self)
        (void)pause();
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

void ra__os_crash_handlers(void (*report)(int signal, void *fault_address, void *stack_pointer))
{
    if (RA__SANITIZER)
        return;
    atomic_store(&reporter, report);
    ra__os_crash_stack_open();
    struct sigaction action = {
        .sa_sigaction = on_crash,
        .sa_flags = SA_SIGINFO | SA_ONSTACK,
    };
    static const int fatal[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT};
    for (size_t at = 0; at < sizeof fatal / sizeof fatal[0]; at++)
        RA_CHECK(sigaction(fatal[at], &action, NULL) == 0, "cannot handle signal %d", fatal[at]);
}

void ra__os_crash_stack_open(void)
{
    if (RA__SANITIZER || crash_stack)
        return;
    crash_stack = ra__os_map(CRASH_STACK_BYTES);
    if (!crash_stack)
        return; // a crash is then reported only when the usual stack is sound
    stack_t stack = {.ss_sp = crash_stack, .ss_size = CRASH_STACK_BYTES};
    RA_CHECK(sigaltstack(&stack, NULL) == 0, "the alternate stack is refused");
}

void ra__os_crash_stack_close(void)
{
    if (!crash_stack)
        return;
    stack_t none = {.ss_flags = SS_DISABLE};
    (void)sigaltstack(&none, NULL);
    ra__os_unmap(crash_stack, CRASH_STACK_BYTES);
    crash_stack = NULL;
}
