// SPDX-License-Identifier: MIT OR Apache-2.0
// scalar: one member to and from what databases know: null, integer, double, text.

#include "base/arena.h"
#include "base/text.h"
#include "bind/value.h"

#include <math.h>

// ---- out

static ra_status get_integer(const ra__member *member, const void *at, ra__scalar *out)
{
    uint64_t bits = ra__load_bits(at, member->item_size);
    out->type = RA__SCALAR_I64;
    out->i64 = (int64_t)bits;
    if (ra__kind_is_signed(member->kind))
        out->i64 = ra__load_signed(at, member->item_size);
    else if (bits > INT64_MAX)
        return RA_ERR_INVALID;
    return RA_OK;
}

static ra_status get_enum(const ra__member *member, const void *at, ra__scalar *out)
{
    if (member->of->form != RA__PLAN_ENUM)
        return RA_ERR_INVALID;
    out->type = RA__SCALAR_STR;
    out->str = ra__enum_name(member->of, at);
    return out->str.ptr ? RA_OK : RA_ERR_INVALID;
}

static ra_status get_value(const ra__member *member, const void *at, ra__scalar *out)
{
    switch (member->kind) {
    case RA_K_BOOL:
        *out = (ra__scalar){.type = RA__SCALAR_I64, .i64 = *(const bool *)at};
        return RA_OK;
    case RA_K_F64:
        *out = (ra__scalar){.type = RA__SCALAR_F64, .f64 = *(const double *)at};
        return isfinite(out->f64) ? RA_OK : RA_ERR_INVALID;
    case RA_K_STR:
        *out = (ra__scalar){.type = RA__SCALAR_STR, .str = *(const ra_str *)at};
        return RA_OK;
    case RA_K_TIME:
        *out = (ra__scalar){.type = RA__SCALAR_I64, .i64 = ((const ra_time *)at)->unix_ns};
        return RA_OK;
    case RA_K_BOUND:
        return get_enum(member, at, out);
    default:
        return get_integer(member, at, out);
    }
}

ra_status ra__member_get(const ra__member *member, const void *base, ra__scalar *out, bool *present)
{
    const char *at = ra__member_at(member, base);
    *out = (ra__scalar){.type = RA__SCALAR_NULL};
    *present = true;
    if (member->shape == RA_SHAPE_LIST || !ra__member_is_text(member))
        return RA_ERR_INVALID;
    if (member->shape == RA_SHAPE_OPT) {
        ra_presence presence = *ra__presence_at(member, at);
        *present = presence != RA_ABSENT;
        if (presence != RA_SET)
            return RA_OK;
    }
    return get_value(member, at, out);
}

// ---- in

/// Only the C type's range counts here: what a database holds may be older than a rule.
static bool set_integer(const ra__member *member, void *at, int64_t value)
{
    unsigned shift = 64 - member->item_size * 8;
    bool fits = ra__kind_is_signed(member->kind)
                    ? value >= INT64_MIN >> shift && value <= INT64_MAX >> shift
                    : value >= 0 && (uint64_t)value <= UINT64_MAX >> shift;
    if (fits)
        ra__store_bits(at, member->item_size, (uint64_t)value);
    return fits;
}

static bool set_bool(void *at, const ra__scalar *value)
{
    if (value->type != RA__SCALAR_I64 || (value->i64 != 0 && value->i64 != 1))
        return false;
    *(bool *)at = value->i64 == 1;
    return true;
}

/// An integer column is welcome as long as the double is exact.
static bool set_f64(void *at, const ra__scalar *value)
{
    const int64_t exact_max = INT64_C(1) << 53;
    bool exact =
        value->type == RA__SCALAR_I64 && value->i64 <= exact_max && value->i64 >= -exact_max;
    if (value->type != RA__SCALAR_F64 && !exact)
        return false;
    double number = exact ? (double)value->i64 : value->f64;
    if (!isfinite(number))
        return false;
    *(double *)at = number;
    return true;
}

/// Nanoseconds, or RFC 3339 text as SQL's own functions make it.
static bool set_time(void *at, const ra__scalar *value)
{
    ra_time time = {value->i64};
    if (value->type == RA__SCALAR_STR && ra__time_parse(value->str, &time) != RA_OK)
        return false;
    if (value->type != RA__SCALAR_I64 && value->type != RA__SCALAR_STR)
        return false;
    *(ra_time *)at = time;
    return true;
}

static ra_status set_str(ra_arena *arena, void *at, const ra__scalar *value)
{
    if (value->type != RA__SCALAR_STR)
        return RA_ERR_DECODE;
    return ra__arena_try_copy(arena, value->str, at) ? RA_OK : RA_ERR_EXHAUSTED;
}

static bool set_simple(const ra__member *member, void *at, const ra__scalar *value)
{
    switch (member->kind) {
    case RA_K_BOOL:
        return set_bool(at, value);
    case RA_K_F64:
        return set_f64(at, value);
    case RA_K_TIME:
        return set_time(at, value);
    case RA_K_BOUND:
        return value->type == RA__SCALAR_STR &&
               ra__put_enum(member, at, value->str) == RA__RULE_KEPT;
    default:
        return value->type == RA__SCALAR_I64 && set_integer(member, at, value->i64);
    }
}

ra_status ra__member_set_scalar(ra_arena *arena, const ra__member *member, void *base,
                                const ra__scalar *value)
{
    char *at = ra__member_at(member, base);
    bool optional = member->shape == RA_SHAPE_OPT;
    if (member->shape == RA_SHAPE_LIST || !ra__member_is_text(member))
        return RA_ERR_DECODE;
    if (value->type == RA__SCALAR_NULL && optional) {
        *ra__presence_at(member, at) = RA_NULL;
        return RA_OK;
    }
    ra_status status = member->kind == RA_K_STR        ? set_str(arena, at, value)
                       : set_simple(member, at, value) ? RA_OK
                                                       : RA_ERR_DECODE;
    if (status == RA_OK && optional)
        *ra__presence_at(member, at) = RA_SET;
    return status;
}
