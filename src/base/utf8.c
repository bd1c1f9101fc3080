// SPDX-License-Identifier: MIT OR Apache-2.0
// utf8: RFC 3629, strictly. A sequence is accepted when its lead byte's row allows its second byte:
//
//   lead     second   length
//   C2..DF   80..BF   2
//   E0       A0..BF   3   (below: overlong)
//   E1..EC   80..BF   3
//   ED       80..9F   3   (above: surrogates)
//   EE..EF   80..BF   3
//   F0       90..BF   4   (below: overlong)
//   F1..F3   80..BF   4
//   F4       80..8F   4   (above: past U+10FFFF)
#include "base/text.h"

static const uint64_t HIGH_BITS = UINT64_C(0x8080808080808080);

static uint64_t load8(const char *from)
{
    uint64_t word;
    memcpy(&word, from, sizeof word);
    return word;
}

static bool is_continuation(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

static size_t sequence_len(unsigned char lead)
{
    if (lead < 0xC2 || lead > 0xF4)
        return 0;
    return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

static bool second_allowed(unsigned char lead, unsigned char second)
{
    switch (lead) {
    case 0xE0:
        return second >= 0xA0 && second <= 0xBF;
    case 0xED:
        return second >= 0x80 && second <= 0x9F;
    case 0xF0:
        return second >= 0x90 && second <= 0xBF;
    case 0xF4:
        return second >= 0x80 && second <= 0x8F;
    default:
        return is_continuation(second);
    }
}

/// Length of the valid sequence at the start of what is not ASCII; 0: there is none.
static size_t valid_sequence(const unsigned char *at, size_t bytes_left)
{
    size_t len = sequence_len(at[0]);
    if (len == 0 || len > bytes_left || !second_allowed(at[0], at[1]))
        return 0;
    for (size_t i = 2; i < len; i++)
        if (!is_continuation(at[i]))
            return 0;
    return len;
}

static size_t skip_ascii(ra_str str, size_t at)
{
    while (str.len - at >= 8 && (load8(str.ptr + at) & HIGH_BITS) == 0)
        at += 8;
    while (at < str.len && (unsigned char)str.ptr[at] < 0x80)
        at++;
    return at;
}

size_t ra__utf8_valid(ra_str str)
{
    size_t at = skip_ascii(str, 0);
    while (at < str.len) {
        size_t len = valid_sequence((const unsigned char *)str.ptr + at, str.len - at);
        if (len == 0)
            break;
        at += len;
        if (at < str.len && (unsigned char)str.ptr[at] < 0x80)
            at = skip_ascii(str, at);
    }
    return at;
}

size_t ra__utf8_count(ra_str str)
{
    size_t continuations = 0;
    size_t at = 0;
    for (; str.len - at >= 8; at += 8) {
        uint64_t word = load8(str.ptr + at);
        uint64_t marks = (word & ~(word << 1) & HIGH_BITS) >> 7; // 1 in each continuation byte
        continuations += marks * UINT64_C(0x0101010101010101) >> 56;
    }
    for (; at < str.len; at++)
        continuations += is_continuation((unsigned char)str.ptr[at]);
    return str.len - continuations;
}

size_t ra__utf8_put(char *out, uint32_t code_point)
{
    if (code_point < 0x80) {
        out[0] = (char)code_point;
        return 1;
    }
    if (code_point < 0x800) {
        out[0] = (char)(0xC0 | code_point >> 6);
        out[1] = (char)(0x80 | (code_point & 0x3F));
        return 2;
    }
    if (code_point < 0x10000) {
        out[0] = (char)(0xE0 | code_point >> 12);
        out[1] = (char)(0x80 | (code_point >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code_point & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | code_point >> 18);
    out[1] = (char)(0x80 | (code_point >> 12 & 0x3F));
    out[2] = (char)(0x80 | (code_point >> 6 & 0x3F));
    out[3] = (char)(0x80 | (code_point & 0x3F));
    return 4;
}
