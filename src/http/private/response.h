// SPDX-License-Identifier: MIT OR Apache-2.0
// response: one answer in the making. Held back until it is complete, or too large, or flushed;
// then it streams.
#ifndef RAMIE_HTTP_RESPONSE_H
#define RAMIE_HTTP_RESPONSE_H

#include "private/request.h"

/// A field that a handler has set; in the request's arena.
typedef struct ra__reply_field ra__reply_field;
struct ra__reply_field {
    ra_str name, value;
    ra__reply_field *next;
};

struct ra_response {
    ra_request *req;
    int status;      // as far as is known
    bool status_set; // by the handler, over the route's
    bool empty;      // ra_reply_empty, ra_reply_redirect: *out is not written
    bool refusal;    // a problem document, not the handler's answer
    bool streaming;  // the head has left
    bool chunked;    // streaming in chunks; else the end of the connection ends the body
    bool close;      // nothing follows on this connection
    ra_str type;     // Content-Type, unless a field says so
    ra__reply_field *fields, **fields_end;
    ra__buffer *hold; // the body, or what of it has not left; NULL: nothing yet
    uint64_t bytes;   // of the body, written by the handler
};

void ra__response_init(ra_response *res, ra_request *req);
void ra__response_deinit(ra_response *res);
/// Buffer of the body; NULL: no memory.
ra_buf *ra__response_hold(ra_response *res);
bool ra__response_has_field(const ra_response *res, ra_str name);

/// Status line and fields. length < 0: the body's length is not known. RA_ERR_EXHAUSTED,
/// RA_ERR_TOO_LARGE.
RA_MUST_USE ra_status ra__answer_head(ra_response *res, ra_buf *out, int64_t length);

/// The answer that `status` and the ctx's detail make, as a problem document. Nothing has left yet.
void ra__problem_from_status(ra_ctx *ctx, ra_response *res, ra_status status);
/// The same for an HTTP status of the server's own; `why` static, may be NULL.
void ra__problem_from_http(ra_response *res, int http_status, const char *why);

/// Complete the answer: append it to the connection's output. *body_follows: but for the body in
/// `hold`, too large to be copied. Does not suspend. Else the connection cannot go on.
RA_MUST_USE ra_status ra__response_seal(ra_response *res, bool *body_follows);

#endif
