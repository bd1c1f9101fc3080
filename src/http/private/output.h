// SPDX-License-Identifier: MIT OR Apache-2.0
// output: the way of answers to the client. Answers of pipelined requests are gathered into one
// write; if a later handler suspends, a fiber of its own sends what is there, so that no answer
// waits for another request. Writing goes on as long as the client takes bytes: 500 a second, and
// never 30 s without one.
#ifndef RAMIE_HTTP_OUTPUT_H
#define RAMIE_HTTP_OUTPUT_H

#include "private/connection.h"

/// The gathered bytes, to append to; NULL: no memory.
ra_buf *ra__output_pending(ra__conn *conn);
/// Send all that is gathered. RA_ERR_CANCELED, RA_ERR_TIMEOUT of the ctx: nothing was lost when the
/// write had not begun.
RA_SUSPENDS ra_status ra__output_flush(ra_ctx *ctx, ra__conn *conn);
/// Send what is gathered, then `bytes`, without copying them.
RA_SUSPENDS ra_status ra__output_send(ra_ctx *ctx, ra__conn *conn, ra_str bytes);
/// Before a handler runs: if it suspends while answers are gathered, they are sent meanwhile.
void ra__output_flush_meanwhile(ra__conn *conn);
void ra__output_deinit(ra__conn *conn);

#endif
