// SPDX-License-Identifier: MIT OR Apache-2.0
// names: which of a table's names is this one? A hash of first, middle and last byte and length,
// made perfect where it can be: the multiplier is searched when the table is made ready. What still
// collides is chained, so that every set of names works. The names are the program's, never an
// attacker's.
#ifndef RAMIE_BIND_NAMES_H
#define RAMIE_BIND_NAMES_H

#include <ramie/base.h>

typedef struct ra__names ra__names;

enum { RA__NAMES_MAX = 4096, RA__NAME_BYTES_MAX = 1024 };

/// At most RA__NAMES_MAX names, unique, borrowed with their array; the index lies in the arena.
/// NULL: no memory.
const ra__names *ra__names_new(ra_arena *arena, const ra_str *names, size_t count);
/// The place of `name`; -1: it is none of them.
int ra__names_find(const ra__names *index, ra_str name);

#endif
