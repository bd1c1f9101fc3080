// SPDX-License-Identifier: MIT OR Apache-2.0
// words: text eight bytes at a time. Both directions look for the same bytes: quotes, backslashes,
// control characters. The tests on words are in "Bit Twiddling Hacks" (S. E. Anderson): exact up to
// the first hit, which is all we use.
#ifndef RAMIE_JSON_PRIVATE_WORDS_H
#define RAMIE_JSON_PRIVATE_WORDS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the lowest byte of a word comes first");

#define RA__EACH_BYTE(b) (UINT64_C(0x0101010101010101) * (b))

/// Bit 7 of each byte of `word` that is below `limit` (<= 128).
static inline uint64_t ra__bytes_below(uint64_t word, uint8_t limit)
{
    return (word - RA__EACH_BYTE(limit)) & ~word & RA__EACH_BYTE(0x80);
}

static inline uint64_t ra__bytes_special(uint64_t word)
{
    return ra__bytes_below(word, 0x20) | ra__bytes_below(word ^ RA__EACH_BYTE('"'), 1) |
           ra__bytes_below(word ^ RA__EACH_BYTE('\\'), 1);
}

static inline bool ra__word_is_ascii(uint64_t seen)
{
    return (seen & RA__EACH_BYTE(0x80)) == 0;
}

/// The first quote, backslash or control character, or `end`. *seen collects the bits of what was
/// read (perhaps a few bytes past the hit, never past `end`).
static inline const char *ra__plain_run(const char *at, const char *end, uint64_t *seen)
{
    while (end - at >= 8) {
        uint64_t word;
        memcpy(&word, at, sizeof word);
        *seen |= word;
        uint64_t hit = ra__bytes_special(word);
        if (hit)
            return at + (__builtin_ctzll(hit) >> 3);
        at += 8;
    }
    for (; at < end; at++) {
        unsigned char c = (unsigned char)*at;
        if (c < 0x20 || c == '"' || c == '\\')
            break;
        *seen |= c;
    }
    return at;
}

#endif
