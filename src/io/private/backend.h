// SPDX-License-Identifier: MIT OR Apache-2.0
// backend: what a backend of sockets provides, and the half of a socket that is the same in all of
// them.
//
// A socket waits for at most one reading op (READ, READABLE), one writing op (WRITE, CONNECT), a
// watcher and a hangup callback. sock.c is the machine that ends these waits; a backend says what
// can be done now (`..._now`) and calls ra__sock_deliver, in the shard's loop, when that may have
// changed.
//
// Every callback may close the socket it is called for. The record then stays readable, with
// another generation.
#ifndef RAMIE_IO_PRIVATE_BACKEND_H
#define RAMIE_IO_PRIVATE_BACKEND_H

#include "io/net.h"

enum { RA__OP_KINDS = RA__OP_READABLE + 1 };

/// Injected failures, by kind of op. One word to look at while there are none.
struct ra__net_faults {
    unsigned armed; // kinds that count down
    struct {
        unsigned countdown; // 0: none; 1: the next one fails
        ra_status status;
    } kinds[RA__OP_KINDS];
};

/// A backend's part of one shard begins with this; ra__shard_io points to it.
struct ra__net_shard {
    const struct ra__net_backend *net;
    ra__shard *shard;
    struct ra__net_faults *faults; // its own, or one for the whole simulated world
};

/// A backend's socket begins with this.
struct ra__sock {
    struct ra__net_shard *io;
    ra__op *reading, *writing;   // parked; NULL: none
    void (*readable)(void *arg); // watcher; NULL: none
    void *readable_arg;
    void (*gone)(void *arg); // hangup callback; NULL: none
    void *gone_arg;
    uint32_t generation; // counts the lives of this record
    uint8_t broken;      // ra_status that every further read returns; RA_OK: sound
    bool gone_told;
};

struct ra__net_backend {
    RA_MUST_USE ra_status (*listen)(struct ra__net_shard *io, ra__addr *addr, bool first,
                                    const ra__listen_opts *opts, ra__listener **out);
    void (*listener_drain)(ra__listener *listener);
    void (*listener_close)(ra__listener *listener);
    ra__sock *(*adopt)(struct ra__net_shard *io, ra__raw raw);
    /// `io`: the calling shard's part; NULL: called from elsewhere.
    void (*raw_close)(struct ra__net_shard *io, ra__raw raw);
    /// A socket that is being connected; a CONNECT op waits for the outcome.
    RA_MUST_USE ra_status (*dial)(struct ra__net_shard *io, const ra__addr *addr, ra__sock **out);

    // What can be done without waiting; RA_ERR_BUSY: nothing now, ra__sock_deliver will be called
    // when it can.
    ra_status (*read_now)(ra__sock *sock, void *into, size_t bytes_max, size_t *got);
    ra_status (*write_now)(ra__sock *sock, const void *from, size_t bytes, size_t *sent);
    ra_status (*connect_now)(ra__sock *sock);
    bool (*can_read)(const ra__sock *sock);  // bytes, the end or an error
    bool (*can_write)(const ra__sock *sock); // or the outcome of connecting is known
    bool (*has_ended)(const ra__sock *sock); // the peer closed its side or reset

    /// Another wait was added or taken back: see to it that ra__sock_deliver is called if it can
    /// end at once.
    void (*refresh)(ra__sock *sock);
    void (*shutdown)(ra__sock *sock);
    /// Frees the record for the next socket: the generation changes.
    void (*close)(ra__sock *sock, bool reset);
};

// ---- sock.c: the machine, for backends

/// States of an op.
enum { RA__OP_IDLE, RA__OP_WAITING, RA__OP_CANCELING };

/// End what can end now: writing op, reading op, watcher, hangup, in this order. In the shard's
/// loop.
void ra__sock_deliver(ra__sock *sock);
/// Anything that ra__sock_deliver could end now?
bool ra__sock_deliverable(const ra__sock *sock);
/// read_now, remembering a reset.
ra_status ra__sock_read_now(ra__sock *sock, void *into, size_t bytes_max, size_t *got);
/// The backends' submit and cancel. A cancelled op ends at the next ra__sock_deliver, not before.
void ra__sock_submit(ra__shard *shard, ra__op *op);
void ra__sock_cancel(ra__shard *shard, ra__op *op);
/// A new life of a record: everything but `generation` as for a socket that waits for nothing.
void ra__sock_init(ra__sock *sock, struct ra__net_shard *io);

/// Count one operation of that kind: RA_OK, or the failure it was told to have.
ra_status ra__net_fault_count(struct ra__net_faults *faults, ra__op_kind kind);
static inline ra_status ra__net_fault(const struct ra__net_shard *io, ra__op_kind kind)
{
    if (__builtin_expect(io->faults->armed == 0, 1))
        return RA_OK;
    return ra__net_fault_count(io->faults, kind);
}
void ra__net_fault_arm(struct ra__net_faults *faults, ra__op_kind kind, unsigned nth,
                       ra_status status);

#endif
