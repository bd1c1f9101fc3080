// SPDX-License-Identifier: MIT OR Apache-2.0
// lexer: finds the parameters of a statement and nothing else; the only place that reads SQL text.
//
//   insert into t (a, b) values (:name, case when :note.present then :note else 'x:y' end)
//   insert into t (a, b) values (?1, case when ?2 then ?3 else 'x:y' end)          SQLite
//   insert into t (a, b) values ($1, case when $2 then $3 else 'x:y' end)          PostgreSQL
//
// The same name is the same number. Strings, quoted identifiers, comments, dollar quotes and `::`
// casts pass untouched. A pure function of the text and the dialect.
#ifndef RAMIE_SQL_PRIVATE_LEXER_H
#define RAMIE_SQL_PRIVATE_LEXER_H

#include "private/detail.h"

typedef enum { RA__SQL_SQLITE, RA__SQL_POSTGRES } ra__sql_dialect;

/// What the first word says about who may send such a statement.
typedef enum {
    RA__SQL_EMPTY,       // no word at all: white space and comments
    RA__SQL_PLAIN,       // select, insert, create, ...
    RA__SQL_TRANSACTION, // begin, commit, savepoint, ...: ra_sql_tx does that
    RA__SQL_SESSION      // pragma, attach, set, ...: changes a connection that others share
} ra__sql_sort;

typedef struct {
    ra_str name;  // in the literal
    bool present; // `:name.present`
    short member; // params.h: of the plan matched last; -1: the whole value
} ra__sql_param;

enum { RA__SQL_PARAMS_MAX = 512, RA__SQL_TEXT_BYTES_MAX = 64 << 10 };

typedef struct {
    ra_buf text;           // rewritten, NUL-terminated (the NUL is counted)
    ra__sql_param *params; // [0] is ?1
    unsigned param_count, param_cap;
    ra__sql_sort sort;
    const void *matched; // params.h: that plan
} ra__query;

/// RA_ERR_INTERNAL: unterminated, a positional parameter, too many parameters; with detail.
/// RA_ERR_TOO_LARGE, RA_ERR_EXHAUSTED (no memory). Whatever it returns, ra__query_deinit follows.
RA_MUST_USE ra_status ra__query_init(ra__query *query, const char *sql, ra__sql_dialect dialect,
                                     ra__sql_detail *detail);
void ra__query_deinit(ra__query *query);

/// The sort of the first statement in `sql`, without rewriting anything.
ra__sql_sort ra__sql_sort_of(const char *sql, ra__sql_dialect dialect);
/// Its first byte: neither blank nor a stray `;`. A comment without end is skipped to the end of
/// the text.
const char *ra__sql_start_of(const char *sql, ra__sql_dialect dialect);

#endif
