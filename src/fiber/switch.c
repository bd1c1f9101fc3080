// SPDX-License-Identifier: MIT OR Apache-2.0
// switch: how a fiber begins and ends. How it comes and goes: private/switch.h, arch/*.S.
#include "private/switch.h"
#include "base/assert.h"

void ra__switch_entry(void); // arch/*.S: calls ra__fiber_main
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
    RA_DEBUG_CHECK((uintptr_t)top % 16 == 0, "a fiber's stack must begin at a multiple of 16");
    uintptr_t *frame = (uintptr_t *)(void *)top - FRAME_WORDS;
    memset(frame, 0, FRAME_WORDS * sizeof *frame);
    frame[RETURN_WORD] = (uintptr_t)ra__switch_entry;
    return frame;
}

void ra__side_new(ra__side *side, ra__stack stack)
{
    (void)stack;
#if RA__ASAN
    side->bottom = ra__stack_base(stack);
    side->bytes = ra__stack_bytes(stack);
#endif
    side->fake = side->tsan = NULL;
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

// The first frame of every fiber.
#if RA__TSAN && defined(__clang__)
__attribute__((disable_sanitizer_instrumentation))
#elif RA__TSAN
__attribute__((no_sanitize_thread))
#endif
_Noreturn void
ra__fiber_main(ra__fiber *fiber)
{
    ra__shard *shard = fiber->ctx.shard;
    ra__side_arrive(&fiber->side, &shard->loop_side);
    fiber->status = fiber->fn(&fiber->ctx, fiber->arg);
    fiber->ended = true;
    ra__side_leave(&fiber->side, &shard->loop_side, true);
    ra__switch(&fiber->sp, shard->loop_sp, NULL);
    __builtin_unreachable();
}
