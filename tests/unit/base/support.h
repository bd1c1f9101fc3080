// SPDX-License-Identifier: MIT OR Apache-2.0
// support: cmocka, texts compared and shown as texts, allocations that fail, deaths that are
// awaited.
#ifndef TESTS_UNIT_BASE_SUPPORT_H
#define TESTS_UNIT_BASE_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/heap.h"

#include <ramie/base.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define TEST_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TEST_ASAN 1
#endif
#endif
#ifdef TEST_ASAN
#include <sanitizer/asan_interface.h>
#endif

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define assert_status(got, wanted) assert_string_equal(ra_status_name(got), ra_status_name(wanted))

#define assert_text(str, wanted)                                                                   \
    do {                                                                                           \
        ra_str text_ = (str);                                                                      \
        char shown_[1024] = "";                                                                    \
        assert_in_range(text_.len, 0, sizeof shown_ - 1);                                          \
        if (text_.len) {                                                                           \
            memcpy(shown_, text_.ptr, text_.len);                                                  \
        }                                                                                          \
        assert_string_equal(shown_, wanted);                                                       \
        assert_int_equal(text_.len, strlen(wanted));                                               \
    } while (0)

// ---- allocations

/// Counts what is asked for and refuses the one numbered `refused`, from 1; 0: none.
typedef struct {
    unsigned asked;
    unsigned refused;
} heap_watch;

static inline bool heap_watch_hook(void *arg, size_t bytes)
{
    heap_watch *watch = arg;
    (void)bytes;
    return ++watch->asked != watch->refused;
}

static inline void heap_watch_start(heap_watch *watch, unsigned refused)
{
    *watch = (heap_watch){.refused = refused};
    ra__heap_set_hook(heap_watch_hook, watch);
}

/// Allocations asked for since the start.
static inline unsigned heap_watch_stop(heap_watch *watch)
{
    ra__heap_set_hook(NULL, NULL);
    return watch->asked;
}

/// Runs `scenario` with the first, second, ... allocation refused, until none is left to refuse.
/// Returns how many there were.
static inline unsigned refuse_each_allocation(void (*scenario)(void))
{
    for (unsigned refused = 1;; refused++) {
        heap_watch watch;
        heap_watch_start(&watch, refused);
        scenario();
        if (heap_watch_stop(&watch) < refused)
            return refused - 1;
    }
}

// ---- deaths

/// The signal that ends a copy of this process which calls fn(arg); 0: it came back. Its standard
/// error goes nowhere, or to `error_fd`.
static inline int signal_of_death(void (*fn)(void *arg), void *arg, int error_fd)
{
    pid_t child = fork();
    if (child == 0) {
        int quiet = error_fd >= 0 ? error_fd : open("/dev/null", O_WRONLY);
        dup2(quiet, STDERR_FILENO);
        const int caught_by_cmocka[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE};
        for (size_t at = 0; at < COUNT_OF(caught_by_cmocka); at++)
            signal(caught_by_cmocka[at], SIG_DFL);
        fn(arg);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

#endif
