// SPDX-License-Identifier: MIT OR Apache-2.0
// writer: group commit, what one body's failure means for the others, lost batches, cancellation at
// every moment.
#include "crew.h"

#include "sql/private/sqlite/writer.h"

// ---- on the simulation: what is in a batch

static world w;

static int open_world(void **state)
{
    (void)state;
    w = world_open("sqlite::memory:");
    world_script(&w, "create table t (id integer primary key, name text unique) strict");
    return 0;
}

static int close_world(void **state)
{
    (void)state;
    world_close(&w);
    return 0;
}

typedef struct {
    int64_t id;
    ra_status status;
    ra_ctx *ctx;
} insert;

static bool gathering; // the writer is inside the body that gathers

static ra_status insert_one(ra_ctx *ctx, insert *in)
{
    while (!gathering)
        RA_TRY(ra_yield(ctx));
    in->status = ra_sql_exec(ctx, "insert into t (id) values (:id)", int64_t, &in->id);
    return RA_OK;
}

enum { MANY = RA__SQLITE_WRITER_BODIES_MAX - 1 };

/// A body that lets the other shards go on meanwhile: all that they can queue is queued when it
/// ends.
static ra_status gather(ra_ctx *ctx, int *unused)
{
    (void)ctx;
    (void)unused;
    gathering = true;
    for (bool any = true; any;) {
        any = false;
        for (unsigned shard = 0; shard < WORLD_SHARDS; shard++) {
            any |=
                ra__shard_turn(ra__runtime_shard(w.runtime, shard), RA__SQLITE_WRITER_BODIES_MAX);
        }
    }
    return RA_OK;
}

static ra_status gather_all(ra_ctx *ctx, ra_status *status)
{
    int unused = 0;
    *status = ra_sql_tx(ctx, gather, &unused);
    return RA_OK;
}

/// So many inserts in one batch, of the ids from 1 on, behind a body without effect, whose status
/// is returned.
static ra_status insert_several(insert *inserts, int len)
{
    ra_status first = RA_ERR_STATE;
    gathering = false;
    RA_GROUP(all, w.ctx);
    ra_group_go(&all, gather_all, &first);
    for (int i = 0; i < len; i++) {
        inserts[i] = (insert){.id = i + 1};
        ra_group_go_any(&all, insert_one, &inserts[i]);
    }
    assert_status(ra_group_wait(w.ctx, &all), RA_OK);
    return first;
}

static ra_status insert_many(insert inserts[MANY])
{
    return insert_several(inserts, MANY);
}

static int64_t count_rows(void)
{
    int64_t rows = -1;
    assert_status(ra_sql_one(w.ctx, "select count(*) from t", ra_none, NULL, int64_t, &rows),
                  RA_OK);
    return rows;
}

static void check_all(const insert inserts[MANY], ra_status expected)
{
    for (int i = 0; i < MANY; i++)
        assert_status(inserts[i].status, expected);
}

static void waiting_writes_are_one_commit(void **state)
{
    (void)state;
    insert inserts[MANY];
    ra__db_counters before = ra__db_counters_of(w.db);
    assert_status(insert_many(inserts), RA_OK);
    ra__db_counters after = ra__db_counters_of(w.db);
    check_all(inserts, RA_OK);
    assert_int_equal(count_rows(), MANY);
    assert_int_equal(after.bodies - before.bodies, MANY + 1);
    assert_int_equal(after.batches - before.batches, 1);
    assert_int_equal(after.vfs_syncs - before.vfs_syncs, 1);
}

static void a_commit_waits_for_no_more_than_64_bodies(void **state)
{
    (void)state;
    enum { LEN = 3 * RA__SQLITE_WRITER_BODIES_MAX };
    static insert inserts[LEN];
    ra__db_counters before = ra__db_counters_of(w.db);
    assert_status(insert_several(inserts, LEN), RA_OK);
    ra__db_counters after = ra__db_counters_of(w.db);
    assert_int_equal(count_rows(), LEN);
    assert_int_equal(after.batches - before.batches, 4); // the first body came on top
}

static void a_failing_body_does_not_touch_its_neighbours(void **state)
{
    (void)state;
    insert inserts[MANY];
    world_script(&w, "insert into t (id) values (7), (40)");
    assert_status(insert_many(inserts), RA_OK);
    for (int i = 0; i < MANY; i++) {
        bool taken = inserts[i].id == 7 || inserts[i].id == 40;
        assert_status(inserts[i].status, taken ? RA_ERR_UNIQUE : RA_OK);
    }
    assert_int_equal(count_rows(), MANY);
    assert_int_equal(ra__db_counters_of(w.db).rollbacks, 0);
}

static void a_failing_commit_is_the_answer_of_every_body(void **state)
{
    (void)state;
    static const struct {
        ra__db_fault fault;
        ra_status status;
    } rows[] = {
        {RA__DB_FAULT_COMMIT, RA_ERR_DISK_FULL}, {RA__DB_FAULT_COMMIT, RA_ERR_BUSY},
        {RA__DB_FAULT_WRITE, RA_ERR_DISK_FULL},  {RA__DB_FAULT_WRITE, RA_ERR_IO},
        {RA__DB_FAULT_SYNC, RA_ERR_IO},          {RA__DB_FAULT_SYNC, RA_ERR_DISK_FULL},
    };
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        insert inserts[MANY];
        ra__db_fail(w.db, rows[r].fault, 1, rows[r].status);
        assert_status(insert_many(inserts), rows[r].status);
        check_all(inserts, rows[r].status);
        assert_int_equal(count_rows(), 0);
        assert_int_equal(ra__db_counters_of(w.db).rollbacks, r + 1);
        assert_status(insert_many(inserts), RA_OK); // and the next batch works
        check_all(inserts, RA_OK);
        world_script(&w, "delete from t");
    }
}

static void a_body_that_failed_by_itself_keeps_its_own_status(void **state)
{
    (void)state;
    insert inserts[MANY];
    world_script(&w, "insert into t (id) values (7)");
    ra__db_fail(w.db, RA__DB_FAULT_COMMIT, 1, RA_ERR_IO);
    assert_status(insert_many(inserts), RA_ERR_IO);
    assert_status(inserts[6].status, RA_ERR_UNIQUE);
    assert_status(inserts[7].status, RA_ERR_IO);
}

static void a_body_that_rolls_all_back_leaves_the_others_to_try_again(void **state)
{
    (void)state;
    // SQLite gives up the whole transaction here, with all the bodies before; those behind begin a
    // new one.
    world_script(&w, "create trigger veto before insert on t when new.id = 50 begin select "
                     "raise(rollback, 'no'); end");
    insert inserts[MANY];
    assert_status(insert_many(inserts), RA_ERR_UNAVAILABLE);
    int64_t lost = 0;
    for (int i = 0; i < MANY; i++) {
        ra_status status = inserts[i].status;
        assert_true(status == (inserts[i].id == 50 ? RA_ERR_CHECK : status));
        assert_true(inserts[i].id == 50 || status == RA_OK || status == RA_ERR_UNAVAILABLE);
        lost += status == RA_ERR_UNAVAILABLE;
    }
    assert_true(lost > 0);
    assert_int_equal(count_rows(), MANY - 1 - lost);
    assert_int_equal(ra__db_counters_of(w.db).rollbacks, 1);
}

static ra_status swallow_a_lost_transaction(ra_ctx *ctx, int64_t *id)
{
    assert_status(ra_sql_exec(ctx, "insert into t (id) values (:id)", int64_t, id), RA_OK);
    ra__db_fail(w.db, RA__DB_FAULT_WRITE, 1, RA_ERR_DISK_FULL);
    ra_status status = RA_OK;
    // Fills the page cache until SQLite has to write, and fails.
    for (int i = 0; i < 10000 && status == RA_OK; i++) {
        status =
            ra_sql_exec(ctx, "insert into t (name) values (randomblob(0) || hex(randomblob(2000)))",
                        ra_none, NULL);
    }
    assert_status(status, RA_ERR_DISK_FULL);
    // Outside a transaction this would commit by itself.
    assert_status(ra_sql_exec(ctx, "insert into t (id) values (999999)", ra_none, NULL),
                  RA_ERR_DISK_FULL);
    return RA_OK;
}

static void a_transaction_that_sqlite_gave_up_takes_no_more_statements(void **state)
{
    (void)state;
    int64_t id = 1;
    assert_status(ra_sql_tx(w.ctx, swallow_a_lost_transaction, &id), RA_ERR_DISK_FULL);
    assert_int_equal(count_rows(), 0);
    assert_status(ra_sql_exec(w.ctx, "insert into t (id) values (1)", ra_none, NULL), RA_OK);
}

static void a_database_past_its_size_is_full_and_still_readable(void **state)
{
    (void)state;
    world_close(&w);
    w = world_open("sqlite::memory:?max_bytes=65536");
    world_script(&w, "create table t (id integer primary key, name text unique) strict");
    ra_status status = RA_OK;
    int64_t id = 0;
    while (status == RA_OK) {
        id++;
        status = ra_sql_exec(w.ctx, "insert into t (id, name) values (:id, hex(randomblob(500)))",
                             int64_t, &id);
    }
    assert_status(status, RA_ERR_DISK_FULL);
    assert_text(ra_ctx_message(w.ctx), "");
    assert_int_equal(count_rows(), id - 1);
    assert_status(ra_sql_exec(w.ctx, "delete from t where id < 10", ra_none, NULL), RA_OK);
    assert_status(ra_sql_exec(w.ctx, "insert into t (id) values (1)", ra_none, NULL), RA_OK);
}

static void a_canceled_ctx_begins_no_write(void **state)
{
    (void)state;
    uint64_t before = ra__db_counters_of(w.db).bodies;
    atomic_store(&w.ctx->canceled, RA_ERR_CANCELED);
    assert_status(ra_sql_exec(w.ctx, "insert into t (id) values (1)", ra_none, NULL),
                  RA_ERR_CANCELED);
    atomic_store(&w.ctx->canceled, RA_OK);
    w.ctx->deadline_ns = ra_monotonic_ns(w.ctx);
    assert_status(ra_sql_exec(w.ctx, "insert into t (id) values (1)", ra_none, NULL),
                  RA_ERR_TIMEOUT);
    w.ctx->deadline_ns = INT64_MAX;
    assert_int_equal(ra__db_counters_of(w.db).bodies, before);
}

/// Body B cancels the fiber of write A, which is done and in the same batch.
typedef struct {
    ra_ctx *first;
    bool is_done;
    ra_status status;
} pair;

static ra_status note_and_insert(ra_ctx *ctx, pair *p)
{
    while (!gathering)
        RA_TRY(ra_yield(ctx));
    p->first = ctx;
    p->status = ra_sql_exec(ctx, "insert into t (id) values (1)", ra_none, NULL);
    return RA_OK;
}

static ra_status cancel_the_first(ra_ctx *ctx, pair *p)
{
    p->is_done = true;
    ra__fiber_cancel(p->first->fiber, RA_ERR_CANCELED);
    return ra_sql_exec(ctx, "insert into t (id) values (2)", ra_none, NULL);
}

static ra_status run_the_second(ra_ctx *ctx, pair *p)
{
    while (!p->first)
        RA_TRY(ra_yield(ctx));
    return ra_sql_tx(ctx, cancel_the_first, p);
}

static void what_is_done_is_committed_though_canceled(void **state)
{
    (void)state;
    pair p = {0};
    ra_status first = RA_ERR_STATE;
    gathering = false;
    RA_GROUP(all, w.ctx);
    ra_group_go(&all, gather_all, &first);
    ra_group_go(&all, note_and_insert, &p);
    ra_group_go(&all, run_the_second, &p);
    assert_status(ra_group_wait(w.ctx, &all), RA_OK);
    assert_true(p.is_done);
    assert_status(p.status, RA_OK);
    assert_int_equal(count_rows(), 2);
}

static ra_status use_another_mode(ra_ctx *ctx)
{
    ctx->mode = RA__CTX_LENT;
    ra_status status = ra_sql_exec(ctx, "insert into t (id) values (1)", ra_none, NULL);
    ctx->mode = RA__CTX_FIBER;
    return status;
}

static void a_lent_ctx_cannot_wait_for_a_write(void **state)
{
    (void)state;
    assert_status(use_another_mode(w.ctx), RA_ERR_STATE);
    assert_int_equal(count_rows(), 0);
}

static void text_that_returning_gives_goes_over_to_the_requester(void **state)
{
    (void)state;
    ra_str name = {0};
    assert_status(ra_sql_one(w.ctx,
                             "insert into t (name) values ('from the writer') returning name",
                             ra_none, NULL, ra_str, &name),
                  RA_OK);
    for (int i = 0; i < 100; i++) {
        ra_str other;
        assert_status(ra_sql_one(w.ctx, "update t set name = name || 'x' returning name", ra_none,
                                 NULL, ra_str, &other),
                      RA_OK);
    }
    assert_text(name, "from the writer");
}

static ra_status insert_in_body(ra_ctx *ctx, insert *in)
{
    in->ctx = ctx;
    return ra_sql_exec(ctx, "insert into t (id) values (:id)", int64_t, &in->id);
}

static ra_status run_body(ra_ctx *ctx, insert *in)
{
    in->status = ra_sql_tx(ctx, insert_in_body, in);
    return in->status;
}

static void the_same_seed_makes_the_same_database(void **state)
{
    (void)state;
    char first[64] = "", again[64] = "";
    for (int round = 0; round < 2; round++) {
        world_close(&w);
        w = world_open("sqlite::memory:");
        ra_str text;
        assert_status(ra_sql_one(w.ctx, "select hex(randomblob(16)) || random()", ra_none, NULL,
                                 ra_str, &text),
                      RA_OK);
        snprintf(round ? again : first, sizeof first, RA_STR_FMT, RA_STR_ARG(text));
    }
    assert_string_equal(first, again);
}

// ---- on threads: cancellation while the writer is busy

static crew c;

static int open_crew(void **state)
{
    (void)state;
    crew_open(&c, NULL);
    crew_script(&c, "create table t (id integer primary key, name text unique) strict");
    return 0;
}

static int close_crew(void **state)
{
    (void)state;
    crew_close(&c);
    return 0;
}

/// A body that stays inside until it is let go.
typedef struct {
    event inside, let_go;
    int64_t id;
    bool ends_there;
    ra_status after; // of its second statement
} hold;

static ra_status hold_body(ra_ctx *ctx, hold *h)
{
    RA_TRY(ra_sql_exec(ctx, "insert into t (id) values (:id)", int64_t, &h->id));
    event_tell(&h->inside);
    event_wait(&h->let_go, 1);
    if (h->ends_there)
        return RA_OK;
    h->after =
        ra_sql_exec(ctx, "update t set name = 'held' where id = :id", int64_t, &h->id, .rows = 1);
    return h->after;
}

static ra_status hold_task(ra_ctx *ctx, void *arg)
{
    hold *h = arg;
    return ra_sql_tx(ctx, hold_body, h);
}

static ra_status insert_task(ra_ctx *ctx, void *arg)
{
    insert *in = arg;
    return ra_sql_exec(ctx, "insert into t (id) values (:id)", int64_t, &in->id);
}

static ra_status count_task(ra_ctx *ctx, void *arg)
{
    return ra_sql_one(ctx, "select count(*) from t", ra_none, NULL, int64_t, (int64_t *)arg);
}

static int64_t crew_count(void)
{
    int64_t rows = -1;
    assert_status(crew_do(&c, count_task, &rows), RA_OK);
    return rows;
}

/// Start tasks on both shards while `h` keeps the writer busy; returns when all of them are in its
/// queue.
static void queue_behind(hold *h, task *holder, task tasks[MANY], insert inserts[MANY])
{
    *h = (hold){.inside = EVENT_INIT, .let_go = EVENT_INIT, .id = 1000};
    task_start(&c, holder, 0, hold_task, h);
    event_wait(&h->inside, 1);
    for (int i = 0; i < MANY; i++) {
        inserts[i] = (insert){.id = i + 1};
        task_start(&c, &tasks[i], (unsigned)i % CREW_SHARDS, insert_task, &inserts[i]);
    }
    for (unsigned shard = 0; shard < CREW_SHARDS; shard++) {
        task reader; // started last: when it has answered, the others are queued
        int64_t rows;
        task_start(&c, &reader, shard, count_task, &rows);
        assert_status(task_join(&reader), RA_OK);
    }
}

static void many_waiting_writes_need_few_commits(void **state)
{
    (void)state;
    hold h;
    task holder, tasks[MANY];
    insert inserts[MANY];
    queue_behind(&h, &holder, tasks, inserts);
    ra__db_counters before = ra__db_counters_of(c.db);
    event_tell(&h.let_go);
    assert_status(task_join(&holder), RA_OK);
    for (int i = 0; i < MANY; i++)
        assert_status(task_join(&tasks[i]), RA_OK);
    ra__db_counters after = ra__db_counters_of(c.db);
    assert_int_equal(crew_count(), MANY + 1);
    assert_int_equal(after.bodies - before.bodies, MANY + 1);
    // On a slow machine 2 ms are over before 64 bodies.
    assert_in_range(after.batches - before.batches, 1, MANY / 2);
}

typedef struct {
    ra__msg msg; // first
    task *victim;
    event done;
} canceling;

static void cancel_on_shard(ra__msg *msg)
{
    canceling *x = (canceling *)(void *)msg;
    ra__fiber_cancel(x->victim->fiber, RA_ERR_CANCELED);
    event_tell(&x->done);
}

/// Cancel a fiber on its shard; returns when it has been told.
static void cancel(task *victim)
{
    canceling x = {.msg = {.fn = cancel_on_shard}, .victim = victim, .done = EVENT_INIT};
    ra__shard_post(victim->shard, &x.msg);
    event_wait(&x.done, 1);
}

static void a_queued_write_leaves_at_once_when_canceled(void **state)
{
    (void)state;
    hold h = {.inside = EVENT_INIT, .let_go = EVENT_INIT, .id = 1};
    task holder, queued;
    insert in = {.id = 2};
    task_start(&c, &holder, 0, hold_task, &h);
    event_wait(&h.inside, 1);
    task_start(&c, &queued, 1, insert_task, &in);
    int64_t rows = -1;
    task reader; // on the same shard behind it: when it has answered, the write is queued
    task_start(&c, &reader, 1, count_task, &rows);
    assert_status(task_join(&reader), RA_OK);
    cancel(&queued);
    assert_status(task_join(&queued), RA_ERR_CANCELED); // though the writer is still held
    event_tell(&h.let_go);
    assert_status(task_join(&holder), RA_OK);
    assert_int_equal(crew_count(), 1);
}

static ra_status impatient_task(ra_ctx *ctx, void *arg)
{
    RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, RA_MS(5)));
    return insert_task(ctx, arg);
}

static void a_queued_write_leaves_at_its_deadline(void **state)
{
    (void)state;
    hold h = {.inside = EVENT_INIT, .let_go = EVENT_INIT, .id = 1};
    task holder, queued;
    insert in = {.id = 2};
    task_start(&c, &holder, 0, hold_task, &h);
    event_wait(&h.inside, 1);
    task_start(&c, &queued, 1, impatient_task, &in);
    assert_status(task_join(&queued), RA_ERR_TIMEOUT);
    event_tell(&h.let_go);
    assert_status(task_join(&holder), RA_OK);
    assert_int_equal(crew_count(), 1);
}

static void a_running_body_fails_at_its_next_statement_when_canceled(void **state)
{
    (void)state;
    hold h = {.inside = EVENT_INIT, .let_go = EVENT_INIT, .id = 1};
    task holder;
    task_start(&c, &holder, 0, hold_task, &h);
    event_wait(&h.inside, 1);
    cancel(&holder);
    event_tell(&h.let_go);
    assert_status(task_join(&holder), RA_ERR_CANCELED);
    assert_status(h.after, RA_ERR_CANCELED);
    assert_int_equal(crew_count(), 0);
}

static void a_body_that_was_canceled_inside_is_rolled_back_though_it_returns_ok(void **state)
{
    (void)state;
    hold h = {.inside = EVENT_INIT, .let_go = EVENT_INIT, .id = 1, .ends_there = true};
    task holder;
    task_start(&c, &holder, 0, hold_task, &h);
    event_wait(&h.inside, 1);
    cancel(&holder);
    event_tell(&h.let_go);
    assert_status(task_join(&holder), RA_ERR_CANCELED);
    assert_int_equal(crew_count(), 0);
}

static ra_status shielded_hold_task(ra_ctx *ctx, void *arg)
{
    RA_SCOPED(ra_shield, calm, ra_shield_for(ctx, RA_SECONDS(60)));
    return hold_task(ctx, arg);
}

static void a_shielded_body_is_not_canceled(void **state)
{
    (void)state;
    hold h = {.inside = EVENT_INIT, .let_go = EVENT_INIT, .id = 1};
    task holder;
    task_start(&c, &holder, 0, shielded_hold_task, &h);
    event_wait(&h.inside, 1);
    cancel(&holder);
    event_tell(&h.let_go);
    assert_status(task_join(&holder), RA_OK);
    assert_int_equal(crew_count(), 1);
}

static ra_status runaway_read(ra_ctx *ctx, void *arg)
{
    (void)arg;
    RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, RA_MS(20)));
    int64_t never;
    return ra_sql_one(
        ctx,
        "with recursive n (x) as (select 1 union all select x + 1 from n) select count(*) from n",
        ra_none, NULL, int64_t, &never);
}

static ra_status runaway_write(ra_ctx *ctx, void *arg)
{
    (void)arg;
    RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, RA_MS(20)));
    return ra_sql_exec(
        ctx,
        "insert into t (id) with recursive n (x) as (select 1 union all select x + 1 from n)"
        " select x from n",
        ra_none, NULL);
}

static void a_deadline_stops_a_statement_that_would_run_for_ever(void **state)
{
    (void)state;
    insert in = {.id = 1};
    assert_status(crew_do(&c, runaway_read, NULL), RA_ERR_TIMEOUT);
    assert_status(crew_do(&c, runaway_write, NULL), RA_ERR_TIMEOUT);
    assert_int_equal(crew_count(), 0);
    assert_status(crew_do(&c, insert_task, &in), RA_OK);
    assert_int_equal(crew_count(), 1);
}

static void bodies_run_beside_readers_and_writers_of_every_shard(void **state)
{
    (void)state;
    enum { TASKS = 200 };
    static task tasks[TASKS];
    static insert inserts[TASKS];
    static int64_t rows[TASKS];
    for (int i = 0; i < TASKS; i++) {
        inserts[i] = (insert){.id = i + 1};
        if (i % 4 == 3) {
            task_start(&c, &tasks[i], (unsigned)i % CREW_SHARDS, count_task, &rows[i]);
        } else {
            ra__fiber_fn *fn = i % 4 == 2 ? insert_task : (ra__fiber_fn *)(ra_any_fn)run_body;
            task_start(&c, &tasks[i], (unsigned)i % CREW_SHARDS, fn, &inserts[i]);
        }
    }
    for (int i = 0; i < TASKS; i++)
        assert_status(task_join(&tasks[i]), RA_OK);
    assert_int_equal(crew_count(), TASKS / 4 * 3);
    ra__db_counters counters = ra__db_counters_of(c.db);
    assert_true(counters.batches <= counters.bodies);
}

static ra_status read_own_writes(ra_ctx *ctx, void *arg)
{
    int64_t first = *(int64_t *)arg;
    for (int64_t id = first; id < first + 50; id++) {
        int64_t seen = 0;
        RA_TRY(ra_sql_exec(ctx, "insert into t (id) values (:id)", int64_t, &id));
        RA_TRY(ra_sql_one(ctx, "select id from t where id = :id", int64_t, &id, int64_t, &seen));
    }
    return RA_OK;
}

static void a_write_is_seen_by_the_next_read_of_the_same_fiber(void **state)
{
    (void)state;
    task tasks[4];
    int64_t firsts[4] = {100, 200, 300, 400};
    for (unsigned i = 0; i < 4; i++)
        task_start(&c, &tasks[i], i % CREW_SHARDS, read_own_writes, &firsts[i]);
    for (unsigned i = 0; i < 4; i++)
        assert_status(task_join(&tasks[i]), RA_OK);
}

static void a_locked_database_is_busy_after_the_timeout(void **state)
{
    (void)state;
    crew disk;
    crew_open(&disk, "?busy_timeout_ms=30");
    crew_script(&disk, "create table t (id integer primary key)");
    sqlite3 *other = NULL;
    assert_int_equal(sqlite3_open(disk.path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "begin immediate", NULL, NULL, NULL), SQLITE_OK);
    insert in = {.id = 1};
    int64_t rows = -1;
    assert_status(crew_do(&disk, insert_task, &in), RA_ERR_BUSY);
    assert_status(crew_do(&disk, count_task, &rows), RA_OK); // reading goes on
    assert_int_equal(sqlite3_exec(other, "commit", NULL, NULL, NULL), SQLITE_OK);
    assert_status(crew_do(&disk, insert_task, &in), RA_OK);
    sqlite3_close(other);
    crew_close(&disk);
}

static void a_write_that_waits_for_a_lock_leaves_at_its_deadline(void **state)
{
    (void)state;
    crew disk;
    crew_open(&disk, "?busy_timeout_ms=60000");
    crew_script(&disk, "create table t (id integer primary key)");
    sqlite3 *other = NULL;
    assert_int_equal(sqlite3_open(disk.path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "begin immediate", NULL, NULL, NULL), SQLITE_OK);
    insert in = {.id = 1};
    assert_status(crew_do(&disk, impatient_task, &in), RA_ERR_TIMEOUT);
    assert_int_equal(sqlite3_exec(other, "commit", NULL, NULL, NULL), SQLITE_OK);
    assert_status(crew_do(&disk, insert_task, &in), RA_OK);
    sqlite3_close(other);
    crew_close(&disk);
}

static void a_long_wal_is_moved_into_the_file(void **state)
{
    (void)state;
    crew disk;
    crew_open(&disk, "");
    crew_script(&disk, "create table t (x)");
    // Some 2,000 pages in one commit, then one more commit, after which the WAL begins anew.
    crew_script(
        &disk,
        "insert into t with recursive n (i) as (select 1 union all select i + 1 from n limit 4000)"
        " select zeroblob(2000) from n");
    crew_script(&disk, "insert into t values (1)");
    uint64_t before = ra__db_counters_of(disk.db).vfs_writes;
    crew_script(&disk, "insert into t values (2)");
    assert_in_range(ra__db_counters_of(disk.db).vfs_writes - before, 1, 40);
    crew_close(&disk);
}

#define WORLD_TEST(test) cmocka_unit_test_setup_teardown(test, open_world, close_world)
#define CREW_TEST(test) cmocka_unit_test_setup_teardown(test, open_crew, close_crew)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(waiting_writes_are_one_commit),
        WORLD_TEST(a_commit_waits_for_no_more_than_64_bodies),
        WORLD_TEST(a_failing_body_does_not_touch_its_neighbours),
        WORLD_TEST(a_failing_commit_is_the_answer_of_every_body),
        WORLD_TEST(a_body_that_failed_by_itself_keeps_its_own_status),
        WORLD_TEST(a_body_that_rolls_all_back_leaves_the_others_to_try_again),
        WORLD_TEST(a_transaction_that_sqlite_gave_up_takes_no_more_statements),
        WORLD_TEST(a_database_past_its_size_is_full_and_still_readable),
        WORLD_TEST(a_canceled_ctx_begins_no_write),
        WORLD_TEST(what_is_done_is_committed_though_canceled),
        WORLD_TEST(a_lent_ctx_cannot_wait_for_a_write),
        WORLD_TEST(text_that_returning_gives_goes_over_to_the_requester),
        WORLD_TEST(the_same_seed_makes_the_same_database),
        CREW_TEST(many_waiting_writes_need_few_commits),
        CREW_TEST(a_queued_write_leaves_at_once_when_canceled),
        CREW_TEST(a_queued_write_leaves_at_its_deadline),
        CREW_TEST(a_running_body_fails_at_its_next_statement_when_canceled),
        CREW_TEST(a_body_that_was_canceled_inside_is_rolled_back_though_it_returns_ok),
        CREW_TEST(a_shielded_body_is_not_canceled),
        CREW_TEST(a_deadline_stops_a_statement_that_would_run_for_ever),
        CREW_TEST(bodies_run_beside_readers_and_writers_of_every_shard),
        CREW_TEST(a_write_is_seen_by_the_next_read_of_the_same_fiber),
        cmocka_unit_test(a_locked_database_is_busy_after_the_timeout),
        cmocka_unit_test(a_write_that_waits_for_a_lock_leaves_at_its_deadline),
        cmocka_unit_test(a_long_wal_is_moved_into_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
