// SPDX-License-Identifier: MIT OR Apache-2.0
// sql: literal text, parameters by name from a struct, rows into structs. SQLite and PostgreSQL
// alike.
//
//   typedef struct { int64_t id; ra_str name; double price; ra_opt_str note; } item;
//   RA_BIND(item, RA_FIELD(id), RA_FIELD(name), RA_FIELD(price), RA_FIELD(note));
//
//   RA_TRY(ra_sql_one(ctx, "select id, name, price, note from items where id = :id",
//                     item_key, in, item, out));
//
// Parameters. `:name` is the member of In whose column has that name (`.sql`, else `.json`, else
// the member's own), or whose name in C it is. A scalar or enum as In (int64_t, &id) stands for the
// one parameter that the text uses; ra_none, NULL: there is none. An absent optional is null.
// `:note.present` is true unless the optional is absent: it tells "leave it" from "set it to null"
// in an update (see examples/items/items.c).
//
// Rows. A column goes into the member of its name: each plain member of Out needs a column, each
// column a member; optional members and lists may be left out, and then stay as they are. A scalar
// as Out takes the only column. A null into a plain member, or a value that the member cannot hold,
// is RA_ERR_DECODE. Text is copied into ctx's memory.
//
// Values: bool as 0 and 1, ra_time as nanoseconds since 1970, an enum by its name.
//
// Errors, for every call here, beside what the call itself says. The ctx's message names the
// columns of a broken constraint, a CHECK by its name if it has one; it never holds SQL or the
// engine's words, which go to the log.
//   RA_ERR_UNIQUE, RA_ERR_FOREIGN_KEY, RA_ERR_CHECK, RA_ERR_NOT_NULL   a constraint
//   RA_ERR_DECODE         a row does not fit Out (or a column or member lacks its partner), or the
//                         file is damaged
//   RA_ERR_INVALID        a value that no database can hold: an unsigned number above INT64_MAX
//   RA_ERR_BUSY           locked by another process for too long
//   RA_ERR_DISK_FULL, RA_ERR_READ_ONLY, RA_ERR_IO   the database cannot be written or read
//   RA_ERR_SERIALIZATION  changed by another transaction at the same time: try again (.retry)
//   RA_ERR_UNAVAILABLE    undone with another one's failure, or no connection: may be tried again
//   RA_ERR_CANCELED, RA_ERR_TIMEOUT, RA_ERR_EXHAUSTED   as every suspending call; a statement that
//                         runs for more than 5 s is RA_ERR_TIMEOUT, too
//   RA_ERR_STATE          no such database, or a ctx that may not suspend
//   RA_ERR_INTERNAL       the text is wrong: syntax, unknown table or parameter, more than one
//                         statement, begin or commit (use ra_sql_tx), pragma, attach
// A single statement that fails has changed nothing. Inside a transaction what it did stays until
// that is rolled back.
//
// On SQLite a read outside a transaction runs in the shard's loop; every write is queued for the
// one writer, and many are committed together. RA_OK means committed and, unless the URL says
// synchronous=normal, safe from a power cut.
#ifndef RAMIE_SQL_H
#define RAMIE_SQL_H

#include <ramie/bind.h>
#include <ramie/fiber.h>

#ifdef __cplusplus
extern "C" {
#endif

// ---- databases ----------------------------------------------------------------------------------

/// A database, or a transaction of one. Lives as long as the program, or as the body of the
/// transaction.
typedef struct ra_db ra_db;

/// The application's database; inside ra_sql_tx: the transaction. What ra_sql_one and its kin use.
///
/// @param ctx  the calling fiber's.
/// @return NULL when the program has none; the calls below then return RA_ERR_STATE.
/// @suspends no.  @threads the ctx's own.
ra_db *ra_ctx_db(ra_ctx *ctx);

/// A database by its name. A program has one so far: "default", or NULL for the name, is
/// ra_ctx_db(ctx).
///
/// @return NULL for every other name; the `_on` calls below then return RA_ERR_STATE.
/// @suspends no.  @threads the ctx's own.
ra_db *ra_ctx_db_named(ra_ctx *ctx, const char *name);

/// A driver. `ra_app_use(app, ra_sqlite())` links it; the URL of the configuration then chooses.
typedef struct ra_module ra_module;

/// SQLite: "sqlite:PATH", "sqlite::memory:" (shared by the whole program, gone with it). Options
/// follow a `?`: mode=rwc|rw|ro, synchronous=full|normal, busy_timeout_ms=N, max_bytes=N,
/// cache_bytes=N.
///
/// @return static storage.
/// @suspends no.  @threads any.
const ra_module *ra_sqlite(void);

/// PostgreSQL. Declared so that programs can be written for it; defined when its driver is built.
const ra_module *ra_postgres(void);

/// One step of the tables' history: a name ("0001_items") and any number of statements. Steps are
/// applied in the order of the program's list (ra_app_migrations), each in one transaction, once. A
/// step that was applied is never changed.
typedef struct {
    const char *name, *sql;
} ra_migration;

// ---- options ------------------------------------------------------------------------------------

/// Of ra_sql_one, ra_sql_opt, ra_sql_many and ra_sql_exec.
typedef struct {
    int reserved_;
    int64_t rows;      ///< exec: so many must change, else RA_ERR_NOT_FOUND, _TOO_MANY_ROWS; 0: any
    int64_t *changed;  ///< exec: how many were; NULL: not wanted
    uint32_t rows_max; ///< many: past it RA_ERR_TOO_LARGE; 0: 1,000
} RA_OPTIONS ra_sql_opts;

/// Of ra_sql_tx. SQLite's transactions are serializable whatever `isolation` says.
typedef struct {
    int reserved_;
    bool read_only; ///< sees one state of the data; a write is RA_ERR_READ_ONLY
    int retry;      ///< more tries after RA_ERR_SERIALIZATION; the body has no effects elsewhere
    enum { RA_TX_DEFAULT, RA_TX_REPEATABLE_READ, RA_TX_SERIALIZABLE } isolation;
} RA_OPTIONS ra_tx_opts;

// ---- what the macros below call -----------------------------------------------------------------

typedef enum { RA_SQL_ONE_, RA_SQL_OPT_, RA_SQL_MANY_, RA_SQL_EXEC_ } ra_sql_form;
RA_SUSPENDS ra_status ra_sql_run_(ra_ctx *ctx, ra_db *db, ra_sql_form form, const char *sql,
                                  const ra_bind *in_bind, const void *in, const ra_bind *out_bind,
                                  void *out, const ra_sql_opts *opts);
RA_SUSPENDS ra_status ra_sql_tx_(ra_ctx *ctx, ra_db *db, ra_any_fn body, void *arg,
                                 const ra_tx_opts *opts);

#ifdef __cplusplus
}
#else

// ---- statements ---------------------------------------------------------------------------------

/// ra_sql_one(ctx, "text", In, in, Out, out, ...): the one row of a query, or of `returning`.
///
/// @param ctx  calling fiber; its deadline and cancellation apply, its memory holds the row's text.
/// @param text a string literal; anything else does not compile.
/// @param in   `const In *`, NULL when In is ra_none; borrowed until return.
/// @param out  `Out *`; on failure its content is unspecified.
/// @return RA_OK                 one row, in *out.
/// @return RA_ERR_NOT_FOUND      no row; *out is as it was.
/// @return RA_ERR_TOO_MANY_ROWS  more than one.
/// @suspends yes.  @threads the ctx's own.
/// @example examples/items/items.c
#define ra_sql_one(ctx, ...) ra_sql_one_on(ctx, ra_ctx_db(ctx), __VA_ARGS__)

/// ra_sql_opt(ctx, "text", In, in, Out, out, ...): zero or one row. As ra_sql_one, but `out` is a
/// `RA_OPT(Out) *`.
///
/// @return RA_OK                 a row (ra_is_set(*out)), or none (ra_is_absent(*out)).
/// @return RA_ERR_TOO_MANY_ROWS  more than one.
/// @suspends yes.  @threads the ctx's own.
#define ra_sql_opt(ctx, ...) ra_sql_opt_on(ctx, ra_ctx_db(ctx), __VA_ARGS__)

/// ra_sql_many(ctx, "text", In, in, Out, out, ...): all rows, in order. As ra_sql_one, but `out` is
/// a `RA_LIST(Out) *`, which is made anew, in ctx's memory.
///
/// @return RA_OK             as many rows as there are, maybe none.
/// @return RA_ERR_TOO_LARGE  more than .rows_max.
/// @suspends yes.  @threads the ctx's own.
/// @example examples/items/items.c
#define ra_sql_many(ctx, ...) ra_sql_many_on(ctx, ra_ctx_db(ctx), __VA_ARGS__)

/// ra_sql_exec(ctx, "text", In, in, ...): a statement without rows.
///
/// @return RA_OK                 done.
/// @return RA_ERR_NOT_FOUND      fewer rows changed than .rows.
/// @return RA_ERR_TOO_MANY_ROWS  more.
/// @suspends yes.  @threads the ctx's own.
/// @example examples/transfer/main.c
#define ra_sql_exec(ctx, ...) ra_sql_exec_on(ctx, ra_ctx_db(ctx), __VA_ARGS__)

/// The same on a database of your choice: ra_sql_one_on(ctx, db, "text", ...). `db` NULL:
/// RA_ERR_STATE.
#define ra_sql_one_on(...) RA_SQL_ONE__(__VA_ARGS__, )
#define ra_sql_opt_on(...) RA_SQL_OPT__(__VA_ARGS__, )
#define ra_sql_many_on(...) RA_SQL_MANY__(__VA_ARGS__, )
#define ra_sql_exec_on(...) RA_SQL_EXEC__(__VA_ARGS__, )

// ---- transactions -------------------------------------------------------------------------------

/// ra_sql_tx(ctx, body, arg, ...): run `ra_status body(ra_ctx *tx_ctx, T *arg)` as one transaction:
/// committed when it returns RA_OK, else rolled back. Inside, ra_ctx_db(tx_ctx) is the transaction,
/// and only SQL may suspend: a channel, a sleep or a socket is RA_ERR_STATE, and a trap in debug
/// builds. A ra_sql_tx inside is a savepoint.
///
/// The body has a ctx of its own, on SQLite on another thread: use tx_ctx, never the outer ctx, and
/// keep from `arg` what must outlive it; memory of tx_ctx goes over to ctx at the end.
///
/// @param ctx  calling fiber, parked meanwhile. Cancelled or past its deadline: the body's next
///             statement fails and all is rolled back; once it is being committed it is committed.
/// @param arg  `T *`; borrowed until return.
/// @return RA_OK           committed.
/// @return what body returned, with its message; nothing was changed.
/// @return RA_ERR_FOREIGN_KEY, RA_ERR_DISK_FULL, RA_ERR_IO, ...: the commit failed; nothing was
///         changed, though after RA_ERR_IO a power cut may still bring it back.
/// @suspends yes.  @threads the ctx's own.
/// @example examples/transfer/main.c
#define ra_sql_tx(ctx, ...) ra_sql_tx_on(ctx, ra_ctx_db(ctx), __VA_ARGS__)
#define ra_sql_tx_on(...) RA_SQL_TX__(__VA_ARGS__, )

// A literal is a `char *`; text in a `const char *` is refused at the user's argument, the rest by
// the assertion.
#define RA_SQL_TEXT_(sql)                                                                          \
    (_Generic(sql, char *: (sql)) + 0 * sizeof(struct {                                           \
        _Static_assert(__builtin_constant_p(sql),                                                 \
                       "SQL is a literal; values go in as :parameters"); char c_; }))
#define RA_SQL_OPTS_(...)                                                                          \
    &(ra_sql_opts)                                                                                 \
    {                                                                                              \
        .reserved_ = 0, __VA_ARGS__                                                                \
    }
#define RA_SQL_IN_(sql, In, in) RA_SQL_TEXT_(sql), ra_bind_of(In), RA_PTR_(In, in)
#define RA_SQL_ONE__(ctx, db, sql, In, in, Out, out, ...)                                          \
    ra_sql_run_((ctx), (db), RA_SQL_ONE_, RA_SQL_IN_(sql, In, in), ra_bind_of(Out),                \
                _Generic(out, Out *                                                                \
                         : (out)),                                                                 \
                RA_SQL_OPTS_(__VA_ARGS__))
#define RA_SQL_OPT__(ctx, db, sql, In, in, Out, out, ...)                                          \
    ra_sql_run_((ctx), (db), RA_SQL_OPT_, RA_SQL_IN_(sql, In, in), ra_bind_of(Out),                \
                _Generic(out, ra_opt_##Out *                                                       \
                         : (out)),                                                                 \
                RA_SQL_OPTS_(__VA_ARGS__))
#define RA_SQL_MANY__(ctx, db, sql, In, in, Out, out, ...)                                         \
    ra_sql_run_((ctx), (db), RA_SQL_MANY_, RA_SQL_IN_(sql, In, in), ra_bind_of(Out),               \
                _Generic(out, ra_list_##Out *                                                      \
                         : (out)),                                                                 \
                RA_SQL_OPTS_(__VA_ARGS__))
#define RA_SQL_EXEC__(ctx, db, sql, In, in, ...)                                                   \
    ra_sql_run_((ctx), (db), RA_SQL_EXEC_, RA_SQL_IN_(sql, In, in), NULL, NULL,                    \
                RA_SQL_OPTS_(__VA_ARGS__))
#define RA_SQL_TX__(ctx, db, body, arg, ...)                                                       \
    ra_sql_tx_((ctx), (db), (ra_any_fn)(body), RA_ARG_OF_CALL_(arg, body((ctx), arg)),             \
               &(ra_tx_opts){.reserved_ = 0, __VA_ARGS__})
#endif

#endif
