// SPDX-License-Identifier: MIT OR Apache-2.0
#include "private/media.h"
#include "base/text.h"
#include "private/chars.h"

static ra_str trim(ra_str text)
{
    while (text.len > 0 && (text.ptr[0] == ' ' || text.ptr[0] == '\t'))
        text = ra_str_slice(text, 1, text.len);
    while (text.len > 0 && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t'))
        text.len--;
    return text;
}

/// Cut at the first ";"; false: nothing was left.
static bool next_part(ra_str *rest, ra_str *part)
{
    if (!rest->ptr)
        return false;
    const char *semicolon = rest->len ? memchr(rest->ptr, ';', rest->len) : NULL;
    size_t len = semicolon ? (size_t)(semicolon - rest->ptr) : rest->len;
    *part = trim((ra_str){rest->ptr, len});
    *rest = semicolon ? (ra_str){semicolon + 1, rest->len - len - 1} : (ra_str){NULL, 0};
    return true;
}

static bool is_utf8(ra_str parameter)
{
    return ra__str_equal_fold(parameter, RA_STR("charset=utf-8")) ||
           ra__str_equal_fold(parameter, RA_STR("charset=\"utf-8\""));
}

/// "implementations must ignore any parameters whose names they do not recognize" (RFC 2045 5); a
/// charset is known, and must be the one that JSON has.
static bool is_welcome(ra_str parameter)
{
    size_t name_len = 0;
    while (name_len < parameter.len && ra__char_is(parameter.ptr[name_len], RA__CHAR_TOKEN))
        name_len++;
    bool named = name_len > 0 && name_len < parameter.len && parameter.ptr[name_len] == '=';
    bool charset = ra__str_equal_fold(ra_str_slice(parameter, 0, name_len), RA_STR("charset"));
    return named && (!charset || is_utf8(parameter));
}

bool ra__media_is_json(ra_str value)
{
    ra_str part;
    if (!next_part(&value, &part) || !ra__str_equal_fold(part, RA_STR("application/json")))
        return false;
    while (next_part(&value, &part))
        if (part.len > 0 && !is_welcome(part)) // *( OWS ";" OWS [ parameter ] ): one may be empty
            return false;
    return true;
}

bool ra__media_is(ra_str value, ra_str type)
{
    ra_str part;
    return next_part(&value, &part) && ra__str_equal_fold(part, type);
}

static bool is_token(ra_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!ra__char_is(text.ptr[i], RA__CHAR_TOKEN))
            return false;
    return text.len > 0;
}

/// media-type = type "/" subtype parameters (RFC 9110 8.3.1).
bool ra__media_is_type(ra_str text)
{
    const char *slash = text.len ? memchr(text.ptr, '/', text.len) : NULL;
    size_t at = slash ? (size_t)(slash - text.ptr) : text.len;
    return is_token(ra_str_slice(text, 0, at)) && is_token(ra_str_slice(text, at + 1, text.len));
}

bool ra__media_is_value(ra_str text)
{
    ra_str rest = text, type;
    if (!next_part(&rest, &type) || !ra__media_is_type(type))
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (!ra__char_is(text.ptr[i], RA__CHAR_VALUE))
            return false;
    return true;
}
