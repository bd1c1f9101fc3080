// SPDX-License-Identifier: MIT OR Apache-2.0
// addr: addresses as people write them. Pure functions; names are not resolved, except "localhost".
#include "io/net.h"

#include "base/text.h"
#include <arpa/inet.h>

enum { PORT_MAX = 65535 };

/// Split "host:port", "[host]:port", ":port" and "port"; false: brackets that do not match.
static bool split(ra_str text, ra_str *host, ra_str *port)
{
    if (ra_str_starts_with(text, RA_STR("["))) {
        const char *end = memchr(text.ptr, ']', text.len);
        if (!end)
            return false;
        size_t at = (size_t)(end - text.ptr);
        *host = ra_str_slice(text, 1, at);
        *port = ra_str_slice(text, at + 2, text.len);
        return at + 1 < text.len && end[1] == ':';
    }
    const char *colon = text.len ? memchr(text.ptr, ':', text.len) : NULL;
    size_t host_len = colon ? (size_t)(colon - text.ptr) : 0;
    *host = ra_str_slice(text, 0, host_len);
    *port = ra_str_slice(text, colon ? host_len + 1 : 0, text.len);
    return true;
}

/// The canonical text of an IPv4 (`family` AF_INET) or IPv6 address.
static bool canonical(int family, ra_str host, char out[46])
{
    char text[46];
    struct in6_addr bytes; // holds either
    if (host.len >= sizeof text || memchr(host.ptr, 0, host.len))
        return false;
    memcpy(text, host.ptr, host.len);
    text[host.len] = 0;
    return inet_pton(family, text, &bytes) == 1 && inet_ntop(family, &bytes, out, 46) != NULL;
}

ra_status ra__addr_parse(ra_str text, ra__addr *out)
{
    ra_str host, port_text;
    uint64_t port;
    bool bracketed = ra_str_starts_with(text, RA_STR("["));
    if (!split(text, &host, &port_text))
        return RA_ERR_INVALID;
    if (ra__u64_parse(port_text, &port) != RA_OK || port > PORT_MAX)
        return RA_ERR_INVALID;
    if (!bracketed && host.len == 0)
        host = RA_STR("0.0.0.0");
    if (!bracketed && ra_str_equal(host, RA_STR("localhost")))
        host = RA_STR("127.0.0.1");
    ra__addr addr = {.port = (uint16_t)port};
    if (!canonical(bracketed ? AF_INET6 : AF_INET, host, addr.host))
        return RA_ERR_INVALID;
    *out = addr;
    return RA_OK;
}

size_t ra__addr_print(char out[56], const ra__addr *addr)
{
    size_t host_len = strnlen(addr->host, sizeof addr->host - 1), len = 0;
    bool bracketed = memchr(addr->host, ':', host_len) != NULL;
    if (bracketed)
        out[len++] = '[';
    memcpy(out + len, addr->host, host_len);
    len += host_len;
    if (bracketed)
        out[len++] = ']';
    out[len++] = ':';
    len += ra__u64_print(out + len, addr->port);
    out[len] = 0;
    return len;
}
