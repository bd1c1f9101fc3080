// SPDX-License-Identifier: MIT OR Apache-2.0
// A bit-field, which has no address.
// gcc: 'sizeof' applied to a bit-field
// clang: invalid application of 'sizeof' to bit-field
#include <ramie/ramie.h>

typedef struct { int64_t id; unsigned paid : 1; } item;
RA_BIND(item,
    RA_FIELD(id),
    RA_FIELD(paid));
