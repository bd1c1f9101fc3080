// SPDX-License-Identifier: MIT OR Apache-2.0
// crew: a database under a real runtime: two shards and the writer, each a thread. What a test
// starts is awaited by events, never by time.
#ifndef RAMIE_TESTS_UNIT_SQL_CREW_H
#define RAMIE_TESTS_UNIT_SQL_CREW_H

#include "world.h"

#include "io/net.h"

#include <sqlite3.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CREW_SHARDS = 2 };

typedef struct {
    ra__runtime *runtime;
    ra_db *db;
    char folder[32], path[64];
} crew;

// ---- an event: one thread tells, others wait

typedef struct {
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    unsigned count;
} event;

#define EVENT_INIT                                                                                 \
    {                                                                                              \
        PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0                                     \
    }

__attribute__((unused)) static void event_tell(event *e)
{
    pthread_mutex_lock(&e->mutex);
    e->count++;
    pthread_cond_broadcast(&e->cond);
    pthread_mutex_unlock(&e->mutex);
}

__attribute__((unused)) static void event_wait(event *e, unsigned count)
{
    pthread_mutex_lock(&e->mutex);
    while (e->count < count)
        pthread_cond_wait(&e->cond, &e->mutex);
    pthread_mutex_unlock(&e->mutex);
}

// ---- a fiber on a shard of one's choice

typedef struct {
    ra__msg msg; // first
    crew *crew;
    ra__shard *shard;
    ra__fiber_fn *fn;
    void *arg;
    ra__fiber *fiber;
    ra_status status;
    event ended;
} task;

__attribute__((unused)) static void task_ended(ra_ctx *ctx, void *arg, ra_status status)
{
    (void)ctx;
    task *t = arg;
    t->status = status;
    event_tell(&t->ended);
}

__attribute__((unused)) static ra_status task_main(ra_ctx *ctx, void *arg)
{
    task *t = arg;
    ctx->slots[RA__SLOT_DB] = t->crew->db;
    return t->fn(ctx, t->arg);
}

__attribute__((unused)) static void task_spawn(ra__msg *msg)
{
    task *t = (task *)(void *)msg;
    const ra__spawn_opts opts = {.name = "task", .ended = task_ended};
    t->fiber = ra__spawn(t->shard, task_main, t, &opts);
}

__attribute__((unused)) static void task_start(crew *c, task *t, unsigned shard, ra__fiber_fn *fn,
                                               void *arg)
{
    *t = (task){.msg = {.fn = task_spawn}, .crew = c, .fn = fn, .arg = arg, .ended = EVENT_INIT};
    t->shard = ra__runtime_shard(c->runtime, shard);
    ra__shard_post(t->shard, &t->msg);
}

__attribute__((unused)) static ra_status task_join(task *t)
{
    event_wait(&t->ended, 1);
    return t->status;
}

__attribute__((unused)) static ra_status crew_do(crew *c, ra__fiber_fn *fn, void *arg)
{
    task t;
    task_start(c, &t, 0, fn, arg);
    return task_join(&t);
}

// ---- the whole

__attribute__((unused)) static ra_status crew_try_open(crew *c, const char *url, ra_buf *message)
{
    return ra__db_open(&c->db, c->runtime, url, world_modules(), NULL, message);
}

__attribute__((unused)) static void crew_make_runtime(crew *c)
{
    const ra__runtime_opts opts = {
        .shards = CREW_SHARDS, .extras = 1, .backend = &ra__epoll_backend, .offload_threads = 1};
    assert_int_equal(ra__runtime_new(&c->runtime, &opts), RA_OK);
    world_open_log(c->runtime);
}

__attribute__((unused)) static void crew_make_folder(crew *c)
{
    snprintf(c->folder, sizeof c->folder, "/tmp/ramie-sql-XXXXXX");
    assert_non_null(mkdtemp(c->folder));
    snprintf(c->path, sizeof c->path, "%s/test.db", c->folder);
}

/// options: "?..." behind the path of a new file, or NULL for the memory.
__attribute__((unused)) static void crew_open(crew *c, const char *options)
{
    char url[160];
    crew_make_runtime(c);
    crew_make_folder(c);
    snprintf(url, sizeof url, "sqlite:%s%s",
             options ? c->path : ":memory:", options ? options : "");
    RA_SCOPED(ra_buf, message, ra_buf_init(1024));
    if (crew_try_open(c, url, &message) != RA_OK)
        fail_msg("%s: " RA_STR_FMT, url, RA_STR_ARG(ra_buf_str(&message)));
    assert_int_equal(ra__runtime_start(c->runtime), RA_OK);
}

__attribute__((unused)) static void crew_remove_files(crew *c)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        char name[80];
        snprintf(name, sizeof name, "%s%s", c->path, suffixes[i]);
        unlink(name);
    }
    rmdir(c->folder);
}

/// The files stay.
__attribute__((unused)) static void crew_stop(crew *c)
{
    ra__runtime_stop(c->runtime);
    ra__db_close(c->db);
    ra__log_close();
    ra__runtime_free(c->runtime);
    c->db = NULL;
}

__attribute__((unused)) static void crew_close(crew *c)
{
    crew_stop(c);
    crew_remove_files(c);
}

__attribute__((unused)) static ra_status script_task(ra_ctx *ctx, void *sql)
{
    return ra__db_script(ctx, ra_ctx_db(ctx), sql);
}

__attribute__((unused)) static void crew_script(crew *c, const char *sql)
{
    assert_status(crew_do(c, script_task, (void *)(uintptr_t)sql), RA_OK);
}

#endif
