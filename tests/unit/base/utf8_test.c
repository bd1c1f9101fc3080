// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"

#include "base/text.h"

/// A decoder by the definition, against which the fast one is held: RFC 3629, section 4.
static bool slow_valid(const unsigned char *at, size_t len, uint32_t *code_point)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    static const unsigned char lead_bits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    size_t wanted = at[0] < 0x80       ? 1
                    : at[0] >> 5 == 6  ? 2
                    : at[0] >> 4 == 14 ? 3
                    : at[0] >> 3 == 30 ? 4
                                       : 0;
    if (wanted != len)
        return false;
    uint32_t value = at[0] & lead_bits[len];
    for (size_t i = 1; i < len; i++) {
        if (at[i] >> 6 != 2)
            return false;
        value = value << 6 | (at[i] & 0x3F);
    }
    *code_point = value;
    bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    return value >= smallest[len] && value <= 0x10FFFF && !surrogate;
}

static void every_code_point_goes_round_and_surrogates_are_refused(void **state)
{
    (void)state;
    for (uint32_t code_point = 0; code_point <= 0x10FFFF; code_point++) {
        char bytes[4];
        ra_str text = {bytes, ra__utf8_put(bytes, code_point)};
        bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
        size_t valid = ra__utf8_valid(text);
        uint32_t back = 0;
        if (valid != (surrogate ? 0 : text.len) || (!surrogate && ra__utf8_count(text) != 1) ||
            slow_valid((unsigned char *)bytes, text.len, &back) == surrogate || back != code_point)
            fail_msg("U+%04" PRIX32, code_point);
    }
}

static void every_two_and_three_bytes_are_judged_as_by_the_definition(void **state)
{
    (void)state;
    for (uint32_t bits = 0; bits < 1 << 24; bits++) {
        unsigned char bytes[] = {(unsigned char)(bits >> 16), (unsigned char)(bits >> 8),
                                 (unsigned char)bits};
        if (bytes[0] < 0xC0 || bytes[2] % 16 > 1) // enough of the last byte's values
            continue;
        uint32_t code_point;
        size_t wanted = 0;
        if (slow_valid(bytes, 3, &code_point))
            wanted = 3;
        else if (slow_valid(bytes, 2, &code_point))
            wanted = bytes[2] < 0x80 ? 3 : 2;
        if (ra__utf8_valid((ra_str){(char *)bytes, 3}) != wanted)
            fail_msg("%06" PRIX32, bits);
    }
}

static void the_first_bad_byte_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t bad;
    } rows[] = {
        {"", 0},
        {"plain", 5},
        {"exactly8", 8},
        {"gr\xC3\xBC\xC3\x9F", 6},
        {"\xF0\x9F\x98\x80", 4},
        {"a\x80", 1},            // continuation alone
        {"a\xC3", 1},            // cut short
        {"ab\xE2\x82", 2},       //
        {"\xF0\x9F\x98", 0},     //
        {"\xC0\xAF", 0},         // overlong
        {"\xC1\xBF", 0},         //
        {"\xE0\x9F\xBF", 0},     //
        {"\xF0\x8F\xBF\xBF", 0}, //
        {"\xED\xA0\x80", 0},     // surrogate
        {"\xED\x9F\xBF", 3},     // the last before them
        {"\xF4\x8F\xBF\xBF", 4}, // U+10FFFF
        {"\xF4\x90\x80\x80", 0}, // past it
        {"\xF5\x80\x80\x80", 0}, //
        {"\xFF", 0},             //
        {"\xE2\x82\xAC\xE2\x28\xAC", 3},
        {"0123456789abcdef\x80", 16},
        {"\xC3\xA9"
         "0123456\xFE",
         9},
    };
    for (size_t at = 0; at < COUNT_OF(rows); at++)
        assert_int_equal(ra__utf8_valid(ra_str_of(rows[at].text)), rows[at].bad);
    assert_int_equal(ra__utf8_valid((ra_str){NULL, 0}), 0);
    assert_int_equal(ra__utf8_valid(RA_STR("\0a\0")), 3);
}

/// Each text ends where its memory ends, so that ASan sees one byte too many.
static void a_bad_byte_is_found_at_every_place_in_every_length(void **state)
{
    (void)state;
    for (size_t len = 1; len < 40; len++) {
        char *text = ra__heap_alloc(len);
        for (size_t bad = 0; bad < len; bad++) {
            memset(text, 'a', len);
            assert_int_equal(ra__utf8_valid((ra_str){text, len}), len);
            text[bad] = '\xC3';
            assert_int_equal(ra__utf8_valid((ra_str){text, len}), bad);
            if (bad + 1 < len) {
                text[bad + 1] = '\xA9';
                assert_int_equal(ra__utf8_valid((ra_str){text, len}), len);
                assert_int_equal(ra__utf8_count((ra_str){text, len}), len - 1);
            }
        }
        ra__heap_free(text);
    }
}

static void count_counts_code_points(void **state)
{
    (void)state;
    assert_int_equal(ra__utf8_count(RA_STR("")), 0);
    assert_int_equal(ra__utf8_count(RA_STR("Stra\xC3\x9F"
                                           "e")),
                     6);
    assert_int_equal(ra__utf8_count(RA_STR("\xF0\x9F\x98\x80\xF0\x9F\x98\x80\xF0\x9F\x98\x80")), 3);
    assert_int_equal(ra__utf8_count(RA_STR("\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC")), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point_goes_round_and_surrogates_are_refused),
        cmocka_unit_test(every_two_and_three_bytes_are_judged_as_by_the_definition),
        cmocka_unit_test(the_first_bad_byte_is_found),
        cmocka_unit_test(a_bad_byte_is_found_at_every_place_in_every_length),
        cmocka_unit_test(count_counts_code_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
