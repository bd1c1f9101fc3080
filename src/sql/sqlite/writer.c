// SPDX-License-Identifier: MIT OR Apache-2.0
// writer: see private/sqlite/writer.h.
//
// The queue is a list under a mutex that is held for a few instructions, so that a canceled job can
// be taken out of its middle. Whoever puts a job into a sleeping writer's queue wakes it by the one
// doorbell message. Awake, it is a fiber on its shard, which ends when the queue is empty: an idle
// writer holds none.
//
// Invariants. A job is in the queue, or in the batch, or answered: after its answer it is not
// touched, since it lies in its requester's frame. BEGIN comes before the first job is taken: who
// waits for another process's lock can still leave. All that is not under the mutex belongs to the
// writer's fiber.
#include "private/sqlite/writer.h"

#include "base/heap.h"
#include "fiber/wait.h"
#include "obs/log.h"

#include <pthread.h>

typedef struct job {
    struct job *next, *prev; // in the queue; next: in the batch
    bool is_queued;
    ra__sqlite_writer *writer;
    ra__wait wait;
    ra_ctx ctx;
    const ra__call *call; // one of the two
    const ra__tx *tx;
    ra_status status;
} job;

struct ra__sqlite_writer {
    ra__sqlite *sqlite;
    ra__shard *shard;

    pthread_mutex_t mutex;
    job *first, *last;
    bool is_awake;
    ra__msg doorbell; // under way or being answered while is_awake

    ra__connection connection;
    ra__transaction transaction;
    ra__fiber *fiber;       // while awake
    unsigned wal_pages;     // in the WAL after the last commit
    unsigned checkpoint_at; // so many of them

    _Atomic uint64_t batches, bodies, rollbacks;
};

/// What is to be committed together, in the order it ran.
typedef struct {
    job *first, *last;
    unsigned count;
    int64_t end_ns;
} batch;

static int64_t now_ns(const ra__sqlite_writer *writer)
{
    const ra__clock *clock = writer->sqlite->clock;
    return clock->monotonic_ns(clock->world);
}

static void count(_Atomic uint64_t *counter)
{
    atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

// ---- the queue; any thread

static void unlink_job(ra__sqlite_writer *writer, job *j)
{
    *(j->prev ? &j->prev->next : &writer->first) = j->next;
    *(j->next ? &j->next->prev : &writer->last) = j->prev;
    j->is_queued = false;
}

static void put(ra__sqlite_writer *writer, job *j)
{
    pthread_mutex_lock(&writer->mutex);
    j->prev = writer->last;
    j->next = NULL;
    *(writer->last ? &writer->last->next : &writer->first) = j;
    writer->last = j;
    j->is_queued = true;
    bool wake = !writer->is_awake;
    writer->is_awake = true;
    pthread_mutex_unlock(&writer->mutex);
    if (wake)
        ra__shard_post(writer->shard, &writer->doorbell);
}

/// The oldest job, or NULL.
static job *take(ra__sqlite_writer *writer)
{
    pthread_mutex_lock(&writer->mutex);
    job *j = writer->first;
    if (j)
        unlink_job(writer, j);
    pthread_mutex_unlock(&writer->mutex);
    return j;
}

static bool withdraw(ra__sqlite_writer *writer, job *j)
{
    pthread_mutex_lock(&writer->mutex);
    bool was_queued = j->is_queued;
    if (was_queued)
        unlink_job(writer, j);
    pthread_mutex_unlock(&writer->mutex);
    return was_queued;
}

static bool has_jobs(void *arg)
{
    ra__sqlite_writer *writer = arg;
    pthread_mutex_lock(&writer->mutex);
    bool any = writer->first != NULL;
    pthread_mutex_unlock(&writer->mutex);
    return any;
}

/// Asleep from now on, unless there is work again.
static bool fall_asleep(ra__sqlite_writer *writer)
{
    pthread_mutex_lock(&writer->mutex);
    writer->is_awake = writer->first != NULL;
    bool asleep = !writer->is_awake;
    pthread_mutex_unlock(&writer->mutex);
    return asleep;
}

// ---- the requester's side

static void answer(job *j, ra_status status)
{
    if (ra__wait_claim(&j->wait))
        ra__wait_wake(&j->wait, status);
}

/// On the requester's shard: out of the queue if it is still there, else the writer is told.
static void on_cancel(ra__wait *wait, ra_status why)
{
    job *j = (job *)(void *)((char *)wait - offsetof(job, wait));
    if (withdraw(j->writer, j)) {
        answer(j, why);
        return;
    }
    atomic_store_explicit(&j->ctx.canceled, (int)why, memory_order_relaxed);
}

/// Rows of text need memory: give the job some of this shard's, so that the writer need not ask the
/// heap.
static void lend_memory(job *j, ra__shard *shard)
{
    j->ctx.arena = ra__arena_new_in(NULL, ra__shard_blocks(shard), j->ctx.arena_bytes_max);
    if (j->ctx.arena) {
        (void)!ra_arena_try_alloc(j->ctx.arena, 1); // its first block
        ra__arena_set_pool(j->ctx.arena, NULL);
    }
}

/// What the job allocated is the requester's from now on, and goes back to this shard's blocks.
static void join(ra_ctx *ctx, job *j, ra_status status)
{
    if (j->ctx.arena)
        ra__arena_set_pool(j->ctx.arena, ra__shard_blocks(ctx->shard));
    if (status != RA_OK)
        ra_ctx_clear(ctx); // an older error's message is not this one's
    ra__ctx_join(ctx, &j->ctx, status, true);
    ra__ctx_deinit(&j->ctx);
}

ra_status ra__sqlite_writer_do(ra_ctx *ctx, ra__sqlite_writer *writer, const ra__call *call,
                               const ra__tx *tx)
{
    RA_TRY(ra__ctx_may_suspend(ctx));
    job j = {.writer = writer, .call = call, .tx = tx};
    ra__ctx_init(&j.ctx, writer->shard, NULL, ctx);
    if (call && ra__rows_need_memory(call))
        lend_memory(&j, ctx->shard);
    ra__wait_init(&j.wait, ctx, call ? "sql write" : "sql transaction", writer);
    j.wait.on_cancel = on_cancel;
    put(writer, &j);
    ra_status status = ra__wait_park(ctx, &j.wait);
    join(ctx, &j, status);
    return status;
}

// ---- one job, on the writer

static ra_status work(ra__sqlite_writer *writer, job *j)
{
    ra__transaction *transaction = &writer->transaction;
    RA_TRY(ra__sql_reason(&j->ctx, writer->sqlite->clock));
    RA_TRY(j->call ? ra__transaction_run(transaction, &j->ctx, j->call)
                   : ra__transaction_body(transaction, &j->ctx, j->tx));
    // Nobody waits for it any more, or too late: nothing happened.
    return ra__sql_reason(&j->ctx, writer->sqlite->clock);
}

static void run(ra__sqlite_writer *writer, job *j)
{
    j->ctx.fiber = writer->fiber;
    j->status = ra__transaction_mark(&writer->transaction, &j->ctx);
    if (j->status == RA_OK)
        j->status = ra__transaction_settle(&writer->transaction, &j->ctx, work(writer, j));
    count(&writer->bodies);
    writer->connection.has_company |= j->status == RA_OK;
}

// ---- a batch

static ra_status own(ra__sqlite_writer *writer, ra__own which)
{
    ra__sql_detail detail = {0};
    ra_status status = ra__connection_own(&writer->connection, which, &detail);
    ra__sql_log(status, NULL, &detail);
    return status;
}

static ra_status begin(ra__sqlite_writer *writer)
{
    writer->transaction.lost = RA_OK;
    writer->connection.has_company = false;
    return own(writer, RA__OWN_BEGIN_WRITE);
}

static void add(batch *b, job *j)
{
    j->next = NULL;
    *(b->last ? &b->last->next : &b->first) = j;
    b->last = j;
    b->count++;
}

static void run_jobs(ra__sqlite_writer *writer, batch *b)
{
    b->end_ns = now_ns(writer) + RA_US(RA__SQLITE_WRITER_BATCH_US_MAX);
    for (job *j; (j = take(writer)) != NULL;) {
        add(b, j);
        run(writer, j);
        if (writer->transaction.lost != RA_OK || b->count == RA__SQLITE_WRITER_BODIES_MAX ||
            now_ns(writer) >= b->end_ns)
            return;
    }
}

static void roll_back(ra__sqlite_writer *writer)
{
    if (!sqlite3_get_autocommit(writer->connection.handle))
        RA_DISCARD(own(writer, RA__OWN_ROLLBACK));
    count(&writer->rollbacks);
}

static ra_status commit(ra__sqlite_writer *writer)
{
    ra_status status = ra__trip_pass(&writer->sqlite->commit_trip);
    if (status == RA_OK)
        status = own(writer, RA__OWN_COMMIT);
    if (status != RA_OK)
        roll_back(writer);
    return status;
}

/// What a body that did nothing wrong is told when its batch is lost: the reason when it is the
/// database's; when another body's mistake rolled all back, that it may be tried again.
static ra_status reason_for_others(ra_status lost)
{
    switch (lost) {
    case RA_ERR_DISK_FULL:
    case RA_ERR_IO:
    case RA_ERR_EXHAUSTED:
    case RA_ERR_BUSY:
    case RA_ERR_READ_ONLY:
    case RA_ERR_DECODE:
        return lost;
    default:
        return RA_ERR_UNAVAILABLE;
    }
}

static ra_status end(ra__sqlite_writer *writer)
{
    if (writer->transaction.lost == RA_OK)
        return commit(writer);
    roll_back(writer);
    return reason_for_others(writer->transaction.lost);
}

static void answer_all(const batch *b, ra_status outcome)
{
    for (job *j = b->first, *next; j; j = next) {
        next = j->next;
        if (j->status == RA_OK && outcome != RA_OK)
            ra_ctx_clear(&j->ctx);
        answer(j, j->status == RA_OK ? outcome : j->status);
    }
}

/// There is no transaction to be had: so for all who are here now. Later ones are tried anew.
static void refuse_all(ra__sqlite_writer *writer, ra_status status)
{
    batch b = {0};
    pthread_mutex_lock(&writer->mutex);
    while (writer->first) {
        job *j = writer->first;
        unlink_job(writer, j);
        j->status = status;
        add(&b, j);
    }
    pthread_mutex_unlock(&writer->mutex);
    answer_all(&b, status);
}

static void run_batch(ra__sqlite_writer *writer)
{
    ra_status status = begin(writer);
    if (status != RA_OK) {
        refuse_all(writer, status);
        return;
    }
    batch b = {0};
    run_jobs(writer, &b);
    ra_status outcome = end(writer);
    if (b.count > 0) // else all of them have left the queue meanwhile
        count(&writer->batches);
    answer_all(&b, outcome);
}

// ---- checkpoints

/// SQLite tells after each commit how many pages the WAL holds. This takes the place of its own
/// checkpoints, which would come between two commits however long the queue is.
static int on_commit(void *arg, sqlite3 *handle, const char *name, int pages)
{
    ra__sqlite_writer *writer = arg;
    (void)handle;
    (void)name;
    if ((unsigned)pages < writer->wal_pages)
        writer->checkpoint_at = RA__SQLITE_WRITER_WAL_PAGES; // the WAL began anew
    writer->wal_pages = (unsigned)pages;
    return SQLITE_OK;
}

static void warn_of_long_wal(unsigned pages)
{
    const ra_kv values[] = {ra_kv_u64("pages", pages), {.kind = RA_KV_END_}};
    ra__log_line(RA_LOG_WARN,
                 "the WAL cannot begin anew: another process has been reading for long", values);
}

/// Move what is in the WAL into the database file, as far as no reader still needs the old state.
static void checkpoint(ra__sqlite_writer *writer, unsigned slack_pages)
{
    if (writer->wal_pages < writer->checkpoint_at + slack_pages)
        return;
    int in_wal = 0, done = 0;
    int code = sqlite3_wal_checkpoint_v2(writer->connection.handle, NULL, SQLITE_CHECKPOINT_PASSIVE,
                                         &in_wal, &done);
    bool is_stuck = code != SQLITE_OK || done < in_wal;
    if (is_stuck && writer->wal_pages > RA__SQLITE_WRITER_WAL_PAGES_MAX)
        warn_of_long_wal(writer->wal_pages);
    // With the next commit the WAL begins anew, unless someone is just reading: then not at each
    // one.
    writer->checkpoint_at = writer->wal_pages + RA__SQLITE_WRITER_WAL_PAGES;
}

// ---- the fiber

static ra_status writer_main(ra_ctx *ctx, void *arg)
{
    ra__sqlite_writer *writer = arg;
    writer->fiber = ctx->fiber;
    do {
        while (has_jobs(writer)) {
            run_batch(writer);
            checkpoint(writer, RA__SQLITE_WRITER_WAL_PAGES_MAX - RA__SQLITE_WRITER_WAL_PAGES);
        }
        checkpoint(writer, 0);
    } while (!fall_asleep(writer));
    return RA_OK;
}

static void on_doorbell(ra__msg *msg)
{
    ra__sqlite_writer *writer =
        (ra__sqlite_writer *)(void *)((char *)msg - offsetof(ra__sqlite_writer, doorbell));
    static const ra__spawn_opts opts = {
        .name = "sqlite writer", .file = __FILE__, .line = __LINE__};
    if (ra__spawn(writer->shard, writer_main, writer, &opts))
        return;
    do {
        refuse_all(writer, RA_ERR_EXHAUSTED); // no memory for a stack
    } while (!fall_asleep(writer));
}

// ---- life

ra_status ra__sqlite_writer_open(ra__sqlite_writer **out, ra__sqlite *sqlite,
                                 ra__sql_detail *detail)
{
    ra__sqlite_writer *writer = ra__heap_alloc_zeroed(1, sizeof *writer);
    *out = writer;
    if (!writer)
        return RA_ERR_EXHAUSTED;
    writer->sqlite = sqlite;
    writer->shard = ra__runtime_shard(sqlite->runtime, ra__runtime_shard_count(sqlite->runtime));
    writer->doorbell.fn = on_doorbell;
    writer->checkpoint_at = RA__SQLITE_WRITER_WAL_PAGES;
    pthread_mutex_init(&writer->mutex, NULL);
    ra__connection_opts opts = {
        .url = &sqlite->url,
        .vfs = sqlite->vfs,
        .clock = sqlite->clock,
        .role = RA__CONNECTION_WRITER,
        .statement_trip = &sqlite->statement_trip,
        .busy_timeout_ns = sqlite->url.busy_timeout_ns,
    };
    RA_TRY(ra__connection_open(&writer->connection, &opts, detail));
    writer->connection.is_wanted = has_jobs; // from now on; while opening, it is
    writer->connection.wanted_arg = writer;
    ra__transaction_init(&writer->transaction, &writer->connection, false);
    (void)sqlite3_wal_hook(writer->connection.handle, on_commit, writer);
    return RA_OK;
}

void ra__sqlite_writer_close(ra__sqlite_writer *writer)
{
    if (!writer)
        return;
    if (writer->connection.handle && !sqlite3_db_readonly(writer->connection.handle, "main")) {
        (void)sqlite3_exec(writer->connection.handle,
                           "pragma analysis_limit = 400; pragma optimize", NULL, NULL, NULL);
    }
    ra__connection_close(&writer->connection);
    pthread_mutex_destroy(&writer->mutex);
    ra__heap_free(writer);
}

void ra__sqlite_writer_count(const ra__sqlite_writer *writer, ra__db_counters *out)
{
    out->batches = atomic_load_explicit(&writer->batches, memory_order_relaxed);
    out->bodies = atomic_load_explicit(&writer->bodies, memory_order_relaxed);
    out->rollbacks = atomic_load_explicit(&writer->rollbacks, memory_order_relaxed);
}
