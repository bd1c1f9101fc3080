// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"

#include "base/map.h"

enum { KEYS = 500 };

static const ra__hash_key seed = {1, 2};

/// Keys of one, two and three letters; values point at their places here.
static char names[KEYS][4];

static ra_str name_of(unsigned number)
{
    char *name = names[number];
    size_t len = 0;
    for (unsigned left = number + 1; left > 0; left /= 26)
        name[len++] = (char)('a' + left % 26);
    return (ra_str){name, len};
}

static void put(ra__map *map, unsigned number)
{
    assert_status(ra__map_put(map, name_of(number), names[number]), RA_OK);
}

static void what_was_put_is_found(void **state)
{
    (void)state;
    ra__map *map = ra__map_new(seed);
    for (unsigned at = 0; at < KEYS; at++) {
        assert_null(ra__map_get(map, name_of(at)));
        put(map, at);
        assert_int_equal(ra__map_len(map), at + 1);
    }
    for (unsigned at = 0; at < KEYS; at++)
        assert_ptr_equal(ra__map_get(map, name_of(at)), names[at]);
    assert_null(ra__map_get(map, RA_STR("not there")));
    assert_null(ra__map_get(map, (ra_str){NULL, 0}));
    ra__map_free(map);
}

static void put_replaces_the_value_and_the_borrowed_key(void **state)
{
    (void)state;
    ra__map *map = ra__map_new(seed);
    char first[] = "key", second[] = "key";
    assert_status(ra__map_put(map, ra_str_of(first), "old"), RA_OK);
    assert_status(ra__map_put(map, ra_str_of(second), "new"), RA_OK);
    first[0] = 'x';
    assert_int_equal(ra__map_len(map), 1);
    assert_string_equal(ra__map_get(map, RA_STR("key")), "new");
    ra__map_free(map);
}

static void the_empty_text_is_a_key(void **state)
{
    (void)state;
    ra__map *map = ra__map_new(seed);
    assert_status(ra__map_put(map, (ra_str){NULL, 0}, "empty"), RA_OK);
    assert_string_equal(ra__map_get(map, RA_STR("")), "empty");
    assert_string_equal(ra__map_remove(map, RA_STR("")), "empty");
    assert_null(ra__map_remove(map, RA_STR("")));
    ra__map_free(map);
}

static void each_goes_in_the_order_of_insertion(void **state)
{
    (void)state;
    ra__map *map = ra__map_new(seed);
    for (unsigned at = 0; at < KEYS; at++)
        put(map, at * 7 % KEYS);
    size_t at = 0;
    ra_str key;
    void *value;
    for (unsigned wanted = 0; wanted < KEYS; wanted++) {
        assert_true(ra__map_each(map, &at, &key, &value));
        assert_ptr_equal(value, names[wanted * 7 % KEYS]);
        assert_ptr_equal(key.ptr, value);
    }
    assert_false(ra__map_each(map, &at, &key, &value));
    ra__map_free(map);
}

/// Against a plain array of what should be there; small, so that probes collide and wrap around.
static void a_long_history_of_puts_and_removes(void **state)
{
    (void)state;
    enum { SMALL = 40 };
    ra__map *map = ra__map_new(seed);
    bool there[SMALL] = {false};
    size_t count = 0;
    uint64_t random = 12345;
    for (int step = 0; step < 20000; step++) {
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
        unsigned number = (unsigned)(random >> 33) % SMALL;
        if (random >> 63) {
            put(map, number);
            count += !there[number];
            there[number] = true;
        } else {
            assert_ptr_equal(ra__map_remove(map, name_of(number)),
                             there[number] ? names[number] : NULL);
            count -= there[number];
            there[number] = false;
        }
        assert_int_equal(ra__map_len(map), count);
        unsigned other = (unsigned)(random >> 20) % SMALL;
        assert_ptr_equal(ra__map_get(map, name_of(other)), there[other] ? names[other] : NULL);
    }
    for (unsigned at = 0; at < SMALL; at++)
        assert_ptr_equal(ra__map_get(map, name_of(at)), there[at] ? names[at] : NULL);
    ra__map_free(map);
}

static void fill_a_map(void)
{
    ra__map *map = ra__map_new(seed);
    if (!map)
        return;
    size_t stored = 0;
    for (unsigned at = 0; at < 100; at++) {
        ra_status status = ra__map_put(map, name_of(at), names[at]);
        assert_true(status == RA_OK || status == RA_ERR_EXHAUSTED);
        stored += status == RA_OK;
        assert_int_equal(ra__map_len(map), stored);
        assert_ptr_equal(ra__map_get(map, name_of(at)), status == RA_OK ? names[at] : NULL);
    }
    ra__map_free(map);
}

static void a_refused_allocation_leaves_the_map_unchanged(void **state)
{
    (void)state;
    assert_in_range(refuse_each_allocation(fill_a_map), 8, 20);
}

static void put_null(void *arg)
{
    RA_DISCARD(ra__map_put(arg, RA_STR("key"), NULL));
}

static void a_null_value_traps(void **state)
{
    (void)state;
    ra__map *map = ra__map_new(seed);
    assert_int_equal(signal_of_death(put_null, map, -1), SIGABRT);
    ra__map_free(map);
    ra__map_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_is_found),
        cmocka_unit_test(put_replaces_the_value_and_the_borrowed_key),
        cmocka_unit_test(the_empty_text_is_a_key),
        cmocka_unit_test(each_goes_in_the_order_of_insertion),
        cmocka_unit_test(a_long_history_of_puts_and_removes),
        cmocka_unit_test(a_refused_allocation_leaves_the_map_unchanged),
        cmocka_unit_test(a_null_value_traps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
