// SPDX-License-Identifier: MIT OR Apache-2.0
// app: one program: configuration, state, life cycle, health, the command line.
#ifndef RAMIE_APP_H
#define RAMIE_APP_H

#include <ramie/http.h>
#include <ramie/log.h>
#include <ramie/sql.h>

#ifdef __cplusplus
extern "C" {
#endif

ra_app *ra_app_new(const char *name, const char *version);
/// Parse options, check everything, serve until SIGTERM, drain, free the app. The exit status of main.
int ra_app_main(ra_app *app, int argc, char **argv);
/// Run one function as the first fiber; print its error. The exit status of main.
int ra_run(ra_status (*first)(ra_ctx *ctx));

/// Link a driver: ra_app_use(app, ra_sqlite()); the URL then chooses.
void ra_app_use(ra_app *app, const ra_module *module);
/// In order, ended by an empty one; `ramie_embed_migrations(target db/migrations)` writes such a table.
void ra_app_migrations(ra_app *app, const ra_migration *list);

typedef ra_status ra_hook_fn(ra_ctx *ctx);
void ra_app_on_start(ra_app *app, ra_hook_fn *fn); // before the first request; configuration and database are there
void ra_app_on_stop(ra_app *app, ra_hook_fn *fn);  // after the last one
/// A fiber that lives as long as the service; cancelled at drain.
void ra_app_background(ra_app *app, const char *name, ra_hook_fn *fn);

void  ra_app_state_(ra_app *app, const char *type, size_t bytes, void *state);
void *ra_state_(ra_ctx *ctx, const char *type, size_t bytes);
void  ra_app_config_(ra_app *app, const ra_bind *bind);
const void *ra_config_(ra_ctx *ctx, const ra_bind *bind);

#ifdef __cplusplus
}
#else

// A failed check in a macro below is reported by gcc at the user's line, not here.
#pragma GCC system_header

/// ra_app_state(app, counters, &shared); in a handler: ra_state(ctx, counters)->hits. Shared by all shards.
#define ra_app_state(app, T, state) ra_app_state_((app), #T, sizeof(T), _Generic(state, T *: (state)))
#define ra_state(ctx, T) ((T *)ra_state_((ctx), #T, sizeof(T)))
/// Flags, environment and file fill it before start: --tax-rate, ITEMS_TAX_RATE, tax_rate. Read-only after.
#define ra_app_config(app, T) ra_app_config_((app), ra_bind_of(T))
#define ra_config(ctx, T) ((const T *)ra_config_((ctx), ra_bind_of(T)))
#endif

#endif
