// SPDX-License-Identifier: MIT OR Apache-2.0
#include "app/support.h"

static const char *const *variables; // name, value, ..., NULL

static char *from_table(const char *name)
{
    for (const char *const *at = variables; *at; at += 2)
        if (strcmp(at[0], name) == 0)
            return (char *)at[1];
    return NULL;
}

/// shop_environment(s, "SHOP_WORKERS", "8"): as if exported.
#define shop_environment(s, ...)                                                                   \
    do {                                                                                           \
        static const char *const table_[] = {__VA_ARGS__, NULL};                                   \
        variables = table_;                                                                        \
        ra__options_read_environment(&(s)->options, &(s)->command, from_table);                    \
    } while (0)

static void each_option_has_a_variable(void **state)
{
    (void)state;
    shop *s = shop_open();
    shop_environment(s, "SHOP_WORKERS", "8", "SHOP_TAX_RATE", "0.07", "SHOP_REFRESH", "2m",
                     "SHOP_PEERS", "a,b,,c", "SHOP_GREETING", "", "SHOP_API_KEY", "sesame");
    ra__options_finish(&s->options);
    assert_faults(s, "");
    assert_int_equal(s->value.workers, 8);
    assert_true(s->value.tax_rate == 0.07);
    assert_int_equal(s->value.refresh_ns, RA_MINUTES(2));
    assert_int_equal(s->value.peers.len, 4);
    assert_text(s->value.peers.items[3], "c");
    assert_text(s->value.greeting, "");
    assert_text(s->value.api_key, "sesame");
    shop_close(s);
}

static void variables_of_others_are_left_alone(void **state)
{
    (void)state;
    shop *s = shop_open();
    shop_environment(s, "SHOP_SERVICE_HOST", "10.0.0.1", "SHOP_PORT", "tcp://10.0.0.1:80",
                     "SHOP_WORKER", "x");
    shop_finish(s);
    assert_faults(s, "");
    shop_close(s);
}

static void a_second_name_counts_when_it_is_not_empty_and_yields_to_the_first(void **state)
{
    (void)state;
    shop *s = shop_open();
    ra__options_by_key(&s->options, RA_STR("greeting"))->variable_also = "GREETING";
    shop_environment(s, "GREETING", "");
    assert_int_equal(ra__options_by_key(&s->options, RA_STR("greeting"))->source, RA__FROM_DEFAULT);
    shop_environment(s, "GREETING", "hi");
    assert_text(ra__options_by_key(&s->options, RA_STR("greeting"))->texts->text, "hi");
    shop_environment(s, "GREETING", "hi", "SHOP_GREETING", "hello");
    shop_finish(s);
    assert_text(s->value.greeting, "hello");
    shop_close(s);
}

static void a_bad_value_names_the_variable(void **state)
{
    (void)state;
    shop *s = shop_open();
    shop_environment(s, "SHOP_WORKERS", "many");
    shop_finish(s);
    assert_faults(s, "SHOP_WORKERS must be an integer, not \"many\"\n");
    shop_close(s);
}

static void a_secret_is_never_shown(void **state)
{
    (void)state;
    shop *s = shop_open();
    shop_environment(s, "SHOP_API_KEY", "abc");
    ra__options_finish(&s->options);
    assert_int_equal(s->faults.count, 1);
    assert_null(strstr(s->faults.text.ptr, "abc"));
    assert_non_null(strstr(s->faults.text.ptr, "SHOP_API_KEY must "));
    shop_close(s);
}

static void what_is_missing_is_asked_for_by_its_names(void **state)
{
    (void)state;
    shop *s = shop_open();
    ra__options_finish(&s->options);
    assert_faults(s, "api_key is required: give SHOP_API_KEY in the environment, or api_key in the "
                     "--config file\n");
    shop_close(s);
}

static void the_configuration_file_has_a_variable_that_its_flag_beats(void **state)
{
    (void)state;
    shop *s = shop_open();
    shop_environment(s, "SHOP_CONFIG", "from-environment.conf");
    assert_string_equal(s->command.file, "from-environment.conf");
    s->command.file = "from-flag.conf";
    shop_environment(s, "SHOP_CONFIG", "from-environment.conf");
    assert_string_equal(s->command.file, "from-flag.conf");
    shop_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_option_has_a_variable),
        cmocka_unit_test(variables_of_others_are_left_alone),
        cmocka_unit_test(a_second_name_counts_when_it_is_not_empty_and_yields_to_the_first),
        cmocka_unit_test(a_bad_value_names_the_variable),
        cmocka_unit_test(a_secret_is_never_shown),
        cmocka_unit_test(what_is_missing_is_asked_for_by_its_names),
        cmocka_unit_test(the_configuration_file_has_a_variable_that_its_flag_beats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
