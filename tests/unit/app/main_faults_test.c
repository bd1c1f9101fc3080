// SPDX-License-Identifier: MIT OR Apache-2.0
// A program with faults in a table, in routes and in its options: all are told at once. A program of its own, because
// every table of a program is checked.
#include "app/child.h"

#include <ramie/app.h>

typedef struct {
    int64_t id, forgotten;
} half_bound;
RA_BIND(half_bound, RA_FIELD(id));

typedef struct {
    double rate;
} bad_default;
RA_BIND(bad_default, RA_FIELD(rate, .def = "a lot"));

static ra_status get_half(ra_ctx *ctx, half_bound *out)
{
    (void)ctx;
    (void)out;
    return RA_OK;
}

static ra_status hello(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    (void)req;
    return ra_response_write(ctx, res, RA_STR("hi"));
}

static int run(ra_app *app, char **argv)
{
    ra_get(app, "/half", get_half, ra_none, half_bound);
    ra_raw(app, "GET", "/twice", hello);
    ra_raw(app, "GET", "/twice", hello);
    return ra_app_main(app, argv[1] ? 2 : 1, argv);
}

static int run_program(void *arg)
{
    return run(ra_app_new("shop", "1.2.3"), arg);
}

/// Its options cannot even be listed.
static int run_configured(void *arg)
{
    ra_app *app = ra_app_new("shop", "1.2.3");
    ra_app_config(app, bad_default);
    return run(app, arg);
}

static void assert_all_told(const child *c)
{
    assert_int_equal(c->status, 1);
    assert_string_equal(c->out_text, "");
    assert_non_null(strstr(c->err_text, "main_faults_test.c:"));
    assert_non_null(strstr(c->err_text, "half_bound"));
    assert_non_null(strstr(c->err_text, "bad_default.rate"));
    assert_non_null(strstr(c->err_text, "/twice"));
}

static void all_faults_are_told_at_start(void **state)
{
    (void)state;
    char *argv[] = {(char *)"shop", (char *)"--listen=127.0.0.1:0", NULL};
    child *c = child_start(run_program, argv);
    child_join(c);
    assert_all_told(c);
    free(c);
}

static void check_tells_them_with_the_faults_of_options(void **state)
{
    (void)state;
    char *argv[] = {(char *)"shop", (char *)"--check", (char *)"--shards=many", NULL};
    child *c = child_start(run_program, argv);
    child_join(c);
    assert_all_told(c);
    assert_non_null(strstr(c->err_text, "shop: --shards must be an integer"));
    free(c);
}

static void a_faulty_configuration_is_told_with_the_rest(void **state)
{
    (void)state;
    const char *flags[] = {"--listen=127.0.0.1:0", "--check", "--help", "--rate=1"};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        char *argv[] = {(char *)"shop", (char *)flags[i], NULL};
        child *c = child_start(run_configured, argv);
        child_join(c);
        assert_all_told(c);
        free(c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_faults_are_told_at_start),
        cmocka_unit_test(check_tells_them_with_the_faults_of_options),
        cmocka_unit_test(a_faulty_configuration_is_told_with_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
