// SPDX-License-Identifier: MIT OR Apache-2.0
// Host by its grammar, each text ending at a guard page.

#include "http/guard.h"
#include "http/private/host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static bool valid(const char *text)
{
    return ra__host_valid(guarded(ra_str_of(text)));
}

static void names_and_addresses_are_valid(void **state)
{
    (void)state;
    const char *good[] = {
        "a",
        "shop.example",
        "shop.example.",
        "a:80",
        "a:",
        "a:0",
        "a:65535",
        "a:00080",
        "127.0.0.1",
        "127.0.0.1:8080",
        "999.1",
        "a_b-c~d",
        "a!$&'()*+,;=b",
        "%C3%A4",
        "xn--mnchen-3ya.de",
        "[::]",
        "[::1]",
        "[::1]:80",
        "[1:2:3:4:5:6:7:8]",
        "[1:2:3:4:5:6:7::]",
        "[::2:3:4:5:6:7:8]",
        "[1::8]",
        "[2001:DB8::1]:443",
        "[::ffff:1.2.3.4]",
        "[1:2:3:4:5:6:1.2.3.4]",
        "[::1.2.3.4]",
        "[v1.a]",
        "[vF.a:b]",
        "[v1f.!]:80",
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
        if (!valid(good[i]))
            fail_msg("refused: %s", good[i]);
}

static void everything_else_is_not(void **state)
{
    (void)state;
    const char *bad[] = {
        "",
        ":80",
        "a:x",
        "a:-1",
        "a:65536",
        "a:99999999999999999999",
        "a:80:80",
        "a b",
        " a",
        "a ",
        "u@a",
        "u:p@a",
        "a/b",
        "http://a",
        "a, b",
        "a?b",
        "a#b",
        "a\\b",
        "a\"b",
        "<a>",
        "[a]",
        "{a}",
        "a|b",
        "%",
        "%4",
        "%zz",
        "\xc3\xa4",
        "a\tb",
        "[",
        "[]",
        "[:]",
        "[:::]",
        "[::1",
        "::1]",
        "::1",
        "[::1]80",
        "[::1]:x",
        "[::1]a",
        "[1:2:3:4:5:6:7]",
        "[1:2:3:4:5:6:7:8:9]",
        "[1:2:3:4:5:6:7:8::]",
        "[1::2::3]",
        "[12345::]",
        "[g::]",
        "[::1.2.3]",
        "[::1.2.3.256]",
        "[::01.2.3.4]",
        "[1.2.3.4]",
        "[1.2.3.4::]",
        "[1:2:3:4:5:6:7:1.2.3.4]",
        "[::1%eth0]",
        "[::1%25eth0]",
        "[v.a]",
        "[v1.]",
        "[v1]",
        "[vg.a]",
        "[v1.a%41]",
        "[v1.@]",
        "[:1]",
        "[1:]",
        "[1:2:3:4:5:6:7:]",
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        if (valid(bad[i]))
            fail_msg("accepted: %s", bad[i]);
}

static void name_takes_unreserved_and_sub_delims_only(void **state)
{
    (void)state;
    for (int c = 1; c < 256; c++) {
        char text[] = {'a', (char)c, 'b', 0};
        bool alnum = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
        bool good = alnum || strchr("-._~!$&'()*+,;=", c) != NULL;
        if (c != ':' && valid(text) != good)
            fail_msg("byte %d", c);
    }
    assert_false(ra__host_valid((ra_str){"a\0b", 3}));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_addresses_are_valid),
        cmocka_unit_test(everything_else_is_not),
        cmocka_unit_test(name_takes_unreserved_and_sub_delims_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
