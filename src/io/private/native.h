// SPDX-License-Identifier: MIT OR Apache-2.0
// native: addresses and errors as the kernel has them.
#ifndef RAMIE_IO_PRIVATE_NATIVE_H
#define RAMIE_IO_PRIVATE_NATIVE_H

#include "io/net.h"
#include <sys/socket.h>

typedef union {
    struct sockaddr any;
    struct sockaddr_storage storage;
} ra__native_addr;

/// Its length; 0: no address.
socklen_t ra__native_addr_of(const ra__addr *addr, ra__native_addr *out);
/// An IPv4 peer of a dual-stack listener comes out as IPv4.
void ra__native_addr_read(const ra__native_addr *native, ra__addr *out);
/// Of a failed call on a socket; EAGAIN and EADDRINUSE: RA_ERR_BUSY.
ra_status ra__native_status(int error);
/// Of a failed connect.
ra_status ra__native_connect_status(int error);

#endif
