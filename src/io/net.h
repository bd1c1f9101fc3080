// SPDX-License-Identifier: MIT OR Apache-2.0
// net: TCP for the layers above, the same over every backend.
//
// A socket belongs to one shard. What has been accepted is a *raw* socket, which may still move to
// another shard.
#ifndef RAMIE_IO_NET_H
#define RAMIE_IO_NET_H

#include "fiber/op.h"

/// An address as text: "127.0.0.1", "::1"; port. No names: resolving is the client's.
typedef struct {
    char host[46];
    uint16_t port;
} ra__addr;
/// "127.0.0.1:8080", "[::1]:8080", ":8080" and "8080" (all IPv4 addresses), "localhost:8080".
/// RA_ERR_INVALID.
RA_MUST_USE ra_status ra__addr_parse(ra_str text, ra__addr *out);
/// "127.0.0.1:8080"; the text's length, at most 55.
size_t ra__addr_print(char out[56], const ra__addr *addr);

typedef struct ra__sock ra__sock;
typedef struct ra__listener ra__listener;
typedef intptr_t ra__raw; // descriptor, or the simulation's endpoint

typedef struct {
    /// In the shard's loop. The raw socket is the callee's: adopt it, send it to another shard, or
    /// close it.
    void (*accepted)(void *arg, ra__raw raw, const ra__addr *peer);
    void *arg;
    int backlog; // 0: 1024
} ra__listen_opts;

/// One listener a shard shares the address with its siblings; the first one (`first`) refuses an
/// address that any other socket listens on. Before the shard's thread starts, or on the shard.
/// addr->port 0 is filled in. RA_ERR_BUSY: taken. RA_ERR_PERMISSION, RA_ERR_INVALID (not an address
/// of this machine), RA_ERR_IO. Out of descriptors: accepting pauses and is tried again after a
/// close or 100 ms; a spare descriptor keeps the queue moving.
RA_MUST_USE ra_status ra__listen(ra__shard *shard, ra__addr *addr, bool first,
                                 const ra__listen_opts *opts, ra__listener **out);
/// Accept all that is queued now, as `accepted` would get it anyway: before closing, so that no
/// client which the kernel has welcomed is turned away. On its shard.
void ra__listener_drain(ra__listener *listener);
/// On its shard (or when the threads have ended). What is queued is reset. NULL: nothing.
void ra__listener_close(ra__listener *listener);

/// NULL: no memory; the raw socket is closed.
ra__sock *ra__sock_adopt(ra__shard *shard, ra__raw raw);
void ra__raw_close(ra__runtime *runtime, ra__raw raw);

/// RA_ERR_UNAVAILABLE: refused, or no way there; RA_ERR_INVALID: no address; RA_ERR_EXHAUSTED: no
/// descriptor or memory; RA_ERR_PERMISSION; RA_ERR_CANCELED, RA_ERR_TIMEOUT: the ctx ended first.
/// Then there is no socket.
RA_SUSPENDS ra_status ra__sock_connect(ra_ctx *ctx, const ra__addr *addr, ra__sock **out);
/// At least one byte, or *got 0 at the end of the stream. RA_ERR_CLOSED: reset by the peer.
/// RA_ERR_BUSY: another fiber reads it. RA_ERR_CANCELED, RA_ERR_TIMEOUT: no byte was taken.
RA_SUSPENDS ra_status ra__sock_read(ra_ctx *ctx, ra__sock *sock, void *into, size_t bytes_max,
                                    size_t *got);
/// What is there now: RA_ERR_BUSY when nothing is, or another fiber reads. Does not suspend.
RA_MUST_USE ra_status ra__sock_try_read(ra__sock *sock, void *into, size_t bytes_max, size_t *got);
/// As much as goes out without waiting, at least 1 byte; else suspends. One write at a time (else
/// RA_ERR_BUSY). RA_ERR_CLOSED: the peer is gone.
RA_SUSPENDS ra_status ra__sock_write(ra_ctx *ctx, ra__sock *sock, const void *from, size_t bytes,
                                     size_t *sent);
RA_SUSPENDS ra_status ra__sock_write_all(ra_ctx *ctx, ra__sock *sock, const void *from,
                                         size_t bytes);

/// Call `readable` once, in the loop, when bytes, the end or an error can be read. No fiber and no
/// buffer meanwhile.
void ra__sock_watch(ra__sock *sock, void (*readable)(void *arg), void *arg);
void ra__sock_unwatch(ra__sock *sock); // not called any more after this returns
/// Call `gone` in the loop when the peer closes its side or resets, whoever reads; at most once.
/// NULL: stop.
void ra__sock_on_hangup(ra__sock *sock, void (*gone)(void *arg), void *arg);

/// No more is sent: FIN.
void ra__sock_shutdown(ra__sock *sock);
/// No op may be under way. `reset`: RST instead of FIN.
void ra__sock_close(ra__sock *sock, bool reset);

/// For tests: the n-th operation of that kind on this shard from now on (1: the next; 0: none)
/// fails so, once. A failed READABLE calls the watcher, and reads fail from then on. On the shard,
/// or before its thread starts.
void ra__net_set_fault(ra__shard *shard, ra__op_kind kind, unsigned nth, ra_status status);

/// The kernel's interface (and its sockets); needs no world.
extern const ra__backend ra__epoll_backend;

#endif
