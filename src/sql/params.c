// SPDX-License-Identifier: MIT OR Apache-2.0
// params: see private/params.h.
#include "private/params.h"

enum { WHOLE = -1, NAME_BYTES_MAX = 128 };

static int find_by_c_name(const ra__plan *plan, ra_str name)
{
    char text[NAME_BYTES_MAX];
    if (name.len >= sizeof text)
        return -1;
    memcpy(text, name.ptr, name.len);
    text[name.len] = '\0';
    return ra__plan_find_c(plan, text);
}

static const ra__member *member_of(const ra__plan *plan, const ra__sql_param *param)
{
    return param->member == WHOLE ? plan->self : &plan->members[param->member];
}

static bool is_single_value(const ra__member *member)
{
    bool is_struct = member->kind == RA_K_BOUND && member->of->form != RA__PLAN_ENUM;
    return member->shape != RA_SHAPE_LIST && !is_struct;
}

static ra_status match_member(ra__sql_param *param, const ra__plan *plan, ra__sql_detail *detail)
{
    int at = ra__plan_find_sql(plan, param->name);
    if (at < 0)
        at = find_by_c_name(plan, param->name);
    if (at < 0) {
        return ra__sql_detail_set(detail, RA_ERR_INTERNAL, ":" RA_STR_FMT " is no member of %s",
                                  RA_STR_ARG(param->name), plan->bind->name);
    }
    const ra__member *member = &plan->members[at];
    if (!is_single_value(member)) {
        return ra__sql_detail_set(detail, RA_ERR_INTERNAL,
                                  ":" RA_STR_FMT " of %s is a list or a struct, not one value",
                                  RA_STR_ARG(param->name), plan->bind->name);
    }
    if (param->present && member->shape != RA_SHAPE_OPT) {
        return ra__sql_detail_set(detail, RA_ERR_INTERNAL,
                                  ":" RA_STR_FMT ".present: the member of %s is always there",
                                  RA_STR_ARG(param->name), plan->bind->name);
    }
    param->member = (short)at;
    return RA_OK;
}

static ra_status match_struct(ra__query *query, const ra__plan *plan, ra__sql_detail *detail)
{
    for (unsigned i = 0; i < query->param_count; i++)
        RA_TRY(match_member(&query->params[i], plan, detail));
    return RA_OK;
}

static ra_status match_whole(ra__query *query, const ra__plan *plan, ra__sql_detail *detail)
{
    if (query->param_count > 1) {
        return ra__sql_detail_set(detail, RA_ERR_INTERNAL, "a single %s cannot be %u parameters",
                                  plan->bind->name, query->param_count);
    }
    if (query->param_count == 1 && query->params[0].present) {
        return ra__sql_detail_set(detail, RA_ERR_INTERNAL, "a single %s is always there",
                                  plan->bind->name);
    }
    if (query->param_count == 1)
        query->params[0].member = WHOLE;
    return RA_OK;
}

static ra_status match_none(const ra__query *query, const ra__plan *plan, ra__sql_detail *detail)
{
    if (query->param_count == 0)
        return RA_OK;
    return ra__sql_detail_set(detail, RA_ERR_INTERNAL, ":" RA_STR_FMT " has no value: In is %s",
                              RA_STR_ARG(query->params[0].name), plan->bind->name);
}

static ra_status match_form(ra__query *query, const ra__plan *plan, ra__sql_detail *detail)
{
    switch (plan->form) {
    case RA__PLAN_STRUCT:
        return match_struct(query, plan, detail);
    case RA__PLAN_SCALAR:
    case RA__PLAN_ENUM:
        return match_whole(query, plan, detail);
    default:
        return match_none(query, plan, detail);
    }
}

ra_status ra__params_match(ra__query *query, const ra__plan *plan, ra__sql_detail *detail)
{
    if (query->matched == plan)
        return RA_OK;
    query->matched = NULL;
    RA_TRY(match_form(query, plan, detail));
    query->matched = plan;
    return RA_OK;
}

ra_status ra__param_value(const ra__query *query, unsigned i, const ra__plan *plan, const void *in,
                          ra__scalar *out)
{
    const ra__sql_param *param = &query->params[i];
    bool present = false;
    if (param->present) {
        const ra__member *member = member_of(plan, param);
        const char *at = (const char *)in + member->offset + member->presence;
        *out = (ra__scalar){.type = RA__SCALAR_I64, .i64 = *(const ra_presence *)at != RA_ABSENT};
        return RA_OK;
    }
    return ra__member_get(member_of(plan, param), in, out, &present);
}
