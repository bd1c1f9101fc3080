// SPDX-License-Identifier: MIT OR Apache-2.0
// Crashes happen in copies of this process, each with handlers and its own alternate stack.
#include "base/support.h"

#include "os/os.h"
#include "os/private/sanitizer.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/resource.h>

/// What the handler saw, as text on standard error, which the parent reads.
static void report(int signal, void *fault_address, void *stack_pointer)
{
    ra__os_print(STDERR_FILENO, "signal %d at %p stack %s\n", signal, fault_address,
                 stack_pointer ? "known" : "unknown");
}

/// Dies by `wanted`, having said `words`; under sanitizers their report is trusted instead.
static void assert_reports(void (*fn)(void *arg), void *arg, int wanted, const char *words)
{
    if (RA__SANITIZER)
        return;
    int ends[2];
    char said[1024];
    assert_int_equal(pipe(ends), 0);
    int signal = signal_of_death(fn, arg, ends[1]);
    close(ends[1]);
    ssize_t len = read(ends[0], said, sizeof said - 1);
    close(ends[0]);
    said[len > 0 ? len : 0] = 0;
    assert_int_equal(signal, wanted);
    assert_non_null(strstr(said, words));
    assert_null(strstr(strstr(said, words) + 1, "signal ")); // once
}

static void write_to(void *arg)
{
    ra__os_crash_handlers(report);
    *(volatile int *)arg = 1;
}

static void a_wild_write_is_reported_with_its_address(void **state)
{
    (void)state;
    assert_reports(write_to, (void *)0x10, SIGSEGV, "signal 11 at 0x10 stack known\n");
}

static void raise_signal(void *arg)
{
    ra__os_crash_handlers(report);
    raise(*(int *)arg);
}

static void every_fatal_signal_is_reported_and_kills_by_itself(void **state)
{
    (void)state;
    int rows[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT};
    for (size_t at = 0; at < COUNT_OF(rows); at++) {
        char words[32];
        snprintf(words, sizeof words, "signal %d at", rows[at]);
        assert_reports(raise_signal, &rows[at], rows[at], words);
    }
}

static void call_abort(void *arg)
{
    (void)arg;
    ra__os_crash_handlers(report);
    abort();
}

static void abort_is_reported(void **state)
{
    (void)state;
    assert_reports(call_abort, NULL, SIGABRT, "signal 6 at");
}

static int overflow(volatile char *caller, int depth)
{
    volatile char frame[4096];
    frame[0] = caller ? caller[0] : 0;
    return depth > 0 ? overflow(frame, depth - 1) + frame[0] : 0;
}

static void *overflow_thread(void *arg)
{
    ra__os_crash_stack_open();
    ra__os_crash_stack_open(); // the second does nothing
    (void)overflow(arg, 1 << 20);
    return NULL;
}

static void overflow_in_a_thread(void *arg)
{
    (void)arg;
    pthread_t thread;
    ra__os_crash_handlers(report);
    pthread_create(&thread, NULL, overflow_thread, NULL);
    pthread_join(thread, NULL);
}

static void a_stack_overflow_is_reported_on_the_alternate_stack(void **state)
{
    (void)state;
    assert_reports(overflow_in_a_thread, NULL, SIGSEGV, "signal 11 at");
}

static void crash_again(int signal, void *fault_address, void *stack_pointer)
{
    report(signal, fault_address, stack_pointer);
    abort();
}

static void crash_in_the_report(void *arg)
{
    ra__os_crash_handlers(crash_again);
    *(volatile int *)arg = 1;
}

static void a_crash_in_the_report_ends_the_process(void **state)
{
    (void)state;
    assert_reports(crash_in_the_report, (void *)0x10, SIGABRT, "signal 11 at 0x10");
}

static void crash_stacks_open_and_close(void **state)
{
    (void)state;
    stack_t stack;
    for (int round = 0; round < 2 && !RA__SANITIZER; round++) {
        ra__os_crash_stack_open();
        sigaltstack(NULL, &stack);
        assert_false(stack.ss_flags & SS_DISABLE);
        ra__os_crash_stack_close();
        sigaltstack(NULL, &stack);
        assert_true(stack.ss_flags & SS_DISABLE);
    }
    ra__os_crash_stack_close();
}

int main(void)
{
    const struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wild_write_is_reported_with_its_address),
        cmocka_unit_test(every_fatal_signal_is_reported_and_kills_by_itself),
        cmocka_unit_test(abort_is_reported),
        cmocka_unit_test(a_stack_overflow_is_reported_on_the_alternate_stack),
        cmocka_unit_test(a_crash_in_the_report_ends_the_process),
        cmocka_unit_test(crash_stacks_open_and_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
