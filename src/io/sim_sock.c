// SPDX-License-Identifier: MIT OR Apache-2.0
// sim_sock: the simulation as a backend: a shard's part, and its sockets.
//
// A socket that has something to deliver waits in its shard's ready ring; the delivery travels as a
// message, one socket a message, so that it happens in the shard's loop and the seed chooses which
// comes first.
#include "private/sim.h"

#include "base/heap.h"

enum { REORDER_MAX = 16 }; // a delivery is overtaken by at most so many others at a time
#define LATE_CANCEL_NS_MAX RA_MS(1)

static struct ra__sim_sock *sock_of(const ra__sock *base)
{
    return (struct ra__sim_sock *)(uintptr_t)base;
}

static struct ra__sim_shard *part_of(const struct ra__sim_sock *sock)
{
    return (struct ra__sim_shard *)(void *)sock->base.io;
}

// ---- deliveries

static void leave_ready(struct ra__sim_sock *sock)
{
    if (!ra__linked(&sock->ready))
        return;
    ra__unlink(&sock->ready);
    part_of(sock)->ready_count--;
}

static void post_delivery(struct ra__sim_shard *io)
{
    if (io->posted || io->ready_count == 0)
        return;
    io->posted = true;
    ra__shard_post(io->base.shard, &io->deliver);
}

void ra__sim_sock_refresh(struct ra__sim_sock *sock)
{
    if (!sock || ra__linked(&sock->ready) || !ra__sock_deliverable(&sock->base))
        return;
    struct ra__sim_shard *io = part_of(sock);
    ra__ring_push(&io->ready, &sock->ready);
    io->ready_count++;
    post_delivery(io);
}

static void deliver_one(ra__msg *msg)
{
    struct ra__sim_shard *io = RA__LINKED(struct ra__sim_shard, deliver, msg);
    io->posted = false;
    if (io->ready_count == 0)
        return;
    unsigned overtaken = io->ready_count < REORDER_MAX ? io->ready_count : REORDER_MAX;
    struct ra__link *link = io->ready.next;
    for (uint64_t skip = ra__sim_choose(io->sim, overtaken); skip > 0; skip--)
        link = link->next;
    struct ra__sim_sock *sock = RA__LINKED(struct ra__sim_sock, ready, link);
    uint32_t life = sock->base.generation;
    leave_ready(sock);
    ra__sim_fold(io->sim, RA__TRACE_DELIVER, sock->number, ra__shard_index(io->base.shard));
    ra__sock_deliver(&sock->base);
    if (sock->base.generation == life)
        ra__sim_sock_refresh(sock);
    post_delivery(io);
}

// ---- sockets

struct ra__sim_sock *ra__sim_sock_new(struct ra__net_shard *io)
{
    ra__sim *sim = ra__sim_of(io);
    struct ra__sim_sock *sock = sim->free_socks;
    if (sock) {
        sim->free_socks = sock->next_free;
    } else {
        sock = ra__heap_alloc_zeroed(1, sizeof *sock);
        if (!sock)
            return NULL;
        ra__ring_push(&sim->socks, &sock->link);
    }
    ra__sock_init(&sock->base, io);
    sock->number = ra__sim_number(sim);
    sock->end = NULL;
    sock->listener = NULL;
    return sock;
}

void ra__sim_sock_end(struct ra__sim_sock *sock)
{
    ra__sim *sim = part_of(sock)->sim;
    leave_ready(sock);
    ra__sim_unplan(sim, &sock->late_cancel);
    sock->base.generation++;
    sock->next_free = sim->free_socks;
    sim->free_socks = sock;
}

static ra__sock *adopt(struct ra__net_shard *io, ra__raw raw)
{
    struct ra__sim_end *end = (struct ra__sim_end *)raw;
    struct ra__sim_sock *sock = ra__sim_sock_new(io);
    if (!sock) {
        ra__sim_end_close(end, true);
        return NULL;
    }
    sock->end = end;
    end->sock = sock;
    return &sock->base;
}

static void raw_close(struct ra__net_shard *io, ra__raw raw)
{
    (void)io;
    ra__sim_end_close((struct ra__sim_end *)raw, false);
}

static void close_sock(ra__sock *base, bool reset)
{
    struct ra__sim_end *end = sock_of(base)->end;
    ra__sim_sock_end(sock_of(base));
    ra__sim_end_close(end, reset);
}

static void shutdown_sock(ra__sock *base)
{
    ra__sim_end_shutdown(sock_of(base)->end);
}

static ra_status read_now(ra__sock *base, void *into, size_t bytes_max, size_t *got)
{
    return ra__sim_end_read(sock_of(base)->end, into, bytes_max, got);
}

static ra_status write_now(ra__sock *base, const void *from, size_t bytes, size_t *sent)
{
    return ra__sim_end_write(sock_of(base)->end, from, bytes, sent);
}

static ra_status connect_now(ra__sock *base)
{
    const struct ra__sim_end *end = sock_of(base)->end;
    if (end->refused)
        return RA_ERR_UNAVAILABLE;
    return end->connected ? RA_OK : RA_ERR_BUSY;
}

static bool can_read(const ra__sock *base)
{
    const struct ra__sim_sock *sock = sock_of(base);
    return sock->listener ? ra__sim_listener_can_accept(sock->listener)
                          : ra__sim_end_can_read(sock->end);
}

static bool can_write(const ra__sock *base)
{
    return ra__sim_end_can_write(sock_of(base)->end);
}

static bool has_ended(const ra__sock *base)
{
    const struct ra__sim_sock *sock = sock_of(base);
    return sock->end && (sock->end->in.fin_visible || sock->end->in.rst_visible);
}

static void refresh(ra__sock *base)
{
    ra__sim_sock_refresh(sock_of(base));
}

// ---- cancelling

static void late_cancel(struct ra__sim_event *event)
{
    ra__sim_sock_refresh(RA__LINKED(struct ra__sim_sock, late_cancel, event));
}

/// As a fault it takes a while, in which the op may still succeed.
static void cancel(ra__shard *shard, ra__op *op)
{
    struct ra__sim_sock *sock = sock_of(op->target);
    ra__sim *sim = part_of(sock)->sim;
    bool late = op->state == RA__OP_WAITING && !ra__linked(&sock->late_cancel.link) &&
                ra__sim_chance(sim, sim->faults.cancel_race);
    if (!late) {
        ra__sock_cancel(shard, op);
        return;
    }
    op->state = RA__OP_CANCELING;
    sock->late_cancel.fn = late_cancel;
    ra__sim_plan(sim, &sock->late_cancel,
                 1 + (int64_t)ra__random_below(&sim->random, LATE_CANCEL_NS_MAX));
}

// ---- a shard's part

static ra_status open_shard(ra__shard *shard)
{
    struct ra__sim_shard *io = ra__heap_alloc_zeroed(1, sizeof *io);
    if (!io)
        return RA_ERR_EXHAUSTED;
    io->sim = ra__runtime_world(ra__shard_runtime(shard));
    io->base =
        (struct ra__net_shard){.net = &ra__sim_net, .shard = shard, .faults = &io->sim->told};
    io->deliver.fn = deliver_one;
    ra__ring_init(&io->ready);
    ra__shard_set_io(shard, io);
    return RA_OK;
}

static void close_shard(ra__shard *shard)
{
    ra__heap_free(ra__shard_io(shard));
    ra__shard_set_io(shard, NULL);
}

/// Deliveries are messages, and it is the world that moves the clock.
static void turn(ra__shard *shard, int64_t deadline_ns)
{
    (void)shard;
    (void)deadline_ns;
}

/// One thread never sleeps while it posts.
static void wake(ra__shard *shard)
{
    (void)shard;
}

const struct ra__net_backend ra__sim_net = {
    .listen = ra__sim_listen,
    .listener_drain = ra__sim_listener_drain,
    .listener_close = ra__sim_listener_close,
    .adopt = adopt,
    .raw_close = raw_close,
    .dial = ra__sim_dial,
    .read_now = read_now,
    .write_now = write_now,
    .connect_now = connect_now,
    .can_read = can_read,
    .can_write = can_write,
    .has_ended = has_ended,
    .refresh = refresh,
    .shutdown = shutdown_sock,
    .close = close_sock,
};

const ra__backend ra__sim_backend = {
    .name = "sim",
    .open = open_shard,
    .close = close_shard,
    .submit = ra__sock_submit,
    .cancel = cancel,
    .turn = turn,
    .wake = wake,
};
