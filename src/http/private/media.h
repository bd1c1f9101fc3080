// SPDX-License-Identifier: MIT OR Apache-2.0
// media: media types, as far as a server must read them (RFC 9110 8.3). Pure functions.
#ifndef RAMIE_HTTP_MEDIA_H
#define RAMIE_HTTP_MEDIA_H

#include <ramie/base.h>

/// application/json, in any case, alone or with charset=utf-8: what a typed route reads.
bool ra__media_is_json(ra_str value);
/// The type without its parameters, compared in any case.
bool ra__media_is(ra_str value, ra_str type);
/// A media type and nothing behind it: text/csv.
bool ra__media_is_type(ra_str text);
/// What may stand in Content-Type: a media type, alone or with parameters; no control bytes.
bool ra__media_is_value(ra_str text);

#endif
