// SPDX-License-Identifier: MIT OR Apache-2.0
// check: ra_bind_check, the rules of a table over a value that the program made.

#include "base/text.h"
#include "bind/value.h"

typedef struct {
    ra_arena *arena;
    ra_problems *problems;
    unsigned depth; // of open structs and lists
    bool sound;
} checker;

/// Where a value stands; the pointer's text is made only for a problem.
typedef struct place {
    const struct place *parent;
    ra_str name;
    uint32_t index;
    bool is_index;
} place;

static ra_str pointer_of(checker *check, const place *at)
{
    if (!at)
        return RA_STR("");
    char digits[RA__NUMBER_TEXT_MAX];
    ra_str name = at->is_index ? (ra_str){digits, ra__u64_print(digits, at->index)} : at->name;
    return ra__pointer_join(check->arena, pointer_of(check, at->parent), name);
}

static void tell(checker *check, const place *at, const ra__member *member, bool item,
                 ra__rule rule)
{
    check->sound = false;
    if (check->problems)
        ra__rule_tell(check->arena, check->problems, "body", pointer_of(check, at), member, item,
                      rule);
}

static void check_member(checker *check, const place *at, const ra__member *member,
                         const void *base);

static void check_struct(checker *check, const place *at, const ra__plan *plan, const void *base)
{
    check->depth++;
    for (uint32_t i = 0; i < plan->member_count; i++) {
        place here = {.parent = at, .name = plan->members[i].name};
        check_member(check, &here, &plan->members[i], base);
    }
    check->depth--;
}

static void check_one(checker *check, const place *at, const ra__member *member, bool item,
                      const void *value)
{
    if (member->kind == RA_K_BOUND && member->of->form == RA__PLAN_STRUCT) {
        check_struct(check, at, member->of, value);
        return;
    }
    ra__rule rule = ra__check_value(member, value);
    if (rule != RA__RULE_KEPT)
        tell(check, at, member, item, rule);
}

static void check_list(checker *check, const place *at, const ra__member *member,
                       const ra__list *list)
{
    ra__rule rule = ra__check_items(member, list->len);
    if (rule != RA__RULE_KEPT)
        tell(check, at, member, false, rule);
    check->depth++;
    for (uint32_t i = 0; i < list->len; i++) {
        place here = {.parent = at, .index = i, .is_index = true};
        check_one(check, &here, member, true,
                  (const char *)list->items + (size_t)i * member->item_size);
    }
    check->depth--;
}

static void check_optional(checker *check, const place *at, const ra__member *member,
                           const void *value)
{
    ra_presence presence = *ra__presence_at(member, value);
    if (presence == RA_SET)
        check_one(check, at, member, false, value);
    else if (presence == RA_NULL && !member->nullable)
        tell(check, at, member, false, RA__RULE_NULL);
    else if (presence == RA_ABSENT && member->required)
        tell(check, at, member, false, RA__RULE_REQUIRED);
}

static void check_member(checker *check, const place *at, const ra__member *member,
                         const void *base)
{
    const void *value = ra__member_at(member, base);
    if (check->depth > RA__JSON_DEPTH_MAX)
        tell(check, at, member, false, RA__RULE_DEPTH);
    else if (member->shape == RA_SHAPE_LIST)
        check_list(check, at, member, value);
    else if (member->shape == RA_SHAPE_OPT)
        check_optional(check, at, member, value);
    else
        check_one(check, at, member, false, value);
}

ra_status ra_bind_check_(ra_arena *arena, const ra_bind *bind, const void *value,
                         ra_problems *problems)
{
    const ra__plan *plan = ra__plan_of(bind);
    checker check = {.arena = arena, .problems = problems, .sound = true};
    if (plan->form != RA__PLAN_NONE)
        check_member(&check, NULL, plan->self, value);
    return check.sound ? RA_OK : RA_ERR_INVALID;
}
