// SPDX-License-Identifier: MIT OR Apache-2.0
#include "obs/log.h"

#include "base/heap.h"
#include "os/os.h"
#include "private/line.h"
#include "private/queue.h"
#include "private/writer.h"

#include <stdlib.h>

enum { BUFFER_BYTES = 256 << 10 };
static const int64_t close_timeout_ns = RA_SECONDS(2);

typedef struct {
    ra__log_opts opts;
    ra__line_style style;
    ra__runtime *runtime;
    bool keeping; // no thread: lines stay until they are taken
    unsigned shard_count;
    ra__queue *queues; // one a shard, and one for all other threads
    ra__writer writer;
} log_state;

// Set before the first thread starts and after the last one ended.
static log_state *current;
static void (*describe_request)(const ra_ctx *ctx, ra_str *id, ra_str *route);

// ---- open and close

static bool env_set(const char *name)
{
    const char *value = getenv(name);
    return value && value[0] != '\0';
}

/// https://no-color.org, and the two older habits beside it.
static bool wants_color(int fd)
{
    const char *term = getenv("TERM");
    if (env_set("NO_COLOR"))
        return false;
    if (env_set("CLICOLOR_FORCE"))
        return true;
    return ra__os_is_terminal(fd) && !(term && strcmp(term, "dumb") == 0);
}

static ra__line_style style_of(ra__log_format format, int fd)
{
    if (format == RA__LOG_JSON || (format == RA__LOG_AUTO && !ra__os_is_terminal(fd)))
        return RA__LINE_JSON;
    return wants_color(fd) ? RA__LINE_COLOR : RA__LINE_TEXT;
}

static void log_free(log_state *log)
{
    for (unsigned i = 0; log->queues && i <= log->shard_count; i++)
        ra__queue_deinit(&log->queues[i]);
    ra__heap_free(log->queues);
    ra__heap_free(log);
}

static bool make_queues(log_state *log)
{
    size_t bytes = log->opts.buffer_bytes ? log->opts.buffer_bytes : BUFFER_BYTES;
    log->queues = ra__heap_alloc_zeroed(log->shard_count + 1, sizeof *log->queues);
    bool ok = log->queues != NULL;
    for (unsigned i = 0; ok && i <= log->shard_count; i++)
        ok = ra__queue_init(&log->queues[i], bytes);
    return ok;
}

ra_status ra__log_open(ra__runtime *runtime, const ra__log_opts *opts)
{
    if (current)
        return RA_ERR_STATE;
    log_state *log = ra__heap_alloc_zeroed(1, sizeof *log);
    if (!log)
        return RA_ERR_EXHAUSTED;
    log->opts = *opts;
    log->runtime = runtime;
    log->keeping = opts->fd == RA__LOG_KEEP;
    log->style = style_of(opts->format, opts->fd);
    log->shard_count = runtime ? ra__runtime_shard_count(runtime) : 0;
    if (!make_queues(log)) {
        log_free(log);
        return RA_ERR_EXHAUSTED;
    }
    log->writer = (ra__writer){.queues = log->queues,
                               .queue_count = log->shard_count + 1,
                               .fd = opts->fd,
                               .style = log->style};
    ra_status status = log->keeping ? RA_OK : ra__writer_start(&log->writer);
    if (status != RA_OK) {
        log_free(log);
        return status;
    }
    current = log;
    return RA_OK;
}

void ra__log_close(void)
{
    log_state *log = current;
    if (!log)
        return;
    current = NULL;
    if (log->keeping || ra__writer_stop(&log->writer, close_timeout_ns))
        log_free(log);
}

bool ra__log_access_on(void)
{
    return current && current->opts.access && current->opts.level <= RA_LOG_INFO;
}

uint64_t ra__log_dropped(void)
{
    return current ? ra__writer_dropped(&current->writer) : 0;
}

void ra__log_set_describe(void (*describe)(const ra_ctx *ctx, ra_str *id, ra_str *route))
{
    describe_request = describe;
}

ra_status ra__log_take(ra_buf *out)
{
    for (unsigned i = 0; current && current->keeping && i <= current->shard_count; i++)
        RA_TRY(ra_buf_append(out, ra__queue_take(&current->queues[i])));
    return RA_OK;
}

// ---- a line

static bool wanted(ra_log_level level)
{
    return level >= (current ? current->opts.level : RA_LOG_INFO);
}

/// The caller's shard, or the one whose ctx was lent to it. Extra shards and other threads share
/// the last queue.
static ra__queue *queue_for(const ra_ctx *ctx)
{
    const ra__shard *shard = ctx ? ctx->shard : ra__shard_self();
    unsigned index = shard ? ra__shard_index(shard) : current->shard_count;
    return &current->queues[index < current->shard_count ? index : current->shard_count];
}

static ra_time time_for(const ra_ctx *ctx)
{
    if (ctx)
        return ra_now(ctx);
    const ra__clock *clock =
        current && current->runtime ? ra__runtime_clock(current->runtime) : &ra__os_clock;
    return (ra_time){clock->wall_ns(clock->world)};
}

static void emit(const ra_ctx *ctx, ra__record *record)
{
    char text[RA__LINE_BYTES_MAX];
    record->time = time_for(ctx);
    if (!current) {
        size_t len = ra__line_format(text, style_of(RA__LOG_AUTO, 2), record);
        RA_DISCARD(ra__os_write_all(2, (ra_str){text, len}));
        return;
    }
    size_t len = ra__line_format(text, current->style, record);
    if (ra__queue_put(queue_for(ctx), (ra_str){text, len}) && !current->keeping)
        ra__writer_nudge(&current->writer);
}

void ra_log_(ra_ctx *ctx, ra_log_level level, const char *file, int line, const char *message,
             const ra_kv *values)
{
    if (!wanted(level))
        return;
    ra__record record = {
        .level = level, .message = message, .values = values, .file = file, .line = line};
    if (ctx && describe_request)
        describe_request(ctx, &record.id, &record.route);
    emit(ctx, &record);
}

void ra__log_line(ra_log_level level, const char *message, const ra_kv *values)
{
    if (wanted(level))
        emit(NULL, &(ra__record){.level = level, .message = message, .values = values});
}

void ra__log_access(ra_ctx *ctx, const ra__access *access)
{
    if (!ra__log_access_on())
        return;
    ra_kv values[] = {
        ra_kv_str("method", access->method),     ra_kv_str("target", access->target),
        ra_kv_i64("status", access->status),     ra_kv_i64("took_ns", access->took_ns),
        ra_kv_u64("bytes_in", access->bytes_in), ra_kv_u64("bytes_out", access->bytes_out),
        ra_kv_str("peer", access->peer),         {.kind = RA_KV_END_},
    };
    emit(ctx, &(ra__record){.level = RA_LOG_INFO,
                            .message = "request",
                            .values = values,
                            .id = access->id,
                            .route = access->route});
}
