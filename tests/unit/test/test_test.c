// SPDX-License-Identifier: MIT OR Apache-2.0
// <ramie/test.h> itself: what users' tests lean on, and that it notices what it promises to notice.
#include "test/support.h"

typedef struct {
    int64_t id;
    ra_str text;
    ra_time created;
} note;
RA_BIND(note, RA_FIELD(id), RA_FIELD(text), RA_FIELD(created));

typedef struct {
    ra_str text;
} new_note;
RA_BIND(new_note, RA_FIELD(text, .min_len = 1));

typedef struct {
    ra_str greeting;
    double tax_rate;
} notes_config;
RA_BIND(notes_config, RA_FIELD(greeting, .def = "hello"),
        RA_FIELD(tax_rate, .def = "0.19", .max = 1));

typedef struct {
    int started, stopped;
} counters;

static ra_status create_note(ra_ctx *ctx, const new_note *in, note *out)
{
    *out = (note){.text = in->text, .created = ra_now(ctx)};
    ra_log_info(ctx, "note created", RA_KV("text", in->text));
    return ra_sql_one(ctx,
                      "insert into notes (text, created) values (:text, :created) returning id",
                      note, out, int64_t, &out->id);
}

static ra_status count_notes(ra_ctx *ctx, int64_t *out)
{
    return ra_sql_one(ctx, "select count(*) from notes", ra_none, NULL, int64_t, out);
}

static ra_status stream(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    (void)req;
    for (int i = 0; i < 3; i++) {
        RA_TRY(ra_response_printf(ctx, res, "%d\n", i));
        RA_TRY(ra_response_flush(ctx, res));
        RA_TRY(ra_sleep(ctx, RA_SECONDS(1)));
    }
    return RA_OK;
}

static ra_status echo(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    ra_str body;
    RA_TRY(ra_request_body(ctx, req, &body));
    ra_str kind = ra_value_or(ra_request_header(req, "Content-Type"), RA_STR("none"));
    ra_str color = ra_value_or(ra_request_header(req, "X-Color"), RA_STR("none"));
    return ra_response_printf(ctx, res, RA_STR_FMT " " RA_STR_FMT " " RA_STR_FMT, RA_STR_ARG(kind),
                              RA_STR_ARG(color), RA_STR_ARG(body));
}

static ra_status started(ra_ctx *ctx)
{
    ra_state(ctx, counters)->started++;
    return RA_OK;
}

static ra_status stopped(ra_ctx *ctx)
{
    ra_state(ctx, counters)->stopped++;
    return RA_OK;
}

static const ra_migration migrations[] = {
    {"0001_notes", "create table notes (id integer primary key, text text not null,"
                   " created integer not null) strict"},
    {0},
};

static counters shared;

static ra_app *notes_app(void)
{
    ra_app *app = ra_app_new("notes", "1.0.0");
    ra_app_use(app, ra_sqlite());
    ra_app_migrations(app, migrations);
    ra_app_config(app, notes_config);
    ra_app_state(app, counters, &shared);
    ra_app_on_start(app, started);
    ra_app_on_stop(app, stopped);
    ra_post(app, "/notes", create_note, new_note, note, .status = 201);
    ra_get(app, "/notes/count", count_notes, ra_none, int64_t);
    ra_raw(app, "GET", "/stream", stream);
    ra_raw(app, "POST", "/echo", echo);
    return app;
}

// ---- begin and end

static void hooks_run_at_begin_and_end(void **state)
{
    (void)state;
    shared = (counters){0};
    ra_test test = ra_test_init(.app = notes_app());
    assert_int_equal(shared.started, 1);
    assert_int_equal(shared.stopped, 0);
    ra_test_deinit(&test);
    assert_int_equal(shared.stopped, 1);
    ra_test_deinit(&test);
    assert_int_equal(shared.stopped, 1);
}

static void a_world_inside_a_world_knows_nothing_of_it(void **state)
{
    (void)state;
    int64_t count = -1;
    RA_SCOPED(ra_test, outer, ra_test_init(.app = notes_app()));
    ra_test_sql(&outer, "insert into notes values (1, 'x', 0)");
    {
        RA_SCOPED(ra_test, inner, ra_test_init(.app = notes_app()));
        assert_status(count_notes(ra_test_ctx(&inner), &count), RA_OK);
        assert_int_equal(count, 0);
    }
    assert_status(count_notes(ra_test_ctx(&outer), &count), RA_OK);
    assert_int_equal(count, 1);
}

static jmp_buf failed;

static void fail_in_the_middle(void)
{
    ra_test test = ra_test_init(.app = notes_app());
    ra_test_sql(&test, "insert into notes values (1, 'x', 0)");
    longjmp(failed, 1); // as a failing assertion of most frameworks
}

static void fail_and_go_on(void)
{
    if (setjmp(failed) == 0)
        fail_in_the_middle();
    RA_SCOPED(ra_test, test, ra_test_init(.app = notes_app()));
    assert_text(ra_test_request(&test, "GET", "/notes/count").body, "0");
    assert_int_equal(ra_test_request(&test, "POST", "/notes", .body = "{\"text\":\"a\"}").status,
                     201);
    assert_true(contains(ra_test_log(&test), "note created"));
    fprintf(stderr, "all is well\n");
    abort();
}

/// In a process of its own: the world that was left is a leak, and a sanitizer would rightly say so.
static void a_test_that_failed_does_not_disturb_the_next(void **state)
{
    (void)state;
    assert_traps(fail_and_go_on, "all is well");
}

static void expect_greeting(const char *config, const char *wanted)
{
    RA_SCOPED(ra_test, test, ra_test_init(.app = notes_app(), .config = config));
    assert_text(ra_config(ra_test_ctx(&test), notes_config)->greeting, wanted);
}

static void configuration_comes_as_words_or_lines(void **state)
{
    (void)state;
    expect_greeting(NULL, "hello");
    expect_greeting("", "hello");
    expect_greeting("tax_rate=0.07 greeting=hi", "hi");
    expect_greeting("greeting = \"hi you\"\n", "hi you");
}

// ---- the test's own fiber

static void a_handler_is_called_with_time_and_database(void **state)
{
    (void)state;
    RA_SCOPED(ra_test, test, ra_test_init(.app = notes_app(), .now = {RA_SECONDS(1000)}));
    ra_test_advance(&test, RA_SECONDS(5));
    note out = {0};
    assert_status(create_note(ra_test_ctx(&test), &(new_note){RA_STR("milk")}, &out), RA_OK);
    assert_int_equal(out.id, 1);
    assert_int_equal(out.created.unix_ns, RA_SECONDS(1005));
}

static void time_is_set_without_waking_anyone(void **state)
{
    (void)state;
    RA_SCOPED(ra_test, test, ra_test_init(.app = notes_app()));
    ra_ctx *ctx = ra_test_ctx(&test);
    int64_t before = ra_monotonic_ns(ctx);
    assert_int_equal(ra_now(ctx).unix_ns, INT64_C(946684800) * 1000000000);
    ra_test_set_time(&test, (ra_time){RA_HOURS(500000)});
    assert_int_equal(ra_now(ctx).unix_ns, RA_HOURS(500000));
    assert_int_equal(ra_monotonic_ns(ctx), before);
}

static void a_sleep_takes_no_time(void **state)
{
    (void)state;
    RA_SCOPED(ra_test, test, ra_test_init(.app = notes_app(), .now = {RA_SECONDS(1)}));
    assert_status(ra_sleep(ra_test_ctx(&test), RA_HOURS(1000)), RA_OK);
    assert_int_equal(ra_now(ra_test_ctx(&test)).unix_ns, RA_SECONDS(1) + RA_HOURS(1000));
}

static void a_cancelled_ctx_is_fresh_after_reset(void **state)
{
    (void)state;
    RA_SCOPED(ra_test, test, ra_test_init(.app = notes_app()));
    ra_ctx *ctx = ra_test_ctx(&test);
    note out = {0};
    ra_test_cancel(&test);
    assert_status(create_note(ctx, &(new_note){RA_STR("milk")}, &out), RA_ERR_CANCELED);
    assert_status(ra_sleep(ctx, 1), RA_ERR_CANCELED);
    ra_test_reset_ctx(&test);
    assert_status(create_note(ctx, &(new_note){RA_STR("milk")}, &out), RA_OK);
}

static void the_same_seed_gives_the_same_randomness(void **state)
{
    (void)state;
    uint64_t drawn[3];
    for (uint64_t i = 0; i < 3; i++) {
        RA_SCOPED(ra_test, test, ra_test_init(.app = notes_app(), .seed = i < 2 ? 7 : 8));
        drawn[i] = ra_random(ra_test_ctx(&test));
    }
    assert_true(drawn[0] == drawn[1]);
    assert_true(drawn[0] != drawn[2]);
}

// ---- requests

static void a_request_goes_through_the_whole_service(void **state)
{
    (void)state;
    RA_SCOPED(ra_test, test, ra_test_init(.app = notes_app()));
    ra_test_reply reply = ra_test_request(&test, "POST", "/notes", .body = "{\"text\":\"milk\"}");
    assert_int_equal(reply.status, 201);
    assert_text(reply.body, "{\"id\":1,\"text\":\"milk\",\"created\":\"2000-01-01T00:00:00Z\"}");
    assert_text(ra_test_header(&reply, "content-type"), "application/json");
    assert_text(ra_test_request(&test, "GET", "/notes/count").body, "1");
    assert_int_equal(ra_test_request(&test, "POST", "/notes", .body = "{\"text\":\"\"}").status,
                     422);
    assert_int_equal(ra_test_request(&test, "GET", "/nowhere").status, 404);
    assert_int_equal(ra_test_request(&test, "bad method", "/").status, 400);
    assert_text(reply.body, "{\"id\":1,\"text\":\"milk\",\"created\":\"2000-01-01T00:00:00Z\"}");
}

static void headers_and_type_are_sent_as_given(void **state)
{
    (void)state;
    RA_SCOPED(ra_test, test, ra_test_init(.app = notes_app()));
    ra_test_reply reply = ra_test_request(&test, "POST", "/echo", .body = "a=b", .type = "text/x",
                                          .headers = {"X-Other: 1", "X-Color: red"});
    assert_text(reply.body, "text/x red a=b");
    reply = ra_test_request(&test, "POST", "/echo", .body = "");
    assert_text(reply.body, "application/json none ");
}

static void a_stream_is_joined_while_virtual_time_passes(void **state)
{
    (void)state;
    RA_SCOPED(ra_test, test, ra_test_init(.app = notes_app(), .now = {RA_SECONDS(1)}));
    ra_test_reply reply = ra_test_request(&test, "GET", "/stream");
    assert_int_equal(reply.status, 200);
    assert_text(ra_test_header(&reply, "Transfer-Encoding"), "chunked");
    assert_text(reply.body, "0\n1\n2\n");
    assert_true(ra_now(ra_test_ctx(&test)).unix_ns >= RA_SECONDS(4));
}

static void log_lines_name_the_request_they_belong_to(void **state)
{
    (void)state;
    RA_SCOPED(ra_test, test, ra_test_init(.app = notes_app()));
    ra_test_reply reply =
        ra_test_request(&test, "POST", "/notes", .body = "{\"text\":\"mi\\nlk\"}");
    char id[128];
    snprintf(id, sizeof id, "\"request_id\":\"" RA_STR_FMT "\",\"route\":\"/notes\"}\n",
             RA_STR_ARG(ra_test_header(&reply, "X-Request-Id")));
    ra_str lines = ra_test_log(&test);
    assert_true(contains(lines, "{\"time\":\"2000-01-01T00:00:00Z\",\"level\":\"INFO\","
                                "\"msg\":\"note created\",\"text\":\"mi\\nlk\","));
    assert_true(contains(lines, id));
    assert_int_equal(ra_test_log(&test).len, 0);
}

// ---- faults

static void a_fault_hits_the_nth_of_its_sort_once(void **state)
{
    (void)state;
    static const struct {
        ra_fault fault;
        ra_status status;
        int wanted;
    } cases[] = {
        {RA_FAULT_COMMIT, RA_ERR_DISK_FULL, 503},  {RA_FAULT_SQL, RA_ERR_IO, 500},
        {RA_FAULT_READ, RA_ERR_CLOSED, 0},         {RA_FAULT_WRITE, RA_ERR_CLOSED, 0},
        {RA_FAULT_CONNECT, RA_ERR_UNAVAILABLE, 0},
    };
    const char *milk = "{\"text\":\"milk\"}";
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        RA_SCOPED(ra_test, test, ra_test_init(.app = notes_app()));
        ra_test_fail(&test, cases[i].fault, 1, cases[i].status);
        assert_int_equal(ra_test_request(&test, "POST", "/notes", .body = milk).status,
                         cases[i].wanted);
        assert_int_equal(ra_test_request(&test, "POST", "/notes", .body = milk).status, 201);
    }
    RA_SCOPED(ra_test, test, ra_test_init(.app = notes_app()));
    ra_test_fail(&test, RA_FAULT_COMMIT, 2, RA_ERR_DISK_FULL);
    assert_int_equal(ra_test_request(&test, "POST", "/notes", .body = milk).status, 201);
    assert_int_equal(ra_test_request(&test, "POST", "/notes", .body = milk).status, 503);
    assert_int_equal(ra_test_request(&test, "POST", "/notes", .body = milk).status, 201);
}

// ---- what a test does wrong, or finds

static void without_an_app(void)
{
    (void)ra_test_init(.seed = 1);
}

static void with_a_wrong_configuration(void)
{
    (void)ra_test_init(.app = notes_app(), .config = "tax_rate=7");
}

static void with_broken_sql(void)
{
    ra_test test = ra_test_init(.app = notes_app());
    ra_test_sql(&test, "insert into nowhere values (1)");
}

static ra_status fail_to_start(ra_ctx *ctx)
{
    return ra_fail(ctx, RA_ERR_UNAVAILABLE, "there is no broker");
}

static void with_an_app_that_cannot_start(void)
{
    ra_app *app = notes_app();
    ra_app_on_start(app, fail_to_start);
    (void)ra_test_init(.app = app);
}

static ra_status never_end(ra_ctx *ctx, const int64_t *unused)
{
    (void)unused;
    for (int i = 0; i < INT32_MAX; i++) {
        RA_SCOPED(ra_shield, calm, ra_shield_for(ctx, RA_HOURS(1000)));
        RA_TRY(ra_sleep(ctx, RA_HOURS(1)));
    }
    return RA_OK;
}

static void with_a_fiber_that_never_ends(void)
{
    ra_test test = ra_test_init(.app = notes_app());
    int64_t none = 0;
    ra_go(ra_test_ctx(&test), never_end, int64_t, &none);
    ra_test_deinit(&test);
}

static void after_its_end(void)
{
    ra_test test = ra_test_init(.app = notes_app());
    ra_test_deinit(&test);
    (void)ra_test_ctx(&test);
}

static void with_time_running_backwards(void)
{
    RA_SCOPED(ra_test, test, ra_test_init(.app = notes_app()));
    ra_test_advance(&test, -1);
}

static void with_a_fault_of_operation_zero(void)
{
    RA_SCOPED(ra_test, test, ra_test_init(.app = notes_app()));
    ra_test_fail(&test, RA_FAULT_SQL, 0, RA_ERR_IO);
}

static void what_is_wrong_with_a_test_traps_with_a_sentence(void **state)
{
    (void)state;
    assert_traps(without_an_app, "ra_test_init needs .app");
    assert_traps(with_a_wrong_configuration, "configuration:1: tax_rate must be <= 1, not \"7\"");
    assert_traps(with_broken_sql, "nowhere");
    assert_traps(with_an_app_that_cannot_start, "the app cannot start: there is no broker");
    assert_traps(after_its_end, "the test has ended");
    assert_traps(with_time_running_backwards, "time does not run backwards");
    assert_traps(with_a_fault_of_operation_zero, "the next operation is number 1");
}

static void a_fiber_that_does_not_end_is_found_and_named(void **state)
{
    (void)state;
    assert_traps(with_a_fiber_that_never_ends, "1 fibers do not end");
    assert_traps(with_a_fiber_that_never_ends, "never_end");
}

static ra_status tick(ra_ctx *ctx, const int64_t *unused)
{
    (void)unused;
    for (;;)
        RA_TRY(ra_sleep(ctx, RA_SECONDS(1)));
    return RA_OK;
}

static void what_ra_go_started_is_cancelled_at_the_end(void **state)
{
    (void)state;
    RA_SCOPED(ra_test, test, ra_test_init(.app = notes_app()));
    int64_t none = 0;
    for (int i = 0; i < 10; i++)
        ra_go(ra_test_ctx(&test), tick, int64_t, &none);
    ra_test_advance(&test, RA_SECONDS(3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hooks_run_at_begin_and_end),
        cmocka_unit_test(a_world_inside_a_world_knows_nothing_of_it),
        cmocka_unit_test(a_test_that_failed_does_not_disturb_the_next),
        cmocka_unit_test(configuration_comes_as_words_or_lines),
        cmocka_unit_test(a_handler_is_called_with_time_and_database),
        cmocka_unit_test(time_is_set_without_waking_anyone),
        cmocka_unit_test(a_sleep_takes_no_time),
        cmocka_unit_test(a_cancelled_ctx_is_fresh_after_reset),
        cmocka_unit_test(the_same_seed_gives_the_same_randomness),
        cmocka_unit_test(a_request_goes_through_the_whole_service),
        cmocka_unit_test(headers_and_type_are_sent_as_given),
        cmocka_unit_test(a_stream_is_joined_while_virtual_time_passes),
        cmocka_unit_test(log_lines_name_the_request_they_belong_to),
        cmocka_unit_test(a_fault_hits_the_nth_of_its_sort_once),
        cmocka_unit_test(what_is_wrong_with_a_test_traps_with_a_sentence),
        cmocka_unit_test(a_fiber_that_does_not_end_is_found_and_named),
        cmocka_unit_test(what_ra_go_started_is_cancelled_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
