// SPDX-License-Identifier: MIT OR Apache-2.0
// random: the simulation's numbers, the same from the same seed on every machine.
// xoshiro256** seeded by splitmix64 (David Blackman and Sebastiano Vigna, 2018, public domain).
#ifndef RAMIE_IO_PRIVATE_RANDOM_H
#define RAMIE_IO_PRIVATE_RANDOM_H

#include <stdint.h>

typedef struct {
    uint64_t words[4];
} ra__random;

void ra__random_init(ra__random *random, uint64_t seed);
uint64_t ra__random_next(ra__random *random);
/// Below `bound` (> 0), each about as likely (Lemire's multiplication, without rejection: bias <
/// bound / 2^64).
uint64_t ra__random_below(ra__random *random, uint64_t bound);

#endif
