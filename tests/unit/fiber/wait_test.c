// SPDX-License-Identifier: MIT OR Apache-2.0
#include "fiber/world.h"
#include <pthread.h>

typedef struct {
    ra__wait wait;
    bool known;
    int told;
    ra_status told_why, ended;
} waiting;

static void note_cancel(ra__wait *wait, ra_status why)
{
    waiting *w = (waiting *)(void *)wait;
    w->told++;
    w->told_why = why;
}

static ra_status park(ra_ctx *ctx, void *arg)
{
    waiting *w = arg;
    ra__wait_init(&w->wait, ctx, "test", NULL);
    w->known = true;
    w->ended = ra__wait_park(ctx, &w->wait);
    return RA_OK;
}

static ra_status park_unabandoned(ra_ctx *ctx, void *arg)
{
    waiting *w = arg;
    ra__wait_init(&w->wait, ctx, "test", NULL);
    w->wait.on_cancel = note_cancel;
    w->known = true;
    RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, RA_MS(5)));
    w->ended = ra__wait_park(ctx, &w->wait);
    return RA_OK;
}

static void a_wait_is_claimed_once_and_ends_with_the_wakers_status(void **state)
{
    (void)state;
    sim s;
    waiting w = {.ended = RA_OK};
    sim_begin(&s, 1, 1, 0);
    sim_spawn(&s, 0, park, &w);
    sim_run(&s);
    assert_true(ra__wait_claim(&w.wait));
    assert_false(ra__wait_claim(&w.wait));
    ra__wait_wake(&w.wait, RA_ERR_BUSY);
    sim_run(&s);
    assert_int_equal(w.ended, RA_ERR_BUSY);
    sim_end(&s);
}

static ra_status wake_before_park(ra_ctx *ctx, void *arg)
{
    ra__wait wait;
    (void)arg;
    ra__wait_init(&wait, ctx, "test", NULL);
    EXPECT(ra__wait_claim(&wait));
    ra__wait_wake(&wait, RA_ERR_BUSY);
    EXPECT_STATUS(ra__wait_park(ctx, &wait), RA_ERR_BUSY);
    return RA_OK;
}

static void a_wake_before_the_park_is_not_lost(void **state)
{
    (void)state;
    sim_once(1, 1, 0, wake_before_park, NULL);
}

static void *wake_from_thread(void *arg)
{
    ra__wait *wait = arg;
    EXPECT(ra__wait_claim(wait));
    ra__wait_wake(wait, RA_OK);
    return NULL;
}

static ra_status woken_by_a_thread(ra_ctx *ctx, void *arg)
{
    (void)arg;
    for (int i = 0, rounds = scaled(100); i < rounds; i++) {
        ra__wait wait;
        pthread_t thread;
        ra__wait_init(&wait, ctx, "test", NULL);
        EXPECT(pthread_create(&thread, NULL, wake_from_thread, &wait) == 0);
        EXPECT_STATUS(ra__wait_park(ctx, &wait), RA_OK);
        pthread_join(thread, NULL);
    }
    return RA_OK;
}

static void any_thread_may_wake(void **state)
{
    (void)state;
    real_once(1, 0, woken_by_a_thread, NULL);
}

static void cancellation_claims_a_plain_wait(void **state)
{
    (void)state;
    sim s;
    waiting w = {.ended = RA_OK};
    sim_begin(&s, 1, 1, 0);
    ra__fiber *fiber = sim_spawn(&s, 0, park, &w);
    sim_run(&s);
    ra__fiber_cancel(fiber, RA_ERR_CANCELED);
    ra__fiber_cancel(fiber, RA_ERR_TIMEOUT); // the first reason stays
    assert_false(ra__wait_claim(&w.wait));
    sim_run(&s);
    assert_int_equal(w.ended, RA_ERR_CANCELED);
    sim_end(&s);
}

static void a_wait_with_on_cancel_is_told_once_and_goes_on(void **state)
{
    (void)state;
    sim s;
    waiting w = {.ended = RA_ERR_INTERNAL};
    sim_begin(&s, 1, 1, 0);
    ra__fiber *fiber = sim_spawn(&s, 0, park_unabandoned, &w);
    sim_run(&s); // the deadline passes
    assert_int_equal(w.told, 1);
    assert_int_equal(w.told_why, RA_ERR_TIMEOUT);
    ra__fiber_cancel(fiber, RA_ERR_CANCELED);
    assert_int_equal(w.told, 1);
    assert_int_equal(w.ended, RA_ERR_INTERNAL);
    assert_true(ra__wait_claim(&w.wait));
    ra__wait_wake(&w.wait, RA_OK);
    sim_run(&s);
    assert_int_equal(w.ended, RA_OK);
    sim_end(&s);
}

static void nobody_is_told_once_the_wait_is_over(void **state)
{
    (void)state;
    sim s;
    waiting w = {.ended = RA_ERR_INTERNAL};
    sim_begin(&s, 1, 1, 0);
    ra__fiber *fiber = sim_spawn(&s, 0, park_unabandoned, &w);
    while (!w.known)
        sim_step(&s);
    assert_true(ra__wait_claim(&w.wait));
    ra__wait_wake(&w.wait, RA_OK);
    ra__fiber_cancel(fiber, RA_ERR_CANCELED); // woken, but has not run yet
    sim_run(&s);
    assert_int_equal(w.told, 0);
    assert_int_equal(w.ended, RA_OK);
    sim_end(&s);
}

static ra_status canceled_since(ra_ctx *ctx, void *arg)
{
    waiting *w = arg;
    EXPECT_STATUS(ra__ctx_may_suspend(ctx), RA_OK);
    ra__fiber_cancel(ctx->fiber, RA_ERR_CANCELED);
    return w->told_why == RA_OK ? park(ctx, w) : park_unabandoned(ctx, w);
}

static void a_cancellation_between_check_and_park_ends_the_wait(void **state)
{
    (void)state;
    sim s;
    waiting plain = {.ended = RA_OK}, kept = {.told_why = RA_ERR_BUSY, .ended = RA_ERR_INTERNAL};
    sim_begin(&s, 1, 1, 0);
    sim_spawn(&s, 0, canceled_since, &plain);
    sim_spawn(&s, 0, canceled_since, &kept);
    sim_run(&s);
    assert_int_equal(plain.ended, RA_ERR_CANCELED);
    assert_int_equal(kept.told_why, RA_ERR_CANCELED);
    assert_int_equal(kept.ended, RA_ERR_INTERNAL);
    assert_true(ra__wait_claim(&kept.wait));
    ra__wait_wake(&kept.wait, RA_OK);
    sim_run(&s);
    sim_end(&s);
}

static ra_status late_since(ra_ctx *ctx, void *arg)
{
    waiting w = {.ended = RA_OK};
    sim *s = arg;
    RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, RA_MS(5)));
    EXPECT_STATUS(ra__ctx_may_suspend(ctx), RA_OK);
    s->now_ns += RA_MS(5);
    EXPECT_STATUS(park(ctx, &w), RA_OK);
    EXPECT_STATUS(w.ended, RA_ERR_TIMEOUT);
    return RA_OK;
}

static void a_deadline_between_check_and_park_ends_the_wait(void **state)
{
    (void)state;
    sim s;
    sim_begin(&s, 1, 1, 0);
    sim_spawn(&s, 0, late_since, &s);
    sim_run(&s);
    sim_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_wait_is_claimed_once_and_ends_with_the_wakers_status),
        cmocka_unit_test(a_wake_before_the_park_is_not_lost),
        cmocka_unit_test(any_thread_may_wake),
        cmocka_unit_test(cancellation_claims_a_plain_wait),
        cmocka_unit_test(a_wait_with_on_cancel_is_told_once_and_goes_on),
        cmocka_unit_test(nobody_is_told_once_the_wait_is_over),
        cmocka_unit_test(a_cancellation_between_check_and_park_ends_the_wait),
        cmocka_unit_test(a_deadline_between_check_and_park_ends_the_wait),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
