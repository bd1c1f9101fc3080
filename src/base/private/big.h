// SPDX-License-Identifier: MIT OR Apache-2.0
// big: natural numbers of up to 3072 bits, as many as deciding the last bit of a double can need.
#ifndef RAMIE_BASE_PRIVATE_BIG_H
#define RAMIE_BASE_PRIVATE_BIG_H

#include <stdint.h>

enum { BIG_LIMBS = 48 };

/// Little-endian limbs; the top one is not zero, and zero has none.
typedef struct {
    int len;
    uint64_t limbs[BIG_LIMBS];
} big;

void ra__big_set(big *number, uint64_t value);
/// number = number * factor + addend
void ra__big_multiply_add(big *number, uint64_t factor, uint64_t addend);
void ra__big_multiply_pow5(big *number, int exponent);
void ra__big_shift_left(big *number, int bits);
/// < 0, 0, > 0 as for memcmp.
int ra__big_compare(const big *a, const big *b);

#endif
