// SPDX-License-Identifier: MIT OR Apache-2.0
// app: what ra_app_* collect, before anything runs. Read-only while the service runs, but for
// `service`.
#ifndef RAMIE_APP_PRIVATE_APP_H
#define RAMIE_APP_PRIVATE_APP_H

#include "app/service.h"
#include "private/options.h"

#include <ramie/app.h>

enum {
    RA__APP_HOOKS_MAX = 32,
    RA__APP_STATES_MAX = 32,
    RA__APP_CONFIGS_MAX = 8,
    RA__APP_MODULES_MAX = 4
};

typedef struct {
    const char *type;
    size_t bytes;
    void *value;
} ra__app_state;
typedef struct {
    const ra_bind *bind;
    void *value; // in the app's arena, filled before start
} ra__app_config;
typedef struct {
    const char *name;
    ra_hook_fn *fn;
} ra__app_background;

struct ra_app {
    const char *name, *version;
    ra_arena *arena;
    ra_routes *routes;
    const ra_migration *migrations;                    // NULL: none
    const ra_module *modules[RA__APP_MODULES_MAX + 1]; // NULL-terminated
    unsigned module_count;
    ra__app_state states[RA__APP_STATES_MAX];
    unsigned state_count;
    ra__app_config configs[RA__APP_CONFIGS_MAX];
    unsigned config_count;
    ra_hook_fn *on_start[RA__APP_HOOKS_MAX], *on_stop[RA__APP_HOOKS_MAX];
    unsigned on_start_count, on_stop_count;
    ra__app_background background[RA__APP_HOOKS_MAX];
    unsigned background_count;
    ra__service *service; // while one runs: for the health routes
};

/// The app that a ctx belongs to; traps when there is none.
ra_app *ra__app_of(const ra_ctx *ctx);
/// The configuration tables become options, their values live in the app. false: a table has faults,
/// which ra__service_new tells; none has become options.
RA_MUST_USE bool ra__app_add_options(ra_app *app, ra__options *options);

#endif
