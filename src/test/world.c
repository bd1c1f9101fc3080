// SPDX-License-Identifier: MIT OR Apache-2.0
#include "private/world.h"

#include "base/assert.h"
#include "base/heap.h"
#include "base/text.h"
#include "obs/log.h"
#include "os/os.h"

#include <stdlib.h>

enum {
    REPLIES_BYTES_MAX = 256 << 20,
    STEPS_MAX = 1000 * 1000, // a world that does not come to rest by then never will
};
static const int64_t year_2000_ns = INT64_C(946684800) * 1000000000;

// ---- begin

static uint64_t seed_of(const ra_test_opts *opts)
{
    int64_t seed = 1;
    const char *text = getenv("RA_TEST_SEED");
    if (opts->seed)
        return opts->seed;
    if (text && ra__i64_parse(ra_str_of(text), &seed) != RA_OK)
        ra__trap(__FILE__, __LINE__, "RA_TEST_SEED is not a number: %s", text);
    return (uint64_t)seed;
}

/// "tax_rate=0.07 greeting=hi" has a line a word; with a line end in it, it is lines already.
static ra_str config_lines(ra_arena *arena, const char *config)
{
    ra_str lines = RA_STR("");
    if (!config)
        return lines;
    RA_CHECK(ra__arena_try_copy(arena, ra_str_of(config), &lines), "no memory for the test");
    if (memchr(lines.ptr, '\n', lines.len))
        return lines;
    for (size_t i = 0; i < lines.len; i++)
        if (lines.ptr[i] == ' ')
            ((char *)lines.ptr)[i] = '\n';
    return lines;
}

static void refuse_faults(ra__faults *faults)
{
    if (faults->count > 0) {
        RA_DISCARD(ra__os_write_all(2, ra_buf_str(&faults->text)));
        ra__trap(__FILE__, __LINE__, "ra_test_init: faults of the app, listed above: %u",
                 faults->count);
    }
}

static void make_sim(ra__world *world, const ra_test_opts *opts)
{
    ra__sim_opts sim = {
        .seed = seed_of(opts),
        .shards = 1,
        .extras = ra__app_uses_database(world->app) ? 1 : 0,
        .now = opts->now.unix_ns ? opts->now : (ra_time){year_2000_ns},
        .calm = true,
    };
    RA_CHECK(ra__sim_new(&world->sim, &sim) == RA_OK, "no memory for the simulation");
    world->runtime = ra__sim_runtime(world->sim);
}

static void make_service(ra__world *world, const ra_test_opts *opts, ra__faults *faults)
{
    world->settings.database = ra_str_of(opts->database ? opts->database : "sqlite::memory:");
    ra__service_opts service = {
        .settings = &world->settings,
        .db = {.in_simulation = true},
    };
    ra_status status =
        ra__service_new(&world->service, world->app, world->runtime, &service, faults);
    refuse_faults(faults);
    RA_CHECK(status == RA_OK, "ra_test_init: %s", ra_status_message(status));

    RA_SCOPED(ra_buf, why, ra_buf_init(4096));
    status = ra__service_open(world->service, &why);
    RA_CHECK(status == RA_OK, "ra_test_init: " RA_STR_FMT, RA_STR_ARG(ra_buf_str(&why)));
}

static bool has_started(void *arg)
{
    ra__world *world = arg;
    return ra__service_phase_of(world->service) != RA__SERVICE_STARTING;
}

static void start(ra__world *world)
{
    const char *message = "";
    ra__service_start(world->service);
    RA_CHECK(ra__sim_run(world->sim, has_started, world, STEPS_MAX),
             "ra_test_init: the app waits for ever in its start");
    if (ra__service_phase_of(world->service) == RA__SERVICE_ENDED) {
        RA_DISCARD(ra__service_status(world->service, &message));
        ra__trap(__FILE__, __LINE__, "ra_test_init: the app cannot start: %s", message);
    }
}

static void open_host(ra__world *world)
{
    world->host = ra__host_open(world->runtime, 0);
    RA_CHECK(world->host, "no memory for the test's fiber");
    memcpy(world->host->slots, ra__service_ctx(world->service, 0)->slots,
           sizeof world->host->slots);
}

ra__world *ra__world_new(const ra_test_opts *opts)
{
    ra__world *world = ra__heap_alloc_zeroed(1, sizeof *world);
    RA_CHECK(world && opts->app, "ra_test_init needs .app");
    world->app = opts->app;
    world->replies = ra_arena_new(NULL, REPLIES_BYTES_MAX);
    RA_CHECK(world->replies, "no memory for the test");
    ra__faults faults;
    ra__faults_init(&faults);
    ra__app_configure(world->app, config_lines(world->replies, opts->config), &world->settings,
                      &faults);
    refuse_faults(&faults);

    make_sim(world, opts);
    ra__log_opts log = {.level = RA_LOG_INFO, .fd = RA__LOG_KEEP};
    ra__log_close(); // of a test that an assertion has left, or of the world around this one
    RA_CHECK(ra__log_open(world->runtime, &log) == RA_OK, "no memory for the test's log");
    make_service(world, opts, &faults);
    ra__faults_deinit(&faults);
    start(world);
    open_host(world);
    return world;
}

// ---- end

static bool has_ended(void *arg)
{
    ra__world *world = arg;
    return ra__service_phase_of(world->service) == RA__SERVICE_ENDED;
}

static unsigned fibers_left(const ra__world *world)
{
    unsigned left = 0;
    unsigned all =
        ra__runtime_shard_count(world->runtime) + (ra__app_uses_database(world->app) ? 1 : 0);
    for (unsigned i = 0; i < all; i++)
        left += ra__shard_fiber_count(ra__runtime_shard(world->runtime, i));
    return left;
}

static bool is_quiet(void *arg)
{
    const ra__world *world = arg;
    return fibers_left(world) == 0 && ra__sim_open_sockets(world->sim) == 0;
}

/// Which fibers are left, and where they were started and wait.
static void print_fibers(const ra__world *world)
{
    RA_SCOPED(ra_buf, dump, ra_buf_init(1 << 20));
    RA_DISCARD(ra__shard_dump(ra__runtime_shard(world->runtime, 0), &dump));
    RA_DISCARD(ra__os_write_all(2, ra_buf_str(&dump)));
}

void ra__world_free(ra__world *world)
{
    ra__host_close(world->host);
    ra__service_stop(world->service);
    bool ended = ra__sim_run(world->sim, has_ended, world, STEPS_MAX);
    ra__runtime_cancel_background(world->runtime);
    ra__sim_run(world->sim, is_quiet, world, STEPS_MAX);
    unsigned fibers = fibers_left(world);
    unsigned sockets = ra__sim_open_sockets(world->sim);
    if (!ended || fibers > 0) {
        print_fibers(world);
        ra__trap(__FILE__, __LINE__, "ra_test_deinit: %u fibers do not end, listed above", fibers);
    }
    RA_CHECK(sockets == 0, "ra_test_deinit: %u sockets are still open", sockets);

    ra__service_free(world->service);
    ra__log_close();
    ra__sim_free(world->sim);
    ra_arena_free(world->replies);
    ra__app_free(world->app);
    ra__heap_free(world);
}
