// SPDX-License-Identifier: MIT OR Apache-2.0
// switch: between a shard's loop and one of its fibers, with what the sanitizers must be told on
// the way.
//
// Inlined into the few functions that switch: after a switch the processor's return predictor knows
// the other side's calls, so each frame that is returned through costs a misprediction (some 7 ns).
// The loop returns through none, a parked fiber through two.
//
// Nothing here may keep the address of a thread-local across ra__switch; a started fiber stays on
// its thread, so even what the compiler keeps elsewhere (errno) stays right.
#ifndef RAMIE_FIBER_SWITCH_H
#define RAMIE_FIBER_SWITCH_H

#include "private/shard.h"

#if RA__TSAN
// Its context changes between the function's entry and its end: such a function must not be
// counted.
#if defined(__clang__)
#define RA__SWITCHES static __attribute__((unused, noinline, disable_sanitizer_instrumentation))
#else
#define RA__SWITCHES static __attribute__((unused, noinline, no_sanitize_thread))
#endif
#else
#define RA__SWITCHES static inline __attribute__((always_inline))
#endif
#define RA__SWITCH_PART static inline __attribute__((always_inline))

/// arch/*.S: save the callee-saved registers and the stack pointer, continue where `to_sp` was
/// saved.
void *ra__switch(void **save_sp, void *to_sp, void *value);

// The last thing on the side that is left; `ended`: it will not run again.
RA__SWITCH_PART void ra__side_leave(ra__side *from, const ra__side *to, bool ended)
{
    (void)from, (void)to, (void)ended;
#if RA__ASAN
    __sanitizer_start_switch_fiber(ended ? NULL : &from->fake, to->bottom, to->bytes);
#endif
#if RA__TSAN
    __tsan_switch_to_fiber(to->tsan, 0);
#endif
}

// The first thing on the fiber's side; also learns the bounds of the loop's stack.
RA__SWITCH_PART void ra__side_arrive(ra__side *here, ra__side *loop)
{
    (void)here, (void)loop;
#if RA__ASAN
    __sanitizer_finish_switch_fiber(here->fake, &loop->bottom, &loop->bytes);
#endif
}

/// Loop to fiber; returns when the fiber leaves.
RA__SWITCHES void ra__switch_to(ra__shard *shard, ra__fiber *fiber)
{
#if RA__TSAN
    shard->loop_side.tsan = __tsan_get_current_fiber();
#endif
    ra__side_leave(&shard->loop_side, &fiber->side, false);
    ra__switch(&shard->loop_sp, fiber->sp, fiber);
#if RA__ASAN
    __sanitizer_finish_switch_fiber(shard->loop_side.fake, NULL, NULL);
#endif
}

/// Fiber to loop; returns when it is switched to again.
RA__SWITCHES void ra__switch_back(ra__shard *shard, ra__fiber *fiber)
{
    ra__side_leave(&fiber->side, &shard->loop_side, false);
    ra__switch(&fiber->sp, shard->loop_sp, NULL);
    ra__side_arrive(&fiber->side, &shard->loop_side);
}

/// To the end of the queue, and off the CPU. Not for a host.
RA__SWITCH_PART void ra__switch_yield(ra__fiber *fiber)
{
    ra__shard *shard = fiber->ctx.shard;
    ra__ready_push(shard, &fiber->task);
    ra__switch_back(shard, fiber);
}

#endif
