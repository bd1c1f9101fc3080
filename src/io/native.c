// SPDX-License-Identifier: MIT OR Apache-2.0
// native: the kernel's addresses and error numbers, turned into ours. Pure functions.
#include "private/native.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>

socklen_t ra__native_addr_of(const ra__addr *addr, ra__native_addr *out)
{
    memset(out, 0, sizeof *out);
    struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)out;
    if (inet_pton(AF_INET, addr->host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(addr->port);
        return sizeof *v4;
    }
    if (inet_pton(AF_INET6, addr->host, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(addr->port);
        return sizeof *v6;
    }
    return 0;
}

static void read_v6(const struct sockaddr_in6 *v6, ra__addr *out)
{
    const uint8_t *bytes = v6->sin6_addr.s6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr))
        inet_ntop(AF_INET, bytes + 12, out->host, sizeof out->host);
    else
        inet_ntop(AF_INET6, bytes, out->host, sizeof out->host);
    out->port = ntohs(v6->sin6_port);
}

void ra__native_addr_read(const ra__native_addr *native, ra__addr *out)
{
    memset(out, 0, sizeof *out);
    if (native->any.sa_family == AF_INET6) {
        read_v6((const struct sockaddr_in6 *)(const void *)native, out);
        return;
    }
    const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)native;
    inet_ntop(AF_INET, &v4->sin_addr, out->host, sizeof out->host);
    out->port = ntohs(v4->sin_port);
}

ra_status ra__native_status(int error)
{
    switch (error) {
    case EAGAIN:
    case EADDRINUSE:
        return RA_ERR_BUSY;
    case ECONNRESET:
    case EPIPE:
    case ETIMEDOUT: // the peer is silent
        return RA_ERR_CLOSED;
    case EACCES:
    case EPERM:
        return RA_ERR_PERMISSION;
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
    case EINVAL:
        return RA_ERR_INVALID;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
        return RA_ERR_EXHAUSTED;
    case ECONNREFUSED:
    case ENETUNREACH:
    case EHOSTUNREACH:
        return RA_ERR_UNAVAILABLE;
    default:
        return RA_ERR_IO;
    }
}

ra_status ra__native_connect_status(int error)
{
    switch (error) {
    case ETIMEDOUT: // nobody answered: as good as unreachable, and no deadline of ours
    case ECONNRESET:
    case EADDRNOTAVAIL: // no local port left
        return RA_ERR_UNAVAILABLE;
    default:
        return ra__native_status(error);
    }
}
