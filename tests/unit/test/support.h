// SPDX-License-Identifier: MIT OR Apache-2.0
// support: cmocka, and processes whose death is awaited.
#ifndef TESTS_UNIT_TEST_SUPPORT_H
#define TESTS_UNIT_TEST_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ramie/test.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define assert_status(got, wanted) assert_string_equal(ra_status_name(got), ra_status_name(wanted))

#define assert_text(str, wanted)                                                                   \
    do {                                                                                           \
        ra_str text_ = (str);                                                                      \
        assert_int_equal(text_.len, strlen(wanted));                                               \
        if (text_.len > 0)                                                                         \
            assert_memory_equal(text_.ptr, wanted, text_.len);                                     \
    } while (0)

static inline bool contains(ra_str text, const char *words)
{
    return memmem(text.ptr, text.len, words, strlen(words)) != NULL;
}

/// Runs fn in a copy of this process, which must abort with `words` on its standard error.
static inline void assert_traps(void (*fn)(void), const char *words)
{
    int ends[2], status = 0;
    char text[1 << 16];
    size_t len = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDERR_FILENO);
        fn();
        _exit(0);
    }
    close(ends[1]);
    for (ssize_t got = 1; got > 0 && len < sizeof text - 1; len += (size_t)(got > 0 ? got : 0))
        got = read(ends[0], text + len, sizeof text - 1 - len);
    text[len] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT || !strstr(text, words))
        fail_msg("wanted a trap with \"%s\", got status %#x and: %s", words, (unsigned)status,
                 text);
}

#endif
