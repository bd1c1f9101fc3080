// SPDX-License-Identifier: MIT OR Apache-2.0
// sim_conn: a connection of the simulated network: two ends, each with the bytes on their way to
// it.
//
// What is written is in flight until it arrives, at once or after a delay of the seed's; order
// within a direction is kept. Closing with bytes unread resets the peer, as Linux does. The
// connection is freed once both ends are closed.
#include "private/sim.h"

#include "base/heap.h"

enum {
    PIPE_BYTES_CALM = 64 << 10,
    PIPE_SHIFT_MIN = 12, // a world that is not calm draws 4 KiB to 64 KiB
    PIPE_SHIFTS = 5,
    SPLIT_PER_MILLE = 200,    // of its reads and writes move only a part
    HESITATE_PER_MILLE = 125, // and so many say "not now" though they could go on
};

static void arrive(struct ra__sim_event *event)
{
    struct ra__sim_end *end = RA__LINKED(struct ra__sim_end, arrival, event);
    ra__pipe_arrive(&end->in);
    ra__sim_sock_refresh(end->sock);
}

/// Something was put into this end's pipe: it arrives, together with what is in flight already.
static void send_off(struct ra__sim_end *end)
{
    if (ra__linked(&end->arrival.link))
        return;
    int64_t delay_ns = ra__sim_delay_ns(end->conn->sim);
    if (delay_ns > 0)
        ra__sim_plan(end->conn->sim, &end->arrival, delay_ns);
    else
        arrive(&end->arrival);
}

static void init_end(struct ra__sim_conn *conn, unsigned side)
{
    ra__sim *sim = conn->sim;
    struct ra__sim_end *end = &conn->ends[side];
    uint32_t drawn = UINT32_C(1) << (PIPE_SHIFT_MIN + ra__sim_choose(sim, PIPE_SHIFTS));
    *end = (struct ra__sim_end){
        .conn = conn, .peer = &conn->ends[!side], .number = ra__sim_number(sim)};
    end->arrival.fn = arrive;
    ra__pipe_init(&end->in, sim->opts.calm ? PIPE_BYTES_CALM : drawn);
    sim->open_ends++;
}

struct ra__sim_conn *ra__sim_conn_new(ra__sim *sim)
{
    struct ra__sim_conn *conn = ra__heap_alloc_zeroed(1, sizeof *conn);
    if (!conn)
        return NULL;
    conn->sim = sim;
    init_end(conn, 0);
    init_end(conn, 1);
    ra__ring_push(&sim->conns, &conn->link);
    return conn;
}

void ra__sim_conn_free(struct ra__sim_conn *conn)
{
    ra__sim_unplan(conn->sim, &conn->knock);
    for (unsigned side = 0; side < 2; side++) {
        ra__sim_unplan(conn->sim, &conn->ends[side].arrival);
        ra__pipe_deinit(&conn->ends[side].in);
    }
    ra__unlink(&conn->link);
    ra__heap_free(conn);
}

// ---- ending

/// The network breaks the connection: both sides see a reset, what was in flight or unread is lost.
static void tear(struct ra__sim_conn *conn)
{
    ra__sim_fold(conn->sim, RA__TRACE_RESET, conn->ends[0].number, 0);
    for (unsigned side = 0; side < 2; side++) {
        struct ra__pipe *in = &conn->ends[side].in;
        ra__pipe_drop(in);
        in->rst = true;
        ra__pipe_arrive(in);
        ra__sim_sock_refresh(conn->ends[side].sock);
    }
}

void ra__sim_end_shutdown(struct ra__sim_end *end)
{
    if (end->fin_sent)
        return;
    end->fin_sent = true;
    end->peer->in.fin = true;
    send_off(end->peer);
}

void ra__sim_end_close(struct ra__sim_end *end, bool reset)
{
    ra__sim *sim = end->conn->sim;
    struct ra__sim_end *peer = end->peer;
    bool unread = end->in.len > 0;
    ra__sim_fold(sim, RA__TRACE_CLOSE, end->number, reset);
    end->closed = true;
    end->sock = NULL;
    ra__unlink(&end->queued);
    sim->open_ends--;
    if (peer->closed) {
        ra__sim_conn_free(end->conn);
        return;
    }
    if (reset || unread) {
        peer->in.rst = true;
        send_off(peer);
    } else {
        ra__sim_end_shutdown(end);
    }
}

// ---- bytes

/// How many of `bytes` go in one call.
static uint32_t part_of(ra__sim *sim, uint32_t bytes, unsigned fault_per_mille)
{
    if (bytes <= 1)
        return bytes;
    bool split = !sim->opts.calm && ra__sim_chance(sim, SPLIT_PER_MILLE);
    if (!split && !ra__sim_chance(sim, fault_per_mille))
        return bytes;
    return 1 + (uint32_t)ra__random_below(&sim->random, bytes - 1);
}

static bool hesitates(ra__sim *sim)
{
    return !sim->opts.calm && ra__sim_chance(sim, HESITATE_PER_MILLE);
}

static bool torn_now(struct ra__sim_end *end)
{
    if (!ra__sim_chance(end->conn->sim, end->conn->sim->faults.reset))
        return false;
    tear(end->conn);
    return true;
}

bool ra__sim_end_can_read(const struct ra__sim_end *end)
{
    const struct ra__pipe *in = &end->in;
    return in->visible > 0 || in->fin_visible || in->rst_visible;
}

bool ra__sim_end_can_write(const struct ra__sim_end *end)
{
    if (!end->connected)
        return end->refused;
    return end->in.rst_visible || end->peer->closed || ra__pipe_room(&end->peer->in) > 0;
}

ra_status ra__sim_end_read(struct ra__sim_end *end, void *into, size_t bytes_max, size_t *got)
{
    ra__sim *sim = end->conn->sim;
    struct ra__pipe *in = &end->in;
    if (!ra__sim_end_can_read(end) || hesitates(sim))
        return RA_ERR_BUSY;
    if (torn_now(end))
        return RA_ERR_CLOSED;
    if (in->visible == 0) {
        *got = 0;
        return in->rst_visible ? RA_ERR_CLOSED : RA_OK;
    }
    uint32_t bytes = in->visible < bytes_max ? in->visible : (uint32_t)bytes_max;
    bytes = part_of(sim, bytes, sim->faults.partial_read);
    ra__pipe_take(in, into, bytes);
    ra__sim_fold(sim, RA__TRACE_READ, end->number, bytes);
    ra__sim_sock_refresh(end->peer->sock); // there is room again
    *got = bytes;
    return RA_OK;
}

ra_status ra__sim_end_write(struct ra__sim_end *end, const void *from, size_t bytes, size_t *sent)
{
    ra__sim *sim = end->conn->sim;
    struct ra__sim_end *peer = end->peer;
    if (end->in.rst_visible || end->fin_sent)
        return RA_ERR_CLOSED;
    if (!ra__sim_end_can_write(end) || hesitates(sim))
        return RA_ERR_BUSY;
    if (torn_now(end))
        return RA_ERR_CLOSED;
    if (peer->closed) { // the first write goes out; the answer to it is a reset
        *sent = bytes;
        tear(end->conn);
        return RA_OK;
    }
    uint32_t room = ra__pipe_room(&peer->in);
    uint32_t part = part_of(sim, bytes < room ? (uint32_t)bytes : room, sim->faults.partial_write);
    RA_TRY(ra__pipe_put(&peer->in, from, part));
    ra__sim_fold(sim, RA__TRACE_WRITE, end->number, part);
    send_off(peer);
    *sent = part;
    return RA_OK;
}
