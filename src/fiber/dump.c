// SPDX-License-Identifier: MIT OR Apache-2.0
// dump: what the fibers of a shard are doing, grouped by what they wait for and where they were
// spawned.
//
//     shard 0: 10003 fibers, 2 ready, 0 not started
//      10000  sleep         longest 9 ms      nap (tasks.c:17)
//          2  chan recv     longest 1.204 s   worker (workers.c:24)  'GET /items'
//
// Each shard writes its own; none stops for another.
#include "base/assert.h"
#include "base/heap.h"
#include "fiber/wait.h"
#include "private/shard.h"

enum { GROUPS_MAX = 256, TEXT_BYTES_MAX = 64 << 10 };

typedef struct {
    const char *kind;
    ra__site site;
    const char *label; // of the one that waits longest
    unsigned count;
    int64_t longest_ns;
} row;

typedef struct {
    row rows[GROUPS_MAX];
    unsigned len, left_out;
} table;

static const char *kind_of(const ra__shard *shard, const ra__fiber *fiber)
{
    if (fiber->wait)
        return fiber->wait->kind;
    return fiber == shard->current ? "running" : "ready";
}

static bool same(const row *at, const char *kind, const ra__fiber *fiber)
{
    return at->kind == kind && at->site.file == fiber->site.file &&
           at->site.line == fiber->site.line && at->site.name == fiber->site.name;
}

static row *row_of(table *t, const char *kind, const ra__fiber *fiber)
{
    for (unsigned i = 0; i < t->len; i++)
        if (same(&t->rows[i], kind, fiber))
            return &t->rows[i];
    if (t->len == GROUPS_MAX)
        return NULL;
    t->rows[t->len] = (row){.kind = kind, .site = fiber->site, .longest_ns = -1};
    return &t->rows[t->len++];
}

static void count(table *t, const ra__shard *shard, const ra__fiber *fiber)
{
    row *at = row_of(t, kind_of(shard, fiber), fiber);
    if (!at) {
        t->left_out++;
        return;
    }
    int64_t age_ns = ra__shard_now_ns(shard) - fiber->since_ns;
    at->count++;
    if (age_ns > at->longest_ns) {
        at->longest_ns = age_ns;
        at->label = fiber->label;
    }
}

// Most first; equal ones as they were met.
static void sort(table *t)
{
    for (unsigned i = 1; i < t->len; i++) {
        row moved = t->rows[i];
        unsigned at = i;
        for (; at > 0 && t->rows[at - 1].count < moved.count; at--)
            t->rows[at] = t->rows[at - 1];
        t->rows[at] = moved;
    }
}

static ra_status print_row(ra_buf *out, const row *at)
{
    RA_TRY(ra_buf_printf(out, "%7u  %-14s longest %" PRId64 ".%03" PRId64 " s  %s", at->count,
                         at->kind, at->longest_ns / RA_SECONDS(1), at->longest_ns / RA_MS(1) % 1000,
                         at->site.name ? at->site.name : "?"));
    if (at->site.file)
        RA_TRY(ra_buf_printf(out, " (%s:%d)", at->site.file, at->site.line));
    if (at->label)
        RA_TRY(ra_buf_printf(out, "  '%s'", at->label));
    return ra_buf_append(out, RA_STR("\n"));
}

static ra_status print(const ra__shard *shard, table *t, ra_buf *out)
{
    RA_TRY(ra_buf_printf(out, "shard %u: %u fibers, %u ready, %u not started\n", shard->index,
                         shard->fiber_count, shard->ready.len, shard->unstarted_count));
    for (unsigned i = 0; i < t->len; i++)
        RA_TRY(print_row(out, &t->rows[i]));
    if (t->left_out)
        RA_TRY(ra_buf_printf(out, "%7u  more\n", t->left_out));
    return RA_OK;
}

ra_status ra__shard_dump(ra__shard *shard, ra_buf *out)
{
    table *t = ra__heap_alloc_zeroed(1, sizeof *t);
    if (!t)
        return RA_ERR_EXHAUSTED;
    for (const ra__fiber *fiber = shard->fibers; fiber; fiber = fiber->next)
        if (!fiber->host)
            count(t, shard, fiber);
    sort(t);
    ra_status status = print(shard, t, out);
    ra__heap_free(t);
    return status;
}

void ra__dump_message(ra__msg *msg)
{
    ra__shard *shard = (ra__shard *)(void *)((char *)msg - offsetof(ra__shard, dump_msg));
    atomic_store(&shard->dump_posted, false);
    RA_SCOPED(ra_buf, text, ra_buf_init(TEXT_BYTES_MAX));
    RA_DISCARD(ra__shard_dump(shard, &text)); // cut where it is full
    RA_DISCARD(ra__os_write_all(2, ra_buf_str(&text)));
}
