// SPDX-License-Identifier: MIT OR Apache-2.0
// sql: literal text, parameters by name from a struct, rows into structs. SQLite and PostgreSQL alike.
#ifndef RAMIE_SQL_H
#define RAMIE_SQL_H

#include <ramie/bind.h>
#include <ramie/fiber.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ra_db ra_db;
/// The application's database; inside ra_sql_tx: the transaction.
ra_db *ra_ctx_db(ra_ctx *ctx);
ra_db *ra_ctx_db_named(ra_ctx *ctx, const char *name);

/// A driver: ra_app_use(app, ra_sqlite()) links it; the URL then chooses.
typedef struct ra_module ra_module;
const ra_module *ra_sqlite(void);
const ra_module *ra_postgres(void);

typedef struct {
    const char *name, *sql;
} ra_migration;

typedef struct {
    int      reserved_;
    int64_t  rows;     // exec: exactly so many changed, else RA_ERR_NOT_FOUND (0) or RA_ERR_TOO_MANY_ROWS
    int64_t *changed;  // exec: how many did
    uint32_t rows_max; // many: 1,000; past it RA_ERR_TOO_LARGE
} RA_OPTIONS ra_sql_opts;
typedef struct {
    int  reserved_;
    bool read_only;
    int  retry;        // of serialization failures; the body has no outside effects
    enum { RA_TX_DEFAULT, RA_TX_REPEATABLE_READ, RA_TX_SERIALIZABLE } isolation;
} RA_OPTIONS ra_tx_opts;

typedef enum { RA_SQL_ONE_, RA_SQL_OPT_, RA_SQL_MANY_, RA_SQL_EXEC_ } ra_sql_form;
RA_SUSPENDS ra_status ra_sql_run_(ra_ctx *ctx, ra_db *db, ra_sql_form form, const char *sql, const ra_bind *in_bind,
                                  const void *in, const ra_bind *out_bind, void *out, const ra_sql_opts *opts);
RA_SUSPENDS ra_status ra_sql_tx_(ra_ctx *ctx, ra_db *db, ra_any_fn body, void *arg, const ra_tx_opts *opts);

#ifdef __cplusplus
}
#else

// Parameters `:name` are members of In; `:note.present` says whether an optional one was there.
// Each plain member of Out needs a column; a column without a member is an error.

/// Exactly one row: RA_ERR_NOT_FOUND, RA_ERR_TOO_MANY_ROWS.
#define ra_sql_one(ctx, ...) ra_sql_one_on(ctx, ra_ctx_db(ctx), __VA_ARGS__)
/// Zero or one row, into a RA_OPT(Out).
#define ra_sql_opt(ctx, ...) ra_sql_opt_on(ctx, ra_ctx_db(ctx), __VA_ARGS__)
/// Any number up to .rows_max, into a RA_LIST(Out), in the request's arena.
#define ra_sql_many(ctx, ...) ra_sql_many_on(ctx, ra_ctx_db(ctx), __VA_ARGS__)
/// No row. .rows = 1: exactly one changed, else RA_ERR_NOT_FOUND.
#define ra_sql_exec(ctx, ...) ra_sql_exec_on(ctx, ra_ctx_db(ctx), __VA_ARGS__)
#define ra_sql_one_on(...) RA_SQL_ONE__(__VA_ARGS__, )
#define ra_sql_opt_on(...) RA_SQL_OPT__(__VA_ARGS__, )
#define ra_sql_many_on(...) RA_SQL_MANY__(__VA_ARGS__, )
#define ra_sql_exec_on(...) RA_SQL_EXEC__(__VA_ARGS__, )

/// Commits when body returns RA_OK, else rolls back. ra_status body(ra_ctx *tx_ctx, T *arg)
#define ra_sql_tx(ctx, ...) ra_sql_tx_on(ctx, ra_ctx_db(ctx), __VA_ARGS__)
#define ra_sql_tx_on(...) RA_SQL_TX__(__VA_ARGS__, )

// A literal is a `char *`; text in a `const char *` is refused at the user's argument, the rest by the assertion.
#define RA_SQL_TEXT_(sql)                                                                         \
    (_Generic(sql, char *: (sql)) + 0 * sizeof(struct {                                           \
        _Static_assert(__builtin_constant_p(sql), "SQL is a literal; values go in as :parameters"); char c_; }))
#define RA_SQL_OPTS_(...) &(ra_sql_opts){ .reserved_ = 0, __VA_ARGS__ }
#define RA_SQL_ONE__(ctx, db, sql, In, in, Out, out, ...) \
    ra_sql_run_((ctx), (db), RA_SQL_ONE_, RA_SQL_TEXT_(sql), ra_bind_of(In), RA_PTR_(In, in), ra_bind_of(Out), _Generic(out, Out *: (out)), RA_SQL_OPTS_(__VA_ARGS__))
#define RA_SQL_OPT__(ctx, db, sql, In, in, Out, out, ...) \
    ra_sql_run_((ctx), (db), RA_SQL_OPT_, RA_SQL_TEXT_(sql), ra_bind_of(In), RA_PTR_(In, in), ra_bind_of(Out), _Generic(out, ra_opt_##Out *: (out)), RA_SQL_OPTS_(__VA_ARGS__))
#define RA_SQL_MANY__(ctx, db, sql, In, in, Out, out, ...) \
    ra_sql_run_((ctx), (db), RA_SQL_MANY_, RA_SQL_TEXT_(sql), ra_bind_of(In), RA_PTR_(In, in), ra_bind_of(Out), _Generic(out, ra_list_##Out *: (out)), RA_SQL_OPTS_(__VA_ARGS__))
#define RA_SQL_EXEC__(ctx, db, sql, In, in, ...) \
    ra_sql_run_((ctx), (db), RA_SQL_EXEC_, RA_SQL_TEXT_(sql), ra_bind_of(In), RA_PTR_(In, in), NULL, NULL, RA_SQL_OPTS_(__VA_ARGS__))
#define RA_SQL_TX__(ctx, db, body, arg, ...)                                                      \
    ra_sql_tx_((ctx), (db), (ra_any_fn)(body), RA_ARG_OF_CALL_(arg, body((ctx), arg)),            \
               &(ra_tx_opts){ .reserved_ = 0, __VA_ARGS__ })
#endif

#endif
