// SPDX-License-Identifier: MIT OR Apache-2.0
// double_read: decimal text to the nearest double, ties to even; JSON's grammar.
//
// Three ways, each for what the one before cannot decide:
//   1. Few digits, small exponent: one exact multiplication or division (Clinger, "How to Read
//      Floating Point Numbers Accurately", 1990).
//   2. 19 digits times 128 bits of the power of ten (Lemire, "Number Parsing at a Gigabyte per
//      Second", 2021): truncated, so the true product lies in a narrow interval above; it decides
//      unless halfway lies inside.
//   3. Exact comparison of all digits with the halfway point, in big integers.
// Correct for the default rounding mode only; nothing of ours changes it.
#include "base/text.h"
#include "private/big.h"
#include "private/powers_of_ten.h"

#include <float.h>

#if FLT_EVAL_METHOD != 0
#error "the first way needs arithmetic in doubles, not in anything wider"
#endif

enum {
    FAST_DIGITS_MAX = 19,   // fit in 64 bits
    EXACT_DIGITS_MAX = 772, // more cannot decide: a halfway point has at most 767
    EXPONENT_CLAMP = 1 << 30,
    MANTISSA_BITS = 53,
    EXPONENT_MIN = -1022,
    EXPONENT_BIAS = 1023,
    EXPONENT_INFINITE = 2047,
};

__extension__ typedef unsigned __int128 wide;

/// The value is 0.d1d2d3... * 10^point, d1 not zero; `leading` are its first `taken` digits (at
/// most 19).
typedef struct {
    const char *digits; // d1; a '.' may stand between, `end` is behind the last
    const char *end;
    int64_t point;
    uint64_t leading;
    int taken;
    bool truncated; // a digit that is not zero is missing in `leading`
    bool negative;
} decimal;

/// The value is mantissa * 2^exponent and a part of one more unit: `short_of_half` says how much
/// that part is below one half, in the last place of the product; `above_half` that it is not
/// below.
typedef struct {
    uint64_t mantissa;
    int exponent;
    bool above_half;
    wide short_of_half;
} binary;

// ---- grammar: number = [ "-" ] int [ frac ] [ exp ], RFC 8259 section 6

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *skip_digits(const char *at, const char *end)
{
    while (at < end && is_digit(*at))
        at++;
    return at;
}

/// Behind the integer part: no digit, or a zero before others, is none (NULL).
static const char *skip_integer(const char *at, const char *end)
{
    const char *after = skip_digits(at, end);
    bool leading_zero = after - at > 1 && *at == '0';
    return after == at || leading_zero ? NULL : after;
}

static const char *skip_fraction(const char *at, const char *end)
{
    if (at == end || *at != '.')
        return at;
    const char *after = skip_digits(at + 1, end);
    return after == at + 1 ? NULL : after;
}

/// *exponent is clamped: past 2^30 the answer is 0 or infinity for any text that fits in memory's
/// half.
static const char *read_exponent(const char *at, const char *end, int64_t *exponent)
{
    *exponent = 0;
    if (at == end || (*at != 'e' && *at != 'E'))
        return at;
    at++;
    bool negative = at < end && *at == '-';
    at += at < end && (*at == '-' || *at == '+');
    const char *first = at;
    for (; at < end && is_digit(*at); at++)
        if (*exponent < EXPONENT_CLAMP)
            *exponent = *exponent * 10 + (*at - '0');
    *exponent = negative ? -*exponent : *exponent;
    return at == first ? NULL : at;
}

static void take_digits(decimal *d)
{
    for (const char *at = d->digits; at < d->end; at++) {
        if (*at == '.')
            continue;
        if (d->taken < FAST_DIGITS_MAX) {
            d->leading = d->leading * 10 + (uint64_t)(*at - '0');
            d->taken++;
        } else if (*at != '0') {
            d->truncated = true;
            return;
        }
    }
}

static bool read_decimal(ra_str str, decimal *out)
{
    const char *at = str.ptr;
    const char *end = str.ptr + str.len;
    bool negative = at < end && *at == '-';
    const char *first = at + negative;
    const char *dot = skip_integer(first, end);
    const char *after = dot ? skip_fraction(dot, end) : NULL;
    int64_t exponent;
    if (!after || read_exponent(after, end, &exponent) != end)
        return false;
    const char *digits = first;
    while (digits < after && (*digits == '0' || *digits == '.'))
        digits++;
    bool in_fraction = digits > dot;
    int64_t before_point = in_fraction ? dot + 1 - digits : dot - digits;
    *out = (decimal){
        .digits = digits, .end = after, .point = before_point + exponent, .negative = negative};
    take_digits(out);
    return true;
}

// ---- the first way

static bool is_exact_product(const decimal *d, int64_t exponent)
{
    return !d->truncated && d->leading <= UINT64_C(1) << MANTISSA_BITS && exponent >= -22 &&
           exponent <= 22;
}

static double exact_product(uint64_t mantissa, int64_t exponent)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    return exponent < 0 ? (double)mantissa / powers[-exponent]
                        : (double)mantissa * powers[exponent];
}

// ---- the second way

static wide times_power(uint64_t normalized, int exponent)
{
    const ra__power_of_ten *power = &ra__powers_of_ten[exponent - RA__POWER_OF_TEN_FIRST];
    return (wide)normalized * power->high + (uint64_t)((wide)normalized * power->low >> 64);
}

/// Cut a product of 127 or 128 bits, worth product * 2^exponent, to as many bits as a double has
/// there: 53, less for subnormals, none for what may round up to the smallest of them, -1 for what
/// might if it were a hair larger.
static binary cut(wide product, int exponent)
{
    int top = 126 + (int)(product >> 127);
    int scientific = exponent + top;
    int bits =
        scientific >= EXPONENT_MIN ? MANTISSA_BITS : MANTISSA_BITS - (EXPONENT_MIN - scientific);
    if (bits < -1)
        return (binary){.short_of_half = (wide)1 << 127};
    int shift = top + 1 - bits;
    wide kept = shift < 128 ? product >> shift : 0;
    wide rest = shift < 128 ? product - (kept << shift) : product;
    wide half =
        shift <= 128 ? (wide)1 << (shift - 1) : 0; // 2^128 wraps to 0, and the difference back
    return (binary){
        .mantissa = (uint64_t)kept,
        .exponent = exponent + shift,
        .above_half = bits >= 0 && rest > half,
        .short_of_half = half - rest,
    };
}

/// How far the truncated product may lie below the true one: one for the cut power, one for the cut
/// product; digits left out add up to one to `leading`, which is shifted by at most 4 bits, times a
/// power below 2^128.
static wide error_of(const decimal *d)
{
    return d->truncated ? ((wide)16 << 64) + 2 : 2;
}

// ---- the third way

/// All digits that can matter; those behind count as one digit 1, if they are not all 0.
static void read_big(const decimal *d, big *out, int *digits)
{
    *digits = 0;
    ra__big_set(out, 0);
    for (const char *at = d->digits; at < d->end && *digits <= EXACT_DIGITS_MAX; at++) {
        if (*at != '.' && *digits < EXACT_DIGITS_MAX) {
            ra__big_multiply_add(out, 10, (uint64_t)(*at - '0'));
            ++*digits;
        } else if (*at != '.' && *at != '0') {
            ra__big_multiply_add(out, 10, 1);
            ++*digits;
        }
    }
}

/// Sign of the decimal minus (2 * mantissa + 1) * 2^(exponent - 1).
static int compare_to_half(const decimal *d, const binary *b)
{
    big left, right;
    int digits;
    read_big(d, &left, &digits);
    ra__big_set(&right, 2 * b->mantissa + 1);
    int pow10 = (int)d->point - digits;
    ra__big_multiply_pow5(pow10 >= 0 ? &left : &right, pow10 >= 0 ? pow10 : -pow10);
    int shift = pow10 - (b->exponent - 1);
    ra__big_shift_left(shift >= 0 ? &left : &right, shift >= 0 ? shift : -shift);
    return ra__big_compare(&left, &right);
}

// ---- all together

static bool rounds_up(const decimal *d, const binary *b)
{
    if (b->above_half)
        return true;
    if (b->short_of_half > error_of(d))
        return false;
    int order = compare_to_half(d, b);
    return order > 0 || (order == 0 && b->mantissa % 2 == 1);
}

/// A mantissa that was rounded up to 54 bits carries into the exponent, as it should; past the
/// largest: infinity.
static uint64_t bits_of(const binary *b, bool up)
{
    uint64_t mantissa = b->mantissa + up;
    if (b->mantissa >> (MANTISSA_BITS - 1) == 0)
        return mantissa; // subnormal, or just grown out of it
    uint64_t biased = (uint64_t)(b->exponent + MANTISSA_BITS - 1 + EXPONENT_BIAS);
    uint64_t bits = ((biased - 1) << (MANTISSA_BITS - 1)) + mantissa;
    uint64_t infinity = (uint64_t)EXPONENT_INFINITE << (MANTISSA_BITS - 1);
    return bits < infinity ? bits : infinity;
}

static double nearest(const decimal *d, int exponent)
{
    int zeros = __builtin_clzll(d->leading);
    wide product = times_power(d->leading << zeros, exponent);
    // product * 2^64 * 2^(floor_log2_pow10 - 127) / 2^zeros
    binary b = cut(product, floor_log2_pow10(exponent) - 63 - zeros);
    uint64_t bits = bits_of(&b, rounds_up(d, &b));
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static double magnitude(const decimal *d)
{
    int64_t exponent = d->point - d->taken;
    if (d->leading == 0 || exponent < RA__POWER_OF_TEN_FIRST)
        return 0; // below 10^19 * 10^-343, which is less than half of the smallest double
    if (is_exact_product(d, exponent))
        return exact_product(d->leading, exponent);
    return exponent > DBL_MAX_10_EXP ? (double)__builtin_inf() : nearest(d, (int)exponent);
}

ra_status ra__f64_parse(ra_str str, double *out)
{
    decimal d;
    if (str.len == 0 || !read_decimal(str, &d))
        return RA_ERR_INVALID;
    double value = magnitude(&d);
    if (value > DBL_MAX)
        return RA_ERR_TOO_LARGE;
    *out = d.negative ? -value : value;
    return RA_OK;
}
