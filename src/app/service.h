// SPDX-License-Identifier: MIT OR Apache-2.0
// service: an app at work on a runtime: database, routes, listener, hooks, drain. ra_app_main runs
// it on threads, the test folder and the simulation in a simulated world.
//
// The life of a service is one fiber on shard 0, straight through: migrate, start hooks, serve,
// drain, stop hooks. Connections made before the start hooks are through wait in the listen queue.
#ifndef RAMIE_APP_SERVICE_H
#define RAMIE_APP_SERVICE_H

#include "app/settings.h"
#include "base/fault.h"
#include "http/server.h"
#include "sql/db.h"

#include <ramie/app.h>

typedef struct ra__service ra__service;

typedef enum {
    RA__SERVICE_STARTING, // migrations, start hooks
    RA__SERVICE_READY,
    RA__SERVICE_DRAINING,
    RA__SERVICE_ENDED, // its fiber is gone; ra__service_status says how
} ra__service_phase;

/// Free an app that no service uses any more; NULL: nothing.
void ra__app_free(ra_app *app);
bool ra__app_uses_database(const ra_app *app);
const char *ra__app_version(const ra_app *app);
/// Settings and configuration from defaults and lines `key = value` alone (or words, "a=1 b=2"):
/// for worlds without a command line. The settings live as long as the app.
void ra__app_configure(ra_app *app, ra_str lines, ra__settings *out, ra__faults *faults);

typedef struct {
    const ra__settings *settings; // borrowed
    ra__db_opts db;
    /// A phase began; on shard 0's loop, in a fiber or not. NULL: nobody asks.
    void (*changed)(void *arg);
    void *arg;
} ra__service_opts;

/// Check tables and routes: faults are collected, RA_ERR_INVALID. Nothing is opened yet.
/// RA_ERR_EXHAUSTED.
RA_MUST_USE ra_status ra__service_new(ra__service **out, ra_app *app, ra__runtime *runtime,
                                      const ra__service_opts *opts, ra__faults *faults);
/// Take the address, then open the database; before the threads start. *message: one sentence on
/// what failed. RA_ERR_BUSY: the address is taken.
RA_MUST_USE ra_status ra__service_open(ra__service *service, ra_buf *message);
/// Begin to live. Any thread; the runtime runs.
void ra__service_start(ra__service *service);
/// Drain and end, or give up starting. Any thread, once.
void ra__service_stop(ra__service *service);

ra__service_phase ra__service_phase_of(const ra__service *service);
/// When ended: RA_OK, or what starting failed with; *message in words, until free.
ra_status ra__service_status(const ra__service *service, const char **message);
/// Starting failed in the migrations: the database is the problem, not the program.
bool ra__service_failed_at_database(const ra__service *service);
const ra__addr *ra__service_addr(const ra__service *service); // port filled in
ra__http *ra__service_http(const ra__service *service);
ra_db *ra__service_db(const ra__service *service); // NULL: none
/// A ctx whose slots every request of that shard inherits.
const ra_ctx *ra__service_ctx(const ra__service *service, unsigned shard_index);
/// When the shards have ended; NULL: nothing.
void ra__service_free(ra__service *service);

#endif
