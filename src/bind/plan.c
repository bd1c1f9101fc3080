// SPDX-License-Identifier: MIT OR Apache-2.0
// plan: the list of all tables, and the walk that checks them and makes their plans.
//
// One lock guards making. A plan is published (release) only after every plan it refers to is
// complete, so that a reader which finds one (acquire) may follow all of it without a lock.

#include "bind/plan.h"

#include "base/arena.h"
#include "base/assert.h"
#include "bind/value.h"
#include "private/make.h"

#include <pthread.h>

enum { PLANS_BYTES_MAX = 256 << 20 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static ra_bind_slot_ *tables; // every registered table, last one first
static ra_arena *memory;      // of all plans; made at first use, never freed
static unsigned rounds;

void *(*ra__plan_codec_make)(ra_arena *arena, const ra__plan *plan);

void ra_bind_register_(const ra_bind *bind)
{
    ra_bind_slot_ *slot = bind->slot_;
    pthread_mutex_lock(&lock);
    if (!slot->bind) {
        slot->bind = bind;
        slot->next = tables;
        tables = slot;
    }
    pthread_mutex_unlock(&lock);
}

// ---- checking

/// `bind` and what it reaches, each table once a round; false: there are faults.
static bool check(const ra_bind *bind, ra__faults *faults)
{
    if (bind->slot_->round == rounds)
        return true;
    bind->slot_->round = rounds;
    if (bind->form == RA_FORM_LIST_)
        return check(bind->item(), faults);
    bool sound = ra__table_check(bind, faults);
    for (size_t i = 0; i < bind->row_count; i++)
        if (bind->rows[i].of_)
            sound &= check(bind->rows[i].of_(), faults);
    return sound;
}

// ---- making

static void *take(size_t bytes)
{
    void *place = ra_arena_try_alloc(memory, bytes);
    RA_CHECK(place, "no memory for the plans of tables");
    return place;
}

static ra__plan *make(const ra_bind *bind, ra_bind_slot_ **made);

static const ra__names *index_names(const ra_str *names, size_t count)
{
    const ra__names *index = ra__names_new(memory, names, count);
    RA_CHECK(index, "no memory for the plans of tables");
    return index;
}

/// A member that is the whole value; `item`: what it is, or is a list of.
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

static void set_self(ra__plan *plan, ra__member member)
{
    ra__member *self = take(sizeof *self);
    *self = member;
    plan->self = self;
}

static void make_scalar(ra__plan *plan)
{
    ra__member member = ra__member_of(&plan->bind->rows[0]);
    member.name = RA_STR("");
    member.sql_name = member.name;
    set_self(plan, member);
    plan->members = plan->self;
    plan->member_count = 1;
}

static void make_enum(ra__plan *plan)
{
    size_t count = plan->bind->value_count;
    ra_str *names = take(count * sizeof *names);
    for (size_t i = 0; i < count; i++)
        names[i] = ra_str_of(plan->bind->values[i].name);
    plan->names = index_names(names, count);
    set_self(plan, whole(plan->bind, plan));
}

static void set_default(ra__member *member)
{
    if (!member->row->def || member->kind == RA_K_SKIP)
        return;
    void *preset = take(member->item_size);
    ra__rule rule = ra__put_text(member, preset, ra_str_of(member->row->def));
    RA_CHECK(rule == RA__RULE_KEPT, "default of %s", member->row->name_);
    member->preset = preset;
    member->has_default = true;
}

static void make_member(ra__plan *plan, ra__member *member, const ra_row *row, ra_bind_slot_ **made)
{
    *member = ra__member_of(row);
    if (row->of_) {
        member->of = make(row->of_(), made);
        ra__member_set_item_size(member, (uint32_t)member->of->size);
    }
    set_default(member);
    unsigned place = (unsigned)(member - plan->members);
    if (ra__row_required(row))
        ra__set_add(&plan->required, place);
    if (row->readonly)
        ra__set_add(&plan->readonly, place);
    if (member->has_default && row->required != 1)
        ra__set_add(&plan->defaults, place);
}

static void make_struct(ra__plan *plan, ra_bind_slot_ **made)
{
    const ra_bind *bind = plan->bind;
    ra__member *members = take(bind->row_count * sizeof *members);
    ra_str *names = take(bind->row_count * 2 * sizeof *names);
    ra_str *columns = names + bind->row_count;
    plan->members = members;
    for (size_t i = 0; i < bind->row_count; i++) {
        if (bind->rows[i].kind_ == RA_K_SKIP)
            continue;
        uint32_t place = plan->member_count++;
        make_member(plan, &members[place], &bind->rows[i], made);
        names[place] = members[place].name;
        columns[place] = members[place].sql_name;
    }
    plan->names = index_names(names, plan->member_count);
    plan->sql_names = index_names(columns, plan->member_count);
    set_self(plan, whole(bind, plan));
}

static void make_list(ra__plan *plan, ra_bind_slot_ **made)
{
    const ra__plan *item = make(plan->bind->item(), made);
    plan->item = item->form == RA__PLAN_SCALAR ? NULL : item;
    set_self(plan, whole(plan->bind, item));
}

/// The plan, perhaps not complete yet when tables refer to each other in a circle.
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
    ra__plan *plan = take(sizeof *plan);
    *plan = (ra__plan){.bind = bind, .form = forms[bind->form], .size = bind->size};
    slot->making = plan;
    slot->bind = bind;
    slot->made = *made;
    *made = slot;
    if (plan->form == RA__PLAN_SCALAR)
        make_scalar(plan);
    else if (plan->form == RA__PLAN_ENUM)
        make_enum(plan);
    else if (plan->form == RA__PLAN_STRUCT)
        make_struct(plan, made);
    else if (plan->form == RA__PLAN_LIST)
        make_list(plan, made);
    return plan;
}

/// `bind` is in order: make its plan and those it needs, then show them all to others.
static void make_and_publish(const ra_bind *bind)
{
    ra_bind_slot_ *made = NULL;
    if (!memory)
        memory = ra_arena_new(NULL, PLANS_BYTES_MAX);
    RA_CHECK(memory, "no memory for the plans of tables");
    make(bind, &made);
    for (ra_bind_slot_ *slot = made; slot; slot = slot->made) {
        ra__plan *plan = slot->making;
        if (!ra__plan_codec_make)
            continue;
        plan->codec = ra__plan_codec_make(memory, plan);
        RA_CHECK(plan->codec, "no memory for the plans of tables");
    }
    for (ra_bind_slot_ *slot = made; slot; slot = slot->made)
        __atomic_store_n(&slot->plan, slot->making, __ATOMIC_RELEASE);
}

// ---- for the layers above

void ra__plan_seal(const ra_bind *bind, ra__faults *faults)
{
    pthread_mutex_lock(&lock);
    rounds++;
    if (check(bind, faults))
        make_and_publish(bind);
    pthread_mutex_unlock(&lock);
}

void ra__plans_seal(ra__faults *faults)
{
    pthread_mutex_lock(&lock);
    bool sound = true;
    rounds++;
    for (ra_bind_slot_ *slot = tables; slot; slot = slot->next)
        sound &= check(slot->bind, faults);
    for (ra_bind_slot_ *slot = tables; slot && sound; slot = slot->next)
        make_and_publish(slot->bind);
    pthread_mutex_unlock(&lock);
}

static void make_late(const ra_bind *bind)
{
    ra__faults faults;
    ra__faults_init(&faults);
    ra__plan_seal(bind, &faults);
    RA_CHECK(faults.count == 0, "the table %s has faults:\n" RA_STR_FMT, bind->name,
             RA_STR_ARG(ra_buf_str(&faults.text)));
    ra__faults_deinit(&faults);
}

const ra__plan *ra__plan_of(const ra_bind *bind)
{
    ra__plan *plan = __atomic_load_n(&bind->slot_->plan, __ATOMIC_ACQUIRE);
    if (__builtin_expect(!plan, 0)) {
        make_late(bind);
        plan = __atomic_load_n(&bind->slot_->plan, __ATOMIC_ACQUIRE);
    }
    return plan;
}

int ra__plan_find(const ra__plan *plan, ra_str name)
{
    return plan->form == RA__PLAN_STRUCT ? ra__names_find(plan->names, name) : -1;
}

int ra__plan_find_sql(const ra__plan *plan, ra_str sql_name)
{
    return plan->form == RA__PLAN_STRUCT ? ra__names_find(plan->sql_names, sql_name) : -1;
}

int ra__plan_find_c(const ra__plan *plan, const char *name)
{
    for (uint32_t i = 0; i < plan->member_count; i++)
        if (strcmp(plan->members[i].row->name_, name) == 0)
            return (int)i;
    return -1;
}
