// SPDX-License-Identifier: MIT OR Apache-2.0
// time: RFC 3339, the profile of ISO 8601 for the Internet.
//
//   2026-11-21T09:00:00.123456789Z      2026-11-21T10:00:00+01:00
//
// Days are counted in the proleptic Gregorian calendar by years that begin in March, so that the
// leap day is the last (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"). A moment is
// an int64 of nanoseconds: 1677-09-21T00:12:43.145224192Z to 2262-04-11T23:47:16.854775807Z.
#include "base/text.h"

enum {
    DAYS_PER_ERA = 146097, // 400 years
    DAYS_TO_1970 = 719468, // from 0000-03-01
    SECONDS_PER_DAY = 86400,
    NANOSECONDS = 1000000000,
};

typedef struct {
    int year, month, day, hour, minute, second;
    int nanosecond;
    int offset_minutes;
} civil_time;

static int64_t days_from_civil(int year, int month, int day)
{
    int shifted = year - (month <= 2); // the year that began in March
    int era = (shifted >= 0 ? shifted : shifted - 399) / 400;
    int year_of_era = shifted - era * 400;
    int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (int64_t)era * DAYS_PER_ERA + day_of_era - DAYS_TO_1970;
}

static void civil_from_days(int64_t days, civil_time *out)
{
    int64_t shifted = days + DAYS_TO_1970;
    int64_t era = (shifted >= 0 ? shifted : shifted - DAYS_PER_ERA + 1) / DAYS_PER_ERA;
    int day_of_era = (int)(shifted - era * DAYS_PER_ERA);
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month_from_march = (5 * day_of_year + 2) / 153;
    out->day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    out->month = month_from_march + (month_from_march < 10 ? 3 : -9);
    out->year = (int)(year_of_era + era * 400) + (out->month <= 2);
}

static char *put_digits(char *out, unsigned value, int digits)
{
    for (int at = digits - 1; at >= 0; at--) {
        out[at] = (char)('0' + value % 10);
        value /= 10;
    }
    return out + digits;
}

static char *put_part(char *out, char before, int value)
{
    *out = before;
    return put_digits(out + 1, (unsigned)value, 2);
}

static char *put_fraction(char *out, unsigned nanosecond)
{
    if (nanosecond == 0)
        return out;
    *out++ = '.';
    if (nanosecond % 1000000 == 0)
        return put_digits(out, nanosecond / 1000000, 3);
    if (nanosecond % 1000 == 0)
        return put_digits(out, nanosecond / 1000, 6);
    return put_digits(out, nanosecond, 9);
}

size_t ra__time_print(char *out, ra_time value)
{
    int64_t seconds = value.unix_ns / NANOSECONDS;
    int nanosecond = (int)(value.unix_ns % NANOSECONDS);
    if (nanosecond < 0) {
        nanosecond += NANOSECONDS;
        seconds--;
    }
    int64_t days = seconds / SECONDS_PER_DAY;
    int of_day = (int)(seconds % SECONDS_PER_DAY);
    if (of_day < 0) {
        of_day += SECONDS_PER_DAY;
        days--;
    }
    civil_time civil;
    civil_from_days(days, &civil);
    char *at = put_digits(out, (unsigned)civil.year, 4);
    at = put_part(at, '-', civil.month);
    at = put_part(at, '-', civil.day);
    at = put_part(at, 'T', of_day / 3600);
    at = put_part(at, ':', of_day / 60 % 60);
    at = put_part(at, ':', of_day % 60);
    at = put_fraction(at, (unsigned)nanosecond);
    *at++ = 'Z';
    return (size_t)(at - out);
}

// ---- reading: each step takes its bytes off `rest`, or says no

static bool take_char(ra_str *rest, char c)
{
    if (rest->len == 0 || rest->ptr[0] != c)
        return false;
    *rest = ra_str_slice(*rest, 1, rest->len);
    return true;
}

/// RFC 3339, 5.6: "T" and "Z" may be lower case.
static bool take_letter(ra_str *rest, char upper)
{
    return take_char(rest, upper) || take_char(rest, ra__ascii_lower(upper));
}

static bool take_digit(ra_str *rest, int *out)
{
    if (rest->len == 0 || rest->ptr[0] < '0' || rest->ptr[0] > '9')
        return false;
    *out = rest->ptr[0] - '0';
    *rest = ra_str_slice(*rest, 1, rest->len);
    return true;
}

static bool take_number(ra_str *rest, int digits, int *out)
{
    *out = 0;
    for (int digit; digits > 0; digits--) {
        if (!take_digit(rest, &digit))
            return false;
        *out = *out * 10 + digit;
    }
    return true;
}

static bool take_date(ra_str *rest, civil_time *out)
{
    return take_number(rest, 4, &out->year) && take_char(rest, '-') &&
           take_number(rest, 2, &out->month) && take_char(rest, '-') &&
           take_number(rest, 2, &out->day);
}

static bool take_clock(ra_str *rest, civil_time *out)
{
    return take_number(rest, 2, &out->hour) && take_char(rest, ':') &&
           take_number(rest, 2, &out->minute) && take_char(rest, ':') &&
           take_number(rest, 2, &out->second);
}

static bool take_fraction(ra_str *rest, int *nanosecond)
{
    *nanosecond = 0;
    if (!take_char(rest, '.'))
        return true;
    int digits = 0;
    for (int digit; take_digit(rest, &digit); digits++) {
        if (digits == 9)
            return false;
        *nanosecond = *nanosecond * 10 + digit;
    }
    for (int scaled = digits; scaled < 9; scaled++)
        *nanosecond *= 10;
    return digits > 0;
}

static bool take_offset(ra_str *rest, int *minutes)
{
    *minutes = 0;
    if (take_letter(rest, 'Z'))
        return true;
    int sign = take_char(rest, '-') ? -1 : 1;
    int hour, minute;
    if (sign == 1 && !take_char(rest, '+'))
        return false;
    if (!take_number(rest, 2, &hour) || !take_char(rest, ':') || !take_number(rest, 2, &minute))
        return false;
    *minutes = sign * (hour * 60 + minute);
    return hour <= 23 && minute <= 59;
}

static int days_in_month(int year, int month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

static bool is_real(const civil_time *civil)
{
    return civil->month >= 1 && civil->month <= 12 && civil->day >= 1 &&
           civil->day <= days_in_month(civil->year, civil->month) && civil->hour <= 23 &&
           civil->minute <= 59 && civil->second <= 59;
}

ra_status ra__time_parse(ra_str str, ra_time *out)
{
    civil_time civil;
    bool complete = take_date(&str, &civil) && take_letter(&str, 'T') && take_clock(&str, &civil) &&
                    take_fraction(&str, &civil.nanosecond) &&
                    take_offset(&str, &civil.offset_minutes) && str.len == 0;
    if (!complete || !is_real(&civil))
        return RA_ERR_INVALID;
    int64_t days = days_from_civil(civil.year, civil.month, civil.day);
    int64_t seconds = days * SECONDS_PER_DAY + civil.hour * 3600 +
                      (civil.minute - civil.offset_minutes) * 60 + civil.second;
    __extension__ __int128 nanoseconds = (__int128)seconds * NANOSECONDS + civil.nanosecond;
    if (nanoseconds < INT64_MIN || nanoseconds > INT64_MAX)
        return RA_ERR_TOO_LARGE;
    out->unix_ns = (int64_t)nanoseconds;
    return RA_OK;
}
