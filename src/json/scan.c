// SPDX-License-Identifier: MIT OR Apache-2.0
// scan: see private/scan.h.

#include "private/scan.h"

#include "base/limits.h"
#include "base/text.h"
#include "private/words.h"

const char ra__scan_too_deep[] = "nested deeper than 64";

// ---- strings

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// Four hex digits; -1: they are not.
static int32_t hex4(const char *at, const char *end)
{
    int32_t value = 0;
    if (end - at < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        int digit = hex_value(at[i]);
        if (digit < 0)
            return -1;
        value = value << 4 | digit;
    }
    return value;
}

static bool is_high(int32_t unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static bool is_low(int32_t unit)
{
    return unit >= 0xDC00 && unit <= 0xDFFF;
}

/// at: behind "\u".
static bool scan_unicode(ra__scan *scan, const char **at)
{
    int32_t unit = hex4(*at, scan->end);
    if (unit < 0)
        return ra__scan_fail(scan, *at, "\\u needs four hex digits");
    *at += 4;
    if (is_low(unit))
        return ra__scan_fail(scan, *at - 6, "a lone surrogate is no character");
    if (!is_high(unit))
        return true;
    bool pair = scan->end - *at >= 6 && (*at)[0] == '\\' && (*at)[1] == 'u' &&
                is_low(hex4(*at + 2, scan->end));
    if (!pair)
        return ra__scan_fail(scan, *at - 6, "a lone surrogate is no character");
    *at += 6;
    return true;
}

/// at: the backslash.
static bool scan_escape(ra__scan *scan, const char **at)
{
    if (scan->end - *at < 2)
        return ra__scan_fail(scan, scan->end, "the string is not closed");
    char c = (*at)[1];
    *at += 2;
    if (c == 'u')
        return scan_unicode(scan, at);
    if (c && strchr("\"\\/bfnrt", c))
        return true;
    return ra__scan_fail(scan, *at - 2, "no such escape");
}

/// UTF-8, once a byte above 127 was seen.
static bool check_text(ra__scan *scan, ra_str raw)
{
    size_t valid = ra__utf8_valid(raw);
    if (valid == raw.len)
        return true;
    return ra__scan_fail(scan, raw.ptr + valid, "the text is not UTF-8");
}

/// A fault was found: UTF-8, which is looked at last, may have been broken before it.
static bool first_fault(ra__scan *scan, const char *start)
{
    check_text(scan, (ra_str){start, (size_t)(scan->fault - start)});
    return false;
}

/// What plain text ends with, unless it is the closing quote.
static bool scan_special(ra__scan *scan, const char **at)
{
    if (*at == scan->end)
        return ra__scan_fail(scan, *at, "the string is not closed");
    if (**at != '\\')
        return ra__scan_fail(scan, *at, "a control character must be escaped");
    return scan_escape(scan, at);
}

bool ra__scan_string(ra__scan *scan, ra__scan_text *text)
{
    const char *start = scan->at + 1, *at = start;
    uint64_t seen = 0;
    text->escaped = false;
    for (;;) {
        at = ra__plain_run(at, scan->end, &seen);
        if (at < scan->end && *at == '"')
            break;
        text->escaped = true;
        if (!scan_special(scan, &at))
            return first_fault(scan, start);
    }
    text->raw = (ra_str){start, (size_t)(at - start)};
    text->ascii = ra__word_is_ascii(seen);
    scan->at = at + 1;
    return text->ascii || check_text(scan, text->raw);
}

static char unescape_letter(char c)
{
    switch (c) {
    case 'b':
        return '\b';
    case 'f':
        return '\f';
    case 'n':
        return '\n';
    case 'r':
        return '\r';
    case 't':
        return '\t';
    default:
        return c;
    }
}

/// at: behind "\u"; proven before. Advances *at.
static size_t unescape_unicode(char *out, const char **at, const char *end)
{
    uint32_t code = (uint32_t)hex4(*at, end);
    *at += 4;
    if (is_high((int32_t)code)) {
        uint32_t low = (uint32_t)hex4(*at + 2, end);
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        *at += 6;
    }
    return ra__utf8_put(out, code);
}

size_t ra__unescape(char *out, ra_str raw)
{
    char *to = out;
    const char *at = raw.ptr, *end = raw.ptr + raw.len;
    while (at < end) {
        const char *slash = memchr(at, '\\', (size_t)(end - at));
        size_t run = (size_t)((slash ? slash : end) - at);
        memcpy(to, at, run);
        to += run;
        at += run;
        if (!slash)
            break;
        char c = at[1];
        at += 2;
        if (c == 'u')
            to += unescape_unicode(to, &at, end);
        else
            *to++ = unescape_letter(c);
    }
    return (size_t)(to - out);
}

// ---- numbers and literals

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// One digit or more; false: none.
static bool scan_digits(ra__scan *scan)
{
    const char *start = scan->at;
    while (scan->at < scan->end && is_digit(*scan->at))
        scan->at++;
    return scan->at > start || ra__scan_fail(scan, scan->at, "a digit was expected");
}

static bool scan_whole(ra__scan *scan)
{
    if (ra__scan_peek(scan) != '0')
        return scan_digits(scan);
    scan->at++;
    if (is_digit(ra__scan_peek(scan)))
        return ra__scan_fail(scan, scan->at, "a number has no leading zero");
    return true;
}

bool ra__scan_number(ra__scan *scan, ra__scan_digits *number)
{
    const char *start = scan->at;
    scan->at += *scan->at == '-';
    if (!scan_whole(scan))
        return false;
    number->whole = true;
    if (ra__scan_peek(scan) == '.') {
        number->whole = false;
        scan->at++;
        if (!scan_digits(scan))
            return false;
    }
    if ((ra__scan_peek(scan) | 0x20) == 'e') {
        number->whole = false;
        scan->at++;
        scan->at += ra__scan_peek(scan) == '+' || ra__scan_peek(scan) == '-';
        if (!scan_digits(scan))
            return false;
    }
    number->text = (ra_str){start, (size_t)(scan->at - start)};
    return true;
}

bool ra__scan_literal(ra__scan *scan, ra_str literal)
{
    if ((size_t)(scan->end - scan->at) < literal.len ||
        memcmp(scan->at, literal.ptr, literal.len) != 0)
        return ra__scan_fail(scan, scan->at, "a value was expected");
    scan->at += literal.len;
    return true;
}

// ---- containers

bool ra__scan_open(ra__scan *scan, char close, bool *more)
{
    scan->at++;
    ra__scan_blanks(scan);
    *more = ra__scan_peek(scan) != close;
    scan->at += !*more;
    return true;
}

bool ra__scan_next_expected(ra__scan *scan, char close)
{
    return ra__scan_fail(scan, scan->at,
                         close == '}' ? "',' or '}' was expected" : "',' or ']' was expected");
}

bool ra__scan_colon(ra__scan *scan)
{
    ra__scan_blanks(scan);
    if (ra__scan_peek(scan) != ':')
        return ra__scan_fail(scan, scan->at, "':' was expected");
    scan->at++;
    ra__scan_blanks(scan);
    return true;
}

bool ra__scan_name(ra__scan *scan, ra__scan_text *name)
{
    if (ra__scan_peek(scan) != '"')
        return ra__scan_fail(scan, scan->at, "a name in quotes was expected");
    return ra__scan_string(scan, name) && ra__scan_colon(scan);
}

// ---- values that nobody wants

static bool skip_scalar(ra__scan *scan)
{
    ra__scan_text text;
    ra__scan_digits digits;
    switch (ra__scan_peek(scan)) {
    case '"':
        return ra__scan_string(scan, &text);
    case 't':
        return ra__scan_literal(scan, RA_STR("true"));
    case 'f':
        return ra__scan_literal(scan, RA_STR("false"));
    case 'n':
        return ra__scan_literal(scan, RA_STR("null"));
    case '-':
    case '0' ... '9':
        return ra__scan_number(scan, &digits);
    default:
        return ra__scan_fail(scan, scan->at, "a value was expected");
    }
}

// The containers that are open, innermost in bit 0: 1 is an object.
typedef struct {
    uint64_t objects;
    unsigned open, open_max;
} nesting;

_Static_assert(RA__JSON_DEPTH_MAX <= 64, "a bit for each open container");

static char close_of(const nesting *nest)
{
    return nest->objects & 1 ? '}' : ']';
}

/// Opens the container, or skips the scalar; *inside: its first value comes next.
static bool skip_start(ra__scan *scan, nesting *nest, bool *inside)
{
    char c = ra__scan_peek(scan);
    *inside = false;
    if (c != '{' && c != '[')
        return skip_scalar(scan);
    if (nest->open == nest->open_max)
        return ra__scan_fail(scan, scan->at, ra__scan_too_deep);
    nest->open++;
    nest->objects = nest->objects << 1 | (c == '{');
    if (!ra__scan_open(scan, close_of(nest), inside))
        return false;
    if (!*inside) {
        nest->open--;
        nest->objects >>= 1;
    }
    return true;
}

/// After a value: close containers until one has another value, or none is open.
static bool skip_end(ra__scan *scan, nesting *nest)
{
    bool more = false;
    while (nest->open && !more) {
        if (!ra__scan_next(scan, close_of(nest), &more))
            return false;
        if (!more) {
            nest->open--;
            nest->objects >>= 1;
        }
    }
    return true;
}

bool ra__scan_skip(ra__scan *scan, unsigned depth_left)
{
    nesting nest = {.open_max = depth_left};
    ra__scan_text name;
    bool inside;
    do {
        if (nest.open && nest.objects & 1 && !ra__scan_name(scan, &name))
            return false;
        if (!skip_start(scan, &nest, &inside))
            return false;
        if (!inside && !skip_end(scan, &nest))
            return false;
    } while (nest.open);
    return true;
}
