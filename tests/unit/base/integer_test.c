// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"

#include "base/text.h"

#include <stdio.h>

static void assert_u64_goes_round(uint64_t value)
{
    char wanted[32], text[RA__NUMBER_TEXT_MAX];
    snprintf(wanted, sizeof wanted, "%" PRIu64, value);
    ra_str printed = {text, ra__u64_print(text, value)};
    assert_text(printed, wanted);
    uint64_t back = 0;
    assert_status(ra__u64_parse(printed, &back), RA_OK);
    assert_int_equal(back, value);
}

static void assert_i64_goes_round(int64_t value)
{
    char wanted[32], text[RA__NUMBER_TEXT_MAX];
    snprintf(wanted, sizeof wanted, "%" PRId64, value);
    ra_str printed = {text, ra__i64_print(text, value)};
    assert_text(printed, wanted);
    int64_t back = 0;
    assert_status(ra__i64_parse(printed, &back), RA_OK);
    assert_int_equal(back, value);
}

static void integers_around_every_power_go_round(void **state)
{
    (void)state;
    uint64_t ten = 1;
    for (int power = 0; power < 20; power++, ten *= 10) {
        for (int off = -2; off <= 2; off++) {
            assert_u64_goes_round(ten + (uint64_t)off);
            assert_i64_goes_round((int64_t)(ten + (uint64_t)off));
            assert_i64_goes_round((int64_t) - (ten + (uint64_t)off));
        }
    }
    for (int bit = 0; bit < 64; bit++) {
        assert_u64_goes_round(UINT64_C(1) << bit);
        assert_u64_goes_round((UINT64_C(1) << bit) - 1);
        assert_i64_goes_round((int64_t)(UINT64_C(1) << bit));
    }
}

static void limits_are_read_and_what_is_past_them_is_too_large(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        ra_status i64, u64;
    } rows[] = {
        {"9223372036854775807", RA_OK, RA_OK},
        {"9223372036854775808", RA_ERR_TOO_LARGE, RA_OK},
        {"-9223372036854775808", RA_OK, RA_ERR_INVALID},
        {"-9223372036854775809", RA_ERR_TOO_LARGE, RA_ERR_INVALID},
        {"18446744073709551615", RA_ERR_TOO_LARGE, RA_OK},
        {"18446744073709551616", RA_ERR_TOO_LARGE, RA_ERR_TOO_LARGE},
        {"-18446744073709551616", RA_ERR_TOO_LARGE, RA_ERR_INVALID},
        {"99999999999999999999", RA_ERR_TOO_LARGE, RA_ERR_TOO_LARGE},
        {"36893488147419103233", RA_ERR_TOO_LARGE, RA_ERR_TOO_LARGE},
        {"100000000000000000000000000000", RA_ERR_TOO_LARGE, RA_ERR_TOO_LARGE},
        {"000000000000000000000000000001", RA_OK, RA_OK},
        {"-0", RA_OK, RA_ERR_INVALID},
    };
    for (size_t at = 0; at < COUNT_OF(rows); at++) {
        int64_t i64;
        uint64_t u64;
        assert_status(ra__i64_parse(ra_str_of(rows[at].text), &i64), rows[at].i64);
        assert_status(ra__u64_parse(ra_str_of(rows[at].text), &u64), rows[at].u64);
    }
}

static void what_is_no_integer_is_invalid_and_leaves_out_alone(void **state)
{
    (void)state;
    const char *rows[] = {"",    "-",    "+1",  " 1", "1 ", "1.0",
                          "1e3", "0x10", "--1", "1-", "a",  "99999999999999999999999x"};
    for (size_t at = 0; at < COUNT_OF(rows); at++) {
        int64_t i64 = 7;
        uint64_t u64 = 7;
        assert_status(ra__i64_parse(ra_str_of(rows[at]), &i64), RA_ERR_INVALID);
        assert_status(ra__u64_parse(ra_str_of(rows[at]), &u64), RA_ERR_INVALID);
        assert_int_equal(i64, 7);
        assert_int_equal(u64, 7);
    }
    int64_t i64;
    assert_status(ra__i64_parse((ra_str){NULL, 0}, &i64), RA_ERR_INVALID);
    assert_status(ra__i64_parse(RA_STR("1\0"), &i64), RA_ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_around_every_power_go_round),
        cmocka_unit_test(limits_are_read_and_what_is_past_them_is_too_large),
        cmocka_unit_test(what_is_no_integer_is_invalid_and_leaves_out_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
