// SPDX-License-Identifier: MIT OR Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/net.h"

static void addresses_are_read_as_people_write_them(void **state)
{
    (void)state;
    static const struct {
        const char *text, *host;
        unsigned port;
    } cases[] = {
        {"127.0.0.1:8080", "127.0.0.1", 8080},
        {"[::1]:8080", "::1", 8080},
        {"[0:0::0:1]:1", "::1", 1},
        {"[::]:65535", "::", 65535},
        {"[::ffff:1.2.3.4]:9", "::ffff:1.2.3.4", 9},
        {":8080", "0.0.0.0", 8080},
        {"8080", "0.0.0.0", 8080},
        {"0", "0.0.0.0", 0},
        {"localhost:0", "127.0.0.1", 0},
        {"255.255.255.255:80", "255.255.255.255", 80},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ra__addr addr;
        assert_int_equal(ra__addr_parse(ra_str_of(cases[i].text), &addr), RA_OK);
        assert_string_equal(addr.host, cases[i].host);
        assert_int_equal(addr.port, cases[i].port);
    }
}

static void what_is_no_address_is_invalid(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        ":",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:65536",
        "127.0.0.1:-1",
        "127.0.0.1:8x",
        "127.0.0.1: 8",
        "127.1:80",
        "256.0.0.1:80",
        "01.2.3.4:80",
        "::1:80",
        "[::1]",
        "[::1]80",
        "[::1]:",
        "[::1:80",
        "[]:80",
        "[127.0.0.1]:80",
        "[1:2:3:4:5:6:7:8:9]:80",
        "example.org:80",
        "local:80",
        "127.0.0.1:80:90",
        "99999999999999999999",
        "[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]:1",
        "[::1]x:80",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ra__addr addr = {"untouched", 7};
        if (ra__addr_parse(ra_str_of(cases[i]), &addr) != RA_ERR_INVALID)
            fail_msg("\"%s\" was taken", cases[i]);
        assert_string_equal(addr.host, "untouched");
    }
}

static void every_prefix_and_a_nul_inside_are_refused_or_read_alone(void **state)
{
    (void)state;
    const ra_str whole = RA_STR("[fe80::1:2]:12345");
    for (size_t len = 0; len < whole.len; len++) {
        ra__addr addr;
        bool has_port = len > sizeof "[fe80::1:2]:" - 1;
        ra_status wanted = has_port ? RA_OK : RA_ERR_INVALID;
        assert_int_equal(ra__addr_parse(ra_str_slice(whole, 0, len), &addr), wanted);
    }
    ra__addr addr;
    assert_int_equal(ra__addr_parse(RA_STR("127.0.0.1\0x:80"), &addr), RA_ERR_INVALID);
}

static void printing_gives_what_parsing_takes(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "127.0.0.1:8080",
        "[::1]:80",
        "0.0.0.0:0",
        "[2001:db8:1111:2222:3333:4444:5555:6666]:65535",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ra__addr addr;
        char text[56];
        assert_int_equal(ra__addr_parse(ra_str_of(cases[i]), &addr), RA_OK);
        assert_int_equal(ra__addr_print(text, &addr), strlen(cases[i]));
        assert_string_equal(text, cases[i]);
    }
}

static void the_longest_text_fits(void **state)
{
    (void)state;
    ra__addr addr = {.port = 65535};
    char text[56];
    memset(addr.host, ':', 45);
    assert_int_equal(ra__addr_print(text, &addr), 53);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_are_read_as_people_write_them),
        cmocka_unit_test(what_is_no_address_is_invalid),
        cmocka_unit_test(every_prefix_and_a_nul_inside_are_refused_or_read_alone),
        cmocka_unit_test(printing_gives_what_parsing_takes),
        cmocka_unit_test(the_longest_text_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
