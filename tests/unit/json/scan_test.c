// SPDX-License-Identifier: MIT OR Apache-2.0
// The grammar: every document meets every way to read it (skipped as unknown, decoded as each
// kind), and all must agree with a reference.
#include "base/arena.h"
#include "base/support.h"
#include "json/documents.h"
#include "json/json.h"
#include "json/private/scan.h"
#include "json/reference.h"

#include <stdio.h>
#include <sys/mman.h>

typedef struct tree tree;
RA_BIND_LIST(tree);
struct tree {
    ra_opt_str a;
    RA_LIST(tree) below;
};
RA_BIND_ROWS(tree, RA_FIELD(a), RA_FIELD_OF(below, tree));
typedef enum { ONE } one;
RA_ENUM_BIND(one, RA_ENUM(ONE, "a"));
typedef struct {
    int64_t q;
} nothing_of_it;
RA_BIND(nothing_of_it, RA_FIELD(q));

// How a text may be read. The verdict on its grammar must not depend on it.
static const struct {
    const char *name;
    const ra_bind *(*bind)(void);
} readers[] = {
    {"skip", RA_BIND_ra_none},      {"struct", RA_BIND_nothing_of_it},
    {"tree", RA_BIND_tree},         {"list", RA_BIND_ra_list_tree},
    {"string", RA_BIND_ra_str},     {"strings", RA_BIND_ra_list_str},
    {"integer", RA_BIND_int64_t},   {"integers", RA_BIND_ra_list_u64},
    {"double", RA_BIND_double},     {"doubles", RA_BIND_ra_list_f64},
    {"bool", RA_BIND_bool},         {"bools", RA_BIND_ra_list_bool},
    {"time", RA_BIND_ra_time},      {"enum", RA_BIND_one},
    {"enums", RA_BIND_ra_list_one},
};

enum { PAGE_BYTES = 4096, PAGES = 4 };

static char *guarded_end; // what follows it is no memory

static int open_guard(void **state)
{
    (void)state;
    char *pages =
        mmap(NULL, PAGES * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(pages != MAP_FAILED);
    guarded_end = pages + (PAGES - 1) * PAGE_BYTES;
    assert_int_equal(mprotect(guarded_end, PAGE_BYTES, PROT_NONE), 0);
    return 0;
}

/// The same bytes, ending where memory ends.
static ra_str guarded(ra_str text)
{
    char *at = guarded_end - text.len;
    assert_true(text.len <= (PAGES - 1) * PAGE_BYTES);
    memcpy(at, text.ptr, text.len);
    return (ra_str){at, text.len};
}

static void show(const char *what, const char *reader, ra_str text, ra_status status)
{
    char shown[256];
    size_t used = 0;
    for (size_t i = 0; i < text.len && used + 8 < sizeof shown; i++)
        used += (size_t)snprintf(shown + used, sizeof shown - used,
                                 text.ptr[i] >= 0x20 && text.ptr[i] < 0x7f ? "%c" : "\\x%02x",
                                 (unsigned char)text.ptr[i]);
    shown[used] = '\0';
    fail_msg("%s as %s: %s: %s", what, reader, ra_status_name(status), shown);
}

static void must_be(bool good, ra_str text)
{
    static ra_arena *arena;
    static union {
        tree t;
        char bytes[256];
    } out;
    if (!arena)
        arena = ra_arena_new(NULL, 1 << 20);
    ra_str end_guarded = guarded(text);
    if (reference_accepts(text.ptr, text.len) != good)
        show(good ? "good" : "bad", "reference", text, RA_OK);
    for (size_t i = 0; i < COUNT_OF(readers); i++) {
        ra_problems problems = {0};
        const ra__plan *plan = ra__plan_of(readers[i].bind());
        ra_status status = ra__json_decode(arena, plan, end_guarded, &out, &problems, NULL);
        bool sound = status == RA_OK || status == RA_ERR_INVALID;
        if (sound != good || (!good && status != RA_ERR_SYNTAX))
            show(good ? "good" : "bad", readers[i].name, text, status);
        if (ra__json_decode(arena, plan, end_guarded, &out, NULL, NULL) != status)
            show("without problems", readers[i].name, text, status);
        if (!good) {
            assert_int_equal(problems.len, 1);
            assert_text(problems.items[0].code, "syntax");
            assert_in_range(problems.offset, 0, text.len);
            assert_true(problems.line >= 1 && problems.column >= 1);
        }
        ra__arena_reset(arena);
    }
}

static void all_must_be(bool good, const ra_str *documents, size_t count)
{
    for (size_t i = 0; i < count; i++)
        must_be(good, documents[i]);
}

/// As a member that no table knows, and as an item.
static ra_str wrapped(const char *before, ra_str text, const char *after)
{
    static char bytes[PAGE_BYTES];
    size_t len = strlen(before);
    memcpy(bytes, before, len);
    memcpy(bytes + len, text.ptr, text.len);
    memcpy(bytes + len + text.len, after, strlen(after));
    return (ra_str){bytes, len + text.len + strlen(after)};
}

static void good_documents_are_read_in_every_way(void **state)
{
    (void)state;
    all_must_be(true, good_documents, COUNT_OF(good_documents));
    all_must_be(true, deep_good_documents, COUNT_OF(deep_good_documents));
}

static void bad_documents_are_refused_in_every_way(void **state)
{
    (void)state;
    all_must_be(false, bad_documents, COUNT_OF(bad_documents));
    all_must_be(false, deep_bad_documents, COUNT_OF(deep_bad_documents));
}

static void documents_inside_of_others_keep_their_verdict(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(good_documents); i++) {
        must_be(true, wrapped("[", good_documents[i], "]"));
        must_be(true, wrapped("{\"below\":[{\"x\":", good_documents[i], "}]}"));
        must_be(true, wrapped("{\"a\":", good_documents[i], ",\"b\":0}"));
    }
    for (size_t i = 0; i < COUNT_OF(bad_documents); i++) {
        ra_str item = wrapped("[0,[", bad_documents[i], "]]");
        bool good = reference_accepts(item.ptr, item.len); // "1,000" is two items
        must_be(good, item);
        must_be(false, wrapped("{\"x\":{\"a\":", bad_documents[i], ""));
    }
}

static void no_prefix_of_a_container_is_a_document(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(good_documents); i++) {
        ra_str whole = wrapped("{\"a\":", good_documents[i], "}");
        for (size_t len = 0; len < whole.len; len++)
            must_be(false, (ra_str){whole.ptr, len});
    }
}

static void a_changed_byte_gets_the_verdict_of_the_reference(void **state)
{
    (void)state;
    static const char bytes[] = "\0\t \"\\/{}[]:,-+.0e1tn\x1f\x7f\x80\xc3\xe2\xf0\xff";
    for (size_t i = 0; i < COUNT_OF(good_documents); i++) {
        ra_str whole = wrapped("{\"below\":[", good_documents[i], "]}");
        for (size_t at = 0; at < whole.len; at++) {
            char *place = (char *)(uintptr_t)whole.ptr + at, kept = *place;
            for (size_t b = 0; b < sizeof bytes - 1; b++) {
                *place = bytes[b];
                must_be(reference_accepts(whole.ptr, whole.len), whole);
            }
            *place = kept;
        }
    }
}

static void escapes_say_what_they_stand_for(void **state)
{
    (void)state;
    const struct {
        const char *raw, *wanted;
    } cases[] = {
        {"", ""},
        {"abc", "abc"},
        {"\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t"},
        {"a\\u0041b", "aAb"},
        {"\\u00e4\\u00E4", "\xc3\xa4\xc3\xa4"},
        {"\\u20ac", "\xe2\x82\xac"},
        {"\\uFFFF", "\xef\xbf\xbf"},
        {"\\ud83d\\ude00", "\xf0\x9f\x98\x80"},
        {"\\uD800\\uDC00x", "\xf0\x90\x80\x80x"},
        {"\\uDBFF\\uDFFF", "\xf4\x8f\xbf\xbf"},
        {"\\\\u0041", "\\u0041"},
        {"\xc3\xa4\\n\xc3\xa4", "\xc3\xa4\n\xc3\xa4"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char out[64];
        ra_str raw = ra_str_of(cases[i].raw);
        assert_text(((ra_str){out, ra__unescape(out, raw)}), cases[i].wanted);
    }
    char zero[8];
    assert_int_equal(ra__unescape(zero, RA_STR("\\u0000")), 1);
    assert_int_equal(zero[0], 0);
}

static void a_string_says_whether_it_has_escapes_and_whether_it_is_ascii(void **state)
{
    (void)state;
    const struct {
        ra_str text;
        bool escaped, ascii;
    } cases[] = {
        {RA_STR("\"abc\""), false, true},
        {RA_STR("\"abcdefghijkl\""), false, true},
        {RA_STR("\"a\\nb\""), true, true},
        {RA_STR("\"\xc3\xa4\""), false, false},
        {RA_STR("\"abcdefgh\xc3\xa4ijklmnop\""), false, false},
        {RA_STR("\"\\n\xc3\xa4\""), true, false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ra_str text = guarded(cases[i].text);
        ra__scan scan = {.at = text.ptr, .end = text.ptr + text.len};
        ra__scan_text found;
        assert_true(ra__scan_string(&scan, &found));
        assert_int_equal(found.escaped, cases[i].escaped);
        assert_int_equal(found.ascii, cases[i].ascii);
        assert_int_equal(found.raw.len, text.len - 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_documents_are_read_in_every_way),
        cmocka_unit_test(bad_documents_are_refused_in_every_way),
        cmocka_unit_test(documents_inside_of_others_keep_their_verdict),
        cmocka_unit_test(no_prefix_of_a_container_is_a_document),
        cmocka_unit_test(a_changed_byte_gets_the_verdict_of_the_reference),
        cmocka_unit_test(escapes_say_what_they_stand_for),
        cmocka_unit_test(a_string_says_whether_it_has_escapes_and_whether_it_is_ascii),
    };
    return cmocka_run_group_tests(tests, open_guard, NULL);
}
