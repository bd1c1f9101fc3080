// SPDX-License-Identifier: MIT OR Apache-2.0
// problem: an error as a document (RFC 9457). Never a value that the client sent, never the inside.
//
//   {"type":"about:blank","title":"Unprocessable Content","status":422,"detail":"...",
//    "instance":"<request id>","errors":[{"in":"body","pointer":"/lines/0/qty","code":"max",
//    "detail":"must be <= 1000"}],"truncated":true}
#ifndef RAMIE_HTTP_PROBLEM_H
#define RAMIE_HTTP_PROBLEM_H

#include <ramie/bind.h>

typedef struct {
    int status;
    ra_str detail;               // for people; empty: left out
    ra_str instance;             // the request's id
    const ra_problems *problems; // NULL: left out
    bool place;                  // of a syntax error: line, column, offset of `problems`
} ra__problem;

/// Appends. A pure function. RA_ERR_TOO_LARGE, RA_ERR_EXHAUSTED: the buffer's.
RA_MUST_USE ra_status ra__problem_write(ra_buf *out, const ra__problem *problem);

#endif
