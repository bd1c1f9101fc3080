// SPDX-License-Identifier: MIT OR Apache-2.0
// plan: the list of all tables, the walk that checks them, and how plans are found. One lock guards
// the list and the making; readers of a plan that is there take none.

#include "bind/plan.h"

#include "base/arena.h"
#include "base/assert.h"
#include "bind/value.h"
#include "private/make.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static ra_bind_slot_ *tables, **end = &tables; // every registered table, in a file's own order
static unsigned rounds;

void ra_bind_register_(const ra_bind *bind)
{
    ra_bind_slot_ *slot = bind->slot_;
    pthread_mutex_lock(&lock);
    if (!slot->bind) {
        slot->bind = bind;
        slot->next = NULL;
        *end = slot;
        end = &slot->next;
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

// ---- for the layers above

static void make(const ra_bind *bind, ra__faults *faults)
{
    if (!ra__plan_make(bind))
        ra__fault_add(faults, bind->file, (int)bind->line, "%s: no memory for its plan",
                      bind->name);
}

void ra__plan_seal(const ra_bind *bind, ra__faults *faults)
{
    pthread_mutex_lock(&lock);
    rounds++;
    if (check(bind, faults))
        make(bind, faults);
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
        make(slot->bind, faults);
    pthread_mutex_unlock(&lock);
}

static void make_late(const ra_bind *bind)
{
    ra__faults faults;
    ra__faults_init(&faults);
    ra__plan_seal(bind, &faults);
    RA_CHECK(faults.count == 0, "the table %s cannot be used:\n" RA_STR_FMT, bind->name,
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
