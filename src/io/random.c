// SPDX-License-Identifier: MIT OR Apache-2.0
// random: see private/random.h.
#include "private/random.h"

static uint64_t splitmix64(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint64_t rotate_left(uint64_t word, unsigned bits)
{
    return word << bits | word >> (64 - bits);
}

void ra__random_init(ra__random *random, uint64_t seed)
{
    for (int i = 0; i < 4; i++)
        random->words[i] = splitmix64(&seed);
}

uint64_t ra__random_next(ra__random *random)
{
    uint64_t *s = random->words;
    uint64_t result = rotate_left(s[1] * 5, 7) * 9, shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate_left(s[3], 45);
    return result;
}

uint64_t ra__random_below(ra__random *random, uint64_t bound)
{
    return (uint64_t)(((__uint128_t)ra__random_next(random) * bound) >> 64);
}
