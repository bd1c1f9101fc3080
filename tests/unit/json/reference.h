// SPDX-License-Identifier: MIT OR Apache-2.0
// reference: does a text keep the grammar of RFC 8259? Written from the RFC in the plainest way, a
// function for each of its rules, slow and without any code of the library: what the scanner is
// held against.
#ifndef TESTS_UNIT_JSON_REFERENCE_H
#define TESTS_UNIT_JSON_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum { REFERENCE_DEPTH_MAX = 64 };

typedef struct {
    const unsigned char *text;
    size_t len, at;
} reference;

static bool reference_value(reference *r, int depth);

static int reference_peek(const reference *r)
{
    return r->at < r->len ? r->text[r->at] : -1;
}

static bool reference_take(reference *r, int byte)
{
    if (reference_peek(r) != byte)
        return false;
    r->at++;
    return true;
}

static void reference_blanks(reference *r)
{
    while (reference_peek(r) == ' ' || reference_peek(r) == '\t' || reference_peek(r) == '\n' ||
           reference_peek(r) == '\r')
        r->at++;
}

static bool reference_word(reference *r, const char *word)
{
    for (; *word; word++)
        if (!reference_take(r, *word))
            return false;
    return true;
}

static bool reference_digits(reference *r)
{
    size_t before = r->at;
    while (reference_peek(r) >= '0' && reference_peek(r) <= '9')
        r->at++;
    return r->at > before;
}

static bool reference_number(reference *r)
{
    reference_take(r, '-');
    if (!reference_take(r, '0') && !reference_digits(r))
        return false;
    if (reference_take(r, '.') && !reference_digits(r))
        return false;
    if (reference_take(r, 'e') || reference_take(r, 'E')) {
        if (!reference_take(r, '+'))
            reference_take(r, '-');
        return reference_digits(r);
    }
    return true;
}

/// -1: no four hex digits.
static long reference_hex(reference *r)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    long code = 0;
    for (int i = 0; i < 4; i++) {
        int c = reference_peek(r);
        const char *found = c > 0 ? strchr(digits, c) : NULL;
        if (!found)
            return -1;
        code = code * 16 + (found - digits) % 16;
        r->at++;
    }
    return code;
}

static bool reference_escape(reference *r)
{
    int c = reference_peek(r);
    r->at++;
    if (c > 0 && strchr("\"\\/bfnrt", c))
        return true;
    if (c != 'u')
        return false;
    long code = reference_hex(r);
    if (code < 0xD800 || code > 0xDFFF)
        return code >= 0;
    if (code > 0xDBFF || !reference_take(r, '\\') || !reference_take(r, 'u'))
        return false;
    long low = reference_hex(r);
    return low >= 0xDC00 && low <= 0xDFFF;
}

/// One character of UTF-8 above U+007F.
static bool reference_character(reference *r)
{
    int first = reference_peek(r);
    int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
    long code = first & (0x3F >> more);
    static const long least[] = {0, 0x80, 0x800, 0x10000};
    if (first < 0xC0 || first > 0xF7)
        return false;
    r->at++;
    for (int i = 0; i < more; i++, r->at++) {
        int c = reference_peek(r);
        if (c < 0x80 || c > 0xBF)
            return false;
        code = code * 64 + (c & 0x3F);
    }
    return code >= least[more] && code <= 0x10FFFF && !(code >= 0xD800 && code <= 0xDFFF);
}

static bool reference_string(reference *r)
{
    if (!reference_take(r, '"'))
        return false;
    for (;;) {
        int c = reference_peek(r);
        if (c < 0x20)
            return false;
        if (c > 0x7F) {
            if (!reference_character(r))
                return false;
            continue;
        }
        r->at++;
        if (c == '"')
            return true;
        if (c == '\\' && !reference_escape(r))
            return false;
    }
}

static bool reference_item(reference *r, bool object, int depth)
{
    reference_blanks(r);
    if (object) {
        if (!reference_string(r))
            return false;
        reference_blanks(r);
        if (!reference_take(r, ':'))
            return false;
    }
    if (!reference_value(r, depth))
        return false;
    reference_blanks(r);
    return true;
}

static bool reference_container(reference *r, bool object, int depth)
{
    int close = object ? '}' : ']';
    if (depth == REFERENCE_DEPTH_MAX)
        return false;
    r->at++;
    reference_blanks(r);
    if (reference_take(r, close))
        return true;
    do {
        if (!reference_item(r, object, depth + 1))
            return false;
    } while (reference_take(r, ','));
    return reference_take(r, close);
}

static bool reference_value(reference *r, int depth)
{
    reference_blanks(r);
    switch (reference_peek(r)) {
    case '{':
        return reference_container(r, true, depth);
    case '[':
        return reference_container(r, false, depth);
    case '"':
        return reference_string(r);
    case 't':
        return reference_word(r, "true");
    case 'f':
        return reference_word(r, "false");
    case 'n':
        return reference_word(r, "null");
    default:
        return reference_number(r);
    }
}

static bool reference_accepts(const char *text, size_t len)
{
    reference r = {(const unsigned char *)text, len, 0};
    if (!reference_value(&r, 0))
        return false;
    reference_blanks(&r);
    return r.at == r.len;
}

#endif
