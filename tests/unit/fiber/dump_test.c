// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/heap.h"
#include "fiber/death.h"
#include "fiber/world.h"

typedef RA_CHAN(int) int_chan;

static ra_status nap(ra_ctx *ctx, int *unused)
{
    (void)unused;
    return ra_sleep(ctx, RA_SECONDS(100));
}

static ra_status listen(ra_ctx *ctx, int_chan *chan)
{
    int got;
    return ra_chan_recv(ctx, *chan, &got);
}

static ra_status parents(ra_ctx *ctx, void *arg)
{
    (void)arg;
    int unused;
    int_chan chan = RA_CHAN_NEW(ctx, int, 0);
    ra__fiber_set_label(ctx->fiber, "GET /items");
    RA_GROUP(g, ctx);
    for (int i = 0; i < 7; i++)
        ra_group_go(&g, nap, &unused);
    for (int i = 0; i < 3; i++)
        ra_group_go(&g, listen, &chan);
    return ra_sleep(ctx, RA_MS(1500));
}

static bool has(ra_str text, const char *part)
{
    return memmem(text.ptr, text.len, part, strlen(part)) != NULL;
}

static void fibers_are_grouped_by_wait_and_spawn_site_most_first(void **state)
{
    (void)state;
    sim s;
    sim_begin(&s, 1, 1, 0);
    ra__shard *shard = ra__runtime_shard(s.runtime, 0);
    sim_spawn(&s, 0, parents, NULL);
    while (ra__shard_fiber_count(shard) < 11 || ra__shard_runnable(shard))
        sim_step(&s);
    s.now_ns += RA_MS(1204);
    RA_SCOPED(ra_buf, text, ra_buf_init(64 << 10));
    assert_int_equal(ra__shard_dump(shard, &text), RA_OK);
    ra_str dump = ra_buf_str(&text);
    assert_true(ra_str_starts_with(
        dump, RA_STR("shard 0: 11 fibers, 0 ready, 0 not started\n      7  sleep ")));
    assert_true(has(dump, "longest 1.204 s  nap ("));
    assert_true(has(dump, "      3  chan recv "));
    assert_true(has(dump, "dump_test.c:"));
    assert_true(has(dump, "'GET /items'"));
    sim_run(&s);
    sim_end(&s);
}

static void ready_and_unstarted_ones_are_counted(void **state)
{
    (void)state;
    sim s;
    sim_begin(&s, 1, 1, 0);
    sim_spawn(&s, 0, parents, NULL);
    RA_SCOPED(ra_buf, text, ra_buf_init(64 << 10));
    assert_int_equal(ra__shard_dump(ra__runtime_shard(s.runtime, 0), &text), RA_OK);
    assert_true(
        has(ra_buf_str(&text), "shard 0: 1 fibers, 1 ready, 0 not started\n      1  ready "));
    sim_run(&s);
    sim_end(&s);
}

static ra_status short_nap(ra_ctx *ctx, void *arg)
{
    (void)arg;
    return ra_sleep(ctx, RA_MS(1));
}

static void more_sites_than_it_shows_are_counted_together(void **state)
{
    (void)state;
    sim s;
    sim_begin(&s, 1, 1, 0);
    ra__shard *shard = ra__runtime_shard(s.runtime, 0);
    for (int line = 1; line <= 300; line++) {
        ra__spawn_opts opts = {.name = "many", .file = __FILE__, .line = line};
        assert_non_null(ra__spawn(shard, short_nap, NULL, &opts));
    }
    RA_SCOPED(ra_buf, text, ra_buf_init(64 << 10));
    assert_int_equal(ra__shard_dump(shard, &text), RA_OK);
    assert_true(has(ra_buf_str(&text), "\n     44  more\n"));
    sim_run(&s);
    sim_end(&s);
}

static bool refuse_all(void *arg, size_t bytes)
{
    (void)arg, (void)bytes;
    return false;
}

static void without_memory_the_dump_says_so(void **state)
{
    (void)state;
    sim s;
    sim_begin(&s, 1, 1, 0);
    RA_SCOPED(ra_buf, text, ra_buf_init(64 << 10));
    ra__heap_set_hook(refuse_all, NULL);
    ra_status status = ra__shard_dump(ra__runtime_shard(s.runtime, 0), &text);
    ra__heap_set_hook(NULL, NULL);
    assert_int_equal(status, RA_ERR_EXHAUSTED);
    sim_end(&s);
}

static void a_small_buffer_cuts_it(void **state)
{
    (void)state;
    sim s;
    sim_begin(&s, 1, 1, 0);
    RA_SCOPED(ra_buf, text, ra_buf_init(10));
    assert_int_not_equal(ra__shard_dump(ra__runtime_shard(s.runtime, 0), &text), RA_OK);
    sim_end(&s);
}

static void dump_all(void)
{
    sim s;
    sim_begin(&s, 1, 3, 0);
    sim_spawn(&s, 1, parents, NULL);
    ra__runtime_dump(s.runtime);
    ra__runtime_dump(s.runtime); // one each, until it has been written
    sim_run(&s);
    sim_end(&s);
}

static void every_shard_writes_its_own_to_standard_error(void **state)
{
    (void)state;
    static last_words words;
    LAST_WORDS(dump_all(), &words);
    assert_int_equal(words.status, 0);
    for (const char *const *shard =
             (const char *const[]){"shard 0: 0 ", "shard 1: ", "shard 2: 0 ", NULL};
         *shard; shard++) {
        const char *first = strstr(words.text, *shard);
        assert_non_null(first);
        assert_null(strstr(first + 1, *shard));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fibers_are_grouped_by_wait_and_spawn_site_most_first),
        cmocka_unit_test(ready_and_unstarted_ones_are_counted),
        cmocka_unit_test(more_sites_than_it_shows_are_counted_together),
        cmocka_unit_test(without_memory_the_dump_says_so),
        cmocka_unit_test(a_small_buffer_cuts_it),
        cmocka_unit_test(every_shard_writes_its_own_to_standard_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
