// SPDX-License-Identifier: MIT OR Apache-2.0
#include "private/options.h"

#include "base/arena.h"
#include "base/assert.h"
#include "base/text.h"

#include <stdio.h>

// ---- names

/// NUL-terminated as well.
static ra_str copy_mapped(ra_arena *arena, ra_str prefix, ra_str name, char (*map)(char c))
{
    char *text = ra_arena_try_alloc(arena, prefix.len + name.len + 1);
    RA_CHECK(text, "no memory for the options");
    for (size_t i = 0; i < prefix.len; i++)
        text[i] = map(prefix.ptr[i]);
    for (size_t i = 0; i < name.len; i++)
        text[prefix.len + i] = map(name.ptr[i]);
    return (ra_str){text, prefix.len + name.len};
}

static char to_flag(char c)
{
    return c == '_' ? '-' : ra__ascii_lower(c);
}

static char to_key(char c)
{
    return c == '-' ? '_' : ra__ascii_lower(c);
}

static char to_variable(char c)
{
    if (c >= 'a' && c <= 'z')
        return (char)(c - 'a' + 'A');
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
}

static bool ends_with(ra_str text, ra_str end)
{
    return text.len > end.len &&
           ra_str_equal(ra_str_slice(text, text.len - end.len, text.len), end);
}

static ra__option_unit unit_of(const ra__member *member)
{
    bool integer = member->kind == RA_K_I64 || member->kind == RA_K_U64 || member->kind == RA_K_U32;
    if (!integer)
        return RA__UNIT_NONE;
    if (member->kind == RA_K_I64 && ends_with(member->name, RA_STR("_ns")))
        return RA__UNIT_DURATION;
    bool middle = memmem(member->name.ptr, member->name.len, "_bytes_", 7) != NULL;
    return middle || ends_with(member->name, RA_STR("_bytes")) ? RA__UNIT_SIZE : RA__UNIT_NONE;
}

/// drain_timeout_ns -> drain_timeout, body_bytes_max -> body_max
static ra_str without_unit(ra_arena *arena, ra_str name, ra__option_unit unit)
{
    ra_str suffix = unit == RA__UNIT_DURATION ? RA_STR("_ns") : RA_STR("_bytes");
    if (unit == RA__UNIT_NONE)
        return name;
    if (ends_with(name, suffix))
        return ra_str_slice(name, 0, name.len - suffix.len);
    const char *at = memmem(name.ptr, name.len, suffix.ptr, suffix.len);
    size_t from = (size_t)(at - name.ptr);
    return copy_mapped(arena, ra_str_slice(name, 0, from),
                       ra_str_slice(name, from + suffix.len, name.len), to_key);
}

// ---- the set

void ra__options_init(ra__options *options, ra_arena *arena, const char *program,
                      ra__faults *faults)
{
    RA_CHECK(strlen(program) < RA__PROGRAM_NAME_MAX,
             "the name of a program has at most %d characters", RA__PROGRAM_NAME_MAX - 1);
    *options = (ra__options){.arena = arena, .program = program, .faults = faults};
    options->variable_prefix = copy_mapped(arena, ra_str_of(program), RA_STR("_"), to_variable);
}

ra__option *ra__options_by_key(ra__options *options, ra_str key)
{
    ra_str normal = copy_mapped(options->arena, RA_STR(""), key, to_key);
    for (unsigned i = 0; i < options->count; i++)
        if (ra_str_equal(options->items[i].key, normal))
            return &options->items[i];
    return NULL;
}

ra__option *ra__options_by_flag(ra__options *options, ra_str flag)
{
    for (unsigned i = 0; i < options->count; i++)
        if (ra_str_equal(options->items[i].flag, flag))
            return &options->items[i];
    return NULL;
}

void ra__options_remove(ra__options *options, ra_str key)
{
    ra__option *option = ra__options_by_key(options, key);
    ra__option *end = &options->items[options->count--];
    memmove(option, option + 1, (size_t)(end - option - 1) * sizeof *option);
}

static bool is_reserved(ra_str key)
{
    return ra_str_equal(key, RA_STR("help")) || ra_str_equal(key, RA_STR("version")) ||
           ra_str_equal(key, RA_STR("check")) || ra_str_equal(key, RA_STR("config"));
}

static void add_member(ra__options *options, const ra__plan *plan, const ra__member *member,
                       void *base, bool preset)
{
    const ra_bind *bind = plan->bind;
    ra__option_unit unit = unit_of(member);
    ra_str name = without_unit(options->arena, member->name, unit);
    int line = (int)member->row->line_;
    if (member->kind == RA_K_BOUND && member->of->form != RA__PLAN_ENUM) {
        ra__fault_add(options->faults, bind->file, line,
                      "%s.%.*s: a configuration has scalars, enums and lists of them", bind->name,
                      RA_STR_ARG(member->name));
        return;
    }
    if (is_reserved(name) || ra__options_by_key(options, name)) {
        ra__fault_add(options->faults, bind->file, line,
                      "%s.%.*s: the name of this option is taken", bind->name,
                      RA_STR_ARG(member->name));
        return;
    }
    RA_CHECK(options->count < RA__OPTIONS_MAX, "more than %d options", RA__OPTIONS_MAX);
    options->items[options->count++] = (ra__option){
        .member = member,
        .plan = plan,
        .base = base,
        .preset = preset,
        .unit = unit,
        .flag = copy_mapped(options->arena, RA_STR(""), name, to_flag),
        .variable = copy_mapped(options->arena, options->variable_prefix, name, to_variable),
        .key = copy_mapped(options->arena, RA_STR(""), name, to_key),
    };
}

void ra__options_add(ra__options *options, const ra_bind *bind, void *base, bool preset)
{
    const ra__plan *plan = ra__plan_of(bind);
    if (plan->form != RA__PLAN_STRUCT) {
        ra__fault_add(options->faults, bind->file, 0,
                      "%s: a configuration is a struct with RA_BIND", bind->name);
        return;
    }
    for (uint32_t i = 0; i < plan->member_count; i++)
        add_member(options, plan, &plan->members[i], base, preset);
}

ra_str ra__options_suggest(ra__options *options, ra_str wrong, bool as_flag)
{
    ra_str best = {NULL, 0};
    unsigned distance = 3;
    for (unsigned i = 0; i < options->count; i++) {
        ra_str name = as_flag ? options->items[i].flag : options->items[i].key;
        unsigned far = ra__str_distance(wrong, name, 2);
        if (far < distance) {
            distance = far;
            best = name;
        }
    }
    if (!best.ptr)
        return RA_STR("");
    char text[128];
    int len = snprintf(text, sizeof text, "; did you mean %s" RA_STR_FMT "?", as_flag ? "--" : "",
                       RA_STR_ARG(best));
    ra_str out = RA_STR("");
    RA_DISCARD(ra__arena_try_copy(options->arena, (ra_str){text, (size_t)len}, &out));
    return out;
}

void ra__option_give(ra__options *options, ra__option *option, ra__option_source source,
                     const ra__option_text *text)
{
    bool list = option->member->shape == RA_SHAPE_LIST;
    if (source < option->source)
        return;
    ra__option_text *copy = ra_arena_try_alloc(options->arena, sizeof *copy);
    RA_CHECK(copy, "no memory for the options");
    *copy = *text;
    if (source > option->source || !list)
        option->texts = NULL;
    ra__option_text **end = &option->texts;
    while (*end)
        end = &(*end)->next;
    *end = copy;
    copy->next = NULL;
    option->source = source;
}
