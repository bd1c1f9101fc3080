// SPDX-License-Identifier: MIT OR Apache-2.0
// app: collects what the program is made of. Mistakes that only a programmer can make here (too
// many hooks, state that is not there) trap with a sentence; what concerns tables and routes is
// collected and shown at start.
#include "private/app.h"

#include "base/assert.h"
#include "base/heap.h"
#include "bind/plan.h"
#include "private/health.h"
#include "private/settings.h"

enum { APP_ARENA_BYTES_MAX = 16 << 20 };

ra_app *ra_app_new(const char *name, const char *version)
{
    ra_app *app = ra__heap_alloc_zeroed(1, sizeof *app);
    RA_CHECK(app, "no memory for the app %s", name);
    app->name = name;
    app->version = version;
    app->arena = ra_arena_new(NULL, APP_ARENA_BYTES_MAX);
    app->routes = ra__routes_new();
    RA_CHECK(app->arena && app->routes, "no memory for the app %s", name);
    ra__health_routes(app->routes);
    return app;
}

void ra__app_free(ra_app *app)
{
    if (!app)
        return;
    ra__routes_free(app->routes);
    ra_arena_free(app->arena);
    ra__heap_free(app);
}

ra_routes *ra_app_routes(ra_app *app)
{
    return app->routes;
}

const char *ra__app_version(const ra_app *app)
{
    return app->version;
}

// ---- database

void ra_app_use(ra_app *app, const ra_module *module)
{
    RA_CHECK(app->module_count < RA__APP_MODULES_MAX, "%s uses more than %d drivers", app->name,
             RA__APP_MODULES_MAX);
    app->modules[app->module_count++] = module;
}

bool ra__app_uses_database(const ra_app *app)
{
    return app->module_count > 0;
}

void ra_app_migrations(ra_app *app, const ra_migration *list)
{
    RA_CHECK(!app->migrations, "%s has two lists of migrations", app->name);
    app->migrations = list;
}

// ---- life

void ra_app_on_start(ra_app *app, ra_hook_fn *fn)
{
    RA_CHECK(app->on_start_count < RA__APP_HOOKS_MAX, "%s has more than %d start hooks", app->name,
             RA__APP_HOOKS_MAX);
    app->on_start[app->on_start_count++] = fn;
}

void ra_app_on_stop(ra_app *app, ra_hook_fn *fn)
{
    RA_CHECK(app->on_stop_count < RA__APP_HOOKS_MAX, "%s has more than %d stop hooks", app->name,
             RA__APP_HOOKS_MAX);
    app->on_stop[app->on_stop_count++] = fn;
}

void ra_app_background(ra_app *app, const char *name, ra_hook_fn *fn)
{
    RA_CHECK(app->background_count < RA__APP_HOOKS_MAX, "%s has more than %d background fibers",
             app->name, RA__APP_HOOKS_MAX);
    app->background[app->background_count++] = (ra__app_background){name, fn};
}

// ---- state, by the name of its type

ra_app *ra__app_of(const ra_ctx *ctx)
{
    ra_app *app = ctx->slots[RA__SLOT_APP];
    RA_CHECK(app, "this ctx belongs to no app: only handlers, hooks and what they start have state "
                  "and configuration");
    return app;
}

static ra__app_state *find_state(ra_app *app, const char *type)
{
    for (unsigned i = 0; i < app->state_count; i++)
        if (strcmp(app->states[i].type, type) == 0)
            return &app->states[i];
    return NULL;
}

void ra_app_state_(ra_app *app, const char *type, size_t bytes, void *state)
{
    RA_CHECK(!find_state(app, type), "%s has two states of type %s", app->name, type);
    RA_CHECK(app->state_count < RA__APP_STATES_MAX, "%s has more than %d states", app->name,
             RA__APP_STATES_MAX);
    app->states[app->state_count++] = (ra__app_state){type, bytes, state};
}

void *ra_state_(ra_ctx *ctx, const char *type, size_t bytes)
{
    ra_app *app = ra__app_of(ctx);
    ra__app_state *state = find_state(app, type);
    RA_CHECK(state && state->bytes == bytes, "%s has no state %s: ra_app_state(app, %s, &value)",
             app->name, type, type);
    return state->value;
}

// ---- configuration, by its table; each source file has a table of its own for the same type

static ra__app_config *find_config(ra_app *app, const ra_bind *bind)
{
    for (unsigned i = 0; i < app->config_count; i++) {
        const ra_bind *known = app->configs[i].bind;
        if (known == bind || (known->size == bind->size && strcmp(known->name, bind->name) == 0))
            return &app->configs[i];
    }
    return NULL;
}

void ra_app_config_(ra_app *app, const ra_bind *bind)
{
    RA_CHECK(!find_config(app, bind), "%s has two configurations of type %s", app->name,
             bind->name);
    RA_CHECK(app->config_count < RA__APP_CONFIGS_MAX, "%s has more than %d configurations",
             app->name, RA__APP_CONFIGS_MAX);
    void *value = ra_arena_try_alloc(app->arena, bind->size);
    RA_CHECK(value, "no memory for the configuration %s", bind->name);
    app->configs[app->config_count++] = (ra__app_config){bind, value};
}

const void *ra_config_(ra_ctx *ctx, const ra_bind *bind)
{
    ra_app *app = ra__app_of(ctx);
    ra__app_config *config = find_config(app, bind);
    RA_CHECK(config, "%s has no configuration %s: ra_app_config(app, %s)", app->name, bind->name,
             bind->name);
    return config->value;
}

static bool is_sound(const ra_bind *bind)
{
    ra__faults faults;
    ra__faults_init(&faults);
    ra__plan_seal(bind, &faults);
    bool sound = faults.count == 0;
    ra__faults_deinit(&faults);
    return sound;
}

bool ra__app_add_options(ra_app *app, ra__options *options)
{
    for (unsigned i = 0; i < app->config_count; i++)
        if (!is_sound(app->configs[i].bind))
            return false;
    for (unsigned i = 0; i < app->config_count; i++)
        ra__options_add(options, app->configs[i].bind, app->configs[i].value, false);
    return true;
}

static char *no_environment(const char *name)
{
    (void)name;
    return NULL;
}

void ra__app_configure(ra_app *app, ra_str lines, ra__settings *out, ra__faults *faults)
{
    ra__options *options = ra_arena_try_alloc(app->arena, sizeof *options);
    RA_CHECK(options, "no memory for the options");
    ra__options_init(options, app->arena, app->name, faults);
    ra__settings_init(out, app->arena, app->name);
    ra__settings_add(out, options, ra__app_uses_database(app));
    if (!ra__app_add_options(app, options))
        return; // what is wrong with the tables is told with all other faults
    ra__options_read_lines(options, "configuration", lines);
    ra__options_finish(options);
    ra__settings_finish(out, options, app->modules, no_environment);
}
