// SPDX-License-Identifier: MIT OR Apache-2.0
// integer: 64-bit integers as decimal text, exact, two digits a step.
#include "base/text.h"

static const char PAIRS[] = "00010203040506070809101112131415161718192021222324"
                            "25262728293031323334353637383940414243444546474849"
                            "50515253545556575859606162636465666768697071727374"
                            "75767778798081828384858687888990919293949596979899";

size_t ra__u64_print(char *out, uint64_t value)
{
    char digits[20];
    char *at = digits + sizeof digits;
    while (value >= 100) {
        at -= 2;
        memcpy(at, PAIRS + value % 100 * 2, 2);
        value /= 100;
    }
    if (value >= 10) {
        at -= 2;
        memcpy(at, PAIRS + value * 2, 2);
    } else {
        *--at = (char)('0' + value);
    }
    size_t len = (size_t)(digits + sizeof digits - at);
    memcpy(out, at, len);
    return len;
}

size_t ra__i64_print(char *out, int64_t value)
{
    if (value >= 0) {
        return ra__u64_print(out, (uint64_t)value);
    }
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
        if (!is_digit(str.ptr[at])) {
            return RA_ERR_INVALID; // also where it is too long before
        }
        overflow |= __builtin_mul_overflow(value, 10, &value);
        overflow |= __builtin_add_overflow(value, (uint64_t)(str.ptr[at] - '0'), &value);
    }
    if (str.len == 0) {
        return RA_ERR_INVALID;
    }
    if (overflow) {
        return RA_ERR_TOO_LARGE;
    }
    *out = value;
    return RA_OK;
}

ra_status ra__i64_parse(ra_str str, int64_t *out)
{
    bool negative = str.len > 0 && str.ptr[0] == '-';
    uint64_t magnitude;
    RA_TRY(ra__u64_parse(ra_str_slice(str, negative, str.len), &magnitude));
    if (magnitude > (uint64_t)INT64_MAX + negative) {
        return RA_ERR_TOO_LARGE;
    }
    *out = (int64_t)(negative ? -magnitude : magnitude);
    return RA_OK;
}
