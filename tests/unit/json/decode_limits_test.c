// SPDX-License-Identifier: MIT OR Apache-2.0
// Syntax errors and their places, limits, memory.
#include "json/decode_support.h"

// ---- syntax

static void a_syntax_error_has_its_place(void **state_)
{
    (void)state_;
    const struct {
        const char *text;
        size_t offset, line, column;
        const char *pointer, *detail;
    } cases[] = {
        {"", 0, 1, 1, "", "there is no JSON text"},
        {"  \n ", 4, 2, 2, "", "there is no JSON text"},
        {"{'i8':1,}", 8, 1, 9, "", "a name in quotes was expected"},
        {"{'i8':}", 6, 1, 7, "", "a value was expected"},
        {"{'i8' 1}", 6, 1, 7, "", "':' was expected"},
        {"{'i8':1 'u8':1}", 8, 1, 9, "", "',' or '}' was expected"},
        {"{'i8':1} x", 9, 1, 10, "", "something follows the JSON text"},
        {"{'i8':1", 7, 1, 8, "", "',' or '}' was expected"},
        {"{\n'numbers':\n[1,2 3]}", 18, 3, 6, "/numbers", "',' or ']' was expected"},
        {"{'homes':[{},{'city':tru}]}", 21, 1, 22, "/homes/1", "a value was expected"},
        {"{'x':{'a/b':[0,{'c':01}]}}", 21, 1, 22, "/x/a~1b/1", "a number has no leading zero"},
        {"{'str':'\xc3\xa4\xc3\xa4\\x'}", 12, 1, 11, "", "no such escape"},
        {"{'str':'\xc3\xa4\xff'}", 10, 1, 10, "", "the text is not UTF-8"},
        {"{'str':'\xff\xff\n'}", 8, 1, 9, "", "the text is not UTF-8"},
        {"{'str':'\xff\\x'}", 8, 1, 9, "", "the text is not UTF-8"},
        {"{'str':'\xff", 8, 1, 9, "", "the text is not UTF-8"},
        {"{'str':'\\\xff'}", 8, 1, 9, "", "no such escape"},
        {"{'str':'a\tb'}", 9, 1, 10, "", "a control character must be escaped"},
        {"{'str':'a\t\xff'}", 9, 1, 10, "", "a control character must be escaped"},
        {"{'str':'abc", 11, 1, 12, "", "the string is not closed"},
        {"{'str':'\\ud800'}", 8, 1, 9, "", "a lone surrogate is no character"},
        {"{'str':'\\u12x4'}", 10, 1, 11, "", "\\u needs four hex digits"},
        {"{'f64':1.}", 9, 1, 10, "", "a digit was expected"},
        {"\xef\xbb\xbf{}", 0, 1, 1, "", "a value was expected"},
        {"{'i8':'wrong type','x':nul}", 23, 1, 24, "", "a value was expected"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        all out;
        ra_problems problems = {0};
        assert_status(ra_json_decode(arena, all, json("", cases[i].text, ""), &out, &problems),
                      RA_ERR_SYNTAX);
        if (problems.offset != cases[i].offset || problems.line != cases[i].line ||
            problems.column != cases[i].column)
            fail_msg("%s: offset %zu, line %zu, column %zu", cases[i].text, problems.offset,
                     problems.line, problems.column);
        assert_int_equal(problems.len, 1);
        assert_text(problems.items[0].pointer, cases[i].pointer);
        assert_text(problems.items[0].detail, cases[i].detail);
        assert_text(problems.items[0].code, "syntax");
    }
}

static void a_syntax_error_replaces_the_problems_found_before(void **state_)
{
    (void)state_;
    all out;
    ra_problems problems = {.truncated = true};
    for (int i = 0; i < 3; i++) // of the query, say
        ra__problem_add(arena, &problems, "query", RA_STR("/a"), "type", "x");
    assert_status(ra_json_decode(arena, all, RA_STR("{\"i8\":true,"), &out, &problems),
                  RA_ERR_SYNTAX);
    assert_string_equal(summary(&problems), " syntax");
    assert_false(problems.truncated);
}

static void no_text_at_all_is_a_syntax_error(void **state_)
{
    (void)state_;
    all out;
    assert_status(ra_json_decode(arena, all, (ra_str){0}, &out, NULL), RA_ERR_SYNTAX);
}

// ---- limits

static void after_32_problems_the_answer_is_truncated(void **state_)
{
    (void)state_;
    char text[1024] = "{\"numbers\":[0";
    for (int i = 0; i < 40; i++)
        strcat(text, ",true");
    strcat(text, "]}");
    all out;
    ra_problems problems = {0};
    assert_status(ra_json_decode(arena, all, ra_str_of(text), &out, &problems), RA_ERR_INVALID);
    assert_int_equal(problems.len, 32);
    assert_true(problems.truncated);
    assert_text(problems.items[31].pointer, "/numbers/32");
}

static void an_unknown_name_is_cut_at_a_characters_end(void **state_)
{
    (void)state_;
    char text[512] = "{\"", wanted[128] = "/";
    for (int i = 0; i < 50; i++)
        strcat(text, "\xe2\x82\xac");
    for (int i = 0; i < 21; i++) // 63 of 64 bytes
        strcat(wanted, "\xe2\x82\xac");
    strcat(text, "\":1}");
    all out;
    ra_problems problems = {0};
    assert_status(ra__json_decode(arena, ra__plan_of(ra_bind_of(all)), ra_str_of(text), &out,
                                  &problems, &strict),
                  RA_ERR_INVALID);
    assert_text(problems.items[0].pointer, wanted);
}

static void no_problem_echoes_a_value(void **state_)
{
    (void)state_;
    const char *texts[] = {"'str':'SECRET'",  "'at':'SECRET'",        "'i8':'SECRET'",
                           "'time':'SECRET'", "'numbers':['SECRET']", "'home':{'city':['SECRET']}",
                           "'i8':31337000",   "'f64':31337"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        all out;
        ra_problems problems = {0};
        assert_status(ra_json_decode(arena, all, json("{", texts[i], "}"), &out, &problems),
                      RA_ERR_INVALID);
        RA_EACH(const ra_problem, p, problems)
        {
            assert_null(memmem(p->detail.ptr, p->detail.len, "SECRET", 6));
            assert_null(memmem(p->detail.ptr, p->detail.len, "31337", 5));
            assert_null(memmem(p->pointer.ptr, p->pointer.len, "SECRET", 6));
        }
    }
}

typedef struct tree tree;
RA_BIND_LIST(tree);
struct tree {
    RA_LIST(tree) below;
};
RA_BIND_ROWS(tree, RA_FIELD_OF(below, tree, .required = false));

static void typed_values_nest_to_64(void **state_)
{
    (void)state_;
    char text[4096] = "";
    tree out;
    for (int depth = 1; depth <= 33; depth++) {
        text[0] = '\0';
        for (int i = 0; i < depth - 1; i++)
            strcat(text, "{'below':[");
        strcat(text, "{}");
        for (int i = 0; i < depth - 1; i++)
            strcat(text, "]}");
        ra_status wanted = 2 * depth - 1 <= 64 ? RA_OK : RA_ERR_SYNTAX;
        assert_status(ra_json_decode(arena, tree, json("", text, ""), &out, NULL), wanted);
        if (wanted == RA_OK)
            ra__arena_reset(arena);
    }
}

static void past_the_arenas_limit_decoding_is_exhausted(void **state_)
{
    (void)state_;
    ra_str text = RA_STR("{\"str\":\"a\\nb\",\"numbers\":[1,2,3,4,5,6,7,8,9],\"homes\":[{\"city\":"
                         "\"\\u0041\"}],\"tags\":[\"a\",\"b\"]}");
    size_t bytes = 0;
    for (ra_status status = RA_ERR_EXHAUSTED; status != RA_OK; bytes += 4) {
        ra_arena *small = ra_arena_new(NULL, bytes);
        all out;
        status = ra_json_decode(small, all, text, &out, NULL);
        if (status != RA_OK)
            assert_status(status, RA_ERR_EXHAUSTED);
        ra_arena_free(small);
    }
    assert_in_range(bytes, 100, 1024);
}

static void problems_past_the_arenas_limit_are_truncated(void **state_)
{
    (void)state_;
    for (size_t bytes = 0; bytes < 600; bytes += 4) {
        ra_arena *small = ra_arena_new(NULL, bytes);
        all out;
        ra_problems problems = {0};
        assert_status(ra_json_decode(small, all, RA_STR("{\"i8\":true,\"u8\":[],\"i16\":{}}"), &out,
                                     &problems),
                      RA_ERR_INVALID);
        assert_true(problems.len == 3 || problems.truncated);
        problems = (ra_problems){0};
        assert_status(ra_json_decode(small, all, RA_STR("{\"x\":[{\"a\":[x"), &out, &problems),
                      RA_ERR_SYNTAX);
        assert_int_equal(problems.column, 13);
        ra_arena_free(small);
    }
}

static void decode_big(void)
{
    ra_arena *own = ra_arena_new(NULL, 1 << 20);
    all out;
    ra_problems problems = {0};
    static char text[20000] = "";
    if (!own)
        return;
    if (!*text) {
        strcat(text, "{\"numbers\":[1");
        for (int i = 0; i < 3000; i++)
            strcat(text, ",7");
        strcat(text, "],\"str\":\"\\u0041\",\"note\":true}");
    }
    ra_status status = ra_json_decode(own, all, ra_str_of(text), &out, &problems);
    assert_true(status == RA_ERR_EXHAUSTED || status == RA_ERR_INVALID);
    ra_arena_free(own);
}

static void any_allocation_may_fail(void **state_)
{
    (void)state_;
    decode_big(); // plans are made now
    assert_in_range(refuse_each_allocation(decode_big), 3, 100);
}

static void decode_small(void)
{
    all out;
    ra_str text = RA_STR("{\"str\":\"\\u0041\",\"numbers\":[1,2,3,4,5],\"home\":{\"city\":\"x\"}}");
    assert_status(ra_json_decode(arena, all, text, &out, NULL), RA_OK);
    ra__arena_reset(arena);
}

static void a_warm_arena_needs_no_heap(void **state_)
{
    (void)state_;
    heap_watch watch;
    decode_small();
    heap_watch_start(&watch, 0);
    for (int i = 0; i < 10; i++)
        decode_small();
    assert_int_equal(heap_watch_stop(&watch), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_syntax_error_has_its_place),
        cmocka_unit_test(a_syntax_error_replaces_the_problems_found_before),
        cmocka_unit_test(no_text_at_all_is_a_syntax_error),
        cmocka_unit_test(after_32_problems_the_answer_is_truncated),
        cmocka_unit_test(an_unknown_name_is_cut_at_a_characters_end),
        cmocka_unit_test(no_problem_echoes_a_value),
        cmocka_unit_test(typed_values_nest_to_64),
        cmocka_unit_test(past_the_arenas_limit_decoding_is_exhausted),
        cmocka_unit_test(problems_past_the_arenas_limit_are_truncated),
        cmocka_unit_test(any_allocation_may_fail),
        cmocka_unit_test(a_warm_arena_needs_no_heap),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
