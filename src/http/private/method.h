// SPDX-License-Identifier: MIT OR Apache-2.0
// method: the methods a route may have (RFC 9110 9.3, RFC 5789). What is not here is answered 501.
#ifndef RAMIE_HTTP_METHOD_H
#define RAMIE_HTTP_METHOD_H

#include <ramie/base.h>

typedef enum {
    RA__GET,
    RA__HEAD,
    RA__POST,
    RA__PUT,
    RA__PATCH,
    RA__DELETE,
    RA__OPTIONS,
    RA__METHOD_COUNT,
    RA__METHOD_UNKNOWN = RA__METHOD_COUNT
} ra__method;

/// Case-sensitive; CONNECT and TRACE are unknown.
ra__method ra__method_of(ra_str name);
const char *ra__method_name(ra__method method);
/// "essentially read-only" (RFC 9110 9.2.1): ends when nobody waits for the answer.
static inline bool ra__method_is_safe(ra__method method)
{
    return method == RA__GET || method == RA__HEAD || method == RA__OPTIONS;
}
/// Whose members come from the body when nothing else is said.
static inline bool ra__method_has_body(ra__method method)
{
    return method == RA__POST || method == RA__PUT || method == RA__PATCH;
}

#endif
