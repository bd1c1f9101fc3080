// SPDX-License-Identifier: MIT OR Apache-2.0
// timer: the wheel of a shard, as its owner sees it.
#include "fiber/timer.h"
#include "private/shard.h"

void ra__timer_arm(ra__shard *shard, ra__timer *timer, int64_t at_ns)
{
    ra__timer_disarm(shard, timer);
    if (at_ns == INT64_MAX) // never
        return;
    timer->at_ns = at_ns;
    ra__wheel_add(&shard->wheel, timer);
}

void ra__timer_disarm(ra__shard *shard, ra__timer *timer)
{
    if (ra__timer_armed(timer))
        ra__wheel_remove(&shard->wheel, timer);
}
