// SPDX-License-Identifier: MIT OR Apache-2.0
#include "app/support.h"

static void values_come_after_a_space_or_an_equals_sign(void **state)
{
    (void)state;
    shop *s = shop_open();
    shop_arguments(s, "--workers", "8", "--greeting=a = b", "--tax-rate", "0.5", "--paint=green",
                   "--refresh", "1m30s", "--cache-max=64KiB", "--seed", "-5");
    shop_finish(s);
    assert_faults(s, "");
    assert_int_equal(s->value.workers, 8);
    assert_text(s->value.greeting, "a = b");
    assert_true(s->value.tax_rate == 0.5);
    assert_int_equal(s->value.paint, COLOR_GREEN);
    assert_int_equal(s->value.refresh_ns, RA_SECONDS(90));
    assert_int_equal(s->value.cache_bytes_max, 64 << 10);
    assert_int_equal(ra_value_or(s->value.seed, 0), -5);
    shop_close(s);
}

static void the_last_of_a_repeated_flag_wins(void **state)
{
    (void)state;
    shop *s = shop_open();
    shop_arguments(s, "--workers", "8", "--workers=9");
    shop_finish(s);
    assert_int_equal(s->value.workers, 9);
    shop_close(s);
}

static void a_switch_stands_alone_or_takes_a_word(void **state)
{
    (void)state;
    static const struct {
        const char *first, *second;
        bool wanted;
    } cases[] = {
        {"--verbose", NULL, true},        {"--verbose", "on", true},
        {"--verbose", "off", false},      {"--verbose", "TRUE", true},
        {"--verbose", "no", false},       {"--verbose=1", NULL, true},
        {"--verbose=false", NULL, false}, {"--verbose", "--workers=3", true},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        shop *s = shop_open();
        char *argv[] = {(char *)"shop", (char *)cases[i].first, (char *)cases[i].second, NULL};
        ra__options_read_arguments(&s->options, cases[i].second ? 3 : 2, argv, &s->command);
        shop_finish(s);
        assert_faults(s, "");
        assert_int_equal(s->value.verbose, cases[i].wanted);
        shop_close(s);
    }
}

static void what_is_about_the_command_itself_is_told_apart(void **state)
{
    (void)state;
    shop *s = shop_open();
    shop_arguments(s, "--check", "--config", "a.conf");
    assert_true(s->command.check && !s->command.help && !s->command.version);
    assert_string_equal(s->command.file, "a.conf");
    shop_arguments(s, "-h", "--version", "--config=b.conf");
    assert_true(s->command.help && s->command.version);
    assert_string_equal(s->command.file, "b.conf");
    assert_faults(s, "");
    shop_close(s);
}

static void no_program_name_is_no_crash(void **state)
{
    (void)state;
    shop *s = shop_open();
    char *argv[] = {NULL};
    ra__options_read_arguments(&s->options, 0, argv, &s->command);
    assert_faults(s, "");
    shop_close(s);
}

static void every_mistake_is_one_sentence(void **state)
{
    (void)state;
    static const struct {
        const char *first, *second, *wanted;
    } cases[] = {
        {"--worker", "3", "there is no option --worker; did you mean --workers?\n"},
        {"--worker", "--wat",
         "there is no option --worker; did you mean --workers?\nthere is no "
         "option --wat\n"},
        {"--tax_rate=1", NULL, "there is no option --tax_rate; did you mean --tax-rate?\n"},
        {"--nothing-like-it", NULL, "there is no option --nothing-like-it\n"},
        {"--workers", NULL, "--workers needs a value\n"},
        {"--config", NULL, "--config needs a value\n"},
        {"--help=me", NULL, "--help takes no value\n"},
        {"--workers=", NULL, "--workers must be an integer, not \"\"\n"},
        {"--workers", "many", "--workers must be an integer, not \"many\"\n"},
        {"--workers", "65", "--workers must be <= 64, not \"65\"\n"},
        {"--tax-rate=-1", NULL, "--tax-rate must be >= 0, not \"-1\"\n"},
        {"--refresh=soon", NULL,
         "--refresh must be a duration such as 8s, 500ms or 1m30s, not \"soon\"\n"},
        {"--refresh=10ms", NULL, "--refresh must be >= 1s, not \"10ms\"\n"},
        {"--cache-max=2GiB", NULL, "--cache-max must be <= 1GiB, not \"2GiB\"\n"},
        {"--cache-max=big", NULL,
         "--cache-max must be a size such as 1500, 64KiB or 1MiB, not \"big\"\n"},
        {"--verbose=perhaps", NULL, "--verbose must be on or off, not \"perhaps\"\n"},
        {"word", NULL, "\"word\" is not an option; all options begin with --\n"},
        {"-x", NULL, "\"-x\" is not an option; all options begin with --\n"},
        {"--", NULL, "\"--\" is not an option; all options begin with --\n"},
        {"--api-key=hunter2", NULL,
         "--api-key is a secret, and arguments are seen by every user of the machine: set "
         "SHOP_API_KEY, or api_key in the --config file\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        shop *s = shop_open();
        char *argv[] = {(char *)"shop", (char *)cases[i].first, (char *)cases[i].second, NULL};
        ra__options_read_arguments(&s->options, cases[i].second ? 3 : 2, argv, &s->command);
        shop_finish(s);
        assert_faults(s, cases[i].wanted);
        shop_close(s);
    }
}

static void all_mistakes_are_told_at_once(void **state)
{
    (void)state;
    shop *s = shop_open();
    shop_arguments(s, "--workers=0", "--tax-rate=2", "--wat");
    shop_finish(s);
    assert_int_equal(s->faults.count, 3);
    shop_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_after_a_space_or_an_equals_sign),
        cmocka_unit_test(the_last_of_a_repeated_flag_wins),
        cmocka_unit_test(a_switch_stands_alone_or_takes_a_word),
        cmocka_unit_test(what_is_about_the_command_itself_is_told_apart),
        cmocka_unit_test(no_program_name_is_no_crash),
        cmocka_unit_test(every_mistake_is_one_sentence),
        cmocka_unit_test(all_mistakes_are_told_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
