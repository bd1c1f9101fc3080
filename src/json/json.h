// SPDX-License-Identifier: MIT OR Apache-2.0
// json, for the layers above. Public half: <ramie/json.h>.
#ifndef RAMIE_JSON_JSON_H
#define RAMIE_JSON_JSON_H

#include "bind/plan.h"
#include <ramie/json.h>

typedef struct {
    const ra__member_set *members; // which members of the top struct the text may give; NULL: all
    bool unknown_refuse; // an unknown member is a problem "unknown", at every depth; else skipped
    const char *in;      // of problems; NULL: "body"
    bool readonly_take; // .readonly members are read like others: an answer, read by a client; else
                        // (a request) they are a problem "readonly" when given and never required
} ra__json_opts;
/// RA_OK; RA_ERR_SYNTAX with problems->offset, line, column (and one problem that says what);
/// RA_ERR_INVALID with the problems; RA_ERR_EXHAUSTED. `text` needs no padding. Strings of *out are
/// views into `text` where they had no escape. *out is zeroed first when opts->members is NULL,
/// else the caller has done so. opts NULL: as ra_json_decode does. problems NULL: the verdict only.
RA_MUST_USE ra_status ra__json_decode(ra_arena *arena, const ra__plan *plan, ra_str text, void *out,
                                      ra_problems *problems, const ra__json_opts *opts);
/// Appends; the buffer is as before unless RA_OK. RA_ERR_TOO_LARGE: past the buffer's maximum;
/// RA_ERR_INVALID: NaN, infinity, an enum's value without a name, deeper than 64; RA_ERR_EXHAUSTED.
/// Invalid UTF-8 becomes U+FFFD.
RA_MUST_USE ra_status ra__json_encode(ra_buf *buf, const ra__plan *plan, const void *value);
/// A JSON string with its quotes.
RA_MUST_USE ra_status ra__json_put_str(ra_buf *buf, ra_str text);

#endif
