// SPDX-License-Identifier: MIT OR Apache-2.0
// health: /health is for people, the others are the three questions of an orchestrator:
//
//   /livez     is the process worth keeping? Answered by any shard, asks no dependency.
//   /readyz    may it get requests? Started, not draining, the database answers. ?verbose: each.
//   /startupz  has it started?
#include "private/health.h"

#include "private/app.h"

typedef struct {
    bool started, draining, database;
} condition;

static condition condition_of(ra_ctx *ctx)
{
    const ra__service *service = ra__app_of(ctx)->service;
    ra__service_phase phase = service ? ra__service_phase_of(service) : RA__SERVICE_STARTING;
    ra_db *db = service ? ra__service_db(service) : NULL;
    return (condition){
        .started = phase != RA__SERVICE_STARTING,
        .draining = phase >= RA__SERVICE_DRAINING,
        .database = !db || ra__db_ready(ctx, db) == RA_OK,
    };
}

static bool is_ready(const condition *now)
{
    return now->started && !now->draining && now->database;
}

/// Never from a cache: the answer is about this moment.
static ra_status begin(ra_ctx *ctx, bool fine)
{
    ra_ctx_clear(ctx); // a failed check is an answer here, not an error
    ra_reply_status(ctx, fine ? 200 : 503);
    RA_TRY(ra_reply_header(ctx, "Content-Type", "application/json"));
    return ra_reply_header(ctx, "Cache-Control", "no-store");
}

static ra_status health(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    (void)req;
    condition now = condition_of(ctx);
    bool fine = is_ready(&now);
    RA_TRY(begin(ctx, fine));
    return ra_response_printf(ctx, res, "{\"status\":\"%s\",\"version\":\"%s\"}",
                              fine ? "healthy" : "unhealthy", ra__app_version(ra__app_of(ctx)));
}

static ra_status livez(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    (void)req;
    RA_TRY(begin(ctx, true));
    return ra_response_write(ctx, res, RA_STR("{\"status\":\"alive\"}"));
}

static const char *passed(bool fine)
{
    return fine ? "ok" : "failed";
}

/// How evenly the shards work: requests answered by each.
static ra_status write_shards(ra_ctx *ctx, ra_response *res)
{
    const ra__service *service = ra__app_of(ctx)->service;
    const ra__http *http = ra__service_http(service);
    unsigned count = ra__runtime_shard_count(ra__shard_runtime(ctx->shard));
    for (unsigned i = 0; i < count; i++)
        RA_TRY(ra_response_printf(ctx, res, "%s{\"requests\":%" PRIu64 "}", i ? "," : "",
                                  ra__http_requests(http, i)));
    return RA_OK;
}

static ra_status readyz(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    condition now = condition_of(ctx);
    bool fine = is_ready(&now);
    const char *status = fine ? "ready" : "unready";
    RA_TRY(begin(ctx, fine));
    if (ra_is_absent(ra_request_query(req, "verbose")))
        return ra_response_printf(ctx, res, "{\"status\":\"%s\"}", status);
    RA_TRY(ra_response_printf(ctx, res,
                              "{\"status\":\"%s\",\"checks\":{\"started\":\"%s\",\"not_draining\":"
                              "\"%s\",\"database\":\"%s\"},\"shards\":[",
                              status, passed(now.started), passed(!now.draining),
                              passed(now.database)));
    RA_TRY(write_shards(ctx, res));
    return ra_response_write(ctx, res, RA_STR("]}"));
}

static ra_status startupz(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    (void)req;
    bool started = condition_of(ctx).started;
    RA_TRY(begin(ctx, started));
    return ra_response_printf(ctx, res, "{\"status\":\"%s\"}", started ? "started" : "starting");
}

void ra__health_routes(ra_routes *routes)
{
    ra__routes_builtin(routes, "GET", "/health", health, true);
    ra__routes_builtin(routes, "GET", "/livez", livez, true);
    ra__routes_builtin(routes, "GET", "/readyz", readyz, true);
    ra__routes_builtin(routes, "GET", "/startupz", startupz, true);
}
