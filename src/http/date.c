// SPDX-License-Identifier: MIT OR Apache-2.0
#include "private/date.h"

typedef struct {
    int64_t year;
    unsigned month, day; // 1 to 12, 1 to 31
} civil;

/// Days since 1970 to a date of the Gregorian calendar; years are counted from March, in eras of
/// 400 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days).
static civil civil_of(int64_t days)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    unsigned day_of_era = (unsigned)(days - era * 146097);
    unsigned year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    unsigned from_march = (5 * day_of_year + 2) / 153;
    civil date = {.month = from_march < 10 ? from_march + 3 : from_march - 9,
                  .day = day_of_year - (153 * from_march + 2) / 5 + 1};
    date.year = (int64_t)year_of_era + era * 400 + (date.month <= 2);
    return date;
}

static void two_digits(char *out, unsigned value)
{
    out[0] = (char)('0' + value / 10 % 10);
    out[1] = (char)('0' + value % 10);
}

void ra__date_print(char out[29], ra_time time)
{
    static const char days[] = "ThuFriSatSunMonTueWed",
                      months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int64_t seconds = time.unix_ns / RA_SECONDS(1) - (time.unix_ns % RA_SECONDS(1) < 0);
    int64_t day = seconds / 86400 - (seconds % 86400 < 0);
    unsigned of_day = (unsigned)(seconds - day * 86400);
    civil date = civil_of(day);
    memcpy(out, "Thu, 01 Jan 1970 00:00:00 GMT", 29);
    memcpy(out, days + 3 * ((day % 7 + 7) % 7), 3);
    two_digits(out + 5, date.day);
    memcpy(out + 8, months + 3 * (date.month - 1), 3);
    two_digits(out + 12, (unsigned)(date.year / 100));
    two_digits(out + 14, (unsigned)(date.year % 100));
    two_digits(out + 17, of_day / 3600);
    two_digits(out + 20, of_day / 60 % 60);
    two_digits(out + 23, of_day % 60);
}

ra_str ra__date_line(ra__date *date, ra__shard *shard)
{
    int64_t now_ns = ra__shard_now_ns(shard);
    if (now_ns >= date->until_ns) {
        const ra__clock *clock = ra__runtime_clock(ra__shard_runtime(shard));
        int64_t wall_ns = clock->wall_ns(clock->world);
        memcpy(date->line, "Date: ", 6);
        ra__date_print(date->line + 6, (ra_time){wall_ns});
        memcpy(date->line + 35, "\r\n", 2);
        date->until_ns =
            now_ns + RA_SECONDS(1) - (wall_ns % RA_SECONDS(1) + RA_SECONDS(1)) % RA_SECONDS(1);
    }
    return (ra_str){date->line, RA__DATE_LINE_BYTES};
}
