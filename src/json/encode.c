// SPDX-License-Identifier: MIT OR Apache-2.0
// encode: structs straight into the buffer. On any error the buffer is cut back to where it was.

#include "base/buf.h"
#include "base/text.h"
#include "bind/value.h"
#include "private/codec.h"
#include "json/json.h"

#include <math.h>

static ra_status encode_value(ra_buf *buf, const ra__member *member, const void *at,
                              unsigned depth);
static ra_status encode_member(ra_buf *buf, const ra__member *member, const void *at,
                               unsigned depth);

static inline ra_status put(ra_buf *buf, const char *text, size_t len)
{
    if (__builtin_expect(buf->cap - buf->len < len, 0))
        RA_TRY(ra__buf_reserve(buf, len));
    memcpy(buf->ptr + buf->len, text, len);
    buf->len += len;
    return RA_OK;
}

static inline ra_status put_char(ra_buf *buf, char c)
{
    return put(buf, &c, 1);
}

static ra_status put_null(ra_buf *buf)
{
    return put(buf, "null", 4);
}

// ---- scalars

static ra_status put_integer(ra_buf *buf, const ra__member *member, const void *at)
{
    char text[RA__NUMBER_TEXT_MAX + 2] = "\"";
    char *digits = text + 1;
    size_t len = ra__kind_is_signed(member->kind)
                     ? ra__i64_print(digits, ra__load_signed(at, member->item_size))
                     : ra__u64_print(digits, ra__load_bits(at, member->item_size));
    if (!member->row->as_string)
        return put(buf, digits, len);
    digits[len] = '"';
    return put(buf, text, len + 2);
}

static ra_status put_f64(ra_buf *buf, double value)
{
    char text[RA__NUMBER_TEXT_MAX];
    if (!isfinite(value))
        return RA_ERR_INVALID;
    return put(buf, text, ra__f64_print(text, value));
}

static ra_status put_time(ra_buf *buf, ra_time value)
{
    char text[RA__NUMBER_TEXT_MAX + 2] = "\"";
    size_t len = 1 + ra__time_print(text + 1, value);
    text[len] = '"';
    return put(buf, text, len + 1);
}

static ra_status put_enum(ra_buf *buf, const ra__plan *plan, const void *at)
{
    ra_str name = ra__enum_name(plan, at);
    return name.ptr ? ra__json_put_str(buf, name) : RA_ERR_INVALID;
}

// ---- containers

static ra_status encode_struct(ra_buf *buf, const ra__plan *plan, const void *base, unsigned depth)
{
    const ra__key *keys = ra__keys_of(plan);
    char comma = '{';
    if (depth == RA__JSON_DEPTH_MAX)
        return RA_ERR_INVALID;
    for (uint32_t i = 0; i < plan->member_count; i++) {
        const ra__member *member = &plan->members[i];
        const void *at = ra__member_at(member, base);
        bool omitted = member->row->writeonly ||
                       (member->row->omit_absent && *ra__presence_at(member, at) == RA_ABSENT);
        if (omitted)
            continue;
        RA_TRY(put_char(buf, comma));
        RA_TRY(put(buf, keys[i].text, keys[i].len));
        RA_TRY(encode_member(buf, member, at, depth + 1));
        comma = ',';
    }
    return comma == '{' ? put(buf, "{}", 2) : put_char(buf, '}');
}

static ra_status encode_list(ra_buf *buf, const ra__member *member, const ra__list *list,
                             unsigned depth)
{
    if (depth == RA__JSON_DEPTH_MAX)
        return RA_ERR_INVALID;
    RA_TRY(put_char(buf, '['));
    for (uint32_t i = 0; i < list->len; i++) {
        if (i)
            RA_TRY(put_char(buf, ','));
        const char *item = (const char *)list->items + (size_t)i * member->item_size;
        RA_TRY(encode_value(buf, member, item, depth + 1));
    }
    return put_char(buf, ']');
}

static ra_status encode_value(ra_buf *buf, const ra__member *member, const void *at, unsigned depth)
{
    switch (member->kind) {
    case RA_K_BOOL:
        return *(const bool *)at ? put(buf, "true", 4) : put(buf, "false", 5);
    case RA_K_F64:
        return put_f64(buf, *(const double *)at);
    case RA_K_STR:
        return ra__json_put_str(buf, *(const ra_str *)at);
    case RA_K_TIME:
        return put_time(buf, *(const ra_time *)at);
    case RA_K_BOUND:
        return member->of->form == RA__PLAN_ENUM ? put_enum(buf, member->of, at)
                                                 : encode_struct(buf, member->of, at, depth);
    default:
        return put_integer(buf, member, at);
    }
}

static ra_status encode_member(ra_buf *buf, const ra__member *member, const void *at,
                               unsigned depth)
{
    if (member->shape == RA_SHAPE_LIST)
        return encode_list(buf, member, at, depth);
    if (member->shape == RA_SHAPE_OPT && *ra__presence_at(member, at) != RA_SET)
        return put_null(buf);
    return encode_value(buf, member, at, depth);
}

ra_status ra__json_encode(ra_buf *buf, const ra__plan *plan, const void *value)
{
    size_t before = buf->len;
    ra_status status = plan->self ? encode_member(buf, plan->self, value, 0) : put_null(buf);
    if (status != RA_OK)
        buf->len = before;
    return status;
}

ra_status ra_json_encode_(ra_buf *buf, const ra_bind *bind, const void *value)
{
    return ra__json_encode(buf, ra__plan_of(bind), value);
}
