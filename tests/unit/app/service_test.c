// SPDX-License-Identifier: MIT OR Apache-2.0
// The life of a service, step by step, in a calm simulated world.
#include "app/support.h"

#include "app/service.h"
#include "base/heap.h"
#include "io/sim.h"

enum { STEPS_MAX = 1000 * 1000 };

typedef struct {
    ra_app *app;
    ra__settings settings;
    ra__faults faults;
    ra__sim *sim;
    ra__runtime *runtime;
    ra__service *service;
    ra_ctx *host;
} world;

/// What happened, in order: "start;request;stop;"
static char story[512];

static void tell(const char *what)
{
    strcat(strcat(story, what), ";");
}

static world *world_new(ra_app *app)
{
    world *w = calloc(1, sizeof *w);
    w->app = app;
    story[0] = '\0';
    ra__faults_init(&w->faults);
    ra__app_configure(app, RA_STR(""), &w->settings, &w->faults);
    ra__sim_opts opts = {.seed = 1, .shards = 1, .extras = 1, .calm = true};
    assert_status(ra__sim_new(&w->sim, &opts), RA_OK);
    w->runtime = ra__sim_runtime(w->sim);
    return w;
}

static ra_status make_service(world *w)
{
    if (ra__app_uses_database(w->app))
        w->settings.database = RA_STR("sqlite::memory:");
    ra__service_opts opts = {.settings = &w->settings, .db = {.in_simulation = true}};
    return ra__service_new(&w->service, w->app, w->runtime, &opts, &w->faults);
}

static void open_service(world *w)
{
    RA_SCOPED(ra_buf, why, ra_buf_init(1024));
    assert_status(make_service(w), RA_OK);
    assert_faults(w, "");
    assert_status(ra__service_open(w->service, &why), RA_OK);
    w->host = ra__host_open(w->runtime, 0);
    ra__service_start(w->service);
}

typedef struct {
    world *w;
    ra__service_phase phase;
} awaited;

static bool is_in_phase(void *arg)
{
    awaited *a = arg;
    return ra__service_phase_of(a->w->service) == a->phase;
}

static bool reaches(world *w, ra__service_phase phase)
{
    awaited a = {w, phase};
    return ra__sim_run(w->sim, is_in_phase, &a, STEPS_MAX);
}

static void world_free(world *w)
{
    if (w->service && ra__service_phase_of(w->service) != RA__SERVICE_ENDED && w->host) {
        ra__service_stop(w->service);
        assert_true(reaches(w, RA__SERVICE_ENDED));
    }
    if (w->host)
        ra__host_close(w->host);
    ra__runtime_cancel_background(w->runtime);
    ra__sim_run(w->sim, NULL, NULL, STEPS_MAX);
    assert_int_equal(ra__sim_open_sockets(w->sim), 0);
    ra__service_free(w->service);
    ra__sim_free(w->sim);
    ra__faults_deinit(&w->faults);
    ra__app_free(w->app);
    free(w);
}

// ---- a client

static ra__sock *connect_to(world *w)
{
    ra__sock *sock = NULL;
    assert_status(ra__sock_connect(w->host, ra__service_addr(w->service), &sock), RA_OK);
    return sock;
}

static void send_get(world *w, ra__sock *sock, const char *path)
{
    char text[256];
    int len = snprintf(text, sizeof text, "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                       path);
    assert_status(ra__sock_write_all(w->host, sock, text, (size_t)len), RA_OK);
}

/// The whole answer, in static memory; closes.
static const char *answer_of(world *w, ra__sock *sock)
{
    static char text[8192];
    size_t len = 0, got = 1;
    while (got > 0 &&
           ra__sock_read(w->host, sock, text + len, sizeof text - 1 - len, &got) == RA_OK)
        len += got;
    text[len] = '\0';
    ra__sock_close(sock, false);
    return text;
}

static const char *get(world *w, const char *path)
{
    ra__sock *sock = connect_to(w);
    send_get(w, sock, path);
    return answer_of(w, sock);
}

#define assert_answer(text, status, body)                                                          \
    do {                                                                                           \
        const char *answer_ = (text);                                                              \
        assert_memory_equal(answer_, "HTTP/1.1 " status, sizeof("HTTP/1.1 " status) - 1);          \
        assert_non_null(strstr(answer_, "\r\n\r\n"));                                              \
        assert_string_equal(strstr(answer_, "\r\n\r\n") + 4, body);                                \
    } while (0)

// ---- handlers and hooks

static ra_status hello(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    (void)req;
    tell("request");
    return ra_response_write(ctx, res, RA_STR("hi"));
}

static ra_status slow(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    (void)req;
    tell("slow begins");
    RA_TRY(ra_sleep(ctx, RA_SECONDS(3)));
    tell("slow ends");
    return ra_response_write(ctx, res, RA_STR("late"));
}

static ra_status start_slowly(ra_ctx *ctx)
{
    RA_TRY(ra_sleep(ctx, RA_SECONDS(10)));
    tell("start");
    return RA_OK;
}

static ra_status stop(ra_ctx *ctx)
{
    (void)ctx;
    tell("stop");
    return RA_OK;
}

static ra_status fail_to_start(ra_ctx *ctx)
{
    RA_TRY(ra_sleep(ctx, RA_SECONDS(1)));
    return ra_fail(ctx, RA_ERR_UNAVAILABLE, "there is no broker");
}

static ra_status work(ra_ctx *ctx)
{
    tell("work");
    ra_status status = ra_sleep(ctx, RA_HOURS(1));
    tell(ra_status_name(status));
    return status;
}

static ra_app *simple_app(void)
{
    ra_app *app = ra_app_new("simple", "2.0.0");
    ra_raw(app, "GET", "/", hello);
    ra_raw(app, "GET", "/slow", slow);
    return app;
}

// ---- memory

static bool refuse_nth(void *arg, size_t bytes)
{
    unsigned *left = arg;
    (void)bytes;
    return (*left)-- != 1;
}

// ---- tests

static void hooks_requests_and_background_come_in_order(void **state)
{
    (void)state;
    ra_app *app = simple_app();
    ra_app_on_start(app, start_slowly);
    ra_app_on_stop(app, stop);
    ra_app_background(app, "worker", work);
    world *w = world_new(app);
    open_service(w);
    assert_true(reaches(w, RA__SERVICE_READY));
    assert_answer(get(w, "/"), "200 ", "hi");
    world_free(w);
    assert_string_equal(story, "start;work;request;stop;RA_ERR_CANCELED;");
}

static void clients_that_come_while_it_starts_wait_and_are_answered(void **state)
{
    (void)state;
    ra_app *app = simple_app();
    ra_app_on_start(app, start_slowly);
    world *w = world_new(app);
    open_service(w);
    ra__sock *early = connect_to(w);
    send_get(w, early, "/");
    assert_int_equal(ra__service_phase_of(w->service), RA__SERVICE_STARTING);
    assert_answer(answer_of(w, early), "200 ", "hi");
    assert_string_equal(story, "start;request;");
    world_free(w);
}

static void a_start_that_fails_ends_it_with_its_message(void **state)
{
    (void)state;
    ra_app *app = simple_app();
    ra_app_on_start(app, fail_to_start);
    ra_app_on_stop(app, stop);
    world *w = world_new(app);
    open_service(w);
    ra__sock *early = connect_to(w);
    send_get(w, early, "/");
    assert_true(reaches(w, RA__SERVICE_ENDED));
    const char *message = "";
    assert_status(ra__service_status(w->service, &message), RA_ERR_UNAVAILABLE);
    assert_string_equal(message, "there is no broker");
    assert_false(ra__service_failed_at_database(w->service));
    assert_string_equal(answer_of(w, early), "");
    assert_string_equal(story, "");
    world_free(w);
}

static void a_start_that_fails_ends_after_the_last_connection(void **state)
{
    (void)state;
    ra_app *app = simple_app();
    ra_app_on_start(app, fail_to_start);
    world *w = world_new(app);
    w->settings.drain_timeout_ns = 0;
    open_service(w);
    ra__sock *early = connect_to(w);
    assert_true(reaches(w, RA__SERVICE_ENDED));
    assert_int_equal(ra__http_connections(ra__service_http(w->service)), 0);
    assert_string_equal(answer_of(w, early), "");
    world_free(w);
}

static void a_stop_while_it_starts_gives_up_starting(void **state)
{
    (void)state;
    ra_app *app = simple_app();
    ra_app_on_start(app, start_slowly);
    world *w = world_new(app);
    open_service(w);
    ra__sim_advance(w->sim, RA_SECONDS(1));
    ra__service_stop(w->service);
    assert_true(reaches(w, RA__SERVICE_ENDED));
    const char *message = "";
    assert_status(ra__service_status(w->service, &message), RA_ERR_CANCELED);
    assert_string_equal(story, "");
    world_free(w);
}

static void a_request_under_way_is_answered_before_the_end(void **state)
{
    (void)state;
    ra_app *app = simple_app();
    ra_app_on_stop(app, stop);
    world *w = world_new(app);
    open_service(w);
    assert_true(reaches(w, RA__SERVICE_READY));
    ra__sock *sock = connect_to(w);
    send_get(w, sock, "/slow");
    ra__sim_advance(w->sim, RA_SECONDS(1));
    ra__service_stop(w->service);
    assert_answer(answer_of(w, sock), "200 ", "late");
    assert_true(reaches(w, RA__SERVICE_ENDED));
    assert_string_equal(story, "slow begins;slow ends;stop;");
    world_free(w);
}

static void a_second_stop_changes_nothing(void **state)
{
    (void)state;
    ra_app *app = simple_app();
    ra_app_on_stop(app, stop);
    world *w = world_new(app);
    open_service(w);
    assert_true(reaches(w, RA__SERVICE_READY));
    ra__sock *sock = connect_to(w);
    send_get(w, sock, "/slow");
    ra__sim_advance(w->sim, RA_SECONDS(1));
    ra__service_stop(w->service);
    ra__sim_advance(w->sim, RA_MS(10));
    ra__service_stop(w->service);
    assert_answer(answer_of(w, sock), "200 ", "late");
    assert_true(reaches(w, RA__SERVICE_ENDED));
    assert_string_equal(story, "slow begins;slow ends;stop;");
    world_free(w);
}

static void what_is_not_done_in_time_is_cancelled(void **state)
{
    (void)state;
    world *w = world_new(simple_app());
    w->settings.drain_timeout_ns = RA_SECONDS(1);
    open_service(w);
    assert_true(reaches(w, RA__SERVICE_READY));
    ra__sock *sock = connect_to(w);
    send_get(w, sock, "/slow");
    ra__sim_advance(w->sim, RA_SECONDS(1));
    ra__service_stop(w->service);
    assert_true(reaches(w, RA__SERVICE_ENDED));
    assert_string_equal(story, "slow begins;");
    ra__sock_close(sock, false);
    world_free(w);
}

static void health_follows_the_phases(void **state)
{
    (void)state;
    world *w = world_new(simple_app());
    w->settings.drain_delay_ns = RA_SECONDS(5);
    open_service(w);
    assert_true(reaches(w, RA__SERVICE_READY));
    assert_answer(get(w, "/health"), "200 ", "{\"status\":\"healthy\",\"version\":\"2.0.0\"}");
    assert_answer(get(w, "/readyz"), "200 ", "{\"status\":\"ready\"}");
    assert_answer(get(w, "/startupz"), "200 ", "{\"status\":\"started\"}");
    assert_answer(get(w, "/livez"), "200 ", "{\"status\":\"alive\"}");

    ra__service_stop(w->service);
    assert_true(reaches(w, RA__SERVICE_DRAINING));
    assert_answer(get(w, "/health"), "503 ", "{\"status\":\"unhealthy\",\"version\":\"2.0.0\"}");
    assert_answer(get(w, "/readyz"), "503 ", "{\"status\":\"unready\"}");
    assert_non_null(strstr(get(w, "/readyz?verbose"),
                           "{\"started\":\"ok\",\"not_draining\":\"failed\",\"database\":\"ok\"}"));
    assert_answer(get(w, "/livez"), "200 ", "{\"status\":\"alive\"}");
    assert_answer(get(w, "/"), "200 ", "hi"); // the delay is there for those who come late
    assert_true(reaches(w, RA__SERVICE_ENDED));
    world_free(w);
}

static const ra_migration broken[] = {{"0001_broken", "create tabel x (id integer)"}, {0}};

static void a_migration_that_fails_is_the_databases_fault(void **state)
{
    (void)state;
    ra_app *app = simple_app();
    ra_app_use(app, ra_sqlite());
    ra_app_migrations(app, broken);
    world *w = world_new(app);
    open_service(w);
    assert_true(reaches(w, RA__SERVICE_ENDED));
    assert_true(ra__service_failed_at_database(w->service));
    world_free(w);
}

/// Each allocation of making it refused in turn: a status, and nothing is left behind.
static void without_memory_it_is_not_made(void **state)
{
    (void)state;
    ra_status status = RA_ERR_EXHAUSTED;
    for (unsigned nth = 1; status != RA_OK; nth++) {
        world *w = world_new(simple_app());
        unsigned left = nth;
        ra__heap_set_hook(refuse_nth, &left);
        status = make_service(w);
        ra__heap_set_hook(NULL, NULL);
        if (status != RA_OK)
            assert_status(status, RA_ERR_EXHAUSTED);
        assert_in_range(nth, 1, 200);
        world_free(w);
    }
}

static void routes_in_conflict_are_faults_and_nothing_is_opened(void **state)
{
    (void)state;
    ra_app *app = simple_app();
    ra_raw(app, "GET", "/", slow);
    world *w = world_new(app);
    assert_status(make_service(w), RA_ERR_INVALID);
    assert_true(w->faults.count > 0);
    assert_non_null(strstr(w->faults.text.ptr, "service_test.c:"));
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hooks_requests_and_background_come_in_order),
        cmocka_unit_test(clients_that_come_while_it_starts_wait_and_are_answered),
        cmocka_unit_test(a_start_that_fails_ends_it_with_its_message),
        cmocka_unit_test(a_start_that_fails_ends_after_the_last_connection),
        cmocka_unit_test(a_stop_while_it_starts_gives_up_starting),
        cmocka_unit_test(a_second_stop_changes_nothing),
        cmocka_unit_test(a_request_under_way_is_answered_before_the_end),
        cmocka_unit_test(what_is_not_done_in_time_is_cancelled),
        cmocka_unit_test(health_follows_the_phases),
        cmocka_unit_test(a_migration_that_fails_is_the_databases_fault),
        cmocka_unit_test(without_memory_it_is_not_made),
        cmocka_unit_test(routes_in_conflict_are_faults_and_nothing_is_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
