// SPDX-License-Identifier: MIT OR Apache-2.0
// double_print: the shortest decimal that reads back as the same double, and of those the nearest.
//
// Raffaello Giulietti, "The Schubfach way to render doubles", 2022. All decimals of one length are
// evenly spaced; at the right length one or two of them lie in the interval that rounds to the
// double, so the search is a choice between two neighbours, first among the shorter ones. Numbers
// are held times four, so that the ends of the interval (halves, quarters) are integers; products
// are rounded to odd, which keeps every comparison exact.
#include "base/assert.h"
#include "base/text.h"
#include "private/powers_of_ten.h"

#include <math.h>

enum {
    FRACTION_BITS = 52,
    EXPONENT_OFFSET = 1075, // bias 1023 and 52 bits of fraction
    DIGITS_MAX = 17,
    PLAIN_POINT_MAX = 21, // ECMAScript, Number::toString: from here on 1e+21
    PLAIN_ZEROS_MAX = 6,  // 0.000001, then 1e-7
};

__extension__ typedef unsigned __int128 wide;

/// significand * 10^exponent
typedef struct {
    uint64_t significand;
    int exponent;
} decimal;

/// significand * 2^exponent, and whether the double below is only half as far as the one above.
typedef struct {
    uint64_t significand;
    int exponent;
    bool closer_below;
} binary;

static binary binary_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint64_t fraction = bits & ((UINT64_C(1) << FRACTION_BITS) - 1);
    int biased = (int)(bits >> FRACTION_BITS & 0x7FF);
    if (biased == 0)
        return (binary){fraction, 1 - EXPONENT_OFFSET, false};
    return (binary){fraction | UINT64_C(1) << FRACTION_BITS, biased - EXPONENT_OFFSET,
                    fraction == 0 && biased > 1};
}

/// Rounded up, where the table is truncated.
static ra__power_of_ten power_above(int exponent)
{
    ra__power_of_ten power = ra__powers_of_ten[exponent - RA__POWER_OF_TEN_FIRST];
    bool exact = exponent >= 0 && exponent <= RA__POWER_OF_TEN_EXACT_LAST;
    power.low += !exact;
    power.high += !exact && power.low == 0;
    return power;
}

/// power * factor / 2^128, the last bit set when anything was lost.
static uint64_t product_to_odd(ra__power_of_ten power, uint64_t factor)
{
    wide low = (wide)power.low * factor;
    wide high = (wide)power.high * factor + (uint64_t)(low >> 64);
    return (uint64_t)(high >> 64) | ((uint64_t)high > 1);
}

/// floor(log10(2^exponent)), or of 3/4 of it; 1262611 / 2^22 is close enough to log10(2) for every
/// double.
static int floor_log10(int exponent, bool three_quarters)
{
    return (exponent * 1262611 - (three_quarters ? 524031 : 0)) >> 22;
}

/// Of `floor` and floor + 1 units the one inside [lower, upper] (all times four); 0: none or both
/// are.
static uint64_t only_one_inside(uint64_t floor, uint64_t unit, uint64_t lower, uint64_t upper)
{
    bool floor_inside = lower <= 4 * unit * floor;
    bool above_inside = 4 * unit * (floor + 1) <= upper;
    return floor_inside != above_inside ? floor + above_inside : 0;
}

static decimal shortest(binary b)
{
    int exponent = floor_log10(b.exponent, b.closer_below);
    int shift = b.exponent + floor_log2_pow10(-exponent) + 1;
    ra__power_of_ten power = power_above(-exponent);
    uint64_t value = product_to_odd(power, 4 * b.significand << shift);
    uint64_t below = product_to_odd(power, (4 * b.significand - 2 + b.closer_below) << shift);
    uint64_t above = product_to_odd(power, (4 * b.significand + 2) << shift);
    bool ends_excluded = b.significand % 2 != 0; // ties go to even
    uint64_t lower = below + ends_excluded;
    uint64_t upper = above - ends_excluded;

    uint64_t floor = value / 4;
    uint64_t shorter = floor >= 10 ? only_one_inside(floor / 10, 10, lower, upper) : 0;
    if (shorter)
        return (decimal){shorter, exponent + 1};
    uint64_t only = only_one_inside(floor, 1, lower, upper);
    if (only)
        return (decimal){only, exponent};
    uint64_t middle = 4 * floor + 2;
    bool up = value > middle || (value == middle && floor % 2 != 0);
    return (decimal){floor + up, exponent};
}

// ---- layout: ECMAScript's Number::toString(10), as RFC 8785 (JSON canonicalization) wants it

static size_t put_scientific(char *out, const char *digits, size_t len, int exponent)
{
    char *at = out;
    *at++ = digits[0];
    if (len > 1) {
        *at++ = '.';
        memcpy(at, digits + 1, len - 1);
        at += len - 1;
    }
    *at++ = 'e';
    *at++ = exponent < 0 ? '-' : '+';
    at += ra__u64_print(at, (uint64_t)(exponent < 0 ? -exponent : exponent));
    return (size_t)(at - out);
}

/// 0.00ddd
static size_t put_below_one(char *out, const char *digits, size_t len, size_t zeros)
{
    memcpy(out, "0.000000", 2 + zeros);
    memcpy(out + 2 + zeros, digits, len);
    return 2 + zeros + len;
}

/// ddd000, or dd.d
static size_t put_plain(char *out, const char *digits, size_t len, size_t point)
{
    if (len <= point) {
        memcpy(out, digits, len);
        memset(out + len, '0', point - len);
        return point;
    }
    memcpy(out, digits, point);
    out[point] = '.';
    memcpy(out + point + 1, digits + point, len - point);
    return len + 1;
}

/// Digits and the place of the point before or behind them: 0.d1d2... * 10^point.
static size_t put_decimal(char *out, decimal d)
{
    char digits[RA__NUMBER_TEXT_MAX];
    size_t len = ra__u64_print(digits, d.significand);
    int point = (int)len + d.exponent;
    while (len > 1 && digits[len - 1] == '0')
        len--;
    RA_DEBUG_CHECK(len <= DIGITS_MAX, "%zu digits for a double", len);
    if (point > PLAIN_POINT_MAX || point <= -PLAIN_ZEROS_MAX)
        return put_scientific(out, digits, len, point - 1);
    if (point <= 0)
        return put_below_one(out, digits, len, (size_t)-point);
    return put_plain(out, digits, len, (size_t)point);
}

size_t ra__f64_print(char *out, double value)
{
    RA_CHECK(isfinite(value), "NaN and infinities have no text");
    size_t sign = signbit(value) != 0;
    if (sign)
        *out = '-';
    if (value == 0) {
        out[sign] = '0';
        return sign + 1;
    }
    return sign + put_decimal(out + sign, shortest(binary_of(fabs(value))));
}
