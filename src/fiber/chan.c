// SPDX-License-Identifier: MIT OR Apache-2.0
// chan: send, receive, close. What it models and when its memory ends: private/chan.h.
#include "private/chan.h"
#include "base/assert.h"
#include "base/heap.h"
#include "private/park.h"

// ---- life

static void unlock_or_free(ra_chan *chan)
{
    bool last = chan->orphaned && chan->waiters == 0;
    pthread_mutex_unlock(&chan->lock);
    if (last) {
        pthread_mutex_destroy(&chan->lock);
        ra__heap_free(chan);
    }
}

static void end_with_ctx(void *arg)
{
    ra_chan *chan = arg;
    ra_chan_close_(chan);
    pthread_mutex_lock(&chan->lock);
    chan->orphaned = true;
    unlock_or_free(chan);
}

ra_chan *ra_chan_new(ra_ctx *ctx, size_t item_bytes, size_t capacity)
{
    size_t bytes;
    bool fits = !__builtin_mul_overflow(item_bytes, capacity, &bytes) &&
                !__builtin_add_overflow(bytes, sizeof(ra_chan), &bytes);
    ra_chan *chan = fits ? ra__heap_alloc(bytes) : NULL;
    RA_CHECK(chan, "no memory for a channel of %zu items of %zu bytes", capacity, item_bytes);
    memset(chan, 0, sizeof *chan);
    pthread_mutex_init(&chan->lock, NULL);
    chan->item_bytes = item_bytes;
    chan->capacity = capacity;
    ra_arena_defer(ra_ctx_arena(ctx), end_with_ctx, chan);
    return chan;
}

// ---- queues and ring

void ra__chan_enqueue(ra_chan *chan, ra__chan_queue *queue, ra__chan_waiter *waiter)
{
    waiter->next = NULL;
    waiter->prev = queue->tail;
    if (queue->tail)
        queue->tail->next = waiter;
    else
        queue->head = waiter;
    queue->tail = waiter;
    waiter->queued = true;
    waiter->claimed = false;
    chan->waiters++;
}

static void dequeue(ra__chan_queue *queue, ra__chan_waiter *waiter)
{
    waiter->queued = false;
    if (waiter->prev)
        waiter->prev->next = waiter->next;
    else
        queue->head = waiter->next;
    if (waiter->next)
        waiter->next->prev = waiter->prev;
    else
        queue->tail = waiter->prev;
}

void ra__chan_leave(ra_chan *chan, ra__chan_queue *queue, ra__chan_waiter *waiter)
{
    pthread_mutex_lock(&chan->lock);
    if (waiter->queued)
        dequeue(queue, waiter);
    chan->waiters--;
    unlock_or_free(chan);
}

// The first one that nobody else is ending; it is the caller's to wake. NULL: nobody waits.
static ra__chan_waiter *claim_first(ra_chan *chan, ra__chan_queue *queue)
{
    while (queue->head) {
        ra__chan_waiter *waiter = queue->head;
        dequeue(queue, waiter);
        if (ra__wait_claim(waiter->wait)) {
            waiter->wait->which = waiter->which;
            waiter->claimed = true;
            chan->waiters--;
            return waiter;
        }
    }
    return NULL;
}

static char *slot(ra_chan *chan, size_t index)
{
    size_t at = chan->at + index;
    return chan->items + (at < chan->capacity ? at : at - chan->capacity) * chan->item_bytes;
}

static void ring_put(ra_chan *chan, const void *item)
{
    memcpy(slot(chan, chan->len), item, chan->item_bytes);
    chan->len++;
}

static void ring_take(ra_chan *chan, void *item)
{
    memcpy(item, slot(chan, 0), chan->item_bytes);
    chan->at = chan->at + 1 < chan->capacity ? chan->at + 1 : 0;
    chan->len--;
}

ra_status ra__chan_try_send(ra_chan *chan, const void *item, ra__wait **wake)
{
    *wake = NULL;
    if (chan->closed)
        return RA_ERR_CLOSED;
    ra__chan_waiter *receiver = claim_first(chan, &chan->receivers);
    if (receiver) {
        memcpy(receiver->into, item, chan->item_bytes);
        *wake = receiver->wait;
        return RA_OK;
    }
    if (chan->len == chan->capacity)
        return RA_ERR_BUSY;
    ring_put(chan, item);
    return RA_OK;
}

ra_status ra__chan_try_recv(ra_chan *chan, void *item, ra__wait **wake)
{
    *wake = NULL;
    bool buffered = chan->len > 0;
    if (buffered)
        ring_take(chan, item);
    ra__chan_waiter *sender = claim_first(chan, &chan->senders);
    if (!sender)
        return buffered ? RA_OK : chan->closed ? RA_ERR_CLOSED : RA_ERR_BUSY;
    if (buffered) // its item takes the place at the end
        ring_put(chan, sender->from);
    else
        memcpy(item, sender->from, chan->item_bytes);
    *wake = sender->wait;
    return RA_OK;
}

// ---- send, receive, close

// What both do when they must wait. Called with the lock held, returns without it. Inlined: see
// private/switch.h.
static inline __attribute__((always_inline)) ra_status wait_in(ra_ctx *ctx, ra_chan *chan,
                                                               ra__chan_queue *queue,
                                                               ra__chan_waiter *waiter,
                                                               const char *kind)
{
    ra__wait wait;
    ra__wait_init(&wait, ctx, kind, chan);
    waiter->wait = &wait;
    ra__chan_enqueue(chan, queue, waiter);
    pthread_mutex_unlock(&chan->lock);

    ra_status status = ra__park(ctx, &wait);
    if (!waiter->claimed) // canceled or out of time
        ra__chan_leave(chan, queue, waiter);
    return status;
}

static void check(const ra_chan *chan, size_t item_bytes)
{
    RA_CHECK(chan, "the channel is NULL: made with RA_CHAN_NEW?");
    RA_CHECK(item_bytes == chan->item_bytes, "an item of %zu bytes for a channel of %zu",
             item_bytes, chan->item_bytes);
}

static ra_status finish(ra_ctx *ctx, ra_chan *chan, ra_status status, ra__wait *wake)
{
    pthread_mutex_unlock(&chan->lock);
    if (wake)
        ra__wait_wake(wake, RA_OK);
    ra__spend(ctx);
    return status;
}

ra_status ra_chan_send_(ra_ctx *ctx, ra_chan *chan, const void *item, size_t item_bytes)
{
    RA_TRY(ra__ctx_check(ctx));
    check(chan, item_bytes);
    ra__wait *wake;
    pthread_mutex_lock(&chan->lock);
    ra_status status = ra__chan_try_send(chan, item, &wake);
    if (status != RA_ERR_BUSY)
        return finish(ctx, chan, status, wake);
    ra__chan_waiter waiter = {.from = item};
    return wait_in(ctx, chan, &chan->senders, &waiter, "chan send");
}

ra_status ra_chan_recv_(ra_ctx *ctx, ra_chan *chan, void *item, size_t item_bytes)
{
    RA_TRY(ra__ctx_check(ctx));
    check(chan, item_bytes);
    ra__wait *wake;
    pthread_mutex_lock(&chan->lock);
    ra_status status = ra__chan_try_recv(chan, item, &wake);
    if (status != RA_ERR_BUSY)
        return finish(ctx, chan, status, wake);
    ra__chan_waiter waiter = {.into = item};
    return wait_in(ctx, chan, &chan->receivers, &waiter, "chan recv");
}

bool ra_chan_next_(ra_ctx *ctx, ra_chan *chan, void *item, size_t item_bytes)
{
    return ra_chan_recv_(ctx, chan, item, item_bytes) == RA_OK;
}

// Claimed waiters stay where they are until they are woken, so their links can chain them.
static ra__chan_waiter *claim_all(ra_chan *chan, ra__chan_queue *queue, ra__chan_waiter *chain)
{
    for (ra__chan_waiter *waiter; (waiter = claim_first(chan, queue)) != NULL;) {
        waiter->next = chain;
        chain = waiter;
    }
    return chain;
}

void ra_chan_close_(ra_chan *chan)
{
    RA_CHECK(chan, "the channel is NULL: made with RA_CHAN_NEW?");
    pthread_mutex_lock(&chan->lock);
    chan->closed = true;
    ra__chan_waiter *chain = claim_all(chan, &chan->receivers, NULL);
    chain = claim_all(chan, &chan->senders, chain);
    pthread_mutex_unlock(&chan->lock);
    while (chain) {
        ra__chan_waiter *waiter = chain;
        chain = waiter->next;
        ra__wait_wake(waiter->wait, RA_ERR_CLOSED);
    }
}
