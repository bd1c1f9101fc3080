// SPDX-License-Identifier: MIT OR Apache-2.0
#include "http/guard.h"
#include "http/private/url.h"

#include "base/heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static bool path_good(const char *text)
{
    return ra__path_check(guarded(ra_str_of(text))) == NULL;
}

static bool query_good(const char *text)
{
    return ra__query_check(guarded(ra_str_of(text))) == NULL;
}

static void paths_are_checked_for_escapes_and_dots(void **state)
{
    (void)state;
    const char *good[] = {"/",    "/a",   "//",  "/a/",  "/%41", "/%2F",  "/%2e%2e%2e",
                          "/...", "/a.b", "/.a", "/..a", "/a..", "/%2ea", ""};
    const char *bad[] = {"/%",    "/%4",     "/%4g", "/%00",  "/a%00", "/.",    "/..",
                         "/./",   "/../a",   "/a/.", "/a/..", "/%2e",  "/%2E/", "/.%2e",
                         "/%2e.", "/%2e%2E", "/a?b", "/a[",   "/a b",  "/a\x7f"};
    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
        if (!path_good(good[i]))
            fail_msg("refused: %s", good[i]);
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        if (path_good(bad[i]))
            fail_msg("accepted: %s", bad[i]);
}

static void queries_are_checked_for_escapes(void **state)
{
    (void)state;
    const char *good[] = {"", "a", "a=b&c", "a=%20+%26", "[]{}^|", "?/:@", "..", "&&=&"};
    const char *bad[] = {"%", "a=%1", "a=%xx", "%00", "a#b", "a b", "\x80", "\""};
    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
        if (!query_good(good[i]))
            fail_msg("refused: %s", good[i]);
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        if (query_good(bad[i]))
            fail_msg("accepted: %s", bad[i]);
}

static void text_is_decoded_once(void **state)
{
    (void)state;
    char out[64];
    struct {
        const char *raw, *path, *query;
    } rows[] = {
        {"a", "a", "a"},         {"%41%2f%2B", "A/+", "A/+"},        {"a+b", "a+b", "a b"},
        {"%2541", "%41", "%41"}, {"%C3%A4", "\xc3\xa4", "\xc3\xa4"}, {"", "", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        size_t len = ra__url_decode(out, ra_str_of(rows[i].raw), false);
        assert_int_equal(len, strlen(rows[i].path));
        assert_memory_equal(out, rows[i].path, len);
        len = ra__url_decode(out, ra_str_of(rows[i].raw), true);
        assert_int_equal(len, strlen(rows[i].query));
        assert_memory_equal(out, rows[i].query, len);
        assert_true(ra__url_equal(ra_str_of(rows[i].raw), ra_str_of(rows[i].query), true));
        assert_false(ra__url_equal(ra_str_of(rows[i].raw), RA_STR("other"), true));
    }
}

static void plain_text_is_not_copied(void **state)
{
    (void)state;
    ra_arena *arena = ra_arena_new(NULL, 4096);
    ra_str raw = RA_STR("a+b"), out;
    assert_true(ra__url_text(arena, raw, false, &out));
    assert_ptr_equal(out.ptr, raw.ptr);
    assert_true(ra__url_text(arena, raw, true, &out));
    assert_ptr_not_equal(out.ptr, raw.ptr);
    assert_memory_equal(out.ptr, "a b", 3);
    ra_arena_free(arena);
}

static bool never(void *arg, size_t bytes)
{
    (void)arg, (void)bytes;
    return false;
}

static void decoding_without_memory_says_so(void **state)
{
    (void)state;
    ra_arena *arena = ra_arena_new(NULL, 4096);
    ra_str out;
    ra__heap_set_hook(never, NULL);
    bool decoded = ra__url_text(arena, RA_STR("%41"), false, &out);
    bool plain = ra__url_text(arena, RA_STR("A"), false, &out);
    ra__heap_set_hook(NULL, NULL);
    assert_false(decoded);
    assert_true(plain);
    ra_arena_free(arena);
}

static void hidden_slashes_are_seen(void **state)
{
    (void)state;
    assert_true(ra__url_hides_slash(RA_STR("a%2fb")));
    assert_true(ra__url_hides_slash(RA_STR("%2F")));
    assert_false(ra__url_hides_slash(RA_STR("a/b%20")));
}

static void query_is_split_into_fields(void **state)
{
    (void)state;
    ra_str rest = guarded(RA_STR("&a=1&&b&c=&=d&e=f=g&")), name, value;
    char seen[256] = "";
    while (ra__query_next(&rest, &name, &value))
        snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen),
                 "<" RA_STR_FMT ":" RA_STR_FMT ">", RA_STR_ARG(name), RA_STR_ARG(value));
    assert_string_equal(seen, "<a:1><b:><c:><:d><e:f=g>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_are_checked_for_escapes_and_dots),
        cmocka_unit_test(queries_are_checked_for_escapes),
        cmocka_unit_test(text_is_decoded_once),
        cmocka_unit_test(plain_text_is_not_copied),
        cmocka_unit_test(decoding_without_memory_says_so),
        cmocka_unit_test(hidden_slashes_are_seen),
        cmocka_unit_test(query_is_split_into_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
