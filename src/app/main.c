// SPDX-License-Identifier: MIT OR Apache-2.0
// main: ra_app_main, a service from its command line to its exit status.
//
//   options -> signals -> log -> tables and routes checked -> address taken -> database opened
//   -> threads -> the service lives (service.h) -> threads joined -> database closed -> log written
//
// Everything before the threads runs on the main thread alone, so each failure is told in order and
// leaves nothing behind.
#include "base/assert.h"
#include "base/heap.h"
#include "os/os.h"
#include "private/app.h"
#include "private/process.h"
#include "private/settings.h"

#include <stdlib.h>

enum { EXIT_FINE = 0, EXIT_FAULT = 1, EXIT_USAGE = 2, EXIT_ENVIRONMENT = 4 };
enum { HELP_BYTES_MAX = 64 << 10, MESSAGE_BYTES_MAX = 4096 };

typedef struct {
    ra_app *app;
    ra__options options;
    ra__command command;
    ra__settings settings;
    ra__faults faults;
    ra__process process;
    ra__runtime *runtime;
    ra__service *service;
    bool told; // that it listens
} program;

// ---- words for people

/// Each line with the program's name before it.
static void print_faults(const program *p)
{
    ra_str text = ra_buf_str(&p->faults.text), line;
    while (text.len > 0 && ra_str_split(&text, '\n', &line))
        ra__os_print(2, "%s: " RA_STR_FMT "\n", p->app->name, RA_STR_ARG(line));
}

static void print_help(const program *p)
{
    RA_SCOPED(ra_buf, text, ra_buf_init(HELP_BYTES_MAX));
    RA_DISCARD(ra__options_help(&p->options, p->app->version, &text));
    RA_DISCARD(ra__os_write_all(1, ra_buf_str(&text)));
}

static void print_address(const program *p)
{
    char addr[56];
    int len = (int)ra__addr_print(addr, ra__service_addr(p->service));
    ra__os_print(1, "%s %s listens on http://%.*s (pid %d); Ctrl-C stops\n", p->app->name,
                 p->app->version, len, addr, ra__os_process_id());
}

// ---- options

static void read_options(program *p, int argc, char **argv)
{
    ra__options_init(&p->options, p->app->arena, p->app->name, &p->faults);
    ra__settings_init(&p->settings, p->app->arena, p->app->name);
    ra__settings_add(&p->settings, &p->options, ra__app_uses_database(p->app));
    if (!ra__app_add_options(p->app, &p->options))
        return; // run() tells the faults of all tables and routes
    ra__options_read_arguments(&p->options, argc, argv, &p->command);
    if (p->command.help || p->command.version)
        return;
    ra__options_read_environment(&p->options, &p->command, getenv);
    if (p->command.file)
        ra__options_read_file(&p->options, p->command.file);
    ra__options_finish(&p->options);
    ra__settings_finish(&p->settings, &p->options, p->app->modules, getenv);
}

// ---- serving

static void ring(void *arg)
{
    program *p = arg;
    ra__process_ring(&p->process);
}

static bool has_ended(void *arg)
{
    program *p = arg;
    ra__service_phase phase = ra__service_phase_of(p->service);
    if (phase == RA__SERVICE_READY && !p->told) {
        p->told = true;
        print_address(p);
    }
    return phase == RA__SERVICE_ENDED;
}

static void stop(void *arg)
{
    program *p = arg;
    ra__service_stop(p->service);
}

static int serve(program *p)
{
    RA_SCOPED(ra_buf, why, ra_buf_init(MESSAGE_BYTES_MAX));
    if (ra__service_open(p->service, &why) != RA_OK) {
        ra__os_print(2, "%s: " RA_STR_FMT "\n", p->app->name, RA_STR_ARG(ra_buf_str(&why)));
        return EXIT_ENVIRONMENT;
    }
    if (ra__runtime_start(p->runtime) != RA_OK) {
        ra__os_print(2, "%s: the system refuses to start threads\n", p->app->name);
        return EXIT_ENVIRONMENT;
    }
    ra__service_start(p->service);
    ra__process_wait(&p->process, has_ended, stop, p);
    ra__runtime_stop(p->runtime);

    const char *message = "";
    ra_status status = ra__service_status(p->service, &message);
    if (status == RA_OK || p->process.asked > 0)
        return EXIT_FINE;
    bool database = ra__service_failed_at_database(p->service);
    ra__os_print(2, "%s: %s: %s\n", p->app->name,
                 database ? "the database cannot be migrated" : "cannot start", message);
    return database ? EXIT_ENVIRONMENT : EXIT_FAULT;
}

static int check_and_serve(program *p)
{
    ra__service_opts opts = {.settings = &p->settings, .changed = ring, .arg = p};
    ra_status status = ra__service_new(&p->service, p->app, p->runtime, &opts, &p->faults);
    if (p->faults.count > 0) {
        print_faults(p);
        return EXIT_FAULT;
    }
    if (status != RA_OK) {
        ra__os_print(2, "%s: cannot start: %s\n", p->app->name, ra_status_message(status));
        return EXIT_FAULT;
    }
    if (p->command.check) {
        ra__os_print(1, "ok\n");
        return EXIT_FINE;
    }
    return serve(p);
}

static ra_status make_runtime(program *p)
{
    ra__runtime_opts opts = {
        .shards = p->settings.shards,
        .extras = ra__app_uses_database(p->app) ? 1 : 0, // SQLite's writer
        .backend = &ra__epoll_backend,
        .background_failed = ra__process_background_failed,
    };
    ra__log_opts log = {.level = p->settings.log_level,
                        .format = p->settings.log_format,
                        .access = p->settings.access_log,
                        .fd = 2};
    RA_TRY(ra__runtime_new(&p->runtime, &opts));
    p->process.runtime = p->runtime;
    return ra__log_open(p->runtime, &log);
}

static int run(program *p)
{
    if (!ra__process_open(&p->process))
        return EXIT_ENVIRONMENT;
    int code = EXIT_ENVIRONMENT;
    ra_status status = make_runtime(p);
    if (status == RA_OK)
        code = check_and_serve(p);
    else
        ra__os_print(2, "%s: cannot start: %s\n", p->app->name, ra_status_message(status));
    ra__service_free(p->service);
    ra__log_close();
    ra__runtime_free(p->runtime);
    ra__process_close(&p->process);
    return code;
}

static int run_command(program *p, int argc, char **argv)
{
    read_options(p, argc, argv);
    if (p->command.help) {
        print_help(p);
        return EXIT_FINE;
    }
    if (p->command.version) {
        ra__os_print(1, "%s %s\n", p->app->name, p->app->version);
        return EXIT_FINE;
    }
    if (p->faults.count > 0 && !p->command.check) {
        print_faults(p);
        ra__os_print(2, "%s: --help lists all options\n", p->app->name);
        return EXIT_USAGE;
    }
    return run(p);
}

int ra_app_main(ra_app *app, int argc, char **argv)
{
    program *p = ra__heap_alloc_zeroed(1, sizeof *p);
    RA_CHECK(p, "no memory to start");
    p->app = app;
    ra__faults_init(&p->faults);
    int code = run_command(p, argc, argv);
    ra__faults_deinit(&p->faults);
    ra__heap_free(p);
    ra__app_free(app);
    return code;
}
