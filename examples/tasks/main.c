// SPDX-License-Identifier: MIT OR Apache-2.0
// tasks: 10,000 fibers sleep 10 ms each, and all are joined. It takes little more than 10 ms: they
// sleep together.
#include <ramie/ramie.h>
#include <stdio.h>

enum { TASKS = 10000 };

static ra_status nap(ra_ctx *ctx, int *done)
{
    RA_TRY(ra_sleep(ctx, RA_MS(10)));
    *done += 1; // no lock: a group's fibers share their parent's shard
    return RA_OK;
}

static ra_status tasks(ra_ctx *ctx)
{
    int done = 0;
    RA_GROUP(sleepers, ctx); // below what its fibers use: it ends first
    for (int i = 0; i < TASKS; i++)
        ra_group_go(&sleepers, nap, &done);
    RA_TRY(ra_group_wait(ctx, &sleepers));
    printf("%d tasks done\n", done);
    return RA_OK;
}

int main(void)
{
    return ra_run(tasks);
}
