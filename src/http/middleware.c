// SPDX-License-Identifier: MIT OR Apache-2.0
// middleware: the app's, then the groups', then the route's, then the handler. Public half:
// <ramie/http.h>.

#include "private/handler.h"

/// What the answer will say, as far as is known: for the middleware around.
static void note_status(ra_response *res, ra_status status)
{
    if (res->streaming)
        return;
    if (status != RA_OK)
        res->status = res->req->body.refused ? res->req->body.refused : ra_status_http(status);
    else if (!res->status_set)
        res->status = res->req->route->status;
}

ra_status ra_next_run(ra_ctx *ctx, ra_next *next)
{
    if (next->ran)
        return RA_ERR_STATE;
    next->ran = true;
    const ra__route *route = next->req->route;
    ra_status status;
    if (next->at == route->chain_len) {
        status = ra__handler_run(ctx, next->req, next->res);
    } else {
        ra_next inner = {.req = next->req, .res = next->res, .at = next->at + 1};
        status = route->chain[next->at](ctx, next->req, next->res, &inner);
    }
    note_status(next->res, status);
    return status;
}

ra_status ra__chain_run(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    res->status = req->route->status;
    ra_next first = {.req = req, .res = res};
    return ra_next_run(ctx, &first);
}
