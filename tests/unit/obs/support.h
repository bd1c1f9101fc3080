// SPDX-License-Identifier: MIT OR Apache-2.0
// support: cmocka, and lines of a log as texts.
#ifndef TESTS_UNIT_OBS_SUPPORT_H
#define TESTS_UNIT_OBS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ramie/log.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/// A pipe whose reading end is read to its end once the writing end has been closed.
typedef struct {
    int read_fd, write_fd;
} test_pipe;

static inline test_pipe test_pipe_open(void)
{
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    return (test_pipe){fds[0], fds[1]};
}

/// All that was written; freed by the caller.
static inline char *test_pipe_read_all(test_pipe *ends)
{
    size_t len = 0, cap = 1 << 22;
    char *text = malloc(cap + 1);
    close(ends->write_fd);
    for (ssize_t got = 1; got > 0 && len < cap; len += (size_t)(got > 0 ? got : 0))
        got = read(ends->read_fd, text + len, cap - len);
    close(ends->read_fd);
    text[len] = '\0';
    return text;
}

static inline unsigned count_lines(const char *text)
{
    unsigned lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

#endif
