// SPDX-License-Identifier: MIT OR Apache-2.0
// likeness: texts compared loosely: without case (ASCII), and by edit distance for "did you mean".
#include "base/text.h"

enum { DISTANCE_BYTES_MAX = 64 };

char ra__ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

bool ra__str_equal_fold(ra_str a, ra_str b)
{
    if (a.len != b.len)
        return false;
    for (size_t at = 0; at < a.len; at++)
        if (ra__ascii_lower(a.ptr[at]) != ra__ascii_lower(b.ptr[at]))
            return false;
    return true;
}

static unsigned smaller(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/// One row of the table of Wagner and Fischer: row[j] is the distance between the first i bytes of
/// a and j of b.
static void next_row(unsigned *row, char from_a, ra_str b)
{
    unsigned diagonal = row[0]++;
    for (size_t j = 0; j < b.len; j++) {
        unsigned replaced = diagonal + (from_a != b.ptr[j]);
        diagonal = row[j + 1];
        row[j + 1] = smaller(replaced, smaller(row[j], diagonal) + 1);
    }
}

unsigned ra__str_distance(ra_str a, ra_str b, unsigned max)
{
    size_t apart = a.len > b.len ? a.len - b.len : b.len - a.len;
    if (a.len > DISTANCE_BYTES_MAX || b.len > DISTANCE_BYTES_MAX || apart > max)
        return max + 1;
    unsigned row[DISTANCE_BYTES_MAX + 1];
    for (unsigned j = 0; j <= b.len; j++)
        row[j] = j;
    for (size_t i = 0; i < a.len; i++)
        next_row(row, a.ptr[i], b);
    return smaller(row[b.len], max + 1);
}
