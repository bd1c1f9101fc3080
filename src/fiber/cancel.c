// SPDX-License-Identifier: MIT OR Apache-2.0
// cancel: from a fiber to the children of its groups.
//
// Level-triggered: the ctx remembers why, the wait that the fiber is in ends, and every later one
// fails at once. Families are worked off from a list, not by recursion: a long chain of groups must
// not need a deep stack.
#include "private/group.h"
#include "private/shard.h"

static void cancel_one(ra__fiber *fiber, ra_status why)
{
    int none = RA_OK;
    if (!atomic_compare_exchange_strong(&fiber->ctx.canceled, &none, (int)why))
        return;
    if (fiber->families && !fiber->spreading) {
        ra__shard *shard = fiber->ctx.shard;
        fiber->spreading = true;
        fiber->spread_next = shard->spread;
        shard->spread = fiber;
    }
    if (!fiber->ctx.shield_ns)
        ra__fiber_interrupt(fiber, why);
}

static void spread(ra__shard *shard)
{
    while (shard->spread) {
        ra__fiber *parent = shard->spread;
        shard->spread = parent->spread_next;
        parent->spreading = false;
        for (ra__family *family = parent->families; family; family = family->outer)
            if (!family->shielded)
                ra__family_cancel(family, (ra_status)atomic_load(&parent->ctx.canceled));
    }
}

void ra__fiber_cancel(ra__fiber *fiber, ra_status why)
{
    ra__shard *shard = fiber->ctx.shard;
    if (shard->spreading) { // the outermost call does the rest
        cancel_one(fiber, why);
        return;
    }
    shard->spreading = true;
    cancel_one(fiber, why);
    spread(shard);
    shard->spreading = false;
}
