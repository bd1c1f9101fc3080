// SPDX-License-Identifier: MIT OR Apache-2.0
// What every service can be told: the address and its several sources, the database, the limits.
#include "app/support.h"

#include "app/private/settings.h"

typedef struct {
    ra_arena *arena;
    ra__faults faults;
    ra__options options;
    ra__command command;
    ra__settings settings;
} service;

static const char *const *variables; // name, value, ..., NULL

static char *from_table(const char *name)
{
    for (const char *const *at = variables; at && *at; at += 2)
        if (strcmp(at[0], name) == 0)
            return (char *)at[1];
    return NULL;
}

/// The settings after all sources; `flags` ended by NULL, `environment` pairs ended by NULL, either may be NULL.
static service *settle(bool with_database, char **flags, const char *const *environment,
                       const char *file)
{
    static const ra_module *const none[] = {NULL};
    const ra_module *const some[] = {ra_sqlite(), NULL};
    service *s = calloc(1, sizeof *s);
    s->arena = ra_arena_new(NULL, 1 << 20);
    variables = environment;
    ra__faults_init(&s->faults);
    ra__options_init(&s->options, s->arena, "items", &s->faults);
    ra__settings_init(&s->settings, s->arena, "items");
    ra__settings_add(&s->settings, &s->options, with_database);
    if (flags)
        ra__options_read_arguments(&s->options, 0, flags, &s->command);
    ra__options_read_environment(&s->options, &s->command, from_table);
    ra__options_read_lines(&s->options, "items.conf", ra_str_of(file ? file : ""));
    ra__options_finish(&s->options);
    ra__settings_finish(&s->settings, &s->options, with_database ? some : none, from_table);
    return s;
}

static void service_free(service *s)
{
    ra__faults_deinit(&s->faults);
    ra_arena_free(s->arena);
    free(s);
}

static void assert_address(const service *s, const char *wanted)
{
    char text[56];
    size_t len = ra__addr_print(text, &s->settings.addr);
    assert_text(((ra_str){text, len}), wanted);
}

static void the_defaults_are_what_the_documentation_says(void **state)
{
    (void)state;
    service *s = settle(true, NULL, NULL, NULL);
    ra__http_limits limits = ra__http_limits_default();
    assert_faults(s, "");
    assert_address(s, "127.0.0.1:8080");
    assert_text(s->settings.database, "sqlite:./items.db");
    assert_true(s->settings.access_log);
    assert_int_equal(s->settings.log_level, RA_LOG_INFO);
    assert_int_equal(s->settings.log_format, RA__LOG_AUTO);
    assert_int_equal(s->settings.drain_timeout_ns, RA_SECONDS(8));
    assert_int_equal(s->settings.drain_delay_ns, 0);
    assert_int_equal(s->settings.shards, 0);
    assert_int_equal(s->settings.limits.body_bytes_max, limits.body_bytes_max);
    assert_int_equal(s->settings.limits.head_bytes_max, limits.head_bytes_max);
    assert_int_equal(s->settings.limits.idle_timeout_ns, limits.idle_timeout_ns);
    assert_int_equal(s->settings.limits.response_bytes_max, limits.response_bytes_max);
    service_free(s);
}

#define FLAGS(...)                                                                                 \
    (char *[])                                                                                     \
    {                                                                                              \
        (char *)__VA_ARGS__, NULL                                                                  \
    }
#define ENVIRONMENT(...)                                                                           \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

static void the_strongest_source_gives_the_address(void **state)
{
    (void)state;
    const struct {
        char **flags;
        const char *const *environment;
        const char *file, *wanted;
    } cases[] = {
        {NULL, NULL, "listen = 0.0.0.0:1", "0.0.0.0:1"},
        {NULL, ENVIRONMENT("PORT", "2"), NULL, "127.0.0.1:2"},
        {NULL, ENVIRONMENT("PORT", "2"), "listen = 0.0.0.0:1", "0.0.0.0:2"},
        {NULL, ENVIRONMENT("PORT", ""), "listen = 0.0.0.0:1", "0.0.0.0:1"},
        {NULL, ENVIRONMENT("PORT", "0"), NULL, "127.0.0.1:0"},
        {NULL, ENVIRONMENT("PORT", "65535"), NULL, "127.0.0.1:65535"},
        {NULL, ENVIRONMENT("PORT", "2", "ITEMS_LISTEN", "[::1]:3"), NULL, "[::1]:3"},
        {FLAGS("--listen=127.0.0.1:4"), ENVIRONMENT("PORT", "2", "ITEMS_LISTEN", "[::1]:3"),
         "listen = 0.0.0.0:1", "127.0.0.1:4"},
        {FLAGS("--listen=127.0.0.1:4"), ENVIRONMENT("PORT", "bad"), NULL, "127.0.0.1:4"},
        {FLAGS("--listen=localhost:5"), NULL, NULL, "127.0.0.1:5"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        service *s = settle(false, cases[i].flags, cases[i].environment, cases[i].file);
        assert_faults(s, "");
        assert_address(s, cases[i].wanted);
        service_free(s);
    }
}

static void the_database_has_two_variables(void **state)
{
    (void)state;
    const struct {
        char **flags;
        const char *const *environment;
        const char *wanted;
    } cases[] = {
        {NULL, ENVIRONMENT("DATABASE_URL", "sqlite:a"), "sqlite:a"},
        {NULL, ENVIRONMENT("DATABASE_URL", ""), "sqlite:./items.db"},
        {NULL, ENVIRONMENT("DATABASE_URL", "sqlite:a", "ITEMS_DATABASE", "sqlite:b"), "sqlite:b"},
        {FLAGS("--database", "sqlite:c"), ENVIRONMENT("DATABASE_URL", "sqlite:a"), "sqlite:c"},
        {FLAGS("--database=sqlite::memory:"), NULL, "sqlite::memory:"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        service *s = settle(true, cases[i].flags, cases[i].environment, NULL);
        assert_faults(s, "");
        assert_text(s->settings.database, cases[i].wanted);
        service_free(s);
    }
}

static void limits_are_options(void **state)
{
    (void)state;
    service *s = settle(false,
                        FLAGS("--body-max=2MiB", "--head-max=8K", "--head-timeout=1s",
                              "--handler-timeout=10s", "--idle-timeout=5", "--connections-max=100",
                              "--requests-per-connection-max=7", "--shards=2", "--access-log=off",
                              "--log-level=error", "--log-format=json", "--drain-timeout=1m",
                              "--drain-delay=500ms"),
                        NULL, NULL);
    assert_faults(s, "");
    assert_int_equal(s->settings.limits.body_bytes_max, 2 << 20);
    assert_int_equal(s->settings.limits.head_bytes_max, 8 << 10);
    assert_int_equal(s->settings.limits.head_timeout_ns, RA_SECONDS(1));
    assert_int_equal(s->settings.limits.handler_timeout_ns, RA_SECONDS(10));
    assert_int_equal(s->settings.limits.idle_timeout_ns, RA_SECONDS(5));
    assert_int_equal(s->settings.limits.connections_max, 100);
    assert_int_equal(s->settings.limits.requests_per_connection_max, 7);
    assert_int_equal(s->settings.limits.fields_max, ra__http_limits_default().fields_max);
    assert_int_equal(s->settings.shards, 2);
    assert_false(s->settings.access_log);
    assert_int_equal(s->settings.log_level, RA_LOG_ERROR);
    assert_int_equal(s->settings.log_format, RA__LOG_JSON);
    assert_int_equal(s->settings.drain_timeout_ns, RA_MINUTES(1));
    assert_int_equal(s->settings.drain_delay_ns, RA_MS(500));
    service_free(s);
}

static void bad_settings_are_refused_where_they_stand(void **state)
{
    (void)state;
    const struct {
        char **flags;
        const char *const *environment;
        const char *file, *wanted;
    } cases[] = {
        {FLAGS("--listen=127.0.0.1:65536"), NULL, NULL,
         "--listen must be HOST:PORT, such as 127.0.0.1:8080, not \"127.0.0.1:65536\"\n"},
        {NULL, ENVIRONMENT("ITEMS_LISTEN", "here"), NULL,
         "ITEMS_LISTEN must be HOST:PORT, such as 127.0.0.1:8080, not \"here\"\n"},
        {NULL, NULL, "\nlisten = :x\n",
         "items.conf:2: listen must be HOST:PORT, such as 127.0.0.1:8080, not \":x\"\n"},
        {NULL, ENVIRONMENT("PORT", "65536"), NULL,
         "PORT must be a number from 0 to 65535, not \"65536\"\n"},
        {NULL, ENVIRONMENT("PORT", "-1"), NULL,
         "PORT must be a number from 0 to 65535, not \"-1\"\n"},
        {NULL, ENVIRONMENT("PORT", "80 "), NULL,
         "PORT must be a number from 0 to 65535, not \"80 \"\n"},
        {NULL, ENVIRONMENT("DATABASE_URL", "postgres://x"), NULL,
         "DATABASE_URL must begin with sqlite:, not \"postgres://x\"\n"},
        {FLAGS("--shards=257"), NULL, NULL, "--shards must be <= 256, not \"257\"\n"},
        {FLAGS("--idle-timeout=0"), NULL, NULL, "--idle-timeout must be >= 1ms, not \"0\"\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        service *s = settle(true, cases[i].flags, cases[i].environment, cases[i].file);
        assert_faults(s, cases[i].wanted);
        service_free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_defaults_are_what_the_documentation_says),
        cmocka_unit_test(the_strongest_source_gives_the_address),
        cmocka_unit_test(the_database_has_two_variables),
        cmocka_unit_test(limits_are_options),
        cmocka_unit_test(bad_settings_are_refused_where_they_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
