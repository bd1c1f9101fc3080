// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"

#include "base/assert.h"

/// What a death writes on standard error.
static void last_words(void (*fn)(void *arg), void *arg, char *out, size_t bytes)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(signal_of_death(fn, arg, ends[1]), SIGABRT);
    close(ends[1]);
    ssize_t got = read(ends[0], out, bytes - 1);
    close(ends[0]);
    assert_true(got >= 0);
    out[got] = 0;
}

static void fail_check(void *arg)
{
    RA_CHECK(arg != NULL, "fiber %d has no stack", 812);
}

static void a_failed_check_says_where_and_why(void **state)
{
    (void)state;
    char words[1024];
    last_words(fail_check, NULL, words, sizeof words);
    assert_non_null(strstr(words, "assert_test.c:"));
    assert_non_null(strstr(words, ": fiber 812 has no stack\n"));
}

static void a_check_that_holds_does_nothing(void **state)
{
    (void)state;
    int evaluated = 0;
    RA_CHECK(++evaluated == 1, "once");
    assert_int_equal(evaluated, 1);
}

static void say_route(const char *reason)
{
    const char route[] = "in GET /items\n";
    assert_string_equal(reason, "broken");
    (void)!write(STDERR_FILENO, route, sizeof route - 1);
}

static void trap_with_hook(void *arg)
{
    (void)arg;
    ra__trap_hook = say_route;
    ra__trap("x.c", 7, "broken");
}

static void the_hook_adds_what_it_knows(void **state)
{
    (void)state;
    char words[1024];
    last_words(trap_with_hook, NULL, words, sizeof words);
    assert_string_equal(words, "x.c:7: broken\nin GET /items\n");
}

static void break_again(const char *reason)
{
    ra__trap("hook.c", 1, "again: %s", reason);
}

static void trap_with_broken_hook(void *arg)
{
    (void)arg;
    ra__trap_hook = break_again;
    ra__trap("x.c", 7, "broken");
}

static void a_hook_that_traps_ends_the_process_at_once(void **state)
{
    (void)state;
    char words[1024];
    last_words(trap_with_broken_hook, NULL, words, sizeof words);
    assert_string_equal(words, "x.c:7: broken\n");
}

static void trap_at_length(void *arg)
{
    ra__trap("x.c", 1, "%s", (const char *)arg);
}

static void a_long_reason_is_cut(void **state)
{
    (void)state;
    char reason[2000], words[4000];
    memset(reason, 'r', sizeof reason - 1);
    reason[sizeof reason - 1] = 0;
    last_words(trap_at_length, reason, words, sizeof words);
    assert_in_range(strlen(words), 400, 600);
    assert_int_equal(words[strlen(words) - 1], '\n');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failed_check_says_where_and_why),
        cmocka_unit_test(a_check_that_holds_does_nothing),
        cmocka_unit_test(the_hook_adds_what_it_knows),
        cmocka_unit_test(a_hook_that_traps_ends_the_process_at_once),
        cmocka_unit_test(a_long_reason_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
