// SPDX-License-Identifier: MIT OR Apache-2.0
// net: the calls of the layers above. Each tries at once what it wants; only when that would wait
// does it become an op and park the fiber. With injected faults every call takes the op's way,
// where they are counted.
#include "io/net.h"

#include "base/assert.h"
#include "private/backend.h"

static struct ra__net_shard *part_of(const ra__shard *shard)
{
    return ra__shard_io(shard);
}

// ---- listeners and raw sockets

ra_status ra__listen(ra__shard *shard, ra__addr *addr, bool first, const ra__listen_opts *opts,
                     ra__listener **out)
{
    struct ra__net_shard *io = part_of(shard);
    return io->net->listen(io, addr, first, opts, out);
}

static const struct ra__net_backend *backend_of(ra__listener *listener)
{
    return (*(struct ra__net_shard **)(void *)listener)->net;
}

void ra__listener_drain(ra__listener *listener)
{
    backend_of(listener)->listener_drain(listener);
}

void ra__listener_close(ra__listener *listener)
{
    if (listener)
        backend_of(listener)->listener_close(listener);
}

ra__sock *ra__sock_adopt(ra__shard *shard, ra__raw raw)
{
    struct ra__net_shard *io = part_of(shard);
    return io->net->adopt(io, raw);
}

void ra__raw_close(ra__runtime *runtime, ra__raw raw)
{
    ra__shard *self = ra__shard_self();
    part_of(ra__runtime_shard(runtime, 0))->net->raw_close(self ? part_of(self) : NULL, raw);
}

// ---- what may suspend

/// Park until the op is done; *bytes says how much it moved.
static ra_status run_op(ra_ctx *ctx, ra__op *op, const char *kind, size_t *bytes)
{
    RA_TRY(ra__op_run(ctx, op, kind));
    *bytes = (size_t)op->result;
    return RA_OK;
}

ra_status ra__sock_connect(ra_ctx *ctx, const ra__addr *addr, ra__sock **out)
{
    RA_TRY(ra__ctx_may_suspend(ctx));
    struct ra__net_shard *io = part_of(ctx->shard);
    ra__sock *sock;
    RA_TRY(io->net->dial(io, addr, &sock));
    ra__op op = {.kind = RA__OP_CONNECT, .target = sock};
    ra_status status = ra__op_run(ctx, &op, "sock connect");
    if (status != RA_OK) {
        ra__sock_close(sock, true);
        return status;
    }
    *out = sock;
    return RA_OK;
}

ra_status ra__sock_read(ra_ctx *ctx, ra__sock *sock, void *into, size_t bytes_max, size_t *got)
{
    RA_DEBUG_CHECK(bytes_max > 0, "a read into no room looks like the end of the stream");
    RA_TRY(ra__ctx_may_suspend(ctx));
    if (sock->reading)
        return RA_ERR_BUSY;
    if (!sock->io->faults->armed) {
        ra_status status = ra__sock_read_now(sock, into, bytes_max, got);
        if (status != RA_ERR_BUSY) {
            ra__spend(ctx);
            return status;
        }
    }
    ra__op op = {.kind = RA__OP_READ, .target = sock, .data = into, .len = bytes_max};
    return run_op(ctx, &op, "sock read", got);
}

ra_status ra__sock_write(ra_ctx *ctx, ra__sock *sock, const void *from, size_t bytes, size_t *sent)
{
    RA_DEBUG_CHECK(bytes > 0, "a write of nothing");
    RA_TRY(ra__ctx_may_suspend(ctx));
    if (sock->writing)
        return RA_ERR_BUSY;
    if (!sock->io->faults->armed) {
        ra_status status = sock->io->net->write_now(sock, from, bytes, sent);
        if (status != RA_ERR_BUSY) {
            ra__spend(ctx);
            return status;
        }
    }
    ra__op op = {
        .kind = RA__OP_WRITE, .target = sock, .data = (void *)(uintptr_t)from, .len = bytes};
    return run_op(ctx, &op, "sock write", sent);
}

ra_status ra__sock_write_all(ra_ctx *ctx, ra__sock *sock, const void *from, size_t bytes)
{
    const char *at = from;
    while (bytes > 0) {
        size_t sent;
        RA_TRY(ra__sock_write(ctx, sock, at, bytes, &sent));
        at += sent;
        bytes -= sent;
    }
    return RA_OK;
}

// ---- what does not

ra_status ra__sock_try_read(ra__sock *sock, void *into, size_t bytes_max, size_t *got)
{
    RA_DEBUG_CHECK(bytes_max > 0, "a read into no room looks like the end of the stream");
    if (sock->reading)
        return RA_ERR_BUSY;
    RA_TRY(ra__net_fault(sock->io, RA__OP_READ));
    return ra__sock_read_now(sock, into, bytes_max, got);
}

void ra__sock_watch(ra__sock *sock, void (*readable)(void *arg), void *arg)
{
    RA_DEBUG_CHECK(!sock->reading, "a watcher beside a reader");
    ra_status fault = ra__net_fault(sock->io, RA__OP_READABLE);
    if (fault != RA_OK)
        sock->broken = (uint8_t)fault;
    sock->readable = readable;
    sock->readable_arg = arg;
    sock->io->net->refresh(sock);
}

void ra__sock_unwatch(ra__sock *sock)
{
    sock->readable = NULL;
    sock->io->net->refresh(sock);
}

void ra__sock_on_hangup(ra__sock *sock, void (*gone)(void *arg), void *arg)
{
    sock->gone = gone;
    sock->gone_arg = arg;
    sock->io->net->refresh(sock);
}

void ra__sock_shutdown(ra__sock *sock)
{
    sock->io->net->shutdown(sock);
}

void ra__sock_close(ra__sock *sock, bool reset)
{
    RA_CHECK(!sock->reading && !sock->writing, "a socket closed while an op is under way");
    sock->io->net->close(sock, reset);
}

void ra__net_set_fault(ra__shard *shard, ra__op_kind kind, unsigned nth, ra_status status)
{
    ra__net_fault_arm(part_of(shard)->faults, kind, nth, status);
}
