// SPDX-License-Identifier: MIT OR Apache-2.0
// chunked: the chunked transfer coding, read piece by piece (RFC 9112 7.1). A pure function of
// bytes, any split.
//
//   4;ext=1 CRLF  Wiki CRLF  0 CRLF  trailer: skipped CRLF  CRLF
//
// Extensions and trailers are checked, bounded and skipped: no trailer changes what the head has
// said.
#ifndef RAMIE_HTTP_CHUNKED_H
#define RAMIE_HTTP_CHUNKED_H

#include "private/parser.h"

typedef struct {
    uint64_t data_bytes; // handed out so far
    uint64_t offset;     // bytes read so far: the place of the verdict

    int status;      // after RA__PARSE_BAD: 400, 431
    const char *why; // static

    const ra__http_limits *limits;
    uint64_t size; // of the chunk: read so far, then what is left of it
    uint8_t state;
    uint8_t digits;
    uint32_t extension_bytes; // of the whole body
    uint32_t trailer_bytes, trailer_line_bytes, trailer_count;
} ra__chunked;

void ra__chunked_init(ra__chunked *chunked, const ra__http_limits *limits);

/// Read on from `bytes`, up to the end of the next piece of data.
///
/// @param used  bytes read; the rest is to be fed again.
/// @param data  a view into `bytes`; empty when only framing was read.
/// @return RA__PARSE_MORE  call again with what follows (perhaps there is some already).
/// @return RA__PARSE_DONE  the body is complete; data is empty.
/// @return RA__PARSE_BAD   status and why.
ra__parse ra__chunked_next(ra__chunked *chunked, ra_str bytes, size_t *used, ra_str *data);
/// Data of the chunks whose size is known, handed out or not: at least so long is the body.
uint64_t ra__chunked_announced(const ra__chunked *chunked);

#endif
