// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"
#include "bind/value.h"

typedef enum { BELOW = -1, ZERO, ABOVE } sign;
RA_ENUM_BIND(sign, RA_ENUM(BELOW, "below"), RA_ENUM(ZERO, "zero"), RA_ENUM(ABOVE, "above"),
             RA_ENUM(ABOVE, "over"));
typedef enum __attribute__((packed)) { RED, GREEN = 255 } tiny;
RA_ENUM_BIND(tiny, RA_ENUM(RED, "red"), RA_ENUM(GREEN, "green"));

static void bits_of_each_size_come_back(void **state)
{
    (void)state;
    const size_t sizes[] = {1, 2, 4, 8};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        uint64_t place[2] = {0, 0};
        ra__store_bits(place, sizes[i], UINT64_MAX - 1);
        uint64_t wanted = (UINT64_MAX >> (64 - 8 * sizes[i])) - 1;
        assert_true(ra__load_bits(place, sizes[i]) == wanted);
        assert_true(place[0] == wanted); // and not a byte more
        assert_true(ra__load_signed(place, sizes[i]) == -2);
    }
}

static void an_enum_of_any_size_and_sign_has_its_names(void **state)
{
    (void)state;
    const ra__plan *plan = ra__plan_of(ra_bind_of(sign));
    sign s = BELOW;
    assert_text(ra__enum_name(plan, &s), "below");
    s = ABOVE;
    assert_text(ra__enum_name(plan, &s), "above"); // the first of two names
    s = (sign)5;
    assert_null(ra__enum_name(plan, &s).ptr);
    assert_int_equal(ra__enum_find(plan, RA_STR("over")), 3);
    assert_int_equal(ra__enum_find(plan, RA_STR("ov")), -1);

    const ra__plan *packed = ra__plan_of(ra_bind_of(tiny));
    tiny t = GREEN;
    assert_int_equal(sizeof t, 1);
    assert_text(ra__enum_name(packed, &t), "green");
}

static void a_list_grows_and_keeps_its_items(void **state)
{
    (void)state;
    ra_arena *arena = ra_arena_new(NULL, 1 << 16);
    ra_list_i64 list = {0};
    for (int64_t i = 0; i < 100; i++) {
        int64_t *item = ra__list_push(arena, (ra__list *)(void *)&list, sizeof *item);
        assert_non_null(item);
        assert_int_equal(*item, 0);
        *item = i;
    }
    assert_int_equal(list.len, 100);
    for (int64_t i = 0; i < 100; i++)
        assert_int_equal(list.items[i], i);
    ra_arena_free(arena);
}

static void a_list_past_the_arenas_limit_stays_as_it_was(void **state)
{
    (void)state;
    ra_arena *arena = ra_arena_new(NULL, 64);
    ra__list list = {0};
    for (int i = 0; i < 4; i++)
        assert_non_null(ra__list_push(arena, &list, 8));
    void *items = list.items;
    assert_null(ra__list_push(arena, &list, 8));
    assert_ptr_equal(list.items, items);
    assert_int_equal(list.len, 4);
    ra_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bits_of_each_size_come_back),
        cmocka_unit_test(an_enum_of_any_size_and_sign_has_its_names),
        cmocka_unit_test(a_list_grows_and_keeps_its_items),
        cmocka_unit_test(a_list_past_the_arenas_limit_stays_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
