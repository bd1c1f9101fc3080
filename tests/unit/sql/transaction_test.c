// SPDX-License-Identifier: MIT OR Apache-2.0
// transaction: bodies, their ctx, savepoints, read-only ones, retries, and what may not be done
// inside.
#include "world.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static world w;

static int open_world(void **state)
{
    (void)state;
    w = world_open("sqlite::memory:");
    world_script(&w,
                 "create table accounts (id integer primary key, cents integer not null) strict;"
                 "insert into accounts values (1, 100), (2, 0)");
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

static int64_t cents_of(int64_t id)
{
    int64_t cents = -1;
    assert_status(ra_sql_one(w.ctx, "select cents from accounts where id = :id", int64_t, &id,
                             int64_t, &cents),
                  RA_OK);
    return cents;
}

static ra_status set_cents(ra_ctx *ctx, int64_t cents)
{
    return ra_sql_exec(ctx, "update accounts set cents = :cents where id = 1", int64_t, &cents,
                       .rows = 1);
}

typedef struct {
    ra_status result; // what the body returns
    unsigned calls;
    ra_str text;
} step;

static ra_status set_one(ra_ctx *ctx, step *s)
{
    s->calls++;
    RA_TRY(set_cents(ctx, 1));
    int64_t seen = 0;
    RA_TRY(
        ra_sql_one(ctx, "select cents from accounts where id = 1", ra_none, NULL, int64_t, &seen));
    assert_int_equal(seen, 1); // its own writes
    return s->result;
}

static void ok_commits_and_all_else_rolls_back(void **state)
{
    (void)state;
    step s = {.result = RA_ERR_CONFLICT};
    assert_status(ra_sql_tx(w.ctx, set_one, &s), RA_ERR_CONFLICT);
    assert_int_equal(cents_of(1), 100);
    s.result = RA_OK;
    assert_status(ra_sql_tx(w.ctx, set_one, &s), RA_OK);
    assert_int_equal(cents_of(1), 1);
    assert_int_equal(s.calls, 2);
}

static ra_status fail_with_words(ra_ctx *ctx, int64_t *id)
{
    return ra_fail(ctx, RA_ERR_CONFLICT, "account %" PRId64 " is empty", *id);
}

static void the_bodys_message_is_the_callers(void **state)
{
    (void)state;
    int64_t id = 7;
    assert_status(ra_sql_tx(w.ctx, fail_with_words, &id), RA_ERR_CONFLICT);
    assert_text(ra_ctx_message(w.ctx), "account 7 is empty");
}

static ra_status use_the_ctx(ra_ctx *ctx, step *s)
{
    assert_ptr_not_equal(ctx, w.ctx);
    assert_ptr_not_equal(ra_ctx_db(ctx), w.db);
    assert_ptr_equal(ctx->slots[RA__SLOT_APP], w.ctx->slots[RA__SLOT_APP]);
    s->text = ra_format(ctx, "made %s", "inside");
    return RA_OK;
}

static void the_body_has_a_ctx_of_its_own_whose_memory_stays(void **state)
{
    (void)state;
    step s = {0};
    w.ctx->slots[RA__SLOT_APP] = &w;
    assert_status(ra_sql_tx(w.ctx, use_the_ctx, &s), RA_OK);
    assert_ptr_equal(ra_ctx_db(w.ctx), w.db);
    assert_status(set_cents(w.ctx, 5), RA_OK);
    assert_text(s.text, "made inside");
}

// ---- savepoints

static ra_status inner_body(ra_ctx *ctx, step *s)
{
    RA_TRY(set_cents(ctx, 2));
    return s->result;
}

static ra_status outer_body(ra_ctx *ctx, step *s)
{
    RA_TRY(set_cents(ctx, 1));
    assert_status(ra_sql_tx(ctx, inner_body, s), s->result);
    int64_t seen = 0;
    RA_TRY(
        ra_sql_one(ctx, "select cents from accounts where id = 1", ra_none, NULL, int64_t, &seen));
    assert_int_equal(seen, s->result == RA_OK ? 2 : 1);
    return RA_OK;
}

static void a_transaction_inside_is_a_savepoint(void **state)
{
    (void)state;
    step s = {.result = RA_ERR_CONFLICT};
    assert_status(ra_sql_tx(w.ctx, outer_body, &s), RA_OK);
    assert_int_equal(cents_of(1), 1);
    s.result = RA_OK;
    assert_status(ra_sql_tx(w.ctx, outer_body, &s), RA_OK);
    assert_int_equal(cents_of(1), 2);
}

static ra_status nest(ra_ctx *ctx, unsigned *depth)
{
    int64_t cents = *depth;
    RA_TRY(set_cents(ctx, cents));
    return --*depth ? ra_sql_tx(ctx, nest, depth) : RA_ERR_CONFLICT;
}

static void deep_nesting_unwinds_as_a_whole(void **state)
{
    (void)state;
    unsigned depth = 20;
    assert_status(ra_sql_tx(w.ctx, nest, &depth), RA_ERR_CONFLICT);
    assert_int_equal(cents_of(1), 100);
}

static ra_status swallow(ra_ctx *ctx, int *unused)
{
    (void)unused;
    RA_TRY(set_cents(ctx, 3));
    assert_status(ra_sql_exec(ctx, "insert into accounts values (1, 0)", ra_none, NULL),
                  RA_ERR_UNIQUE);
    return RA_OK; // the caller knows what it does
}

static void a_failed_statement_does_not_end_the_transaction(void **state)
{
    (void)state;
    int unused = 0;
    assert_status(ra_sql_tx(w.ctx, swallow, &unused), RA_OK);
    assert_int_equal(cents_of(1), 3);
}

// ---- retry

static ra_status fail_twice(ra_ctx *ctx, step *s)
{
    RA_TRY(set_cents(ctx, s->calls));
    return ++s->calls < 3 ? ra_fail(ctx, RA_ERR_SERIALIZATION, "not this time") : RA_OK;
}

static void serialization_failures_are_tried_again(void **state)
{
    (void)state;
    step s = {0};
    assert_status(ra_sql_tx(w.ctx, fail_twice, &s), RA_ERR_SERIALIZATION);
    assert_int_equal(s.calls, 1);
    assert_text(ra_ctx_message(w.ctx), "not this time");
    s.calls = 0;
    assert_status(ra_sql_tx(w.ctx, fail_twice, &s, .retry = 1), RA_ERR_SERIALIZATION);
    assert_int_equal(s.calls, 2);
    s.calls = 0;
    assert_status(ra_sql_tx(w.ctx, fail_twice, &s, .retry = 3), RA_OK);
    assert_int_equal(s.calls, 3);
    assert_int_equal(cents_of(1), 2);
}

static void other_failures_are_not(void **state)
{
    (void)state;
    step s = {.result = RA_ERR_CONFLICT};
    assert_status(ra_sql_tx(w.ctx, set_one, &s, .retry = 3), RA_ERR_CONFLICT);
    assert_int_equal(s.calls, 1);
}

// ---- read-only

static ra_status read_twice(ra_ctx *ctx, int64_t sums[2])
{
    for (int i = 0; i < 2; i++) {
        RA_TRY(
            ra_sql_one(ctx, "select sum(cents) from accounts", ra_none, NULL, int64_t, &sums[i]));
    }
    return RA_OK;
}

static ra_status read_and_nest(ra_ctx *ctx, int64_t sums[2])
{
    return ra_sql_tx(ctx, read_twice, sums);
}

static ra_status write_in_read(ra_ctx *ctx, int *unused)
{
    (void)unused;
    return set_cents(ctx, 9);
}

static void read_only_runs_in_place_and_cannot_write(void **state)
{
    (void)state;
    int64_t sums[2] = {0};
    int unused = 0;
    uint64_t bodies = ra__db_counters_of(w.db).bodies;
    assert_status(ra_sql_tx(w.ctx, read_twice, sums, .read_only = true), RA_OK);
    assert_int_equal(sums[0], 100);
    assert_int_equal(sums[1], 100);
    assert_status(ra_sql_tx(w.ctx, read_and_nest, sums, .read_only = true), RA_OK);
    assert_status(ra_sql_tx(w.ctx, write_in_read, &unused, .read_only = true), RA_ERR_READ_ONLY);
    assert_int_equal(ra__db_counters_of(w.db).bodies, bodies); // the writer had nothing to do
    assert_int_equal(w.ctx->mode, RA__CTX_FIBER);
    assert_ptr_equal(ra_ctx_db(w.ctx), w.db);
    assert_status(set_cents(w.ctx, 9), RA_OK);
}

// ---- what may not be done

static ra_db *kept;

static ra_status keep_the_handle(ra_ctx *ctx, int *unused)
{
    (void)unused;
    kept = ra_ctx_db(ctx);
    return RA_OK;
}

static void a_transaction_cannot_be_used_after_its_body(void **state)
{
    (void)state;
    int unused = 0;
    int64_t got;
    assert_status(ra_sql_tx(w.ctx, keep_the_handle, &unused), RA_OK);
    assert_status(ra_sql_one_on(w.ctx, kept, "select 1", ra_none, NULL, int64_t, &got),
                  RA_ERR_STATE);
    assert_status(ra_sql_tx_on(w.ctx, kept, keep_the_handle, &unused), RA_ERR_STATE);
    assert_status(ra_sql_tx(w.ctx, keep_the_handle, &unused, .read_only = true), RA_OK);
    assert_status(ra_sql_one_on(w.ctx, kept, "select 1", ra_none, NULL, int64_t, &got),
                  RA_ERR_STATE);
}

static ra_status use_the_outer_ctx(ra_ctx *ctx, ra_ctx *outer)
{
    (void)ctx;
    int64_t got = 0;
    return ra_sql_one(outer, "select 1", ra_none, NULL, int64_t, &got);
}

/// In a child process, whose last words nobody needs.
static void run_with_the_outer_ctx(void)
{
    signal(SIGABRT, SIG_DFL);
    close(2);
    RA_DISCARD(ra_sql_tx(w.ctx, use_the_outer_ctx, w.ctx));
    _exit(0);
}

static void the_outer_ctx_in_a_body_ends_the_process(void **state)
{
    (void)state;
    int status = 0;
    pid_t child = fork();
    if (child == 0)
        run_with_the_outer_ctx();
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static ra_status end_it(ra_ctx *ctx, int *unused)
{
    (void)unused;
    RA_TRY(set_cents(ctx, 8));
    assert_status(ra_sql_exec(ctx, "commit", ra_none, NULL), RA_ERR_INTERNAL);
    assert_status(ra_sql_exec(ctx, "rollback", ra_none, NULL), RA_ERR_INTERNAL);
    assert_status(ra_sql_exec(ctx, "savepoint x", ra_none, NULL), RA_ERR_INTERNAL);
    return RA_ERR_CONFLICT;
}

static void a_body_cannot_end_its_transaction_by_sql(void **state)
{
    (void)state;
    int unused = 0;
    assert_status(ra_sql_tx(w.ctx, end_it, &unused), RA_ERR_CONFLICT);
    assert_int_equal(cents_of(1), 100);
}

static ra_status use_too_much(ra_ctx *ctx, int *unused)
{
    (void)unused;
    RA_TRY(set_cents(ctx, 8));
    (void)ra_alloc(ctx, ctx->arena_bytes_max - 100);
    (void)ra_alloc(ctx, 1000); // out of the reserve
    return RA_OK;
}

static void a_body_over_its_memory_is_rolled_back(void **state)
{
    (void)state;
    int unused = 0;
    assert_status(ra_sql_tx(w.ctx, use_too_much, &unused), RA_ERR_EXHAUSTED);
    w.ctx->exhausted = false;
    assert_int_equal(cents_of(1), 100);
}

// ---- a script in a transaction

static ra_status run_script(ra_ctx *ctx, char *sql)
{
    return ra__db_script(ctx, ra_ctx_db(ctx), sql);
}

static void a_script_fails_as_a_whole_and_says_where(void **state)
{
    (void)state;
    char wrong[] = "update accounts set cents = 5;\nupdate accounts\nset sents = 6;";
    assert_status(ra_sql_tx(w.ctx, run_script, wrong), RA_ERR_INTERNAL);
    assert_text(ra_ctx_message(w.ctx), "line 2: no such column: sents");
    assert_int_equal(cents_of(1), 100);
    assert_status(ra__db_script(w.ctx, w.db, "update accounts set cents = 5; commit"),
                  RA_ERR_INTERNAL);
    assert_int_equal(cents_of(1), 100);
    assert_status(ra__db_script(w.ctx, w.db, " ; -- nothing\n/* at all */"), RA_OK);
    assert_status(
        ra__db_script(w.ctx, w.db,
                      "create trigger t after update on accounts begin select 1; select 2; end;"
                      "update accounts set cents = 5"),
        RA_OK);
    assert_int_equal(cents_of(1), 5);
}

#define WORLD_TEST(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(ok_commits_and_all_else_rolls_back),
        WORLD_TEST(the_bodys_message_is_the_callers),
        WORLD_TEST(the_body_has_a_ctx_of_its_own_whose_memory_stays),
        WORLD_TEST(a_transaction_inside_is_a_savepoint),
        WORLD_TEST(deep_nesting_unwinds_as_a_whole),
        WORLD_TEST(a_failed_statement_does_not_end_the_transaction),
        WORLD_TEST(serialization_failures_are_tried_again),
        WORLD_TEST(other_failures_are_not),
        WORLD_TEST(read_only_runs_in_place_and_cannot_write),
        WORLD_TEST(a_transaction_cannot_be_used_after_its_body),
        WORLD_TEST(the_outer_ctx_in_a_body_ends_the_process),
        WORLD_TEST(a_body_cannot_end_its_transaction_by_sql),
        WORLD_TEST(a_body_over_its_memory_is_rolled_back),
        WORLD_TEST(a_script_fails_as_a_whole_and_says_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
