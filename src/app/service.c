// SPDX-License-Identifier: MIT OR Apache-2.0
#include "app/service.h"

#include "base/assert.h"
#include "base/heap.h"
#include "bind/plan.h"
#include "private/app.h"

#include <stdatomic.h>
#include <stdio.h>

struct ra__service {
    ra_app *app;
    ra__runtime *runtime;
    ra__service_opts opts;
    ra__http *http;
    ra_db *db;    // NULL: none
    ra_ctx *ctxs; // one a shard: slots that requests inherit
    ra_ctx **ctx_refs;
    unsigned shard_count;
    ra__addr addr;

    _Atomic int phase;
    ra__msg start, stop;
    // Shard 0's.
    ra__fiber *fiber;
    ra_chan *asked_to_stop, *drained; // closed when it happens
    bool migrating;
    ra_status status;
    char message[512];
};

static void enter(ra__service *service, ra__service_phase phase)
{
    atomic_store(&service->phase, phase);
    if (service->opts.changed)
        service->opts.changed(service->opts.arg);
}

// ---- make and open

static bool make_ctxs(ra__service *service)
{
    unsigned count = ra__runtime_shard_count(service->runtime);
    service->ctxs = ra__heap_alloc_zeroed(count, sizeof *service->ctxs);
    service->ctx_refs = ra__heap_alloc_zeroed(count, sizeof(ra_ctx *));
    if (!service->ctxs || !service->ctx_refs)
        return false;
    service->shard_count = count;
    for (unsigned i = 0; i < count; i++) {
        ra__ctx_init(&service->ctxs[i], ra__runtime_shard(service->runtime, i), NULL, NULL);
        service->ctxs[i].slots[RA__SLOT_APP] = service->app;
        service->ctx_refs[i] = &service->ctxs[i];
    }
    return true;
}

ra_status ra__service_new(ra__service **out, ra_app *app, ra__runtime *runtime,
                          const ra__service_opts *opts, ra__faults *faults)
{
    ra__service *service = ra__heap_alloc_zeroed(1, sizeof *service);
    if (!service)
        return RA_ERR_EXHAUSTED;
    *service =
        (ra__service){.app = app, .runtime = runtime, .opts = *opts, .addr = opts->settings->addr};
    app->service = service;
    *out = service;
    if (!make_ctxs(service))
        return RA_ERR_EXHAUSTED;

    ra__plans_seal(faults);
    ra__http_opts http = {.limits = opts->settings->limits, .server_name = app->name, .hold = true};
    return ra__http_new(&service->http, runtime, app->routes, service->ctx_refs, &http, faults);
}

static ra_status listen_failed(const ra__service *service, ra_status status, ra_buf *message)
{
    char addr[56];
    int len = (int)ra__addr_print(addr, &service->opts.settings->addr);
    if (status == RA_ERR_BUSY)
        RA_DISCARD(ra_buf_printf(
            message,
            "%.*s is taken by another program; choose another with --listen HOST:PORT or PORT=",
            len, addr));
    else
        RA_DISCARD(ra_buf_printf(message, "cannot listen on %.*s: %s", len, addr,
                                 status == RA_ERR_INVALID ? "not an address of this machine"
                                                          : ra_status_message(status)));
    return status;
}

static ra_status open_database(ra__service *service, ra_buf *message)
{
    ra_str url = service->opts.settings->database;
    RA_SCOPED(ra_buf, text, ra_buf_init(4096));
    RA_SCOPED(ra_buf, why, ra_buf_init(4096));
    RA_TRY(ra_buf_printf(&text, RA_STR_FMT, RA_STR_ARG(url)));
    ra_status status = ra__db_open(&service->db, service->runtime, text.ptr, service->app->modules,
                                   &service->opts.db, &why);
    if (status != RA_OK) {
        ra_str reason = why.len > 0 ? ra_buf_str(&why) : ra_str_of(ra_status_message(status));
        RA_DISCARD(ra_buf_printf(message, "cannot open the database " RA_STR_FMT ": " RA_STR_FMT,
                                 RA_STR_ARG(url), RA_STR_ARG(reason)));
        return status;
    }
    for (unsigned i = 0; i < service->shard_count; i++)
        service->ctxs[i].slots[RA__SLOT_DB] = service->db;
    return RA_OK;
}

ra_status ra__service_open(ra__service *service, ra_buf *message)
{
    ra_status status = ra__http_listen(service->http, &service->addr);
    if (status != RA_OK)
        return listen_failed(service, status, message);
    return ra__app_uses_database(service->app) ? open_database(service, message) : RA_OK;
}

// ---- the life of a service: one fiber

static ra_status run_background(ra_ctx *ctx, const ra__app_background *background)
{
    ra__fiber_set_label(ctx->fiber, background->name);
    ra_status status = background->fn(ctx);
    if (status != RA_OK && ra_ctx_status(ctx) == RA_OK)
        ra_log_error(ctx, "a background fiber failed", RA_KV("name", background->name),
                     RA_KV("error", ra_status_message(status)),
                     RA_KV("detail", ra_ctx_message(ctx)));
    return RA_OK;
}

static ra_status start_up(ra_ctx *ctx, ra__service *service)
{
    ra_app *app = service->app;
    service->migrating = app->migrations && service->db;
    if (service->migrating)
        RA_TRY(ra__db_migrate(ctx, service->db, app->migrations));
    service->migrating = false;
    for (unsigned i = 0; i < app->on_start_count; i++)
        RA_TRY(app->on_start[i](ctx));
    return RA_OK;
}

static void wait_closed(ra_ctx *ctx, ra_chan *chan)
{
    char none;
    RA_DISCARD(ra_chan_recv_(ctx, chan, &none, sizeof none));
}

static void on_drained(void *arg)
{
    ra__service *service = arg;
    ra_chan_close_(service->drained);
}

/// Waits for the last connection whatever becomes of ctx: `drained` is a channel of its memory.
static void drain_http(ra_ctx *ctx, ra__service *service, int64_t timeout_ns)
{
    RA_SCOPED(ra_shield, calm, ra_shield_for(ctx, INT64_MAX));
    ra__http_drain(service->http, timeout_ns, on_drained, service);
    wait_closed(ctx, service->drained);
}

static void drain(ra_ctx *ctx, ra__service *service)
{
    const ra__settings *settings = service->opts.settings;
    enter(service, RA__SERVICE_DRAINING);
    ra_log_info(ctx, "draining", RA_KV("connections", ra__http_connections(service->http)));
    if (settings->drain_delay_ns > 0)
        RA_DISCARD(ra_sleep(ctx, settings->drain_delay_ns));
    drain_http(ctx, service, settings->drain_timeout_ns);
}

/// The last hooks have as long as the requests had.
static void run_stop_hooks(ra_ctx *ctx, ra__service *service)
{
    ra_app *app = service->app;
    RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, service->opts.settings->drain_timeout_ns));
    for (unsigned i = 0; i < app->on_stop_count; i++) {
        ra_status status = app->on_stop[i](ctx);
        if (status != RA_OK)
            ra_log_error(ctx, "a stop hook failed", RA_KV("error", ra_status_message(status)),
                         RA_KV("detail", ra_ctx_message(ctx)));
        ra_ctx_clear(ctx);
    }
}

static ra_status serve(ra_ctx *ctx, ra__service *service)
{
    RA_GROUP(background, ctx, .keep_going = true);
    for (unsigned i = 0; i < service->app->background_count; i++)
        ra_group_go(&background, run_background, &service->app->background[i]);

    ra__http_accept(service->http);
    enter(service, RA__SERVICE_READY);
    wait_closed(ctx, service->asked_to_stop);
    drain(ctx, service);
    run_stop_hooks(ctx, service);
    return RA_OK; // the scope cancels and joins the background
}

static ra_status live(ra_ctx *ctx, void *arg)
{
    ra__service *service = arg;
    ra__fiber_set_label(ctx->fiber, "service");
    service->asked_to_stop = ra_chan_new(ctx, 1, 0);
    service->drained = ra_chan_new(ctx, 1, 0);
    ra_status status = start_up(ctx, service);
    if (status == RA_OK)
        return serve(ctx, service);
    drain_http(ctx, service, 0); // those who have connected meanwhile are turned away
    return status;
}

static void ended(ra_ctx *ctx, void *arg, ra_status status)
{
    ra__service *service = arg;
    ra_str message = ra_ctx_message(ctx);
    if (message.len == 0)
        message = ra_str_of(ra_status_message(status));
    snprintf(service->message, sizeof service->message, RA_STR_FMT, RA_STR_ARG(message));
    service->status = status;
    service->fiber = NULL;
    enter(service, RA__SERVICE_ENDED);
}

// ---- start and stop, from another thread

static void start_here(ra__msg *msg)
{
    ra__service *service = (ra__service *)((char *)msg - offsetof(ra__service, start));
    ra__shard *shard = ra__runtime_shard(service->runtime, 0);
    ra__spawn_opts opts = {.name = "service",
                           .file = __FILE__,
                           .line = __LINE__,
                           .inherit = &service->ctxs[0],
                           .ended = ended};
    service->fiber = ra__spawn(shard, live, service, &opts);
    RA_CHECK(service->fiber, "no memory for the first fiber");
}

static void stop_here(ra__msg *msg)
{
    ra__service *service = (ra__service *)((char *)msg - offsetof(ra__service, stop));
    ra__service_phase phase = ra__service_phase_of(service);
    if (phase == RA__SERVICE_READY)
        ra_chan_close_(service->asked_to_stop);
    else if (phase == RA__SERVICE_STARTING && service->fiber)
        ra__fiber_cancel(service->fiber, RA_ERR_CANCELED);
}

void ra__service_start(ra__service *service)
{
    service->start.fn = start_here;
    ra__shard_post(ra__runtime_shard(service->runtime, 0), &service->start);
}

void ra__service_stop(ra__service *service)
{
    service->stop.fn = stop_here;
    ra__shard_post(ra__runtime_shard(service->runtime, 0), &service->stop);
}

// ---- what others ask

ra__service_phase ra__service_phase_of(const ra__service *service)
{
    return (ra__service_phase)atomic_load(&service->phase);
}

ra_status ra__service_status(const ra__service *service, const char **message)
{
    *message = service->message;
    return service->status;
}

bool ra__service_failed_at_database(const ra__service *service)
{
    return service->status != RA_OK && service->migrating;
}

const ra__addr *ra__service_addr(const ra__service *service)
{
    return &service->addr;
}

ra__http *ra__service_http(const ra__service *service)
{
    return service->http;
}

ra_db *ra__service_db(const ra__service *service)
{
    return service->db;
}

const ra_ctx *ra__service_ctx(const ra__service *service, unsigned shard_index)
{
    return &service->ctxs[shard_index];
}

void ra__service_free(ra__service *service)
{
    if (!service)
        return;
    if (service->http)
        ra__http_free(service->http);
    if (service->db)
        ra__db_close(service->db);
    for (unsigned i = 0; i < service->shard_count; i++)
        ra__ctx_deinit(&service->ctxs[i]);
    ra__heap_free(service->ctxs);
    ra__heap_free(service->ctx_refs);
    service->app->service = NULL;
    ra__heap_free(service);
}
