// SPDX-License-Identifier: MIT OR Apache-2.0
// Names of options, and which source wins.
#include "app/support.h"

static void a_member_has_three_names_without_its_unit(void **state)
{
    (void)state;
    static const struct {
        const char *key, *flag, *variable;
        ra__option_unit unit;
    } cases[] = {
        {"greeting", "greeting", "SHOP_GREETING", RA__UNIT_NONE},
        {"tax_rate", "tax-rate", "SHOP_TAX_RATE", RA__UNIT_NONE},
        {"refresh", "refresh", "SHOP_REFRESH", RA__UNIT_DURATION},
        {"cache_max", "cache-max", "SHOP_CACHE_MAX", RA__UNIT_SIZE},
    };
    shop *s = shop_open();
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ra__option *option = ra__options_by_key(&s->options, ra_str_of(cases[i].key));
        assert_non_null(option);
        assert_string_equal(option->flag.ptr, cases[i].flag);
        assert_string_equal(option->variable.ptr, cases[i].variable);
        assert_int_equal(option->unit, cases[i].unit);
        assert_ptr_equal(ra__options_by_flag(&s->options, ra_str_of(cases[i].flag)), option);
    }
    assert_null(ra__options_by_key(&s->options, RA_STR("refresh_ns")));
    shop_close(s);
}

static void keys_take_dashes_for_underscores(void **state)
{
    (void)state;
    shop *s = shop_open();
    assert_non_null(ra__options_by_key(&s->options, RA_STR("Tax-Rate")));
    assert_null(ra__options_by_flag(&s->options, RA_STR("tax_rate")));
    shop_close(s);
}

static void a_programs_name_becomes_a_prefix(void **state)
{
    (void)state;
    shop *s = shop_open();
    ra__options_init(&s->options, s->arena, "my-shop.2", &s->faults);
    assert_string_equal(s->options.variable_prefix.ptr, "MY_SHOP_2_");
    shop_close(s);
}

static void without_any_source_the_defaults_stand(void **state)
{
    (void)state;
    shop *s = shop_open();
    shop_finish(s);
    assert_faults(s, "");
    assert_text(s->value.greeting, "welcome");
    assert_true(s->value.tax_rate == 0.19);
    assert_int_equal(s->value.workers, 4);
    assert_int_equal(s->value.paint, COLOR_RED);
    assert_int_equal(s->value.refresh_ns, RA_SECONDS(90));
    assert_int_equal(s->value.cache_bytes_max, 1 << 20);
    assert_int_equal(s->value.peers.len, 0);
    assert_true(ra_is_absent(s->value.seed));
    shop_close(s);
}

static char *environment(const char *name)
{
    return strcmp(name, "SHOP_WORKERS") == 0 ? (char *)"20" : NULL;
}

/// Every subset of the sources, read in both orders.
static void the_strongest_source_wins_in_any_order(void **state)
{
    (void)state;
    for (unsigned set = 0; set < 8; set++) {
        for (int order = 0; order < 2; order++) {
            shop *s = shop_open();
            for (unsigned at = 0; at < 3; at++) {
                unsigned source = order ? 2 - at : at;
                if (!(set >> source & 1))
                    continue;
                if (source == 0)
                    shop_lines(s, "workers = 10\n");
                else if (source == 1)
                    ra__options_read_environment(&s->options, &s->command, environment);
                else
                    shop_arguments(s, "--workers", "30");
            }
            shop_finish(s);
            assert_faults(s, "");
            unsigned wanted = set & 4 ? 30 : set & 2 ? 20 : set & 1 ? 10 : 4;
            assert_int_equal(s->value.workers, wanted);
            shop_close(s);
        }
    }
}

static void a_bad_value_of_a_weaker_source_does_not_matter(void **state)
{
    (void)state;
    shop *s = shop_open();
    shop_lines(s, "workers = many\n");
    shop_arguments(s, "--workers=2");
    shop_finish(s);
    assert_faults(s, "");
    assert_int_equal(s->value.workers, 2);
    shop_close(s);
}

static void a_list_takes_all_values_of_its_strongest_source(void **state)
{
    (void)state;
    shop *s = shop_open();
    shop_lines(s, "peers = a\npeers = b\npeers = c\n");
    shop_arguments(s, "--peers", "x", "--peers=y");
    shop_finish(s);
    assert_int_equal(s->value.peers.len, 2);
    assert_text(s->value.peers.items[0], "x");
    assert_text(s->value.peers.items[1], "y");
    shop_close(s);
}

typedef struct {
    int32_t listen;
} clash;
RA_BIND(clash, RA_FIELD(listen, .def = "1"));
typedef struct {
    int32_t workers;
} same_name;
RA_BIND(same_name, RA_FIELD(workers, .def = "1"));
typedef struct {
    int32_t help;
} reserved;
RA_BIND(reserved, RA_FIELD(help, .def = "1"));
typedef struct {
    clash inner;
} nested;
RA_BIND(nested, RA_FIELD_OF(inner, clash));

static void names_that_are_taken_and_structs_are_faults_with_their_place(void **state)
{
    (void)state;
    shop *s = shop_open();
    same_name same = {0};
    reserved help = {0};
    nested deep = {0};
    ra__options_add(&s->options, ra_bind_of(same_name), &same, false);
    ra__options_add(&s->options, ra_bind_of(reserved), &help, false);
    ra__options_add(&s->options, ra_bind_of(nested), &deep, false);
    assert_int_equal(s->faults.count, 3);
    const char *text = s->faults.text.ptr;
    assert_non_null(strstr(text, "options_test.c:"));
    assert_non_null(strstr(text, "same_name.workers: the name of this option is taken\n"));
    assert_non_null(strstr(text, "reserved.help: the name of this option is taken\n"));
    assert_non_null(strstr(text, "nested.inner: a configuration has scalars, enums and lists"));
    shop_close(s);
}

static void a_removed_option_is_gone_and_the_others_stay(void **state)
{
    (void)state;
    shop *s = shop_open();
    unsigned count = s->options.count;
    ra__options_remove(&s->options, RA_STR("tax_rate"));
    assert_int_equal(s->options.count, count - 1);
    assert_null(ra__options_by_key(&s->options, RA_STR("tax_rate")));
    assert_non_null(ra__options_by_key(&s->options, RA_STR("greeting")));
    assert_non_null(ra__options_by_key(&s->options, RA_STR("api_key")));
    shop_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_member_has_three_names_without_its_unit),
        cmocka_unit_test(keys_take_dashes_for_underscores),
        cmocka_unit_test(a_programs_name_becomes_a_prefix),
        cmocka_unit_test(without_any_source_the_defaults_stand),
        cmocka_unit_test(the_strongest_source_wins_in_any_order),
        cmocka_unit_test(a_bad_value_of_a_weaker_source_does_not_matter),
        cmocka_unit_test(a_list_takes_all_values_of_its_strongest_source),
        cmocka_unit_test(names_that_are_taken_and_structs_are_faults_with_their_place),
        cmocka_unit_test(a_removed_option_is_gone_and_the_others_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
