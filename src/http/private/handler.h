// SPDX-License-Identifier: MIT OR Apache-2.0
// handler: the innermost step of a request: from message to struct, the call, from struct to
// answer.
#ifndef RAMIE_HTTP_HANDLER_H
#define RAMIE_HTTP_HANDLER_H

#include "private/connection.h"

/// The position in the chain of middleware.
struct ra_next {
    ra_request *req;
    ra_response *res;
    unsigned at; // in the route's chain; at its end the handler
    bool ran;    // once is enough
};

/// Run the chain from its start, then the handler.
RA_SUSPENDS ra_status ra__chain_run(ra_ctx *ctx, ra_request *req, ra_response *res);

/// The handler itself: bind, call, encode.
RA_SUSPENDS ra_status ra__handler_run(ra_ctx *ctx, ra_request *req, ra_response *res);

/// Fill the input of a typed route from all its sources. RA_ERR_INVALID with every problem in the
/// ctx; RA_ERR_SYNTAX; RA_ERR_UNSUPPORTED (415); what reading the body may return;
/// RA_ERR_EXHAUSTED.
RA_SUSPENDS ra_status ra__input_read(ra_ctx *ctx, ra_request *req, void *in);

#endif
