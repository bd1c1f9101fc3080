// SPDX-License-Identifier: MIT OR Apache-2.0
// help: the text of --help, from the tables alone: flag, what it takes, what it is for, variables,
// default.
#include "base/text.h"
#include "private/options.h"
#include "private/units.h"

#include <stdio.h>

enum { TEXT_COLUMN = 34 };

static ra_status put_enum(ra_buf *out, const ra__plan *plan)
{
    for (size_t i = 0; i < plan->bind->value_count; i++)
        RA_TRY(ra_buf_printf(out, "%s%s", i ? "|" : "", plan->bind->values[i].name));
    return RA_OK;
}

static const char *placeholder(const ra__option *option)
{
    if (option->member->row->example)
        return option->member->row->example;
    if (option->unit != RA__UNIT_NONE)
        return option->unit == RA__UNIT_DURATION ? "DURATION" : "SIZE";
    switch (option->member->kind) {
    case RA_K_BOOL:
        return "on|off";
    case RA_K_STR:
        return "TEXT";
    case RA_K_TIME:
        return "TIME";
    default:
        return "NUMBER";
    }
}

static ra_status put_name(ra_buf *out, const ra__option *option)
{
    RA_TRY(ra_buf_printf(out, "  --" RA_STR_FMT " ", RA_STR_ARG(option->flag)));
    if (option->member->kind == RA_K_BOUND && !option->member->row->example)
        return put_enum(out, option->member->of);
    return ra_buf_printf(out, "%s", placeholder(option));
}

/// Out to the column of the texts, on a new line where the name was long.
static ra_status put_indent(ra_buf *out, size_t line_start)
{
    size_t used = out->len - line_start;
    if (used + 2 > TEXT_COLUMN)
        return ra_buf_printf(out, "\n%*s", TEXT_COLUMN, "");
    return ra_buf_printf(out, "%*s", (int)(TEXT_COLUMN - used), "");
}

static ra_str preset_text(const ra__option *option, char text[RA__UNITS_TEXT_MAX])
{
    ra__scalar value;
    bool present = false;
    if (ra__member_get(option->member, option->base, &value, &present) != RA_OK || !present)
        return RA_STR("");
    if (value.type == RA__SCALAR_STR)
        return value.str;
    if (value.type == RA__SCALAR_F64)
        return (ra_str){text, ra__f64_print(text, value.f64)};
    if (option->member->kind == RA_K_BOOL)
        return value.i64 ? RA_STR("on") : RA_STR("off");
    if (option->unit == RA__UNIT_DURATION)
        return (ra_str){text, ra__duration_print(text, value.i64)};
    if (option->unit == RA__UNIT_SIZE)
        return (ra_str){text, ra__size_print(text, (uint64_t)value.i64)};
    return (ra_str){text, ra__i64_print(text, value.i64)};
}

/// A table writes its defaults in its own unit; shown is what one would type.
static ra_str table_text(const ra__option *option, char text[RA__UNITS_TEXT_MAX])
{
    const char *def = option->member->row->def;
    int64_t value = 0;
    if (def && option->member->kind == RA_K_BOOL)
        return strcmp(def, "true") == 0 ? RA_STR("on") : RA_STR("off");
    if (!def || option->unit == RA__UNIT_NONE || ra__i64_parse(ra_str_of(def), &value) != RA_OK)
        return def ? ra_str_of(def) : RA_STR("");
    size_t len = option->unit == RA__UNIT_DURATION ? ra__duration_print(text, value)
                                                   : ra__size_print(text, (uint64_t)value);
    return (ra_str){text, len};
}

static ra_status put_default(ra_buf *out, const ra__option *option)
{
    char buffer[RA__UNITS_TEXT_MAX];
    ra_str text = option->preset ? preset_text(option, buffer) : table_text(option, buffer);
    if (!option->preset && option->member->required && !option->member->has_default)
        return ra_buf_printf(out, "; required");
    if (text.len == 0)
        return RA_OK;
    if (option->member->row->secret)
        return ra_buf_printf(out, "; has a default");
    return ra_buf_printf(out, "; default " RA_STR_FMT, RA_STR_ARG(text));
}

static ra_status put_option(ra_buf *out, const ra__option *option)
{
    size_t start = out->len;
    const char *doc = option->member->row->doc;
    RA_TRY(put_name(out, option));
    if (doc) {
        RA_TRY(put_indent(out, start));
        RA_TRY(ra_buf_printf(out, "%s\n%*s", doc, TEXT_COLUMN, ""));
    } else {
        RA_TRY(put_indent(out, start));
    }
    const char *also = option->variable_also ? option->variable_also : option->port_variable;
    RA_TRY(ra_buf_printf(out, "[%s%s%s", option->variable.ptr, also ? ", " : "", also ? also : ""));
    RA_TRY(put_default(out, option));
    return ra_buf_printf(out, "]\n");
}

static ra_status put_plain(ra_buf *out, const char *name, const char *doc)
{
    return ra_buf_printf(out, "  %-*s%s\n", TEXT_COLUMN - 2, name, doc);
}

ra_status ra__options_help(const ra__options *options, const char *version, ra_buf *out)
{
    RA_TRY(ra_buf_printf(
        out,
        "%s %s\n\nusage: %s [OPTION]...\n\n"
        "Each option is a flag, a variable of the environment, or a line `key = value` of the\n"
        "--config file (drain_delay = 5s). A flag beats a variable beats the file.\n\n",
        options->program, version, options->program));
    for (unsigned i = 0; i < options->count; i++)
        RA_TRY(put_option(out, &options->items[i]));
    char config[128];
    snprintf(config, sizeof config, "read options from a file [%sCONFIG]",
             options->variable_prefix.ptr);
    RA_TRY(ra_buf_printf(out, "\n"));
    RA_TRY(put_plain(out, "--config FILE", config));
    RA_TRY(put_plain(out, "--check", "validate options, tables and routes, serve nothing"));
    RA_TRY(put_plain(out, "--help, -h", "print this text"));
    RA_TRY(put_plain(out, "--version", "print name and version"));
    return ra_buf_printf(out, "\nA duration is 8s, 500ms or 1m30s; a bare number means seconds. A "
                              "size is 1500, 64KiB or 1MiB.\n"
                              "Exit status: 0 fine, 1 the program's own fault, 2 wrong options, 4 "
                              "address or database.\n");
}
