// SPDX-License-Identifier: MIT OR Apache-2.0
// text: numbers, times and UTF-8 as text; exact, without a locale. Pure functions.
#ifndef RAMIE_BASE_TEXT_H
#define RAMIE_BASE_TEXT_H

#include <ramie/base.h>

/// Longest outputs: int64 20, uint64 20, double 25, time 30 ("2026-11-21T09:00:00.123456789Z").
enum { RA__NUMBER_TEXT_MAX = 32 };

size_t ra__i64_print(char *out, int64_t value);
size_t ra__u64_print(char *out, uint64_t value);
/// Shortest text that reads back as the same double, as JSON writes it (ECMAScript's layout:
/// 100, 1.5, 1e+21, 1e-7; -0 as "-0"). Not for NaN and infinities (checked).
size_t ra__f64_print(char *out, double value);
/// RFC 3339 in UTC, as many fraction digits (0, 3, 6, 9) as needed.
size_t ra__time_print(char *out, ra_time value);

/// The whole of `str` must be the number: -?digits. RA_ERR_INVALID: no integer; RA_ERR_TOO_LARGE:
/// does not fit.
RA_MUST_USE ra_status ra__i64_parse(ra_str str, int64_t *out);
RA_MUST_USE ra_status ra__u64_parse(ra_str str, uint64_t *out);
/// The whole of `str` must be a number by JSON's grammar. Correctly rounded; underflow gives 0;
/// RA_ERR_TOO_LARGE when it overflows to infinity.
RA_MUST_USE ra_status ra__f64_parse(ra_str str, double *out);
/// RFC 3339 with any offset, 0 to 9 fraction digits; leap second 60 refused; years 1678 to 2261
/// (int64 ns).
RA_MUST_USE ra_status ra__time_parse(ra_str str, ra_time *out);

/// Strict UTF-8 (no surrogates, no overlong, <= U+10FFFF): offset of the first bad byte, or
/// str.len.
size_t ra__utf8_valid(ra_str str);
/// Code points of valid UTF-8.
size_t ra__utf8_count(ra_str str);
/// Writes 1 to 4 bytes.
size_t ra__utf8_put(char *out, uint32_t code_point);

/// ASCII only.
bool ra__str_equal_fold(ra_str a, ra_str b);
char ra__ascii_lower(char c);
/// Edit distance, to say "did you mean": at most `max` + 1. Texts over 64 bytes count as far apart.
unsigned ra__str_distance(ra_str a, ra_str b, unsigned max);

#endif
