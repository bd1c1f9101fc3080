// SPDX-License-Identifier: MIT OR Apache-2.0
// make: the two steps from a table to a plan, check and make, each for one table. plan.c walks the
// tables.
#ifndef RAMIE_BIND_PRIVATE_MAKE_H
#define RAMIE_BIND_PRIVATE_MAKE_H

#include "bind/plan.h"

/// The members and rules of a table, without what it refers to. The same fault is told once,
/// however many files include the table's header. false: there are faults.
bool ra__table_check(const ra_bind *bind, ra__faults *faults);

/// The plan of a table that is in order, and of those it refers to. false: no memory; nothing changed.
bool ra__plan_make(const ra_bind *bind);

/// All of a member but its plan (`of`) and its default.
ra__member ra__member_of(const ra_row *row);
/// A plain member without a default, unless the row says otherwise.
bool ra__row_required(const ra_row *row);
/// Once the size of a bound type is known.
void ra__member_set_item_size(ra__member *member, uint32_t bytes);

/// A row without options, for members that stand for a whole value.
extern const ra_row ra__row_plain;

#endif
