// SPDX-License-Identifier: MIT OR Apache-2.0
#include "fiber/private/wheel.h"
#include "fiber/world.h"

typedef struct {
    ra__timer timer; // first
    int64_t fired_ns;
    int fired;
} alarm_clock;

static ra__wheel wheel;
static int64_t now_ns;

static void ring(ra__timer *timer)
{
    alarm_clock *clock = (alarm_clock *)(void *)timer;
    clock->fired++;
    clock->fired_ns = now_ns;
}

static void set(alarm_clock *clock, int64_t at_ns)
{
    *clock = (alarm_clock){.timer = {.fn = ring, .at_ns = at_ns}};
    ra__wheel_add(&wheel, &clock->timer);
}

/// As a shard sleeps: to the next moment that the wheel asks for.
static bool run_to_next(void)
{
    int64_t next_ns = ra__wheel_next_ns(&wheel);
    if (next_ns == INT64_MAX)
        return false;
    assert_true(next_ns > now_ns);
    now_ns = next_ns;
    ra__wheel_advance(&wheel, now_ns);
    return true;
}

static int begin(void **state)
{
    (void)state;
    now_ns = RA_SECONDS(7) + 123;
    ra__wheel_init(&wheel, now_ns);
    return 0;
}

static void each_timer_fires_once_at_its_tick_and_never_early(void **state)
{
    (void)state;
    static const int64_t delays_ns[] = {
        1,           RA_US(999),    RA_MS(1),          RA_MS(2),
        RA_MS(62),   RA_MS(63),     RA_MS(64),         RA_MS(65),
        RA_MS(127),  RA_MS(128),    RA_MS(4095),       RA_MS(4096),
        RA_MS(4097), RA_MS(262143), RA_MS(262144),     RA_MS(262145),
        RA_HOURS(4), RA_HOURS(5),   RA_HOURS(24 * 30),
    };
    enum { COUNT = sizeof delays_ns / sizeof *delays_ns };
    alarm_clock clocks[COUNT];
    int64_t start_ns = now_ns;
    for (unsigned i = 0; i < COUNT; i++)
        set(&clocks[i], start_ns + delays_ns[i]);
    while (run_to_next()) {
    }
    for (unsigned i = 0; i < COUNT; i++) {
        int64_t due_ns = start_ns + delays_ns[i];
        assert_int_equal(clocks[i].fired, 1);
        assert_true(clocks[i].fired_ns >= due_ns);
        assert_true(clocks[i].fired_ns - due_ns < RA_MS(1));
        assert_false(ra__timer_armed(&clocks[i].timer));
    }
    assert_int_equal(wheel.count, 0);
}

static void every_start_and_delay_agrees_with_arithmetic(void **state)
{
    (void)state;
    for (int start = 0; start < 200; start++) {
        for (int delay = 1; delay < 300; delay += 7) {
            now_ns = RA_SECONDS(100) + RA_MS(start);
            ra__wheel_init(&wheel, now_ns);
            alarm_clock clock;
            set(&clock, now_ns + RA_MS(delay * 31));
            int64_t due_ns = now_ns + RA_MS(delay * 31);
            while (run_to_next()) {
            }
            assert_int_equal(clock.fired_ns, due_ns);
        }
    }
}

static void one_long_advance_fires_all_in_order(void **state)
{
    (void)state;
    alarm_clock early, late;
    set(&late, now_ns + RA_SECONDS(90));
    set(&early, now_ns + RA_MS(3));
    now_ns += RA_HOURS(1);
    assert_true(ra__wheel_advance(&wheel, now_ns));
    assert_int_equal(early.fired + late.fired, 2);
    assert_int_equal(ra__wheel_next_ns(&wheel), INT64_MAX);
    assert_false(ra__wheel_advance(&wheel, now_ns + RA_HOURS(1)));
}

static void a_disarmed_timer_does_not_fire(void **state)
{
    (void)state;
    alarm_clock kept, dropped;
    set(&kept, now_ns + RA_MS(5));
    set(&dropped, now_ns + RA_MS(5));
    ra__wheel_remove(&wheel, &dropped.timer);
    while (run_to_next()) {
    }
    assert_int_equal(kept.fired, 1);
    assert_int_equal(dropped.fired, 0);
}

static void removing_the_last_of_a_slot_leaves_nothing_to_wait_for(void **state)
{
    (void)state;
    static const int64_t delays_ns[] = {RA_MS(5), RA_MS(500), RA_SECONDS(50), RA_HOURS(2)};
    for (unsigned i = 0; i < 4; i++) {
        alarm_clock clock;
        set(&clock, now_ns + delays_ns[i]);
        assert_true(ra__wheel_next_ns(&wheel) != INT64_MAX);
        ra__wheel_remove(&wheel, &clock.timer);
        assert_int_equal(ra__wheel_next_ns(&wheel), INT64_MAX);
        for (unsigned level = 0; level < RA__WHEEL_LEVELS; level++)
            assert_int_equal(wheel.used[level], 0);
    }
}

static alarm_clock victim;

static void disarm_victim(ra__timer *timer)
{
    (void)timer;
    if (ra__timer_armed(&victim.timer))
        ra__wheel_remove(&wheel, &victim.timer);
}

static void a_callback_may_disarm_one_of_the_same_tick(void **state)
{
    (void)state;
    alarm_clock killer = {.timer = {.fn = disarm_victim, .at_ns = now_ns + RA_MS(5)}};
    ra__wheel_add(&wheel, &killer.timer);
    set(&victim, now_ns + RA_MS(5));
    while (run_to_next()) {
    }
    assert_int_equal(victim.fired, 0);
    assert_int_equal(wheel.count, 0);
}

static int repeats;

static void repeat_at_once(ra__timer *timer)
{
    if (++repeats < 3) {
        timer->at_ns = now_ns - RA_SECONDS(1); // long due
        ra__wheel_add(&wheel, timer);
    }
}

static void a_timer_armed_for_the_past_fires_at_the_next_tick(void **state)
{
    (void)state;
    repeats = 0;
    int64_t start_ns = now_ns;
    alarm_clock clock = {.timer = {.fn = repeat_at_once, .at_ns = 0}};
    ra__wheel_add(&wheel, &clock.timer);
    while (run_to_next()) {
    }
    assert_int_equal(repeats, 3);
    assert_true(now_ns - start_ns <= RA_MS(3));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_timer_fires_once_at_its_tick_and_never_early, begin),
        cmocka_unit_test_setup(every_start_and_delay_agrees_with_arithmetic, begin),
        cmocka_unit_test_setup(one_long_advance_fires_all_in_order, begin),
        cmocka_unit_test_setup(a_disarmed_timer_does_not_fire, begin),
        cmocka_unit_test_setup(removing_the_last_of_a_slot_leaves_nothing_to_wait_for, begin),
        cmocka_unit_test_setup(a_callback_may_disarm_one_of_the_same_tick, begin),
        cmocka_unit_test_setup(a_timer_armed_for_the_past_fires_at_the_next_tick, begin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
