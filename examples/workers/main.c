// SPDX-License-Identifier: MIT OR Apache-2.0
// workers: three workers send three results each over one channel; the parent prints the nine.
#include <ramie/ramie.h>
#include <stdio.h>

enum { WORKERS = 3, RESULTS = 3 };

typedef RA_CHAN(int) int_chan;

typedef struct {
    int id;
    int_chan results;
} job;

static ra_status worker(ra_ctx *ctx, const job *j)
{
    for (int i = 0; i < RESULTS; i++)
        RA_TRY(ra_chan_send(ctx, j->results, j->id * 10 + i));
    return RA_OK;
}

static ra_status collect(ra_ctx *ctx)
{
    int_chan results = RA_CHAN_NEW(ctx, int, 0); // unbuffered: sender and receiver meet
    job jobs[WORKERS] = {{1, results}, {2, results}, {3, results}};

    RA_GROUP(workers, ctx);
    for (int w = 0; w < WORKERS; w++)
        ra_group_go(&workers, worker, &jobs[w]);

    for (int i = 0, got; i < WORKERS * RESULTS; i++) {
        RA_TRY(ra_chan_recv(ctx, results, &got));
        printf("%d\n", got);
    }
    return ra_group_wait(ctx, &workers);
}

int main(void)
{
    return ra_run(collect);
}
