// SPDX-License-Identifier: MIT OR Apache-2.0
// wheel: hierarchical timing wheel (G. Varghese, A. Lauck, 1987), four levels of 64 slots.
//
// A tick is 1 ms of the monotonic clock. Level 0 holds what is due within 64 ticks, each level
// above 64 times as much; what lies past 4.6 hours waits in the last slot and is sorted in again. A
// bitmap a level finds the next slot at once.
#ifndef RAMIE_FIBER_WHEEL_H
#define RAMIE_FIBER_WHEEL_H

#include "fiber/timer.h"

enum { RA__WHEEL_LEVELS = 4, RA__WHEEL_BITS = 6, RA__WHEEL_SLOTS = 1 << RA__WHEEL_BITS };
#define RA__TICK_NS RA_MS(1)

typedef struct {
    uint64_t tick;                                      // all up to and with this one are done
    uint64_t used[RA__WHEEL_LEVELS];                    // slots that hold timers
    ra__timer slots[RA__WHEEL_LEVELS][RA__WHEEL_SLOTS]; // heads of rings
    size_t count;
} ra__wheel;

void ra__wheel_init(ra__wheel *wheel, int64_t now_ns);
void ra__wheel_add(ra__wheel *wheel, ra__timer *timer);
void ra__wheel_remove(ra__wheel *wheel, ra__timer *timer);
/// Call what is due at `now_ns`. true: something was.
bool ra__wheel_advance(ra__wheel *wheel, int64_t now_ns);
/// When to look again: exact for what is due within 64 ms, else a time not later. INT64_MAX: no
/// timer.
int64_t ra__wheel_next_ns(const ra__wheel *wheel);

#endif
