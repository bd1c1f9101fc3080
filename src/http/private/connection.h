// SPDX-License-Identifier: MIT OR Apache-2.0
// connection: one TCP connection of the server.
//
//        accepted             bytes                      nothing more is buffered
//   --> [moving] --> [idle] -------> [active] --------------------------> [idle]
//                      |                |  close said, broken framing
//                      |                +----------------> [lingering] --> closed
//                      +-- 65 s ----------------------------------------> closed
//
// Idle and lingering connections are this record, a timer and a watched socket. An active one has a
// fiber and a block of memory too: request, response, field table and read buffer. The read buffer
// holds one request's bytes from its head to the end of its answer, so views into it stay valid
// while the handler is suspended.
#ifndef RAMIE_HTTP_CONNECTION_H
#define RAMIE_HTTP_CONNECTION_H

#include "private/response.h"
#include "private/shard.h"

typedef enum { RA__CONN_MOVING, RA__CONN_IDLE, RA__CONN_ACTIVE, RA__CONN_LINGERING } ra__conn_phase;

/// What follows when the fibers of an active connection have ended.
typedef enum {
    RA__THEN_IDLE,
    RA__THEN_LINGER, // half-close, read until the client does too
    RA__THEN_CLOSE,
    RA__THEN_RESET,
    RA__THEN_HAND_OVER // another fiber goes on at once
} ra__then;

typedef struct {
    ra_request request;
    ra_response response;
    ra__timer leave_timer; // the client has half-closed while a handler is at work
    ra__conn *conn;
    char *buf;
    uint32_t cap, from, to; // buf[from, to) is read and not yet taken
    uint32_t body_at;       // where the body's bytes may be read to
    bool parsed;            // a head is complete, its handler has not run: after a hand-over
    bool reading;           // a fiber is in a read
    ra__field fields[];
} ra__active;

enum { RA__BODY_ROOM_MIN = 8 << 10 }; // of the read buffer, behind the longest head
/// Size of the block of an active connection.
size_t ra__active_bytes(const ra__http_limits *limits);

/// Answers on their way out, gathered (output.c).
typedef struct {
    ra__buffer *pending;     // NULL: nothing
    unsigned answers;        // in `pending`
    bool busy;               // somebody is writing
    ra__fiber *flusher;      // flushes while a handler is at work; NULL: none
    struct ra__wait *waiter; // for the end of a write
} ra__output;

struct ra__conn {
    ra__http_shard *shard;
    ra__sock *sock;
    ra__conn *next, *prev; // of the shard's list; next: of its free records
    ra__timer timer;       // idle, lingering
    int64_t idle_since_ns;
    ra__fiber *fiber;   // that serves; NULL: idle
    ra__active *active; // NULL: idle
    ra__output out;
    ra__raw raw; // while moving
    ra__msg moving;
    uint32_t requests;
    uint32_t stack_bytes; // of the fiber that serves; 0: the runtime's
    uint8_t phase, then;
    uint8_t users;   // fibers that use it
    bool blank_seen; // the one empty line before the next request
    bool gone;       // the client has closed its side, or reset
    bool eof;        // and all it sent was read
    bool broken;     // nothing can be written any more
    bool killed;     // the drain's time is over
    uint8_t peer_len;
    char peer[56];
};
_Static_assert(sizeof(ra__conn) <= 512, "an idle connection is small");

/// On the accepting shard, in its loop: take the socket, here or on a shard with fewer connections.
void ra__conn_accepted(ra__http_shard *shard, ra__raw raw, const ra__addr *peer);
/// Serve a connection that is here; while the server holds, it is only kept.
void ra__conn_begin(ra__conn *conn);
/// On its shard, in the loop, when no fiber uses it.
void ra__conn_close(ra__conn *conn, bool reset);
/// The drain begins, or its time is over.
void ra__conn_drain(ra__conn *conn);
void ra__conn_kill(ra__conn *conn);
void ra__conn_records_free(ra__http_shard *shard);

/// The fiber of an active connection (serve.c).
ra_status ra__conn_serve(ra_ctx *ctx, void *conn);
/// One fiber less uses it; the last one settles what comes then.
void ra__conn_release(ra__conn *conn);

/// Serve the request whose head is complete (exchange.c).
RA_MUST_USE ra__then ra__exchange(ra_ctx *ctx, ra__conn *conn);
/// Must the answer to this request be the last one of its connection, as far as is known before it
/// is complete?
bool ra__exchange_is_last(const ra_request *req);
/// Answer a head that was refused.
RA_MUST_USE ra__then ra__exchange_refuse(ra_ctx *ctx, ra__conn *conn, int http_status,
                                         const char *why);

/// The handler of an active connection may no longer be wanted (leave.c).
void ra__conn_gone(void *conn);
void ra__leave_watch(ra__conn *conn); // its request starts
void ra__leave_unwatch(ra__conn *conn);

#endif
