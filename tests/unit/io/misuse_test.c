// SPDX-License-Identifier: MIT OR Apache-2.0
// What a caller must not do, and is told at once: the memory of an op that is under way belongs to
// the backend, and a descriptor that is closed below it would soon be another connection's.
#include "io/world.h"

#include <sys/wait.h>
#include <unistd.h>

static ra_status read_for_ever(ra_ctx *ctx, ra__sock *sock)
{
    char byte;
    size_t got;
    return ra__sock_read(ctx, sock, &byte, 1, &got);
}

static ra_status close_under_a_reader(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client, *server;
    RA_TRY(hall_open(ctx, &h));
    RA_TRY(hall_pair(ctx, &h, &client, &server));
    RA_GROUP(g, ctx);
    ra_group_go(&g, read_for_ever, server);
    RA_TRY(settle(ctx));
    ra__sock_close(server, false);
    return RA_OK;
}

/// Runs the body in a copy of this process; what it says before it dies.
static void die_of(ra__fiber_fn *body, char *text, size_t room, int *status)
{
    int ends[2];
    size_t len = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        world w;
        dup2(ends[1], STDERR_FILENO);
        world_open(&w, ON_SIM_CALM, 1);
        world_run(&w, body, NULL);
        _exit(0);
    }
    close(ends[1]);
    for (ssize_t got; (got = read(ends[0], text + len, room - 1 - len)) > 0;)
        len += (size_t)got;
    text[len] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(child, status, 0), child);
}

static void a_socket_is_not_closed_below_an_op(void **state)
{
    (void)state;
    char text[4096];
    int status = 0;
    die_of(close_under_a_reader, text, sizeof text, &status);
    assert_non_null(strstr(text, "a socket closed while an op is under way"));
    assert_true(WIFSIGNALED(status));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_socket_is_not_closed_below_an_op),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
