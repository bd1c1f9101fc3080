// SPDX-License-Identifier: MIT OR Apache-2.0
// url: escapes, path segments and query fields (RFC 3986 2.1, 3.3; the query as
// application/x-www-form-urlencoded). Text is checked once, when the head is read, and decoded
// once, when it is used.
#ifndef RAMIE_HTTP_URL_H
#define RAMIE_HTTP_URL_H

#include <ramie/base.h>

/// NULL, or what is wrong with a raw path: a byte that must be escaped, a malformed escape, an
/// escaped NUL, a segment "." or ".." (escaped too: no server behind us may see another path than
/// we did).
const char *ra__path_check(ra_str raw);
/// The same for a query: malformed escapes, an escaped NUL.
const char *ra__query_check(ra_str raw);

/// Decode checked text into `out`, which has room for raw.len bytes; the length. plus_is_space: of
/// a query.
size_t ra__url_decode(char *out, ra_str raw, bool plus_is_space);
/// Does decoding change anything?
bool ra__url_is_plain(ra_str raw, bool plus_is_space);
/// The text itself when it is plain, else a decoded copy in the arena. false: no memory.
RA_MUST_USE bool ra__url_text(ra_arena *arena, ra_str raw, bool plus_is_space, ra_str *out);
/// Is this raw segment the decoded text? No memory needed.
bool ra__url_equal(ra_str raw, ra_str text, bool plus_is_space);
/// Does an escape in `raw` stand for "/"?
bool ra__url_hides_slash(ra_str raw);

/// The next field of a raw query, still raw; "a" has the value "". Empty fields ("&&") are skipped.
/// false: no more.
bool ra__query_next(ra_str *rest, ra_str *name, ra_str *value);

#endif
