// SPDX-License-Identifier: MIT OR Apache-2.0
// client: an HTTP client inside the simulated world that trusts nothing: one whole answer for each
// request, in order, or a closed connection; never a byte more.
//
// One connection, one fiber. Memory is the struct's own.
#ifndef TESTS_SIM_CLIENT_H
#define TESTS_SIM_CLIENT_H

#include "io/net.h"

typedef struct {
    ra__addr addr;
    ra__sock *sock; // NULL: not connected
    char bytes[64 << 10];
    size_t len;
} sim_client;

typedef struct {
    int status;   // 0: the connection ended before a whole answer was there
    ra_str body;  // until the next call
    bool closing; // "Connection: close"
} sim_answer;

/// Send the bytes of one request and read its answer. Connects when there is no connection. Never
/// fails: what went wrong is status 0. Traps when the server breaks the protocol.
sim_answer sim_client_ask(ra_ctx *ctx, sim_client *client, ra_str request);
/// The same for `count` requests sent at once; answers[i].body is not kept.
void sim_client_ask_all(ra_ctx *ctx, sim_client *client, ra_str requests, unsigned count,
                        sim_answer *answers);
void sim_client_close(sim_client *client);

#endif
