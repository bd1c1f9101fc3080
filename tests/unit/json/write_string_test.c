// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"
#include "json/json.h"

#include <stdio.h>

static void must_write(ra_str text, const char *wanted)
{
    ra_buf buf = ra_buf_init(1 << 16);
    assert_status(ra__json_put_str(&buf, text), RA_OK);
    assert_text(ra_buf_str(&buf), wanted);
    ra_buf_deinit(&buf);
}

static void only_what_must_be_is_escaped(void **state)
{
    (void)state;
    must_write(RA_STR(""), "\"\"");
    must_write((ra_str){0}, "\"\"");
    must_write(RA_STR("abc"), "\"abc\"");
    must_write(RA_STR("a/b <&> '"), "\"a/b <&> '\"");
    must_write(RA_STR("\"\\"), "\"\\\"\\\\\"");
    must_write(RA_STR("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\"");
    must_write(RA_STR("\0\x01\x1f\x7f"), "\"\\u0000\\u0001\\u001f\x7f\"");
    must_write(RA_STR("\xc3\xa4\xe2\x80\xa8\xf0\x9f\x98\x80"),
               "\"\xc3\xa4\xe2\x80\xa8\xf0\x9f\x98\x80\"");
}

static void every_byte_is_right_at_every_place(void **state)
{
    (void)state;
    for (unsigned c = 1; c < 0x80; c++) {
        char escaped[8];
        const char *letters = "\b\t\n\f\r\"\\", *codes = "btnfr\"\\";
        const char *found = strchr(letters, (int)c);
        if (found)
            snprintf(escaped, sizeof escaped, "\\%c", codes[found - letters]);
        else
            snprintf(escaped, sizeof escaped, c < 0x20 ? "\\u%04x" : "%c", c);
        for (size_t at = 0; at < 18; at++) {
            char text[18], wanted[64];
            memset(text, 'x', sizeof text);
            text[at] = (char)c;
            snprintf(wanted, sizeof wanted, "\"%.*s%s%.*s\"", (int)at, "xxxxxxxxxxxxxxxxxx",
                     escaped, (int)(17 - at), "xxxxxxxxxxxxxxxxxx");
            must_write((ra_str){text, sizeof text}, wanted);
        }
    }
}

static void what_is_not_utf8_becomes_a_replacement_for_each_byte(void **state)
{
    (void)state;
#define R "\xef\xbf\xbd"
    must_write(RA_STR("\xff"), "\"" R "\"");
    must_write(RA_STR("a\xffz"), "\"a" R "z\"");
    must_write(RA_STR("\xc3"), "\"" R "\"");
    must_write(RA_STR("\xe2\x82"), "\"" R R "\"");
    must_write(RA_STR("\xe2\x82x\xc3\xa4"), "\"" R R "x\xc3\xa4\"");
    must_write(RA_STR("\xed\xa0\x80"), "\"" R R R "\"");
    must_write(RA_STR("\xc0\x80\n"), "\"" R R "\\n\"");
    must_write(RA_STR("abcdefgh\xff\"ij"), "\"abcdefgh" R "\\\"ij\"");
}

static void a_buffer_without_room_is_left_as_it_was(void **state)
{
    (void)state;
    const ra_str texts[] = {RA_STR("abcdef"), RA_STR("a\n\xff\xc3\xa4")};
    const size_t needed[] = {8, 10};
    for (size_t t = 0; t < COUNT_OF(texts); t++) {
        for (size_t max = 1; max <= needed[t] + 1; max++) {
            ra_buf buf = ra_buf_init(max);
            assert_status(ra_buf_append(&buf, RA_STR("<")), RA_OK);
            bool fits = max == needed[t] + 1;
            assert_status(ra__json_put_str(&buf, texts[t]), fits ? RA_OK : RA_ERR_TOO_LARGE);
            assert_int_equal(buf.len, fits ? max : 1);
            ra_buf_deinit(&buf);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_must_be_is_escaped),
        cmocka_unit_test(every_byte_is_right_at_every_place),
        cmocka_unit_test(what_is_not_utf8_becomes_a_replacement_for_each_byte),
        cmocka_unit_test(a_buffer_without_room_is_left_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
