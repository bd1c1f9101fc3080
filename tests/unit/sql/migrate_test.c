// SPDX-License-Identifier: MIT OR Apache-2.0
// migrate: what is applied, what is refused and in which words.
#include "world.h"

static world w;

static int open_world(void **state)
{
    (void)state;
    w = world_open("sqlite::memory:");
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

static const ra_migration good[] = {
    {"0001_items", "create table items (id integer primary key, name text not null) strict;"
                   "insert into items (name) values ('first')"},
    {"0002_price", "alter table items add column price real not null default 0;\n-- and one more\n"
                   "insert into items (name, price) values ('second', 2);"},
    {0},
};

static int64_t ask(const char *sql)
{
    int64_t got = -1;
    assert_status(ra_sql_run_(w.ctx, w.db, RA_SQL_ONE_, sql, ra_bind_of(ra_none), NULL,
                              ra_bind_of(int64_t), &got, NULL),
                  RA_OK);
    return got;
}

static void what_is_missing_is_applied_once(void **state)
{
    (void)state;
    const ra_migration first_only[] = {good[0], {0}};
    assert_status(ra__db_migrate(w.ctx, w.db, first_only), RA_OK);
    assert_int_equal(ask("select count(*) from items"), 1);
    assert_status(ra__db_migrate(w.ctx, w.db, good), RA_OK);
    assert_status(ra__db_migrate(w.ctx, w.db, good), RA_OK);
    assert_int_equal(ask("select count(*) from items"), 2);
    assert_int_equal(ask("select count(*) from ramie_migrations"), 2);
    ra_str when;
    assert_status(ra_sql_one(w.ctx,
                             "select applied_at from ramie_migrations where name = '0002_price'",
                             ra_none, NULL, ra_str, &when),
                  RA_OK);
    assert_int_equal(when.ptr[when.len - 1], 'Z');
}

static void an_empty_list_is_fine(void **state)
{
    (void)state;
    const ra_migration none[] = {{0}};
    assert_status(ra__db_migrate(w.ctx, w.db, none), RA_OK);
    assert_status(ra__db_migrate(w.ctx, w.db, NULL), RA_OK);
}

static void a_wrong_history_is_refused_in_words(void **state)
{
    (void)state;
    const struct {
        ra_migration list[4];
        const char *words;
    } rows[] = {
        {{good[0], {"0002_price", "select 1"}},
         "migration 0002_price was changed after it had been applied"},
        {{good[0]}, "the database is newer than the program: it has the migration 0002_price"},
        {{good[1], good[0]}, "migration 0002_price stands where 0001_items was applied"},
        {{good[0], {"0001b_between", "select 1"}, good[1]},
         "migration 0001b_between stands where 0002_price was applied"},
        {{{0}}, "the database is newer than the program: it has the migration 0001_items"},
    };
    assert_status(ra__db_migrate(w.ctx, w.db, good), RA_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_status(ra__db_migrate(w.ctx, w.db, rows[i].list), RA_ERR_STATE);
        if (!ra_str_starts_with(ra_ctx_message(w.ctx), ra_str_of(rows[i].words)))
            fail_msg(RA_STR_FMT, RA_STR_ARG(ra_ctx_message(w.ctx)));
    }
    assert_status(ra__db_migrate(w.ctx, w.db, good), RA_OK);
}

static void a_failing_migration_leaves_nothing_of_itself(void **state)
{
    (void)state;
    const ra_migration bad[] = {
        good[0],
        {"0002_bad",
         "create table other (x);\ninsert into other values (1);\ninsert into nowhere values (1)"},
        {0},
    };
    assert_status(ra__db_migrate(w.ctx, w.db, bad), RA_ERR_INTERNAL);
    assert_text(ra_ctx_message(w.ctx), "migration 0002_bad: line 3: no such table: nowhere");
    assert_int_equal(ask("select count(*) from sqlite_schema where name = 'other'"), 0);
    assert_int_equal(ask("select count(*) from ramie_migrations"), 1);
    assert_status(ra__db_migrate(w.ctx, w.db, good), RA_OK); // mended
}

static void a_migration_cannot_hold_a_transaction(void **state)
{
    (void)state;
    const ra_migration bad[] = {
        {"0001_bad", "create table other (x); commit; create table more (x)"}, {0}};
    assert_status(ra__db_migrate(w.ctx, w.db, bad), RA_ERR_INTERNAL);
    assert_int_equal(ask("select count(*) from sqlite_schema where name in ('other', 'more')"), 0);
}

static void a_broken_constraint_stops_a_migration(void **state)
{
    (void)state;
    const ra_migration bad[] = {
        good[0], {"0002_twice", "insert into items (id, name) values (1, 'again')"}, {0}};
    assert_status(ra__db_migrate(w.ctx, w.db, bad), RA_ERR_UNIQUE);
    assert_text(ra_ctx_message(w.ctx),
                "migration 0002_twice: line 1: UNIQUE constraint failed: items.id");
}

static void a_full_disk_stops_a_migration_which_can_go_on_later(void **state)
{
    (void)state;
    for (unsigned nth = 1; nth <= 3; nth++) {
        ra__db_fail(w.db, RA__DB_FAULT_COMMIT, nth, RA_ERR_DISK_FULL);
        ra_status status = ra__db_migrate(w.ctx, w.db, good);
        assert_true(status == RA_ERR_DISK_FULL || (nth > 1 && status == RA_OK));
        ra__db_fail(w.db, RA__DB_FAULT_COMMIT, 0, RA_OK);
    }
    assert_status(ra__db_migrate(w.ctx, w.db, good), RA_OK);
    assert_int_equal(ask("select count(*) from items"), 2);
}

#define WORLD_TEST(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(what_is_missing_is_applied_once),
        WORLD_TEST(an_empty_list_is_fine),
        WORLD_TEST(a_wrong_history_is_refused_in_words),
        WORLD_TEST(a_failing_migration_leaves_nothing_of_itself),
        WORLD_TEST(a_migration_cannot_hold_a_transaction),
        WORLD_TEST(a_broken_constraint_stops_a_migration),
        WORLD_TEST(a_full_disk_stops_a_migration_which_can_go_on_later),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
