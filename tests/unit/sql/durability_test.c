// SPDX-License-Identifier: MIT OR Apache-2.0
// durability: what was answered is there after the process was killed with SIGKILL.
//
// A child process writes on two shards and notes each id that it was told RA_OK for, in memory
// shared with the test. The test kills it in the middle of its work, opens the file and looks for
// every noted id.
#include "crew.h"

#include <sys/mman.h>
#include <sys/wait.h>

#include <signal.h>

enum { ROUNDS = 5, WRITERS = 8, IDS_OF_ONE = 100000, TELL_EVERY = 20, KILL_AFTER = 10 };

static _Atomic unsigned char *noted; // by id; shared with the child
static int told[2];                  // a byte each TELL_EVERY answers

static ra_status write_for_ever(ra_ctx *ctx, void *arg)
{
    int64_t first = *(int64_t *)arg;
    for (int64_t id = first; id < first + IDS_OF_ONE; id++) {
        // It may be there already: committed in the round before, killed before it was noted.
        ra_status status = ra_sql_exec(
            ctx, "insert into t (id) values (:id) on conflict do nothing", int64_t, &id);
        if (status != RA_OK)
            _exit(2); // the test's read ends
        atomic_store(&noted[id], 1);
        if (id % TELL_EVERY == 0 && write(told[1], "", 1) != 1)
            _exit(3);
    }
    return RA_OK;
}

static _Noreturn void be_the_child(crew *c)
{
    static task tasks[WRITERS];
    static int64_t firsts[WRITERS];
    char url[80];
    snprintf(url, sizeof url, "sqlite:%s", c->path);
    crew_make_runtime(c);
    RA_SCOPED(ra_buf, message, ra_buf_init(1024));
    if (crew_try_open(c, url, &message) != RA_OK || ra__runtime_start(c->runtime) != RA_OK)
        _exit(1);
    for (int i = 0; i < WRITERS; i++) {
        firsts[i] = (int64_t)i * IDS_OF_ONE;
        while (noted[firsts[i]]) // go on behind the rounds before
            firsts[i]++;
        task_start(c, &tasks[i], (unsigned)i % CREW_SHARDS, write_for_ever, &firsts[i]);
    }
    event never = EVENT_INIT;
    event_wait(&never, 1);
    _exit(1);
}

static void work_until_killed(crew *c)
{
    assert_int_equal(pipe(told), 0);
    pid_t child = fork();
    if (child == 0)
        be_the_child(c);
    close(told[1]);
    for (int i = 0; i < KILL_AFTER; i++) {
        char byte;
        assert_int_equal(read(told[0], &byte, 1), 1);
    }
    kill(child, SIGKILL);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    close(told[0]);
}

static unsigned check_all_are_there(const crew *c)
{
    sqlite3 *handle = NULL;
    sqlite3_stmt *find = NULL;
    unsigned found = 0;
    assert_int_equal(sqlite3_open(c->path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle, "select 1 from t where id = ?", -1, &find, NULL),
                     SQLITE_OK);
    for (int64_t id = 0; id < (int64_t)WRITERS * IDS_OF_ONE; id++) {
        if (!noted[id])
            continue;
        found++;
        sqlite3_bind_int64(find, 1, id);
        if (sqlite3_step(find) != SQLITE_ROW)
            fail_msg("id %" PRId64 " was answered and is lost", id);
        sqlite3_reset(find);
    }
    sqlite3_finalize(find);
    sqlite3_close(handle);
    return found;
}

static void what_was_answered_survives_sigkill(void **state)
{
    (void)state;
    size_t bytes = (size_t)WRITERS * IDS_OF_ONE;
    noted = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_ptr_not_equal(noted, MAP_FAILED);
    crew c = {0};
    crew_make_folder(&c);
    sqlite3 *handle = NULL;
    assert_int_equal(sqlite3_open(c.path, &handle), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(handle, "create table t (id integer primary key)", NULL, NULL, NULL),
        SQLITE_OK);
    sqlite3_close(handle);
    unsigned before = 0;
    for (int round = 0; round < ROUNDS; round++) {
        work_until_killed(&c);
        unsigned found = check_all_are_there(&c);
        assert_true(found > before);
        before = found;
    }
    crew_remove_files(&c);
    munmap((void *)(uintptr_t)noted, bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_answered_survives_sigkill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
