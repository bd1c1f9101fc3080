// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"

#include "base/text.h"

static void lower_changes_the_26_capitals_only(void **state)
{
    (void)state;
    for (int c = -128; c < 128; c++) {
        bool capital = c >= 'A' && c <= 'Z';
        assert_int_equal(ra__ascii_lower((char)c), capital ? c + 32 : c);
    }
}

static void equal_fold_ignores_the_case_of_ascii(void **state)
{
    (void)state;
    assert_true(ra__str_equal_fold(RA_STR("Content-LENGTH"), RA_STR("content-Length")));
    assert_true(ra__str_equal_fold(RA_STR(""), (ra_str){NULL, 0}));
    assert_false(ra__str_equal_fold(RA_STR("a"), RA_STR("ab")));
    assert_false(ra__str_equal_fold(RA_STR("@"), RA_STR("`")));
    assert_false(ra__str_equal_fold(RA_STR("["), RA_STR("{")));
    assert_false(ra__str_equal_fold(RA_STR("\xC3\x9C"), RA_STR("\xC3\xBC")));
}

static void distance_counts_edits(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        unsigned distance;
    } rows[] = {
        {"", "", 0},          {"name", "name", 0}, {"nmae", "name", 2},   {"nam", "name", 1},
        {"names", "name", 1}, {"game", "name", 1}, {"", "abc", 3},        {"kitten", "sitting", 3},
        {"flaw", "lawn", 2},  {"abc", "xyz", 3},   {"price", "prise", 1},
    };
    for (size_t at = 0; at < COUNT_OF(rows); at++) {
        ra_str a = ra_str_of(rows[at].a), b = ra_str_of(rows[at].b);
        for (unsigned max = 0; max < 6; max++) {
            unsigned wanted = rows[at].distance <= max ? rows[at].distance : max + 1;
            assert_int_equal(ra__str_distance(a, b, max), wanted);
            assert_int_equal(ra__str_distance(b, a, max), wanted);
        }
    }
}

static void long_texts_count_as_far_apart(void **state)
{
    (void)state;
    char text[65];
    memset(text, 'x', sizeof text);
    assert_int_equal(ra__str_distance((ra_str){text, 64}, (ra_str){text, 64}, 2), 0);
    assert_int_equal(ra__str_distance((ra_str){text, 65}, (ra_str){text, 65}, 2), 3);
    assert_int_equal(ra__str_distance((ra_str){text, 64}, (ra_str){text, 65}, 2), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lower_changes_the_26_capitals_only),
        cmocka_unit_test(equal_fold_ignores_the_case_of_ascii),
        cmocka_unit_test(distance_counts_edits),
        cmocka_unit_test(long_texts_count_as_far_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
