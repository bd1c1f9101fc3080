// SPDX-License-Identifier: MIT OR Apache-2.0
// rules: one value against its member's row; and the one table of what to say when a rule is
// broken.
//
// Every codec (json, text, configuration, ra_bind_check) converts a value, then asks here; none
// words its own problem.
#ifndef RAMIE_BIND_RULES_H
#define RAMIE_BIND_RULES_H

#include "bind/plan.h"

typedef enum {
    RA__RULE_KEPT,
    RA__RULE_TYPE,
    RA__RULE_NULL,
    RA__RULE_REQUIRED,
    RA__RULE_UNKNOWN,
    RA__RULE_DUPLICATE,
    RA__RULE_READONLY,
    RA__RULE_MIN,
    RA__RULE_MAX,
    RA__RULE_RANGE,
    RA__RULE_MIN_LEN,
    RA__RULE_MAX_LEN,
    RA__RULE_MIN_ITEMS,
    RA__RULE_MAX_ITEMS,
    RA__RULE_ENUM,
    RA__RULE_UTF8,
    RA__RULE_DEPTH,
} ra__rule;

/// "min_len"
const char *ra__rule_code(ra__rule rule);
/// Add the problem, worded by the member's row. `member` may be NULL for RA__RULE_UNKNOWN. `item`:
/// the broken value is an item of the member's list.
void ra__rule_tell(ra_arena *arena, ra_problems *problems, const char *in, ra_str pointer,
                   const ra__member *member, bool item, ra__rule rule);

/// An integer as its digits say: -magnitude or magnitude; `over`: the magnitude does not fit 64
/// bits.
typedef struct {
    uint64_t magnitude;
    bool negative, over;
} ra__integer;

static inline bool ra__kind_is_integer(unsigned kind)
{
    return kind >= RA_K_I8 && kind <= RA_K_U64;
}
static inline bool ra__kind_is_signed(unsigned kind)
{
    return kind >= RA_K_I8 && kind <= RA_K_I64;
}
static inline bool ra__kind_is_number(unsigned kind)
{
    return ra__kind_is_integer(kind) || kind == RA_K_F64;
}

/// Check and store at `at`; nothing is stored when a rule is broken.
ra__rule ra__put_integer(const ra__member *member, void *at, ra__integer value);
ra__rule ra__put_f64(const ra__member *member, void *at, double value);
/// `str` is valid UTF-8; `ascii`: known to be so, no need to count.
ra__rule ra__put_str(const ra__member *member, void *at, ra_str str, bool ascii);
/// One of the names of member->of.
ra__rule ra__put_enum(const ra__member *member, void *at, ra_str name);
/// Lists, by their number of items.
ra__rule ra__check_items(const ra__member *member, size_t count);
/// One value of the member's kind (no optional, no list) as it stands in memory; not for structs.
ra__rule ra__check_value(const ra__member *member, const void *at);

#endif
