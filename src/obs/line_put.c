// SPDX-License-Identifier: MIT OR Apache-2.0
#include "private/line_put.h"

#include "base/text.h"

static const char hex[] = "0123456789abcdef";

static size_t sequence_bytes(unsigned char lead)
{
    if (lead < 0x80)
        return 1;
    if (lead < 0xE0)
        return 2;
    return lead < 0xF0 ? 3 : 4;
}

/// The code point of a valid sequence, as far as it can be one that is escaped: up to U+FFFF.
static uint32_t code_point(const unsigned char *at, size_t bytes)
{
    if (bytes == 1)
        return at[0];
    if (bytes == 2)
        return (at[0] & 0x1Fu) << 6 | (at[1] & 0x3Fu);
    if (bytes == 3)
        return (at[0] & 0x0Fu) << 12 | (at[1] & 0x3Fu) << 6 | (at[2] & 0x3Fu);
    return 0x10000;
}

/// Controls (C0, DEL, C1), the line separators, and the marks that turn the reading direction
/// around.
static bool must_escape(uint32_t code)
{
    return code < 0x20 || code == '"' || code == '\\' || (code >= 0x7F && code < 0xA0) ||
           code == 0x2028 || code == 0x2029 || (code >= 0x202A && code <= 0x202E) ||
           (code >= 0x2066 && code <= 0x2069);
}

static void put_escape(ra__line *line, uint32_t code)
{
    switch (code) {
    case '"':
        ra__line_put(line, RA_STR("\\\""));
        return;
    case '\\':
        ra__line_put(line, RA_STR("\\\\"));
        return;
    case '\n':
        ra__line_put(line, RA_STR("\\n"));
        return;
    case '\r':
        ra__line_put(line, RA_STR("\\r"));
        return;
    case '\t':
        ra__line_put(line, RA_STR("\\t"));
        return;
    default: {
        char text[6] = {
            '\\', 'u', hex[code >> 12], hex[code >> 8 & 15], hex[code >> 4 & 15], hex[code & 15]};
        ra__line_put(line, (ra_str){text, sizeof text});
    }
    }
}

static bool is_plain(char c)
{
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

static size_t plain_run(ra_str text, size_t bytes_max)
{
    size_t max = text.len < bytes_max ? text.len : bytes_max, run = 0;
    while (run < max && is_plain(text.ptr[run]))
        run++;
    return run;
}

/// One code point, or one byte that begins none; how many bytes it took.
static size_t put_special(ra__line *line, ra_str text)
{
    size_t bytes = sequence_bytes((unsigned char)text.ptr[0]);
    if (bytes > text.len || ra__utf8_valid(ra_str_slice(text, 0, bytes)) < bytes) {
        ra__line_put(line, RA_STR("\uFFFD"));
        return 1;
    }
    uint32_t code = code_point((const unsigned char *)text.ptr, bytes);
    if (must_escape(code))
        put_escape(line, code);
    else
        ra__line_put(line, (ra_str){text.ptr, bytes});
    return bytes;
}

void ra__line_put_escaped(ra__line *line, ra_str text)
{
    size_t end = line->len + RA__LINE_VALUE_MAX;
    while (text.len > 0 && !line->full) {
        if (line->len >= end) {
            ra__line_put(line, RA_STR("…"));
            return;
        }
        size_t taken = plain_run(text, end - line->len);
        if (taken > 0)
            ra__line_put(line, (ra_str){text.ptr, taken});
        else
            taken = put_special(line, text);
        text = (ra_str){text.ptr + taken, text.len - taken};
    }
}

void ra__line_put_quoted(ra__line *line, ra_str text)
{
    ra__line_put(line, RA_STR("\""));
    ra__line_put_escaped(line, text);
    ra__line_put(line, RA_STR("\""));
}

static bool is_word(ra_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c <= ' ' || c >= 0x7F || c == '"' || c == '=' || c == '\\')
            return false;
    }
    return text.len > 0 && text.len <= RA__LINE_VALUE_MAX;
}

void ra__line_put_word(ra__line *line, ra_str text)
{
    if (is_word(text))
        ra__line_put(line, text);
    else
        ra__line_put_quoted(line, text);
}
