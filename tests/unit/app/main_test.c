// SPDX-License-Identifier: MIT OR Apache-2.0
// ra_app_main as a process: exit statuses, what is said where, signals. Requests over sockets are the black-box tests'.
#include "app/child.h"

#include <ramie/app.h>

#include <arpa/inet.h>
#include <sys/socket.h>

typedef struct {
    char **argv;
    ra_app *(*make)(void);
} program;

static int run_program(void *arg)
{
    program *p = arg;
    int argc = 0;
    while (p->argv[argc])
        argc++;
    return ra_app_main(p->make(), argc, p->argv);
}

#define start(make_, ...)                                                                          \
    child_start(run_program, &(program){(char *[]){(char *)"shop", __VA_ARGS__, NULL}, make_})

static ra_status hello(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    (void)req;
    return ra_response_write(ctx, res, RA_STR("hi"));
}

static ra_app *shop_app(void)
{
    ra_app *app = ra_app_new("shop", "1.2.3");
    ra_raw(app, "GET", "/", hello);
    return app;
}

static ra_status fail_to_start(ra_ctx *ctx)
{
    return ra_fail(ctx, RA_ERR_UNAVAILABLE, "there is no broker");
}

static ra_app *app_that_cannot_start(void)
{
    ra_app *app = shop_app();
    ra_app_on_start(app, fail_to_start);
    return app;
}

static ra_status start_for_ever(ra_ctx *ctx)
{
    ra_log_info(ctx, "starting");
    return ra_sleep(ctx, RA_HOURS(1));
}

static ra_app *app_that_starts_for_ever(void)
{
    ra_app *app = shop_app();
    ra_app_on_start(app, start_for_ever);
    return app;
}

static ra_status stop_for_ever(ra_ctx *ctx)
{
    ra_log_info(ctx, "stopping");
    return ra_sleep(ctx, RA_HOURS(1));
}

static ra_app *app_that_stops_for_ever(void)
{
    ra_app *app = shop_app();
    ra_app_on_stop(app, stop_for_ever);
    return app;
}

static ra_app *app_with_faults(void)
{
    ra_app *app = shop_app();
    ra_raw(app, "GET", "/", hello);
    return app;
}

static void help_and_version_go_to_standard_output(void **state)
{
    (void)state;
    child *c = start(shop_app, "--help");
    child_join(c);
    assert_int_equal(c->status, 0);
    assert_non_null(strstr(c->out_text, "usage: shop [OPTION]..."));
    assert_non_null(strstr(c->out_text, "--listen HOST:PORT"));
    assert_null(strstr(c->out_text, "--database"));
    assert_string_equal(c->err_text, "");
    free(c);

    c = start(shop_app, "--version");
    child_join(c);
    assert_int_equal(c->status, 0);
    assert_string_equal(c->out_text, "shop 1.2.3\n");
    free(c);
}

static void help_comes_before_any_complaint(void **state)
{
    (void)state;
    child *c = start(shop_app, "--shards=many", "--help");
    child_join(c);
    assert_int_equal(c->status, 0);
    assert_string_equal(c->err_text, "");
    free(c);
}

static void wrong_options_are_status_2(void **state)
{
    (void)state;
    child *c = start(shop_app, "--shards=many", "--lisen", "x");
    child_join(c);
    assert_int_equal(c->status, 2);
    assert_string_equal(c->out_text, "");
    assert_string_equal(c->err_text, "shop: there is no option --lisen; did you mean --listen?\n"
                                     "shop: --shards must be an integer, not \"many\"\n"
                                     "shop: --help lists all options\n");
    free(c);
}

static void check_says_ok_or_all_that_is_wrong(void **state)
{
    (void)state;
    child *c = start(shop_app, "--check");
    child_join(c);
    assert_int_equal(c->status, 0);
    assert_string_equal(c->out_text, "ok\n");
    free(c);

    c = start(app_with_faults, "--check", "--shards=many");
    child_join(c);
    assert_int_equal(c->status, 1);
    assert_string_equal(c->out_text, "");
    assert_non_null(strstr(c->err_text, "shop: --shards must be an integer"));
    assert_non_null(strstr(c->err_text, "main_test.c:"));
    free(c);
}

static void faults_of_routes_are_told_with_status_1(void **state)
{
    (void)state;
    child *c = start(app_with_faults, "--listen=127.0.0.1:0");
    child_join(c);
    assert_int_equal(c->status, 1);
    assert_non_null(strstr(c->err_text, "GET"));
    assert_null(strstr(c->out_text, "listens"));
    free(c);
}

static void a_taken_address_is_status_4_and_nothing_else_has_happened(void **state)
{
    (void)state;
    struct sockaddr_in addr = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof addr;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof addr), 0);
    assert_int_equal(listen(fd, 1), 0);
    getsockname(fd, (struct sockaddr *)&addr, &len);
    char flag[64], wanted[256];
    snprintf(flag, sizeof flag, "--listen=127.0.0.1:%d", ntohs(addr.sin_port));
    snprintf(
        wanted, sizeof wanted,
        "shop: 127.0.0.1:%d is taken by another program; choose another with --listen HOST:PORT "
        "or PORT=\n",
        ntohs(addr.sin_port));
    child *c = start(app_that_cannot_start, flag);
    child_join(c);
    close(fd);
    assert_int_equal(c->status, 4);
    assert_string_equal(c->err_text, wanted);
    free(c);
}

static void a_start_hook_that_fails_is_status_1(void **state)
{
    (void)state;
    child *c = start(app_that_cannot_start, "--listen=127.0.0.1:0");
    child_join(c);
    assert_int_equal(c->status, 1);
    assert_string_equal(c->err_text, "shop: cannot start: there is no broker\n");
    assert_string_equal(c->out_text, "");
    free(c);
}

static void a_service_says_where_it_listens_and_stops_well(void **state)
{
    (void)state;
    static const int signals[] = {SIGTERM, SIGINT};
    for (size_t i = 0; i < COUNT_OF(signals); i++) {
        child *c = start(shop_app, "--listen=127.0.0.1:0");
        child_await(c, c->out, "; Ctrl-C stops\n");
        char wanted[64];
        snprintf(wanted, sizeof wanted, "(pid %d)", (int)c->pid);
        assert_non_null(strstr(c->out_text, "shop 1.2.3 listens on http://127.0.0.1:"));
        assert_non_null(strstr(c->out_text, wanted));
        assert_null(strstr(c->out_text, ":0 "));
        kill(c->pid, signals[i]);
        child_join(c);
        assert_int_equal(c->status, 0);
        free(c);
    }
}

static void a_signal_while_it_starts_ends_it_well(void **state)
{
    (void)state;
    child *c = start(app_that_starts_for_ever, "--listen=127.0.0.1:0");
    child_await(c, c->err, "starting");
    kill(c->pid, SIGTERM);
    child_join(c);
    assert_int_equal(c->status, 0);
    assert_string_equal(c->out_text, "");
    free(c);
}

static void a_second_signal_ends_at_once(void **state)
{
    (void)state;
    child *c = start(app_that_stops_for_ever, "--listen=127.0.0.1:0", "--drain-timeout=1h");
    child_await(c, c->out, "listens");
    kill(c->pid, SIGTERM);
    child_await(c, c->err, "stopping");
    kill(c->pid, SIGTERM);
    child_join(c);
    assert_int_equal(c->status, 128 + SIGTERM);
    free(c);
}

static void a_stop_hook_has_as_long_as_the_drain(void **state)
{
    (void)state;
    child *c = start(app_that_stops_for_ever, "--listen=127.0.0.1:0", "--drain-timeout=1ms");
    child_await(c, c->out, "listens");
    kill(c->pid, SIGTERM);
    child_join(c);
    assert_int_equal(c->status, 0);
    assert_non_null(strstr(c->err_text, "a stop hook failed"));
    free(c);
}

static void hang_up_is_ignored_without_a_terminal(void **state)
{
    (void)state;
    child *c = start(shop_app, "--listen=127.0.0.1:0");
    child_await(c, c->out, "listens");
    kill(c->pid, SIGHUP);
    kill(c->pid, SIGQUIT);
    child_await(c, c->err, "service"); // its fiber is in the dump: it is still there
    kill(c->pid, SIGTERM);
    child_join(c);
    assert_int_equal(c->status, 0);
    free(c);
}

static void on_a_terminal_logs_are_text_and_hang_up_drains(void **state)
{
    (void)state;
    setenv("TERM", "xterm", 1);
    char *argv[] = {(char *)"shop", (char *)"--listen=127.0.0.1:0", NULL};
    child *c = child_start_on_terminal(run_program, &(program){argv, shop_app});
    child_await(c, c->out, "listens");
    kill(c->pid, SIGHUP);
    child_await(c, c->out, "draining");
    child_join(c);
    assert_int_equal(c->status, 0);
    assert_non_null(strstr(c->out_text, "\x1b[32mINFO\x1b[0m  draining"));
    assert_null(strstr(c->out_text, "{"));
    free(c);
}

int main(void)
{
    // Signals go to a child without a terminal, whoever runs this.
    if (!freopen("/dev/null", "r", stdin))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_and_version_go_to_standard_output),
        cmocka_unit_test(help_comes_before_any_complaint),
        cmocka_unit_test(wrong_options_are_status_2),
        cmocka_unit_test(check_says_ok_or_all_that_is_wrong),
        cmocka_unit_test(faults_of_routes_are_told_with_status_1),
        cmocka_unit_test(a_taken_address_is_status_4_and_nothing_else_has_happened),
        cmocka_unit_test(a_start_hook_that_fails_is_status_1),
        cmocka_unit_test(a_service_says_where_it_listens_and_stops_well),
        cmocka_unit_test(a_signal_while_it_starts_ends_it_well),
        cmocka_unit_test(a_second_signal_ends_at_once),
        cmocka_unit_test(a_stop_hook_has_as_long_as_the_drain),
        cmocka_unit_test(hang_up_is_ignored_without_a_terminal),
        cmocka_unit_test(on_a_terminal_logs_are_text_and_hang_up_drains),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
