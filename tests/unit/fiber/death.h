// SPDX-License-Identifier: MIT OR Apache-2.0
// death: a statement that must end the process, and what it must say on standard error. Runs in a
// child process.
#ifndef RAMIE_TESTS_FIBER_DEATH_H
#define RAMIE_TESTS_FIBER_DEATH_H

#include "fiber/world.h"
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/// What standard error got before the end.
typedef struct {
    char text[8192];
    size_t len;
    int status;
} last_words;

static inline bool death_begin(int pipe_fds[2])
{
    assert_int_equal(pipe(pipe_fds), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child > 0) {
        close(pipe_fds[1]);
        return false;
    }
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    static const int fatal[] = {SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGTRAP};
    for (unsigned i = 0; i < sizeof fatal / sizeof *fatal; i++)
        signal(fatal[i], SIG_DFL); // the test framework's are not wanted here
    dup2(pipe_fds[1], 2);
    return true;
}

static inline void death_read(int pipe_fds[2], last_words *out)
{
    out->len = 0;
    for (ssize_t got;
         (got = read(pipe_fds[0], out->text + out->len, sizeof out->text - 1 - out->len)) > 0;)
        out->len += (size_t)got;
    out->text[out->len] = 0;
    close(pipe_fds[0]);
    while (wait(&out->status) < 0) {
    }
}

#define LAST_WORDS(statement, words)                                                               \
    do {                                                                                           \
        int death_pipe_[2];                                                                        \
        if (death_begin(death_pipe_)) {                                                            \
            statement;                                                                             \
            _exit(0);                                                                              \
        }                                                                                          \
        death_read(death_pipe_, (words));                                                          \
    } while (0)

#define EXPECT_DEATH(statement, needle)                                                            \
    do {                                                                                           \
        static last_words death_words_;                                                            \
        LAST_WORDS(statement, &death_words_);                                                      \
        if (!strstr(death_words_.text, (needle)))                                                  \
            fail_msg("\"%s\" is missing in: %s", (needle), death_words_.text);                     \
        assert_int_not_equal(death_words_.status, 0);                                              \
    } while (0)

#endif
