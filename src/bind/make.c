// SPDX-License-Identifier: MIT OR Apache-2.0
// make: plans out of tables that are in order. The caller holds the lock.
//
// Tables refer to each other, also in a circle. All plans that one table needs are made together and
// shown (release) together, when the last one is complete: a reader that finds a plan (acquire) may
// follow all of it. When memory ends on the way, none of them is shown and making starts anew later.

#include "private/make.h"
#include "base/arena.h"
#include "base/assert.h"
#include "bind/value.h"

enum { PLANS_BYTES_MAX = 256 << 20 };

static ra_arena *memory; // of all plans; made at first use, never freed

void *(*ra__plan_codec_make)(ra_arena *arena, const ra__plan *plan);

static ra__plan *make(const ra_bind *bind, ra_bind_slot_ **made);

// ---- the whole value as a member

static ra__member whole(const ra_bind *bind, const ra__plan *item)
{
    ra__member member = ra__member_of(&ra__row_plain);
    member.item_size = (uint32_t)item->size;
    member.kind = RA_K_BOUND;
    member.of = item;
    if (item->form == RA__PLAN_SCALAR) {
        member = *item->self;
        member.of = NULL;
    }
    member.size = (uint32_t)bind->size;
    member.shape = bind->form == RA_FORM_LIST_ ? RA_SHAPE_LIST : 0;
    member.required = true;
    return member;
}

static bool set_self(ra__plan *plan, ra__member member)
{
    ra__member *self = ra_arena_try_alloc(memory, sizeof *self);
    if (!self)
        return false;
    *self = member;
    plan->self = self;
    return true;
}

// ---- each form

static bool make_scalar(ra__plan *plan)
{
    ra__member member = ra__member_of(&plan->bind->rows[0]);
    member.name = RA_STR("");
    member.sql_name = member.name;
    plan->member_count = 1;
    if (!set_self(plan, member))
        return false;
    plan->members = plan->self;
    return true;
}

static bool make_enum(ra__plan *plan)
{
    size_t count = plan->bind->value_count;
    ra_str *names = ra_arena_try_alloc(memory, count * sizeof *names);
    if (!names)
        return false;
    for (size_t i = 0; i < count; i++)
        names[i] = ra_str_of(plan->bind->values[i].name);
    plan->names = ra__names_new(memory, names, count);
    return plan->names && set_self(plan, whole(plan->bind, plan));
}

static bool set_default(ra__member *member)
{
    if (!member->row->def)
        return true;
    void *preset = ra_arena_try_alloc(memory, member->item_size);
    if (!preset)
        return false;
    ra__rule rule = ra__put_text(member, preset, ra_str_of(member->row->def));
    RA_CHECK(rule == RA__RULE_KEPT, "default of %s", member->row->name_);
    member->preset = preset;
    member->has_default = true;
    return true;
}

static bool set_type(ra__member *member, ra_bind_slot_ **made)
{
    if (!member->row->of_)
        return true;
    member->of = make(member->row->of_(), made);
    if (!member->of)
        return false;
    ra__member_set_item_size(member, (uint32_t)member->of->size);
    return true;
}

static void add_to_sets(ra__plan *plan, uint32_t place)
{
    const ra__member *member = &plan->members[place];
    if (ra__row_required(member->row))
        ra__set_add(&plan->required, place);
    if (member->row->readonly)
        ra__set_add(&plan->readonly, place);
    if (member->has_default && member->row->required != 1)
        ra__set_add(&plan->defaults, place);
}

static bool make_members(ra__plan *plan, ra__member *members, ra_bind_slot_ **made)
{
    plan->members = members;
    for (size_t i = 0; i < plan->bind->row_count; i++) {
        if (plan->bind->rows[i].kind_ == RA_K_SKIP)
            continue;
        uint32_t place = plan->member_count++;
        members[place] = ra__member_of(&plan->bind->rows[i]);
        if (!set_type(&members[place], made) || !set_default(&members[place]))
            return false;
        add_to_sets(plan, place);
    }
    return true;
}

static bool make_names(ra__plan *plan)
{
    ra_str *names = ra_arena_try_alloc(memory, plan->member_count * 2 * sizeof *names);
    if (!names)
        return false;
    ra_str *columns = names + plan->member_count;
    for (uint32_t i = 0; i < plan->member_count; i++) {
        names[i] = plan->members[i].name;
        columns[i] = plan->members[i].sql_name;
    }
    plan->names = ra__names_new(memory, names, plan->member_count);
    plan->sql_names = ra__names_new(memory, columns, plan->member_count);
    return plan->names && plan->sql_names;
}

static bool make_struct(ra__plan *plan, ra_bind_slot_ **made)
{
    ra__member *members = ra_arena_try_alloc(memory, plan->bind->row_count * sizeof *members);
    return members && make_members(plan, members, made) && make_names(plan) &&
           set_self(plan, whole(plan->bind, plan));
}

static bool make_list(ra__plan *plan, ra_bind_slot_ **made)
{
    const ra__plan *item = make(plan->bind->item(), made);
    if (!item)
        return false;
    plan->item = item->form == RA__PLAN_SCALAR ? NULL : item;
    return set_self(plan, whole(plan->bind, item));
}

// ---- together

static bool fill(ra__plan *plan, ra_bind_slot_ **made)
{
    switch (plan->form) {
    case RA__PLAN_SCALAR:
        return make_scalar(plan);
    case RA__PLAN_ENUM:
        return make_enum(plan);
    case RA__PLAN_STRUCT:
        return make_struct(plan, made);
    case RA__PLAN_LIST:
        return make_list(plan, made);
    default:
        return true;
    }
}

/// The plan, perhaps not complete yet when tables refer to each other in a circle. NULL: no memory.
static ra__plan *make(const ra_bind *bind, ra_bind_slot_ **made)
{
    static const ra__plan_form forms[] = {
        [RA_FORM_NONE_] = RA__PLAN_NONE,     [RA_FORM_SCALAR_] = RA__PLAN_SCALAR,
        [RA_FORM_STRUCT_] = RA__PLAN_STRUCT, [RA_FORM_ENUM_] = RA__PLAN_ENUM,
        [RA_FORM_LIST_] = RA__PLAN_LIST,
    };
    ra_bind_slot_ *slot = bind->slot_;
    if (slot->making)
        return slot->making;
    ra__plan *plan = ra_arena_try_alloc(memory, sizeof *plan);
    if (!plan)
        return NULL;
    *plan = (ra__plan){.bind = bind, .form = forms[bind->form], .size = bind->size};
    slot->making = plan;
    slot->made = *made;
    *made = slot;
    return fill(plan, made) ? plan : NULL;
}

static bool make_codecs(ra_bind_slot_ *made)
{
    for (ra_bind_slot_ *slot = made; slot && ra__plan_codec_make; slot = slot->made) {
        ra__plan *plan = slot->making;
        plan->codec = ra__plan_codec_make(memory, plan);
        if (!plan->codec)
            return false;
    }
    return true;
}

bool ra__plan_make(const ra_bind *bind)
{
    ra_bind_slot_ *made = NULL;
    if (!memory)
        memory = ra_arena_new(NULL, PLANS_BYTES_MAX);
    bool complete = memory && make(bind, &made) && make_codecs(made);
    for (ra_bind_slot_ *slot = made; slot; slot = slot->made)
        if (complete)
            __atomic_store_n(&slot->plan, slot->making, __ATOMIC_RELEASE);
        else
            slot->making = NULL;
    return complete;
}
