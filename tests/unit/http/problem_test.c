// SPDX-License-Identifier: MIT OR Apache-2.0
#include "http/private/problem.h"
#include "http/private/reason.h"

#include "base/heap.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char *written(const ra__problem *problem)
{
    static char text[4096];
    RA_SCOPED(ra_buf, out, ra_buf_init(sizeof(text) - 1));
    assert_int_equal(ra__problem_write(&out, problem), RA_OK);
    memcpy(text, out.ptr, out.len);
    text[out.len] = 0;
    return text;
}

static void plain_problem_has_title_status_and_instance(void **state)
{
    (void)state;
    assert_string_equal(
        written(&(ra__problem){.status = 404, .instance = RA_STR("id1")}),
        "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,\"instance\":\"id1\"}");
    assert_string_equal(
        written(&(ra__problem){
            .status = 503, .detail = RA_STR("try \"later\""), .instance = RA_STR("i")}),
        "{\"type\":\"about:blank\",\"title\":\"Service Unavailable\",\"status\":503,"
        "\"detail\":\"try \\\"later\\\"\",\"instance\":\"i\"}");
}

static void every_bad_field_is_listed(void **state)
{
    (void)state;
    ra_problem errors[] = {{RA_STR("body"), RA_STR("/a~1b"), RA_STR("max"), RA_STR("must be <= 3")},
                           {RA_STR("query"), RA_STR("/x"), RA_STR("unknown"), RA_STR("no")}};
    ra_problems problems = {.items = errors, .len = 2, .truncated = true};
    assert_string_equal(
        written(&(ra__problem){.status = 422, .instance = RA_STR("i"), .problems = &problems}),
        "{\"type\":\"about:blank\",\"title\":\"Unprocessable "
        "Content\",\"status\":422,\"instance\":\"i\","
        "\"errors\":[{\"in\":\"body\",\"pointer\":\"/a~1b\",\"code\":\"max\",\"detail\":\"must be "
        "<= 3\"},"
        "{\"in\":\"query\",\"pointer\":\"/"
        "x\",\"code\":\"unknown\",\"detail\":\"no\"}],\"truncated\":true}");
}

static void syntax_error_says_line_and_column(void **state)
{
    (void)state;
    ra_problems problems = {.line = 2, .column = 5, .offset = 11};
    assert_string_equal(
        written(&(ra__problem){
            .status = 400, .instance = RA_STR("i"), .problems = &problems, .place = true}),
        "{\"type\":\"about:blank\",\"title\":\"Bad Request\",\"status\":400,\"instance\":\"i\","
        "\"line\":2,\"column\":5,\"offset\":11}");
}

static void too_small_a_buffer_is_an_error(void **state)
{
    (void)state;
    for (size_t max = 0; max < 60; max++) {
        RA_SCOPED(ra_buf, out, ra_buf_init(max));
        assert_int_equal(
            ra__problem_write(&out, &(ra__problem){.status = 404, .instance = RA_STR("id1")}),
            RA_ERR_TOO_LARGE);
    }
}

static void every_status_of_ours_has_a_name(void **state)
{
    (void)state;
    const int ours[] = {200, 201, 204, 303, 304, 400, 401, 403, 404, 405, 408, 409, 410,
                        412, 413, 414, 415, 417, 422, 429, 431, 500, 501, 503, 505};
    for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++)
        assert_false(ra_str_equal(ra__reason(ours[i]), RA_STR("Unknown")));
    for (int status = 0; status <= RA_ERR_INTERNAL; status++)
        assert_false(
            ra_str_equal(ra__reason(ra_status_http((ra_status)status)), RA_STR("Unknown")));
    assert_true(ra_str_equal(ra__reason(299), RA_STR("Unknown")));
    assert_true(ra_str_equal(ra__reason(-1), RA_STR("Unknown")));
}

static void status_lines_fit(void **state)
{
    (void)state;
    char line[64];
    for (int status = 100; status < 600; status++)
        assert_true(ra__status_line(line, status) <= sizeof(line));
    assert_memory_equal(line, "HTTP/1.1 599 Unknown\r\n", ra__status_line(line, 599));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_problem_has_title_status_and_instance),
        cmocka_unit_test(every_bad_field_is_listed),
        cmocka_unit_test(syntax_error_says_line_and_column),
        cmocka_unit_test(too_small_a_buffer_is_an_error),
        cmocka_unit_test(every_status_of_ours_has_a_name),
        cmocka_unit_test(status_lines_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
