// SPDX-License-Identifier: MIT OR Apache-2.0
// request: one message as handlers see it. Its head lies in the connection's read buffer until the
// answer is finished.
#ifndef RAMIE_HTTP_REQUEST_H
#define RAMIE_HTTP_REQUEST_H

#include "fiber/ctx.h"
#include "private/buffers.h"
#include "private/chunked.h"
#include "private/parser.h"
#include "private/request_id.h"
#include "private/route.h"

typedef struct ra__conn ra__conn;

typedef enum { RA__BODY_NONE, RA__BODY_LENGTH, RA__BODY_CHUNKED } ra__body_kind;

/// A body on its way in.
typedef struct {
    uint8_t kind;      // ra__body_kind
    bool done;         // all of it was read
    bool pieces_taken; // by ra_request_read: ra_request_body comes too late
    bool continue_due; // the client waits for a word before it sends any of it
    bool gathered;     // `text` is all of it
    uint64_t left;     // RA__BODY_LENGTH
    uint64_t got;      // data bytes handed out
    uint64_t max;      // 413 past it
    int64_t waited_ns; // time spent waiting for bytes
    ra__chunked chunked;
    ra_str text;
    ra__buffer *buffer; // of `text`, where the read buffer was too small; or NULL
    int refused;        // 400, 408, 413, 431: the answer, whatever the handler makes of it; 0: none
    const char *why;
} ra__body;

struct ra_request {
    ra__conn *conn;
    ra_ctx *ctx;       // of the fiber that serves it
    const char *bytes; // the head's first
    ra__head head;
    ra__method method;
    const ra__route *route; // NULL: none was found
    unsigned allow;         // methods of the path, when none was found for this one
    unsigned capture_count;
    ra_str captures[RA__PATH_SEGMENTS_MAX]; // raw, as the route's placeholders
    ra__body body;
    ra_str id;
    char id_text[RA__REQUEST_ID_GIVEN_MAX];
    int64_t started_ns;  // as of this turn of the loop
    int64_t deadline_ns; // the handler's, as set in ctx
    bool running;        // its handler is at work
};

/// A field's value by name, the first one; in any case. false: there is none.
bool ra__request_field(const ra_request *req, ra_str name, ra_str *value);
/// The n-th of that name on, *at starts at 0. false: no more.
bool ra__request_next_field(const ra_request *req, ra_str name, uint32_t *at, ra_str *value);
ra_str ra__request_raw_query(const ra_request *req);

// ---- the body (body.c)

/// After the head is complete.
void ra__body_init(ra_request *req, uint64_t bytes_max);
void ra__body_deinit(ra_request *req);
/// All of it, in one piece, valid as long as the request. RA_ERR_STATE: pieces were taken before.
/// RA_ERR_SYNTAX, RA_ERR_TIMEOUT, RA_ERR_TOO_LARGE, RA_ERR_CLOSED: as `refused` says.
/// RA_ERR_EXHAUSTED.
RA_SUSPENDS ra_status ra__body_gather(ra_ctx *ctx, ra_request *req, ra_str *text);
/// The next piece, empty at the end.
RA_SUSPENDS ra_status ra__body_next(ra_ctx *ctx, ra_request *req, ra_str *piece);

/// What becomes of the part that nobody read.
typedef enum {
    RA__REST_NONE,  // nothing is left
    RA__REST_DRAIN, // it is short and on its way: read it, then serve on
    RA__REST_CLOSE  // unknown or long, or the client may never send it
} ra__rest;
ra__rest ra__body_rest(ra_request *req);
RA_SUSPENDS ra_status ra__body_drain(ra_ctx *ctx, ra_request *req);

/// A sign of life: the handler's time starts anew.
void ra__request_progress(ra_request *req);

#endif
