// SPDX-License-Identifier: MIT OR Apache-2.0
// epoll_sock: records of sockets, and the system calls on connections.
//
// Records lie in slabs that live as long as the shard, so a stale event may still look at one. A
// short read says that the kernel has no more: the next read waits for an event instead of asking.
// EPOLLOUT is asked for when a write has to wait for the first time, and stays: edge-triggered, it
// costs nothing while writes go through.
#include "private/epoll.h"

#include "base/heap.h"
#include "private/native.h"
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

static struct ra__epoll_sock *record_of(const ra__sock *base)
{
    return (struct ra__epoll_sock *)(uintptr_t)base;
}

static struct ra__epoll_shard *part_of(const struct ra__epoll_sock *sock)
{
    return (struct ra__epoll_shard *)(void *)sock->base.io;
}

// ---- records

static void free_record(struct ra__epoll_shard *io, struct ra__epoll_sock *sock)
{
    sock->fd = -1;
    sock->base.generation++;
    sock->next_free = io->free;
    io->free = sock;
}

static bool add_slab(struct ra__epoll_shard *io)
{
    struct ra__epoll_sock **slabs =
        ra__heap_realloc(io->slabs, (io->slab_count + 1) * sizeof(struct ra__epoll_sock *));
    if (!slabs)
        return false;
    io->slabs = slabs;
    struct ra__epoll_sock *slab = ra__heap_alloc_zeroed(RA__EPOLL_SLAB_SOCKS, sizeof *slab);
    if (!slab)
        return false;
    for (uint32_t i = RA__EPOLL_SLAB_SOCKS; i-- > 0;) {
        slab[i].place = io->slab_count * RA__EPOLL_SLAB_SOCKS + i;
        free_record(io, &slab[i]);
    }
    io->slabs[io->slab_count++] = slab;
    return true;
}

static struct ra__epoll_sock *take_record(struct ra__epoll_shard *io)
{
    if (!io->free && !add_slab(io))
        return NULL;
    struct ra__epoll_sock *sock = io->free;
    io->free = sock->next_free;
    ra__sock_init(&sock->base, &io->base);
    sock->ready = (struct ra__link){0};
    sock->may_read = sock->may_write = sock->ended = sock->out_armed = false;
    return sock;
}

static struct ra__epoll_sock *record_at(const struct ra__epoll_shard *io, uint32_t place)
{
    return &io->slabs[place / RA__EPOLL_SLAB_SOCKS][place % RA__EPOLL_SLAB_SOCKS];
}

static uint64_t name_of(const struct ra__epoll_sock *sock)
{
    return (uint64_t)sock->base.generation << 32 | sock->place;
}

struct ra__epoll_sock *ra__epoll_sock_of(struct ra__epoll_shard *io, uint64_t name)
{
    struct ra__epoll_sock *sock = record_at(io, (uint32_t)name);
    return sock->base.generation == (uint32_t)(name >> 32) ? sock : NULL;
}

void ra__epoll_socks_free(struct ra__epoll_shard *io)
{
    for (uint32_t place = 0; place < io->slab_count * RA__EPOLL_SLAB_SOCKS; place++)
        if (record_at(io, place)->fd >= 0)
            close(record_at(io, place)->fd);
    for (uint32_t i = 0; i < io->slab_count; i++)
        ra__heap_free(io->slabs[i]);
    ra__heap_free(io->slabs);
}

ra_status ra__epoll_sock_new(struct ra__epoll_shard *io, int fd, uint32_t events,
                             struct ra__epoll_sock **out)
{
    struct ra__epoll_sock *sock = take_record(io);
    if (!sock)
        return RA_ERR_EXHAUSTED;
    struct epoll_event event = {.events = events | EPOLLET, .data.u64 = name_of(sock)};
    if (epoll_ctl(io->epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) {
        free_record(io, sock);
        return RA_ERR_EXHAUSTED;
    }
    sock->fd = fd;
    sock->out_armed = (events & EPOLLOUT) != 0;
    *out = sock;
    return RA_OK;
}

void ra__epoll_sock_end(struct ra__epoll_sock *sock)
{
    struct ra__epoll_shard *io = part_of(sock);
    ra__unlink(&sock->ready);
    close(sock->fd); // takes it out of the epoll instance too: it is never duplicated
    free_record(io, sock);
}

// ---- events

void ra__epoll_sock_event(struct ra__epoll_sock *sock, uint32_t events)
{
    const uint32_t broken = EPOLLERR | EPOLLHUP;
    if (events & (EPOLLIN | EPOLLRDHUP | broken))
        sock->may_read = true;
    if (events & (EPOLLOUT | broken))
        sock->may_write = true;
    if (events & (EPOLLRDHUP | broken))
        sock->ended = true;
    ra__sock_deliver(&sock->base);
}

void ra__epoll_sock_queue(struct ra__epoll_sock *sock)
{
    if (!ra__linked(&sock->ready))
        ra__ring_push(&part_of(sock)->ready, &sock->ready);
}

void ra__epoll_refresh(ra__sock *base)
{
    if (ra__sock_deliverable(base))
        ra__epoll_sock_queue(record_of(base));
}

bool ra__epoll_can_read(const ra__sock *base)
{
    return record_of(base)->may_read;
}

bool ra__epoll_can_write(const ra__sock *base)
{
    return record_of(base)->may_write;
}

bool ra__epoll_has_ended(const ra__sock *base)
{
    return record_of(base)->ended;
}

// ---- bytes

ra_status ra__epoll_read_now(ra__sock *base, void *into, size_t bytes_max, size_t *got)
{
    struct ra__epoll_sock *sock = record_of(base);
    ssize_t bytes;
    if (!sock->may_read)
        return RA_ERR_BUSY;
    do
        bytes = recv(sock->fd, into, bytes_max, 0);
    while (bytes < 0 && errno == EINTR);
    if (bytes < 0) {
        ra_status status = ra__native_status(errno);
        sock->may_read = status != RA_ERR_BUSY;
        return status;
    }
    // The end is still to be read after the last bytes: no event will tell of it again.
    if ((size_t)bytes < bytes_max && !sock->ended)
        sock->may_read = bytes == 0;
    *got = (size_t)bytes;
    return RA_OK;
}

/// Ask for the event that says there is room again. Room that came since is told at once.
static ra_status await_room(struct ra__epoll_sock *sock)
{
    sock->may_write = false;
    if (sock->out_armed)
        return RA_ERR_BUSY;
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP | EPOLLOUT | EPOLLET,
                                .data.u64 = name_of(sock)};
    if (epoll_ctl(part_of(sock)->epoll_fd, EPOLL_CTL_MOD, sock->fd, &event) != 0)
        return RA_ERR_IO;
    sock->out_armed = true;
    return RA_ERR_BUSY;
}

ra_status ra__epoll_write_now(ra__sock *base, const void *from, size_t bytes, size_t *sent)
{
    struct ra__epoll_sock *sock = record_of(base);
    ssize_t count;
    if (!sock->may_write)
        return RA_ERR_BUSY;
    do
        count = send(sock->fd, from, bytes, MSG_NOSIGNAL);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        return errno == EAGAIN ? await_room(sock) : ra__native_status(errno);
    *sent = (size_t)count;
    return RA_OK;
}

// ---- beginning and end

enum { CONNECTION_EVENTS = EPOLLIN | EPOLLRDHUP };

ra__sock *ra__epoll_adopt(struct ra__net_shard *io, ra__raw raw)
{
    struct ra__epoll_sock *sock;
    if (ra__epoll_sock_new((void *)io, (int)raw, CONNECTION_EVENTS, &sock) != RA_OK) {
        ra__epoll_raw_close(io, raw);
        return NULL;
    }
    sock->may_write = true; // bytes that are there already come as an event
    return &sock->base;
}

void ra__epoll_raw_close(struct ra__net_shard *io, ra__raw raw)
{
    close((int)raw);
    if (io)
        ra__epoll_listeners_resume((void *)io);
}

/// A socket on its way to `addr`; < 0: -errno.
static int begin_connect(const ra__native_addr *addr, socklen_t addr_len)
{
    const int on = 1;
    int fd = socket(addr->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (fd < 0)
        return -errno;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(fd, &addr->any, addr_len) == 0 || errno == EINPROGRESS)
        return fd;
    int error = errno;
    close(fd);
    return -error;
}

ra_status ra__epoll_dial(struct ra__net_shard *io, const ra__addr *addr, ra__sock **out)
{
    ra__native_addr native;
    struct ra__epoll_sock *sock;
    socklen_t native_len = ra__native_addr_of(addr, &native);
    if (native_len == 0)
        return RA_ERR_INVALID;
    int fd = begin_connect(&native, native_len);
    if (fd < 0)
        return ra__native_connect_status(-fd);
    // After connect: a socket that is not yet connecting reports a hangup.
    ra_status status = ra__epoll_sock_new((void *)io, fd, CONNECTION_EVENTS | EPOLLOUT, &sock);
    if (status != RA_OK) {
        close(fd);
        return status;
    }
    *out = &sock->base;
    return RA_OK;
}

ra_status ra__epoll_connect_now(ra__sock *base)
{
    struct ra__epoll_sock *sock = record_of(base);
    int error = 0;
    socklen_t error_len = sizeof error;
    if (!sock->may_write)
        return RA_ERR_BUSY;
    if (getsockopt(sock->fd, SOL_SOCKET, SO_ERROR, &error, &error_len) != 0)
        error = errno;
    return error ? ra__native_connect_status(error) : RA_OK;
}

void ra__epoll_shutdown(ra__sock *base)
{
    shutdown(record_of(base)->fd, SHUT_WR); // fails only when there is nobody left to tell
}

void ra__epoll_close(ra__sock *base, bool reset)
{
    struct ra__epoll_sock *sock = record_of(base);
    struct ra__epoll_shard *io = part_of(sock);
    if (reset) {
        const struct linger now = {.l_onoff = 1, .l_linger = 0};
        setsockopt(sock->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    }
    ra__epoll_sock_end(sock);
    ra__epoll_listeners_resume(io);
}
