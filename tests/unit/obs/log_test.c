// SPDX-License-Identifier: MIT OR Apache-2.0
// The log of a process: levels, formats, and what happens without one. Lines of requests: tests/unit/test.
#include "obs/support.h"

#include "base/heap.h"
#include "obs/log.h"

static const ra_kv no_values[] = {{.kind = RA_KV_END_}};

static void open_kept(ra_log_level level, bool access, size_t bytes)
{
    ra__log_opts opts = {.level = level,
                         .format = RA__LOG_JSON,
                         .access = access,
                         .fd = RA__LOG_KEEP,
                         .buffer_bytes = bytes};
    assert_int_equal(ra__log_open(NULL, &opts), RA_OK);
}

/// The lines kept so far, NUL-terminated.
static const char *taken(void)
{
    static char text[1 << 16];
    RA_SCOPED(ra_buf, lines, ra_buf_init(sizeof text - 1));
    assert_int_equal(ra__log_take(&lines), RA_OK);
    if (lines.len > 0)
        memcpy(text, lines.ptr, lines.len);
    text[lines.len] = '\0';
    return text;
}

static void lines_below_the_level_are_not_written(void **state)
{
    (void)state;
    for (ra_log_level level = RA_LOG_DEBUG; level <= RA_LOG_ERROR; level++) {
        open_kept(level, false, 0);
        for (ra_log_level at = RA_LOG_DEBUG; at <= RA_LOG_ERROR; at++)
            ra__log_line(at, "m", no_values);
        assert_int_equal(count_lines(taken()), RA_LOG_ERROR - level + 1);
        ra__log_close();
    }
}

static void a_line_without_ctx_has_no_request(void **state)
{
    (void)state;
    open_kept(RA_LOG_INFO, false, 0);
    ra_log_info(NULL, "sold", RA_KV("id", 7), RA_KV("name", "milk"));
    assert_non_null(
        strstr(taken(), "\"level\":\"INFO\",\"msg\":\"sold\",\"id\":7,\"name\":\"milk\"}\n"));
    ra_log_info(NULL, "half", RA_KV("float", 0.5f), RA_KV("double", 0.25));
    assert_non_null(strstr(taken(), "\"float\":0.5,\"double\":0.25}\n"));
    ra_log_error(NULL, "lost");
    assert_non_null(strstr(taken(), "\"msg\":\"lost\",\"source\":\""));
    assert_string_equal(taken(), "");
    ra__log_close();
}

static void taking_needs_room(void **state)
{
    (void)state;
    open_kept(RA_LOG_INFO, false, 0);
    ra__log_line(RA_LOG_INFO, "m", no_values);
    RA_SCOPED(ra_buf, small, ra_buf_init(4));
    assert_int_equal(ra__log_take(&small), RA_ERR_TOO_LARGE);
    ra__log_close();
}

static const ra__access an_access = {.method = {"GET", 3},
                                     .target = {"/items/1?x=\n", 12},
                                     .route = {"/items/{id}", 11},
                                     .id = {"abc", 3},
                                     .peer = {"127.0.0.1:5", 11},
                                     .status = 200,
                                     .bytes_in = 1,
                                     .bytes_out = 2,
                                     .took_ns = 3};

static void an_access_line_tells_the_request(void **state)
{
    (void)state;
    open_kept(RA_LOG_INFO, true, 0);
    assert_true(ra__log_access_on());
    ra__log_access(NULL, &an_access);
    assert_non_null(strstr(
        taken(),
        "\"msg\":\"request\",\"method\":\"GET\",\"target\":\"/items/1?x=\\n\",\"status\":200,"
        "\"took_ns\":3,\"bytes_in\":1,\"bytes_out\":2,\"peer\":\"127.0.0.1:5\","
        "\"request_id\":\"abc\",\"route\":\"/items/{id}\"}\n"));
    ra__log_close();
}

static void access_lines_can_be_off_or_below_the_level(void **state)
{
    (void)state;
    open_kept(RA_LOG_INFO, false, 0);
    assert_false(ra__log_access_on());
    ra__log_access(NULL, &an_access);
    assert_string_equal(taken(), "");
    ra__log_close();
    open_kept(RA_LOG_WARN, true, 0);
    assert_false(ra__log_access_on());
    ra__log_close();
}

static void a_full_log_counts_what_it_drops(void **state)
{
    (void)state;
    open_kept(RA_LOG_INFO, false, 200);
    for (int i = 0; i < 10; i++)
        ra__log_line(RA_LOG_INFO, "m", no_values);
    unsigned kept = count_lines(taken());
    assert_in_range(kept, 1, 9);
    assert_int_equal(ra__log_dropped(), 10 - kept);
    ra__log_close();
}

static void there_is_one_log_a_process(void **state)
{
    (void)state;
    open_kept(RA_LOG_INFO, false, 0);
    ra__log_opts opts = {.fd = RA__LOG_KEEP};
    assert_int_equal(ra__log_open(NULL, &opts), RA_ERR_STATE);
    ra__log_close();
    ra__log_close();
    assert_false(ra__log_access_on());
    assert_int_equal(ra__log_dropped(), 0);
}

/// Standard error is a pipe while fn runs; what it wrote is freed by the caller.
static char *error_output_of(void (*fn)(void))
{
    test_pipe ends = test_pipe_open();
    int before = dup(STDERR_FILENO);
    fflush(stderr);
    dup2(ends.write_fd, STDERR_FILENO);
    fn();
    dup2(before, STDERR_FILENO);
    close(before);
    return test_pipe_read_all(&ends);
}

static void log_without_opening(void)
{
    ra_log_debug(NULL, "unseen");
    ra_log_info(NULL, "seen");
}

static void without_a_log_lines_from_info_on_go_straight_out(void **state)
{
    (void)state;
    char *text = error_output_of(log_without_opening);
    assert_non_null(strstr(text, "\"msg\":\"seen\"}\n"));
    assert_int_equal(count_lines(text), 1);
    free(text);
}

static ra__log_format format;

static void log_once_to_standard_error(void)
{
    ra__log_opts opts = {.format = format, .level = RA_LOG_INFO, .fd = 2};
    assert_int_equal(ra__log_open(NULL, &opts), RA_OK);
    ra_log_info(NULL, "seen", RA_KV("id", 1));
    ra__log_close();
}

static void closing_writes_out_in_the_format_asked_for(void **state)
{
    (void)state;
    static const struct {
        ra__log_format format;
        const char *environment, *wanted;
    } cases[] = {
        {RA__LOG_AUTO, NULL, "\"msg\":\"seen\",\"id\":1}\n"}, // a pipe is no terminal
        {RA__LOG_JSON, NULL, "\"msg\":\"seen\",\"id\":1}\n"},
        {RA__LOG_TEXT, NULL, "INFO  seen                     id=1\n"},
        {RA__LOG_TEXT, "CLICOLOR_FORCE", "\x1b[32mINFO\x1b[0m  seen"},
        {RA__LOG_TEXT, "NO_COLOR", "INFO  seen                     id=1\n"},
    };
    unsetenv("CLICOLOR_FORCE");
    unsetenv("NO_COLOR");
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        format = cases[i].format;
        if (cases[i].environment)
            setenv(cases[i].environment, "1", 1);
        char *text = error_output_of(log_once_to_standard_error);
        assert_non_null(strstr(text, cases[i].wanted));
        free(text);
    }
    unsetenv("CLICOLOR_FORCE");
    unsetenv("NO_COLOR");
}

// ---- memory

static bool refuse_nth(void *arg, size_t bytes)
{
    (void)bytes;
    unsigned *left = arg;
    return (*left)-- != 1;
}

static void without_memory_opening_fails_and_nothing_is_lost(void **state)
{
    (void)state;
    for (unsigned nth = 1; nth <= 4; nth++) {
        unsigned left = nth;
        ra__log_opts opts = {.fd = RA__LOG_KEEP};
        ra__heap_set_hook(refuse_nth, &left);
        ra_status status = ra__log_open(NULL, &opts);
        ra__heap_set_hook(NULL, NULL);
        assert_int_equal(status, RA_ERR_EXHAUSTED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_below_the_level_are_not_written),
        cmocka_unit_test(a_line_without_ctx_has_no_request),
        cmocka_unit_test(taking_needs_room),
        cmocka_unit_test(an_access_line_tells_the_request),
        cmocka_unit_test(access_lines_can_be_off_or_below_the_level),
        cmocka_unit_test(a_full_log_counts_what_it_drops),
        cmocka_unit_test(there_is_one_log_a_process),
        cmocka_unit_test(without_a_log_lines_from_info_on_go_straight_out),
        cmocka_unit_test(closing_writes_out_in_the_format_asked_for),
        cmocka_unit_test(without_memory_opening_fails_and_nothing_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
