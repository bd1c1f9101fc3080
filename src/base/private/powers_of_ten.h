// SPDX-License-Identifier: MIT OR Apache-2.0
// powers_of_ten: what reading and printing of doubles share.
#ifndef RAMIE_BASE_PRIVATE_POWERS_OF_TEN_H
#define RAMIE_BASE_PRIVATE_POWERS_OF_TEN_H

#include <stdint.h>

enum {
    RA__POWER_OF_TEN_FIRST = -342,
    RA__POWER_OF_TEN_LAST = 324,
    RA__POWER_OF_TEN_EXACT_LAST = 55
};

/// The leading 128 bits of a power of ten, the top bit set; truncated.
typedef struct {
    uint64_t high, low;
} ra__power_of_ten;

extern const ra__power_of_ten ra__powers_of_ten[RA__POWER_OF_TEN_LAST - RA__POWER_OF_TEN_FIRST + 1];

/// floor(log2(10^q)), for |q| <= 1233: 1741647 / 2^19 is close enough to log2(10) there.
static inline int floor_log2_pow10(int q)
{
    return (q * 1741647) >> 19;
}

#endif
