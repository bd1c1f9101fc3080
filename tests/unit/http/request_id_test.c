// SPDX-License-Identifier: MIT OR Apache-2.0
#include "http/private/request_id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void ids_are_hexadecimal_and_differ(void **state)
{
    (void)state;
    ra__request_ids ids = {.seed = {1, 2}};
    char seen[1000][RA__REQUEST_ID_BYTES];
    for (int i = 0; i < 1000; i++) {
        ra__request_id_next(&ids, seen[i]);
        for (int c = 0; c < RA__REQUEST_ID_BYTES; c++)
            assert_non_null(memchr("0123456789abcdef", seen[i][c], 16));
        for (int j = 0; j < i; j++)
            assert_memory_not_equal(seen[i], seen[j], RA__REQUEST_ID_BYTES);
    }
}

static void given_ids_are_short_and_harmless(void **state)
{
    (void)state;
    char text[66];
    memset(text, 'a', sizeof(text));
    assert_false(ra__request_id_good((ra_str){text, 0}));
    assert_true(ra__request_id_good((ra_str){text, 1}));
    assert_true(ra__request_id_good((ra_str){text, 64}));
    assert_false(ra__request_id_good((ra_str){text, 65}));
    for (int c = 0; c < 256; c++) {
        bool good = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') ||
                    (c && strchr("-_.", c));
        text[3] = (char)c;
        if (ra__request_id_good((ra_str){text, 8}) != good)
            fail_msg("byte %d", c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_hexadecimal_and_differ),
        cmocka_unit_test(given_ids_are_short_and_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
