// SPDX-License-Identifier: MIT OR Apache-2.0
// What fibers cost: a switch, a spawn with its join, a value handed over, a parked one's memory.
// Public API only. Prints "name<TAB>number<TAB>unit" a line; the medians over rounds are
// bench/run.py's.
#include <ramie/ramie.h>
#include <stdio.h>

typedef RA_CHAN(int64_t) number_chan;
typedef struct {
    int64_t count;
    number_chan numbers;
} job;

enum { SWITCHES = 200000, SPAWNS = 100000, BATCH = 1000, HANDOVERS = 200000, PARKED = 20000 };

static void report(const char *name, int64_t took_ns, int64_t count)
{
    printf("%s\t%.1f\tns\n", name, (double)took_ns / (double)count);
}

static ra_status yield_often(ra_ctx *ctx, const job *j)
{
    for (int64_t i = 0; i < j->count; i++)
        RA_TRY(ra_yield(ctx));
    return RA_OK;
}

// Two fibers that do nothing but make way for each other.
static ra_status measure_switch(ra_ctx *ctx)
{
    job half = {.count = SWITCHES / 2};
    RA_GROUP(pair, ctx);
    ra_group_go(&pair, yield_often, &half);
    ra_group_go(&pair, yield_often, &half);
    int64_t begun_ns = ra_monotonic_ns(ctx);
    RA_TRY(ra_group_wait(ctx, &pair));
    report("fiber switch", ra_monotonic_ns(ctx) - begun_ns, SWITCHES);
    return RA_OK;
}

static ra_status do_nothing(ra_ctx *ctx, const job *j)
{
    (void)j;
    return ra_ctx_status(ctx);
}

static ra_status spawn_batch(ra_ctx *ctx, const job *j)
{
    RA_GROUP(batch, ctx);
    for (int64_t i = 0; i < j->count; i++)
        ra_group_go(&batch, do_nothing, j);
    return ra_group_wait(ctx, &batch);
}

static ra_status measure_spawn(ra_ctx *ctx)
{
    job batch = {.count = BATCH};
    RA_TRY(spawn_batch(ctx, &batch)); // stacks are there now
    int64_t begun_ns = ra_monotonic_ns(ctx);
    for (int i = 0; i < SPAWNS / BATCH; i++)
        RA_TRY(spawn_batch(ctx, &batch));
    report("spawn and join", ra_monotonic_ns(ctx) - begun_ns, SPAWNS);
    return RA_OK;
}

static ra_status send_numbers(ra_ctx *ctx, const job *j)
{
    for (int64_t i = 0; i < j->count; i++)
        RA_TRY(ra_chan_send(ctx, j->numbers, i));
    return RA_OK;
}

static ra_status measure_channel(ra_ctx *ctx)
{
    number_chan numbers = RA_CHAN_NEW(ctx, int64_t, 0);
    job sender = {.count = HANDOVERS, .numbers = numbers};
    RA_GROUP(senders, ctx);
    ra_group_go(&senders, send_numbers, &sender);
    int64_t begun_ns = ra_monotonic_ns(ctx);
    for (int64_t i = 0, got = 0; i < HANDOVERS; i++)
        RA_TRY(ra_chan_recv(ctx, numbers, &got));
    report("unbuffered hand-over", ra_monotonic_ns(ctx) - begun_ns, HANDOVERS);
    return ra_group_wait(ctx, &senders);
}

// Resident bytes of this process, as the kernel counts them.
static int64_t resident_bytes(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file)
        return 0;
    if (fscanf(file, "%*d %ld", &pages) != 1)
        pages = 0;
    fclose(file);
    return pages * 4096;
}

static ra_status wait_for_end(ra_ctx *ctx, const job *j)
{
    int64_t number;
    while (ra_chan_next(ctx, j->numbers, &number))
        continue;
    return ra_ctx_status(ctx);
}

static ra_status measure_memory(ra_ctx *ctx)
{
    number_chan numbers = RA_CHAN_NEW(ctx, int64_t, 0);
    job waiter = {.numbers = numbers};
    int64_t before = resident_bytes();
    RA_GROUP(waiters, ctx);
    for (int i = 0; i < PARKED; i++)
        ra_group_go(&waiters, wait_for_end, &waiter);
    RA_TRY(ra_sleep(ctx, RA_MS(50))); // all have parked
    printf("parked fiber\t%.0f\tbytes\n", (double)(resident_bytes() - before) / PARKED);
    ra_chan_close(numbers);
    return ra_group_wait(ctx, &waiters);
}

static ra_status measure(ra_ctx *ctx)
{
    RA_TRY(measure_memory(ctx)); // first, before stacks have been used
    RA_TRY(measure_switch(ctx));
    RA_TRY(measure_spawn(ctx));
    return measure_channel(ctx);
}

int main(void)
{
    return ra_run(measure);
}
