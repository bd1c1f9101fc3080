// SPDX-License-Identifier: MIT OR Apache-2.0
#include "private/request_id.h"

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014): one to
/// one, so that different counts give different ids.
static uint64_t mixed(uint64_t seed, uint64_t count)
{
    uint64_t z = seed + count * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static void hex_print(char *out, uint64_t value)
{
    for (int i = 15; i >= 0; i--, value >>= 4)
        out[i] = "0123456789abcdef"[value & 15];
}

void ra__request_id_next(ra__request_ids *ids, char out[RA__REQUEST_ID_BYTES])
{
    ids->count++;
    hex_print(out, mixed(ids->seed[0], ids->count));
    hex_print(out + 16, mixed(ids->seed[1], ids->count));
}

bool ra__request_id_good(ra_str given)
{
    if (given.len == 0 || given.len > RA__REQUEST_ID_GIVEN_MAX)
        return false;
    for (size_t i = 0; i < given.len; i++) {
        char byte = given.ptr[i], lower = (char)(byte | 0x20);
        bool letter = lower >= 'a' && lower <= 'z';
        if (!letter && !(byte >= '0' && byte <= '9') && byte != '-' && byte != '_' && byte != '.')
            return false;
    }
    return true;
}
