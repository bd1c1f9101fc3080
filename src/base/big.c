// SPDX-License-Identifier: MIT OR Apache-2.0
// big: the schoolbook way. What does not fit is a bug of the caller, who knows his bounds.
#include "private/big.h"

#include "base/assert.h"

enum { LIMB_BITS = 64, POW5_STEP = 27 }; // 5^27 is the largest power in a limb

__extension__ typedef unsigned __int128 wide;

static void push(big *number, uint64_t limb)
{
    if (limb != 0) {
        RA_CHECK(number->len < BIG_LIMBS, "a number past %d limbs", BIG_LIMBS);
        number->limbs[number->len++] = limb;
    }
}

void ra__big_set(big *number, uint64_t value)
{
    number->len = 0;
    push(number, value);
}

void ra__big_multiply_add(big *number, uint64_t factor, uint64_t addend)
{
    uint64_t carry = addend;
    for (int at = 0; at < number->len; at++) {
        wide product = (wide)number->limbs[at] * factor + carry;
        number->limbs[at] = (uint64_t)product;
        carry = (uint64_t)(product >> LIMB_BITS);
    }
    push(number, carry);
}

static uint64_t pow5(int exponent)
{
    uint64_t power = 1;
    while (exponent-- > 0)
        power *= 5;
    return power;
}

void ra__big_multiply_pow5(big *number, int exponent)
{
    for (; exponent > POW5_STEP; exponent -= POW5_STEP)
        ra__big_multiply_add(number, pow5(POW5_STEP), 0);
    ra__big_multiply_add(number, pow5(exponent), 0);
}

static void shift_limbs(big *number, int limbs)
{
    RA_CHECK(number->len + limbs <= BIG_LIMBS, "a number past %d limbs", BIG_LIMBS);
    memmove(number->limbs + limbs, number->limbs, (size_t)number->len * sizeof number->limbs[0]);
    memset(number->limbs, 0, (size_t)limbs * sizeof number->limbs[0]);
    number->len += limbs;
}

void ra__big_shift_left(big *number, int bits)
{
    if (number->len > 0) {
        ra__big_multiply_add(number, UINT64_C(1) << bits % LIMB_BITS, 0);
        shift_limbs(number, bits / LIMB_BITS);
    }
}

int ra__big_compare(const big *a, const big *b)
{
    if (a->len != b->len)
        return a->len - b->len;
    for (int at = a->len - 1; at >= 0; at--)
        if (a->limbs[at] != b->limbs[at])
            return a->limbs[at] < b->limbs[at] ? -1 : 1;
    return 0;
}
