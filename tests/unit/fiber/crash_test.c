// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/assert.h"
#include "fiber/crash.h"
#include "fiber/death.h"
#include "fiber/world.h"

static ra_status break_a_rule(ra_ctx *ctx, void *arg)
{
    (void)arg;
    ra__fiber_set_label(ctx->fiber, "GET /rule");
    RA_CHECK(ctx == NULL, "the rule");
    return RA_OK;
}

static void a_failed_check_names_the_fiber(void **state)
{
    (void)state;
    static last_words words;
    LAST_WORDS(sim_once(1, 1, 0, break_a_rule, NULL), &words);
    assert_non_null(strstr(words.text, "the rule"));
    assert_non_null(strstr(words.text, "'GET /rule' spawned at "));
    assert_true(WIFSIGNALED(words.status) && WTERMSIG(words.status) == SIGABRT);
}

static void outside_any_fiber_there_is_none_to_name(void **state)
{
    (void)state;
    static last_words words;
    sim s;
    sim_begin(&s, 1, 1, 0);
    LAST_WORDS(RA_CHECK(s.runtime == NULL, "the rule"), &words);
    assert_non_null(strstr(words.text, "the rule"));
    assert_null(strstr(words.text, "fiber "));
    sim_end(&s);
}

#if !RA__ASAN && !RA__TSAN // their own handlers say more
static __attribute__((noinline)) int recurse(int depth)
{
    volatile char frame[512];
    frame[0] = (char)depth;
    return depth < 0 ? 0 : recurse(depth + 1) + frame[0];
}

static ra_status overflow(ra_ctx *ctx, void *arg)
{
    ra__fiber_set_label(ctx->fiber, "GET /x");
    *(int *)arg = recurse(0);
    return RA_OK;
}

static ra_status read_null(ra_ctx *ctx, void *arg)
{
    (void)arg;
    ra__fiber_set_label(ctx->fiber, "GET /null");
    volatile int *nowhere = NULL;
    return *nowhere ? RA_OK : RA_ERR_INTERNAL;
}

static void crash_on_a_shard(ra__fiber_fn *fn)
{
    int unused;
    ra__os_crash_handlers(ra__fiber_crash_report);
    real_once(2, 0, fn, &unused);
}

static void a_stack_overflow_names_the_fiber_and_its_size(void **state)
{
    (void)state;
    static last_words words;
    LAST_WORDS(crash_on_a_shard(overflow), &words);
    assert_non_null(strstr(words.text, "stack overflow in fiber "));
    assert_non_null(strstr(words.text, "'GET /x' spawned at "));
    assert_non_null(strstr(words.text, ", size "));
    assert_true(WIFSIGNALED(words.status));
}

static void any_other_fault_names_the_running_fiber(void **state)
{
    (void)state;
    static last_words words;
    LAST_WORDS(crash_on_a_shard(read_null), &words);
    assert_non_null(strstr(words.text, "segmentation fault at 0x0 in fiber "));
    assert_non_null(strstr(words.text, "'GET /null'"));
    assert_true(WIFSIGNALED(words.status) && WTERMSIG(words.status) == SIGSEGV);
}
#endif

static void the_report_itself_needs_no_runtime(void **state)
{
    (void)state;
    static last_words words;
    LAST_WORDS(ra__fiber_crash_report(SIGBUS, (void *)0x1234, NULL), &words);
    assert_string_equal(words.text, "ramie: bus error at 0x1234\n");
    // Its number says who sent the signal; it is no place.
    LAST_WORDS(ra__fiber_crash_report(SIGABRT, (void *)0x1234, NULL), &words);
    assert_string_equal(words.text, "ramie: abort\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failed_check_names_the_fiber),
        cmocka_unit_test(outside_any_fiber_there_is_none_to_name),
#if !RA__ASAN && !RA__TSAN
        cmocka_unit_test(a_stack_overflow_names_the_fiber_and_its_size),
        cmocka_unit_test(any_other_fault_names_the_running_fiber),
#endif
        cmocka_unit_test(the_report_itself_needs_no_runtime),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
