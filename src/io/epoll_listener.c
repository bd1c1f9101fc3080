// SPDX-License-Identifier: MIT OR Apache-2.0
// epoll_listener: listening and accepting.
//
// Each shard listens for itself on the common address (SO_REUSEPORT), and the kernel spreads
// connections over them. The descriptor is an ordinary record whose watcher accepts. Out of
// descriptors: the spare one is given up to accept and turn away a single client, so that it learns
// at once; then accepting rests until a descriptor is closed on this shard, or 100 ms.
#include "private/epoll.h"

#include "base/assert.h"
#include "base/heap.h"
#include "os/os.h"
#include "private/native.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

enum { BACKLOG_DEFAULT = 1024, ACCEPTS_A_TURN = 64 };
#define PAUSE_NS RA_MS(100)

struct ra__listener {
    struct ra__net_shard *io; // first: net.c finds the backend here
    struct ra__epoll_sock *sock;
    ra__listen_opts opts;
    struct ra__link paused; // in the shard's `paused` ring
    ra__timer retry;
    bool accepting, closed; // closed while accepting: freed by accept_some
};

static struct ra__epoll_shard *part_of(const ra__listener *listener)
{
    return (struct ra__epoll_shard *)(void *)listener->io;
}

// ---- accepting

static void await_clients(void *arg);

static void retry(ra__timer *timer)
{
    ra__listener *listener = RA__LINKED(ra__listener, retry, timer);
    ra__unlink(&listener->paused);
    await_clients(listener);
}

static void pause_accepting(ra__listener *listener)
{
    ra__shard *shard = listener->io->shard;
    ra__ring_push(&part_of(listener)->paused, &listener->paused);
    listener->retry.fn = retry;
    ra__timer_arm(shard, &listener->retry, ra__shard_now_ns(shard) + PAUSE_NS);
}

void ra__epoll_listeners_resume(struct ra__epoll_shard *io)
{
    struct ra__link *link;
    if (io->spare_fd < 0)
        io->spare_fd = ra__os_doorbell_open();
    while ((link = ra__ring_pop(&io->paused))) {
        ra__listener *listener = RA__LINKED(ra__listener, paused, link);
        ra__timer_disarm(io->base.shard, &listener->retry);
        await_clients(listener);
    }
}

/// One client less in the queue: it sees its connection close instead of waiting for nothing.
static void turn_one_away(ra__listener *listener)
{
    struct ra__epoll_shard *io = part_of(listener);
    if (io->spare_fd >= 0)
        close(io->spare_fd);
    int fd = accept4(listener->sock->fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd >= 0)
        close(fd);
    io->spare_fd = ra__os_doorbell_open();
}

typedef enum { ACCEPTED, QUEUE_EMPTY, NO_DESCRIPTOR } accept_result;

static accept_result accept_failed(ra__listener *listener, int error)
{
    switch (error) {
    case EAGAIN:
        listener->sock->may_read = false;
        return QUEUE_EMPTY;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
        return NO_DESCRIPTOR;
    default:
        // This client has left again (accept(2), "Error handling"); the next may be well.
        return ACCEPTED;
    }
}

static accept_result accept_one(ra__listener *listener)
{
    ra__native_addr native;
    socklen_t native_len = sizeof native;
    int fd = accept4(listener->sock->fd, &native.any, &native_len, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return accept_failed(listener, errno);
    ra__addr peer;
    ra__native_addr_read(&native, &peer);
    listener->opts.accepted(listener->opts.arg, fd, &peer);
    return ACCEPTED;
}

static void free_listener(ra__listener *listener)
{
    ra__epoll_sock_end(listener->sock);
    ra__heap_free(listener);
}

/// false: the listener is gone.
static bool accept_some(ra__listener *listener, unsigned clients_max)
{
    accept_result result = ACCEPTED;
    listener->accepting = true;
    for (unsigned i = 0; i < clients_max && result == ACCEPTED && !listener->closed; i++)
        result = accept_one(listener);
    listener->accepting = false;
    if (listener->closed) {
        free_listener(listener);
        return false;
    }
    if (result == NO_DESCRIPTOR) {
        turn_one_away(listener);
        pause_accepting(listener);
    }
    return true;
}

static void on_clients(void *arg)
{
    ra__listener *listener = arg;
    if (accept_some(listener, ACCEPTS_A_TURN) && !ra__linked(&listener->paused))
        await_clients(listener);
}

static void await_clients(void *arg)
{
    ra__listener *listener = arg;
    listener->sock->base.readable = on_clients;
    listener->sock->base.readable_arg = listener;
    ra__epoll_refresh(&listener->sock->base);
}

void ra__epoll_listener_drain(ra__listener *listener)
{
    RA_CHECK(!listener->accepting, "a listener drained from its own `accepted`");
    if (ra__linked(&listener->paused))
        return; // no descriptor to accept with
    // A queue holds one more than its length; who comes later finds the next listener, or none.
    listener->sock->may_read = true;
    RA_DISCARD(accept_some(listener, (unsigned)listener->opts.backlog + 1));
}

void ra__epoll_listener_close(ra__listener *listener)
{
    ra__unlink(&listener->paused);
    ra__timer_disarm(listener->io->shard, &listener->retry);
    listener->closed = true;
    if (!listener->accepting)
        free_listener(listener);
}

// ---- listening

static int bound_socket(const ra__native_addr *addr, socklen_t addr_len, bool shared)
{
    const int on = 1, off = 0;
    int fd = socket(addr->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (fd < 0)
        return -errno;
    // Connections of an earlier process may still linger on the port.
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (shared)
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    // "[::]" serves IPv4 as well, whatever the system's default.
    if (addr->any.sa_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); // inherited by what is accepted
    if (bind(fd, &addr->any, addr_len) == 0)
        return fd;
    int error = errno;
    close(fd);
    return -error;
}

/// SO_REUSEPORT would share the port even with a stranger who set it too; a socket without it is
/// refused then.
static int probe(const ra__native_addr *addr, socklen_t addr_len)
{
    int fd = bound_socket(addr, addr_len, false);
    if (fd >= 0)
        close(fd);
    return fd < 0 ? fd : 0;
}

/// A listening descriptor, *port filled in; < 0: -errno.
static int listening_socket(ra__addr *addr, bool first, int backlog)
{
    ra__native_addr native;
    socklen_t native_len = ra__native_addr_of(addr, &native);
    if (native_len == 0)
        return -EINVAL;
    int error = first && addr->port != 0 ? probe(&native, native_len) : 0;
    int fd = error ? error : bound_socket(&native, native_len, true);
    if (fd < 0)
        return fd;
    if (listen(fd, backlog) != 0 || getsockname(fd, &native.any, &native_len) != 0) {
        error = errno;
        close(fd);
        return -error;
    }
    ra__addr bound;
    ra__native_addr_read(&native, &bound);
    addr->port = bound.port;
    return fd;
}

ra_status ra__epoll_listen(struct ra__net_shard *io, ra__addr *addr, bool first,
                           const ra__listen_opts *opts, ra__listener **out)
{
    ra__listener *listener = ra__heap_alloc_zeroed(1, sizeof *listener);
    if (!listener)
        return RA_ERR_EXHAUSTED;
    *listener = (ra__listener){.io = io, .opts = *opts};
    if (opts->backlog == 0)
        listener->opts.backlog = BACKLOG_DEFAULT;
    int fd = listening_socket(addr, first, listener->opts.backlog);
    ra_status status = fd < 0 ? ra__native_status(-fd) : RA_OK;
    if (status == RA_OK)
        status = ra__epoll_sock_new((void *)io, fd, EPOLLIN, &listener->sock);
    if (status != RA_OK) {
        if (fd >= 0)
            close(fd);
        ra__heap_free(listener);
        return status;
    }
    *out = listener;
    await_clients(listener);
    return RA_OK;
}
