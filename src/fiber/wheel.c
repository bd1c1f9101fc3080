// SPDX-License-Identifier: MIT OR Apache-2.0
// wheel: slots, bitmaps and the way down from level to level. The rules: private/wheel.h.
#include "private/wheel.h"
#include "private/shard.h"

enum { SLOT_MASK = RA__WHEEL_SLOTS - 1 };
// Ticks that four levels reach.
#define HORIZON (UINT64_C(1) << (RA__WHEEL_LEVELS * RA__WHEEL_BITS))

static uint64_t tick_at_or_after(int64_t ns)
{
    if (ns <= 0)
        return 0;
    return ((uint64_t)ns + (uint64_t)RA__TICK_NS - 1) / (uint64_t)RA__TICK_NS;
}

static void ring_init(ra__timer *head)
{
    head->next = head->prev = head;
}

static void ring_append(ra__timer *head, ra__timer *timer)
{
    timer->next = head;
    timer->prev = head->prev;
    head->prev->next = timer;
    head->prev = timer;
}

static void ring_unlink(ra__timer *timer)
{
    timer->next->prev = timer->prev;
    timer->prev->next = timer->next;
    timer->next = timer->prev = NULL;
}

static void ring_move(ra__timer *from, ra__timer *to)
{
    ring_init(to);
    if (from->next == from)
        return;
    *to = *from;
    to->next->prev = to;
    to->prev->next = to;
    ring_init(from);
}

void ra__wheel_init(ra__wheel *wheel, int64_t now_ns)
{
    wheel->tick = (uint64_t)(now_ns < 0 ? 0 : now_ns) / (uint64_t)RA__TICK_NS;
    wheel->count = 0;
    for (unsigned level = 0; level < RA__WHEEL_LEVELS; level++) {
        wheel->used[level] = 0;
        for (unsigned slot = 0; slot < RA__WHEEL_SLOTS; slot++)
            ring_init(&wheel->slots[level][slot]);
    }
}

// A slot of level L is emptied when the wheel reaches a multiple of 64^L; so a timer may wait there
// as long as it is not due before that. Sorting in again goes down level by level.
static void place(ra__wheel *wheel, ra__timer *timer, uint64_t earliest)
{
    uint64_t tick = tick_at_or_after(timer->at_ns);
    if (tick < earliest)
        tick = earliest;
    if (tick - wheel->tick >= HORIZON)
        tick = wheel->tick + HORIZON - 1;
    uint64_t distance = tick - wheel->tick;
    unsigned level = distance ? (63 - (unsigned)__builtin_clzll(distance)) / RA__WHEEL_BITS : 0;
    unsigned slot = (tick >> (level * RA__WHEEL_BITS)) & SLOT_MASK;
    ring_append(&wheel->slots[level][slot], timer);
    wheel->used[level] |= UINT64_C(1) << slot;
}

void ra__wheel_add(ra__wheel *wheel, ra__timer *timer)
{
    // The present tick is done: a callback that arms a timer for now is not called again in the
    // same breath.
    place(wheel, timer, wheel->tick + 1);
    wheel->count++;
}

void ra__wheel_remove(ra__wheel *wheel, ra__timer *timer)
{
    ra__timer *left = timer->next == timer->prev ? timer->next : NULL;
    ring_unlink(timer);
    wheel->count--;
    // Alone in its ring: what is left is the slot's head, or the head of those being called just
    // now.
    uintptr_t at = (uintptr_t)left - (uintptr_t)wheel->slots;
    if (left && at < sizeof wheel->slots) {
        size_t index = at / sizeof(ra__timer);
        wheel->used[index / RA__WHEEL_SLOTS] &= ~(UINT64_C(1) << (index & SLOT_MASK));
    }
}

static uint64_t rotate_right(uint64_t bits, unsigned by)
{
    return by ? bits >> by | bits << (64 - by) : bits;
}

// The next tick at which some slot must be looked at; UINT64_MAX: none.
static uint64_t next_tick(const ra__wheel *wheel)
{
    uint64_t best = UINT64_MAX;
    for (unsigned level = 0; level < RA__WHEEL_LEVELS; level++) {
        if (!wheel->used[level])
            continue;
        uint64_t at = wheel->tick >> (level * RA__WHEEL_BITS);
        uint64_t ahead = rotate_right(wheel->used[level], (at + 1) & SLOT_MASK);
        uint64_t tick = (at + 1 + (unsigned)__builtin_ctzll(ahead)) << (level * RA__WHEEL_BITS);
        if (tick < best)
            best = tick;
    }
    return best;
}

static void take_slot(ra__wheel *wheel, unsigned level, ra__timer *out)
{
    unsigned slot = (wheel->tick >> (level * RA__WHEEL_BITS)) & SLOT_MASK;
    ring_move(&wheel->slots[level][slot], out);
    wheel->used[level] &= ~(UINT64_C(1) << slot);
}

static void sort_again(ra__wheel *wheel, unsigned level)
{
    ra__timer ring;
    take_slot(wheel, level, &ring);
    while (ring.next != &ring) {
        ra__timer *timer = ring.next;
        ring_unlink(timer);
        place(wheel, timer, wheel->tick);
    }
}

static bool call_due(ra__wheel *wheel)
{
    ra__timer due;
    take_slot(wheel, 0, &due);
    bool any = due.next != &due;
    while (due.next != &due) { // a callback may disarm any other
        ra__timer *timer = due.next;
        ring_unlink(timer);
        wheel->count--;
        timer->fn(timer);
    }
    return any;
}

bool ra__wheel_advance(ra__wheel *wheel, int64_t now_ns)
{
    uint64_t target = (uint64_t)(now_ns < 0 ? 0 : now_ns) / (uint64_t)RA__TICK_NS;
    bool any = false;
    while (wheel->tick < target) {
        uint64_t next = wheel->count ? next_tick(wheel) : UINT64_MAX;
        if (next > target) {
            wheel->tick = target;
            break;
        }
        wheel->tick = next;
        for (unsigned level = RA__WHEEL_LEVELS - 1; level > 0; level--)
            if ((next & ((UINT64_C(1) << (level * RA__WHEEL_BITS)) - 1)) == 0)
                sort_again(wheel, level);
        any |= call_due(wheel);
    }
    return any;
}

int64_t ra__wheel_next_ns(const ra__wheel *wheel)
{
    uint64_t tick = wheel->count ? next_tick(wheel) : UINT64_MAX;
    if (tick >= (uint64_t)(INT64_MAX / RA__TICK_NS))
        return INT64_MAX;
    return (int64_t)tick * RA__TICK_NS;
}
