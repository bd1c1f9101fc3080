// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>

enum { RANDOM_ROUNDS = 100000 };

static uint64_t random_state = UINT64_C(88172645463325252);

static uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static double double_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void the_layout_is_that_of_ecmascript(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {0.0, "0"},
        {-0.0, "-0"},
        {1, "1"},
        {-1, "-1"},
        {10, "10"},
        {100, "100"},
        {1.5, "1.5"},
        {0.1, "0.1"},
        {-0.19, "-0.19"},
        {0.1 + 0.2, "0.30000000000000004"},
        {123456789.125, "123456789.125"},
        {1e20, "100000000000000000000"},
        {123456789012345680000.0, "123456789012345680000"},
        {1e21, "1e+21"},
        {1.2345e25, "1.2345e+25"},
        {1e-6, "0.000001"},
        {1.5e-6, "0.0000015"},
        {1e-7, "1e-7"},
        {1.25e-7, "1.25e-7"},
        {9007199254740991, "9007199254740991"},
        {9007199254740992, "9007199254740992"},
        {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {-1.7976931348623157e308, "-1.7976931348623157e+308"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {2.225073858507201e-308, "2.225073858507201e-308"},
        {1e23, "1e+23"},
        {9.5e-3, "0.0095"},
        {333333333.33333329, "333333333.3333333"}, // RFC 8785, appendix B, from here on
        {1e30, "1e+30"},
        {4.5, "4.5"},
        {2e-3, "0.002"},
        {0.000000000000000000000000001, "1e-27"},
        {9007199254740994, "9007199254740994"},
        {295147905179352825856.0, "295147905179352830000"},
        {9.999999999999997e22, "9.999999999999997e+22"},
        {1.0000000000000001e23, "1.0000000000000001e+23"},
        {999999999999999700000.0, "999999999999999700000"},
        {999999999999999900000.0, "999999999999999900000"},
        {333333333.3333332, "333333333.3333332"},
        {333333333.33333325, "333333333.33333325"},
        {333333333.3333334, "333333333.3333334"},
        {333333333.33333343, "333333333.33333343"},
        {-0.0000033333333333333333, "-0.0000033333333333333333"},
        {1424953923781206.2, "1424953923781206.2"},
    };
    for (size_t at = 0; at < COUNT_OF(rows); at++) {
        char text[RA__NUMBER_TEXT_MAX];
        assert_text(((ra_str){text, ra__f64_print(text, rows[at].value)}), rows[at].text);
    }
}

/// Significant digits without zeros at either end.
static size_t digits_of(const char *text, char *digits)
{
    size_t len = 0;
    for (; *text && *text != 'e'; text++)
        if (*text >= '0' && *text <= '9' && (len > 0 || *text != '0'))
            digits[len++] = *text;
    while (len > 1 && digits[len - 1] == '0')
        len--;
    digits[len] = 0;
    return len;
}

/// The oracle: the first precision at which the C library's digits read back, which are also the
/// nearest ones.
static void assert_shortest(double value)
{
    char text[RA__NUMBER_TEXT_MAX + 1], digits[64], exact[64], wanted[64];
    size_t text_len = ra__f64_print(text, value);
    assert_in_range(text_len, 1, 25);
    text[text_len] = 0;
    if (strtod(text, NULL) != value)
        fail_msg("%s is not %a", text, value);
    size_t len = digits_of(text, digits);
    snprintf(exact, sizeof exact, "%.*e", (int)len - 1, value);
    digits_of(exact, wanted);
    // The nearest of this length may not read back, then another of the same length does: 2^-44 and
    // its like.
    if (strtod(exact, NULL) == value && strcmp(digits, wanted) != 0)
        fail_msg("%s is not nearest to %a: %s", text, value, exact);
    if (len > 1) {
        snprintf(exact, sizeof exact, "%.*e", (int)len - 2, value);
        if (strtod(exact, NULL) == value)
            fail_msg("%s is shorter than %s", exact, text);
    }
}

static void powers_of_two_and_their_neighbours_are_shortest(void **state)
{
    (void)state;
    for (int exponent = -1074; exponent < 1024; exponent++) {
        double power = ldexp(1, exponent);
        assert_shortest(power);
        assert_shortest(nextafter(power, INFINITY));
        if (exponent > -1074)
            assert_shortest(nextafter(power, 0));
    }
}

static void random_doubles_are_shortest_and_read_back(void **state)
{
    (void)state;
    for (int at = 0; at < RANDOM_ROUNDS; at++) {
        uint64_t bits = next_random();
        double value = double_of(at % 8 == 0 ? bits & UINT64_C(0x800fffffffffffff) : bits);
        if (isfinite(value))
            assert_shortest(value);
    }
}

static void decimals_of_few_digits_come_out_as_they_went_in(void **state)
{
    (void)state;
    for (int at = 0; at < RANDOM_ROUNDS; at++) {
        char decimal[64], in[64], text[RA__NUMBER_TEXT_MAX + 1], out[64];
        snprintf(decimal, sizeof decimal, "%de%d", 1 + (int)(next_random() % 999999999),
                 (int)(next_random() % 600) - 300);
        text[ra__f64_print(text, strtod(decimal, NULL))] = 0;
        digits_of(decimal, in);
        digits_of(text, out);
        assert_string_equal(out, in);
    }
}

static void what_is_printed_is_read_by_our_reader(void **state)
{
    (void)state;
    for (int at = 0; at < RANDOM_ROUNDS; at++) {
        double value = double_of(next_random()), back;
        if (!isfinite(value))
            continue;
        char text[RA__NUMBER_TEXT_MAX];
        assert_status(ra__f64_parse((ra_str){text, ra__f64_print(text, value)}, &back), RA_OK);
        assert_memory_equal(&back, &value, sizeof value);
    }
}

static void print(void *arg)
{
    char text[RA__NUMBER_TEXT_MAX];
    (void)ra__f64_print(text, *(double *)arg);
}

static void nan_and_infinity_trap(void **state)
{
    (void)state;
    double rows[] = {NAN, INFINITY, -INFINITY};
    for (size_t at = 0; at < COUNT_OF(rows); at++)
        assert_int_equal(signal_of_death(print, &rows[at], -1), SIGABRT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_layout_is_that_of_ecmascript),
        cmocka_unit_test(powers_of_two_and_their_neighbours_are_shortest),
        cmocka_unit_test(random_doubles_are_shortest_and_read_back),
        cmocka_unit_test(decimals_of_few_digits_come_out_as_they_went_in),
        cmocka_unit_test(what_is_printed_is_read_by_our_reader),
        cmocka_unit_test(nan_and_infinity_trap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
