// SPDX-License-Identifier: MIT OR Apache-2.0
// epoll: one epoll instance a shard; one wait a turn, which also tells of all that became ready
// meanwhile.
//
// A hello on a warm connection costs epoll_wait (shared with the others that are ready), recv and
// send: nothing is armed, disarmed or cleared on the way. Events of one wait are served in the
// kernel's order, then the records that asked to be looked at again; those that ask meanwhile wait
// for the next turn, so that none starves the timers.
#include "private/epoll.h"

#include "base/assert.h"
#include "base/heap.h"
#include "os/os.h"
#include <errno.h>
#include <unistd.h>

/// The doorbell's name; no record has this place.
static const uint64_t doorbell_name = UINT64_MAX;

static void close_if_open(int fd)
{
    if (fd >= 0)
        close(fd);
}

static void free_part(struct ra__epoll_shard *io)
{
    ra__epoll_socks_free(io);
    close_if_open(io->epoll_fd);
    close_if_open(io->spare_fd);
    if (io->doorbell >= 0)
        ra__os_doorbell_close(io->doorbell);
    ra__heap_free(io);
}

static bool open_descriptors(struct ra__epoll_shard *io)
{
    io->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    io->doorbell = ra__os_doorbell_open();
    io->spare_fd = ra__os_doorbell_open();
    if (io->epoll_fd < 0 || io->doorbell < 0)
        return false;
    // Edge-triggered: each ring is news, though nobody ever clears it.
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u64 = doorbell_name};
    return epoll_ctl(io->epoll_fd, EPOLL_CTL_ADD, io->doorbell, &event) == 0;
}

static ra_status open_shard(ra__shard *shard)
{
    struct ra__epoll_shard *io = ra__heap_alloc_zeroed(1, sizeof *io);
    if (!io)
        return RA_ERR_EXHAUSTED;
    io->base = (struct ra__net_shard){.net = &ra__epoll_net, .shard = shard, .faults = &io->faults};
    ra__ring_init(&io->ready);
    ra__ring_init(&io->paused);
    if (!open_descriptors(io)) {
        free_part(io);
        return RA_ERR_EXHAUSTED;
    }
    ra__shard_set_io(shard, io);
    return RA_OK;
}

static void close_shard(ra__shard *shard)
{
    struct ra__epoll_shard *io = ra__shard_io(shard);
    if (!io)
        return;
    ra__shard_set_io(shard, NULL);
    free_part(io);
}

static void wake(ra__shard *shard)
{
    struct ra__epoll_shard *io = ra__shard_io(shard);
    ra__os_doorbell_ring(io->doorbell);
}

// ---- one turn

enum { FOREVER = -1 };

/// How long to wait, from now; 0: not at all.
static int64_t wait_ns(const struct ra__epoll_shard *io, int64_t deadline_ns)
{
    const ra__shard *shard = io->base.shard;
    if (!ra__ring_empty(&io->ready) || deadline_ns <= ra__shard_now_ns(shard))
        return 0;
    if (deadline_ns == INT64_MAX)
        return FOREVER;
    const ra__clock *clock = ra__runtime_clock(ra__shard_runtime(shard));
    int64_t left = deadline_ns - clock->monotonic_ns(clock->world);
    return left > 0 ? left : 0;
}

/// Rounded up, so that no timer is found not yet due and waited for once more.
static int wait_coarse(struct ra__epoll_shard *io, int64_t ns)
{
    const int64_t ms_max = 60000;
    int64_t ms = ns == FOREVER ? FOREVER : ns / RA_MS(1) + (ns % RA_MS(1) != 0);
    return epoll_wait(io->epoll_fd, io->events, RA__EPOLL_EVENTS_MAX,
                      (int)(ms < ms_max ? ms : ms_max));
}

/// Events into io->events; their number.
static int wait_for_events(struct ra__epoll_shard *io, int64_t ns)
{
    int count;
    if (ns == 0 || ns == FOREVER || io->coarse) {
        count = wait_coarse(io, ns);
    } else {
        struct timespec span = {.tv_sec = ns / RA_SECONDS(1), .tv_nsec = ns % RA_SECONDS(1)};
        count = epoll_pwait2(io->epoll_fd, io->events, RA__EPOLL_EVENTS_MAX, &span, NULL);
    }
    int error = count < 0 ? errno : 0;
    if (!error || error == EINTR)
        return error ? 0 : count;
    RA_CHECK(!io->coarse && ns > 0, "epoll_wait: error %d", error);
    io->coarse = true; // Linux < 5.11, or a sandbox that does not know the call
    return wait_for_events(io, ns);
}

static void serve_event(struct ra__epoll_shard *io, const struct epoll_event *event)
{
    if (event->data.u64 == doorbell_name)
        return; // to end the wait was its purpose
    struct ra__epoll_sock *sock = ra__epoll_sock_of(io, event->data.u64);
    if (sock)
        ra__epoll_sock_event(sock, event->events);
}

static void serve_ready(struct ra__epoll_shard *io)
{
    struct ra__link now;
    struct ra__link *link;
    ra__ring_move(&now, &io->ready);
    while ((link = ra__ring_pop(&now)))
        ra__sock_deliver(&RA__LINKED(struct ra__epoll_sock, ready, link)->base);
}

static void turn(ra__shard *shard, int64_t deadline_ns)
{
    struct ra__epoll_shard *io = ra__shard_io(shard);
    int64_t ns = wait_ns(io, deadline_ns);
    int count = wait_for_events(io, ns);
    if (ns != 0)
        ra__shard_tick(shard);
    for (int i = 0; i < count; i++)
        serve_event(io, &io->events[i]);
    serve_ready(io);
}

const struct ra__net_backend ra__epoll_net = {
    .listen = ra__epoll_listen,
    .listener_drain = ra__epoll_listener_drain,
    .listener_close = ra__epoll_listener_close,
    .adopt = ra__epoll_adopt,
    .raw_close = ra__epoll_raw_close,
    .dial = ra__epoll_dial,
    .read_now = ra__epoll_read_now,
    .write_now = ra__epoll_write_now,
    .connect_now = ra__epoll_connect_now,
    .can_read = ra__epoll_can_read,
    .can_write = ra__epoll_can_write,
    .has_ended = ra__epoll_has_ended,
    .refresh = ra__epoll_refresh,
    .shutdown = ra__epoll_shutdown,
    .close = ra__epoll_close,
};

const ra__backend ra__epoll_backend = {
    .name = "epoll",
    .open = open_shard,
    .close = close_shard,
    .submit = ra__sock_submit,
    .cancel = ra__sock_cancel,
    .turn = turn,
    .wake = wake,
};
