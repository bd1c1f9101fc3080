// SPDX-License-Identifier: MIT OR Apache-2.0
// What net.h promises of sockets, on each backend: epoll, the calm simulation, and the simulation
// with many seeds.
#include "io/world.h"

enum { SEEDS = 25 };

// ---- bytes

static ra_status bytes_come_back_from_an_echo(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client, *server;
    char text[32];
    RA_TRY(hall_open(ctx, &h));
    RA_TRY(hall_pair(ctx, &h, &client, &server));
    for (int i = 0; i < 10; i++) {
        RA_TRY(ra__sock_write_all(ctx, client, "question", 8));
        RA_TRY(read_exactly(ctx, server, text, 8));
        EXPECT(memcmp(text, "question", 8) == 0);
        RA_TRY(ra__sock_write_all(ctx, server, "answer", 6));
        RA_TRY(read_exactly(ctx, client, text, 6));
        EXPECT(memcmp(text, "answer", 6) == 0);
    }
    EXPECT(strcmp(h.peers[0].host, "127.0.0.1") == 0 && h.peers[0].port != 0);
    ra__sock_close(client, false);
    ra__sock_close(server, false);
    ra__listener_close(h.listener);
    return RA_OK;
}

enum { LONG_BYTES = 8 << 20 };
static uint8_t pattern(size_t at)
{
    return (uint8_t)(at * 31 + (at >> 11));
}

static ra_status write_long(ra_ctx *ctx, ra__sock *sock)
{
    char *bytes = ra__heap_alloc(LONG_BYTES);
    for (size_t i = 0; i < LONG_BYTES; i++)
        bytes[i] = (char)pattern(i);
    ra_status status = ra__sock_write_all(ctx, sock, bytes, LONG_BYTES);
    ra__sock_shutdown(sock);
    ra__heap_free(bytes);
    return status;
}

static ra_status hear_long(ra_ctx *ctx, ra__sock *sock)
{
    static uint8_t into[100000];
    size_t at = 0, got;
    do {
        RA_TRY(ra__sock_read(ctx, sock, into, sizeof into, &got));
        for (size_t i = 0; i < got; i++)
            EXPECT_EQUAL(into[i], pattern(at + i));
        at += got;
    } while (got > 0);
    EXPECT_EQUAL(at, LONG_BYTES);
    return RA_OK;
}

static ra_status eight_mebibytes_pass_a_slow_reader_in_order(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *ends[2];
    RA_TRY(hall_open(ctx, &h));
    for (int writer = 0; writer < 2; writer++) { // the one that connected, the one accepted
        RA_TRY(hall_pair(ctx, &h, &ends[0], &ends[1]));
        RA_GROUP(group, ctx);
        ra_group_go(&group, write_long, ends[writer]);
        RA_TRY(settle(ctx)); // the writer has filled what there is to fill
        RA_TRY(hear_long(ctx, ends[!writer]));
        RA_TRY(ra_group_wait(ctx, &group));
        ra__sock_close(ends[0], false);
        ra__sock_close(ends[1], false);
    }
    ra__listener_close(h.listener);
    return RA_OK;
}

static ra_status the_end_of_the_stream_reads_as_zero_again_and_again(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client, *server;
    char text[32];
    size_t got = 1;
    RA_TRY(hall_open(ctx, &h));
    RA_TRY(hall_pair(ctx, &h, &client, &server));
    RA_TRY(ra__sock_write_all(ctx, client, "last", 4));
    ra__sock_shutdown(client);
    RA_TRY(read_exactly(ctx, server, text, 4));
    for (int i = 0; i < 3; i++) {
        got = 1;
        RA_TRY(ra__sock_read(ctx, server, text, sizeof text, &got));
        EXPECT_EQUAL(got, 0);
    }
    // The other direction is still open.
    RA_TRY(ra__sock_write_all(ctx, server, "reply", 5));
    RA_TRY(read_exactly(ctx, client, text, 5));
    ra__sock_close(client, false);
    ra__sock_close(server, false);
    ra__listener_close(h.listener);
    return RA_OK;
}

static ra_status a_reset_reads_as_closed_again_and_again(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client, *server;
    char text[32];
    size_t got;
    RA_TRY(hall_open(ctx, &h));
    RA_TRY(hall_pair(ctx, &h, &client, &server));
    ra__sock_close(client, true);
    for (int i = 0; i < 3; i++)
        EXPECT_EQUAL(ra__sock_read(ctx, server, text, sizeof text, &got), RA_ERR_CLOSED);
    EXPECT_EQUAL(ra__sock_write_all(ctx, server, "anyone?", 7), RA_ERR_CLOSED);
    ra__sock_close(server, false);
    ra__listener_close(h.listener);
    return RA_OK;
}

static ra_status closing_with_bytes_unread_resets_the_peer(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client, *server;
    char text[8];
    size_t got;
    RA_TRY(hall_open(ctx, &h));
    RA_TRY(hall_pair(ctx, &h, &client, &server));
    RA_TRY(ra__sock_write_all(ctx, client, "unread", 6));
    RA_TRY(settle(ctx));
    ra__sock_close(server, false);
    EXPECT_EQUAL(ra__sock_read(ctx, client, text, sizeof text, &got), RA_ERR_CLOSED);
    ra__sock_close(client, false);
    ra__listener_close(h.listener);
    return RA_OK;
}

static ra_status writing_to_a_peer_that_closed_ends_as_closed(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client, *server;
    ra_status status = RA_OK;
    RA_TRY(hall_open(ctx, &h));
    RA_TRY(hall_pair(ctx, &h, &client, &server));
    ra__sock_close(client, false);
    RA_TRY(settle(ctx));
    for (int i = 0; i < 10 && status == RA_OK; i++) {
        status = ra__sock_write_all(ctx, server, "anyone?", 7);
        RA_TRY(settle(ctx));
    }
    EXPECT_EQUAL(status, RA_ERR_CLOSED);
    ra__sock_close(server, false);
    ra__listener_close(h.listener);
    return RA_OK;
}

static ra_status try_read_says_busy_while_nothing_is_there(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client, *server;
    char text[32];
    size_t got;
    ra_status status;
    RA_TRY(hall_open(ctx, &h));
    RA_TRY(hall_pair(ctx, &h, &client, &server));
    EXPECT_EQUAL(ra__sock_try_read(server, text, sizeof text, &got), RA_ERR_BUSY);
    RA_TRY(ra__sock_write_all(ctx, client, "x", 1));
    do {
        RA_TRY(settle(ctx));
        status = ra__sock_try_read(server, text, sizeof text, &got);
    } while (status == RA_ERR_BUSY);
    EXPECT_EQUAL(status, RA_OK);
    EXPECT_EQUAL(got, 1);
    EXPECT_EQUAL(ra__sock_try_read(server, text, sizeof text, &got), RA_ERR_BUSY);
    ra__sock_close(client, false);
    ra__sock_close(server, false);
    ra__listener_close(h.listener);
    return RA_OK;
}

// ---- deadlines, cancellation, one at a time

static ra_status a_deadline_ends_a_read_and_takes_no_byte(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client, *server;
    char text[32];
    size_t got;
    RA_TRY(hall_open(ctx, &h));
    RA_TRY(hall_pair(ctx, &h, &client, &server));
    {
        RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, RA_MS(3)));
        EXPECT_EQUAL(ra__sock_read(ctx, server, text, sizeof text, &got), RA_ERR_TIMEOUT);
    }
    RA_TRY(ra__sock_write_all(ctx, client, "late", 4));
    RA_TRY(read_exactly(ctx, server, text, 4));
    ra__sock_close(client, false);
    ra__sock_close(server, false);
    ra__listener_close(h.listener);
    return RA_OK;
}

static ra_status read_once(ra_ctx *ctx, ra__sock *sock)
{
    char text[8];
    size_t got;
    return ra__sock_read(ctx, sock, text, sizeof text, &got);
}

static ra_status write_until_stopped(ra_ctx *ctx, ra__sock *sock)
{
    static const char bytes[64 << 10];
    for (;;)
        RA_TRY(ra__sock_write_all(ctx, sock, bytes, sizeof bytes));
}

static ra_status canceling_ends_a_blocked_read_and_a_blocked_write(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client, *server;
    char text[8];
    RA_TRY(hall_open(ctx, &h));
    RA_TRY(hall_pair(ctx, &h, &client, &server));
    RA_GROUP(group, ctx);
    ra_group_go(&group, read_once, client);
    ra_group_go(&group, write_until_stopped, client);
    RA_TRY(settle(ctx));
    ra_group_cancel(&group);
    EXPECT_EQUAL(ra_group_wait(ctx, &group), RA_ERR_CANCELED);
    // Nobody reads any more, so the next one may.
    RA_TRY(ra__sock_write_all(ctx, server, "hello", 5));
    RA_TRY(read_exactly(ctx, client, text, 5));
    ra__sock_close(client, true);
    ra__sock_close(server, true);
    ra__listener_close(h.listener);
    return RA_OK;
}

static ra_status a_second_reader_and_a_second_writer_are_busy(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client, *server;
    char text[8];
    size_t got;
    RA_TRY(hall_open(ctx, &h));
    RA_TRY(hall_pair(ctx, &h, &client, &server));
    RA_GROUP(group, ctx);
    ra_group_go(&group, read_once, client);
    ra_group_go(&group, write_until_stopped, client);
    RA_TRY(settle(ctx));
    EXPECT_EQUAL(ra__sock_read(ctx, client, text, sizeof text, &got), RA_ERR_BUSY);
    EXPECT_EQUAL(ra__sock_try_read(client, text, sizeof text, &got), RA_ERR_BUSY);
    ra_status status = RA_OK; // in a world of seeds the writer may just be between two writes
    while (status == RA_OK)
        status = ra__sock_write(ctx, client, "x", 1, &got);
    EXPECT_EQUAL(status, RA_ERR_BUSY);
    ra_group_cancel(&group);
    EXPECT_EQUAL(ra_group_wait(ctx, &group), RA_ERR_CANCELED);
    ra__sock_close(client, true);
    ra__sock_close(server, true);
    ra__listener_close(h.listener);
    return RA_OK;
}

static ra_status a_ctx_that_has_ended_does_not_touch_the_socket(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client, *server, *none;
    char text[8];
    size_t got;
    RA_TRY(hall_open(ctx, &h));
    RA_TRY(hall_pair(ctx, &h, &client, &server));
    RA_TRY(ra__sock_write_all(ctx, server, "hello", 5));
    RA_TRY(settle(ctx));
    {
        RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, RA_MS(1)));
        EXPECT_EQUAL(ra_sleep(ctx, RA_HOURS(1)), RA_ERR_TIMEOUT);
        EXPECT_EQUAL(ra__sock_read(ctx, client, text, sizeof text, &got), RA_ERR_TIMEOUT);
        EXPECT_EQUAL(ra__sock_write(ctx, client, "x", 1, &got), RA_ERR_TIMEOUT);
        EXPECT_EQUAL(ra__sock_connect(ctx, &h.addr, &none), RA_ERR_TIMEOUT);
    }
    RA_TRY(read_exactly(ctx, client, text, 5));
    EXPECT_EQUAL(h.came, 1);
    ra__sock_close(client, false);
    ra__sock_close(server, false);
    ra__listener_close(h.listener);
    return RA_OK;
}

// ---- watching

static ra_status a_watcher_is_called_once_for_what_can_be_read(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client, *server;
    char text[8];
    flag readable = {0};
    RA_TRY(hall_open(ctx, &h));
    RA_TRY(hall_pair(ctx, &h, &client, &server));
    ra__sock_watch(server, flag_raise, &readable);
    RA_TRY(settle(ctx));
    EXPECT_EQUAL(readable.raised, 0);
    RA_TRY(ra__sock_write_all(ctx, client, "ab", 2));
    RA_TRY(flag_await(ctx, &readable, 1));
    RA_TRY(ra__sock_write_all(ctx, client, "cd", 2));
    RA_TRY(settle(ctx));
    EXPECT_EQUAL(readable.raised, 1);
    // What is still there counts when it is watched again.
    RA_TRY(read_exactly(ctx, server, text, 1));
    ra__sock_watch(server, flag_raise, &readable);
    RA_TRY(flag_await(ctx, &readable, 2));
    RA_TRY(read_exactly(ctx, server, text, 3));
    ra__sock_watch(server, flag_raise, &readable);
    RA_TRY(ra__sock_write_all(ctx, client, "e", 1));
    RA_TRY(flag_await(ctx, &readable, 3));
    ra__sock_close(client, true);
    ra__sock_close(server, true);
    ra__listener_close(h.listener);
    return RA_OK;
}

static ra_status a_watcher_is_told_of_the_end_and_of_a_reset(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client, *server;
    flag readable = {0};
    RA_TRY(hall_open(ctx, &h));
    for (unsigned reset = 0; reset < 2; reset++) {
        RA_TRY(hall_pair(ctx, &h, &client, &server));
        ra__sock_watch(server, flag_raise, &readable);
        ra__sock_close(client, reset);
        RA_TRY(flag_await(ctx, &readable, reset + 1));
        EXPECT_EQUAL(read_once(ctx, server), reset ? RA_ERR_CLOSED : RA_OK);
        ra__sock_close(server, false);
    }
    ra__listener_close(h.listener);
    return RA_OK;
}

static ra_status an_unwatched_socket_calls_nobody(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client, *server;
    flag readable = {0};
    char text[8];
    RA_TRY(hall_open(ctx, &h));
    RA_TRY(hall_pair(ctx, &h, &client, &server));
    ra__sock_watch(server, flag_raise, &readable);
    ra__sock_unwatch(server);
    RA_TRY(ra__sock_write_all(ctx, client, "x", 1));
    RA_TRY(settle(ctx));
    // Also when it had been queued to be called.
    ra__sock_watch(server, flag_raise, &readable);
    ra__sock_unwatch(server);
    RA_TRY(settle(ctx));
    EXPECT_EQUAL(readable.raised, 0);
    RA_TRY(read_exactly(ctx, server, text, 1));
    ra__sock_close(client, false);
    ra__sock_close(server, false);
    ra__listener_close(h.listener);
    return RA_OK;
}

static ra_status a_hangup_is_told_once_whoever_reads(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client, *server;
    flag gone = {0};
    char text[8];
    RA_TRY(hall_open(ctx, &h));
    for (unsigned reset = 0; reset < 2; reset++) {
        RA_TRY(hall_pair(ctx, &h, &client, &server));
        ra__sock_on_hangup(server, flag_raise, &gone);
        RA_TRY(ra__sock_write_all(ctx, client, "bye", 3));
        RA_TRY(settle(ctx));
        EXPECT_EQUAL(gone.raised, reset);
        RA_TRY(read_exactly(ctx, server, text, 3));
        ra__sock_close(client, reset);
        RA_TRY(flag_await(ctx, &gone, reset + 1));
        RA_DISCARD(read_once(ctx, server));
        RA_DISCARD(read_once(ctx, server));
        RA_TRY(settle(ctx));
        EXPECT_EQUAL(gone.raised, reset + 1);
        ra__sock_close(server, false);
    }
    ra__listener_close(h.listener);
    return RA_OK;
}

static ra_status a_hangup_before_the_callback_was_set_is_told_too(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client, *server;
    flag gone = {0};
    RA_TRY(hall_open(ctx, &h));
    RA_TRY(hall_pair(ctx, &h, &client, &server));
    ra__sock_close(client, false);
    RA_TRY(settle(ctx));
    ra__sock_on_hangup(server, flag_raise, &gone);
    EXPECT_EQUAL(gone.raised, 0); // in the loop, not here
    ra__sock_on_hangup(server, NULL, NULL);
    RA_TRY(settle(ctx));
    EXPECT_EQUAL(gone.raised, 0);
    ra__sock_on_hangup(server, flag_raise, &gone);
    RA_TRY(flag_await(ctx, &gone, 1));
    ra__sock_close(server, false);
    ra__listener_close(h.listener);
    return RA_OK;
}

static ra_status a_watched_socket_may_be_closed(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client, *server;
    flag called = {0};
    RA_TRY(hall_open(ctx, &h));
    for (int i = 0; i < 2; i++) {
        RA_TRY(hall_pair(ctx, &h, &client, &server));
        RA_TRY(ra__sock_write_all(ctx, client, "x", 1));
        if (i == 1)
            RA_TRY(settle(ctx)); // then the callback is about to be called
        ra__sock_watch(server, flag_raise, &called);
        ra__sock_on_hangup(server, flag_raise, &called);
        ra__sock_close(server, false);
        RA_TRY(settle(ctx));
        EXPECT_EQUAL(called.raised, 0);
        ra__sock_close(client, false);
    }
    ra__listener_close(h.listener);
    return RA_OK;
}

typedef struct {
    ra__sock *sock;
    flag closed;
} closer;

static void close_it(void *arg)
{
    closer *c = arg;
    ra__sock_close(c->sock, false);
    flag_raise(&c->closed);
}

static ra_status a_socket_may_be_closed_in_its_own_callbacks(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client, *server;
    closer c = {0};
    RA_TRY(hall_open(ctx, &h));
    for (unsigned in_gone = 0; in_gone < 2; in_gone++) {
        RA_TRY(hall_pair(ctx, &h, &client, &server));
        c.sock = server;
        if (!in_gone)
            ra__sock_watch(server, close_it, &c);
        else
            ra__sock_on_hangup(server, close_it, &c);
        RA_TRY(ra__sock_write_all(ctx, client, "x", 1));
        ra__sock_shutdown(client);
        RA_TRY(flag_await(ctx, &c.closed, in_gone + 1));
        ra__sock_close(client, false);
    }
    // Both at once: the watcher closes, the hangup is not told any more.
    flag gone = {0};
    RA_TRY(hall_pair(ctx, &h, &client, &server));
    c.sock = server;
    ra__sock_watch(server, close_it, &c);
    ra__sock_on_hangup(server, flag_raise, &gone);
    ra__sock_close(client, true);
    RA_TRY(flag_await(ctx, &c.closed, 3));
    RA_TRY(settle(ctx));
    EXPECT_EQUAL(gone.raised, 0);
    ra__listener_close(h.listener);
    return RA_OK;
}

// ---- listening and connecting

static ra_status a_taken_port_is_busy_and_free_after_closing(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h, other;
    ra__addr addr;
    RA_TRY(hall_open(ctx, &h));
    addr = h.addr;
    EXPECT(addr.port != 0);
    ra__listen_opts opts = {.accepted = hall_accepted, .arg = &other};
    EXPECT_EQUAL(ra__listen(ctx->shard, &addr, true, &opts, &other.listener), RA_ERR_BUSY);
    ra__addr any = {"0.0.0.0", addr.port};
    EXPECT_EQUAL(ra__listen(ctx->shard, &any, true, &opts, &other.listener), RA_ERR_BUSY);
    RA_TRY(ra__listen(ctx->shard, &addr, false, &opts, &other.listener)); // a sibling shares it
    ra__listener_close(other.listener);
    ra__listener_close(h.listener);
    RA_TRY(ra__listen(ctx->shard, &addr, true, &opts, &other.listener));
    ra__listener_close(other.listener);
    return RA_OK;
}

static ra_status an_address_of_another_machine_is_invalid(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    EXPECT_EQUAL(hall_open_at(ctx, &h, "192.0.2.1:0", 0), RA_ERR_INVALID); // RFC 5737: nobody's
    ra__addr nonsense = {"nonsense", 80};
    ra__sock *none;
    EXPECT_EQUAL(ra__sock_connect(ctx, &nonsense, &none), RA_ERR_INVALID);
    return RA_OK;
}

static ra_status nobody_listening_is_unavailable(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *none;
    RA_TRY(hall_open(ctx, &h));
    ra__listener_close(h.listener);
    EXPECT_EQUAL(ra__sock_connect(ctx, &h.addr, &none), RA_ERR_UNAVAILABLE);
    return RA_OK;
}

static ra_status clients_in_the_queue_of_a_closed_listener_are_reset(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client;
    char text[8];
    size_t got = 0;
    RA_TRY(hall_open(ctx, &h));
    RA_TRY(ra__sock_connect(ctx, &h.addr, &client));
    unsigned came = h.came;
    ra__listener_close(h.listener);
    if (came == 0) // it was still queued
        EXPECT_EQUAL(ra__sock_read(ctx, client, text, sizeof text, &got), RA_ERR_CLOSED);
    else
        ra__raw_close(ra__shard_runtime(ctx->shard), h.clients[0]);
    ra__sock_close(client, false);
    return RA_OK;
}

static ra_status draining_accepts_all_who_are_queued(ra_ctx *ctx, void *arg)
{
    (void)arg;
    enum { CLIENTS = 100 };
    static hall h;
    static ra__sock *clients[CLIENTS];
    RA_TRY(hall_open(ctx, &h));
    for (unsigned i = 0; i < CLIENTS; i++)
        RA_TRY(ra__sock_connect(ctx, &h.addr, &clients[i]));
    ra__listener_drain(h.listener);
    EXPECT_EQUAL(h.came, CLIENTS);
    ra__listener_close(h.listener);
    for (unsigned i = 0; i < CLIENTS; i++) {
        ra__sock_close(clients[i], false);
        ra__raw_close(ra__shard_runtime(ctx->shard), h.clients[i]);
    }
    return RA_OK;
}

static void accept_and_close_listener(void *arg, ra__raw raw, const ra__addr *peer)
{
    hall *h = arg;
    ra__listener_close(h->listener);
    hall_accepted(h, raw, peer);
}

static ra_status a_listener_may_be_closed_while_it_accepts(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client, *server;
    ra__listen_opts opts = {.accepted = accept_and_close_listener, .arg = &h};
    h = (hall){.addr = {"127.0.0.1", 0}};
    RA_TRY(ra__listen(ctx->shard, &h.addr, true, &opts, &h.listener));
    RA_TRY(hall_pair(ctx, &h, &client, &server));
    EXPECT_EQUAL(h.came, 1);
    ra__sock_close(client, false);
    ra__sock_close(server, false);
    return RA_OK;
}

static ra_status raw_sockets_may_be_closed_unadopted(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client;
    char text[8];
    size_t got = 1;
    RA_TRY(hall_open(ctx, &h));
    RA_TRY(ra__sock_connect(ctx, &h.addr, &client));
    RA_TRY(hall_await(ctx, &h, 1));
    ra__raw_close(ra__shard_runtime(ctx->shard), h.clients[0]);
    RA_TRY(ra__sock_read(ctx, client, text, sizeof text, &got));
    EXPECT_EQUAL(got, 0);
    ra__sock_close(client, false);
    ra__listener_close(h.listener);
    return RA_OK;
}

static ra_status a_thousand_connections_come_and_go(ra_ctx *ctx, void *arg)
{
    (void)arg;
    enum { ROUNDS = 4, CLIENTS = 250 };
    static hall h;
    static ra__sock *clients[CLIENTS], *servers[CLIENTS];
    RA_TRY(hall_open(ctx, &h));
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (unsigned i = 0; i < CLIENTS; i++)
            RA_TRY(hall_pair(ctx, &h, &clients[i], &servers[i]));
        for (unsigned i = 0; i < CLIENTS; i++) {
            ra__sock_close(clients[i], i % 3 == 0);
            ra__sock_close(servers[i], i % 5 == 0);
        }
    }
    EXPECT_EQUAL(h.came, ROUNDS * CLIENTS);
    ra__listener_close(h.listener);
    return RA_OK;
}

// ---- failures on demand

static ra_status the_nth_operation_fails_as_told_and_only_that(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client, *server, *none;
    char text[8];
    size_t bytes;
    flag readable = {0};
    RA_TRY(hall_open(ctx, &h));
    ra__net_set_fault(ctx->shard, RA__OP_CONNECT, 2, RA_ERR_UNAVAILABLE);
    RA_TRY(hall_pair(ctx, &h, &client, &server));
    EXPECT_EQUAL(ra__sock_connect(ctx, &h.addr, &none), RA_ERR_UNAVAILABLE);

    ra__net_set_fault(ctx->shard, RA__OP_WRITE, 2, RA_ERR_IO);
    ra__net_set_fault(ctx->shard, RA__OP_READ, 3, RA_ERR_CLOSED);
    RA_TRY(ra__sock_write(ctx, client, "a", 1, &bytes));
    EXPECT_EQUAL(ra__sock_write(ctx, client, "b", 1, &bytes), RA_ERR_IO);
    RA_TRY(ra__sock_write(ctx, client, "c", 1, &bytes));
    RA_TRY(ra__sock_read(ctx, server, text, 1, &bytes));
    RA_TRY(ra__sock_read(ctx, server, text + 1, 1, &bytes));
    EXPECT(memcmp(text, "ac", 2) == 0);
    EXPECT_EQUAL(ra__sock_try_read(server, text, 1, &bytes), RA_ERR_CLOSED);
    EXPECT_EQUAL(ra__sock_try_read(server, text, 1, &bytes), RA_ERR_BUSY);

    ra__net_set_fault(ctx->shard, RA__OP_READABLE, 1, RA_ERR_IO);
    ra__sock_watch(server, flag_raise, &readable);
    RA_TRY(flag_await(ctx, &readable, 1));
    EXPECT_EQUAL(read_once(ctx, server), RA_ERR_IO);

    ra__net_set_fault(ctx->shard, RA__OP_READ, 1, RA_ERR_IO);
    ra__net_set_fault(ctx->shard, RA__OP_READ, 0, RA_OK); // taken back
    RA_TRY(ra__sock_write_all(ctx, server, "d", 1));
    RA_TRY(read_exactly(ctx, client, text, 1));
    ra__sock_close(client, false);
    ra__sock_close(server, false);
    RA_TRY(settle(ctx)); // the connection whose outcome was told wrong may have come
    ra__listener_close(h.listener);
    if (h.came > 1)
        ra__raw_close(ra__shard_runtime(ctx->shard), h.clients[1]);
    return RA_OK;
}

// ---- ops without a fiber

typedef struct {
    ra__op op;
    flag done;
} own_op;

static void own_op_done(ra__op *op)
{
    own_op *own = op->owner;
    flag_raise(&own->done);
}

static own_op own_op_of(ra__sock *sock, ra__op_kind kind)
{
    return (own_op){.op = {.kind = (uint8_t)kind, .target = sock, .done = own_op_done}};
}

static ra_status an_op_of_ones_own_ends_exactly_once(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client, *server;
    RA_TRY(hall_open(ctx, &h));
    RA_TRY(hall_pair(ctx, &h, &client, &server));
    own_op own = own_op_of(server, RA__OP_READABLE);
    own.op.owner = &own;
    ra__op_submit(ctx->shard, &own.op);
    RA_TRY(settle(ctx));
    EXPECT_EQUAL(own.done.raised, 0);
    ra__op_cancel(ctx->shard, &own.op);
    ra__op_cancel(ctx->shard, &own.op); // asking twice is asking once
    RA_TRY(flag_await(ctx, &own.done, 1));
    EXPECT_EQUAL(own.op.result, -(int64_t)RA_ERR_CANCELED);
    ra__op_cancel(ctx->shard, &own.op); // it has ended
    RA_TRY(ra__sock_write_all(ctx, client, "x", 1));
    ra__op_submit(ctx->shard, &own.op);
    RA_TRY(flag_await(ctx, &own.done, 2));
    EXPECT_EQUAL(own.op.result, 0);
    RA_TRY(settle(ctx));
    EXPECT_EQUAL(own.done.raised, 2);
    ra__sock_close(client, false);
    ra__sock_close(server, false);
    ra__listener_close(h.listener);
    return RA_OK;
}

// ---- each on each backend

typedef struct {
    ra__fiber_fn *body;
    world_kind kind;
} scenario;

static void run(void **state)
{
    const scenario *s = *state;
    uint64_t seeds = s->kind == ON_SIM ? SEEDS : 1;
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        world w;
        world_open_seed(&w, s->kind, 2, seed);
        world_run(&w, s->body, &w);
        world_close(&w);
    }
}

#define ON(body, kind, label)                                                                      \
    {                                                                                              \
        .name = #body label, .test_func = run, .initial_state = &(scenario)                        \
        {                                                                                          \
            body, kind                                                                             \
        }                                                                                          \
    }
#define EACH(body)                                                                                 \
    ON(body, ON_EPOLL, " (epoll)"), ON(body, ON_SIM_CALM, " (calm)"), ON(body, ON_SIM, " (seeds)")

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH(bytes_come_back_from_an_echo),
        EACH(eight_mebibytes_pass_a_slow_reader_in_order),
        EACH(the_end_of_the_stream_reads_as_zero_again_and_again),
        EACH(a_reset_reads_as_closed_again_and_again),
        EACH(closing_with_bytes_unread_resets_the_peer),
        EACH(writing_to_a_peer_that_closed_ends_as_closed),
        EACH(try_read_says_busy_while_nothing_is_there),
        EACH(a_deadline_ends_a_read_and_takes_no_byte),
        EACH(canceling_ends_a_blocked_read_and_a_blocked_write),
        EACH(a_second_reader_and_a_second_writer_are_busy),
        EACH(a_ctx_that_has_ended_does_not_touch_the_socket),
        EACH(a_watcher_is_called_once_for_what_can_be_read),
        EACH(a_watcher_is_told_of_the_end_and_of_a_reset),
        EACH(an_unwatched_socket_calls_nobody),
        EACH(a_hangup_is_told_once_whoever_reads),
        EACH(a_hangup_before_the_callback_was_set_is_told_too),
        EACH(a_watched_socket_may_be_closed),
        EACH(a_socket_may_be_closed_in_its_own_callbacks),
        EACH(a_taken_port_is_busy_and_free_after_closing),
        EACH(an_address_of_another_machine_is_invalid),
        EACH(nobody_listening_is_unavailable),
        EACH(clients_in_the_queue_of_a_closed_listener_are_reset),
        EACH(draining_accepts_all_who_are_queued),
        EACH(a_listener_may_be_closed_while_it_accepts),
        EACH(raw_sockets_may_be_closed_unadopted),
        EACH(a_thousand_connections_come_and_go),
        EACH(the_nth_operation_fails_as_told_and_only_that),
        EACH(an_op_of_ones_own_ends_exactly_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
