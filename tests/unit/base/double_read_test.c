// SPDX-License-Identifier: MIT OR Apache-2.0
// The oracle is the C library's strtod in the "C" locale, which is exact; so are printf's digits,
// as many as wanted.
#include "base/support.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>

enum { EXACT_TEXT_BYTES = 2048, RANDOM_ROUNDS = 200000 };

static uint64_t random_state = UINT64_C(88172645463325252);

static uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double double_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static void assert_reads_like_strtod(const char *text)
{
    double wanted = strtod(text, NULL), got = 7;
    ra_status status = ra__f64_parse(ra_str_of(text), &got);
    if (isinf(wanted) ? status != RA_ERR_TOO_LARGE
                      : status != RA_OK || bits_of(got) != bits_of(wanted))
        fail_msg("%s: %s, %a instead of %a", text, ra_status_name(status), got, wanted);
}

// ---- grammar

static void numbers_of_json_are_read(void **state)
{
    (void)state;
    const char *rows[] = {
        "0",
        "-0",
        "0.0",
        "-0.000",
        "0e5",
        "0E-5",
        "1",
        "-1",
        "10",
        "1.5",
        "0.1",
        "1e0",
        "1E+2",
        "1e-2",
        "1.25e2",
        "123456789012345678",
        "0.000001",
        "1e22",
        "1e23",
        "9007199254740993",
        "0e999999999999999999999",
        "0.0000000000000000000000000000000000000000000000000000000000000000000001e60",
        "1000000000000000000000000000000000000000000000000000000000000000000000e-60",
    };
    for (size_t at = 0; at < COUNT_OF(rows); at++)
        assert_reads_like_strtod(rows[at]);
}

static void what_is_no_number_of_json_is_invalid(void **state)
{
    (void)state;
    const char *rows[] = {
        "",         "-",     "+1",    " 1",  "1 ",    "01",   "-01",  "00",       ".5",
        "1.",       "1.e5",  "-.5",   "1e",  "1e+",   "1e-",  "1E",   "e5",       "1.5e",
        "1.5.5",    "1e5.5", "1e5e5", "--1", "0x10",  "1p3",  "inf",  "-inf",     "nan",
        "Infinity", "NaN",   "1f",    "1,5", "1_000", "0.1 ", "1e 5", "\xD9\xA1",
    };
    for (size_t at = 0; at < COUNT_OF(rows); at++) {
        double value = 7;
        assert_status(ra__f64_parse(ra_str_of(rows[at]), &value), RA_ERR_INVALID);
        assert_true(value == 7);
    }
    double value;
    assert_status(ra__f64_parse((ra_str){NULL, 0}, &value), RA_ERR_INVALID);
    assert_status(ra__f64_parse(RA_STR("1\0"), &value), RA_ERR_INVALID);
}

static void every_prefix_is_judged_by_itself(void **state)
{
    (void)state;
    const ra_str whole = RA_STR("-120.050e+12");
    const char *valid = "..yyy.yyy..yy"; // by length
    for (size_t len = 0; len <= whole.len; len++) {
        char *text = ra__heap_alloc(len); // ends where the text ends
        memcpy(text, whole.ptr, len);
        double value;
        bool wanted = len >= 2 && valid[len] == 'y';
        assert_status(ra__f64_parse((ra_str){text, len}, &value), wanted ? RA_OK : RA_ERR_INVALID);
        ra__heap_free(text);
    }
}

// ---- range

static void too_large_and_too_small_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        ra_status status;
    } rows[] = {
        {"1.7976931348623157e308", RA_OK},
        {"1.7976931348623158e308", RA_OK},
        {"1.7976931348623159e308", RA_ERR_TOO_LARGE},
        {"-1.7976931348623159e308", RA_ERR_TOO_LARGE},
        {"1e309", RA_ERR_TOO_LARGE},
        {"1e99999999999999999999999999", RA_ERR_TOO_LARGE},
        {"-1e400", RA_ERR_TOO_LARGE},
        {"1e-400", RA_OK},
        {"1e-99999999999999999999999999", RA_OK},
    };
    for (size_t at = 0; at < COUNT_OF(rows); at++) {
        double value;
        assert_status(ra__f64_parse(ra_str_of(rows[at].text), &value), rows[at].status);
        assert_reads_like_strtod(rows[at].text);
    }
}

static void the_sign_of_zero_survives_underflow(void **state)
{
    (void)state;
    double value;
    assert_status(ra__f64_parse(RA_STR("-1e-400"), &value), RA_OK);
    assert_int_equal(bits_of(value), bits_of(-0.0));
    assert_status(ra__f64_parse(RA_STR("-0"), &value), RA_OK);
    assert_int_equal(bits_of(value), bits_of(-0.0));
}

static void exponents_and_digits_may_balance_each_other(void **state)
{
    (void)state;
    enum { ZEROS = 3000 };
    char text[ZEROS + 32];
    memset(text, '0', sizeof text);
    strcpy(text + ZEROS, "e-2999");
    text[0] = '1';
    double value;
    assert_status(ra__f64_parse(ra_str_of(text), &value), RA_OK);
    assert_true(value == 1);
    memset(text, '0', sizeof text);
    text[1] = '.';
    strcpy(text + ZEROS, "5e2999");
    assert_status(ra__f64_parse(ra_str_of(text), &value), RA_OK);
    assert_true(value == 5);
}

// ---- rounding

static void assert_exact_text_reads(double wanted, const char *text)
{
    double got;
    if (ra__f64_parse(ra_str_of(text), &got) != RA_OK)
        fail_msg("%s is refused", text);
    if (bits_of(got) != bits_of(wanted))
        fail_msg("%s: %a instead of %a", text, got, wanted);
}

/// The exact middle between `value` and the next double, and what lies a hair beside it.
static void check_halfway_above(double value)
{
    double next = nextafter(value, INFINITY);
    char text[EXACT_TEXT_BYTES];
    // A long double has the bit that is missing.
    int len = snprintf(text, sizeof text - 8, "%.1100Le",
                       (long double)value + ((long double)next - value) / 2);
    assert_in_range(len, 1100, (int)sizeof text - 8);
    bool even = bits_of(value) % 2 == 0;
    assert_exact_text_reads(even ? value : next, text);

    char *exponent = strchr(text, 'e');
    exponent[-1] = '1'; // was 0: the middle has at most 768 digits
    assert_exact_text_reads(next, text);

    char *last = exponent - 1;
    *last = '0';
    for (; *last == '0' || *last == '.'; last--)
        *last = *last == '0' ? '9' : '.';
    --*last;
    assert_exact_text_reads(value, text);
}

static void halfway_goes_to_even_and_a_hair_decides(void **state)
{
    (void)state;
    const double rows[] = {1,
                           2,
                           3,
                           0.1,
                           1e23,
                           9007199254740992,
                           9007199254740994,
                           5e-324,
                           1e-323,
                           1e-310,
                           2.2250738585072011e-308,
                           2.2250738585072014e-308,
                           1e300,
                           1.7976931348623155e308,
                           1e-300,
                           123456.789,
                           6.0221e23};
    for (size_t at = 0; at < COUNT_OF(rows); at++) {
        check_halfway_above(rows[at]);
        check_halfway_above(nextafter(rows[at], 0));
    }
    for (int at = 0; at < 200; at++) {
        double value = fabs(double_of(next_random()));
        if (value < 1e308)
            check_halfway_above(value);
    }
}

static void half_of_the_smallest_is_zero_and_a_hair_more_is_not(void **state)
{
    (void)state;
    char text[EXACT_TEXT_BYTES];
    snprintf(text, sizeof text, "%.800Le", 0x1p-1075L);
    assert_exact_text_reads(0, text);
    strchr(text, 'e')[-1] = '1';
    assert_exact_text_reads(5e-324, text);
    assert_reads_like_strtod("2.4703282292062327e-324");
    assert_reads_like_strtod("2.4703282292062328e-324");
}

static void half_above_the_largest_is_too_large(void **state)
{
    (void)state;
    const char *half =
        "179769313486231580793728971405303415079934132710037826936173778980444968292764750946649017"
        "9775"
        "8727096330286412695926224300010131220104398158"; // first digits of 2^1024 - 2^970
    char text[400];
    snprintf(text, sizeof text, "%se170", half);
    assert_reads_like_strtod(text);
    snprintf(text, sizeof text, "%.0Lf", 0x1p1024L - 0x1p970L);
    assert_reads_like_strtod(text);
    text[308] = '1'; // the last digit was 2
    assert_reads_like_strtod(text);
}

static void powers_of_two_and_ten_are_exact(void **state)
{
    (void)state;
    char text[EXACT_TEXT_BYTES];
    for (int exponent = -1074; exponent < 1024; exponent++) {
        snprintf(text, sizeof text, "%.17g", ldexp(1, exponent));
        assert_reads_like_strtod(text);
        snprintf(text, sizeof text, "%.770e", ldexp(1, exponent));
        assert_exact_text_reads(ldexp(1, exponent), text);
    }
    for (int exponent = -345; exponent < 312; exponent++) {
        for (int digit = 1; digit < 10; digit++) {
            snprintf(text, sizeof text, "%de%d", digit, exponent);
            assert_reads_like_strtod(text);
        }
    }
}

static void random_doubles_with_17_digits_are_read_back(void **state)
{
    (void)state;
    char text[64];
    for (int at = 0; at < RANDOM_ROUNDS; at++) {
        uint64_t bits = next_random();
        double value =
            double_of(at % 8 == 0 ? bits & UINT64_C(0x800fffffffffffff) : bits); // subnormals too
        if (!isfinite(value))
            continue;
        snprintf(text, sizeof text, "%.17g", value);
        assert_exact_text_reads(value, text);
    }
}

static void random_digits_of_every_length_are_read_like_strtod(void **state)
{
    (void)state;
    char text[EXACT_TEXT_BYTES];
    for (int at = 0; at < RANDOM_ROUNDS / 10; at++) {
        size_t digits = 1 + next_random() % (at % 16 == 0 ? 850 : 40);
        size_t point = next_random() % (digits + 1);
        char *out = text;
        for (size_t digit = 0; digit < digits; digit++) {
            if (digit == point && digit > 0)
                *out++ = '.';
            *out++ = (char)('0' + next_random() % 9 + (digit == 0));
        }
        sprintf(out, "e%d", (int)(next_random() % 700) - 350 - (int)point);
        assert_reads_like_strtod(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_json_are_read),
        cmocka_unit_test(what_is_no_number_of_json_is_invalid),
        cmocka_unit_test(every_prefix_is_judged_by_itself),
        cmocka_unit_test(too_large_and_too_small_are_told_apart),
        cmocka_unit_test(the_sign_of_zero_survives_underflow),
        cmocka_unit_test(exponents_and_digits_may_balance_each_other),
        cmocka_unit_test(halfway_goes_to_even_and_a_hair_decides),
        cmocka_unit_test(half_of_the_smallest_is_zero_and_a_hair_more_is_not),
        cmocka_unit_test(half_above_the_largest_is_too_large),
        cmocka_unit_test(powers_of_two_and_ten_are_exact),
        cmocka_unit_test(random_doubles_with_17_digits_are_read_back),
        cmocka_unit_test(random_digits_of_every_length_are_read_like_strtod),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
