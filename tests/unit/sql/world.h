// SPDX-License-Identifier: MIT OR Apache-2.0
// world: a simulated program with a database, for the tests of sql. The test's own frames are a
// fiber of shard 0, so it calls SQL like a handler; the writer is the extra shard.
#ifndef RAMIE_TESTS_UNIT_SQL_WORLD_H
#define RAMIE_TESTS_UNIT_SQL_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "io/sim.h"
#include "obs/log.h"
#include "sql/db.h"

enum { WORLD_SHARDS = 2 };

typedef struct {
    ra__sim *sim;
    ra__runtime *runtime;
    ra_db *db;
    ra_ctx *ctx;
} world;

static const ra_module *const *world_modules(void)
{
    static const ra_module *modules[2];
    modules[0] = ra_sqlite();
    return modules;
}

/// Lines are kept: a test that expects errors is silent.
__attribute__((unused)) static void world_open_log(ra__runtime *runtime)
{
    const ra__log_opts opts = {.level = RA_LOG_DEBUG, .format = RA__LOG_JSON, .fd = RA__LOG_KEEP};
    assert_int_equal(ra__log_open(runtime, &opts), RA_OK);
}

__attribute__((unused)) static world world_open(const char *url)
{
    world w = {0};
    const ra__sim_opts opts = {.seed = 1, .shards = WORLD_SHARDS, .extras = 1, .calm = true};
    assert_int_equal(ra__sim_new(&w.sim, &opts), RA_OK);
    w.runtime = ra__sim_runtime(w.sim);
    world_open_log(w.runtime);
    RA_SCOPED(ra_buf, message, ra_buf_init(1024));
    const ra__db_opts db_opts = {.in_simulation = true};
    ra_status status = ra__db_open(&w.db, w.runtime, url, world_modules(), &db_opts, &message);
    if (status != RA_OK) {
        fail_msg("%s: %s " RA_STR_FMT, url, ra_status_name(status),
                 RA_STR_ARG(ra_buf_str(&message)));
    }
    w.ctx = ra__host_open(w.runtime, 0);
    w.ctx->slots[RA__SLOT_DB] = w.db;
    return w;
}

__attribute__((unused)) static void world_close(world *w)
{
    ra__host_close(w->ctx);
    ra__runtime_stop(w->runtime);
    ra__db_close(w->db);
    ra__log_close();
    ra__sim_free(w->sim);
}

/// A script that has to work.
__attribute__((unused)) static void world_script(world *w, const char *sql)
{
    ra_status status = ra__db_script(w->ctx, w->db, sql);
    if (status != RA_OK)
        fail_msg("%s: " RA_STR_FMT, ra_status_name(status), RA_STR_ARG(ra_ctx_message(w->ctx)));
}

#define assert_status(call, expected)                                                              \
    do {                                                                                           \
        ra_status got_ = (call);                                                                   \
        if (got_ != (expected))                                                                    \
            fail_msg("%s is %s, not %s", #call, ra_status_name(got_), ra_status_name(expected));   \
    } while (0)

#define assert_text(str, expected)                                                                 \
    do {                                                                                           \
        ra_str text_ = (str);                                                                      \
        if (!ra_str_equal(text_, ra_str_of(expected)))                                             \
            fail_msg("%s is \"" RA_STR_FMT "\", not \"%s\"", #str, RA_STR_ARG(text_), (expected)); \
    } while (0)

#endif
