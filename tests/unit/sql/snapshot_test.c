// SPDX-License-Identifier: MIT OR Apache-2.0
// snapshot: a read that is over keeps no state of the database: the next one sees what was
// committed meanwhile. A statement that is left in the middle would hold its snapshot for ever.
#include "world.h"

static world w;

static int open_world(void **state)
{
    (void)state;
    w = world_open("sqlite::memory:");
    world_script(&w, "create table t (x integer) strict; insert into t values (0)");
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

static int64_t sum(void)
{
    int64_t x = -1;
    assert_status(ra_sql_one(w.ctx, "select sum(x) from t", ra_none, NULL, int64_t, &x), RA_OK);
    return x;
}

/// What is written now is what is read next.
static void assert_reads_are_fresh(void)
{
    for (int i = 0; i < 3; i++) {
        int64_t before = sum();
        assert_status(ra_sql_exec(w.ctx, "insert into t values (5)", ra_none, NULL), RA_OK);
        assert_int_equal(sum(), before + 5);
    }
}

static void a_look_whether_it_is_ready_keeps_no_snapshot(void **state)
{
    (void)state;
    assert_status(ra__db_ready(w.ctx, w.db), RA_OK);
    assert_reads_are_fresh();
}

static void a_read_that_stopped_at_a_row_keeps_no_snapshot(void **state)
{
    (void)state;
    int64_t x = 0;
    world_script(&w, "insert into t values (1), (2)");
    assert_status(ra_sql_one(w.ctx, "select x from t", ra_none, NULL, int64_t, &x),
                  RA_ERR_TOO_MANY_ROWS);
    assert_reads_are_fresh();
    RA_LIST(int64_t) list = {0};
    assert_status(
        ra_sql_many(w.ctx, "select x from t", ra_none, NULL, int64_t, &list, .rows_max = 1),
        RA_ERR_TOO_LARGE);
    assert_reads_are_fresh();
}

static ra_status read_and(ra_ctx *ctx, ra_status *result)
{
    int64_t x = 0;
    RA_TRY(ra_sql_one(ctx, "select count(*) from t", ra_none, NULL, int64_t, &x));
    return *result;
}

static void a_read_only_transaction_keeps_no_snapshot_however_it_ends(void **state)
{
    (void)state;
    ra_status results[] = {RA_OK, RA_ERR_CONFLICT};
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        assert_status(ra_sql_tx(w.ctx, read_and, &results[i], .read_only = true), results[i]);
        assert_reads_are_fresh();
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)
    const struct CMUnitTest tests[] = {
        TEST(a_look_whether_it_is_ready_keeps_no_snapshot),
        TEST(a_read_that_stopped_at_a_row_keeps_no_snapshot),
        TEST(a_read_only_transaction_keeps_no_snapshot_however_it_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
