// SPDX-License-Identifier: MIT OR Apache-2.0
#include "private/url.h"
#include "private/chars.h"

/// The byte that the escape at `at` stands for; -1: malformed.
static int escaped(ra_str raw, size_t at)
{
    if (raw.len - at < 3)
        return -1;
    int high = ra__hex_digit(raw.ptr[at + 1]), low = ra__hex_digit(raw.ptr[at + 2]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/// NULL, or what is wrong: bytes outside `kind`, escapes.
static const char *check(ra_str raw, unsigned kind)
{
    for (size_t at = 0; at < raw.len; at++) {
        if (!ra__char_is(raw.ptr[at], kind))
            return "the target has a byte that must be escaped";
        if (raw.ptr[at] != '%')
            continue;
        int byte = escaped(raw, at);
        if (byte < 0)
            return "the target has a malformed escape";
        if (byte == 0)
            return "the target has a NUL";
        at += 2;
    }
    return NULL;
}

/// "." or "..", in any mixture of plain and escaped dots.
static bool is_dots(ra_str segment)
{
    unsigned dots = 0;
    for (size_t at = 0; at < segment.len; dots++) {
        bool plain = segment.ptr[at] == '.';
        if (!plain && (segment.ptr[at] != '%' || escaped(segment, at) != '.'))
            return false;
        at += plain ? 1 : 3;
    }
    return dots == 1 || dots == 2;
}

const char *ra__path_check(ra_str raw)
{
    const char *why = check(raw, RA__CHAR_PATH);
    if (why)
        return why;
    for (size_t from = 0; from < raw.len;) {
        size_t end = from;
        while (end < raw.len && raw.ptr[end] != '/')
            end++;
        if (is_dots(ra_str_slice(raw, from, end)))
            return "the path has a segment . or ..";
        from = end + 1;
    }
    return NULL;
}

const char *ra__query_check(ra_str raw)
{
    return check(raw, RA__CHAR_QUERY);
}

/// One decoded byte; *at moves behind it.
static char decode_one(ra_str raw, size_t *at, bool plus_is_space)
{
    char byte = raw.ptr[(*at)++];
    if (byte == '+' && plus_is_space)
        return ' ';
    if (byte != '%')
        return byte;
    *at += 2;
    return (char)escaped(raw, *at - 3);
}

size_t ra__url_decode(char *out, ra_str raw, bool plus_is_space)
{
    size_t len = 0;
    for (size_t at = 0; at < raw.len;)
        out[len++] = decode_one(raw, &at, plus_is_space);
    return len;
}

bool ra__url_is_plain(ra_str raw, bool plus_is_space)
{
    if (raw.len == 0)
        return true;
    return !memchr(raw.ptr, '%', raw.len) && !(plus_is_space && memchr(raw.ptr, '+', raw.len));
}

bool ra__url_text(ra_arena *arena, ra_str raw, bool plus_is_space, ra_str *out)
{
    *out = raw;
    if (ra__url_is_plain(raw, plus_is_space))
        return true;
    char *text = ra_arena_try_alloc(arena, raw.len);
    if (!text)
        return false;
    *out = (ra_str){text, ra__url_decode(text, raw, plus_is_space)};
    return true;
}

bool ra__url_equal(ra_str raw, ra_str text, bool plus_is_space)
{
    size_t at = 0, len = 0;
    for (; at < raw.len && len < text.len; len++)
        if (decode_one(raw, &at, plus_is_space) != text.ptr[len])
            return false;
    return at == raw.len && len == text.len;
}

bool ra__url_hides_slash(ra_str raw)
{
    for (size_t at = 0; at < raw.len; at++)
        if (raw.ptr[at] == '%' && escaped(raw, at) == '/')
            return true;
    return false;
}

bool ra__query_next(ra_str *rest, ra_str *name, ra_str *value)
{
    while (rest->len > 0) {
        const char *amp = memchr(rest->ptr, '&', rest->len);
        ra_str field = {rest->ptr, amp ? (size_t)(amp - rest->ptr) : rest->len};
        *rest = ra_str_slice(*rest, field.len + (amp != NULL), rest->len);
        if (field.len == 0)
            continue;
        const char *equals = memchr(field.ptr, '=', field.len);
        size_t name_len = equals ? (size_t)(equals - field.ptr) : field.len;
        *name = (ra_str){field.ptr, name_len};
        *value = equals ? (ra_str){equals + 1, field.len - name_len - 1}
                        : (ra_str){field.ptr + field.len, 0};
        return true;
    }
    return false;
}
