// SPDX-License-Identifier: MIT OR Apache-2.0
// rows: which member of Out each column is, and where the rows of the four forms go.
//
//   ra__columns_match   once a prepared statement, before it runs: a wrong Out changes nothing
//   ra__rows_begin      once a run; then for each row
//   ra__rows_add        and for each of its columns
//   ra__rows_set
//   ra__rows_end
#ifndef RAMIE_SQL_PRIVATE_ROWS_H
#define RAMIE_SQL_PRIVATE_ROWS_H

#include "private/detail.h"
#include "sql/driver.h"

typedef struct {
    const ra__plan *plan; // matched with; NULL: not yet
    short *members;       // of column i; -1: the whole value
    unsigned count, cap;
} ra__columns;

/// The name of column `i`, borrowed until the next call.
typedef const char *ra__column_name(void *arg, unsigned i);

/// Find each column's member. A plain member without a column, a column without a member or two
/// columns for one are RA_ERR_DECODE with detail; optional members and lists may stay without.
/// `plan` NULL: there may be no column.
RA_MUST_USE ra_status ra__columns_match(ra__columns *columns, const ra__plan *plan, unsigned count,
                                        ra__column_name *name, void *arg, ra__sql_detail *detail);
void ra__columns_deinit(ra__columns *columns);

typedef struct {
    ra_ctx *ctx; // its arena gets the rows
    const ra__call *call;
    char *base; // of the row being filled
    uint32_t len;
} ra__rows;

void ra__rows_begin(ra__rows *rows, ra_ctx *ctx, const ra__call *call);
/// RA_ERR_TOO_MANY_ROWS: one and opt have theirs already. RA_ERR_TOO_LARGE: past .rows_max.
/// RA_ERR_EXHAUSTED.
RA_MUST_USE ra_status ra__rows_add(ra__rows *rows);
/// Column `i` of the row added last; text is copied. RA_ERR_DECODE with detail, RA_ERR_EXHAUSTED.
RA_MUST_USE ra_status ra__rows_set(ra__rows *rows, const ra__columns *columns, unsigned i,
                                   const ra__scalar *value, ra__sql_detail *detail);
/// one: RA_ERR_NOT_FOUND when there was none.
RA_MUST_USE ra_status ra__rows_end(ra__rows *rows);

/// exec: report and check how many rows were changed. RA_ERR_NOT_FOUND, RA_ERR_TOO_MANY_ROWS.
RA_MUST_USE ra_status ra__rows_changed(const ra__call *call, int64_t changed);

/// Whether rows of this plan hold text, for which memory is needed.
bool ra__rows_need_memory(const ra__call *call);

#endif
