// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"

static const ra_str nothing = {NULL, 0};

static void of_views_a_c_string_and_null_is_empty(void **state)
{
    (void)state;
    const char *text = "abc";
    assert_ptr_equal(ra_str_of(text).ptr, text);
    assert_int_equal(ra_str_of(text).len, 3);
    assert_null(ra_str_of(NULL).ptr);
    assert_int_equal(ra_str_of(NULL).len, 0);
}

static void literals_keep_their_inner_nul(void **state)
{
    (void)state;
    assert_int_equal(RA_STR("a\0b").len, 3);
    assert_false(ra_str_equal(RA_STR("a\0b"), RA_STR("a\0c")));
}

static void equal_compares_bytes_and_takes_null(void **state)
{
    (void)state;
    assert_true(ra_str_equal(RA_STR("abc"), RA_STR("abc")));
    assert_false(ra_str_equal(RA_STR("abc"), RA_STR("abd")));
    assert_false(ra_str_equal(RA_STR("abc"), RA_STR("ab")));
    assert_true(ra_str_equal(nothing, RA_STR("")));
}

static void compare_orders_by_unsigned_bytes_then_length(void **state)
{
    (void)state;
    const ra_str ordered[] = {nothing,        RA_STR("\0"),   RA_STR("a"),
                              RA_STR("a\0"),  RA_STR("ab"),   RA_STR("b"),
                              RA_STR("\x7F"), RA_STR("\x80"), RA_STR("\xFF")};
    for (size_t i = 0; i < COUNT_OF(ordered); i++) {
        for (size_t j = 0; j < COUNT_OF(ordered); j++) {
            int order = ra_str_compare(ordered[i], ordered[j]);
            assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
        }
    }
}

static void starts_with_needs_the_whole_prefix(void **state)
{
    (void)state;
    assert_true(ra_str_starts_with(RA_STR("/items/7"), RA_STR("/items")));
    assert_true(ra_str_starts_with(RA_STR("x"), nothing));
    assert_true(ra_str_starts_with(nothing, nothing));
    assert_false(ra_str_starts_with(RA_STR("/item"), RA_STR("/items")));
    assert_false(ra_str_starts_with(RA_STR("/Items"), RA_STR("/items")));
}

static void slice_is_clamped_at_every_place(void **state)
{
    (void)state;
    const char text[] = "abcd";
    for (size_t from = 0; from < 7; from++) {
        for (size_t to = 0; to < 7; to++) {
            ra_str part = ra_str_slice(ra_str_of(text), from, to);
            assert_in_range((uintptr_t)part.ptr, (uintptr_t)text, (uintptr_t)text + 4);
            size_t wanted = to > 4 ? 4 : to;
            wanted = from < wanted ? wanted - from : 0;
            assert_int_equal(part.len, wanted);
        }
    }
    assert_text(ra_str_slice(RA_STR("abcd"), 1, 3), "bc");
    assert_text(ra_str_slice(RA_STR("abcd"), 2, SIZE_MAX), "cd");
    assert_int_equal(ra_str_slice(nothing, 1, 3).len, 0);
}

static void split_gives_every_part_once(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *parts[4];
    } rows[] = {
        {"a", {"a"}},    {"a,b", {"a", "b"}}, {"a,,b", {"a", "", "b"}},
        {",", {"", ""}}, {"a,", {"a", ""}},   {",a", {"", "a"}},
        {"", {""}},
    };
    for (size_t at = 0; at < COUNT_OF(rows); at++) {
        ra_str rest = ra_str_of(rows[at].text);
        ra_str part;
        for (int i = 0; rows[at].parts[i]; i++) {
            assert_true(ra_str_split(&rest, ',', &part));
            assert_text(part, rows[at].parts[i]);
        }
        assert_false(ra_str_split(&rest, ',', &part));
        assert_false(ra_str_split(&rest, ',', &part));
    }
}

static void split_of_null_gives_no_part(void **state)
{
    (void)state;
    ra_str rest = nothing;
    ra_str part = RA_STR("untouched");
    assert_false(ra_str_split(&rest, ',', &part));
    assert_text(part, "untouched");
}

static void numbers_are_read_from_the_whole_text(void **state)
{
    (void)state;
    int64_t whole = 7;
    double real = 7;
    assert_status(ra_str_to_i64(RA_STR("-42"), &whole), RA_OK);
    assert_int_equal(whole, -42);
    assert_status(ra_str_to_i64(RA_STR("42 "), &whole), RA_ERR_INVALID);
    assert_status(ra_str_to_i64(RA_STR("9223372036854775808"), &whole), RA_ERR_TOO_LARGE);
    assert_int_equal(whole, -42);
    assert_status(ra_str_to_f64(RA_STR("2.5e-1"), &real), RA_OK);
    assert_true(real == 0.25);
    assert_status(ra_str_to_f64(RA_STR("2,5"), &real), RA_ERR_INVALID);
    assert_status(ra_str_to_f64(RA_STR("1e999"), &real), RA_ERR_TOO_LARGE);
    assert_true(real == 0.25);
}

static void read_past_end(void *arg)
{
    ra_list_i64 *list = arg;
    *ra_list_at(*list, list->len) = 1;
}

static void read_last_of_none(void *arg)
{
    ra_list_i64 *list = arg;
    list->len = 0;
    *ra_list_last(*list) = 1;
}

static void a_list_place_past_the_end_traps(void **state)
{
    (void)state;
    int64_t items[] = {1, 2, 3};
    ra_list_i64 list = {items, 3, 3};
    assert_int_equal(*ra_list_at(list, 2), 3);
    assert_int_equal(*ra_list_last(list), 3);
    assert_int_equal(signal_of_death(read_past_end, &list, -1), SIGABRT);
    assert_int_equal(signal_of_death(read_last_of_none, &list, -1), SIGABRT);
}

static void each_walks_a_list_and_an_empty_one_not_at_all(void **state)
{
    (void)state;
    int64_t items[] = {1, 2, 3};
    ra_list_i64 full = {items, 3, 3}, empty = {0};
    int64_t sum = 0;
    RA_EACH(const int64_t, item, full)
    {
        sum += *item;
    }
    RA_EACH(const int64_t, item, empty)
    {
        sum += 100 + *item;
    }
    assert_int_equal(sum, 6);
}

static void an_optional_tells_absent_null_and_set_apart(void **state)
{
    (void)state;
    ra_opt_i64 absent = {0}, null = {.presence = RA_NULL}, set = RA_SOME(ra_opt_i64, 5);
    assert_true(ra_is_absent(absent) && !ra_is_null(absent) && !ra_is_set(absent));
    assert_true(ra_is_null(null) && !ra_is_absent(null) && !ra_is_set(null));
    assert_true(ra_is_set(set) && !ra_is_absent(set) && !ra_is_null(set));
    assert_int_equal(ra_value_or(absent, 9), 9);
    assert_int_equal(ra_value_or(null, 9), 9);
    assert_int_equal(ra_value_or(set, 9), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_views_a_c_string_and_null_is_empty),
        cmocka_unit_test(literals_keep_their_inner_nul),
        cmocka_unit_test(equal_compares_bytes_and_takes_null),
        cmocka_unit_test(compare_orders_by_unsigned_bytes_then_length),
        cmocka_unit_test(starts_with_needs_the_whole_prefix),
        cmocka_unit_test(slice_is_clamped_at_every_place),
        cmocka_unit_test(split_gives_every_part_once),
        cmocka_unit_test(split_of_null_gives_no_part),
        cmocka_unit_test(numbers_are_read_from_the_whole_text),
        cmocka_unit_test(a_list_place_past_the_end_traps),
        cmocka_unit_test(each_walks_a_list_and_an_empty_one_not_at_all),
        cmocka_unit_test(an_optional_tells_absent_null_and_set_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
