// SPDX-License-Identifier: MIT OR Apache-2.0
// sql: the four forms, their options and every status they end with, on a simulated program.
#include "world.h"

typedef struct {
    int64_t id;
    ra_str name;
    double price;
    ra_opt_str note;
} item;
RA_BIND(item, RA_FIELD(id), RA_FIELD(name), RA_FIELD(price), RA_FIELD(note));

typedef struct {
    ra_str name;
    double price;
    ra_opt_str note;
} new_item;
RA_BIND(new_item, RA_FIELD(name), RA_FIELD(price), RA_FIELD(note));

typedef struct {
    int64_t id;
    ra_opt_str name;
    ra_opt_str note;
} patch;
RA_BIND(patch, RA_FIELD(id), RA_FIELD(name), RA_FIELD(note, .nullable = true));

typedef struct {
    int64_t id;
    ra_str name;
} id_and_name;
RA_BIND(id_and_name, RA_FIELD(id), RA_FIELD(name));

static world w;

static int open_world(void **state)
{
    (void)state;
    w = world_open("sqlite::memory:");
    world_script(&w, "create table items (id integer primary key, name text not null unique, price real not null"
                     " constraint positive_price check (price >= 0), note text) strict");
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

static ra_status add(const char *name, double price, int64_t *id)
{
    const new_item in = {.name = ra_str_of(name), .price = price};
    return ra_sql_one(w.ctx, "insert into items (name, price, note) values (:name, :price, :note) returning id", new_item,
                      &in, int64_t, id);
}

static void one_returns_the_row(void **state)
{
    (void)state;
    int64_t id = 0;
    assert_status(add("rope", 1.5, &id), RA_OK);
    assert_int_equal(id, 1);
    item got = {0};
    assert_status(ra_sql_one(w.ctx, "select * from items where id = :id", int64_t, &id, item, &got), RA_OK);
    assert_text(got.name, "rope");
    assert_true(got.price == 1.5);
    assert_false(ra_is_set(got.note));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_returns_the_row, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
