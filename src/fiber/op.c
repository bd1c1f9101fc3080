// SPDX-License-Identifier: MIT OR Apache-2.0
// op: a fiber waits for the backend. It never returns before its op is complete: the buffer may lie
// on its stack.
#include "fiber/op.h"
#include "private/shard.h"

typedef struct {
    ra__wait wait;
    ra__op *op;
    ra_status why; // cancelled or timed out; RA_OK: neither
} op_wait;

static void op_done(ra__op *op)
{
    op_wait *waiter = op->owner;
    if (ra__wait_claim(&waiter->wait)) // nobody else ends it
        ra__wait_wake(&waiter->wait, RA_OK);
}

// The buffer is the kernel's until the op is complete, so the fiber waits on.
static void ask_to_cancel(ra__wait *wait, ra_status why)
{
    op_wait *waiter = (op_wait *)(void *)((char *)wait - offsetof(op_wait, wait));
    waiter->why = why;
    ra__op_cancel(wait->fiber->ctx.shard, waiter->op);
}

void ra__op_submit(ra__shard *shard, ra__op *op)
{
    shard->runtime->opts.backend->submit(shard, op);
}

void ra__op_cancel(ra__shard *shard, ra__op *op)
{
    shard->runtime->opts.backend->cancel(shard, op);
}

ra_status ra__op_run(ra_ctx *ctx, ra__op *op, const char *kind)
{
    RA_TRY(ra__ctx_check(ctx));
    op_wait waiter = {.op = op};
    ra__wait_init(&waiter.wait, ctx, kind, op->target);
    waiter.wait.on_cancel = ask_to_cancel;
    op->owner = &waiter;
    op->done = op_done;
    ra__op_submit(ctx->shard, op);
    RA_DISCARD(ra__wait_park(ctx, &waiter.wait));
    if (op->result >= 0)
        return RA_OK;
    ra_status status = (ra_status)-op->result;
    return status == RA_ERR_CANCELED && waiter.why != RA_OK ? waiter.why : status;
}
