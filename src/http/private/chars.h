// SPDX-License-Identifier: MIT OR Apache-2.0
// chars: which byte may stand where in a message head (RFC 9110 5.6.2, 5.5; RFC 3986 3.2.2 to 3.4).
#ifndef RAMIE_HTTP_CHARS_H
#define RAMIE_HTTP_CHARS_H

#include <ramie/base.h>

enum {
    RA__CHAR_TOKEN = 1, // tchar: methods, field names, codings
    RA__CHAR_PATH = 2,  // pchar or "/"; an escape's two digits are checked apart
    RA__CHAR_QUERY = 4, // the same, "?", and what browsers send raw: [ ] { } ^ |
    RA__CHAR_VALUE = 8, // field value: visible, space, tab, obs-text
    RA__CHAR_NAME = 16  // reg-name of a host
};
extern const uint8_t ra__chars[256];

static inline bool ra__char_is(char c, unsigned kinds)
{
    return ra__chars[(uint8_t)c] & kinds;
}
/// 0 to 15, or -1: no hexadecimal digit.
static inline int ra__hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}
static inline bool ra__is_digit(char c)
{
    return c >= '0' && c <= '9';
}

#endif
