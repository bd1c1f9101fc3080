// SPDX-License-Identifier: MIT OR Apache-2.0
// rules: see rules.h.

#include "base/text.h"
#include "bind/value.h"

#include <math.h>
#include <stdio.h>

enum { ARGUMENT_BYTES_MAX = 256 };

// What people read is `words` and the argument that the member's row gives.
static const struct {
    const char *code, *words;
} rules[] = {
    [RA__RULE_KEPT] = {"", ""},
    [RA__RULE_TYPE] = {"type", "must be "},
    [RA__RULE_NULL] = {"null", "must not be null"},
    [RA__RULE_REQUIRED] = {"required", "is required"},
    [RA__RULE_UNKNOWN] = {"unknown", "is not known here"},
    [RA__RULE_DUPLICATE] = {"duplicate", "is given twice"},
    [RA__RULE_READONLY] = {"readonly", "is set by the service only"},
    [RA__RULE_MIN] = {"min", "must be >= "},
    [RA__RULE_MAX] = {"max", "must be <= "},
    [RA__RULE_RANGE] = {"range", "must fit "},
    [RA__RULE_MIN_LEN] = {"min_len", "must have at least "},
    [RA__RULE_MAX_LEN] = {"max_len", "must have at most "},
    [RA__RULE_MIN_ITEMS] = {"min_items", "must have at least "},
    [RA__RULE_MAX_ITEMS] = {"max_items", "must have at most "},
    [RA__RULE_ENUM] = {"enum", "must be one of "},
    [RA__RULE_UTF8] = {"utf8", "must be valid UTF-8"},
    [RA__RULE_DEPTH] = {"depth", "is nested too deep"},
};

// ---- wording

static const char *type_words(const ra__member *member, bool item)
{
    static const char *const words[] = {
        [RA_K_BOOL] = "true or false",
        [RA_K_F64] = "a number",
        [RA_K_STR] = "a string",
        [RA_K_TIME] = "a date and time as RFC 3339 writes it",
    };
    if (member->shape == RA_SHAPE_LIST && !item)
        return "a list";
    if (member->kind == RA_K_BOUND)
        return member->of->form == RA__PLAN_ENUM ? "a string" : "an object";
    if (!ra__kind_is_integer(member->kind))
        return words[member->kind];
    return member->row->as_string ? "an integer in a string" : "an integer";
}

static void range_words(char *out, const ra__member *member)
{
    if (member->kind == RA_K_F64)
        snprintf(out, ARGUMENT_BYTES_MAX, "a 64 bit floating-point number");
    else if (member->kind == RA_K_TIME)
        snprintf(out, ARGUMENT_BYTES_MAX, "the years 1678 to 2261");
    else
        snprintf(out, ARGUMENT_BYTES_MAX, "%s %u bit integer",
                 ra__kind_is_signed(member->kind) ? "a signed" : "an unsigned",
                 member->item_size * 8);
}

static void bound_words(char *out, long double bound)
{
    bool whole = bound >= -0x1p63L && bound < 0x1p63L && bound == (long double)(int64_t)bound;
    size_t len = whole ? ra__i64_print(out, (int64_t)bound) : ra__f64_print(out, (double)bound);
    out[len] = '\0';
}

static void count_words(char *out, uint32_t count, const char *what)
{
    snprintf(out, ARGUMENT_BYTES_MAX, "%" PRIu32 " %s%s", count, what, count == 1 ? "" : "s");
}

static void enum_words(char *out, const ra_bind *bind)
{
    size_t len = 0;
    for (size_t i = 0; i < bind->value_count && len < ARGUMENT_BYTES_MAX; i++)
        len += (size_t)snprintf(out + len, ARGUMENT_BYTES_MAX - len, "%s%s", i ? ", " : "",
                                bind->values[i].name);
}

static void argument(char *out, const ra__member *member, bool item, ra__rule rule)
{
    const ra_row *row = member->row;
    switch (rule) {
    case RA__RULE_TYPE:
        snprintf(out, ARGUMENT_BYTES_MAX, "%s", type_words(member, item));
        break;
    case RA__RULE_MIN:
        bound_words(out, row->min);
        break;
    case RA__RULE_MAX:
        bound_words(out, row->max);
        break;
    case RA__RULE_RANGE:
        range_words(out, member);
        break;
    case RA__RULE_MIN_LEN:
        count_words(out, row->min_len, "character");
        break;
    case RA__RULE_MAX_LEN:
        count_words(out, row->max_len, "character");
        break;
    case RA__RULE_MIN_ITEMS:
        count_words(out, row->min_items, "item");
        break;
    case RA__RULE_MAX_ITEMS:
        count_words(out, row->max_items, "item");
        break;
    case RA__RULE_ENUM:
        enum_words(out, member->of->bind);
        break;
    default:
        break;
    }
}

const char *ra__rule_code(ra__rule rule)
{
    return rules[rule].code;
}

void ra__rule_tell(ra_arena *arena, ra_problems *problems, const char *in, ra_str pointer,
                   const ra__member *member, bool item, ra__rule rule)
{
    char text[ARGUMENT_BYTES_MAX] = "";
    if (!problems)
        return;
    if (member)
        argument(text, member, item, rule);
    ra__problem_add(arena, problems, in, pointer, rules[rule].code, "%s%s", rules[rule].words,
                    text);
}

// ---- checking

static ra__rule too_low(const ra__member *member)
{
    return member->row->min != RA_UNSET ? RA__RULE_MIN : RA__RULE_RANGE;
}

static ra__rule too_high(const ra__member *member)
{
    return member->row->max != RA_UNSET ? RA__RULE_MAX : RA__RULE_RANGE;
}

static ra__rule check_signed(const ra__member *member, int64_t value)
{
    if (value < member->low.i64)
        return too_low(member);
    if (value > member->high.i64)
        return too_high(member);
    return RA__RULE_KEPT;
}

static ra__rule check_unsigned(const ra__member *member, uint64_t value)
{
    if (value < member->low.u64)
        return too_low(member);
    if (value > member->high.u64)
        return too_high(member);
    return RA__RULE_KEPT;
}

static ra__rule put_signed(const ra__member *member, void *at, ra__integer value)
{
    uint64_t most = (uint64_t)INT64_MAX + value.negative;
    if (value.over || value.magnitude > most)
        return value.negative ? too_low(member) : too_high(member);
    uint64_t bits = value.negative ? UINT64_C(0) - value.magnitude : value.magnitude;
    ra__rule rule = check_signed(member, (int64_t)bits);
    if (rule == RA__RULE_KEPT)
        ra__store_bits(at, member->item_size, bits);
    return rule;
}

static ra__rule put_unsigned(const ra__member *member, void *at, ra__integer value)
{
    if (value.negative && (value.over || value.magnitude))
        return too_low(member);
    if (value.over)
        return too_high(member);
    ra__rule rule = check_unsigned(member, value.magnitude);
    if (rule == RA__RULE_KEPT)
        ra__store_bits(at, member->item_size, value.magnitude);
    return rule;
}

ra__rule ra__put_integer(const ra__member *member, void *at, ra__integer value)
{
    return ra__kind_is_signed(member->kind) ? put_signed(member, at, value)
                                            : put_unsigned(member, at, value);
}

static ra__rule check_f64(const ra__member *member, double value)
{
    if (!isfinite(value))
        return RA__RULE_RANGE;
    if (!member->has_bounds)
        return RA__RULE_KEPT;
    if (member->row->min != RA_UNSET && value < member->row->min)
        return RA__RULE_MIN;
    if (member->row->max != RA_UNSET && value > member->row->max)
        return RA__RULE_MAX;
    return RA__RULE_KEPT;
}

ra__rule ra__put_f64(const ra__member *member, void *at, double value)
{
    ra__rule rule = check_f64(member, value);
    if (rule == RA__RULE_KEPT)
        memcpy(at, &value, sizeof value);
    return rule;
}

static ra__rule check_length(const ra__member *member, ra_str str, bool ascii)
{
    if (!member->has_lengths)
        return RA__RULE_KEPT;
    size_t count = ascii ? str.len : ra__utf8_count(str);
    if (count < member->row->min_len)
        return RA__RULE_MIN_LEN;
    if (count > member->row->max_len)
        return RA__RULE_MAX_LEN;
    return RA__RULE_KEPT;
}

ra__rule ra__put_str(const ra__member *member, void *at, ra_str str, bool ascii)
{
    ra__rule rule = check_length(member, str, ascii);
    if (rule == RA__RULE_KEPT)
        memcpy(at, &str, sizeof str);
    return rule;
}

ra__rule ra__put_enum(const ra__member *member, void *at, ra_str name)
{
    int found = ra__enum_find(member->of, name);
    if (found < 0)
        return RA__RULE_ENUM;
    ra__store_bits(at, member->of->size, (uint64_t)member->of->bind->values[found].value);
    return RA__RULE_KEPT;
}

ra__rule ra__check_items(const ra__member *member, size_t count)
{
    if (count < member->row->min_items)
        return RA__RULE_MIN_ITEMS;
    if (count > member->row->max_items)
        return RA__RULE_MAX_ITEMS;
    return RA__RULE_KEPT;
}

static ra__rule check_str(const ra__member *member, ra_str str)
{
    if (ra__utf8_valid(str) != str.len)
        return RA__RULE_UTF8;
    return check_length(member, str, false);
}

ra__rule ra__check_value(const ra__member *member, const void *at)
{
    if (ra__kind_is_signed(member->kind))
        return check_signed(member, ra__load_signed(at, member->item_size));
    if (ra__kind_is_integer(member->kind))
        return check_unsigned(member, ra__load_bits(at, member->item_size));
    if (member->kind == RA_K_F64)
        return check_f64(member, *(const double *)at);
    if (member->kind == RA_K_STR)
        return check_str(member, *(const ra_str *)at);
    if (member->kind == RA_K_BOUND && !ra__enum_name(member->of, at).ptr)
        return RA__RULE_ENUM;
    return RA__RULE_KEPT;
}
