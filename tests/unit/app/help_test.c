// SPDX-License-Identifier: MIT OR Apache-2.0
#include "app/support.h"

// The whole text, so that a change of it is seen and meant.
static const char golden[] =
    "shop 1.2.3\n"
    "\n"
    "usage: shop [OPTION]...\n"
    "\n"
    "Each option is a flag, a variable of the environment, or a line `key = value` of the\n"
    "--config file (drain_delay = 5s). A flag beats a variable beats the file.\n"
    "\n"
    "  --greeting TEXT                 first line of every page\n"
    "                                  [SHOP_GREETING; default welcome]\n"
    "  --tax-rate NUMBER               part of the price\n"
    "                                  [SHOP_TAX_RATE; default 0.19]\n"
    "  --workers NUMBER                fibers that send orders on\n"
    "                                  [SHOP_WORKERS; default 4]\n"
    "  --verbose on|off                [SHOP_VERBOSE; default off]\n"
    "  --paint red|green               [SHOP_PAINT; default red]\n"
    "  --refresh DURATION              between two looks\n"
    "                                  [SHOP_REFRESH; default 1m30s]\n"
    "  --cache-max SIZE                [SHOP_CACHE_MAX; default 1MiB]\n"
    "  --peers TEXT                    [SHOP_PEERS]\n"
    "  --seed NUMBER                   [SHOP_SEED]\n"
    "  --api-key TEXT                  of the payment service\n"
    "                                  [SHOP_API_KEY; required]\n"
    "\n"
    "  --config FILE                   read options from a file [SHOP_CONFIG]\n"
    "  --check                         validate options, tables and routes, serve nothing\n"
    "  --help, -h                      print this text\n"
    "  --version                       print name and version\n"
    "\n"
    "A duration is 8s, 500ms or 1m30s; a bare number means seconds. A size is 1500, 64KiB or "
    "1MiB.\n"
    "Exit status: 0 fine, 1 the program's own fault, 2 wrong options, 4 address or database.\n";

static void the_text_comes_from_the_table(void **state)
{
    (void)state;
    shop *s = shop_open();
    RA_SCOPED(ra_buf, text, ra_buf_init(1 << 16));
    assert_status(ra__options_help(&s->options, "1.2.3", &text), RA_OK);
    assert_status(ra_buf_append(&text, (ra_str){"", 1}), RA_OK);
    assert_string_equal(text.ptr, golden);
    shop_close(s);
}

static void what_does_not_fit_is_a_status(void **state)
{
    (void)state;
    shop *s = shop_open();
    for (size_t max = 0; max < sizeof golden - 1; max += 97) {
        RA_SCOPED(ra_buf, text, ra_buf_init(max));
        assert_status(ra__options_help(&s->options, "1.2.3", &text), RA_ERR_TOO_LARGE);
    }
    shop_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_text_comes_from_the_table),
        cmocka_unit_test(what_does_not_fit_is_a_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
