// SPDX-License-Identifier: MIT OR Apache-2.0
#include "app/support.h"

#include "app/private/units.h"

static void durations_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ns;
    } cases[] = {
        {"0", 0},
        {"8", RA_SECONDS(8)},
        {"0.5", RA_MS(500)},
        {"8s", RA_SECONDS(8)},
        {"500ms", RA_MS(500)},
        {"20us", RA_US(20)},
        {"7ns", 7},
        {"2m", RA_MINUTES(2)},
        {"1h", RA_HOURS(1)},
        {"1.5h", RA_MINUTES(90)},
        {"1m30s", RA_SECONDS(90)},
        {"1h2m3s4ms", RA_HOURS(1) + RA_MINUTES(2) + RA_SECONDS(3) + RA_MS(4)},
        {"9223372036854775807ns", INT64_MAX},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t ns = -1;
        assert_status(ra__duration_parse(ra_str_of(cases[i].text), &ns), RA_OK);
        assert_int_equal(ns, cases[i].ns);
    }
}

static void what_is_no_duration_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        ra_status status;
    } cases[] = {
        {"", RA_ERR_INVALID},
        {"s", RA_ERR_INVALID},
        {"-1s", RA_ERR_INVALID},
        {"8 s", RA_ERR_INVALID},
        {"8x", RA_ERR_INVALID},
        {"8S", RA_ERR_INVALID},
        {"1m30", RA_ERR_INVALID},
        {"1..5s", RA_ERR_INVALID},
        {".s", RA_ERR_INVALID},
        {"nan", RA_ERR_INVALID},
        {"1e3s", RA_ERR_INVALID},
        {"8s ", RA_ERR_INVALID},
        {"10000000000", RA_ERR_TOO_LARGE},
        {"9223372036854775808ns", RA_ERR_TOO_LARGE},
        {"99999999999999999999h", RA_ERR_TOO_LARGE},
        {"9223372036s9223372036s", RA_ERR_TOO_LARGE},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        int64_t ns = -1;
        assert_status(ra__duration_parse(ra_str_of(cases[i].text), &ns), cases[i].status);
        assert_int_equal(ns, -1);
    }
}

static void durations_are_printed_as_they_are_read(void **state)
{
    (void)state;
    static const struct {
        int64_t ns;
        const char *text;
    } cases[] = {
        {0, "0s"},
        {1, "1ns"},
        {RA_MS(1500), "1s500ms"},
        {RA_SECONDS(90), "1m30s"},
        {RA_HOURS(25), "25h"},
        {INT64_MAX, "2562047h47m16s854ms775us807ns"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[RA__UNITS_TEXT_MAX];
        size_t len = ra__duration_print(text, cases[i].ns);
        int64_t back = -1;
        assert_text(((ra_str){text, len}), cases[i].text);
        assert_status(ra__duration_parse((ra_str){text, len}, &back), RA_OK);
        assert_int_equal(back, cases[i].ns);
    }
}

static void sizes_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t bytes;
    } cases[] = {
        {"0", 0},
        {"1500", 1500},
        {"1500B", 1500},
        {"64K", 64 << 10},
        {"64KiB", 64 << 10},
        {"1M", 1 << 20},
        {"1MiB", 1 << 20},
        {"1.5MiB", 3 << 19},
        {"2G", UINT64_C(2) << 30},
        {"2GiB", UINT64_C(2) << 30},
        {"18446744073709551615", UINT64_MAX},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint64_t bytes = 1;
        assert_status(ra__size_parse(ra_str_of(cases[i].text), &bytes), RA_OK);
        assert_int_equal(bytes, cases[i].bytes);
    }
}

static void what_is_no_size_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        ra_status status;
    } cases[] = {
        {"", RA_ERR_INVALID},
        {"-1", RA_ERR_INVALID},
        {"1MB", RA_ERR_INVALID},
        {"1m", RA_ERR_INVALID},
        {"K", RA_ERR_INVALID},
        {"1 K", RA_ERR_INVALID},
        {"1K1K", RA_ERR_INVALID},
        {"18446744073709551616", RA_ERR_TOO_LARGE},
        {"17179869184GiB", RA_ERR_TOO_LARGE},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint64_t bytes = 1;
        assert_status(ra__size_parse(ra_str_of(cases[i].text), &bytes), cases[i].status);
        assert_int_equal(bytes, 1);
    }
}

static void sizes_are_printed_in_the_largest_whole_unit(void **state)
{
    (void)state;
    static const struct {
        uint64_t bytes;
        const char *text;
    } cases[] = {
        {0, "0"},
        {1, "1"},
        {1024, "1KiB"},
        {1500, "1500"},
        {1 << 20, "1MiB"},
        {3 << 19, "1536KiB"},
        {UINT64_C(3) << 30, "3GiB"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[RA__UNITS_TEXT_MAX];
        size_t len = ra__size_print(text, cases[i].bytes);
        assert_text(((ra_str){text, len}), cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations_are_read),
        cmocka_unit_test(what_is_no_duration_is_refused),
        cmocka_unit_test(durations_are_printed_as_they_are_read),
        cmocka_unit_test(sizes_are_read),
        cmocka_unit_test(what_is_no_size_is_refused),
        cmocka_unit_test(sizes_are_printed_in_the_largest_whole_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
