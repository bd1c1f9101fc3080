// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"

#include "base/text.h"

#include <stdio.h>
#include <time.h>

static void assert_parses(const char *text, int64_t wanted)
{
    ra_time time = {7};
    assert_status(ra__time_parse(ra_str_of(text), &time), RA_OK);
    assert_int_equal(time.unix_ns, wanted);
}

static void assert_prints(int64_t unix_ns, const char *wanted)
{
    char text[RA__NUMBER_TEXT_MAX];
    assert_text(((ra_str){text, ra__time_print(text, (ra_time){unix_ns})}), wanted);
}

static void known_moments_are_printed_and_read_back(void **state)
{
    (void)state;
    static const struct {
        int64_t unix_ns;
        const char *text;
    } rows[] = {
        {0, "1970-01-01T00:00:00Z"},
        {1, "1970-01-01T00:00:00.000000001Z"},
        {-1, "1969-12-31T23:59:59.999999999Z"},
        {1000, "1970-01-01T00:00:00.000001Z"},
        {1000000, "1970-01-01T00:00:00.001Z"},
        {1001000000, "1970-01-01T00:00:01.001Z"},
        {INT64_C(951782400000000000), "2000-02-29T00:00:00Z"},
        {INT64_C(951868799999000000), "2000-02-29T23:59:59.999Z"},
        {INT64_C(1795251600123456789), "2026-11-21T09:00:00.123456789Z"},
        {INT64_C(4107542400000000000), "2100-03-01T00:00:00Z"},
        {INT64_MAX, "2262-04-11T23:47:16.854775807Z"},
        {INT64_MIN, "1677-09-21T00:12:43.145224192Z"},
    };
    for (size_t at = 0; at < COUNT_OF(rows); at++) {
        assert_prints(rows[at].unix_ns, rows[at].text);
        assert_parses(rows[at].text, rows[at].unix_ns);
    }
}

static void every_day_of_the_range_agrees_with_the_c_library(void **state)
{
    (void)state;
    for (int64_t day = -106000; day <= 106000; day++) {
        time_t seconds = day * 86400 + (day % 86400 + 86400) % 86400;
        struct tm parts;
        char wanted[64], text[RA__NUMBER_TEXT_MAX];
        assert_non_null(gmtime_r(&seconds, &parts));
        size_t wanted_len = strftime(wanted, sizeof wanted, "%Y-%m-%dT%H:%M:%SZ", &parts);
        ra_time time = {seconds * RA_SECONDS(1)}, back;
        ra_str printed = {text, ra__time_print(text, time)};
        if (!ra_str_equal(printed, (ra_str){wanted, wanted_len}))
            fail_msg("%.*s is not %s", RA_STR_ARG(printed), wanted);
        assert_status(ra__time_parse(printed, &back), RA_OK);
        assert_int_equal(back.unix_ns, time.unix_ns);
    }
}

static void offsets_fractions_and_lower_case_are_read(void **state)
{
    (void)state;
    const int64_t nine = INT64_C(1795251600000000000);
    assert_parses("2026-11-21T10:00:00+01:00", nine);
    assert_parses("2026-11-21T03:30:00-05:30", nine);
    assert_parses("2026-11-22T08:59:00+23:59", nine);
    assert_parses("2026-11-21T09:00:00-00:00", nine);
    assert_parses("2026-11-21t09:00:00z", nine);
    assert_parses("2026-11-21T09:00:00.5Z", nine + 500000000);
    assert_parses("2026-11-21T09:00:00.12Z", nine + 120000000);
    assert_parses("2026-11-21T09:00:00.1234567Z", nine + 123456700);
    assert_parses("2026-11-21T09:00:00.000000000Z", nine);
}

static void what_is_no_moment_is_invalid(void **state)
{
    (void)state;
    const char *rows[] = {
        "2026-11-21",
        "2026-11-21T09:00:00",
        "2026-11-21 09:00:00Z",
        "2026-11-21T09:00Z",
        "2026-00-21T09:00:00Z",
        "2026-13-21T09:00:00Z",
        "2026-11-00T09:00:00Z",
        "2026-11-31T09:00:00Z",
        "2026-02-29T09:00:00Z",
        "2100-02-29T00:00:00Z",
        "2026-11-21T24:00:00Z",
        "2026-11-21T09:60:00Z",
        "2026-12-31T23:59:60Z",
        "2026-11-21T09:00:00.Z",
        "2026-11-21T09:00:00.1234567890Z",
        "2026-11-21T09:00:00+24:00",
        "2026-11-21T09:00:00+01:60",
        "2026-11-21T09:00:00+0100",
        "2026-11-21T09:00:00+01",
        "2026-11-21T09:00:00ZZ",
        " 2026-11-21T09:00:00Z",
        "2026-11-21T09:00:00Z ",
        "02026-11-21T09:00:00Z",
        "-026-11-21T09:00:00Z",
        "2026-1-21T09:00:00Z",
        "2026-11-21T9:00:00Z",
        "2026-11-21T09:00:00,5Z",
        "2026/11/21T09:00:00Z",
        "",
        "Z",
    };
    for (size_t at = 0; at < COUNT_OF(rows); at++) {
        ra_time time = {7};
        assert_status(ra__time_parse(ra_str_of(rows[at]), &time), RA_ERR_INVALID);
        assert_int_equal(time.unix_ns, 7);
    }
}

static void every_prefix_of_a_moment_is_invalid(void **state)
{
    (void)state;
    const ra_str whole = RA_STR("2026-11-21T09:00:00.123456789+01:00");
    for (size_t len = 0; len < whole.len; len++) {
        char *text = ra__heap_alloc(len);
        memcpy(text, whole.ptr, len);
        ra_time time;
        assert_status(ra__time_parse((ra_str){text, len}, &time), RA_ERR_INVALID);
        ra__heap_free(text);
    }
}

static void a_moment_outside_of_the_range_is_too_large(void **state)
{
    (void)state;
    const char *rows[] = {
        "2262-04-11T23:47:16.854775808Z", "1677-09-21T00:12:43.145224191Z", "9999-12-31T23:59:59Z",
        "0000-01-01T00:00:00Z",           "2262-04-11T23:47:17-00:01",
    };
    for (size_t at = 0; at < COUNT_OF(rows); at++) {
        ra_time time = {7};
        assert_status(ra__time_parse(ra_str_of(rows[at]), &time), RA_ERR_TOO_LARGE);
        assert_int_equal(time.unix_ns, 7);
    }
    assert_parses("2262-04-12T00:47:16.854775807+01:00", INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_moments_are_printed_and_read_back),
        cmocka_unit_test(every_day_of_the_range_agrees_with_the_c_library),
        cmocka_unit_test(offsets_fractions_and_lower_case_are_read),
        cmocka_unit_test(what_is_no_moment_is_invalid),
        cmocka_unit_test(every_prefix_of_a_moment_is_invalid),
        cmocka_unit_test(a_moment_outside_of_the_range_is_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
