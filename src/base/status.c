// SPDX-License-Identifier: MIT OR Apache-2.0
// status: the one table of results. Each row is written once: code, message, HTTP status, gRPC
// status.
//
// The message is what a client may read when the program gave none of its own: it names the kind of
// failure and nothing of the inside. gRPC numbers are those of google.rpc.Code.
#include <ramie/base.h>

enum {
    GRPC_OK = 0,
    GRPC_CANCELLED = 1,
    GRPC_UNKNOWN = 2,
    GRPC_INVALID_ARGUMENT = 3,
    GRPC_DEADLINE_EXCEEDED = 4,
    GRPC_NOT_FOUND = 5,
    GRPC_ALREADY_EXISTS = 6,
    GRPC_PERMISSION_DENIED = 7,
    GRPC_RESOURCE_EXHAUSTED = 8,
    GRPC_FAILED_PRECONDITION = 9,
    GRPC_ABORTED = 10,
    GRPC_OUT_OF_RANGE = 11,
    GRPC_UNIMPLEMENTED = 12,
    GRPC_INTERNAL = 13,
    GRPC_UNAVAILABLE = 14,
    GRPC_UNAUTHENTICATED = 16,
};

typedef struct {
    const char *name;
    const char *message;
    short http;
    short grpc;
} status_row;

#define ROW(code, message, http, grpc) [code] = {#code, message, http, grpc}
static const status_row rows[] = {
    ROW(RA_OK, "ok", 200, GRPC_OK),
    ROW(RA_ERR_CANCELED, "canceled", 503, GRPC_CANCELLED),
    ROW(RA_ERR_TIMEOUT, "took too long", 503, GRPC_DEADLINE_EXCEEDED),
    ROW(RA_ERR_CLOSED, "closed", 500, GRPC_INTERNAL),
    ROW(RA_ERR_BUSY, "busy", 503, GRPC_UNAVAILABLE),
    ROW(RA_ERR_STATE, "not possible now", 500, GRPC_INTERNAL),
    ROW(RA_ERR_INVALID, "invalid input", 422, GRPC_INVALID_ARGUMENT),
    ROW(RA_ERR_SYNTAX, "malformed input", 400, GRPC_INVALID_ARGUMENT),
    ROW(RA_ERR_UNAUTHENTICATED, "not authenticated", 401, GRPC_UNAUTHENTICATED),
    ROW(RA_ERR_FORBIDDEN, "forbidden", 403, GRPC_PERMISSION_DENIED),
    ROW(RA_ERR_NOT_FOUND, "not found", 404, GRPC_NOT_FOUND),
    ROW(RA_ERR_CONFLICT, "conflict", 409, GRPC_ABORTED),
    ROW(RA_ERR_GONE, "gone", 410, GRPC_NOT_FOUND),
    ROW(RA_ERR_PRECONDITION, "precondition failed", 412, GRPC_FAILED_PRECONDITION),
    ROW(RA_ERR_TOO_LARGE, "too large", 413, GRPC_OUT_OF_RANGE),
    ROW(RA_ERR_UNSUPPORTED, "unsupported media type", 415, GRPC_UNIMPLEMENTED),
    ROW(RA_ERR_RATE_LIMITED, "too many requests", 429, GRPC_RESOURCE_EXHAUSTED),
    ROW(RA_ERR_UNIQUE, "already exists", 409, GRPC_ALREADY_EXISTS),
    ROW(RA_ERR_FOREIGN_KEY, "refers to what is not there, or is referred to", 409,
        GRPC_FAILED_PRECONDITION),
    ROW(RA_ERR_CHECK, "breaks a rule of the data", 422, GRPC_INVALID_ARGUMENT),
    ROW(RA_ERR_NOT_NULL, "a value is missing", 422, GRPC_INVALID_ARGUMENT),
    ROW(RA_ERR_SERIALIZATION, "changed by another at the same time, try again", 409, GRPC_ABORTED),
    ROW(RA_ERR_TOO_MANY_ROWS, "too many rows", 500, GRPC_INTERNAL),
    ROW(RA_ERR_DECODE, "stored data does not fit", 500, GRPC_INTERNAL),
    ROW(RA_ERR_READ_ONLY, "read-only", 503, GRPC_UNAVAILABLE),
    ROW(RA_ERR_UNKNOWN_OUTCOME, "it is not known whether it was done", 500, GRPC_UNKNOWN),
    ROW(RA_ERR_EXHAUSTED, "out of resources", 503, GRPC_RESOURCE_EXHAUSTED),
    ROW(RA_ERR_UNAVAILABLE, "unavailable", 503, GRPC_UNAVAILABLE),
    ROW(RA_ERR_DISK_FULL, "disk full", 503, GRPC_UNAVAILABLE),
    ROW(RA_ERR_IO, "input or output failed", 500, GRPC_INTERNAL),
    ROW(RA_ERR_PERMISSION, "the service lacks a permission", 500, GRPC_INTERNAL),
    ROW(RA_ERR_INTERNAL, "internal error", 500, GRPC_INTERNAL),
};
#undef ROW

_Static_assert(sizeof rows / sizeof rows[0] == RA_ERR_INTERNAL + 1,
               "a row a status, INTERNAL last");

static const status_row *row_of(ra_status status)
{
    size_t at = (size_t)status;
    return at < sizeof rows / sizeof rows[0] ? &rows[at] : &rows[RA_ERR_INTERNAL];
}

const char *ra_status_name(ra_status status)
{
    return row_of(status)->name;
}

const char *ra_status_message(ra_status status)
{
    return row_of(status)->message;
}

int ra_status_http(ra_status status)
{
    return row_of(status)->http;
}

int ra_status_grpc(ra_status status)
{
    return row_of(status)->grpc;
}
