// SPDX-License-Identifier: MIT OR Apache-2.0
// What replies check of their arguments where no request is behind the ctx. With one:
// response_test.c.
#include "fiber/ctx.h"

#include <ramie/http.h>

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static ra_status redirect(int status)
{
    return ra_reply_redirect(&(ra_ctx){.arena_bytes_max = 1024}, status, "/items/%d", 7);
}

static ra_status empty(int status)
{
    return ra_reply_empty(&(ra_ctx){.arena_bytes_max = 1024}, status);
}

/// In a process of its own; its result is whether it was trapped.
static bool traps(ra_status (*call)(int status), int status)
{
    int ended = 0;
    pid_t child = fork();
    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        close(STDERR_FILENO);
        _exit(call(status));
    }
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_true(WIFSIGNALED(ended) || WEXITSTATUS(ended) == RA_OK);
    return WIFSIGNALED(ended) && WTERMSIG(ended) == SIGABRT;
}

static void a_status_that_a_reply_cannot_have_is_a_bug(void **state)
{
    (void)state;
    static const struct {
        int status;
        bool empties, redirects;
    } cases[] = {{199, false, false}, {200, true, false}, {300, true, false}, {301, true, true},
                 {302, true, true},   {303, true, true},  {304, true, false}, {306, true, false},
                 {307, true, true},   {308, true, true},  {309, true, false}, {599, true, false},
                 {600, false, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(traps(empty, cases[i].status), !cases[i].empties);
        assert_int_equal(traps(redirect, cases[i].status), !cases[i].redirects);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_status_that_a_reply_cannot_have_is_a_bug),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
