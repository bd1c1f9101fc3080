// SPDX-License-Identifier: MIT OR Apache-2.0
#include "http/private/media.h"
#include "http/private/request_id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void json_is_known_in_any_case_and_with_utf8(void **state)
{
    (void)state;
    const char *good[] = {"application/json",
                          "Application/JSON",
                          "application/json; charset=utf-8",
                          "application/json;charset=UTF-8",
                          "application/json ; charset=\"utf-8\" ",
                          "application/json; profile=\"x\"; charset=utf-8",
                          "application/json;"};
    const char *bad[] = {"",
                         "text/json",
                         "application/jsonx",
                         "application/json; charset=latin1",
                         "application/json; charset",
                         "application/json; charset =utf-8",
                         "application/json; a=b; charset=utf-16",
                         "application/json; a b",
                         "application/merge-patch+json",
                         "application/json, text/plain",
                         "json",
                         "application /json"};
    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
        if (!ra__media_is_json(ra_str_of(good[i])))
            fail_msg("refused: %s", good[i]);
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        if (ra__media_is_json(ra_str_of(bad[i])))
            fail_msg("accepted: %s", bad[i]);
}

static void type_is_compared_without_parameters(void **state)
{
    (void)state;
    assert_true(ra__media_is(RA_STR("Text/CSV; header=present"), RA_STR("text/csv")));
    assert_false(ra__media_is(RA_STR("text/csvx"), RA_STR("text/csv")));
    assert_false(ra__media_is(RA_STR(""), RA_STR("text/csv")));
}

static void types_and_values_are_told_apart(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool type, value;
    } cases[] = {
        {"text/csv", true, true},
        {"application/vnd.a+json", true, true},
        {"text/html; charset=utf-8", false, true},
        {"text", false, false},
        {"text/", false, false},
        {"/csv", false, false},
        {"", false, false},
        {"; charset=utf-8", false, false},
        {"text/a b", false, false},
        {"text/csv\r\nX: y", false, false},
        {"text/csv; a=\n", false, false},
        {"a/b/c", false, false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ra_str text = ra_str_of(cases[i].text);
        if (ra__media_is_type(text) != cases[i].type || ra__media_is_value(text) != cases[i].value)
            fail_msg("wrong about: %s", cases[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_is_known_in_any_case_and_with_utf8),
        cmocka_unit_test(type_is_compared_without_parameters),
        cmocka_unit_test(types_and_values_are_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
