// SPDX-License-Identifier: MIT OR Apache-2.0
// member: a row made ready: names, sizes, and the integer range that the C type and the rules
// leave.

#include "bind/rules.h"
#include "private/make.h"

const ra_row ra__row_plain = {
    .name_ = "",
    .json = "",
    .required = -1,
    .min = RA_UNSET,
    .max = RA_UNSET,
    .max_len = UINT32_MAX,
    .max_items = UINT32_MAX,
    .scale = -1,
};

/// What one value of the kind takes; 0: bound, its table says.
static uint32_t kind_size(unsigned kind)
{
    static const uint8_t sizes[] = {
        [RA_K_BOOL] = sizeof(bool),
        [RA_K_I8] = 1,
        [RA_K_I16] = 2,
        [RA_K_I32] = 4,
        [RA_K_I64] = 8,
        [RA_K_U8] = 1,
        [RA_K_U16] = 2,
        [RA_K_U32] = 4,
        [RA_K_U64] = 8,
        [RA_K_F64] = 8,
        [RA_K_STR] = sizeof(ra_str),
        [RA_K_TIME] = sizeof(ra_time),
        [RA_K_SKIP] = 0,
    };
    return sizes[kind];
}

static int64_t ceil_i64(long double bound)
{
    int64_t whole = (int64_t)bound;
    return (long double)whole < bound ? whole + 1 : whole;
}

static int64_t floor_i64(long double bound)
{
    int64_t whole = (int64_t)bound;
    return (long double)whole > bound ? whole - 1 : whole;
}

/// The rules leave no value of low to high, the C type's own range. NaN leaves none.
static bool is_empty(const ra_row *row, long double low, long double high)
{
    return (row->min != RA_UNSET && !(row->min <= high)) ||
           (row->max != RA_UNSET && !(row->max >= low));
}

static void set_signed_range(ra__member *member, unsigned bits)
{
    const ra_row *row = member->row;
    int64_t low = INT64_MIN >> (64 - bits), high = INT64_MAX >> (64 - bits);
    if (row->min != RA_UNSET && row->min > (long double)low)
        member->low.i64 = ceil_i64(row->min);
    else
        member->low.i64 = low;
    if (row->max != RA_UNSET && row->max < (long double)high)
        member->high.i64 = floor_i64(row->max);
    else
        member->high.i64 = high;
}

static void set_unsigned_range(ra__member *member, unsigned bits)
{
    const ra_row *row = member->row;
    member->low.u64 = 0;
    member->high.u64 = UINT64_MAX >> (64 - bits);
    if (row->max != RA_UNSET && row->max < (long double)member->high.u64)
        member->high.u64 = (uint64_t)row->max;
    if (row->min == RA_UNSET || row->min <= 0)
        return;
    member->low.u64 = (uint64_t)row->min;
    member->low.u64 += (long double)member->low.u64 < row->min;
}

static void set_range(ra__member *member)
{
    unsigned bits = member->item_size * 8;
    bool is_signed = ra__kind_is_signed(member->kind);
    long double low = is_signed ? (long double)(INT64_MIN >> (64 - bits)) : 0;
    long double high = is_signed ? (long double)(INT64_MAX >> (64 - bits))
                                 : (long double)(UINT64_MAX >> (64 - bits));
    member->low.u64 = 1;
    member->high.u64 = 0;
    if (is_empty(member->row, low, high))
        return;
    if (is_signed)
        set_signed_range(member, bits);
    else
        set_unsigned_range(member, bits);
}

bool ra__row_required(const ra_row *row)
{
    if (row->required != -1)
        return row->required != 0;
    bool query_list = row->from == RA_IN_QUERY && row->kind_ & RA_SHAPE_LIST;
    return !(row->kind_ & RA_SHAPE_OPT) && !row->def && !query_list;
}

void ra__member_set_item_size(ra__member *member, uint32_t bytes)
{
    const uint32_t align = _Alignof(ra_presence);
    member->item_size = bytes;
    member->presence = (bytes + align - 1) / align * align;
}

ra__member ra__member_of(const ra_row *row)
{
    const unsigned shapes = RA_SHAPE_OPT | RA_SHAPE_LIST;
    const char *name = row->json ? row->json : row->name_;
    ra__member member = {
        .name = ra_str_of(name),
        .sql_name = ra_str_of(row->sql ? row->sql : name),
        .offset = row->offset_,
        .size = row->size_,
        .kind = (uint8_t)(row->kind_ & ~shapes),
        .shape = (uint8_t)(row->kind_ & shapes),
        .source = (uint8_t)row->from,
        .required = ra__row_required(row) && !row->readonly,
        .nullable = row->nullable,
        .has_bounds = row->min != RA_UNSET || row->max != RA_UNSET,
        .has_lengths = row->min_len > 0 || row->max_len != UINT32_MAX,
        .row = row,
    };
    ra__member_set_item_size(&member, kind_size(member.kind));
    if (ra__kind_is_integer(member.kind))
        set_range(&member);
    return member;
}
