// SPDX-License-Identifier: MIT OR Apache-2.0
// op: the one seam to the world, declared here, implemented by io: epoll, simulation, later
// io_uring.
//
// Invariants. An op lives where its owner put it (a stack, a connection) until its terminal
// completion: `done` is called exactly once per submitted op, in its shard's loop or within submit.
// cancel asks, it does not end: when it races with success, the result >= 0 wins.
#ifndef RAMIE_FIBER_OP_H
#define RAMIE_FIBER_OP_H

#include "fiber/wait.h"

typedef enum {
    RA__OP_READ,    // result: bytes; 0: end of stream
    RA__OP_WRITE,   // result: bytes, at least 1
    RA__OP_CONNECT, // result: 0
    RA__OP_READABLE // result: 0; data, end or error can be read. Holds no buffer
} ra__op_kind;

typedef struct ra__op ra__op;
struct ra__op {
    uint8_t kind;
    uint8_t state; // the backend's: 0 idle, else under way
    void *target;  // the backend's socket
    void *data;    // READ: into; WRITE: from
    size_t len;
    /// >= 0, or -(int64_t)ra_status: RA_ERR_CANCELED, RA_ERR_CLOSED (reset), RA_ERR_IO, ...
    int64_t result;
    void (*done)(ra__op *op);
    void *owner;
    ra__op *next; // the backend's
};

struct ra__backend {
    const char *name; // "epoll"
    /// Its part of one shard, before the thread starts.
    RA_MUST_USE ra_status (*open)(ra__shard *shard);
    /// When the threads have ended.
    void (*close)(ra__shard *shard);
    /// May complete at once: then `done` has been called before it returns.
    void (*submit)(ra__shard *shard, ra__op *op);
    void (*cancel)(ra__shard *shard, ra__op *op);
    /// Complete what is ready; when nothing is, wait until the deadline (<= now: do not wait). One
    /// enter.
    void (*turn)(ra__shard *shard, int64_t deadline_ns);
    void (*wake)(ra__shard *shard); // any thread: end that wait
};

/// Submit and park until it is complete. Cancellation and deadline go through backend->cancel;
/// returns RA_OK when result >= 0, else the status (RA_ERR_CANCELED becomes the ctx's reason:
/// canceled or timeout).
RA_SUSPENDS ra_status ra__op_run(ra_ctx *ctx, ra__op *op, const char *kind);
/// Without a fiber: op->done is the caller's.
void ra__op_submit(ra__shard *shard, ra__op *op);
void ra__op_cancel(ra__shard *shard, ra__op *op);

#endif
