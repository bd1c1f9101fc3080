// SPDX-License-Identifier: MIT OR Apache-2.0
// scan: the grammar of JSON (RFC 8259), a token at a time. Both the typed decoder and the skipping
// of unknown values stand on it, so that they agree on every text.
//
// A scan never reads at or past `end`. What it hands out is proven: strings have valid escapes, no
// lone surrogates and valid UTF-8; numbers keep the grammar. After the first fault every function
// has returned false and nothing goes on.
#ifndef RAMIE_JSON_PRIVATE_SCAN_H
#define RAMIE_JSON_PRIVATE_SCAN_H

#include <ramie/base.h>

typedef struct {
    const char *at, *end;
    const char *fault; // where; NULL: none
    const char *what;  // "the string is not closed"
} ra__scan;

/// Between the quotes, as written.
typedef struct {
    ra_str raw;
    bool escaped; // holds a backslash
    bool ascii;
} ra__scan_text;

typedef struct {
    ra_str text;
    bool whole; // neither fraction nor exponent
} ra__scan_digits;

static inline bool ra__scan_fail(ra__scan *scan, const char *at, const char *what)
{
    scan->fault = at;
    scan->what = what;
    return false;
}
/// The next byte, '\0' at the end (which no token starts with either).
static inline char ra__scan_peek(const ra__scan *scan)
{
    return scan->at < scan->end ? *scan->at : '\0';
}
static inline void ra__scan_blanks(ra__scan *scan)
{
    while (scan->at < scan->end &&
           (*scan->at == ' ' || *scan->at == '\n' || *scan->at == '\r' || *scan->at == '\t'))
        scan->at++;
}

/// at: the opening quote.
bool ra__scan_string(ra__scan *scan, ra__scan_text *text);
/// at: '-' or a digit.
bool ra__scan_number(ra__scan *scan, ra__scan_digits *number);
/// at: its first letter.
bool ra__scan_literal(ra__scan *scan, ra_str literal);
/// Any value, unless more than `depth_left` containers are open at once in it.
bool ra__scan_skip(ra__scan *scan, unsigned depth_left);

/// at: '{' or '['. *more: an item or member follows; else the container was empty and is closed.
bool ra__scan_open(ra__scan *scan, char close, bool *more);
bool ra__scan_next_expected(ra__scan *scan, char close); // the fault
/// After an item or member: *more, or closed.
static inline bool ra__scan_next(ra__scan *scan, char close, bool *more)
{
    ra__scan_blanks(scan);
    char c = ra__scan_peek(scan);
    *more = c == ',';
    if (__builtin_expect(c != ',' && c != close, 0))
        return ra__scan_next_expected(scan, close);
    scan->at++;
    if (*more)
        ra__scan_blanks(scan);
    return true;
}
/// A member's name, with quotes, colon and blanks around it.
bool ra__scan_name(ra__scan *scan, ra__scan_text *name);
bool ra__scan_colon(ra__scan *scan);

extern const char ra__scan_too_deep[];

/// What `raw` says, in at most raw.len bytes at `out`; the number of bytes.
size_t ra__unescape(char *out, ra_str raw);

#endif
