// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"
#include "json/private/codec.h"

static void the_open_container_and_the_place_are_found(void **state)
{
    (void)state;
    const struct {
        const char *text;
        size_t offset, line, column;
        const char *pointer;
    } cases[] = {
        {"", 0, 1, 1, ""},
        {"{", 1, 1, 2, ""},
        {"{\"a\":[", 6, 1, 7, "/a"},
        {"{\"a\":[1,2,", 10, 1, 11, "/a"},
        {"{\"a\":[1,2],", 11, 1, 12, ""},
        {"{\"a\":[[],[{\"b\":{", 16, 1, 17, "/a/1/0/b"},
        {"{\"a\":{},\"b\":{", 13, 1, 14, "/b"},
        {"{\"a\\u002fb~\":{\"c\":[", 19, 1, 20, "/a~1b~0/c"},
        {"[\n\n {\"x\":\"]}\\\"\",\"y\":[", 21, 3, 19, "/0/y"},
        {"\"\xc3\xa4\xe2\x82\xac", 6, 1, 4, ""},
        {"[\"ab", 4, 1, 5, ""},
        {"[\"ab\\", 5, 1, 6, ""},
        {"\r\n[\r\n1", 6, 3, 2, ""},
    };
    ra_arena *arena = ra_arena_new(NULL, 1 << 16);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        size_t line, column;
        ra_str pointer =
            ra__locate(arena, ra_str_of(cases[i].text), cases[i].offset, &line, &column);
        assert_text(pointer, cases[i].pointer);
        assert_int_equal(line, cases[i].line);
        assert_int_equal(column, cases[i].column);
    }
    ra_arena_free(arena);
}

static void sixty_four_open_containers_are_named(void **state)
{
    (void)state;
    char text[200] = "";
    ra_arena *arena = ra_arena_new(NULL, 1 << 16);
    size_t line, column;
    for (int i = 0; i < 64; i++)
        strcat(text, "[1,");
    ra_str pointer = ra__locate(arena, ra_str_of(text), 192, &line, &column);
    assert_int_equal(pointer.len, 63 * 2);
    assert_true(ra_str_starts_with(pointer, RA_STR("/1/1/1/1")));
    ra_arena_free(arena);
}

static void without_memory_the_place_is_still_found(void **state)
{
    (void)state;
    ra_arena *arena = ra_arena_new(NULL, 0);
    size_t line, column;
    assert_text(ra__locate(arena, RA_STR("{\"a\":\n[{"), 8, &line, &column), "");
    assert_int_equal(line, 2);
    assert_int_equal(column, 3);
    ra_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_open_container_and_the_place_are_found),
        cmocka_unit_test(sixty_four_open_containers_are_named),
        cmocka_unit_test(without_memory_the_place_is_still_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
