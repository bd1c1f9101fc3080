// SPDX-License-Identifier: MIT OR Apache-2.0
// codec: see private/codec.h. Announces itself to bind before main, so that keys are made together
// with plans.

#include "private/codec.h"

#include "base/arena.h"
#include "base/assert.h"
#include "json/json.h"

enum { KEY_BYTES_MAX = 8192 }; // RA__NAME_BYTES_MAX, all of it escaped

static bool make_key(ra_arena *arena, ra_str name, ra__key *key)
{
    ra_buf text = ra_buf_init(KEY_BYTES_MAX);
    ra_str kept = {0};
    bool made = ra__json_put_str(&text, name) == RA_OK &&
                ra_buf_append(&text, RA_STR(":")) == RA_OK &&
                ra__arena_try_copy(arena, ra_buf_str(&text), &kept);
    ra_buf_deinit(&text);
    *key = (ra__key){.text = kept.ptr, .len = (uint32_t)kept.len};
    size_t head = kept.len < sizeof key->words ? kept.len : sizeof key->words;
    if (made) {
        memcpy(key->words, kept.ptr, head);
        memset(key->masks, 0xFF, head);
    }
    return made;
}

static void *make_keys(ra_arena *arena, const ra__plan *plan)
{
    ra__key *keys = ra_arena_try_alloc(arena, (plan->member_count + 1) * sizeof *keys);
    for (uint32_t i = 0; keys && i < plan->member_count; i++)
        if (!make_key(arena, plan->members[i].name, &keys[i]))
            return NULL;
    return keys;
}

__attribute__((constructor)) static void announce(void)
{
    ra__plan_codec_make = make_keys;
}

const ra__key *ra__keys_of(const ra__plan *plan)
{
    RA_DEBUG_CHECK(plan->codec, "the plan of %s was made before main", plan->bind->name);
    return plan->codec;
}
