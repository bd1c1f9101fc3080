// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"

#include "os/os.h"

static void each_owned_signal_is_waited_for(void **state)
{
    (void)state;
    static const struct {
        int number;
        ra__signal signal;
    } rows[] = {
        {SIGTERM, RA__SIGNAL_TERM},
        {SIGINT, RA__SIGNAL_INT},
        {SIGHUP, RA__SIGNAL_HUP},
        {SIGQUIT, RA__SIGNAL_QUIT},
    };
    int fd = ra__os_signals_open();
    assert_true(fd >= 0);
    for (size_t at = 0; at < COUNT_OF(rows); at++) {
        kill(getpid(), rows[at].number);
        assert_int_equal(ra__os_signals_wait(fd, -1), rows[at].signal);
    }
    ra__os_signals_close(fd);
}

static void the_doorbell_ends_the_wait_but_a_signal_goes_first(void **state)
{
    (void)state;
    int fd = ra__os_signals_open();
    int doorbell = ra__os_doorbell_open();
    ra__os_doorbell_ring(doorbell);
    kill(getpid(), SIGTERM);
    assert_int_equal(ra__os_signals_wait(fd, doorbell), RA__SIGNAL_TERM);
    assert_int_equal(ra__os_signals_wait(fd, doorbell), RA__SIGNAL_NONE);
    ra__os_doorbell_close(doorbell);
    ra__os_signals_close(fd);
}

static void pipe_is_ignored_while_owned(void **state)
{
    (void)state;
    int fd = ra__os_signals_open();
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    assert_int_equal(write(ends[1], "x", 1), -1);
    close(ends[1]);
    ra__os_signals_close(fd);
}

static void what_was_set_before_is_restored(void **state)
{
    (void)state;
    sigset_t mask, before;
    struct sigaction action;
    sigemptyset(&mask);
    sigaddset(&mask, SIGHUP);
    sigaddset(&mask, SIGUSR1);
    pthread_sigmask(SIG_SETMASK, &mask, &before);
    int fd = ra__os_signals_open();
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    assert_true(sigismember(&mask, SIGTERM) && sigismember(&mask, SIGHUP));
    ra__os_signals_close(fd);
    pthread_sigmask(SIG_SETMASK, &before, &mask);
    assert_false(sigismember(&mask, SIGTERM));
    assert_true(sigismember(&mask, SIGHUP) && sigismember(&mask, SIGUSR1));
    sigaction(SIGPIPE, NULL, &action);
    assert_ptr_equal(action.sa_handler, SIG_DFL);
}

static void open_and_close_with_a_late_signal(void *arg)
{
    (void)arg;
    int fd = ra__os_signals_open();
    kill(getpid(), SIGTERM);
    kill(getpid(), SIGINT);
    ra__os_signals_close(fd);
}

static void a_late_signal_does_not_kill_at_close(void **state)
{
    (void)state;
    assert_int_equal(signal_of_death(open_and_close_with_a_late_signal, NULL, -1), 0);
}

static void open_twice(void *arg)
{
    (void)arg;
    (void)ra__os_signals_open();
    (void)ra__os_signals_open();
}

static void a_second_owner_traps(void **state)
{
    (void)state;
    assert_int_equal(signal_of_death(open_twice, NULL, -1), SIGABRT);
    int fd = ra__os_signals_open();
    ra__os_signals_close(fd);
    ra__os_signals_close(-1);
    fd = ra__os_signals_open();
    assert_true(fd >= 0);
    ra__os_signals_close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_owned_signal_is_waited_for),
        cmocka_unit_test(the_doorbell_ends_the_wait_but_a_signal_goes_first),
        cmocka_unit_test(pipe_is_ignored_while_owned),
        cmocka_unit_test(what_was_set_before_is_restored),
        cmocka_unit_test(a_late_signal_does_not_kill_at_close),
        cmocka_unit_test(a_second_owner_traps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
