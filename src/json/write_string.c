// SPDX-License-Identifier: MIT OR Apache-2.0
// write_string: text as a JSON string. Escaped is only what must be: quotes, backslashes, control characters. Text may
// come from anywhere (a database, a literal), so bytes that are not UTF-8 become U+FFFD, one for each.

#include "base/buf.h"
#include "base/text.h"
#include "json/json.h"

enum { ESCAPED_BYTES_MAX = 6 }; // \u001f, for one byte

/// The letter behind the backslash; 'u': in hex; 0: the byte stands for itself.
static char escape_of(unsigned char c)
{
    switch (c) {
    case '"':
    case '\\':
        return (char)c;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return c < 0x20 ? 'u' : 0;
    }
}

static char *write_escape(char *to, unsigned char c)
{
    static const char digits[] = "0123456789abcdef";
    char              letter   = escape_of(c);
    *to++                      = '\\';
    *to++                      = letter;
    if (letter != 'u')
        return to;
    memcpy(to, "00", 2);
    to[2] = digits[c >> 4];
    to[3] = digits[c & 15];
    return to + 4;
}

/// Bytes that can be copied as they are: `valid` is the part of the rest that is UTF-8.
static size_t plain_run(const char *at, size_t valid)
{
    size_t len = 0;
    while (len < valid && !escape_of((unsigned char)at[len]))
        len++;
    return len;
}

/// Room for all of `text` has been made.
static char *write_text(char *to, ra_str text)
{
    const char *at = text.ptr, *end = text.ptr + text.len;
    while (at < end) {
        size_t valid = ra__utf8_valid((ra_str){ at, (size_t)(end - at) });
        for (const char *stop = at + valid; at < stop;) {
            size_t run = plain_run(at, (size_t)(stop - at));
            memcpy(to, at, run);
            to += run;
            at += run;
            if (at < stop)
                to = write_escape(to, (unsigned char)*at++);
        }
        if (at < end) {
            to += ra__utf8_put(to, 0xFFFD);
            at++;
        }
    }
    return to;
}

/// How many bytes `text` needs at most, counted rather than assumed: a buffer near its maximum must not refuse text
/// that fits.
static size_t bytes_needed(ra_str text)
{
    size_t bytes = 2;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        char          e = escape_of(c);
        bytes += e == 'u' ? ESCAPED_BYTES_MAX : e ? 2 : 1;
    }
    size_t invalid = 0;
    for (size_t at = 0; at < text.len; at++) {
        at += ra__utf8_valid((ra_str){ text.ptr + at, text.len - at });
        invalid += at < text.len;
    }
    return bytes + 2 * invalid;
}

ra_status ra__json_put_str(ra_buf *buf, ra_str text)
{
    RA_TRY(ra__buf_reserve(buf, bytes_needed(text)));
    char *to = buf->ptr + buf->len;
    *to++    = '"';
    to       = write_text(to, text);
    *to++    = '"';
    buf->len = (size_t)(to - buf->ptr);
    return RA_OK;
}
