// SPDX-License-Identifier: MIT OR Apache-2.0
// codec: json's part of a plan: each member's name, written once when the plan is made.
#ifndef RAMIE_JSON_PRIVATE_CODEC_H
#define RAMIE_JSON_PRIVATE_CODEC_H

#include "bind/plan.h"

/// `"name":`, escaped as the encoder writes it. The decoder compares the text with the key it
/// expects next; two words are enough for most, so its first bytes also stand here as words, with
/// masks for those that belong to it.
typedef struct {
    const char *text;
    uint32_t len;
    uint64_t words[2], masks[2];
} ra__key;

/// The keys of a struct's members, in their order.
const ra__key *ra__keys_of(const ra__plan *plan);

/// Does the key stand at `at`, before `end`?
static inline bool ra__key_matches(const ra__key *key, const char *at, const char *end)
{
    uint64_t words[2];
    size_t left = (size_t)(end - at);
    if (__builtin_expect(left < sizeof words, 0))
        return left >= key->len && memcmp(at, key->text, key->len) == 0;
    memcpy(words, at, sizeof words);
    if (((words[0] ^ key->words[0]) & key->masks[0]) | ((words[1] ^ key->words[1]) & key->masks[1]))
        return false;
    if (key->len <= sizeof words)
        return true;
    size_t rest = key->len - sizeof words;
    return left >= key->len && memcmp(at + sizeof words, key->text + sizeof words, rest) == 0;
}

/// Line, column (both from 1; the column in code points) of the byte at `offset`, and the pointer
/// of the innermost container that is open there. What stands before `offset` kept the grammar.
ra_str ra__locate(ra_arena *arena, ra_str text, size_t offset, size_t *line, size_t *column);

#endif
