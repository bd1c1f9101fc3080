// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"

#include "base/private/big.h"

static void multiplication_carries_through_all_limbs(void **state)
{
    (void)state;
    big number;
    ra__big_set(&number, UINT64_MAX);
    ra__big_multiply_add(&number, UINT64_MAX, UINT64_MAX); // (2^64 - 1) * 2^64
    assert_int_equal(number.len, 2);
    assert_int_equal(number.limbs[0], 0);
    assert_int_equal(number.limbs[1], UINT64_MAX);
}

static void a_shift_is_a_product_with_a_power_of_two(void **state)
{
    (void)state;
    for (int bits = 0; bits < 200; bits++) {
        big shifted, doubled;
        ra__big_set(&shifted, UINT64_C(0x8000000000000001));
        ra__big_set(&doubled, UINT64_C(0x8000000000000001));
        ra__big_shift_left(&shifted, bits);
        for (int at = 0; at < bits; at++)
            ra__big_multiply_add(&doubled, 2, 0);
        assert_int_equal(ra__big_compare(&shifted, &doubled), 0);
    }
}

static void powers_of_five_multiply_in_steps(void **state)
{
    (void)state;
    for (int exponent = 0; exponent < 200; exponent++) {
        big at_once, in_steps;
        ra__big_set(&at_once, 7);
        ra__big_set(&in_steps, 7);
        ra__big_multiply_pow5(&at_once, exponent);
        for (int at = 0; at < exponent; at++)
            ra__big_multiply_add(&in_steps, 5, 0);
        assert_int_equal(ra__big_compare(&at_once, &in_steps), 0);
    }
}

static void comparison_looks_at_the_highest_difference(void **state)
{
    (void)state;
    big a, b;
    ra__big_set(&a, 1);
    ra__big_set(&b, UINT64_MAX);
    assert_true(ra__big_compare(&a, &b) < 0);
    ra__big_shift_left(&a, 64);
    assert_true(ra__big_compare(&a, &b) > 0);
    ra__big_shift_left(&b, 64);
    assert_true(ra__big_compare(&a, &b) < 0);
    ra__big_set(&b, 1);
    ra__big_shift_left(&b, 64);
    assert_int_equal(ra__big_compare(&a, &b), 0);
    b.limbs[0] = 1;
    assert_true(ra__big_compare(&a, &b) < 0);
}

static void zero_has_no_limbs_and_stays_zero(void **state)
{
    (void)state;
    big zero;
    ra__big_set(&zero, 0);
    ra__big_shift_left(&zero, 100);
    ra__big_multiply_add(&zero, 10, 0);
    ra__big_multiply_pow5(&zero, 100);
    assert_int_equal(zero.len, 0);
}

static void overflow_by_shift(void *arg)
{
    ra__big_shift_left(arg, BIG_LIMBS * 64);
}

static void overflow_by_product(void *arg)
{
    ra__big_shift_left(arg, BIG_LIMBS * 64 - 1);
    ra__big_multiply_add(arg, 2, 0);
}

static void a_number_that_does_not_fit_traps(void **state)
{
    (void)state;
    big number;
    ra__big_set(&number, 1);
    assert_int_equal(signal_of_death(overflow_by_shift, &number, -1), SIGABRT);
    assert_int_equal(signal_of_death(overflow_by_product, &number, -1), SIGABRT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(multiplication_carries_through_all_limbs),
        cmocka_unit_test(a_shift_is_a_product_with_a_power_of_two),
        cmocka_unit_test(powers_of_five_multiply_in_steps),
        cmocka_unit_test(comparison_looks_at_the_highest_difference),
        cmocka_unit_test(zero_has_no_limbs_and_stays_zero),
        cmocka_unit_test(a_number_that_does_not_fit_traps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
