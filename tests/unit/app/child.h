// SPDX-License-Identifier: MIT OR Apache-2.0
// child: a whole program in a process of its own, with what it wrote and how it ended.
#ifndef TESTS_UNIT_APP_CHILD_H
#define TESTS_UNIT_APP_CHILD_H

#include "app/support.h"

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILD_TEXT_MAX = 64 << 10 };

typedef struct {
    pid_t pid;
    int out, err; // reading ends
    int status;   // its exit status, or -signal
    char out_text[CHILD_TEXT_MAX], err_text[CHILD_TEXT_MAX];
} child;

/// Runs `program(arg)` in a new process; its result is the exit status.
static inline child *child_start(int (*program)(void *arg), void *arg)
{
    int out[2], err[2];
    child *c = calloc(1, sizeof *c);
    assert_int_equal(pipe(out), 0);
    assert_int_equal(pipe(err), 0);
    c->pid = fork();
    if (c->pid == 0) {
        dup2(out[1], STDOUT_FILENO);
        dup2(err[1], STDERR_FILENO);
        close(out[0]);
        close(err[0]);
        exit(program(arg));
    }
    close(out[1]);
    close(err[1]);
    c->out = out[0];
    c->err = err[0];
    return c;
}

/// The same on a terminal of its own, which is its standard input, output and error; what it writes is read from c->out.
static inline child *child_start_on_terminal(int (*program)(void *arg), void *arg)
{
    int terminal = -1;
    child *c = calloc(1, sizeof *c);
    c->pid = forkpty(&terminal, NULL, NULL, NULL);
    if (c->pid == 0)
        exit(program(arg));
    c->out = terminal;
    c->err = open("/dev/null", O_RDONLY);
    return c;
}

/// Waits until `words` stand in what it wrote to `fd` (c->out or c->err).
static inline void child_await(child *c, int fd, const char *words)
{
    char *text = fd == c->out ? c->out_text : c->err_text;
    for (size_t len = strlen(text); !strstr(text, words);) {
        ssize_t got = read(fd, text + len, CHILD_TEXT_MAX - 1 - len);
        if (got <= 0)
            fail_msg("it ended without \"%s\"; it wrote: %s", words, text);
        len += (size_t)got;
        text[len] = '\0';
    }
}

static inline void child_read_rest(int fd, char *text)
{
    size_t len = strlen(text);
    for (ssize_t got = 1; got > 0; len += (size_t)(got > 0 ? got : 0))
        got = read(fd, text + len, CHILD_TEXT_MAX - 1 - len);
    text[len] = '\0';
    close(fd);
}

/// Reads the rest and waits for its end; c->status is set.
static inline void child_join(child *c)
{
    int status = 0;
    child_read_rest(c->out, c->out_text);
    child_read_rest(c->err, c->err_text);
    assert_int_equal(waitpid(c->pid, &status, 0), c->pid);
    c->status = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

#endif
