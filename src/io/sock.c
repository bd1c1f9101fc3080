// SPDX-License-Identifier: MIT OR Apache-2.0
// sock: what a socket waits for and how each wait ends; the same machine for every backend.
//
// An op parks in the socket's reading or writing place until the backend can do it. `done` is
// called from here only: inside submit when the op ends at once, else from ra__sock_deliver in the
// loop. Cancelling marks the op; if it can still succeed when it is looked at next, the success
// wins and no byte is lost.
#include "private/backend.h"

#include "base/assert.h"

static ra__op **place_of(ra__sock *sock, const ra__op *op)
{
    bool writes = op->kind == RA__OP_WRITE || op->kind == RA__OP_CONNECT;
    return writes ? &sock->writing : &sock->reading;
}

static bool can_read(const ra__sock *sock)
{
    return sock->broken != RA_OK || sock->io->net->can_read(sock);
}

ra_status ra__sock_read_now(ra__sock *sock, void *into, size_t bytes_max, size_t *got)
{
    if (sock->broken != RA_OK)
        return (ra_status)sock->broken;
    ra_status status = sock->io->net->read_now(sock, into, bytes_max, got);
    // The kernel tells of a reset once, then reports the end of the stream.
    if (status == RA_ERR_CLOSED)
        sock->broken = RA_ERR_CLOSED;
    return status;
}

/// Do it without waiting and set the result; false: not yet.
static bool attempt(ra__sock *sock, ra__op *op)
{
    const struct ra__net_backend *net = sock->io->net;
    size_t bytes = 0;
    ra_status status = RA_ERR_BUSY;
    switch ((ra__op_kind)op->kind) {
    case RA__OP_READ:
        status = ra__sock_read_now(sock, op->data, op->len, &bytes);
        break;
    case RA__OP_WRITE:
        status = net->write_now(sock, op->data, op->len, &bytes);
        break;
    case RA__OP_CONNECT:
        status = net->connect_now(sock);
        break;
    case RA__OP_READABLE:
        status = can_read(sock) ? RA_OK : RA_ERR_BUSY;
        break;
    }
    op->result = status == RA_OK ? (int64_t)bytes : -(int64_t)status;
    return status != RA_ERR_BUSY;
}

static void complete(ra__op *op)
{
    op->state = RA__OP_IDLE;
    op->done(op);
}

void ra__sock_submit(ra__shard *shard, ra__op *op)
{
    ra__sock *sock = op->target;
    (void)shard;
    RA_DEBUG_CHECK(sock->io->shard == shard, "an op for a socket of another shard");
    ra__op **place = place_of(sock, op);
    ra_status fault = ra__net_fault(sock->io, (ra__op_kind)op->kind);
    if (fault != RA_OK || *place) {
        op->result = -(int64_t)(fault != RA_OK ? fault : RA_ERR_BUSY);
        complete(op);
        return;
    }
    if (attempt(sock, op)) {
        complete(op);
        return;
    }
    op->state = RA__OP_WAITING;
    *place = op;
    sock->io->net->refresh(sock);
}

void ra__sock_cancel(ra__shard *shard, ra__op *op)
{
    (void)shard;
    if (op->state != RA__OP_WAITING)
        return; // it ended before it could be cancelled
    op->state = RA__OP_CANCELING;
    ra__sock *sock = op->target;
    sock->io->net->refresh(sock);
}

static void settle(ra__sock *sock, ra__op **place)
{
    ra__op *op = *place;
    if (!op)
        return;
    if (!attempt(sock, op)) {
        if (op->state != RA__OP_CANCELING)
            return;
        op->result = -(int64_t)RA_ERR_CANCELED;
    }
    *place = NULL;
    complete(op);
}

static void tell_watcher(ra__sock *sock)
{
    if (!sock->readable || !can_read(sock))
        return;
    void (*readable)(void *) = sock->readable;
    sock->readable = NULL;
    readable(sock->readable_arg);
}

static bool must_tell_gone(const ra__sock *sock)
{
    return sock->gone && !sock->gone_told && sock->io->net->has_ended(sock);
}

void ra__sock_deliver(ra__sock *sock)
{
    uint32_t life = sock->generation;
    settle(sock, &sock->writing);
    if (sock->generation != life)
        return;
    settle(sock, &sock->reading);
    if (sock->generation != life)
        return;
    tell_watcher(sock);
    if (sock->generation != life || !must_tell_gone(sock))
        return;
    sock->gone_told = true;
    sock->gone(sock->gone_arg);
}

bool ra__sock_deliverable(const ra__sock *sock)
{
    const ra__op *writing = sock->writing, *reading = sock->reading;
    if (writing && (writing->state == RA__OP_CANCELING || sock->io->net->can_write(sock)))
        return true;
    if (reading && (reading->state == RA__OP_CANCELING || can_read(sock)))
        return true;
    return (sock->readable && can_read(sock)) || must_tell_gone(sock);
}

void ra__sock_init(ra__sock *sock, struct ra__net_shard *io)
{
    *sock = (ra__sock){.io = io, .generation = sock->generation};
}

ra_status ra__net_fault_count(struct ra__net_faults *faults, ra__op_kind kind)
{
    if (faults->kinds[kind].countdown == 0 || --faults->kinds[kind].countdown > 0)
        return RA_OK;
    faults->armed--;
    return faults->kinds[kind].status;
}

void ra__net_fault_arm(struct ra__net_faults *faults, ra__op_kind kind, unsigned nth,
                       ra_status status)
{
    RA_CHECK((unsigned)kind < RA__OP_KINDS, "no such kind of op: %d", (int)kind);
    faults->armed += (nth > 0) - (faults->kinds[kind].countdown > 0);
    faults->kinds[kind].countdown = nth;
    faults->kinds[kind].status = status;
}
