// SPDX-License-Identifier: MIT OR Apache-2.0
// reason: the names of the statuses (RFC 9110 15, RFC 6585): reason phrase, title of a problem.
#ifndef RAMIE_HTTP_REASON_H
#define RAMIE_HTTP_REASON_H

#include <ramie/base.h>

/// "Not Found"; "Unknown" for what has no name.
ra_str ra__reason(int status);
/// "HTTP/1.1 404 Not Found\r\n", up to 64 bytes into `out`; the length.
size_t ra__status_line(char out[64], int status);
/// "A server MUST NOT send content" (RFC 9110 15.3.5, 15.4.5, 9.3.2): 1xx, 204, 205, 304.
static inline bool ra__status_has_content(int status)
{
    return status >= 200 && status != 204 && status != 205 && status != 304;
}

#endif
