// SPDX-License-Identifier: MIT OR Apache-2.0
// leave: a client that goes while its handler is at work. See docs/design/0003-half-close.md.
//
// A reset: nobody is there. A FIN: it sends nothing more, but may well wait for the answer; only a
// handler that is still suspended a second later, without anything having gone out meanwhile, is
// taken for work that nobody wants. Either way only handlers that may be cancelled are: those of
// safe methods, unless the route says otherwise.

#include "private/connection.h"

enum { GRACE_NS = 1000000000 };

static void cancel(ra__conn *conn)
{
    ra__fiber_cancel(conn->fiber, RA_ERR_CANCELED);
}

/// Read on behind what is buffered, to see whether the end is a FIN or a reset. What comes belongs
/// to the body or to the next request.
static bool was_reset(ra__conn *conn)
{
    ra__active *active = conn->active;
    while (!conn->eof && !active->reading && active->to < active->cap) {
        size_t got = 0;
        ra_status status =
            ra__sock_try_read(conn->sock, active->buf + active->to, active->cap - active->to, &got);
        if (status != RA_OK)
            return status != RA_ERR_BUSY;
        conn->eof = got == 0;
        active->to += (uint32_t)got;
    }
    return false;
}

static void on_grace_over(ra__timer *timer)
{
    ra__active *active = (ra__active *)((char *)timer - offsetof(ra__active, leave_timer));
    ra__conn *conn = active->conn;
    if (conn->out.busy) // it is being written to: the output has rules of its own
        ra__leave_watch(conn);
    else
        cancel(conn);
}

void ra__leave_watch(ra__conn *conn)
{
    ra__active *active = conn->active;
    if (!conn->gone || !active->request.running || !active->request.route->cancel_on_close)
        return;
    ra__leave_unwatch(conn);
    if (was_reset(conn)) {
        cancel(conn);
        return;
    }
    ra__shard *shard = conn->shard->shard;
    active->leave_timer.fn = on_grace_over;
    ra__timer_arm(shard, &active->leave_timer, ra__shard_now_ns(shard) + GRACE_NS);
}

void ra__leave_unwatch(ra__conn *conn)
{
    if (ra__timer_armed(&conn->active->leave_timer))
        ra__timer_disarm(conn->shard->shard, &conn->active->leave_timer);
}

void ra__conn_gone(void *arg)
{
    ra__conn *conn = arg;
    conn->gone = true;
    if (conn->active)
        ra__leave_watch(conn);
}
