// SPDX-License-Identifier: MIT OR Apache-2.0
// migrate: brings the tables to what the program expects, before the first request.
//
//   ramie_migrations   position  name        checksum          applied_at
//                      1         0001_items  1c9b0c5d7d2f8e01  2026-11-21T09:00:00.5Z
//
// What is applied must be a prefix of the program's list, unchanged. Each step is one transaction
// which looks again before it acts, so several processes may start at once. Sealed once written: a
// wrong migration is mended by another.
#include "base/map.h"
#include "base/text.h"
#include "sql/driver.h"

typedef struct {
    ra_str name, checksum;
} applied;
RA_BIND(applied, RA_FIELD(name), RA_FIELD(checksum));

typedef struct {
    int64_t position;
    ra_str name, checksum, applied_at;
} new_applied;
RA_BIND(new_applied, RA_FIELD(position), RA_FIELD(name), RA_FIELD(checksum), RA_FIELD(applied_at));

typedef struct {
    const ra_migration *list;
    bool done; // nothing is left to apply
} migration_run;

enum { CHECKSUM_HEX = 16, MIGRATIONS_MAX = 10000 };

/// Tells an edited text from the one that was applied; not a defence, so its key is no secret.
static ra_str checksum_of(ra_ctx *ctx, const char *sql)
{
    return ra_format(ctx, "%0*" PRIx64, CHECKSUM_HEX, ra__hash((ra__hash_key){0}, ra_str_of(sql)));
}

static size_t count_of(const ra_migration *list)
{
    size_t count = 0;
    while (list && list[count].name)
        count++;
    return count;
}

static ra_status check_applied(ra_ctx *ctx, const ra_migration *list, const RA_LIST(applied) * done)
{
    size_t count = count_of(list);
    for (uint32_t i = 0; i < done->len; i++) {
        const applied *was = &done->items[i];
        RA_ENSURE(ctx, i < count, RA_ERR_STATE,
                  "the database is newer than the program: it has the migration " RA_STR_FMT,
                  RA_STR_ARG(was->name));
        RA_ENSURE(ctx, ra_str_equal(was->name, ra_str_of(list[i].name)), RA_ERR_STATE,
                  "migration %s stands where " RA_STR_FMT " was applied: new ones go to the end",
                  list[i].name, RA_STR_ARG(was->name));
        RA_ENSURE(ctx, ra_str_equal(was->checksum, checksum_of(ctx, list[i].sql)), RA_ERR_STATE,
                  "migration %s was changed after it had been applied: put it back and add another",
                  list[i].name);
    }
    return RA_OK;
}

static ra_status apply(ra_ctx *ctx, const ra_migration *migration, int64_t position)
{
    ra_db *tx = ra_ctx_db(ctx);
    ra_status status = tx->ops->script(ctx, tx, migration->sql);
    if (status != RA_OK) {
        ra_str why = ra_ctx_message(ctx);
        return ra_fail(ctx, status, "migration %s: " RA_STR_FMT, migration->name, RA_STR_ARG(why));
    }
    char at[RA__NUMBER_TEXT_MAX];
    const new_applied row = {
        .position = position,
        .name = ra_str_of(migration->name),
        .checksum = checksum_of(ctx, migration->sql),
        .applied_at = {at, ra__time_print(at, ra_now(ctx))},
    };
    return ra_sql_exec(ctx,
                       "insert into ramie_migrations (position, name, checksum, applied_at)"
                       " values (:position, :name, :checksum, :applied_at)",
                       new_applied, &row);
}

static ra_status create_table(ra_ctx *ctx, migration_run *unused)
{
    (void)unused;
    return ra_sql_exec(
        ctx,
        "create table if not exists ramie_migrations ("
        "position integer primary key, name text not null unique, checksum text not null,"
        " applied_at text not null)",
        ra_none, NULL);
}

/// Look at what is applied; *len says how many.
static ra_status check(ra_ctx *ctx, migration_run *run, uint32_t *len)
{
    RA_LIST(applied) done = {0};
    RA_TRY(ra_sql_many(ctx, "select name, checksum from ramie_migrations order by position",
                       ra_none, NULL, applied, &done, .rows_max = MIGRATIONS_MAX));
    RA_TRY(check_applied(ctx, run->list, &done));
    run->done = done.len == count_of(run->list);
    *len = done.len;
    return RA_OK;
}

static ra_status apply_next(ra_ctx *ctx, migration_run *run)
{
    uint32_t len = 0;
    RA_TRY(check(ctx, run, &len));
    return run->done ? RA_OK : apply(ctx, &run->list[len], (int64_t)len + 1);
}

/// A database that cannot be written must have had them all.
static ra_status expect_all(ra_ctx *ctx, migration_run *run)
{
    uint32_t len = 0;
    RA_TRY(check(ctx, run, &len));
    RA_ENSURE(ctx, run->done, RA_ERR_READ_ONLY,
              "the database is read-only and lacks the migration %s", run->list[len].name);
    return RA_OK;
}

static ra_status apply_all(ra_ctx *ctx, ra_db *db, migration_run *run)
{
    RA_TRY(ra_sql_tx_on(ctx, db, create_table, run));
    while (!run->done)
        RA_TRY(ra_sql_tx_on(ctx, db, apply_next, run));
    return RA_OK;
}

ra_status ra__db_migrate(ra_ctx *ctx, ra_db *db, const ra_migration *list)
{
    migration_run run = {.list = list};
    ra_status status = apply_all(ctx, db, &run);
    if (status != RA_ERR_READ_ONLY)
        return status;
    return ra_sql_tx_on(ctx, db, expect_all, &run, .read_only = true);
}
