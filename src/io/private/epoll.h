// SPDX-License-Identifier: MIT OR Apache-2.0
// epoll: what the three files of this backend share: a shard's part, and the record of one socket.
//
//   epoll.c           the shard's part, its turn, waking it
//   epoll_sock.c      records, system calls on connections
//   epoll_listener.c  listening, accepting, running out of descriptors
//
// Events are edge-triggered: the kernel tells of a change once, so each record remembers what it
// may still do
// (`may_read`, `may_write`) until a call proves otherwise. An event names its record by place and
// generation: one that comes after the record's descriptor was closed finds another generation and
// is dropped.
#ifndef RAMIE_IO_PRIVATE_EPOLL_H
#define RAMIE_IO_PRIVATE_EPOLL_H

#include "private/backend.h"
#include "private/link.h"
#include <sys/epoll.h>

enum { RA__EPOLL_EVENTS_MAX = 128, RA__EPOLL_SLAB_SOCKS = 128 };

struct ra__epoll_sock {
    struct ra__sock base;
    union {
        struct ra__link ready;            // in the shard's `ready` ring
        struct ra__epoll_sock *next_free; // while fd is -1
    };
    int fd;
    uint32_t place; // in the slabs
    bool may_read, may_write;
    bool ended;     // the peer closed its side, or the connection broke
    bool out_armed; // EPOLLOUT is asked for, since a write had to wait once
};
_Static_assert(sizeof(struct ra__epoll_sock) <= 96, "an idle connection is small");

struct ra__epoll_shard {
    struct ra__net_shard base;
    struct ra__net_faults faults;
    int epoll_fd;
    int doorbell;
    int spare_fd; // given up for a moment to accept and turn away when no other is left; -1: none
    bool coarse;  // epoll_pwait2 is not there: wait in whole milliseconds
    struct ra__link ready;       // records to look at without an event
    struct ra__link paused;      // listeners that wait for a descriptor
    struct ra__epoll_sock *free; // chained by next_free
    struct ra__epoll_sock **slabs;
    uint32_t slab_count;
    struct epoll_event events[RA__EPOLL_EVENTS_MAX];
};

extern const struct ra__net_backend ra__epoll_net;

// ---- epoll_sock.c

/// A record for a descriptor, asked about `events` from now on. On failure the descriptor is still
/// the caller's. RA_ERR_EXHAUSTED: no memory, or no watch left in the kernel.
RA_MUST_USE ra_status ra__epoll_sock_new(struct ra__epoll_shard *io, int fd, uint32_t events,
                                         struct ra__epoll_sock **out);
/// Close the descriptor and free the record.
void ra__epoll_sock_end(struct ra__epoll_sock *sock);
/// The event's record; NULL: it has been closed since.
struct ra__epoll_sock *ra__epoll_sock_of(struct ra__epoll_shard *io, uint64_t name);
void ra__epoll_sock_event(struct ra__epoll_sock *sock, uint32_t events);
/// Have it looked at in the next turn.
void ra__epoll_sock_queue(struct ra__epoll_sock *sock);
/// All descriptors still open, and the slabs.
void ra__epoll_socks_free(struct ra__epoll_shard *io);

ra__sock *ra__epoll_adopt(struct ra__net_shard *io, ra__raw raw);
void ra__epoll_raw_close(struct ra__net_shard *io, ra__raw raw);
ra_status ra__epoll_dial(struct ra__net_shard *io, const ra__addr *addr, ra__sock **out);
ra_status ra__epoll_read_now(ra__sock *base, void *into, size_t bytes_max, size_t *got);
ra_status ra__epoll_write_now(ra__sock *base, const void *from, size_t bytes, size_t *sent);
ra_status ra__epoll_connect_now(ra__sock *base);
bool ra__epoll_can_read(const ra__sock *base);
bool ra__epoll_can_write(const ra__sock *base);
bool ra__epoll_has_ended(const ra__sock *base);
void ra__epoll_refresh(ra__sock *base);
void ra__epoll_shutdown(ra__sock *base);
void ra__epoll_close(ra__sock *base, bool reset);

// ---- epoll_listener.c

RA_MUST_USE ra_status ra__epoll_listen(struct ra__net_shard *io, ra__addr *addr, bool first,
                                       const ra__listen_opts *opts, ra__listener **out);
void ra__epoll_listener_drain(ra__listener *listener);
void ra__epoll_listener_close(ra__listener *listener);
/// A descriptor has become free: paused listeners try again.
void ra__epoll_listeners_resume(struct ra__epoll_shard *io);

#endif
