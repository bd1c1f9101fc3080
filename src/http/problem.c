// SPDX-License-Identifier: MIT OR Apache-2.0
#include "private/problem.h"
#include "private/connection.h"
#include "private/reason.h"
#include "json/json.h"

static ra_status put_member(ra_buf *out, ra_str name, ra_str value)
{
    RA_TRY(ra__json_put_str(out, name));
    RA_TRY(ra_buf_append(out, RA_STR(":")));
    return ra__json_put_str(out, value);
}

static ra_status put_error(ra_buf *out, const ra_problem *error)
{
    RA_TRY(ra_buf_append(out, RA_STR("{")));
    RA_TRY(put_member(out, RA_STR("in"), error->in));
    RA_TRY(ra_buf_append(out, RA_STR(",")));
    RA_TRY(put_member(out, RA_STR("pointer"), error->pointer));
    RA_TRY(ra_buf_append(out, RA_STR(",")));
    RA_TRY(put_member(out, RA_STR("code"), error->code));
    RA_TRY(ra_buf_append(out, RA_STR(",")));
    RA_TRY(put_member(out, RA_STR("detail"), error->detail));
    return ra_buf_append(out, RA_STR("}"));
}

static ra_status put_errors(ra_buf *out, const ra_problems *problems)
{
    RA_TRY(ra_buf_append(out, RA_STR(",\"errors\":[")));
    for (uint32_t i = 0; i < problems->len; i++) {
        if (i > 0)
            RA_TRY(ra_buf_append(out, RA_STR(",")));
        RA_TRY(put_error(out, &problems->items[i]));
    }
    RA_TRY(ra_buf_append(out, RA_STR("]")));
    return problems->truncated ? ra_buf_append(out, RA_STR(",\"truncated\":true")) : RA_OK;
}

ra_status ra__problem_write(ra_buf *out, const ra__problem *problem)
{
    RA_TRY(ra_buf_append(out, RA_STR("{\"type\":\"about:blank\",")));
    RA_TRY(put_member(out, RA_STR("title"), ra__reason(problem->status)));
    RA_TRY(ra_buf_printf(out, ",\"status\":%d,", problem->status));
    if (problem->detail.len > 0) {
        RA_TRY(put_member(out, RA_STR("detail"), problem->detail));
        RA_TRY(ra_buf_append(out, RA_STR(",")));
    }
    RA_TRY(put_member(out, RA_STR("instance"), problem->instance));
    const ra_problems *problems = problem->problems;
    if (problem->place)
        RA_TRY(ra_buf_printf(out, ",\"line\":%zu,\"column\":%zu,\"offset\":%zu", problems->line,
                             problems->column, problems->offset));
    if (problems && (problems->len > 0 || problems->truncated))
        RA_TRY(put_errors(out, problems));
    return ra_buf_append(out, RA_STR("}"));
}

/// Replace whatever the handler has begun. Without memory the answer has no body.
static void answer_with(ra_response *res, const ra__problem *problem)
{
    res->refusal = true;
    res->empty = false;
    res->status = problem->status;
    res->type = RA_STR("application/problem+json");
    ra_buf *hold = ra__response_hold(res);
    if (!hold)
        return;
    hold->len = 0;
    if (ra__problem_write(hold, problem) != RA_OK)
        hold->len = 0;
    res->bytes = hold->len;
}

void ra__problem_from_http(ra_response *res, int http_status, const char *why)
{
    ra__problem problem = {
        .status = http_status, .detail = ra_str_of(why ? why : ""), .instance = res->req->id};
    answer_with(res, &problem);
}

void ra__problem_from_status(ra_ctx *ctx, ra_response *res, ra_status status)
{
    bool told = ctx->error == status; // detail of another error is not this one's
    ra__problem problem = {
        .status = ra_status_http(status),
        .detail = told ? ctx->message : (ra_str){NULL, 0},
        .instance = res->req->id,
        .problems = told ? &ctx->problems : NULL,
        .place = told && status == RA_ERR_SYNTAX && ctx->problems.line > 0,
    };
    answer_with(res, &problem);
}
