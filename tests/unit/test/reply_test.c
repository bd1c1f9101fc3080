// SPDX-License-Identifier: MIT OR Apache-2.0
#include "test/support.h"

#include "test/private/world.h"

static ra_arena *arena;

static int open_arena(void **state)
{
    (void)state;
    arena = ra_arena_new(NULL, 8 << 20);
    return 0;
}

static int close_arena(void **state)
{
    (void)state;
    ra_arena_free(arena);
    return 0;
}

static bool parse(const char *text, ra_test_reply *out)
{
    *out = (ra_test_reply){0};
    return ra__reply_parse(arena, ra_str_of(text), out);
}

static void whole_answers_are_taken_apart(void **state)
{
    (void)state;
    static const struct {
        const char *message;
        int status;
        const char *body;
    } cases[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", 200, "hi"},
        {"HTTP/1.1 204 No Content\r\n\r\n", 204, ""},
        {"HTTP/1.1 200 OK\r\ncontent-length:2\r\n\r\n", 200, ""}, // of a HEAD
        {"HTTP/1.1 200 OK\r\nX: y\r\n\r\nto the end", 200, "to the end"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: "
         "chunked\r\n\r\n2\r\nhi\r\nA\r\n0123456789\r\n0\r\n\r\n",
         200, "hi0123456789"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200, ""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ra_test_reply reply;
        assert_true(parse(cases[i].message, &reply));
        assert_int_equal(reply.status, cases[i].status);
        assert_text(reply.body, cases[i].body);
    }
}

static void what_is_no_whole_answer_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n",
        "HTTP/1.0 200 OK\r\n\r\n",
        "HTTP/1.1 2x0 OK\r\n\r\n",
        "HTTP/1.1 20\r\n\r\n",
        "HTTP/1.1 200\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi!\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nmore",
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ra_test_reply reply;
        if (parse(cases[i], &reply))
            fail_msg("taken: %s", cases[i]);
    }
}

static void every_prefix_of_an_answer_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ra_str whole = ra_str_of(cases[i]);
        size_t head = (size_t)(strstr(cases[i], "\r\n\r\n") + 4 - cases[i]);
        for (size_t len = 0; len < whole.len; len++) {
            ra_test_reply reply = {0};
            if (i == 0 && len == head)
                continue; // the answer to a HEAD
            assert_false(ra__reply_parse(arena, (ra_str){whole.ptr, len}, &reply));
        }
    }
}

static void headers_are_found_in_any_case(void **state)
{
    (void)state;
    ra_test_reply reply;
    assert_true(parse("HTTP/1.1 200 OK\r\nX-One:  a \r\nx-one: b\r\nEmpty:\r\n\r\n", &reply));
    assert_text(ra_test_header(&reply, "x-ONE"), "a ");
    assert_non_null(ra_test_header(&reply, "Empty").ptr);
    assert_int_equal(ra_test_header(&reply, "Empty").len, 0);
    assert_null(ra_test_header(&reply, "X-Two").ptr);
    assert_null(ra_test_header(&(ra_test_reply){0}, "X").ptr);
}

static void without_memory_an_answer_is_refused(void **state)
{
    (void)state;
    ra_test_reply reply = {0};
    ra_arena *small = ra_arena_new(NULL, 64);
    assert_false(ra__reply_parse(small, RA_STR("HTTP/1.1 204 No Content\r\n\r\n"), &reply));
    ra_arena_free(small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_answers_are_taken_apart),
        cmocka_unit_test(what_is_no_whole_answer_is_refused),
        cmocka_unit_test(every_prefix_of_an_answer_is_refused),
        cmocka_unit_test(headers_are_found_in_any_case),
        cmocka_unit_test(without_memory_an_answer_is_refused),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
