#!/usr/bin/env python3
# SPDX-License-Identifier: MIT OR Apache-2.0
"""Print src/base/powers_of_ten.c: the first 128 bits of 10^q, truncated, for every q that a double needs.

    tools/make_double_tables.py > src/base/powers_of_ten.c
"""
FIRST, LAST = -342, 324

HEAD = """\
// SPDX-License-Identifier: MIT OR Apache-2.0
// powers_of_ten: the leading 128 bits of 10^q, truncated, {high, low}; q from {first} to {last}. Exact
// for 0 <= q <= 55. Made by tools/make_double_tables.py; not to be edited.
#include "private/powers_of_ten.h"

// clang-format off
const ra__power_of_ten ra__powers_of_ten[RA__POWER_OF_TEN_LAST - RA__POWER_OF_TEN_FIRST + 1] = {"""


def leading_bits(q):
    """floor(10^q / 2^e) with e so that the result has exactly 128 bits."""
    if q >= 0:
        value = 10**q
        excess = value.bit_length() - 128
        return value >> excess if excess >= 0 else value << -excess
    divisor = 10**-q
    scale = divisor.bit_length() + 127
    value = (1 << scale) // divisor
    return value if value.bit_length() == 128 else (1 << (scale + 1)) // divisor


def entry(q):
    bits = leading_bits(q)
    assert bits.bit_length() == 128
    return "{0x%016x, 0x%016x}," % (bits >> 64, bits & (1 << 64) - 1)


def main():
    print(HEAD.replace("{first}", str(FIRST)).replace("{last}", str(LAST)))
    for q in range(FIRST, LAST + 1, 2):
        print("    " + " ".join(entry(each) for each in range(q, min(q + 2, LAST + 1))))
    print("};\n// clang-format on")


main()
