// SPDX-License-Identifier: MIT OR Apache-2.0
// timer: callbacks of a shard's own clock. 4-level wheel of 1 ms; arming and disarming take
// constant time, no memory.
#ifndef RAMIE_FIBER_TIMER_H
#define RAMIE_FIBER_TIMER_H

#include "fiber/ctx.h"

typedef struct ra__timer {
    struct ra__timer *next, *prev; // of a wheel slot; NULL: not armed
    int64_t at_ns;
    void (*fn)(struct ra__timer *timer); // in the loop of the shard, never early; must not suspend
} ra__timer;

/// Own shard only. An armed timer is moved. `fn` is set by the owner beforehand; zeroed storage is
/// a disarmed timer.
void ra__timer_arm(ra__shard *shard, ra__timer *timer, int64_t at_ns);
void ra__timer_disarm(ra__shard *shard, ra__timer *timer); // nothing when not armed
static inline bool ra__timer_armed(const ra__timer *timer)
{
    return timer->next != NULL;
}

#endif
