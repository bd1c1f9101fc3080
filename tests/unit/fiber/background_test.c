// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/heap.h"
#include "fiber/world.h"
#include <ramie/bind.h>
#include <stdio.h>

typedef struct {
    int64_t number;
    ra_str text;
    ra_list_i64 list;
} mail;
RA_BIND(mail, RA_FIELD(number), RA_FIELD(text), RA_FIELD(list));

static struct {
    _Atomic int ran, failed;
    int64_t number, item;
    char text[32];
    _Atomic int status;
    ra_status failure;
    unsigned shard;
    void *request, *db;
    const char *failed_name;
} seen;

static void forget(void)
{
    memset(&seen, 0, sizeof seen);
}

static void note_failure(ra_ctx *ctx, const char *name, const char *file, int line,
                         ra_status status)
{
    EXPECT(file && line > 0);
    (void)ctx;
    seen.failed_name = name;
    seen.failure = status;
    atomic_fetch_add(&seen.failed, 1);
}

static ra_status send_mail(ra_ctx *ctx, const mail *m)
{
    RA_TRY(ra_sleep(ctx, RA_MS(5)));
    seen.number = m->number;
    seen.item = m->list.items[m->list.len - 1];
    snprintf(seen.text, sizeof seen.text, RA_STR_FMT, RA_STR_ARG(m->text));
    seen.shard = ra__shard_index(ctx->shard);
    seen.request = ctx->slots[RA__SLOT_REQUEST];
    seen.db = ctx->slots[RA__SLOT_DB];
    seen.status = ra_ctx_status(ctx);
    atomic_fetch_add(&seen.ran, 1);
    return RA_OK;
}

static ra_status fail_later(ra_ctx *ctx, const mail *m)
{
    (void)m;
    RA_TRY(ra_sleep(ctx, RA_MS(1)));
    return ra_fail(ctx, RA_ERR_UNAVAILABLE, "no carrier");
}

static ra_status forever(ra_ctx *ctx, const mail *m)
{
    (void)m;
    ra_status status = ra_sleep(ctx, RA_HOURS(9999));
    seen.status = status;
    atomic_fetch_add(&seen.ran, 1);
    return status;
}

static ra_status request(ra_ctx *ctx, void *arg)
{
    char text[] = "dear reader";
    int64_t items[] = {1, 2, 3};
    mail m = {7, {text, sizeof text - 1}, {items, 3, 3}};
    RA_SCOPED(ra_deadline, soon, ra_deadline_in(ctx, RA_MS(1))); // the request's, not the mail's
    ctx->slots[RA__SLOT_REQUEST] = arg;
    ctx->slots[RA__SLOT_DB] = arg;
    ra_go(ctx, send_mail, mail, &m);
    memset(text, 'x', sizeof text - 1);
    memset(items, 0, sizeof items);
    return RA_OK;
}

static void it_outlives_the_request_with_a_copy_of_its_argument(void **state)
{
    (void)state;
    int something;
    forget();
    sim_once(1, 1, 0, request, &something);
    assert_int_equal(seen.ran, 1);
    assert_int_equal(seen.number, 7);
    assert_int_equal(seen.item, 3);
    assert_string_equal(seen.text, "dear reader");
    assert_int_equal(seen.status, RA_OK);
    assert_null(seen.request);
    assert_ptr_equal(seen.db, &something);
}

static void it_runs_on_the_calling_shard_but_never_on_an_extra_one(void **state)
{
    (void)state;
    for (unsigned from = 0; from < 3; from++) {
        sim s;
        forget();
        sim_begin(&s, from, 2, 1);
        sim_spawn(&s, from, request, NULL);
        sim_run(&s);
        sim_end(&s);
        assert_int_equal(seen.ran, 1);
        assert_true(from == 2 ? seen.shard < 2 : seen.shard == from);
    }
    forget();
    real_once(1, 1, request, NULL);
}

static void from_the_writer_they_spread_over_all_shards(void **state)
{
    (void)state;
    sim s;
    int runs[3] = {0};
    forget();
    sim_begin(&s, 1, 3, 1);
    for (int i = 0; i < 60; i++) {
        sim_spawn(&s, 3, request, NULL);
        sim_run(&s);
        runs[seen.shard]++;
    }
    sim_end(&s);
    assert_true(runs[0] > 9 && runs[1] > 9 && runs[2] > 9);
}

static ra_status request_in_a_body(ra_ctx *ctx, void *arg)
{
    int transaction;
    ctx->mode = RA__CTX_BODY;
    ctx->outer_db = arg;
    ctx->slots[RA__SLOT_DB] = &transaction;
    int64_t items[] = {1};
    mail m = {.text = RA_STR("x"), .list = {items, 1, 1}};
    ra_go(ctx, send_mail, mail, &m);
    ctx->mode = RA__CTX_FIBER;
    return RA_OK;
}

static void from_a_transaction_it_takes_the_database_not_the_transaction(void **state)
{
    (void)state;
    int db;
    forget();
    sim_once(1, 1, 0, request_in_a_body, &db);
    assert_ptr_equal(seen.db, &db);
}

static ra_status start(ra_ctx *ctx, void *arg)
{
    mail m = {0};
    if (arg)
        ra_go(ctx, fail_later, mail, &m);
    else
        ra_go(ctx, forever, mail, &m);
    return RA_OK;
}

static void a_failure_is_reported_to_the_runtimes_owner(void **state)
{
    (void)state;
    sim s;
    forget();
    ra__runtime_opts opts = sim_opts(&s, 1, 1, 0);
    opts.background_failed = note_failure;
    sim_begin_with(&s, &opts);
    sim_spawn(&s, 0, start, &s);
    sim_run(&s);
    sim_end(&s);
    assert_int_equal(seen.failed, 1);
    assert_string_equal(seen.failed_name, "fail_later");
    assert_int_equal(seen.failure, RA_ERR_UNAVAILABLE);
}

static unsigned left;

static bool refuse_after(void *arg, size_t bytes)
{
    (void)arg, (void)bytes;
    return left > 0 && left-- > 0;
}

static ra_status nap(ra_ctx *ctx, void *arg)
{
    (void)arg;
    return ra_sleep(ctx, RA_MS(1));
}

// All stacks of the first slab are taken: what ra_go starts needs another one.
static ra_status start_without_memory(ra_ctx *ctx, void *arg)
{
    ra__spawn_opts opts = {.name = "nap"};
    for (int i = 0; i < 63; i++)
        EXPECT(ra__spawn(ctx->shard, nap, NULL, &opts));
    mail m = {0};
    (void)arg;
    ra__heap_set_hook(refuse_after, NULL);
    ra_go(ctx, fail_later, mail, &m);
    ra__heap_set_hook(NULL, NULL);
    return RA_OK;
}

static void whichever_allocation_fails_it_is_reported_once(void **state)
{
    (void)state;
    unsigned exhausted = 0;
    for (unsigned n = 0; n < 8; n++) {
        sim s;
        forget();
        left = n;
        ra__runtime_opts opts = sim_opts(&s, 1, 1, 0);
        opts.background_failed = note_failure;
        sim_begin_with(&s, &opts);
        sim_spawn(&s, 0, start_without_memory, NULL);
        sim_run(&s);
        assert_int_equal(ra__runtime_background_count(s.runtime), 0);
        sim_end(&s);
        assert_int_equal(seen.failed, 1);
        assert_true(seen.failure == RA_ERR_EXHAUSTED || seen.failure == RA_ERR_UNAVAILABLE);
        exhausted += seen.failure == RA_ERR_EXHAUSTED;
    }
    assert_true(exhausted >= 2 && exhausted < 8); // for its arena, for its stack; then it ran
}

static ra_status start_three(ra_ctx *ctx, void *arg)
{
    mail m = {0};
    (void)arg;
    ra_go(ctx, forever, mail, &m);
    ra_go(ctx, fail_later, mail, &m); // ends between the two others
    ra_go(ctx, forever, mail, &m);
    return RA_OK;
}

static void they_may_end_in_any_order(void **state)
{
    (void)state;
    sim s;
    forget();
    sim_begin(&s, 1, 1, 0);
    sim_spawn(&s, 0, start_three, NULL);
    while (ra__runtime_background_count(s.runtime) != 2) {
        sim_step(&s);
        sim_step(&s);
        sim_step(&s);
    }
    ra__runtime_cancel_background(s.runtime);
    sim_run(&s);
    sim_end(&s);
    assert_int_equal(seen.ran, 2);
}

static void the_runtime_counts_and_cancels_them(void **state)
{
    (void)state;
    sim s;
    forget();
    sim_begin(&s, 1, 2, 0);
    sim_spawn(&s, 0, start, NULL);
    sim_spawn(&s, 1, start, NULL);
    while (ra__runtime_background_count(s.runtime) < 2)
        sim_step(&s);
    ra__runtime_cancel_background(s.runtime);
    sim_run(&s);
    assert_int_equal(ra__runtime_background_count(s.runtime), 0);
    assert_int_equal(seen.ran, 2);
    assert_int_equal(seen.status, RA_ERR_CANCELED);
    sim_spawn(&s, 0, start, NULL); // too late: canceled at birth
    sim_run(&s);
    assert_int_equal(seen.ran, 3);
    assert_true(s.now_ns < RA_HOURS(1));
    sim_end(&s);
}

static void stop_cancels_them_on_real_shards(void **state)
{
    (void)state;
    forget();
    ra__runtime *runtime = real_begin(2, 0);
    real_start starts[2];
    real_spawn(runtime, 0, &starts[0], start, NULL);
    real_spawn(runtime, 1, &starts[1], start, NULL);
    real_end(runtime);
    assert_int_equal(seen.ran, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_outlives_the_request_with_a_copy_of_its_argument),
        cmocka_unit_test(it_runs_on_the_calling_shard_but_never_on_an_extra_one),
        cmocka_unit_test(from_the_writer_they_spread_over_all_shards),
        cmocka_unit_test(from_a_transaction_it_takes_the_database_not_the_transaction),
        cmocka_unit_test(a_failure_is_reported_to_the_runtimes_owner),
        cmocka_unit_test(whichever_allocation_fails_it_is_reported_once),
        cmocka_unit_test(they_may_end_in_any_order),
        cmocka_unit_test(the_runtime_counts_and_cancels_them),
        cmocka_unit_test(stop_cancels_them_on_real_shards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
