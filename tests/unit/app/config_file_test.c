// SPDX-License-Identifier: MIT OR Apache-2.0
#include "app/support.h"

#include <unistd.h>

static void lines_are_keys_and_values(void **state)
{
    (void)state;
    shop *s = shop_open();
    shop_lines(s, "# a shop\n"
                  "\n"
                  "workers = 8\n"
                  "  tax-rate=0.5   # half\n"
                  "greeting = \"  two # spaces  \"  # kept\r\n"
                  "paint\t=\tgreen\r\n"
                  "peers = a#b\n"
                  "peers = # nothing\n"
                  "refresh = 2s");
    shop_finish(s);
    assert_faults(s, "");
    assert_int_equal(s->value.workers, 8);
    assert_true(s->value.tax_rate == 0.5);
    assert_text(s->value.greeting, "  two # spaces  ");
    assert_int_equal(s->value.paint, COLOR_GREEN);
    assert_int_equal(s->value.peers.len, 2);
    assert_text(s->value.peers.items[0], "a#b");
    assert_text(s->value.peers.items[1], "");
    assert_int_equal(s->value.refresh_ns, RA_SECONDS(2));
    shop_close(s);
}

static void mistakes_name_file_and_line(void **state)
{
    (void)state;
    static const struct {
        const char *lines, *wanted;
    } cases[] = {
        {"\nworker = 8\n", "shop.conf:2: there is no key worker; did you mean workers?\n"},
        {"nothing-like-it = 8\n", "shop.conf:1: there is no key nothing-like-it\n"},
        {"workers\n", "shop.conf:1: a line is: key = value\n"},
        {"= 8\n", "shop.conf:1: there is no key \n"},
        {"workers = 8\n\nworkers = 9\n", "shop.conf:3: workers is given twice\n"},
        {"# x\nworkers = many # 2\n", "shop.conf:2: workers must be an integer, not \"many\"\n"},
        {"greeting = \"open\n", "shop.conf:1: a value that begins with a quote ends with one\n"},
        {"greeting = \"a\" b\n", "shop.conf:1: a value that begins with a quote ends with one\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        shop *s = shop_open();
        shop_lines(s, cases[i].lines);
        shop_finish(s);
        assert_faults(s, cases[i].wanted);
        shop_close(s);
    }
}

static void a_file_is_read(void **state)
{
    (void)state;
    char path[] = "/tmp/ramie-config-XXXXXX";
    int fd = mkstemp(path);
    assert_int_equal(write(fd, "workers = 11\n", 13), 13);
    close(fd);
    shop *s = shop_open();
    ra__options_read_file(&s->options, path);
    unlink(path);
    shop_finish(s);
    assert_faults(s, "");
    assert_int_equal(s->value.workers, 11);
    shop_close(s);
}

static void a_file_that_is_not_there_is_said(void **state)
{
    (void)state;
    shop *s = shop_open();
    ra__options_read_file(&s->options, "/nowhere/shop.conf");
    assert_faults(s, "the configuration file /nowhere/shop.conf cannot be read: not found\n");
    shop_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_keys_and_values),
        cmocka_unit_test(mistakes_name_file_and_line),
        cmocka_unit_test(a_file_is_read),
        cmocka_unit_test(a_file_that_is_not_there_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
