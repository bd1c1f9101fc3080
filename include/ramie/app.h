// SPDX-License-Identifier: MIT OR Apache-2.0
// app: one program: configuration, state, life cycle, health, the command line.
//
//   int main(int argc, char **argv)
//   {
//       ra_app *app = ra_app_new("items", "1.0.0");
//       ra_app_use(app, ra_sqlite());
//       ra_app_migrations(app, migrations);
//       ra_post(app, "/items", create_item, new_item, receipt, .status = 201);
//       return ra_app_main(app, argc, argv);
//   }
//
// An app is built on one thread, before it runs. Wrong use here (two states of one type, a 33rd hook) is a bug of the
// program and traps with a sentence; faults of tables and routes are collected and shown all at once at start.
#ifndef RAMIE_APP_H
#define RAMIE_APP_H

#include <ramie/http.h>
#include <ramie/log.h>
#include <ramie/sql.h>

#ifdef __cplusplus
extern "C" {
#endif

// ---- a service ------------------------------------------------------------------------------------

/// A new app, with the health routes and nothing else.
///
/// @param name     of the program: "items". Up to 63 characters; its capitals begin the variables (ITEMS_LISTEN), it
///                 names the default database (sqlite:./items.db). Static text.
/// @param version  told by --version and /health. Static text.
/// @return the app, never NULL. ra_app_main or ra_test_init takes it over.
/// @suspends no.  @threads one.
/// @example examples/hello/main.c
ra_app *ra_app_new(const char *name, const char *version);

/// Serve: read options, check all tables and routes, take the address, open and migrate the database, run the start hooks,
/// answer until SIGTERM or SIGINT, drain, run the stop hooks, free the app.
///
/// Options come from flags, the environment and a file of `key = value` lines (--config); --help prints them all. GET
/// /health, /livez, /readyz and /startupz are answered outside the app's middleware.
/// Signals: TERM, INT drain (a second one ends at once, with 128 + its number); QUIT writes all fibers to standard error;
/// HUP drains a program that was started on a terminal and is ignored otherwise; PIPE is ignored. A crash is reported with
/// its fiber and route.
///
/// @param app   taken over and freed.
/// @param argc  of main.
/// @param argv  of main; borrowed until the end.
/// @return the exit status of main: 0 stopped well; 1 tables, routes or a start hook are wrong; 2 wrong
///         options; 4 the address is taken or the database cannot be used. Each is told on standard
///         error. --check tells what is wrong with options, tables and routes at once: 0 or 1.
/// @suspends no: it blocks the calling thread, which runs no fiber.  @threads main, before any other thread; once.
/// @example examples/items/main.c
int ra_app_main(ra_app *app, int argc, char **argv);

/// Run one function as the first fiber of a program without a server, and join all that it started.
///
/// SIGINT and SIGTERM cancel that fiber (a second one ends at once); QUIT and crashes as in ra_app_main.
///
/// @param first  the fiber; its groups may use every CPU.
/// @return the exit status of main: 0 when `first` returned RA_OK; 128 + the signal when it was cancelled by one; else 1,
///         and `error: ` with its message on standard error. 4: the system gives no threads.
/// @suspends no: it blocks the calling thread.  @threads main, before any other thread; once.
/// @example examples/tasks/main.c
int ra_run(ra_status (*first)(ra_ctx *ctx));

// ---- what it is made of -----------------------------------------------------------------------------

/// Link a driver: ra_app_use(app, ra_sqlite()). The URL of --database then chooses among those used; without any, the app
/// has no database and no such option.
///
/// @param app     being built.
/// @param module  static; at most 4.
/// @suspends no.  @threads one.
/// @example examples/items/items.c
void ra_app_use(ra_app *app, const ra_module *module);

/// The database's schema, in order. At start what is missing is applied, each step in a transaction of its own; a step that
/// was changed after it had been applied stops the start.
///
/// @param app   being built.
/// @param list  ended by an empty one; static; once an app.
/// @suspends no.  @threads one.
/// @example examples/items/items.c
void ra_app_migrations(ra_app *app, const ra_migration *list);

/// A fiber of the app's own life. An error is told: of a start hook it stops the start, of a stop hook the stop goes on.
typedef ra_status ra_hook_fn(ra_ctx *ctx);

/// Run before the first request; configuration and a migrated database are there. In order; at most 32. Clients that come
/// meanwhile wait.
///
/// @param app  being built.
/// @param fn   may suspend; its error ends the program with status 1.
/// @suspends no.  @threads one.
/// @example tests/compile/programs/config.c
void ra_app_on_start(ra_app *app, ra_hook_fn *fn);

/// Run after the last request, while database and background fibers are still there. In order; at most 32; all together
/// have as long as --drain-timeout.
///
/// @param app  being built.
/// @param fn   may suspend; its error is logged.
/// @suspends no.  @threads one.
/// @example tests/unit/app/service_test.c
void ra_app_on_stop(ra_app *app, ra_hook_fn *fn);

/// A fiber that lives as long as the service: started after the start hooks, cancelled after the stop hooks.
///
/// @param app   being built.
/// @param name  shown in dumps and logs; static.
/// @param fn    may suspend and return early; an error is logged, it is not started again. At most 32.
/// @suspends no.  @threads one.
/// @example tests/unit/app/service_test.c
void ra_app_background(ra_app *app, const char *name, ra_hook_fn *fn);

/// What ra_app_state calls.
///
/// @param app    being built.
/// @param type   the type's name: one state a type, at most 32.
/// @param bytes  its size.
/// @param state  borrowed as long as the app.
/// @suspends no.  @threads one.
void ra_app_state_(ra_app *app, const char *type, size_t bytes, void *state);

/// What ra_state calls.
///
/// @param ctx    of a handler, a hook, or a fiber that one of them started.
/// @param type   as it was given.
/// @param bytes  its size.
/// @return the state; a type that was never given traps.
/// @suspends no.  @threads any.
void *ra_state_(ra_ctx *ctx, const char *type, size_t bytes);

/// What ra_app_config calls.
///
/// @param app   being built.
/// @param bind  the table; at most 8 an app.
/// @suspends no.  @threads one.
void ra_app_config_(ra_app *app, const ra_bind *bind);

/// What ra_config calls.
///
/// @param ctx   of a handler, a hook, or a fiber that one of them started.
/// @param bind  the table.
/// @return the values, read-only; a table that was never given traps.
/// @suspends no.  @threads any.
const void *ra_config_(ra_ctx *ctx, const ra_bind *bind);

#ifdef __cplusplus
}
#else

// A failed check in a macro below is reported by gcc at the user's line, not here.
#pragma GCC system_header

/// A value that all handlers share: ra_app_state(app, counters, &shared); in a handler ra_state(ctx, counters)->hits.
/// All shards use it at once: atomics, channels or a ra_mutex guard what changes.
///
/// @param app    being built.
/// @param T      its type: the key under which ra_state finds it.
/// @param state  T *; borrowed as long as the app.
/// @suspends no.  @threads one.
#define ra_app_state(app, T, state)                                                                \
    ra_app_state_((app), #T, sizeof(T), _Generic(state, T * : (state)))

/// The state of type T, as T *. Never NULL.
#define ra_state(ctx, T) ((T *)ra_state_((ctx), #T, sizeof(T)))

/// A struct with RA_BIND whose members are options of the program: `double tax_rate` is --tax-rate, ITEMS_TAX_RATE and
/// tax_rate in the --config file, in this order of strength, then its .def. .doc and .example show in --help; .min, .max
/// and the other rules are checked at start; a .secret is never shown and refused as a flag.
/// A unit in a name is left out outside and says how the value is written: `int64_t refresh_ns` is --refresh 1m30s,
/// `uint64_t cache_bytes_max` is --cache-max 64MiB. The table itself speaks C's unit: .def =
/// "90000000000" is 1m30s. A list takes the flag or the line again for each item; in the environment
/// it is one variable with commas.
///
/// @param app  being built.
/// @param T    bool, numbers, text, time, enums, lists and optionals of them.
/// @suspends no.  @threads one.
/// @example examples/items/items.c
#define ra_app_config(app, T) ra_app_config_((app), ra_bind_of(T))

/// The configuration of type T, as const T *. Never NULL; read-only from start to end.
#define ra_config(ctx, T) ((const T *)ra_config_((ctx), ra_bind_of(T)))
#endif

#endif
