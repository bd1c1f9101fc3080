// SPDX-License-Identifier: MIT OR Apache-2.0
// trip: makes the n-th event of a sort fail, once. Set by a test, met by whichever thread comes
// there.
#ifndef RAMIE_SQL_PRIVATE_SQLITE_TRIP_H
#define RAMIE_SQL_PRIVATE_SQLITE_TRIP_H

#include <ramie/base.h>
#include <stdatomic.h>

typedef struct {
    atomic_uint left; // events until it fails; 0: not set
    atomic_int status;
} ra__trip;

static inline void ra__trip_set(ra__trip *trip, unsigned nth, ra_status status)
{
    atomic_store_explicit(&trip->status, (int)status, memory_order_relaxed);
    atomic_store_explicit(&trip->left, nth, memory_order_release);
}

/// One event happens: RA_OK, or the status that it fails with.
static inline ra_status ra__trip_pass(ra__trip *trip)
{
    unsigned left = atomic_load_explicit(&trip->left, memory_order_acquire);
    while (left > 0) {
        if (atomic_compare_exchange_weak_explicit(&trip->left, &left, left - 1,
                                                  memory_order_acq_rel, memory_order_acquire)) {
            return left > 1 ? RA_OK
                            : (ra_status)atomic_load_explicit(&trip->status, memory_order_relaxed);
        }
    }
    return RA_OK;
}

#endif
