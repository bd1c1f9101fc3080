// SPDX-License-Identifier: MIT OR Apache-2.0
// integer: 64-bit integers as decimal text, exact, two digits a step.
#include "base/text.h"

static const char PAIRS[] = "00010203040506070809101112131415161718192021222324"
                            "25262728293031323334353637383940414243444546474849"
                            "50515253545556575859606162636465666768697071727374"
                            "75767778798081828384858687888990919293949596979899";

static unsigned count_digits(uint64_t value)
{
    static const uint64_t first_of_length[] = {
        0,
        UINT64_C(10),
        UINT64_C(100),
        UINT64_C(1000),
        UINT64_C(10000),
        UINT64_C(100000),
        UINT64_C(1000000),
        UINT64_C(10000000),
        UINT64_C(100000000),
        UINT64_C(1000000000),
        UINT64_C(10000000000),
        UINT64_C(100000000000),
        UINT64_C(1000000000000),
        UINT64_C(10000000000000),
        UINT64_C(100000000000000),
        UINT64_C(1000000000000000),
        UINT64_C(10000000000000000),
        UINT64_C(100000000000000000),
        UINT64_C(1000000000000000000),
        UINT64_C(10000000000000000000),
    };
    unsigned bits = 64 - (unsigned)__builtin_clzll(value | 1);
    unsigned digits = bits * 1233 >> 12; // bits * log10(2): right, or one less than right
    return digits + (value >= first_of_length[digits]);
}

size_t ra__u64_print(char *out, uint64_t value)
{
    size_t len = count_digits(value);
    char *at = out + len;
    while (value >= 100) {
        at -= 2;
        memcpy(at, PAIRS + value % 100 * 2, 2);
        value /= 100;
    }
    if (value >= 10)
        memcpy(out, PAIRS + value * 2, 2);
    else
        *out = (char)('0' + value);
    return len;
}

size_t ra__i64_print(char *out, int64_t value)
{
    if (value >= 0)
        return ra__u64_print(out, (uint64_t)value);
    *out = '-';
    return 1 + ra__u64_print(out + 1, -(uint64_t)value);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

ra_status ra__u64_parse(ra_str str, uint64_t *out)
{
    uint64_t value = 0;
    bool overflow = false;
    for (size_t at = 0; at < str.len; at++) {
        if (!is_digit(str.ptr[at]))
            return RA_ERR_INVALID; // also where it is too long before
        overflow |= __builtin_mul_overflow(value, 10, &value);
        overflow |= __builtin_add_overflow(value, (uint64_t)(str.ptr[at] - '0'), &value);
    }
    if (str.len == 0)
        return RA_ERR_INVALID;
    if (overflow)
        return RA_ERR_TOO_LARGE;
    *out = value;
    return RA_OK;
}

ra_status ra__i64_parse(ra_str str, int64_t *out)
{
    bool negative = str.len > 0 && str.ptr[0] == '-';
    uint64_t magnitude;
    RA_TRY(ra__u64_parse(ra_str_slice(str, negative, str.len), &magnitude));
    if (magnitude > (uint64_t)INT64_MAX + negative)
        return RA_ERR_TOO_LARGE;
    *out = (int64_t)(negative ? -magnitude : magnitude);
    return RA_OK;
}
