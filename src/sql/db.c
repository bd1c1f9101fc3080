// SPDX-License-Identifier: MIT OR Apache-2.0
// db: a database by its URL. The scheme picks one of the drivers that the program linked; all else
// is the driver's.
#include "base/assert.h"
#include "sql/driver.h"

static bool has_scheme(const ra_module *module, ra_str url)
{
    return ra_str_starts_with(url, ra_str_of(module->scheme));
}

static const ra_module *module_for(const ra_module *const *modules, ra_str url)
{
    for (; *modules; modules++)
        if (has_scheme(*modules, url))
            return *modules;
    return NULL;
}

/// Only the scheme is repeated: the rest of a URL may hold a password.
static ra_status say_scheme(ra_str url, ra_buf *message)
{
    const char *colon = memchr(url.ptr, ':', url.len);
    if (!colon)
        return ra_buf_printf(message, "a database is named by a URL, like sqlite:items.db");
    return ra_buf_printf(message, "no driver for \"" RA_STR_FMT "\"", (int)(colon + 1 - url.ptr),
                         url.ptr);
}

static ra_status say_modules(const ra_module *const *modules, ra_buf *message)
{
    if (!*modules)
        return ra_buf_printf(message, "; the program uses none: ra_app_use(app, ra_sqlite())");
    RA_TRY(ra_buf_printf(message, "; the program uses"));
    for (; *modules; modules++)
        RA_TRY(ra_buf_printf(message, " %s", (*modules)->scheme));
    return RA_OK;
}

static ra_status refuse_scheme(const ra_module *const *modules, ra_str url, ra_buf *message)
{
    RA_TRY(say_scheme(url, message));
    RA_TRY(say_modules(modules, message));
    return RA_ERR_INVALID;
}

ra_status ra__db_open(ra_db **out, ra__runtime *runtime, const char *url,
                      const ra_module *const *modules, const ra__db_opts *opts, ra_buf *message)
{
    *out = NULL;
    ra_str whole = ra_str_of(url);
    const ra_module *module = module_for(modules, whole);
    if (!module)
        return refuse_scheme(modules, whole, message);
    ra__db_place place = {
        .runtime = runtime,
        .address = ra_str_slice(whole, strlen(module->scheme), whole.len),
        .opts = opts ? *opts : (ra__db_opts){0},
    };
    return module->driver->open(out, &place, message);
}

static const ra__driver *driver_of(const ra_db *db)
{
    RA_CHECK(db->driver, "a transaction is taken for its database");
    return db->driver;
}

void ra__db_close(ra_db *db)
{
    if (db)
        driver_of(db)->close(db);
}

ra_status ra__db_ready(ra_ctx *ctx, ra_db *db)
{
    return driver_of(db)->ready(ctx, db);
}

void ra__db_fail(ra_db *db, ra__db_fault fault, unsigned nth, ra_status status)
{
    driver_of(db)->fail(db, fault, nth, status);
}

ra__db_counters ra__db_counters_of(const ra_db *db)
{
    return driver_of(db)->counters(db);
}

ra_db *ra_ctx_db(ra_ctx *ctx)
{
    return ctx->slots[RA__SLOT_DB];
}

ra_db *ra_ctx_db_named(ra_ctx *ctx, const char *name)
{
    return !name || strcmp(name, "default") == 0 ? ra_ctx_db(ctx) : NULL;
}
