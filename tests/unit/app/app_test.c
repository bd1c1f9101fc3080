// SPDX-License-Identifier: MIT OR Apache-2.0
// What an app is made of, and what happens to who makes it wrongly.
#include "app/child.h"

#include "app/service.h"

#include <ramie/app.h>

typedef struct {
    int hits;
} counters;
typedef struct {
    double ratio;
} other_state;

static ra_status hook(ra_ctx *ctx)
{
    (void)ctx;
    return RA_OK;
}

/// A ctx as handlers of that app have it.
static ra_ctx *ctx_of(ra_app *app)
{
    static ra_ctx ctx;
    ctx = (ra_ctx){0};
    ctx.slots[RA__SLOT_APP] = app;
    return &ctx;
}

static void state_is_found_by_its_type(void **state)
{
    (void)state;
    counters shared = {0};
    other_state other = {0.5};
    ra_app *app = ra_app_new("shop", "1.0.0");
    ra_app_state(app, other_state, &other);
    ra_app_state(app, counters, &shared);
    assert_ptr_equal(ra_state(ctx_of(app), counters), &shared);
    assert_ptr_equal(ra_state(ctx_of(app), other_state), &other);
    ra__app_free(app);
}

static void configuration_is_found_by_its_table_and_by_a_copy_of_it(void **state)
{
    (void)state;
    ra_app *app = ra_app_new("shop", "1.0.0");
    ra__settings settings;
    ra__faults faults;
    ra__faults_init(&faults);
    ra_app_config(app, config);
    ra__app_configure(app, RA_STR("tax_rate = 0.07\napi_key = sesame"), &settings, &faults);
    assert_int_equal(faults.count, 0);
    assert_true(ra_config(ctx_of(app), config)->tax_rate == 0.07);

    ra_bind copy = *ra_bind_of(config); // as another source file has it
    assert_ptr_equal(ra_config_(ctx_of(app), &copy), ra_config(ctx_of(app), config));
    ra__faults_deinit(&faults);
    ra__app_free(app);
}

static void an_app_without_a_driver_has_no_database_option(void **state)
{
    (void)state;
    ra_app *app = ra_app_new("shop", "1.0.0");
    ra__settings settings;
    ra__faults faults;
    ra__faults_init(&faults);
    ra__app_configure(app, RA_STR("database = sqlite:x"), &settings, &faults);
    assert_text(ra_buf_str(&faults.text), "configuration:1: there is no key database\n");
    ra__faults_deinit(&faults);
    ra__app_free(app);
}

static void no_app_is_freed_without_harm(void **state)
{
    (void)state;
    ra__app_free(NULL);
}

// ---- mistakes of a program end it with a sentence

static void two_states_of_a_type(ra_app *app)
{
    counters shared = {0};
    ra_app_state(app, counters, &shared);
    ra_app_state(app, counters, &shared);
}

static void a_state_that_is_not_there(ra_app *app)
{
    (void)ra_state(ctx_of(app), counters);
}

static void a_configuration_that_is_not_there(ra_app *app)
{
    (void)ra_config(ctx_of(app), config);
}

static void a_ctx_without_an_app(ra_app *app)
{
    (void)app;
    (void)ra_state(ctx_of(NULL), counters);
}

static void two_lists_of_migrations(ra_app *app)
{
    static const ra_migration list[] = {{0}};
    ra_app_migrations(app, list);
    ra_app_migrations(app, list);
}

static void too_many_hooks(ra_app *app)
{
    for (int i = 0; i < 33; i++)
        ra_app_on_start(app, hook);
}

static void too_many_stop_hooks(ra_app *app)
{
    for (int i = 0; i < 33; i++)
        ra_app_on_stop(app, hook);
}

static void too_many_background_fibers(ra_app *app)
{
    for (int i = 0; i < 33; i++)
        ra_app_background(app, "x", hook);
}

static void too_many_drivers(ra_app *app)
{
    for (int i = 0; i < 5; i++)
        ra_app_use(app, ra_sqlite());
}

static int run_mistake(void *arg)
{
    void (*mistake)(ra_app * app) = *(void (**)(ra_app *))arg;
    mistake(ra_app_new("shop", "1.0.0"));
    return 0;
}

static void each_mistake_traps_with_a_sentence(void **state)
{
    (void)state;
    static const struct {
        void (*mistake)(ra_app *app);
        const char *wanted;
    } cases[] = {
        {two_states_of_a_type, "shop has two states of type counters"},
        {a_state_that_is_not_there,
         "shop has no state counters: ra_app_state(app, counters, &value)"},
        {a_configuration_that_is_not_there,
         "shop has no configuration config: ra_app_config(app, config)"},
        {a_ctx_without_an_app, "this ctx belongs to no app"},
        {two_lists_of_migrations, "shop has two lists of migrations"},
        {too_many_hooks, "shop has more than 32 start hooks"},
        {too_many_stop_hooks, "shop has more than 32 stop hooks"},
        {too_many_background_fibers, "shop has more than 32 background fibers"},
        {too_many_drivers, "shop uses more than 4 drivers"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        void (*mistake)(ra_app * app) = cases[i].mistake;
        child *c = child_start(run_mistake, &mistake);
        child_join(c);
        assert_int_equal(c->status, -SIGABRT);
        assert_non_null(strstr(c->err_text, cases[i].wanted));
        free(c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(state_is_found_by_its_type),
        cmocka_unit_test(configuration_is_found_by_its_table_and_by_a_copy_of_it),
        cmocka_unit_test(an_app_without_a_driver_has_no_database_option),
        cmocka_unit_test(no_app_is_freed_without_harm),
        cmocka_unit_test(each_mistake_traps_with_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
