// SPDX-License-Identifier: MIT OR Apache-2.0
// chan: a queue of items between fibers of any shards; what select shares with send and receive.
//
// The lock guards everything. It is held for a few instructions and never across a suspension. A
// value moves only after the waiter on the other side has been claimed: a waiter whose claim fails
// is being ended by somebody else. A ring with items has no waiting receivers, a ring with room no
// waiting senders; both lists are never non-empty.
//
// Lifetime. The channel ends with the ctx that made it, but its memory stays while `waiters` > 0. A
// waiter that is claimed here is counted out by who claims it and does not touch the channel again;
// any other counts itself out when it has been dequeued. So a wait that ends well costs no second
// lock.
#ifndef RAMIE_FIBER_CHAN_H
#define RAMIE_FIBER_CHAN_H

#include "fiber/wait.h"
#include <pthread.h>

/// Lies on the waiter's stack; known to the channel while `queued`.
typedef struct ra__chan_waiter ra__chan_waiter;
struct ra__chan_waiter {
    ra__chan_waiter *next, *prev;
    ra__wait *wait;
    union {
        void *into;       // a receiver's
        const void *from; // a sender's
    };
    uint32_t which; // case of a select
    bool queued;
    bool claimed; // counted out: the channel may be gone
};

typedef struct {
    ra__chan_waiter *head, *tail;
} ra__chan_queue;

struct ra_chan {
    pthread_mutex_t lock;
    bool closed;
    bool orphaned; // its ctx has ended
    size_t waiters;
    size_t item_bytes, capacity;
    size_t len, at; // of the ring: filled, first
    ra__chan_queue receivers, senders;
    _Alignas(16) char items[];
};

/// A waiter that was not claimed here leaves. Takes the lock; the channel may be gone afterwards.
void ra__chan_leave(ra_chan *chan, ra__chan_queue *queue, ra__chan_waiter *waiter);

// All below: under the lock.

/// RA_OK: done, and *wake (if not NULL) is claimed and must be woken with RA_OK after the lock.
/// RA_ERR_CLOSED. RA_ERR_BUSY: it would have to wait.
ra_status ra__chan_try_send(ra_chan *chan, const void *item, ra__wait **wake);
ra_status ra__chan_try_recv(ra_chan *chan, void *item, ra__wait **wake);
void ra__chan_enqueue(ra_chan *chan, ra__chan_queue *queue, ra__chan_waiter *waiter);

#endif
