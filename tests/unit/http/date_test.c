// SPDX-License-Identifier: MIT OR Apache-2.0
#include "http/private/date.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

static void known_moments_are_printed(void **state)
{
    (void)state;
    struct {
        int64_t seconds;
        const char *text;
    } rows[] = {
        {784111777, "Sun, 06 Nov 1994 08:49:37 GMT"},
        {0, "Thu, 01 Jan 1970 00:00:00 GMT"},
        {-1, "Wed, 31 Dec 1969 23:59:59 GMT"},
        {951827696, "Tue, 29 Feb 2000 12:34:56 GMT"},
        {4107542400, "Mon, 01 Mar 2100 00:00:00 GMT"},
        {1795251600, "Sat, 21 Nov 2026 09:00:00 GMT"},
    };
    char text[30] = "";
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        ra__date_print(text, (ra_time){rows[i].seconds * RA_SECONDS(1) +
                                       (rows[i].seconds < 0 ? 1 : 999999999)});
        assert_string_equal(text, rows[i].text);
    }
}

static void every_day_agrees_with_the_c_library(void **state)
{
    (void)state;
    for (int64_t day = -10000; day < 60000; day += 7) {
        char ours[30] = "", theirs[30];
        time_t seconds = day * 86400 + 3661;
        struct tm tm;
        gmtime_r(&seconds, &tm);
        strftime(theirs, sizeof(theirs), "%a, %d %b %Y %H:%M:%S GMT", &tm);
        ra__date_print(ours, (ra_time){(int64_t)seconds * RA_SECONDS(1)});
        assert_string_equal(ours, theirs);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_moments_are_printed),
        cmocka_unit_test(every_day_agrees_with_the_c_library),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
