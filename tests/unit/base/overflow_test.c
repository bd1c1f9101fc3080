// SPDX-License-Identifier: MIT OR Apache-2.0
// What a signed overflow does is settled by how we are built: hardened programs wrap
// (-fno-strict-overflow), sanitized ones stop and say so. The first flag silently switches the second
// off, so the two must never meet.
#include "base/support.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_THREAD__)
#define TSAN true
#elif defined(__has_feature)
#define TSAN __has_feature(thread_sanitizer)
#else
#define TSAN false
#endif

// In sanitized programs, ThreadSanitizer's too.
extern void __ubsan_handle_add_overflow(void) __attribute__((weak));

static bool overflow_is_told(void)
{
    return __ubsan_handle_add_overflow && !TSAN;
}

static __attribute__((noinline)) int one_more(int number)
{
    return number + 1;
}

/// What a child says on standard error when it adds; *wrapped: it lived, and the sum was the least.
static void add_in_a_child(char *text, size_t room, bool *wrapped)
{
    int ends[2], status = 0;
    volatile int most = INT32_MAX;
    size_t len = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        _exit(one_more(most) == INT32_MIN ? 0 : 1);
    }
    close(ends[1]);
    for (ssize_t got; (got = read(ends[0], text + len, room - 1 - len)) > 0;)
        len += (size_t)got;
    text[len] = '\0';
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    *wrapped = status == 0;
}

static void a_signed_overflow_wraps_or_is_told(void **state)
{
    (void)state;
    char text[4096];
    bool wrapped;
    add_in_a_child(text, sizeof text, &wrapped);
    if (overflow_is_told()) {
        assert_non_null(strstr(text, "signed integer overflow"));
        assert_false(wrapped);
    } else {
        assert_string_equal(text, "");
        assert_true(wrapped);
    }
}

/// A compiler that takes overflow for impossible answers this without looking.
static __attribute__((noinline)) bool grows(int number)
{
    return number + 1 > number;
}

static void a_check_behind_an_overflow_is_kept(void **state)
{
    (void)state;
    volatile int most = INT32_MAX;
    assert_true(grows(1));
    if (!__ubsan_handle_add_overflow)
        assert_false(grows(most));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signed_overflow_wraps_or_is_told),
        cmocka_unit_test(a_check_behind_an_overflow_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
