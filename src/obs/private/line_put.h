// SPDX-License-Identifier: MIT OR Apache-2.0
// line_put: appending to a bounded line. What does not fit is not written at all and sets `full`;
// the caller goes back to a mark. JSON's own writer is not used: it grows, and leaves alone what a
// terminal would obey.
#ifndef RAMIE_OBS_PRIVATE_LINE_PUT_H
#define RAMIE_OBS_PRIVATE_LINE_PUT_H

#include "line.h"

typedef struct {
    char *ptr;
    size_t len, cap;
    bool full;
} ra__line;

/// Inline: a line is put together from some fifty pieces, most of them constant.
static inline void ra__line_put(ra__line *line, ra_str bytes)
{
    if (line->full || bytes.len > line->cap - line->len) {
        line->full = true;
        return;
    }
    memcpy(line->ptr + line->len, bytes.ptr, bytes.len);
    line->len += bytes.len;
}
/// With JSON's escapes, for every style; control characters, invalid UTF-8, line separators and
/// text-direction marks never come through. Cut after RA__LINE_VALUE_MAX bytes.
void ra__line_put_escaped(ra__line *line, ra_str text);
/// Bare when it is one plain word, else in quotes.
void ra__line_put_word(ra__line *line, ra_str text);
void ra__line_put_quoted(ra__line *line, ra_str text);

#endif
