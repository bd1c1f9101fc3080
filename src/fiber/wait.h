// SPDX-License-Identifier: MIT OR Apache-2.0
// wait: how every suspension works: channel, sleep, join, lock, socket, commit.
//
// One word decides who ends it: waker, timeout and cancellation each try to claim it, the first one
// wins.
//
//   ra__wait wait;
//   ra__wait_init(&wait, ctx, "chan recv", chan);   // then make it known to those who may wake it
//   ra_status status = ra__wait_park(ctx, &wait);   // RA_OK, or what woke it
//   // who still knows it (nobody who woke it) must be told: take it out before `wait` is gone
// Waker, any thread:
//   if (ra__wait_claim(w)) { move the value; ra__wait_wake(w, RA_OK); }   // after wake *w is gone
#ifndef RAMIE_FIBER_WAIT_H
#define RAMIE_FIBER_WAIT_H

#include "fiber/runtime.h"

typedef struct ra__wait ra__wait;
struct ra__wait {
    _Atomic uint32_t claimed;
    uint32_t which; // the waker's to set between claim and wake: which case of a select
    ra_status status;
    ra__fiber *fiber;
    const char *kind; // "chan recv"; static, for dumps
    const void *object;
    ra__msg wake; // to another shard
    /// NULL: cancellation and deadline claim the wait themselves. Else they call this once, on the
    /// waiter's shard, and the wait goes on until it is woken: for what must not be abandoned
    /// half-way (an op, a body on the writer).
    void (*on_cancel)(ra__wait *wait, ra_status why);
};

void ra__wait_init(ra__wait *wait, ra_ctx *ctx, const char *kind, const void *object);
/// true: the caller must call ra__wait_wake, soon.
bool ra__wait_claim(ra__wait *wait);
/// After a successful claim. Any thread.
void ra__wait_wake(ra__wait *wait, ra_status status);
/// Give up the CPU until woken. Does not look at ra__ctx_may_suspend first: the caller did, before
/// making the wait known. A deadline or cancellation that came since then ends it at once (through
/// on_cancel, if set).
RA_MUST_USE ra_status ra__wait_park(ra_ctx *ctx, ra__wait *wait);
/// A runtime call that went through without suspending: one of 128 in a row, then the fiber yields.
void ra__spend(ra_ctx *ctx);

#endif
