// SPDX-License-Identifier: MIT OR Apache-2.0
// sql: the four forms, their options and every status they end with, on a simulated program.
#include "world.h"

#include "base/heap.h"

#include <stdio.h>

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
    world_script(
        &w,
        "create table items (id integer primary key, name text not null unique, price real not null"
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
    return ra_sql_one(
        w.ctx, "insert into items (name, price, note) values (:name, :price, :note) returning id",
        new_item, &in, int64_t, id);
}

static item get(int64_t id)
{
    item got = {0};
    assert_status(ra_sql_one(w.ctx, "select id, name, price, note from items where id = :id",
                             int64_t, &id, item, &got),
                  RA_OK);
    return got;
}

static int64_t count(void)
{
    int64_t rows = -1;
    assert_status(ra_sql_one(w.ctx, "select count(*) from items", ra_none, NULL, int64_t, &rows),
                  RA_OK);
    return rows;
}

/// The lines logged since the last call.
static const char *take_log(void)
{
    static char text[4096];
    RA_SCOPED(ra_buf, log, ra_buf_init(1 << 20));
    assert_int_equal(ra__log_take(&log), RA_OK);
    size_t len = log.len < sizeof text - 1 ? log.len : sizeof text - 1;
    memcpy(text, log.ptr ? log.ptr : "", len);
    text[len] = '\0';
    return text;
}

// ---- the forms

static void one_returns_the_row(void **state)
{
    (void)state;
    int64_t id = 0;
    assert_status(add("rope", 1.5, &id), RA_OK);
    assert_int_equal(id, 1);
    item got = get(id);
    assert_text(got.name, "rope");
    assert_true(got.price == 1.5);
    assert_false(ra_is_set(got.note));
}

static void one_without_a_row_is_not_found(void **state)
{
    (void)state;
    int64_t id = 7;
    item got = {.id = 99};
    assert_status(ra_sql_one(w.ctx, "select id, name, price, note from items where id = :id",
                             int64_t, &id, item, &got),
                  RA_ERR_NOT_FOUND);
    assert_int_equal(got.id, 99);
}

static void one_with_two_rows_is_too_many(void **state)
{
    (void)state;
    int64_t id = 0;
    assert_status(add("a", 1, &id), RA_OK);
    assert_status(add("b", 1, &id), RA_OK);
    assert_status(ra_sql_one(w.ctx, "select id from items", ra_none, NULL, int64_t, &id),
                  RA_ERR_TOO_MANY_ROWS);
    // The reader is free again.
    assert_int_equal(count(), 2);
}

static void opt_tells_a_row_from_none(void **state)
{
    (void)state;
    int64_t id = 1;
    RA_OPT(item) got = {.presence = RA_SET};
    assert_status(ra_sql_opt(w.ctx, "select id, name, price, note from items where id = :id",
                             int64_t, &id, item, &got),
                  RA_OK);
    assert_true(ra_is_absent(got));
    assert_status(add("rope", 1.5, &id), RA_OK);
    assert_status(ra_sql_opt(w.ctx, "select id, name, price, note from items where id = :id",
                             int64_t, &id, item, &got),
                  RA_OK);
    assert_true(ra_is_set(got));
    assert_text(got.value.name, "rope");
}

static void opt_of_every_scalar_finds_its_presence(void **state)
{
    (void)state;
    RA_OPT(bool) flag = {0};
    RA_OPT(int32_t) small = {0};
    RA_OPT(double) real = {0};
    RA_OPT(ra_str) text = {0};
    assert_status(ra_sql_opt(w.ctx, "select 1", ra_none, NULL, bool, &flag), RA_OK);
    assert_true(ra_is_set(flag) && flag.value);
    assert_status(ra_sql_opt(w.ctx, "select -5", ra_none, NULL, int32_t, &small), RA_OK);
    assert_true(ra_is_set(small) && small.value == -5);
    assert_status(ra_sql_opt(w.ctx, "select 0.5", ra_none, NULL, double, &real), RA_OK);
    assert_true(ra_is_set(real) && real.value == 0.5);
    assert_status(ra_sql_opt(w.ctx, "select 'x'", ra_none, NULL, ra_str, &text), RA_OK);
    assert_true(ra_is_set(text));
    assert_text(text.value, "x");
    assert_status(ra_sql_opt(w.ctx, "select 'x' where 0", ra_none, NULL, ra_str, &text), RA_OK);
    assert_true(ra_is_absent(text));
}

static void many_returns_all_rows_in_order(void **state)
{
    (void)state;
    int64_t id = 0;
    for (int i = 0; i < 50; i++) {
        char name[16];
        snprintf(name, sizeof name, "item %02d", i);
        assert_status(add(name, i, &id), RA_OK);
    }
    RA_LIST(item) all = {.len = 99}; // made anew
    assert_status(ra_sql_many(w.ctx, "select id, name, price, note from items order by id desc",
                              ra_none, NULL, item, &all),
                  RA_OK);
    assert_int_equal(all.len, 50);
    for (uint32_t i = 0; i < all.len; i++) {
        assert_int_equal(all.items[i].id, 50 - i);
        assert_true(all.items[i].price == 49 - (double)i);
    }
    RA_LIST(int64_t) ids = {0};
    assert_status(ra_sql_many(w.ctx, "select id from items where id < 4 order by id", ra_none, NULL,
                              int64_t, &ids),
                  RA_OK);
    assert_int_equal(ids.len, 3);
    assert_int_equal(ids.items[2], 3);
    assert_status(
        ra_sql_many(w.ctx, "select id from items where id < 0", ra_none, NULL, int64_t, &ids),
        RA_OK);
    assert_int_equal(ids.len, 0);
}

static void many_past_the_limit_is_too_large(void **state)
{
    (void)state;
    RA_LIST(int64_t) ids = {0};
    assert_status(
        ra_sql_many(w.ctx,
                    "with recursive n (x) as (select 1 union all select x + 1 from n limit 1001)"
                    " select x from n",
                    ra_none, NULL, int64_t, &ids),
        RA_ERR_TOO_LARGE);
    assert_status(
        ra_sql_many(w.ctx,
                    "with recursive n (x) as (select 1 union all select x + 1 from n limit 1000)"
                    " select x from n",
                    ra_none, NULL, int64_t, &ids),
        RA_OK);
    assert_int_equal(ids.len, 1000);
    assert_status(
        ra_sql_many(w.ctx,
                    "with recursive n (x) as (select 1 union all select x + 1 from n limit 1001)"
                    " select x from n",
                    ra_none, NULL, int64_t, &ids, .rows_max = 1001),
        RA_OK);
    assert_status(ra_sql_many(w.ctx, "select 1 union all select 2", ra_none, NULL, int64_t, &ids,
                              .rows_max = 1),
                  RA_ERR_TOO_LARGE);
}

static void exec_counts_and_checks_the_changed_rows(void **state)
{
    (void)state;
    int64_t id = 0, changed = -1;
    assert_status(add("a", 1, &id), RA_OK);
    assert_status(add("b", 1, &id), RA_OK);
    assert_status(
        ra_sql_exec(w.ctx, "update items set price = 2", ra_none, NULL, .changed = &changed),
        RA_OK);
    assert_int_equal(changed, 2);
    assert_status(ra_sql_exec(w.ctx, "update items set price = 3", ra_none, NULL, .rows = 2),
                  RA_OK);
    assert_status(
        ra_sql_exec(w.ctx, "update items set price = 4 where id = 9", ra_none, NULL, .rows = 1),
        RA_ERR_NOT_FOUND);
    assert_status(ra_sql_exec(w.ctx, "update items set price = 4", ra_none, NULL, .rows = 1,
                              .changed = &changed),
                  RA_ERR_TOO_MANY_ROWS);
    assert_int_equal(changed, 2);
    assert_true(get(1).price == 3); // and nothing was changed
    assert_status(
        ra_sql_exec(w.ctx, "create table other (id integer)", ra_none, NULL, .changed = &changed),
        RA_OK);
    assert_int_equal(changed, 0); // not what the update before it changed
}

// ---- values

static void a_value_survives_the_round_trip(void **state)
{
    (void)state;
    static const char *const names[] = {
        "", "it's", "a\"b", "été 日本 🌍", "-- ; drop table items", ":name", "%s%n"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        int64_t id = 0;
        assert_status(add(names[i], 0.1, &id), RA_OK);
        item got = get(id);
        assert_text(got.name, names[i]);
        assert_true(got.price == 0.1);
    }
    const new_item with_nul = {.name = {"a\0b", 3}, .price = 1e308};
    int64_t id = 0;
    assert_status(ra_sql_one(w.ctx,
                             "insert into items (name, price) values (:name, :price) returning id",
                             new_item, &with_nul, int64_t, &id),
                  RA_OK);
    item got = get(id);
    assert_int_equal(got.name.len, 3);
    assert_memory_equal(got.name.ptr, "a\0b", 3);
    assert_true(got.price == 1e308);
}

static void text_of_a_row_lives_in_the_memory_of_the_ctx(void **state)
{
    (void)state;
    int64_t id = 0;
    assert_status(add("first", 1, &id), RA_OK);
    item got = get(id);
    assert_status(ra_sql_exec(w.ctx, "update items set name = 'second'", ra_none, NULL), RA_OK);
    assert_text(get(id).name, "second");
    assert_text(got.name, "first");
}

static void patch_tells_absent_null_and_value_apart(void **state)
{
    (void)state;
    int64_t id = 0;
    assert_status(add("rope", 1, &id), RA_OK);
    static const struct {
        ra_opt_str note;
        const char *expected; // NULL: null
    } steps[] = {
        {{.value = {"long", 4}, .presence = RA_SET}, "long"},
        {{.presence = RA_ABSENT}, "long"},
        {{.presence = RA_NULL}, NULL},
        {{.presence = RA_ABSENT}, NULL},
        {{.value = {"", 0}, .presence = RA_SET}, ""},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        const patch in = {.id = id, .note = steps[i].note};
        item got = {0};
        assert_status(ra_sql_one(w.ctx,
                                 "update items set name = coalesce(:name, name),"
                                 " note = case when :note.present then :note else note end"
                                 " where id = :id returning id, name, price, note",
                                 patch, &in, item, &got),
                      RA_OK);
        assert_text(got.name, "rope");
        assert_int_equal(ra_is_set(got.note), steps[i].expected != NULL);
        if (steps[i].expected)
            assert_text(got.note.value, steps[i].expected);
    }
}

// ---- constraints

static void a_broken_constraint_has_a_status_and_names_the_column(void **state)
{
    (void)state;
    int64_t id = 0;
    assert_status(add("rope", 1, &id), RA_OK);
    assert_status(add("rope", 1, &id), RA_ERR_UNIQUE);
    assert_text(ra_ctx_message(w.ctx), "must be unique: items.name");
    assert_status(add("debt", -1, &id), RA_ERR_CHECK);
    assert_text(ra_ctx_message(w.ctx), "breaks the rule positive_price");
    assert_status(
        ra_sql_exec(w.ctx, "insert into items (name, price) values (null, 1)", ra_none, NULL),
        RA_ERR_NOT_NULL);
    assert_text(ra_ctx_message(w.ctx), "must not be null: items.name");
    assert_int_equal(count(), 1);
    assert_string_equal(take_log(), ""); // the client's mistakes, not the program's
}

static void references_are_checked(void **state)
{
    (void)state;
    world_script(&w, "create table notes (item integer not null references items (id)) strict;"
                     "create table late (item integer not null references items (id) deferrable "
                     "initially deferred)");
    assert_status(ra_sql_exec(w.ctx, "insert into notes values (99)", ra_none, NULL),
                  RA_ERR_FOREIGN_KEY);
    // Checked at the end: of this body, not of the batch.
    assert_status(ra_sql_exec(w.ctx, "insert into late values (99)", ra_none, NULL),
                  RA_ERR_FOREIGN_KEY);
    assert_int_equal(ra__db_counters_of(w.db).rollbacks, 0);
    int64_t rows = -1;
    assert_status(ra_sql_one(w.ctx, "select count(*) from late", ra_none, NULL, int64_t, &rows),
                  RA_OK);
    assert_int_equal(rows, 0);
}

// ---- what is wrong with the program

static void a_wrong_text_is_an_internal_error_that_only_the_log_explains(void **state)
{
    (void)state;
    int64_t id = 1;
    item got;
#define CHECK_WRONG(text, explained)                                                               \
    do {                                                                                           \
        assert_status(ra_sql_one(w.ctx, text, int64_t, &id, int64_t, &id), RA_ERR_INTERNAL);       \
        assert_text(ra_ctx_message(w.ctx), "");                                                    \
        const char *log_ = take_log();                                                             \
        if (!strstr(log_, explained))                                                              \
            fail_msg("%s: %s", text, log_);                                                        \
    } while (0)
    CHECK_WRONG("selec 1", "syntax error");
    CHECK_WRONG("select id from nowhere where id = :id", "no such table: nowhere");
    CHECK_WRONG("select \"nope\" from items where id = :id", "no such column: nope");
    CHECK_WRONG("select :a + :b", "cannot be 2 parameters");
    CHECK_WRONG("select 1; select 2", "more than one statement");
    CHECK_WRONG("", "no statement");
    CHECK_WRONG("-- nothing", "no statement");
    CHECK_WRONG("begin", "ra_sql_tx");
    CHECK_WRONG("commit", "ra_sql_tx");
    CHECK_WRONG("pragma foreign_keys = off", "shared");
    CHECK_WRONG("attach 'x' as y", "shared");
    CHECK_WRONG("select 'open", "not ended");
    CHECK_WRONG("select ?1", "written :name");
#undef CHECK_WRONG
    assert_status(
        ra_sql_one(w.ctx, "select 1 /* one */ ; -- and done", ra_none, NULL, int64_t, &id), RA_OK);
    assert_status(ra_sql_one(w.ctx, "select id, name from items where id = :ide", id_and_name,
                             &(id_and_name){0}, item, &got),
                  RA_ERR_INTERNAL);
    assert_non_null(strstr(take_log(), ":ide is no member of id_and_name"));
}

static void columns_and_members_without_a_partner_are_named_in_the_log(void **state)
{
    (void)state;
    int64_t id = 0;
    assert_status(add("rope", 1, &id), RA_OK);
    id_and_name got = {0};
    assert_status(ra_sql_one(w.ctx, "select id from items", ra_none, NULL, id_and_name, &got),
                  RA_ERR_DECODE);
    assert_non_null(strstr(take_log(), "member name of id_and_name has no column"));
    assert_status(
        ra_sql_one(w.ctx, "select id, name, price from items", ra_none, NULL, id_and_name, &got),
        RA_ERR_DECODE);
    assert_non_null(strstr(take_log(), "column price has no member in id_and_name"));
    assert_status(
        ra_sql_one(w.ctx, "select id, name, id from items", ra_none, NULL, id_and_name, &got),
        RA_ERR_DECODE);
    assert_non_null(strstr(take_log(), "two columns are called id"));
    assert_status(ra_sql_one(w.ctx, "select id, name from items", ra_none, NULL, int64_t, &id),
                  RA_ERR_DECODE);
    assert_non_null(strstr(take_log(), "2 columns do not fit into a single int64_t"));
    assert_text(ra_ctx_message(w.ctx), "");
    // An optional member may go without.
    item without_note = {.note = RA_SOME(ra_opt_str, RA_STR("kept"))};
    assert_status(
        ra_sql_one(w.ctx, "select id, name, price from items", ra_none, NULL, item, &without_note),
        RA_OK);
    assert_text(without_note.note.value, "kept");
}

static void a_wrong_out_changes_nothing(void **state)
{
    (void)state;
    id_and_name got = {0};
    assert_status(ra_sql_one(w.ctx, "insert into items (name, price) values ('a', 1) returning id",
                             ra_none, NULL, id_and_name, &got),
                  RA_ERR_DECODE);
    assert_status(ra_sql_exec(w.ctx, "insert into items (name, price) values ('a', 1) returning id",
                              ra_none, NULL),
                  RA_ERR_DECODE);
    assert_status(ra_sql_one(w.ctx, "insert into items (name, price) values ('a', 1)", ra_none,
                             NULL, id_and_name, &got),
                  RA_ERR_DECODE);
    // A row that does not fit is met only after the insert: it is undone.
    int32_t small;
    assert_status(ra_sql_one(w.ctx,
                             "insert into items (name, price) values ('a', 1) returning 5000000000",
                             ra_none, NULL, int32_t, &small),
                  RA_ERR_DECODE);
    assert_int_equal(count(), 0);
}

/// One bad row of another program must not make a whole list unreadable; JSON writes U+FFFD for it.
static void text_that_is_no_utf8_is_handed_over_as_it_is(void **state)
{
    (void)state;
    ra_str text;
    assert_status(ra_sql_one(w.ctx, "select cast(x'61ff' as text)", ra_none, NULL, ra_str, &text),
                  RA_OK);
    assert_memory_equal(text.ptr, "a\xff", 2);
}

static void a_row_that_does_not_fit_is_a_decode_error(void **state)
{
    (void)state;
    int64_t id;
    int32_t small;
    assert_status(ra_sql_one(w.ctx, "select null", ra_none, NULL, int64_t, &id), RA_ERR_DECODE);
    assert_status(ra_sql_one(w.ctx, "select 'x'", ra_none, NULL, int64_t, &id), RA_ERR_DECODE);
    assert_status(ra_sql_one(w.ctx, "select 5000000000", ra_none, NULL, int32_t, &small),
                  RA_ERR_DECODE);
    assert_non_null(strstr(take_log(), "row 1: text does not fit"));
    assert_status(ra_sql_one(w.ctx, "select max(id) from items", ra_none, NULL, int64_t, &id),
                  RA_ERR_DECODE); // of none
}

static void a_forgotten_database_is_a_status(void **state)
{
    (void)state;
    int64_t id;
    ra_db *db = w.ctx->slots[RA__SLOT_DB];
    w.ctx->slots[RA__SLOT_DB] = NULL;
    assert_null(ra_ctx_db(w.ctx));
    assert_status(ra_sql_one(w.ctx, "select 1", ra_none, NULL, int64_t, &id), RA_ERR_STATE);
    w.ctx->slots[RA__SLOT_DB] = db;
    assert_ptr_equal(ra_ctx_db_named(w.ctx, "default"), db);
    assert_ptr_equal(ra_ctx_db_named(w.ctx, NULL), db);
    assert_null(ra_ctx_db_named(w.ctx, "other"));
    assert_status(ra_sql_one_on(w.ctx, ra_ctx_db_named(w.ctx, "other"), "select 1", ra_none, NULL,
                                int64_t, &id),
                  RA_ERR_STATE);
}

// ---- the rest

static void an_earlier_error_leaves_no_message_behind(void **state)
{
    (void)state;
    int64_t id = 9;
    assert_status(ra_fail(w.ctx, RA_ERR_NOT_FOUND, "an old story"), RA_ERR_NOT_FOUND);
    assert_status(ra_sql_exec(w.ctx, "delete from items where id = :id", int64_t, &id, .rows = 1),
                  RA_ERR_NOT_FOUND);
    assert_text(ra_ctx_message(w.ctx), "");
    assert_status(ra_fail(w.ctx, RA_ERR_NOT_FOUND, "an old story"), RA_ERR_NOT_FOUND);
    assert_status(
        ra_sql_one(w.ctx, "select id from items where id = :id", int64_t, &id, int64_t, &id),
        RA_ERR_NOT_FOUND);
    assert_text(ra_ctx_message(w.ctx), "");
}

static void one_text_may_be_used_with_several_types(void **state)
{
    (void)state;
    int64_t id = 0;
    assert_status(add("rope", 1, &id), RA_OK);
    const patch in = {.id = id};
    for (int i = 0; i < 3; i++) {
        id_and_name pair;
        item whole;
        const char *text = "select id, name from items where id = :id";
        assert_status(ra_sql_run_(w.ctx, w.db, RA_SQL_ONE_, text, ra_bind_of(int64_t), &id,
                                  ra_bind_of(id_and_name), &pair, NULL),
                      RA_OK);
        assert_text(pair.name, "rope");
        assert_status(ra_sql_run_(w.ctx, w.db, RA_SQL_ONE_, text, ra_bind_of(patch), &in,
                                  ra_bind_of(id_and_name), &pair, NULL),
                      RA_OK);
        assert_status(ra_sql_run_(w.ctx, w.db, RA_SQL_ONE_, text, ra_bind_of(int64_t), &id,
                                  ra_bind_of(item), &whole, NULL),
                      RA_ERR_DECODE);
    }
}

static void a_changed_table_is_noticed_by_prepared_statements(void **state)
{
    (void)state;
    int64_t id = 0;
    assert_status(add("rope", 1, &id), RA_OK);
    for (int i = 0; i < 2; i++) {
        item got = {0};
        static const char sql[] = "select * from items";
        ra_status expected = i == 0 ? RA_OK : RA_ERR_DECODE; // a column came, and has no member
        assert_status(ra_sql_run_(w.ctx, w.db, RA_SQL_ONE_, sql, ra_bind_of(ra_none), NULL,
                                  ra_bind_of(item), &got, NULL),
                      expected);
        if (i == 0) {
            assert_status(
                ra_sql_exec(w.ctx, "alter table items add column colour text", ra_none, NULL),
                RA_OK);
        }
    }
    assert_non_null(strstr(take_log(), "column colour has no member in item"));
}

static void a_failing_statement_by_fault_is_a_status_and_the_next_works(void **state)
{
    (void)state;
    int64_t id = 0;
    ra__db_fail(w.db, RA__DB_FAULT_STATEMENT, 1, RA_ERR_IO);
    assert_status(add("a", 1, &id), RA_ERR_IO);
    ra__db_fail(w.db, RA__DB_FAULT_STATEMENT, 2, RA_ERR_BUSY);
    assert_status(add("a", 1, &id), RA_OK);
    assert_status(add("b", 1, &id), RA_ERR_BUSY);
    assert_int_equal(count(), 1);
}

static void more_texts_than_the_set_holds_all_work(void **state)
{
    (void)state;
    enum { TEXTS = 600 };
    static char texts[TEXTS][40];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < TEXTS; i++) {
            int64_t got = 0;
            snprintf(texts[i], sizeof texts[i], "select %d", i);
            assert_status(ra_sql_run_(w.ctx, w.db, RA_SQL_ONE_, texts[i], ra_bind_of(ra_none), NULL,
                                      ra_bind_of(int64_t), &got, NULL),
                          RA_OK);
            assert_int_equal(got, i);
        }
    }
}

static unsigned allocations;

static bool count_allocation(void *arg, size_t bytes)
{
    (void)arg;
    (void)bytes;
    allocations++;
    return true;
}

static ra_status work_of_a_request(int64_t *id)
{
    const patch in = {.id = 1, .note = RA_SOME(ra_opt_str, RA_STR("a note"))};
    item got = {0};
    RA_LIST(item) all = {0};
    RA_TRY(ra_sql_exec(w.ctx, "delete from items where id > 1", ra_none, NULL));
    RA_TRY(add("warm", 1, id));
    RA_TRY(ra_sql_one(
        w.ctx, "update items set note = :note where id = :id returning id, name, price, note",
        patch, &in, item, &got));
    RA_TRY(ra_sql_one(w.ctx, "select id, name, price, note from items where id = 1", ra_none, NULL,
                      item, &got));
    return ra_sql_many(w.ctx, "select id, name, price, note from items", ra_none, NULL, item, &all);
}

static void warm_statements_ask_the_heap_for_nothing(void **state)
{
    (void)state;
    int64_t id = 0;
    assert_status(add("first", 1, &id), RA_OK);
    for (int round = 0; round < 20; round++) {
        assert_status(work_of_a_request(&id), RA_OK);
        ra__ctx_reset(w.ctx);
    }
    allocations = 0;
    ra__heap_set_hook(count_allocation, NULL);
    ra_status status = work_of_a_request(&id);
    ra__ctx_reset(w.ctx);
    ra__heap_set_hook(NULL, NULL);
    assert_status(status, RA_OK);
    assert_int_equal(allocations, 0);
}

static void ready_answers_and_is_cached(void **state)
{
    (void)state;
    assert_status(ra__db_ready(w.ctx, w.db), RA_OK);
    uint64_t before = ra__db_counters_of(w.db).vfs_reads;
    assert_status(ra__db_ready(w.ctx, w.db), RA_OK);
    assert_int_equal(ra__db_counters_of(w.db).vfs_reads, before);
}

static void time_comes_from_the_clock_of_the_runtime(void **state)
{
    (void)state;
    ra_str now;
    ra__sim_set_wall(w.sim, (ra_time){RA_SECONDS(1795000000) + RA_MS(250)});
    assert_status(ra_sql_one(w.ctx, "select strftime('%s %f', 'now')", ra_none, NULL, ra_str, &now),
                  RA_OK);
    assert_text(now, "1795000000 40.250");
}

#define WORLD_TEST(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(one_returns_the_row),
        WORLD_TEST(one_without_a_row_is_not_found),
        WORLD_TEST(one_with_two_rows_is_too_many),
        WORLD_TEST(opt_tells_a_row_from_none),
        WORLD_TEST(opt_of_every_scalar_finds_its_presence),
        WORLD_TEST(many_returns_all_rows_in_order),
        WORLD_TEST(many_past_the_limit_is_too_large),
        WORLD_TEST(exec_counts_and_checks_the_changed_rows),
        WORLD_TEST(a_value_survives_the_round_trip),
        WORLD_TEST(text_of_a_row_lives_in_the_memory_of_the_ctx),
        WORLD_TEST(patch_tells_absent_null_and_value_apart),
        WORLD_TEST(a_broken_constraint_has_a_status_and_names_the_column),
        WORLD_TEST(references_are_checked),
        WORLD_TEST(a_wrong_text_is_an_internal_error_that_only_the_log_explains),
        WORLD_TEST(columns_and_members_without_a_partner_are_named_in_the_log),
        WORLD_TEST(a_wrong_out_changes_nothing),
        WORLD_TEST(text_that_is_no_utf8_is_handed_over_as_it_is),
        WORLD_TEST(a_row_that_does_not_fit_is_a_decode_error),
        WORLD_TEST(a_forgotten_database_is_a_status),
        WORLD_TEST(an_earlier_error_leaves_no_message_behind),
        WORLD_TEST(one_text_may_be_used_with_several_types),
        WORLD_TEST(a_changed_table_is_noticed_by_prepared_statements),
        WORLD_TEST(a_failing_statement_by_fault_is_a_status_and_the_next_works),
        WORLD_TEST(more_texts_than_the_set_holds_all_work),
        WORLD_TEST(warm_statements_ask_the_heap_for_nothing),
        WORLD_TEST(ready_answers_and_is_cached),
        WORLD_TEST(time_comes_from_the_clock_of_the_runtime),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
