// SPDX-License-Identifier: MIT OR Apache-2.0
// params: which member of In each `:name` of a statement is, and its value.
#ifndef RAMIE_SQL_PRIVATE_PARAMS_H
#define RAMIE_SQL_PRIVATE_PARAMS_H

#include "bind/plan.h"
#include "private/lexer.h"

/// Find each parameter's member, by its column's name, else by its name in C. A scalar or an enum
/// as In stands for the one name that the text uses. The answer is kept in `query`: the same plan
/// again costs nothing. RA_ERR_INTERNAL with detail: no such member, a list or struct, `.present`
/// of what is always there.
RA_MUST_USE ra_status ra__params_match(ra__query *query, const ra__plan *plan,
                                       ra__sql_detail *detail);

/// Value of parameter `i` of the query that was matched with `plan`. An absent optional is NULL;
/// `.present` is 1 or 0. RA_ERR_INVALID: past what a database can hold (a uint64 above INT64_MAX).
RA_MUST_USE ra_status ra__param_value(const ra__query *query, unsigned i, const ra__plan *plan,
                                      const void *in, ra__scalar *out);

#endif
