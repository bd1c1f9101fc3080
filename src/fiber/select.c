// SPDX-License-Identifier: MIT OR Apache-2.0
// select: wait for the first of several channel operations, or a timeout.
//
// All channels are locked, in the order of their addresses (two selects over the same channels
// cannot lock each other out), each case is tried, and only if none can go on the fiber becomes a
// waiter of all. Its one wait word decides which side ends it; the losers' waiters are taken out
// before it goes on. Addresses decide the order of locking only.
#include "base/assert.h"
#include "private/chan.h"
#include "private/shard.h"

enum { CASES_MAX = 32, NONE = -1 };

#if defined(__has_attribute)
#if __has_attribute(uninitialized)
#define UNINITIALIZED __attribute__((uninitialized)) // large, written before it is read
#endif
#endif
#ifndef UNINITIALIZED
#define UNINITIALIZED
#endif

typedef struct {
    ra__wait wait;
    ra__timer timer;
    const ra_case *cases;
    int count;
    int timeout, none; // which case; NONE
    int64_t timeout_ns;
    int locks;
    ra_chan *order[CASES_MAX]; // of locking, each once
    ra__chan_waiter waiters[CASES_MAX];
} selection;

static bool on_channel(const ra_case *each)
{
    return (each->kind == RA_CASE_RECV_ || each->kind == RA_CASE_SEND_) && each->chan;
}

static void add_lock(selection *s, ra_chan *chan)
{
    int at = s->locks;
    for (; at > 0 && s->order[at - 1] >= chan; at--)
        if (s->order[at - 1] == chan)
            return;
    memmove(&s->order[at + 1], &s->order[at], (size_t)(s->locks - at) * sizeof *s->order);
    s->order[at] = chan;
    s->locks++;
}

static void read_cases(selection *s, const ra_case *cases)
{
    s->cases = cases;
    s->timeout = s->none = NONE;
    s->locks = 0;
    for (s->count = 0; cases[s->count].kind != RA_CASE_END_; s->count++) {
        const ra_case *each = &cases[s->count];
        RA_CHECK(s->count < CASES_MAX, "ra_select takes %d cases at most", (int)CASES_MAX);
        if (on_channel(each)) {
            RA_CHECK(each->item_bytes == each->chan->item_bytes,
                     "an item of %zu bytes for a channel of %zu", each->item_bytes,
                     each->chan->item_bytes);
            add_lock(s, each->chan);
        } else if (each->kind == RA_CASE_NONE_ ||
                   (each->kind == RA_CASE_TIMEOUT_ && each->ns <= 0)) {
            s->none = s->none == NONE ? s->count : s->none;
        } else if (each->kind == RA_CASE_TIMEOUT_ &&
                   (s->timeout == NONE || each->ns < s->timeout_ns)) {
            s->timeout = s->count;
            s->timeout_ns = each->ns;
        }
    }
}

static void lock_all(selection *s)
{
    for (int i = 0; i < s->locks; i++)
        pthread_mutex_lock(&s->order[i]->lock);
}

static void unlock_all(selection *s)
{
    for (int i = s->locks; i-- > 0;)
        pthread_mutex_unlock(&s->order[i]->lock);
}

static ra_status try_case(const ra_case *each, ra__wait **wake)
{
    if (!on_channel(each))
        return RA_ERR_BUSY;
    return each->kind == RA_CASE_RECV_ ? ra__chan_try_recv(each->chan, each->into, wake)
                                       : ra__chan_try_send(each->chan, each->item, wake);
}

// RA_ERR_BUSY: none can go on.
static ra_status try_all(selection *s, int start, size_t *fired, ra__wait **wake)
{
    *wake = NULL;
    for (int i = 0; i < s->count; i++) {
        int at = start + i < s->count ? start + i : start + i - s->count;
        ra_status status = try_case(&s->cases[at], wake);
        if (status != RA_ERR_BUSY) {
            *fired = (size_t)at;
            return status;
        }
    }
    return RA_ERR_BUSY;
}

static ra__chan_queue *queue_of(const ra_case *each)
{
    return each->kind == RA_CASE_RECV_ ? &each->chan->receivers : &each->chan->senders;
}

static void enqueue_all(selection *s)
{
    for (int i = 0; i < s->count; i++) {
        const ra_case *each = &s->cases[i];
        if (!on_channel(each))
            continue;
        ra__chan_waiter *waiter = &s->waiters[i];
        *waiter = (ra__chan_waiter){.wait = &s->wait, .which = (uint32_t)i};
        if (each->kind == RA_CASE_RECV_)
            waiter->into = each->into;
        else
            waiter->from = each->item;
        ra__chan_enqueue(each->chan, queue_of(each), waiter);
    }
}

// All but the one whose channel ended the wait: that channel may be gone.
static void leave_all(selection *s)
{
    for (int i = 0; i < s->count; i++) {
        const ra_case *each = &s->cases[i];
        if (on_channel(each) && !s->waiters[i].claimed)
            ra__chan_leave(each->chan, queue_of(each), &s->waiters[i]);
    }
}

static void timed_out(ra__timer *timer)
{
    selection *s = (selection *)(void *)((char *)timer - offsetof(selection, timer));
    if (ra__wait_claim(&s->wait)) {
        s->wait.which = (uint32_t)s->timeout;
        ra__wait_wake(&s->wait, RA_OK);
    }
}

// Called with all locks held, returns without.
static ra_status wait_for_one(ra_ctx *ctx, selection *s, size_t *fired)
{
    ra__wait_init(&s->wait, ctx, "select", s->locks ? s->order[0] : NULL);
    enqueue_all(s);
    unlock_all(s);
    s->timer = (ra__timer){.fn = timed_out};
    if (s->timeout != NONE)
        ra__timer_arm(ctx->shard, &s->timer, ra__ctx_in(ctx, s->timeout_ns));
    ra_status status = ra__wait_park(ctx, &s->wait);
    ra__timer_disarm(ctx->shard, &s->timer);
    leave_all(s);
    if (status == RA_OK || status == RA_ERR_CLOSED)
        *fired = s->wait.which;
    return status;
}

ra_status ra_select_(ra_ctx *ctx, size_t *fired, const ra_case *cases, bool biased)
{
    RA_TRY(ra__ctx_check(ctx));
    UNINITIALIZED selection s;
    read_cases(&s, cases);
    int start = biased || s.count < 2 ? 0 : (int)(ra__shard_random(ctx->shard) % (unsigned)s.count);

    ra__wait *wake;
    lock_all(&s);
    ra_status status = try_all(&s, start, fired, &wake);
    if (status == RA_ERR_BUSY && s.none == NONE)
        return wait_for_one(ctx, &s, fired);
    unlock_all(&s);
    if (status == RA_ERR_BUSY) {
        *fired = (size_t)s.none;
        status = RA_OK;
    }
    if (wake)
        ra__wait_wake(wake, RA_OK);
    ra__spend(ctx);
    return status;
}
