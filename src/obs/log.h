// SPDX-License-Identifier: MIT OR Apache-2.0
// log: recording, for the layers above. Public half: <ramie/log.h>.
//
// Each shard (and the threads without one) has a bounded buffer; one writer thread drains them to a
// descriptor through the os folder. Full: the line is dropped and counted, and the count is written
// later. In the simulation there is no thread (fd RA__LOG_KEEP): lines are kept for the test to
// read, or dropped.
//
// A line:
// {"time":"2026-11-21T09:00:00.5Z","level":"INFO","msg":"sold","id":7,"request_id":"...","route":"/items"},
// or on a terminal: 2026-11-21T09:00:00.500Z INFO  sold                     id=7 request_id=...
// route=/items
#ifndef RAMIE_OBS_LOG_H
#define RAMIE_OBS_LOG_H

#include "fiber/runtime.h"
#include <ramie/log.h>

typedef enum {
    RA__LOG_AUTO,
    RA__LOG_JSON,
    RA__LOG_TEXT
} ra__log_format; // AUTO: text on a terminal
typedef struct {
    ra_log_level level; // least level written
    ra__log_format format;
    bool access;         // one line a request
    int fd;              // 2; RA__LOG_KEEP: no thread, lines are kept for ra__log_take
    size_t buffer_bytes; // a shard; 0: 256 KiB
} ra__log_opts;

enum { RA__LOG_KEEP = -1 };
/// One log a process; before the runtime's threads. With no log open, lines at or above INFO go
/// straight to fd 2.
RA_MUST_USE ra_status ra__log_open(ra__runtime *runtime, const ra__log_opts *opts);
/// Writes out what is left, ends the thread; gives up after 2 s on a descriptor that takes nothing.
void ra__log_close(void);
/// Opened with RA__LOG_KEEP: append the lines kept so far, shard by shard, and forget them.
RA_MUST_USE ra_status ra__log_take(ra_buf *out);
bool ra__log_access_on(void);
uint64_t ra__log_dropped(void);

typedef struct {
    ra_str method, target, route, id, peer;
    int status;
    uint64_t bytes_in, bytes_out;
    int64_t took_ns;
} ra__access;
/// "request" at INFO. Values are escaped: no input byte can end a line.
void ra__log_access(ra_ctx *ctx, const ra__access *access);
/// For the layers: no ctx at hand. Same rules as ra_log_.
void ra__log_line(ra_log_level level, const char *message, const ra_kv *values);
/// obs does not know requests: http tells it how to find id and route of a ctx. Set once.
void ra__log_set_describe(void (*describe)(const ra_ctx *ctx, ra_str *id, ra_str *route));

#endif
