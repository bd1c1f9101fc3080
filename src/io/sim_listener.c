// SPDX-License-Identifier: MIT OR Apache-2.0
// sim_listener: listening, connecting and accepting in the simulated network.
//
// A connection knocks, perhaps after a delay, at one of the listeners of its address, which the
// seed chooses. It is connected from then on, as with a kernel, and waits in that listener's queue
// until it is accepted in its shard's loop.
#include "private/sim.h"

#include "base/heap.h"
#include "private/native.h"

enum {
    BACKLOG_DEFAULT = 1024,
    LISTEN_PORT_FIRST = 10000, // for those who ask for any
    LOCAL_PORT_FIRST = 49152,
    LOCAL_PORTS = 16384,
};
#define PAUSE_NS RA_MS(100)
#define SYN_RETRY_NS RA_SECONDS(1) // a full queue does not answer; RFC 6298, 2.1

// ---- addresses: a machine with nothing but a loopback

static bool same_host(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static bool is_wildcard(const ra__addr *addr)
{
    return same_host(addr->host, "0.0.0.0") || same_host(addr->host, "::");
}

static bool is_local(const ra__addr *addr)
{
    return is_wildcard(addr) || strncmp(addr->host, "127.", 4) == 0 || same_host(addr->host, "::1");
}

static bool overlap(const ra__addr *a, const ra__addr *b)
{
    return a->port == b->port && (same_host(a->host, b->host) || is_wildcard(a) || is_wildcard(b));
}

/// The n-th listener that a connection to `addr` could reach, from 0; NULL: there are fewer.
static ra__listener *listener_at(const ra__sim *sim, const ra__addr *addr, unsigned n)
{
    for (struct ra__link *at = sim->listeners.next; at != &sim->listeners; at = at->next) {
        ra__listener *listener = RA__LINKED(ra__listener, link, at);
        if (overlap(&listener->addr, addr) && n-- == 0)
            return listener;
    }
    return NULL;
}

static ra__listener *choose_listener(ra__sim *sim, const ra__addr *addr)
{
    unsigned count = 0;
    while (listener_at(sim, addr, count))
        count++;
    if (count == 0)
        return NULL;
    unsigned turn = (unsigned)(sim->accepts++ % count);
    return listener_at(sim, addr, sim->opts.calm ? turn : (unsigned)ra__sim_choose(sim, count));
}

// ---- accepting

bool ra__sim_listener_can_accept(const ra__listener *listener)
{
    return listener->queue_len > 0 && !ra__linked(&listener->retry.link);
}

static void on_clients(void *arg);

static void await_clients(ra__listener *listener)
{
    listener->sock->base.readable = on_clients;
    listener->sock->base.readable_arg = listener;
    ra__sim_sock_refresh(listener->sock);
}

static void retry(struct ra__sim_event *event)
{
    await_clients(RA__LINKED(ra__listener, retry, event));
}

static struct ra__sim_end *next_client(ra__listener *listener)
{
    struct ra__link *link = ra__ring_pop(&listener->queue);
    if (!link)
        return NULL;
    listener->queue_len--;
    return RA__LINKED(struct ra__sim_end, queued, link);
}

static void free_listener(ra__listener *listener)
{
    ra__sim *sim = ra__sim_of(listener->io);
    struct ra__sim_end *end;
    while ((end = next_client(listener)))
        ra__sim_end_close(end, true);
    ra__sim_unplan(sim, &listener->retry);
    ra__unlink(&listener->link);
    ra__sim_sock_end(listener->sock);
    ra__heap_free(listener);
}

/// At most clients_max of those that wait. false: the listener is gone.
static bool accept_some(ra__listener *listener, unsigned clients_max)
{
    struct ra__sim_end *end;
    listener->accepting = true;
    for (unsigned i = 0; i < clients_max && !listener->closed && (end = next_client(listener));
         i++) {
        ra__sim_fold(ra__sim_of(listener->io), RA__TRACE_ACCEPT, end->number, listener->addr.port);
        listener->opts.accepted(listener->opts.arg, (ra__raw)end, &end->peer->addr);
    }
    listener->accepting = false;
    if (!listener->closed)
        return true;
    free_listener(listener);
    return false;
}

static void on_clients(void *arg)
{
    ra__listener *listener = arg;
    ra__sim *sim = ra__sim_of(listener->io);
    if (ra__sim_chance(sim, sim->faults.accept)) {
        ra__sim_plan(sim, &listener->retry, PAUSE_NS);
        return;
    }
    // A calm world accepts all, any other an unknown part of them.
    unsigned all = listener->queue_len;
    if (accept_some(listener, all - (unsigned)ra__sim_choose(sim, all)))
        await_clients(listener);
}

void ra__sim_listener_drain(ra__listener *listener)
{
    if (!ra__linked(&listener->retry.link))
        RA_DISCARD(accept_some(listener, UINT32_MAX));
}

void ra__sim_listener_close(ra__listener *listener)
{
    listener->closed = true;
    if (!listener->accepting)
        free_listener(listener);
}

// ---- listening

static ra_status claim_addr(ra__sim *sim, ra__addr *addr, bool first)
{
    if (!is_local(addr))
        return RA_ERR_INVALID;
    if (addr->port == 0)
        addr->port = (uint16_t)(LISTEN_PORT_FIRST + sim->next_port++);
    return first && listener_at(sim, addr, 0) ? RA_ERR_BUSY : RA_OK;
}

ra_status ra__sim_listen(struct ra__net_shard *io, ra__addr *addr, bool first,
                         const ra__listen_opts *opts, ra__listener **out)
{
    ra__sim *sim = ra__sim_of(io);
    RA_TRY(claim_addr(sim, addr, first));
    ra__listener *listener = ra__heap_alloc_zeroed(1, sizeof *listener);
    if (!listener)
        return RA_ERR_EXHAUSTED;
    *listener =
        (ra__listener){.io = io, .opts = *opts, .addr = *addr, .sock = ra__sim_sock_new(io)};
    if (!listener->sock) {
        ra__heap_free(listener);
        return RA_ERR_EXHAUSTED;
    }
    if (listener->opts.backlog == 0)
        listener->opts.backlog = BACKLOG_DEFAULT;
    listener->sock->listener = listener;
    listener->retry.fn = retry;
    ra__ring_init(&listener->queue);
    ra__ring_push(&sim->listeners, &listener->link);
    await_clients(listener);
    *out = listener;
    return RA_OK;
}

// ---- connecting

static void knock(struct ra__sim_event *event)
{
    struct ra__sim_conn *conn = RA__LINKED(struct ra__sim_conn, knock, event);
    struct ra__sim_end *client = &conn->ends[0], *server = &conn->ends[1];
    struct ra__sim_sock *dialing = client->sock;
    ra__listener *listener = choose_listener(conn->sim, &server->addr);
    if (listener && !client->closed && listener->queue_len >= (unsigned)listener->opts.backlog) {
        ra__sim_plan(conn->sim, &conn->knock, SYN_RETRY_NS);
        return;
    }
    if (!listener || client->closed) {
        client->refused = true;
        ra__sim_end_close(server, false); // with a client that is gone, ends the connection
        ra__sim_sock_refresh(dialing);
        return;
    }
    client->connected = server->connected = true;
    ra__ring_push(&listener->queue, &server->queued);
    listener->queue_len++;
    ra__sim_sock_refresh(dialing);
    ra__sim_sock_refresh(listener->sock);
}

ra_status ra__sim_dial(struct ra__net_shard *io, const ra__addr *addr, ra__sock **out)
{
    ra__sim *sim = ra__sim_of(io);
    ra__native_addr native;
    if (ra__native_addr_of(addr, &native) == 0)
        return RA_ERR_INVALID;
    if (!is_local(addr))
        return RA_ERR_UNAVAILABLE;
    struct ra__sim_sock *sock = ra__sim_sock_new(io);
    if (!sock)
        return RA_ERR_EXHAUSTED;
    struct ra__sim_conn *conn = ra__sim_conn_new(sim);
    if (!conn) {
        ra__sim_sock_end(sock);
        return RA_ERR_EXHAUSTED;
    }
    conn->ends[0].addr =
        (ra__addr){"127.0.0.1", (uint16_t)(LOCAL_PORT_FIRST + conn->ends[0].number % LOCAL_PORTS)};
    conn->ends[1].addr = *addr;
    conn->ends[0].sock = sock;
    sock->end = &conn->ends[0];
    conn->knock.fn = knock;
    ra__sim_plan(sim, &conn->knock, ra__sim_delay_ns(sim));
    *out = &sock->base;
    return RA_OK;
}
