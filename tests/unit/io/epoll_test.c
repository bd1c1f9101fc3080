// SPDX-License-Identifier: MIT OR Apache-2.0
// What only the kernel's sockets have: descriptors, system calls, other processes' sockets,
// threads.
//
// The test defines the calls it counts itself; the linker prefers them to libc's.
#include "io/world.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// ---- calls, counted

static struct {
    atomic_uint waits, recvs, sends, ctls, accepts;
    atomic_bool no_pwait2; // as on an old kernel
} calls;

int epoll_wait(int fd, struct epoll_event *events, int events_max, int timeout_ms)
{
    calls.waits++;
    return (int)syscall(SYS_epoll_pwait, fd, events, events_max, timeout_ms, NULL, 8);
}
int epoll_pwait2(int fd, struct epoll_event *events, int events_max, const struct timespec *timeout,
                 const sigset_t *mask)
{
    calls.waits++;
    if (calls.no_pwait2) {
        errno = ENOSYS;
        return -1;
    }
    return (int)syscall(SYS_epoll_pwait2, fd, events, events_max, timeout, mask, 8);
}
int epoll_ctl(int fd, int op, int of, struct epoll_event *event)
{
    calls.ctls++;
    return (int)syscall(SYS_epoll_ctl, fd, op, of, event);
}
ssize_t recv(int fd, void *into, size_t bytes, int flags)
{
    calls.recvs++;
    return syscall(SYS_recvfrom, fd, into, bytes, flags, NULL, NULL);
}
ssize_t send(int fd, const void *from, size_t bytes, int flags)
{
    calls.sends++;
    return syscall(SYS_sendto, fd, from, bytes, flags, NULL, 0);
}

static unsigned open_descriptors(void)
{
    unsigned count = 0;
    DIR *dir = opendir("/proc/self/fd");
    assert_non_null(dir);
    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

// ---- the hot path

/// The other end of a connection, as a plain blocking socket of the test's.
static int blocking_client(const ra__addr *addr)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(addr->port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    inet_pton(AF_INET, addr->host, &to.sin_addr);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
        return fd;
    close(fd);
    return -1;
}

typedef struct {
    hall h;
    ra__sock *server;
    atomic_bool ready;
} echo;

static ra_status serve_echo(ra_ctx *ctx, void *arg)
{
    echo *e = arg;
    char text[64];
    size_t got, sent;
    RA_TRY(hall_open(ctx, &e->h));
    e->ready = true;
    RA_TRY(hall_next(ctx, &e->h, &e->server));
    for (;;) {
        RA_TRY(ra__sock_read(ctx, e->server, text, sizeof text, &got));
        if (got == 0)
            break;
        RA_TRY(ra__sock_write(ctx, e->server, text, got, &sent));
        EXPECT_EQUAL(sent, got);
    }
    ra__sock_close(e->server, false);
    ra__listener_close(e->h.listener);
    return RA_OK;
}

static void begin_body(world *w, ra__fiber_fn *body, void *arg)
{
    w->body = body;
    w->arg = arg;
    w->ended = false;
    w->spawn_msg.fn = world_spawn;
    ra__shard_post(ra__runtime_shard(w->runtime, 0), &w->spawn_msg);
}

static void end_body(world *w)
{
    world_wait(w);
    if (world_failure[0])
        fail_msg("%s", world_failure);
    assert_int_equal(w->status, RA_OK);
}

static void ask(int fd)
{
    char text[8];
    assert_int_equal(write(fd, "ask", 3), 3);
    assert_int_equal(read(fd, text, sizeof text), 3);
}

static void a_warm_request_costs_one_wait_one_recv_and_one_send(void **state)
{
    (void)state;
    enum { ROUNDS = 100 };
    static echo e;
    world w;
    e = (echo){0};
    world_open(&w, ON_EPOLL, 1);
    begin_body(&w, serve_echo, &e);
    while (!e.ready)
        sched_yield();
    int fd = blocking_client(&e.h.addr);
    assert_true(fd >= 0);
    ask(fd);
    ask(fd);
    unsigned waits = calls.waits, recvs = calls.recvs, sends = calls.sends, ctls = calls.ctls;
    for (int i = 0; i < ROUNDS; i++)
        ask(fd);
    assert_int_equal(calls.recvs - recvs, ROUNDS);
    assert_int_equal(calls.sends - sends, ROUNDS);
    assert_int_equal(calls.ctls, ctls);
    // The first of them had begun before; a timer of the shard's own may end one or two more.
    assert_in_range(calls.waits - waits, ROUNDS - 1, ROUNDS + 3);
    close(fd);
    end_body(&w);
    world_close(&w);
}

// ---- waiting

static ra_status sleep_and_measure(ra_ctx *ctx, void *arg)
{
    (void)arg;
    int64_t before = ra_monotonic_ns(ctx);
    RA_TRY(ra_sleep(ctx, RA_MS(7)));
    int64_t slept = ra_monotonic_ns(ctx) - before;
    EXPECT(slept >= RA_MS(7));
    EXPECT(slept < RA_SECONDS(2));
    return RA_OK;
}

static void timers_are_not_early_with_either_way_to_wait(void **state)
{
    (void)state;
    for (int old = 0; old < 2; old++) {
        world w;
        calls.no_pwait2 = old;
        world_open(&w, ON_EPOLL, 1);
        world_run(&w, sleep_and_measure, NULL);
        world_close(&w);
    }
    calls.no_pwait2 = false;
}

static ra_status run_out_of_time(ra_ctx *ctx, void *arg)
{
    (void)arg;
    RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, RA_MS(2)));
    EXPECT_EQUAL(ra_sleep(ctx, RA_HOURS(1)), RA_ERR_TIMEOUT);
    return RA_OK;
}

static void an_idle_shard_waits_without_turning(void **state)
{
    (void)state;
    world w;
    world_open(&w, ON_EPOLL, 1);
    unsigned before = calls.waits;
    world_run(&w, run_out_of_time, NULL);
    assert_in_range(calls.waits - before, 0, 12);
    world_close(&w);
}

typedef struct {
    hall h;
    atomic_bool ready, watching;
    flag called;
    int64_t seen_ns; // the shard's time in the callback
} late_caller;

static atomic_llong hands_ns; // of a clock that the test moves
static int64_t read_hands(void *arg)
{
    (void)arg;
    return hands_ns;
}
static uint64_t no_chance(void *arg)
{
    (void)arg;
    return 4;
}

static void note_time(void *arg)
{
    late_caller *late = arg;
    late->seen_ns = ra__shard_now_ns(ra__shard_self());
    flag_raise(&late->called);
}

static ra_status await_call(ra_ctx *ctx, void *arg)
{
    late_caller *late = arg;
    ra__sock *server;
    RA_TRY(hall_open(ctx, &late->h));
    late->ready = true;
    RA_TRY(hall_next(ctx, &late->h, &server));
    ra__sock_watch(server, note_time, late);
    late->watching = true;
    RA_TRY(flag_await(ctx, &late->called, 1));
    ra__sock_close(server, false);
    ra__listener_close(late->h.listener);
    return RA_OK;
}

static void callbacks_after_a_long_wait_see_the_time_that_it_is(void **state)
{
    (void)state;
    static late_caller late;
    const ra__clock clock = {read_hands, read_hands, no_chance, NULL};
    world w;
    late = (late_caller){0};
    hands_ns = RA_HOURS(1);
    world_open_clock(&w, 1, &clock);
    begin_body(&w, await_call, &late);
    while (!late.ready)
        sched_yield();
    int fd = blocking_client(&late.h.addr);
    while (!late.watching)
        sched_yield();
    hands_ns += RA_HOURS(1);
    assert_int_equal(write(fd, "x", 1), 1);
    end_body(&w);
    assert_int_equal(late.seen_ns, RA_HOURS(2));
    close(fd);
    world_close(&w);
}

// ---- descriptors

static ra_status come_and_go(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client, *server, *none;
    RA_TRY(hall_open(ctx, &h));
    for (int i = 0; i < 1000; i++) {
        RA_TRY(hall_pair(ctx, &h, &client, &server));
        ra__sock_close(client, true);
        ra__sock_close(server, i % 2);
    }
    RA_TRY(ra__sock_connect(ctx, &h.addr, &client));
    RA_TRY(hall_await(ctx, &h, 1001));
    ra__raw_close(ra__shard_runtime(ctx->shard), h.clients[1000]);
    ra__sock_close(client, false);
    ra__listener_close(h.listener);
    EXPECT_EQUAL(ra__sock_connect(ctx, &h.addr, &none), RA_ERR_UNAVAILABLE);
    return RA_OK;
}

static void a_thousand_connections_leave_no_descriptor(void **state)
{
    (void)state;
    unsigned before = open_descriptors();
    world w;
    world_open(&w, ON_EPOLL, 1);
    world_run(&w, come_and_go, NULL);
    world_close(&w);
    assert_int_equal(open_descriptors(), before);
}

static ra_status leave_all_open(ra_ctx *ctx, void *arg)
{
    static hall h;
    ra__sock *client, *server;
    (void)arg;
    RA_TRY(hall_open(ctx, &h));
    RA_TRY(hall_pair(ctx, &h, &client, &server));
    ra__listener_close(h.listener);
    return RA_OK;
}

static void what_is_left_open_is_closed_with_its_runtime(void **state)
{
    (void)state;
    unsigned before = open_descriptors();
    world w;
    world_open(&w, ON_EPOLL, 1);
    world_run(&w, leave_all_open, NULL);
    world_close(&w);
    assert_int_equal(open_descriptors(), before);
}

/// Descriptors of the test's own, until there is none left.
static int hoard[512];
static size_t hoarded;

static void hoard_all(void)
{
    int fd;
    while (hoarded < sizeof hoard / sizeof *hoard && (fd = dup(2)) >= 0)
        hoard[hoarded++] = fd;
}
static void give_up(size_t count)
{
    while (count-- > 0 && hoarded > 0)
        close(hoard[--hoarded]);
}

static ra_status run_dry_and_recover(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *turned_away, *client, *server, *none;
    char text[8];
    size_t got = 1;
    RA_TRY(hall_open(ctx, &h));
    hoard_all();
    give_up(1); // for the client's end, none for the server's
    RA_TRY(ra__sock_connect(ctx, &h.addr, &turned_away));
    // The spare descriptor tells one client that it is not wanted.
    ra_status status = ra__sock_read(ctx, turned_away, text, sizeof text, &got);
    EXPECT(status == RA_ERR_CLOSED || (status == RA_OK && got == 0));
    EXPECT_EQUAL(h.came, 0);
    EXPECT_EQUAL(ra__sock_connect(ctx, &h.addr, &none), RA_ERR_EXHAUSTED);
    // Others than this shard's sockets have closed: the timer finds out.
    give_up(sizeof hoard);
    RA_TRY(hall_pair(ctx, &h, &client, &server));
    RA_TRY(ra__sock_write_all(ctx, client, "on", 2));
    RA_TRY(read_exactly(ctx, server, text, 2));
    ra__sock_close(client, false);
    ra__sock_close(server, false);
    ra__sock_close(turned_away, false);
    ra__listener_close(h.listener);
    return RA_OK;
}

static ra_status run_dry_and_close_one(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *turned_away, *waiting;
    char text[8];
    size_t got;
    RA_TRY(hall_open(ctx, &h));
    hoard_all();
    give_up(1);
    RA_TRY(ra__sock_connect(ctx, &h.addr, &turned_away));
    RA_DISCARD(ra__sock_read(ctx, turned_away, text, sizeof text, &got));
    give_up(sizeof hoard);
    RA_TRY(ra__sock_connect(ctx, &h.addr, &waiting));
    EXPECT_EQUAL(h.came, 0); // accepting rests
    ra__sock_close(turned_away, false);
    RA_TRY(hall_await(ctx, &h, 1));
    ra__raw_close(ra__shard_runtime(ctx->shard), h.clients[0]);
    ra__sock_close(waiting, false);
    ra__listener_close(h.listener);
    return RA_OK;
}

/// clock: NULL: the system's.
static void run_with_few_descriptors(ra__fiber_fn *body, const ra__clock *clock)
{
    struct rlimit before, low = {128, 128};
    world w;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    low.rlim_max = before.rlim_max;
    world_open_clock(&w, 1, clock);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
    world_run(&w, body, NULL);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    world_close(&w);
}

static void accepting_rests_without_descriptors_and_the_timer_resumes_it(void **state)
{
    (void)state;
    run_with_few_descriptors(run_dry_and_recover, NULL);
}

static void accepting_resumes_when_a_socket_closes_without_waiting_for_the_timer(void **state)
{
    (void)state;
    const ra__clock stopped = {read_hands, read_hands, no_chance, NULL};
    run_with_few_descriptors(run_dry_and_close_one, &stopped);
}

// ---- generations: an event of a closed socket whose descriptor and record are in use again

typedef struct {
    hall h;
    ra__sock *victim, *heir;
    flag killed, wrongly_called;
} succession;

static void kill_victim(void *arg)
{
    succession *s = arg;
    if (!s->victim)
        return;
    ra__sock_close(s->victim, true);
    s->victim = NULL;
    // The next socket takes the record, and most likely the descriptor.
    s->heir = ra__sock_adopt(ra__shard_self(), s->h.clients[s->h.taken++]);
    ra__sock_watch(s->heir, flag_raise, &s->wrongly_called);
    flag_raise(&s->killed);
}

static ra_status close_one_in_anothers_callback(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static succession s;
    ra__sock *clients[3], *killer[2];
    s = (succession){0};
    RA_TRY(hall_open(ctx, &s.h));
    for (int i = 0; i < 3; i++)
        RA_TRY(ra__sock_connect(ctx, &s.h.addr, &clients[i]));
    RA_TRY(hall_await(ctx, &s.h, 3));
    killer[0] = ra__sock_adopt(ctx->shard, s.h.clients[s.h.taken++]);
    s.victim = ra__sock_adopt(ctx->shard, s.h.clients[s.h.taken++]);
    ra__sock_watch(killer[0], kill_victim, &s);
    ra__sock_watch(s.victim, flag_raise, &s.wrongly_called);
    // Both become readable in one wait: this fiber does not suspend in between.
    size_t sent;
    RA_TRY(ra__sock_write(ctx, clients[0], "x", 1, &sent));
    RA_TRY(ra__sock_write(ctx, clients[1], "x", 1, &sent));
    RA_TRY(flag_await(ctx, &s.killed, 1));
    RA_TRY(settle(ctx));
    EXPECT_EQUAL(s.wrongly_called.raised, 0);
    ra__sock_close(s.heir, false);
    ra__sock_close(killer[0], false);
    for (int i = 0; i < 3; i++)
        ra__sock_close(clients[i], false);
    ra__listener_close(s.h.listener);
    return RA_OK;
}

static void a_stale_event_after_a_descriptor_is_reused_calls_nobody(void **state)
{
    (void)state;
    world w;
    world_open(&w, ON_EPOLL, 1);
    world_run(&w, close_one_in_anothers_callback, NULL);
    world_close(&w);
}

// ---- addresses

static int stranger_listening(uint16_t *port)
{
    const int on = 1;
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t at_len = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(fd, 0), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &at_len), 0);
    *port = ntohs(at.sin_port);
    return fd;
}

static ra_status refuse_shared_port(ra_ctx *ctx, void *arg)
{
    static hall h;
    ra__addr addr = {"127.0.0.1", *(uint16_t *)arg};
    ra__listen_opts opts = {.accepted = hall_accepted, .arg = &h};
    EXPECT_EQUAL(ra__listen(ctx->shard, &addr, true, &opts, &h.listener), RA_ERR_BUSY);
    return RA_OK;
}

static void a_port_that_a_stranger_shares_is_taken_all_the_same(void **state)
{
    (void)state;
    uint16_t port;
    int stranger = stranger_listening(&port);
    world w;
    world_open(&w, ON_EPOLL, 1);
    world_run(&w, refuse_shared_port, &port);
    world_close(&w);
    close(stranger);
}

static ra_status serve_one_and_hang_up_first(ra_ctx *ctx, void *arg)
{
    static hall h;
    ra__addr *addr = arg;
    char text[56];
    ra__sock *client, *server;
    size_t got = 1;
    ra__addr_print(text, addr);
    RA_TRY(hall_open_at(ctx, &h, text, 0));
    *addr = h.addr;
    RA_TRY(hall_pair(ctx, &h, &client, &server));
    ra__sock_close(server, false); // so that the port is left in TIME-WAIT
    RA_TRY(ra__sock_read(ctx, client, text, sizeof text, &got));
    EXPECT_EQUAL(got, 0);
    ra__sock_close(client, false);
    ra__listener_close(h.listener);
    return RA_OK;
}

static void a_service_starts_again_on_the_port_that_it_left(void **state)
{
    (void)state;
    ra__addr addr = {"127.0.0.1", 0};
    for (int run = 0; run < 3; run++) {
        world w;
        world_open(&w, ON_EPOLL, 1);
        world_run(&w, serve_one_and_hang_up_first, &addr);
        world_close(&w);
    }
}

static ra_status give_up_connecting(ra_ctx *ctx, void *arg)
{
    ra__addr addr = {"127.0.0.1", *(uint16_t *)arg};
    ra__sock *sock;
    RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, RA_MS(20)));
    EXPECT_EQUAL(ra__sock_connect(ctx, &addr, &sock), RA_ERR_TIMEOUT);
    return RA_OK;
}

static void connecting_to_one_who_does_not_answer_ends_with_the_deadline(void **state)
{
    (void)state;
    uint16_t port;
    unsigned before = open_descriptors();
    int stranger = stranger_listening(&port); // its queue has room for one
    ra__addr addr = {"127.0.0.1", port};
    int fill = blocking_client(&addr);
    assert_true(fill >= 0);
    world w;
    world_open(&w, ON_EPOLL, 1);
    world_run(&w, give_up_connecting, &port);
    world_close(&w);
    close(fill);
    close(stranger);
    assert_int_equal(open_descriptors(), before);
}

static ra_status listen_on_both_families(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *v4, *v6;
    ra_status status = hall_open_at(ctx, &h, "[::]:0", 0);
    if (status == RA_ERR_INVALID)
        return RA_OK; // a machine without IPv6
    RA_TRY(status);
    ra__addr to_v4 = {"127.0.0.1", h.addr.port}, to_v6 = {"::1", h.addr.port};
    RA_TRY(ra__sock_connect(ctx, &to_v4, &v4));
    RA_TRY(hall_await(ctx, &h, 1));
    EXPECT(strcmp(h.peers[0].host, "127.0.0.1") == 0);
    unsigned came = 1;
    if (ra__sock_connect(ctx, &to_v6, &v6) == RA_OK) {
        RA_TRY(hall_await(ctx, &h, came = 2));
        EXPECT(strcmp(h.peers[1].host, "::1") == 0);
        ra__sock_close(v6, false);
    }
    ra__sock_close(v4, false);
    for (unsigned i = 0; i < came; i++)
        ra__raw_close(ra__shard_runtime(ctx->shard), h.clients[i]);
    ra__listener_close(h.listener);
    return RA_OK;
}

static void a_dual_stack_listener_serves_both_and_names_peers_plainly(void **state)
{
    (void)state;
    world w;
    world_open(&w, ON_EPOLL, 1);
    world_run(&w, listen_on_both_families, NULL);
    world_close(&w);
}

// ---- several shards

typedef struct {
    ra__msg msg; // first
    ra__raw raw;
    ra__runtime *runtime;
    char heard[8];
    atomic_bool ended;
} hand_over;

static ra_status echo_once(ra_ctx *ctx, void *arg)
{
    hand_over *over = arg;
    ra__sock *sock = ra__sock_adopt(ctx->shard, over->raw);
    RA_TRY(read_exactly(ctx, sock, over->heard, 5));
    RA_TRY(ra__sock_write_all(ctx, sock, over->heard, 5));
    ra__sock_close(sock, false);
    over->ended = true;
    return RA_OK;
}

static void receive(ra__msg *msg)
{
    ra__spawn_opts opts = {.name = "echo_once", .file = __FILE__, .line = __LINE__};
    if (!ra__spawn(ra__shard_self(), echo_once, msg, &opts))
        abort();
}

static ra_status hand_over_to_the_other_shard(ra_ctx *ctx, void *arg)
{
    static hall h;
    static hand_over overs[20];
    world *w = arg;
    ra__sock *client;
    char text[8];
    RA_TRY(hall_open(ctx, &h));
    for (unsigned i = 0; i < 20; i++) {
        overs[i] = (hand_over){.msg.fn = receive, .runtime = w->runtime};
        RA_TRY(ra__sock_connect(ctx, &h.addr, &client));
        RA_TRY(hall_await(ctx, &h, i + 1));
        overs[i].raw = h.clients[i];
        ra__shard_post(ra__runtime_shard(w->runtime, 1), &overs[i].msg);
        RA_TRY(ra__sock_write_all(ctx, client, "hello", 5));
        RA_TRY(read_exactly(ctx, client, text, 5));
        EXPECT(memcmp(text, "hello", 5) == 0);
        ra__sock_close(client, false);
    }
    ra__listener_close(h.listener);
    return RA_OK;
}

static void an_accepted_socket_may_move_to_another_shard(void **state)
{
    (void)state;
    world w;
    world_open(&w, ON_EPOLL, 2);
    world_run(&w, hand_over_to_the_other_shard, &w);
    world_close(&w);
}

static void every_shard_listens_on_the_common_address(void **state)
{
    (void)state;
    static hall halls[2];
    ra__runtime *runtime;
    ra__addr addr = {"127.0.0.1", 0};
    ra__runtime_opts opts = {.shards = 2, .backend = &ra__epoll_backend};
    int clients[64];
    assert_int_equal(ra__runtime_new(&runtime, &opts), RA_OK);
    for (unsigned i = 0; i < 2; i++) { // before the threads start
        halls[i] = (hall){0};
        ra__listen_opts listen_opts = {.accepted = hall_accepted, .arg = &halls[i]};
        assert_int_equal(ra__listen(ra__runtime_shard(runtime, i), &addr, i == 0, &listen_opts,
                                    &halls[i].listener),
                         RA_OK);
    }
    assert_int_equal(ra__runtime_start(runtime), RA_OK);
    for (unsigned i = 0; i < 64; i++)
        assert_true((clients[i] = blocking_client(&addr)) >= 0);
    ra__runtime_stop(runtime);
    for (unsigned i = 0; i < 2; i++) { // after the threads have ended
        ra__listener_drain(halls[i].listener);
        ra__listener_close(halls[i].listener);
    }
    assert_int_equal(halls[0].came + halls[1].came, 64);
    assert_true(halls[0].came > 0 && halls[1].came > 0);
    for (unsigned i = 0; i < 2; i++)
        for (unsigned k = 0; k < halls[i].came; k++)
            ra__raw_close(runtime, halls[i].clients[k]);
    for (unsigned i = 0; i < 64; i++)
        close(clients[i]);
    ra__runtime_free(runtime);
}

// ---- memory

static unsigned allocations;
static bool count_allocation(void *arg, size_t bytes)
{
    (void)arg;
    (void)bytes;
    allocations++;
    return true;
}

static ra_status accept_warm(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client, *server;
    RA_TRY(hall_open(ctx, &h));
    RA_TRY(hall_pair(ctx, &h, &client, &server));
    ra__sock_close(client, false);
    ra__sock_close(server, false);
    ra__heap_set_hook(count_allocation, NULL);
    for (int i = 0; i < 50; i++) {
        RA_TRY(hall_pair(ctx, &h, &client, &server));
        ra__sock_close(client, false);
        ra__sock_close(server, false);
    }
    ra__heap_set_hook(NULL, NULL);
    ra__listener_close(h.listener);
    return RA_OK;
}

static void accepting_warm_allocates_nothing(void **state)
{
    (void)state;
    world w;
    world_open(&w, ON_EPOLL, 1);
    allocations = 0;
    world_run(&w, accept_warm, NULL);
    assert_int_equal(allocations, 0);
    world_close(&w);
}

static bool no_memory(void *arg, size_t bytes)
{
    (void)arg;
    (void)bytes;
    return false;
}

static bool read_once_ended(ra_ctx *ctx, ra__sock *sock)
{
    char text[8];
    size_t got = 1;
    ra_status status = ra__sock_read(ctx, sock, text, sizeof text, &got);
    return status == RA_ERR_CLOSED || (status == RA_OK && got == 0);
}

static ra_status adopt_without_memory(ra_ctx *ctx, void *arg)
{
    (void)arg;
    static hall h;
    ra__sock *client;
    RA_TRY(hall_open(ctx, &h));
    RA_TRY(ra__sock_connect(ctx, &h.addr, &client));
    RA_TRY(hall_await(ctx, &h, 1));
    // Use up the records, so that the next one needs memory.
    static ra__sock *all[400];
    unsigned count = 0;
    ra__heap_set_hook(no_memory, NULL);
    ra_status status;
    do
        status = ra__sock_connect(ctx, &h.addr, &all[count]);
    while (status == RA_OK && ++count < 400);
    EXPECT_EQUAL(status, RA_ERR_EXHAUSTED);
    EXPECT(ra__sock_adopt(ctx->shard, h.clients[0]) == NULL); // closed, too
    EXPECT(read_once_ended(ctx, client));
    ra__listener *none;
    ra__addr addr = {"127.0.0.1", 0};
    EXPECT_EQUAL(
        ra__listen(ctx->shard, &addr, true, &(ra__listen_opts){.accepted = hall_accepted}, &none),
        RA_ERR_EXHAUSTED);
    ra__heap_set_hook(NULL, NULL);
    RA_TRY(hall_await(ctx, &h, count + 1));
    ra__listener_close(h.listener);
    for (unsigned i = 0; i < count; i++)
        ra__sock_close(all[i], false);
    for (unsigned i = 1; i < h.came; i++) // the one that found no record may have come, too
        ra__raw_close(ra__shard_runtime(ctx->shard), h.clients[i]);
    ra__sock_close(client, false);
    return RA_OK;
}

static void no_memory_is_a_status_and_leaks_nothing(void **state)
{
    (void)state;
    unsigned before = open_descriptors();
    world w;
    world_open(&w, ON_EPOLL, 1);
    world_run(&w, adopt_without_memory, NULL);
    world_close(&w);
    assert_int_equal(open_descriptors(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_warm_request_costs_one_wait_one_recv_and_one_send),
        cmocka_unit_test(timers_are_not_early_with_either_way_to_wait),
        cmocka_unit_test(an_idle_shard_waits_without_turning),
        cmocka_unit_test(callbacks_after_a_long_wait_see_the_time_that_it_is),
        cmocka_unit_test(a_thousand_connections_leave_no_descriptor),
        cmocka_unit_test(what_is_left_open_is_closed_with_its_runtime),
        cmocka_unit_test(accepting_rests_without_descriptors_and_the_timer_resumes_it),
        cmocka_unit_test(accepting_resumes_when_a_socket_closes_without_waiting_for_the_timer),
        cmocka_unit_test(a_stale_event_after_a_descriptor_is_reused_calls_nobody),
        cmocka_unit_test(a_port_that_a_stranger_shares_is_taken_all_the_same),
        cmocka_unit_test(a_service_starts_again_on_the_port_that_it_left),
        cmocka_unit_test(connecting_to_one_who_does_not_answer_ends_with_the_deadline),
        cmocka_unit_test(a_dual_stack_listener_serves_both_and_names_peers_plainly),
        cmocka_unit_test(an_accepted_socket_may_move_to_another_shard),
        cmocka_unit_test(every_shard_listens_on_the_common_address),
        cmocka_unit_test(accepting_warm_allocates_nothing),
        cmocka_unit_test(no_memory_is_a_status_and_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
