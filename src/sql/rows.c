// SPDX-License-Identifier: MIT OR Apache-2.0
// rows: see private/rows.h.
//
// Lists grow in the arena by doubling; the places they leave stay in it until it ends, at most as
// much again.
#include "private/rows.h"

#include "base/heap.h"
#include "base/limits.h"
#include "bind/value.h"

enum { WHOLE = -1 };

// ---- columns

static ra_status reserve(ra__columns *columns, unsigned count)
{
    if (count <= columns->cap)
        return RA_OK;
    short *grown = ra__heap_realloc(columns->members, count * sizeof *grown);
    if (!grown)
        return RA_ERR_EXHAUSTED;
    columns->members = grown;
    columns->cap = count;
    return RA_OK;
}

static ra_status match_column(ra__columns *columns, unsigned i, const ra__plan *plan,
                              const char *name, ra__member_set *seen, ra__sql_detail *detail)
{
    int at = ra__plan_find_sql(plan, ra_str_of(name));
    if (at < 0) {
        return ra__sql_detail_set(detail, RA_ERR_DECODE, "column %s has no member in %s", name,
                                  plan->bind->name);
    }
    if (ra__set_has(seen, (unsigned)at))
        return ra__sql_detail_set(detail, RA_ERR_DECODE, "two columns are called %s", name);
    ra__set_add(seen, (unsigned)at);
    columns->members[i] = (short)at;
    return RA_OK;
}

static bool needs_column(const ra__member *member)
{
    return member->shape == 0;
}

static ra_status match_struct(ra__columns *columns, const ra__plan *plan, unsigned count,
                              ra__column_name *name, void *arg, ra__sql_detail *detail)
{
    ra__member_set seen = {0};
    for (unsigned i = 0; i < count; i++)
        RA_TRY(match_column(columns, i, plan, name(arg, i), &seen, detail));
    for (unsigned i = 0; i < plan->member_count; i++) {
        const ra__member *member = &plan->members[i];
        if (needs_column(member) && !ra__set_has(&seen, i)) {
            return ra__sql_detail_set(detail, RA_ERR_DECODE,
                                      "member " RA_STR_FMT " of %s has no column",
                                      RA_STR_ARG(member->sql_name), plan->bind->name);
        }
    }
    return RA_OK;
}

static ra_status match_whole(ra__columns *columns, const ra__plan *plan, unsigned count,
                             ra__sql_detail *detail)
{
    if (count != 1) {
        return ra__sql_detail_set(detail, RA_ERR_DECODE, "%u columns do not fit into a single %s",
                                  count, plan->bind->name);
    }
    columns->members[0] = WHOLE;
    return RA_OK;
}

static ra_status match_none(unsigned count, ra__column_name *name, void *arg,
                            ra__sql_detail *detail)
{
    if (count == 0)
        return RA_OK;
    return ra__sql_detail_set(detail, RA_ERR_DECODE,
                              "column %s has nowhere to go: exec takes no rows", name(arg, 0));
}

ra_status ra__columns_match(ra__columns *columns, const ra__plan *plan, unsigned count,
                            ra__column_name *name, void *arg, ra__sql_detail *detail)
{
    columns->plan = NULL;
    columns->count = 0;
    if (!plan || plan->form == RA__PLAN_NONE)
        return match_none(count, name, arg, detail);
    RA_TRY(reserve(columns, count));
    if (plan->form == RA__PLAN_STRUCT)
        RA_TRY(match_struct(columns, plan, count, name, arg, detail));
    else
        RA_TRY(match_whole(columns, plan, count, detail));
    columns->plan = plan;
    columns->count = count;
    return RA_OK;
}

void ra__columns_deinit(ra__columns *columns)
{
    ra__heap_free(columns->members);
    *columns = (ra__columns){0};
}

// ---- rows

/// Every RA_OPT(T) is { T value; ra_presence presence; }.
static ra_presence *presence_of(const ra__call *call)
{
    size_t align = _Alignof(ra_presence);
    size_t offset = (call->out_plan->size + align - 1) / align * align;
    return (ra_presence *)((char *)call->out + offset);
}

void ra__rows_begin(ra__rows *rows, ra_ctx *ctx, const ra__call *call)
{
    *rows = (ra__rows){.ctx = ctx, .call = call, .base = call->out};
    if (call->form == RA_SQL_MANY_)
        *(ra__list *)call->out = (ra__list){0};
    if (call->form == RA_SQL_OPT_)
        *presence_of(call) = RA_ABSENT;
}

static ra_status add_to_list(ra__rows *rows)
{
    uint32_t max = rows->call->opts.rows_max ? rows->call->opts.rows_max : RA__SQL_ROWS_MAX;
    if (rows->len == max)
        return RA_ERR_TOO_LARGE;
    rows->base =
        ra__list_push(ra_ctx_arena(rows->ctx), rows->call->out, rows->call->out_plan->size);
    rows->len++;
    return rows->base ? RA_OK : RA_ERR_EXHAUSTED;
}

ra_status ra__rows_add(ra__rows *rows)
{
    if (rows->call->form == RA_SQL_MANY_)
        return add_to_list(rows);
    return rows->len++ == 0 ? RA_OK : RA_ERR_TOO_MANY_ROWS;
}

static ra_status decode_failed(const ra__rows *rows, const ra__member *member,
                               const ra__scalar *value, ra__sql_detail *detail)
{
    static const char *const types[] = {[RA__SCALAR_NULL] = "null",
                                        [RA__SCALAR_I64] = "an integer",
                                        [RA__SCALAR_F64] = "a real",
                                        [RA__SCALAR_STR] = "text"};
    return ra__sql_detail_set(
        detail, RA_ERR_DECODE, "row %u: %s does not fit into " RA_STR_FMT " of %s", rows->len,
        types[value->type], RA_STR_ARG(member->sql_name), rows->call->out_plan->bind->name);
}

ra_status ra__rows_set(ra__rows *rows, const ra__columns *columns, unsigned i,
                       const ra__scalar *value, ra__sql_detail *detail)
{
    const ra__plan *plan = columns->plan;
    const ra__member *member =
        columns->members[i] == WHOLE ? plan->self : &plan->members[columns->members[i]];
    ra_arena *arena = value->type == RA__SCALAR_STR ? ra_ctx_arena(rows->ctx) : NULL;
    ra_status status = ra__member_set_scalar(arena, member, rows->base, value);
    return status == RA_ERR_DECODE ? decode_failed(rows, member, value, detail) : status;
}

ra_status ra__rows_end(ra__rows *rows)
{
    if (rows->call->form == RA_SQL_ONE_ && rows->len == 0)
        return RA_ERR_NOT_FOUND;
    if (rows->call->form == RA_SQL_OPT_ && rows->len == 1)
        *presence_of(rows->call) = RA_SET;
    return RA_OK;
}

ra_status ra__rows_changed(const ra__call *call, int64_t changed)
{
    if (call->opts.changed)
        *call->opts.changed = changed;
    int64_t wanted = call->opts.rows;
    if (wanted == 0 || changed == wanted)
        return RA_OK;
    return changed > wanted ? RA_ERR_TOO_MANY_ROWS : RA_ERR_NOT_FOUND;
}

static bool holds_text(const ra__member *member)
{
    return member->kind == RA_K_STR;
}

bool ra__rows_need_memory(const ra__call *call)
{
    const ra__plan *plan = call->out_plan;
    if (!plan || plan->form == RA__PLAN_NONE)
        return false;
    if (call->form == RA_SQL_MANY_)
        return true;
    if (plan->form != RA__PLAN_STRUCT)
        return holds_text(plan->self);
    for (unsigned i = 0; i < plan->member_count; i++)
        if (holds_text(&plan->members[i]))
            return true;
    return false;
}
