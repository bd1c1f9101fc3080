// SPDX-License-Identifier: MIT OR Apache-2.0
// switch: between a shard's loop and one of its fibers, with what the sanitizers must be told on the way.
//
// Nothing here may keep the address of a thread-local across ra__switch; a started fiber stays on its thread, so even
// what the compiler keeps elsewhere (errno) stays right.
#include "base/assert.h"
#include "private/shard.h"

void *ra__switch(void **save_sp, void *to_sp, void *value); // arch/*.S
void  ra__switch_entry(void);
_Noreturn void ra__fiber_main(ra__fiber *fiber);

#if defined(__x86_64__)
enum { FRAME_WORDS = 7, RETURN_WORD = 6 };
#elif defined(__aarch64__)
enum { FRAME_WORDS = 20, RETURN_WORD = 11 };
#else
#error "there is no context switch for this processor: add src/fiber/arch/<name>.S"
#endif

void *ra__switch_prepare(char *top)
{
    RA_CHECK((uintptr_t)top % 16 == 0, "a fiber's stack must begin at a multiple of 16");
    uintptr_t *frame = (uintptr_t *)(void *)top - FRAME_WORDS;
    memset(frame, 0, FRAME_WORDS * sizeof *frame);
    frame[RETURN_WORD] = (uintptr_t)ra__switch_entry;
    return frame;
}

void ra__side_new(ra__side *side, ra__stack stack)
{
    *side = (ra__side){ .bottom = ra__stack_base(stack), .bytes = ra__stack_bytes(stack) };
#if RA__TSAN
    side->tsan = __tsan_create_fiber(0);
#endif
}

void ra__side_free(ra__side *side)
{
    (void)side;
#if RA__TSAN
    __tsan_destroy_fiber(side->tsan);
    side->tsan = NULL;
#endif
}

// The last thing on the side that is left; `ended`: it will not run again.
__attribute__((always_inline)) static inline void leave(ra__side *from, const ra__side *to, bool ended)
{
    (void)from, (void)to, (void)ended;
#if RA__ASAN
    __sanitizer_start_switch_fiber(ended ? NULL : &from->fake, to->bottom, to->bytes);
#endif
#if RA__TSAN
    __tsan_switch_to_fiber(to->tsan, 0);
#endif
}

// The first thing on the side that is reached.
__attribute__((always_inline)) static inline void arrive(ra__side *here, ra__side *from)
{
    (void)here, (void)from;
#if RA__ASAN
    __sanitizer_finish_switch_fiber(here->fake, &from->bottom, &from->bytes);
#endif
}

RA__UNCOUNTED void ra__switch_to(ra__shard *shard, ra__fiber *fiber)
{
#if RA__TSAN
    shard->loop_side.tsan = __tsan_get_current_fiber();
#endif
    leave(&shard->loop_side, &fiber->side, false);
    ra__switch(&shard->loop_sp, fiber->sp, fiber);
#if RA__ASAN
    __sanitizer_finish_switch_fiber(shard->loop_side.fake, NULL, NULL);
#endif
}

RA__UNCOUNTED void ra__switch_back(ra__shard *shard, ra__fiber *fiber)
{
    leave(&fiber->side, &shard->loop_side, false);
    ra__switch(&fiber->sp, shard->loop_sp, NULL);
    arrive(&fiber->side, &shard->loop_side); // also tells the bounds of the loop's stack
}

// The first frame of every fiber.
RA__UNCOUNTED _Noreturn void ra__fiber_main(ra__fiber *fiber)
{
    arrive(&fiber->side, &fiber->ctx.shard->loop_side);
    fiber->status = fiber->fn(&fiber->ctx, fiber->arg);
    fiber->ended = true;
    leave(&fiber->side, &fiber->ctx.shard->loop_side, true);
    ra__switch(&fiber->sp, fiber->ctx.shard->loop_sp, NULL);
    __builtin_unreachable();
}
