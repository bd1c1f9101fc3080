// SPDX-License-Identifier: MIT OR Apache-2.0
// test: <ramie/test.h> over a world.
#include "base/arena.h"
#include "base/assert.h"
#include "obs/log.h"
#include "private/world.h"

enum { MESSAGE_BYTES_MAX = 80 << 20, READ_BYTES = 16 << 10 };

static ra__world *world_of(ra_test *test)
{
    RA_CHECK(test->world, "the test has ended");
    return test->world;
}

ra_test ra_test_init_(const ra_test_opts *opts)
{
    return (ra_test){ra__world_new(opts)};
}

void ra_test_deinit(ra_test *test)
{
    if (test->world)
        ra__world_free(test->world);
    test->world = NULL;
}

// ---- the test's own fiber

ra_ctx *ra_test_ctx(ra_test *test)
{
    return world_of(test)->host;
}

void ra_test_reset_ctx(ra_test *test)
{
    ra__ctx_reset(world_of(test)->host);
}

void ra_test_cancel(ra_test *test)
{
    ra__fiber_cancel(world_of(test)->host->fiber, RA_ERR_CANCELED);
}

// ---- time and faults

void ra_test_set_time(ra_test *test, ra_time now)
{
    ra__sim_set_wall(world_of(test)->sim, now);
}

void ra_test_advance(ra_test *test, int64_t ns)
{
    RA_CHECK(ns >= 0, "ra_test_advance: time does not run backwards (%" PRId64 " ns)", ns);
    ra__sim_advance(world_of(test)->sim, ns);
}

void ra_test_fail(ra_test *test, ra_fault fault, unsigned nth, ra_status status)
{
    ra__world *world = world_of(test);
    RA_CHECK(nth > 0, "ra_test_fail: the next operation is number 1");
    switch (fault) {
    case RA_FAULT_SQL:
    case RA_FAULT_COMMIT:
        RA_CHECK(ra__service_db(world->service), "ra_test_fail: the app has no database");
        ra__db_fail(ra__service_db(world->service),
                    fault == RA_FAULT_SQL ? RA__DB_FAULT_STATEMENT : RA__DB_FAULT_COMMIT, nth,
                    status);
        return;
    case RA_FAULT_READ:
        ra__sim_fail(world->sim, RA__OP_READ, nth, status);
        return;
    case RA_FAULT_WRITE:
        ra__sim_fail(world->sim, RA__OP_WRITE, nth, status);
        return;
    case RA_FAULT_CONNECT:
        ra__sim_fail(world->sim, RA__OP_CONNECT, nth, status);
        return;
    }
}

void ra_test_sql(ra_test *test, const char *sql)
{
    ra__world *world = world_of(test);
    ra_db *db = ra__service_db(world->service);
    RA_CHECK(db, "ra_test_sql: the app has no database");
    ra_status status = ra__db_script(world->host, db, sql);
    RA_CHECK(status == RA_OK, "ra_test_sql: %s: " RA_STR_FMT, ra_status_message(status),
             RA_STR_ARG(ra_ctx_message(world->host)));
}

// ---- requests: real bytes, the real parser

static ra_status put_headers(ra_buf *out, const ra_test_request_opts *opts)
{
    size_t max = sizeof opts->headers / sizeof *opts->headers;
    for (size_t i = 0; i < max && opts->headers[i]; i++)
        RA_TRY(ra_buf_printf(out, "%s\r\n", opts->headers[i]));
    return RA_OK;
}

static ra_status put_request(ra_buf *out, const char *method, const char *target,
                             const ra_test_request_opts *opts)
{
    RA_TRY(ra_buf_printf(out, "%s %s HTTP/1.1\r\nHost: test\r\nConnection: close\r\n", method,
                         target));
    RA_TRY(put_headers(out, opts));
    if (opts->body)
        RA_TRY(ra_buf_printf(out, "Content-Type: %s\r\nContent-Length: %zu\r\n",
                             opts->type ? opts->type : "application/json", strlen(opts->body)));
    RA_TRY(ra_buf_append(out, RA_STR("\r\n")));
    return opts->body ? ra_buf_append(out, ra_str_of(opts->body)) : RA_OK;
}

static ra_status read_all(ra_ctx *ctx, ra__sock *sock, ra_buf *out)
{
    char piece[READ_BYTES];
    size_t got = 1;
    while (got > 0) {
        RA_TRY(ra__sock_read(ctx, sock, piece, sizeof piece, &got));
        RA_TRY(ra_buf_append(out, (ra_str){piece, got}));
    }
    return RA_OK;
}

/// An answer may come before the request is written, and end the writing: then the answer counts.
static ra_status exchange(ra_ctx *ctx, const ra__addr *addr, ra_str request, ra_buf *answer)
{
    ra__sock *sock = NULL;
    RA_TRY(ra__sock_connect(ctx, addr, &sock));
    RA_DISCARD(ra__sock_write_all(ctx, sock, request.ptr, request.len));
    ra_status status = read_all(ctx, sock, answer);
    ra__sock_close(sock, false);
    return status;
}

ra_test_reply ra_test_request_(ra_test *test, const char *method, const char *target,
                               const ra_test_request_opts *opts)
{
    ra__world *world = world_of(test);
    ra_test_reply reply = {0};
    RA_SCOPED(ra_buf, request, ra_buf_init(MESSAGE_BYTES_MAX));
    RA_SCOPED(ra_buf, answer, ra_buf_init(MESSAGE_BYTES_MAX));
    RA_CHECK(put_request(&request, method, target, opts) == RA_OK,
             "ra_test_request: the request is too large");

    ra_status status =
        exchange(world->host, ra__service_addr(world->service), ra_buf_str(&request), &answer);
    if (status != RA_OK && answer.len == 0)
        return reply; // status 0: no answer
    ra_str kept;
    RA_CHECK(ra__arena_try_copy(world->replies, ra_buf_str(&answer), &kept),
             "ra_test_request: too many replies");
    if (!ra__reply_parse(world->replies, kept, &reply))
        return (ra_test_reply){0};
    return reply;
}

ra_str ra_test_log(ra_test *test)
{
    ra__world *world = world_of(test);
    ra_str kept = RA_STR("");
    RA_SCOPED(ra_buf, lines, ra_buf_init(MESSAGE_BYTES_MAX));
    if (ra__log_take(&lines) == RA_OK && lines.len > 0)
        RA_CHECK(ra__arena_try_copy(world->replies, ra_buf_str(&lines), &kept),
                 "ra_test_log: too many lines");
    return kept;
}
