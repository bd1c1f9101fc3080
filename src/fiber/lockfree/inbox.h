// SPDX-License-Identifier: MIT OR Apache-2.0
// inbox: messages to one shard. Any thread pushes, the shard takes all at once.
//
// A push is one compare-and-swap onto a stack (R. K. Treiber, 1986); the owner swaps the whole
// stack out and turns it round, so there is no ABA and messages of one sender arrive in the order
// sent.
//
// Sleep. A shard about to wait sets `asleep`, then looks at the inbox again; a sender pushes, then
// looks at `asleep`. All four accesses are sequentially consistent, so at least one side sees the
// other: no wake-up is lost. No fence is used: ThreadSanitizer does not model them.
#ifndef RAMIE_FIBER_INBOX_H
#define RAMIE_FIBER_INBOX_H

#include "fiber/runtime.h"

typedef struct {
    _Atomic(ra__msg *) head;
    _Atomic bool asleep;
} ra__inbox;

/// Any thread. true: the owner sleeps and nobody else has been told to wake it.
static inline bool ra__inbox_push(ra__inbox *inbox, ra__msg *msg)
{
    ra__msg *head = atomic_load_explicit(&inbox->head, memory_order_relaxed);
    do {
        msg->next = head;
    } while (!atomic_compare_exchange_weak(&inbox->head, &head, msg));
    return atomic_load(&inbox->asleep) && atomic_exchange(&inbox->asleep, false);
}

static inline bool ra__inbox_empty(const ra__inbox *inbox)
{
    return atomic_load(&inbox->head) == NULL;
}

/// Owner only. A list in the order of sending; NULL: nothing was there.
static inline ra__msg *ra__inbox_take(ra__inbox *inbox)
{
    if (!atomic_load_explicit(&inbox->head, memory_order_relaxed))
        return NULL;
    ra__msg *newest = atomic_exchange(&inbox->head, NULL);
    ra__msg *oldest = NULL;
    while (newest) {
        ra__msg *next = newest->next;
        newest->next = oldest;
        oldest = newest;
        newest = next;
    }
    return oldest;
}

/// Owner only. false: a message came meanwhile, do not sleep.
static inline bool ra__inbox_sleep(ra__inbox *inbox)
{
    atomic_store(&inbox->asleep, true);
    if (ra__inbox_empty(inbox))
        return true;
    atomic_store(&inbox->asleep, false);
    return false;
}

static inline void ra__inbox_awake(ra__inbox *inbox)
{
    atomic_store_explicit(&inbox->asleep, false, memory_order_relaxed);
}

#endif
