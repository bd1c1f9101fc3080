// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"
#include "bind/names.h"

#include <stdio.h>

enum { NAME_BYTES = 24 };

static char texts[RA__NAMES_MAX][NAME_BYTES];
static ra_str names[RA__NAMES_MAX];

static void fill(size_t count, const char *format)
{
    for (size_t i = 0; i < count; i++) {
        snprintf(texts[i], NAME_BYTES, format, (int)i);
        names[i] = ra_str_of(texts[i]);
    }
}

static void each_name_is_found_in_its_place(void **state)
{
    (void)state;
    // The second kind collides in all that is hashed: first, middle and last byte, and length.
    const char *formats[] = {"%d", "a%07dmiddle0000z", "field_%d"};
    const size_t counts[] = {1, 2, 7, 8, 64, 256, 4096};
    for (size_t f = 0; f < COUNT_OF(formats); f++) {
        for (size_t c = 0; c < COUNT_OF(counts); c++) {
            ra_arena *arena = ra_arena_new(NULL, 1 << 20);
            fill(counts[c], formats[f]);
            const ra__names *index = ra__names_new(arena, names, counts[c]);
            assert_non_null(index);
            for (size_t i = 0; i < counts[c]; i++)
                assert_int_equal(ra__names_find(index, names[i]), i);
            assert_int_equal(ra__names_find(index, RA_STR("absent")), -1);
            ra_arena_free(arena);
        }
    }
}

static void what_is_no_name_is_not_found(void **state)
{
    (void)state;
    ra_arena *arena = ra_arena_new(NULL, 1 << 16);
    const ra_str few[] = {RA_STR("id"), RA_STR("name"), RA_STR("price")};
    const ra_str others[] = {RA_STR(""),     RA_STR("i"),      RA_STR("idd"),   RA_STR("Id"),
                             RA_STR("nbme"), RA_STR("name\0"), RA_STR("pr\0ce")};
    const ra__names *index = ra__names_new(arena, few, COUNT_OF(few));
    for (size_t i = 0; i < COUNT_OF(others); i++)
        assert_int_equal(ra__names_find(index, others[i]), -1);
    ra_arena_free(arena);
}

static void an_empty_set_has_no_names(void **state)
{
    (void)state;
    ra_arena *arena = ra_arena_new(NULL, 1 << 16);
    const ra__names *index = ra__names_new(arena, NULL, 0);
    assert_int_equal(ra__names_find(index, RA_STR("")), -1);
    assert_int_equal(ra__names_find(index, RA_STR("x")), -1);
    ra_arena_free(arena);
}

static void without_memory_there_is_no_index(void **state)
{
    (void)state;
    fill(256, "%d");
    for (size_t bytes = 0; bytes < 1024; bytes += 64) {
        ra_arena *arena = ra_arena_new(NULL, bytes);
        assert_null(ra__names_new(arena, names, 256));
        ra_arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_name_is_found_in_its_place),
        cmocka_unit_test(what_is_no_name_is_not_found),
        cmocka_unit_test(an_empty_set_has_no_names),
        cmocka_unit_test(without_memory_there_is_no_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
