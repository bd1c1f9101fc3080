// SPDX-License-Identifier: MIT OR Apache-2.0
// codec: json's part of a plan: each member's name, written once when the plan is made.
#ifndef RAMIE_JSON_PRIVATE_CODEC_H
#define RAMIE_JSON_PRIVATE_CODEC_H

#include "bind/plan.h"

/// `"name":`, escaped as the encoder writes it. The decoder compares the text with the key it
/// expects next.
typedef struct {
    const char *text;
    uint32_t len;
} ra__key;

/// The keys of a struct's members, in their order.
const ra__key *ra__keys_of(const ra__plan *plan);

/// Line, column (both from 1; the column in code points) of the byte at `offset`, and the pointer
/// of the innermost container that is open there. What stands before `offset` kept the grammar.
ra_str ra__locate(ra_arena *arena, ra_str text, size_t offset, size_t *line, size_t *column);

/// Pointers hold at most so much of a name that the table does not know.
enum { RA__UNKNOWN_NAME_BYTES_MAX = 64 };
/// `name`, cut at a character's end.
ra_str ra__name_cut(ra_str name);

#endif
