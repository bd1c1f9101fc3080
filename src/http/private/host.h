// SPDX-License-Identifier: MIT OR Apache-2.0
// host: the grammar of Host and of an authority without user: uri-host [ ":" port ] (RFC 9110 7.2,
// RFC 3986 3.2.2).
#ifndef RAMIE_HTTP_HOST_H
#define RAMIE_HTTP_HOST_H

#include <ramie/base.h>

/// A name, an IPv4 address or an IP literal, not empty; then perhaps a port of at most 65535. A
/// pure function. An empty host is refused: RFC 9110 4.2.1 "a recipient that processes such a URI
/// reference MUST reject it".
bool ra__host_valid(ra_str text);

#endif
