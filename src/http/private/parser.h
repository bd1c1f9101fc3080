// SPDX-License-Identifier: MIT OR Apache-2.0
// parser: the head of an HTTP/1.1 request, from bytes to slices. A pure function of bytes: no I/O,
// no allocation.
//
//   GET /items?limit=2 HTTP/1.1 CRLF
//   Host: shop.example CRLF
//   CRLF
//
// It may be fed at any split: the same bytes give the same verdict, found at the same byte. An
// error is told at the first byte that no valid head could have there, a rule over a whole line or
// head at the line feed that ends it. All places are offsets from the first byte fed, so the buffer
// may move between two calls.
//
// Rules: docs/reference/http-rules.md; RFC 9112 sections 2 to 7.
#ifndef RAMIE_HTTP_PARSER_H
#define RAMIE_HTTP_PARSER_H

#include "http/limits.h"

typedef struct {
    uint32_t at, len;
} ra__span;
typedef struct {
    ra__span name, value; // value without the whitespace around it
} ra__field;

typedef enum { RA__PARSE_MORE, RA__PARSE_DONE, RA__PARSE_BAD } ra__parse;

typedef enum {
    RA__TARGET_ORIGIN,    // "/items?limit=2"
    RA__TARGET_ABSOLUTE,  // "http://shop.example/items"
    RA__TARGET_ASTERISK,  // "*", of OPTIONS
    RA__TARGET_AUTHORITY, // of CONNECT, which is refused
} ra__target_form;

typedef struct {
    // ---- what was read; complete after RA__PARSE_DONE
    ra__span method, target, path,
        query;         // path: never empty, but for "*" and CONNECT; query: without "?"
    ra__span host;     // of the absolute target, else of Host
    ra__field *fields; // the caller's, limits->fields_max of them
    uint32_t field_count;
    uint32_t at;         // bytes read so far; after DONE the length of the head
    uint8_t target_form; // ra__target_form
    uint8_t minor;       // HTTP/1.minor; above 1 counts as 1
    bool chunked;
    bool has_length;
    bool close, keep_alive; // said by Connection
    bool expect_continue;   // false in HTTP/1.0
    bool expect_unknown;    // 417; false in HTTP/1.0
    uint64_t length;        // of the body; 0 without Content-Length

    // ---- why not; after RA__PARSE_BAD
    int status;      // 400, 414, 431, 501, 505
    const char *why; // a sentence for people; static, without any byte of the input

    // ---- inside
    const ra__http_limits *limits;
    uint8_t state;
    uint8_t major;
    bool blank_seen;                // one empty line before the request line
    bool coding_seen, coding_other; // Transfer-Encoding; one besides chunked
    uint32_t start;                 // first byte of the request line
    uint32_t mark;                  // first byte of the current token
    uint32_t line;                  // first byte of the current field line
    uint32_t value_end;             // behind the last byte of the value that is not whitespace
    uint32_t host_count;
} ra__head;

/// `fields` has room for limits->fields_max; both are borrowed as long as the head is used.
void ra__head_init(ra__head *head, const ra__http_limits *limits, ra__field *fields);

/// Go on reading. `bytes[0, len)` starts with the same bytes as in the call before, usually with
/// more behind them.
///
/// @return RA__PARSE_MORE  all bytes are read, the head is not complete.
/// @return RA__PARSE_DONE  head->at bytes are the head; what follows was not looked at.
/// @return RA__PARSE_BAD   head->status and head->why say why; head->at is the place.
ra__parse ra__head_feed(ra__head *head, const char *bytes, size_t len);

/// Nothing has come but the one empty line that may precede a request: the connection may rest, as
/// if it were not there.
bool ra__head_only_blank(const ra__head *head);
/// The empty line came before the first byte to be fed. Right after ra__head_init.
void ra__head_set_blank_seen(ra__head *head);

static inline ra_str ra__span_str(const char *bytes, ra__span span)
{
    return (ra_str){bytes + span.at, span.len};
}

// ---- parts of the parser that are files of their own

/// Note the verdict. Always returns false.
bool ra__head_refuse(ra__head *head, int status, const char *why);
/// At the end of the request line, its version known: form, path and query of the target. false:
/// refused.
bool ra__target_parse(ra__head *head, const char *bytes);
/// At the end of a field line: what the fields of the message's frame say. false: refused.
bool ra__frame_field(ra__head *head, const char *bytes, const ra__field *field);
/// At the end of the head: rules over several fields. false: refused.
bool ra__frame_finish(ra__head *head);

#endif
