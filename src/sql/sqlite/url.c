// SPDX-License-Identifier: MIT OR Apache-2.0
// url: see private/sqlite/url.h.
#include "private/sqlite/url.h"

static const ra__sqlite_url defaults = {
    .mode = RA__SQLITE_CREATE,
    .is_full = true,
    .busy_timeout_ns = RA_SECONDS(5),
    .cache_bytes = 2000000,
};

static ra_status refuse(ra_buf *message, const char *what, ra_str text)
{
    RA_TRY(ra_buf_printf(message, "%s \"" RA_STR_FMT "\"", what, RA_STR_ARG(text)));
    return RA_ERR_INVALID;
}

// ---- options: each setter is false when the value is not one of its own

static bool set_mode(ra__sqlite_url *url, ra_str value)
{
    static const char *const names[] = {
        [RA__SQLITE_CREATE] = "rwc", [RA__SQLITE_READ_WRITE] = "rw", [RA__SQLITE_READ_ONLY] = "ro"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (ra_str_equal(value, ra_str_of(names[i]))) {
            url->mode = (ra__sqlite_mode)i;
            return true;
        }
    }
    return false;
}

static bool set_synchronous(ra__sqlite_url *url, ra_str value)
{
    url->is_full = ra_str_equal(value, RA_STR("full"));
    return url->is_full || ra_str_equal(value, RA_STR("normal"));
}

static bool number(ra_str value, int64_t min, int64_t max, int64_t *out)
{
    return ra_str_to_i64(value, out) == RA_OK && *out >= min && *out <= max;
}

static bool set_busy_timeout(ra__sqlite_url *url, ra_str value)
{
    int64_t ms = 0;
    bool fits = number(value, 0, 60000, &ms);
    url->busy_timeout_ns = RA_MS(ms);
    return fits;
}

static bool set_max_bytes(ra__sqlite_url *url, ra_str value)
{
    return number(value, 0, INT64_MAX, &url->max_bytes);
}

static bool set_cache_bytes(ra__sqlite_url *url, ra_str value)
{
    return number(value, 0, INT64_C(1) << 40, &url->cache_bytes);
}

static const struct {
    const char *name;
    bool (*set)(ra__sqlite_url *url, ra_str value);
} options[] = {
    {"mode", set_mode},
    {"synchronous", set_synchronous},
    {"busy_timeout_ms", set_busy_timeout},
    {"max_bytes", set_max_bytes},
    {"cache_bytes", set_cache_bytes},
};

static ra_status parse_option(ra__sqlite_url *url, ra_str option, ra_buf *message)
{
    ra_str value = option, name = {0};
    if (!ra_str_split(&value, '=', &name) || !value.ptr)
        return refuse(message, "a database option is written name=value, not", option);
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        if (!ra_str_equal(name, ra_str_of(options[i].name)))
            continue;
        return options[i].set(url, value)
                   ? RA_OK
                   : refuse(message, "the database option does not take this value:", option);
    }
    return refuse(message, "there is no database option", name);
}

static ra_status parse_options(ra__sqlite_url *url, ra_str rest, ra_buf *message)
{
    for (ra_str option; ra_str_split(&rest, '&', &option);)
        RA_TRY(parse_option(url, option, message));
    return RA_OK;
}

static ra_status parse_path(ra__sqlite_url *url, ra_str path, ra_buf *message)
{
    if (ra_str_starts_with(path, RA_STR("//")))
        path = ra_str_slice(path, 2, path.len);
    url->in_memory = ra_str_equal(path, RA_STR(":memory:"));
    if (path.len == 0)
        return refuse(message, "a path is missing: write", RA_STR("sqlite:items.db"));
    if (path.len > RA__SQLITE_PATH_BYTES_MAX || memchr(path.ptr, '\0', path.len))
        return refuse(message, "this path is too long:", path);
    memcpy(url->path, path.ptr, path.len);
    url->path[path.len] = '\0';
    return RA_OK;
}

ra_status ra__sqlite_url_parse(ra__sqlite_url *out, ra_str address, ra_buf *message)
{
    *out = defaults;
    ra_str rest = address, path = {0};
    if (!ra_str_split(&rest, '?', &path))
        rest = (ra_str){0};
    RA_TRY(parse_path(out, path, message));
    return parse_options(out, rest, message);
}
