// SPDX-License-Identifier: MIT OR Apache-2.0
// ctx: what a fiber carries, seen from inside. Public half: <ramie/fiber.h>.
//
// A ctx belongs to one fiber of one shard: waiting through another's ends the process, and so does,
// in debug builds, allocating on another thread. Two exceptions, both while that fiber is parked: it is *lent* to a thread of the offload pool, or a body runs on the writer with
// a ctx of its own. Where suspending is not allowed (mode), every suspending call returns
// RA_ERR_STATE at once.
#ifndef RAMIE_FIBER_CTX_H
#define RAMIE_FIBER_CTX_H

#include <ramie/fiber.h>
#include <stdatomic.h>

typedef struct ra__shard ra__shard;
typedef struct ra__runtime ra__runtime;
typedef struct ra__fiber ra__fiber;

/// Opaque places of the layers above; children inherit them.
typedef enum {
    RA__SLOT_REQUEST,
    RA__SLOT_DB,
    RA__SLOT_APP,
    RA__SLOT_SPAN,
    RA__SLOT_COUNT
} ra__slot;

typedef enum {
    /// May suspend.
    RA__CTX_FIBER,
    /// On a thread of the pool: memory, errors, log, clock work; suspending is RA_ERR_STATE.
    RA__CTX_LENT,
    /// Inside a transaction on the writer: SQL only; suspending is RA_ERR_STATE, debug builds trap.
    RA__CTX_BODY,
} ra__ctx_mode;

struct ra_ctx {
    ra_arena *arena; // made at first use by ra_ctx_arena
    ra__fiber *fiber;
    ra__shard *shard;
    int64_t deadline_ns;  // monotonic; INT64_MAX: none
    int64_t shield_ns;    // deadline inside a shield; 0: no shield
    _Atomic int canceled; // RA_OK, or the ra_status that suspending calls return
    bool exhausted;       // over the memory limit
    uint8_t mode;         // ra__ctx_mode
    uint32_t arena_bytes_max;
    ra_status error;      // code that the detail below belongs to; RA_OK: no detail
    ra_str message;       // public text, in the arena
    ra_problems problems; // fields, in the arena
    void *slots[RA__SLOT_COUNT];
    /// In a body, whose RA__SLOT_DB is its transaction: what was there before. ra_go takes it along.
    void *outer_db;
};

/// A ctx outside any fiber's own (a body's, the simulation's). `inherit` gives slots, deadline,
/// cancellation; or NULL.
void ra__ctx_init(ra_ctx *ctx, ra__shard *shard, ra__fiber *fiber, const ra_ctx *inherit);
/// Ends the arena.
void ra__ctx_deinit(ra_ctx *ctx);
/// As if new, for the next request: arena reset, error, cancellation, deadline, shield forgotten;
/// slots stay.
void ra__ctx_reset(ra_ctx *ctx);
/// At join: `status`'s detail is copied (the arena's part with it), and with `splice` the child's
/// memory moves too.
void ra__ctx_join(ra_ctx *parent, ra_ctx *child, ra_status status, bool splice);
/// Set code and detail from a message already made; text is copied, past the memory limit it is
/// dropped.
ra_status ra__ctx_set_error(ra_ctx *ctx, ra_status code, ra_str message);
/// The problems to add to; belongs to RA_ERR_INVALID.
ra_problems *ra__ctx_problems(ra_ctx *ctx);
/// RA_OK, or why a suspending call must not begin (canceled, timeout, exhausted, state). Each such
/// call starts with it.
ra_status ra__ctx_may_suspend(ra_ctx *ctx);
/// Tighten to an absolute deadline, return the outer one to restore.
int64_t ra__ctx_tighten(ra_ctx *ctx, int64_t deadline_ns);
void ra__ctx_restore(ra_ctx *ctx, int64_t outer_ns);

#endif
