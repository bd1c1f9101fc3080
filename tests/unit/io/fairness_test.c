// SPDX-License-Identifier: MIT OR Apache-2.0
// A fiber that always finds something to read must not keep timers, other fibers and other sockets
// waiting. On epoll only: virtual time stands still while anything can go on.
#include "io/world.h"

enum { ROUNDS_MAX = 5000000 };

typedef struct {
    ra__sock *client, *server;
    bool stop, served;
    int rounds;
} talk;

/// Writes and reads what it wrote, in one breath: neither call ever waits.
static ra_status talk_on(ra_ctx *ctx, talk *t)
{
    char text[8];
    for (t->rounds = 0; !t->stop && t->rounds < ROUNDS_MAX; t->rounds++) {
        RA_TRY(ra__sock_write_all(ctx, t->client, "on and on", 8));
        RA_TRY(read_exactly(ctx, t->server, text, 8));
    }
    return RA_OK;
}

static ra_status answer_once(ra_ctx *ctx, talk *t)
{
    char byte;
    RA_TRY(read_exactly(ctx, t->server, &byte, 1));
    t->served = true;
    return ra__sock_write_all(ctx, t->server, &byte, 1);
}

static ra_status a_socket_that_is_always_ready_starves_nobody(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    talk busy = {0}, other = {0};
    char byte;
    RA_TRY(hall_open(ctx, &h));
    RA_TRY(hall_pair(ctx, &h, &busy.client, &busy.server));
    RA_TRY(hall_pair(ctx, &h, &other.client, &other.server));
    RA_GROUP(g, ctx);
    ra_group_go(&g, answer_once, &other);
    ra_group_go(&g, talk_on, &busy);
    for (int i = 0; i < 3; i++)
        RA_TRY(ra_sleep(ctx, RA_MS(1)));
    RA_TRY(ra__sock_write_all(ctx, other.client, "x", 1));
    RA_TRY(read_exactly(ctx, other.client, &byte, 1));
    EXPECT(other.served);
    EXPECT(busy.rounds > 0 && busy.rounds < ROUNDS_MAX);
    busy.stop = true;
    RA_TRY(ra_group_wait(ctx, &g));
    EXPECT(busy.rounds < ROUNDS_MAX);
    ra__sock_close(busy.client, false);
    ra__sock_close(busy.server, false);
    ra__sock_close(other.client, false);
    ra__sock_close(other.server, false);
    ra__listener_close(h.listener);
    return RA_OK;
}

static void run_on_epoll(void **state)
{
    (void)state;
    world w;
    world_open(&w, ON_EPOLL, 1);
    world_run(&w, a_socket_that_is_always_ready_starves_nobody, NULL);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {.name = "a_socket_that_is_always_ready_starves_nobody", .test_func = run_on_epoll},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
