// SPDX-License-Identifier: MIT OR Apache-2.0
// text: members that arrive as text: path, query, headers, configuration.

#include "base/text.h"
#include "base/assert.h"
#include "bind/value.h"

#include <stdio.h>

static ra__rule put_bool(void *at, ra_str text)
{
    bool value = ra_str_equal(text, RA_STR("true"));
    if (!value && !ra_str_equal(text, RA_STR("false")))
        return RA__RULE_TYPE;
    memcpy(at, &value, sizeof value);
    return RA__RULE_KEPT;
}

static ra__rule put_integer(const ra__member *member, void *at, ra_str text)
{
    ra__integer value = {.negative = text.len && text.ptr[0] == '-'};
    ra_str digits = ra_str_slice(text, value.negative, text.len);
    ra_status status = ra__u64_parse(digits, &value.magnitude);
    if (status == RA_ERR_INVALID)
        return RA__RULE_TYPE;
    value.over = status != RA_OK;
    return ra__put_integer(member, at, value);
}

static ra__rule put_f64(const ra__member *member, void *at, ra_str text)
{
    double value = 0;
    ra_status status = ra__f64_parse(text, &value);
    if (status == RA_ERR_INVALID)
        return RA__RULE_TYPE;
    if (status == RA_OK)
        return ra__put_f64(member, at, value);
    bool negative = text.ptr[0] == '-';
    long double rule = negative ? member->row->min : member->row->max;
    return rule == RA_UNSET ? RA__RULE_RANGE : negative ? RA__RULE_MIN : RA__RULE_MAX;
}

static ra__rule put_str(const ra__member *member, void *at, ra_str text)
{
    if (ra__utf8_valid(text) != text.len)
        return RA__RULE_UTF8;
    return ra__put_str(member, at, text, false);
}

static ra__rule put_time(void *at, ra_str text)
{
    ra_time value;
    ra_status status = ra__time_parse(text, &value);
    if (status != RA_OK)
        return status == RA_ERR_TOO_LARGE ? RA__RULE_RANGE : RA__RULE_TYPE;
    memcpy(at, &value, sizeof value);
    return RA__RULE_KEPT;
}

ra__rule ra__put_text(const ra__member *member, void *at, ra_str text)
{
    switch (member->kind) {
    case RA_K_BOOL:
        return put_bool(at, text);
    case RA_K_F64:
        return put_f64(member, at, text);
    case RA_K_STR:
        return put_str(member, at, text);
    case RA_K_TIME:
        return put_time(at, text);
    case RA_K_BOUND:
        RA_CHECK(ra__member_is_text(member), "%s is a struct, text was given", member->row->name_);
        return ra__put_enum(member, at, text);
    default:
        return put_integer(member, at, text);
    }
}

// ---- members

/// Into the list's next item; a broken one is taken back, but its place counts on.
static ra__rule append(ra_arena *arena, const ra__member *member, void *base, ra_str text,
                       ra_problems *problems)
{
    ra__list *list = ra__member_at(member, base);
    void *item = ra__list_push(arena, list, member->item_size);
    if (item)
        return ra__put_text(member, item, text);
    if (problems)
        problems->truncated = true;
    return RA__RULE_MAX_ITEMS;
}

static ra__rule put_one(const ra__member *member, void *base, ra_str text)
{
    char *at = ra__member_at(member, base);
    ra__rule rule = ra__put_text(member, at, text);
    if (rule == RA__RULE_KEPT && member->shape == RA_SHAPE_OPT)
        *ra__presence_at(member, at) = RA_SET;
    return rule;
}

/// "/name", and "/name/2" for an item of a list.
static ra_str place_of(ra_arena *arena, const ra__member *member, const void *base, bool item)
{
    char digits[RA__NUMBER_TEXT_MAX];
    ra_str pointer = ra__pointer_join(arena, RA_STR(""), member->name);
    if (!item)
        return pointer;
    const ra__list *list = ra__member_at(member, base);
    size_t len = ra__u64_print(digits, list->len ? list->len - 1 : 0);
    return ra__pointer_join(arena, pointer, (ra_str){digits, len});
}

bool ra__member_from_text(ra_arena *arena, const ra__member *member, void *base, ra_str text,
                          const char *in, ra_problems *problems)
{
    bool item = member->shape == RA_SHAPE_LIST;
    ra__rule rule = member->row->readonly ? RA__RULE_READONLY
                    : item                ? append(arena, member, base, text, problems)
                                          : put_one(member, base, text);
    if (rule == RA__RULE_KEPT)
        return true;
    item = item && rule != RA__RULE_READONLY;
    if (problems)
        ra__rule_tell(arena, problems, in, place_of(arena, member, base, item), member, item, rule);
    return false;
}

/// A list need not be in a query; in a body it must, unless its row says otherwise.
static bool is_required(const ra__member *member, const char *in)
{
    if (member->row->readonly)
        return false;
    if (member->shape == RA_SHAPE_LIST && member->row->required == -1)
        return member->required && strcmp(in, "body") == 0;
    return member->required;
}

static ra__rule finish(const ra__member *member, void *base, bool seen, const char *in)
{
    if (seen && member->shape == RA_SHAPE_LIST)
        return ra__check_items(member, ((const ra__list *)ra__member_at(member, base))->len);
    if (seen)
        return RA__RULE_KEPT;
    if (member->preset && member->row->required != 1)
        ra__member_default(member, base);
    else if (is_required(member, in))
        return RA__RULE_REQUIRED;
    return RA__RULE_KEPT;
}

void ra__members_finish(ra_arena *arena, const ra__plan *plan, void *base,
                        const ra__member_set *which, const ra__member_set *seen, const char *in,
                        ra_problems *problems)
{
    for (uint32_t i = 0; i < plan->member_count; i++) {
        if (!ra__set_has(which, i))
            continue;
        const ra__member *member = &plan->members[i];
        ra__rule rule = finish(member, base, ra__set_has(seen, i), in);
        if (rule != RA__RULE_KEPT && problems)
            ra__rule_tell(arena, problems, in, place_of(arena, member, base, false), member, false,
                          rule);
    }
}
