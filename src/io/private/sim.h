// SPDX-License-Identifier: MIT OR Apache-2.0
// sim: what the files of the simulation share.
//
//   sim.c           the world: steps, clock, seed, trace
//   sim_sock.c      the backend: a shard's part, sockets, their deliveries
//   sim_conn.c      connections: two ends, bytes on their way, faults
//   sim_listener.c  listening, accepting, connecting
//   pipe.c random.c bytes in order; numbers from the seed
//
// Nothing here depends on an address, a hash order or a clock of the machine: ends, listeners and
// sockets are numbered, lists keep the order of insertion, and each choice is one call of the
// seed's generator.
#ifndef RAMIE_IO_PRIVATE_SIM_H
#define RAMIE_IO_PRIVATE_SIM_H

#include "io/sim.h"
#include "private/backend.h"
#include "private/link.h"
#include "private/pipe.h"
#include "private/random.h"

/// Something that happens to the network at a moment; embedded in whom it happens to.
struct ra__sim_event {
    struct ra__link link; // of the world's `events`
    int64_t at_ns;
    void (*fn)(struct ra__sim_event *event);
};

struct ra__sim {
    ra__runtime *runtime;
    ra__sim_opts opts;
    ra__sim_faults faults;
    struct ra__net_faults told; // by ra__sim_fail
    ra__clock clock;
    ra__random random;
    int64_t now_ns, wall_offset_ns;
    uint64_t trace_hash, steps;
    struct ra__link events; // in the order they were planned
    int64_t next_event_ns;
    struct ra__link listeners, conns, socks; // all of them
    struct ra__sim_sock *free_socks;
    uint32_t next_number;
    uint16_t next_port;
    unsigned open_ends;
    uint64_t accepts; // calm: whose turn it is among the listeners of an address
};

/// A shard's part.
struct ra__sim_shard {
    struct ra__net_shard base;
    struct ra__sim *sim;
    struct ra__link ready; // sockets with something to deliver
    unsigned ready_count;
    ra__msg deliver; // how a delivery gets into the shard's loop
    bool posted;
};

/// One side of a connection. A raw socket is a pointer to it.
struct ra__sim_end {
    struct ra__sim_conn *conn;
    struct ra__sim_end *peer;
    struct ra__sim_sock *sock; // NULL: not adopted, or closed
    uint32_t number;
    ra__addr addr;
    struct ra__pipe in;
    struct ra__sim_event arrival; // of what is in flight
    struct ra__link queued;       // at a listener
    bool connected, refused, fin_sent, closed;
};

struct ra__sim_conn {
    struct ra__link link; // of the world's `conns`
    struct ra__sim *sim;
    struct ra__sim_end ends[2]; // the one that connected, the one that was accepted
    struct ra__sim_event knock; // the connection reaches the listener
};

struct ra__sim_sock {
    struct ra__sock base;
    struct ra__link link;  // of the world's `socks`, for as long as the world lives
    struct ra__link ready; // of its shard
    struct ra__sim_sock *next_free;
    struct ra__sim_end *end; // of a connection, else
    ra__listener *listener;  // whose clients it tells of
    uint32_t number;
    struct ra__sim_event late_cancel; // a cancelled op is looked at only now, as a fault
};

struct ra__listener {
    struct ra__net_shard *io; // first: net.c finds the backend here
    struct ra__link link;     // of the world's `listeners`
    struct ra__sim_sock *sock;
    ra__listen_opts opts;
    ra__addr addr;
    struct ra__link queue; // ends that wait to be accepted
    unsigned queue_len;
    struct ra__sim_event retry; // out of descriptors, as a fault
    bool accepting, closed;
};

// ---- sim.c

typedef enum {
    RA__TRACE_TURN = 1,
    RA__TRACE_EVENT,
    RA__TRACE_CLOCK,
    RA__TRACE_DELIVER,
    RA__TRACE_READ,
    RA__TRACE_WRITE,
    RA__TRACE_RESET,
    RA__TRACE_CLOSE,
    RA__TRACE_ACCEPT,
    RA__TRACE_USER
} ra__trace_kind;

void ra__sim_fold(ra__sim *sim, ra__trace_kind kind, uint64_t who, uint64_t what);
bool ra__sim_chance(ra__sim *sim, unsigned per_mille);
/// Below bound; 0 in a calm world.
uint64_t ra__sim_choose(ra__sim *sim, uint64_t bound);
/// How long something takes on the network: mostly 0.
int64_t ra__sim_delay_ns(ra__sim *sim);
void ra__sim_plan(ra__sim *sim, struct ra__sim_event *event, int64_t delay_ns);
void ra__sim_unplan(ra__sim *sim, struct ra__sim_event *event);
uint32_t ra__sim_number(ra__sim *sim);

// ---- sim_sock.c

extern const ra__backend ra__sim_backend;
extern const struct ra__net_backend ra__sim_net;

static inline ra__sim *ra__sim_of(const struct ra__net_shard *io)
{
    return ((const struct ra__sim_shard *)(const void *)io)->sim;
}
struct ra__sim_sock *ra__sim_sock_new(struct ra__net_shard *io); // NULL: no memory
void ra__sim_sock_end(struct ra__sim_sock *sock);
/// What it can do may have changed. NULL: nothing.
void ra__sim_sock_refresh(struct ra__sim_sock *sock);

// ---- sim_conn.c

/// Both ends, numbered and counted as open. NULL: no memory.
struct ra__sim_conn *ra__sim_conn_new(ra__sim *sim);
void ra__sim_conn_free(struct ra__sim_conn *conn);
void ra__sim_end_close(struct ra__sim_end *end, bool reset);
void ra__sim_end_shutdown(struct ra__sim_end *end);
ra_status ra__sim_end_read(struct ra__sim_end *end, void *into, size_t bytes_max, size_t *got);
ra_status ra__sim_end_write(struct ra__sim_end *end, const void *from, size_t bytes, size_t *sent);
bool ra__sim_end_can_read(const struct ra__sim_end *end);
bool ra__sim_end_can_write(const struct ra__sim_end *end);

// ---- sim_listener.c

RA_MUST_USE ra_status ra__sim_listen(struct ra__net_shard *io, ra__addr *addr, bool first,
                                     const ra__listen_opts *opts, ra__listener **out);
void ra__sim_listener_drain(ra__listener *listener);
void ra__sim_listener_close(ra__listener *listener);
bool ra__sim_listener_can_accept(const ra__listener *listener);
RA_MUST_USE ra_status ra__sim_dial(struct ra__net_shard *io, const ra__addr *addr, ra__sock **out);

#endif
