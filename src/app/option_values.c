// SPDX-License-Identifier: MIT OR Apache-2.0
// option_values: the winning texts become values of the structs, by the rules of their tables.
#include "base/arena.h"
#include "base/assert.h"
#include "base/text.h"
#include "private/options.h"
#include "private/units.h"

#include <stdio.h>

void ra__option_refuse(ra__options *options, const ra__option *option, const ra__option_text *text,
                       ra_str why)
{
    if (option->member->row->secret)
        ra__fault_add(options->faults, text->file, text->line, RA_STR_FMT " " RA_STR_FMT,
                      RA_STR_ARG(text->place), RA_STR_ARG(why));
    else
        ra__fault_add(options->faults, text->file, text->line,
                      RA_STR_FMT " " RA_STR_FMT ", not \"" RA_STR_FMT "\"", RA_STR_ARG(text->place),
                      RA_STR_ARG(why), RA_STR_ARG(text->text));
}

static ra_str keep(ra__options *options, ra_str text)
{
    ra_str kept;
    RA_CHECK(ra__arena_try_copy(options->arena, text, &kept), "no memory for the options");
    return kept;
}

// ---- text as people write it -> text as the table reads it

static bool duration_text(ra__options *options, const ra__option *option,
                          const ra__option_text *text, ra_str *out)
{
    int64_t ns = 0;
    char digits[RA__NUMBER_TEXT_MAX];
    ra_status status = ra__duration_parse(text->text, &ns);
    if (status != RA_OK) {
        ra__option_refuse(options, option, text,
                          RA_STR("must be a duration such as 8s, 500ms or 1m30s"));
        return false;
    }
    *out = keep(options, (ra_str){digits, ra__i64_print(digits, ns)});
    return true;
}

static bool size_text(ra__options *options, const ra__option *option, const ra__option_text *text,
                      ra_str *out)
{
    uint64_t bytes = 0;
    char digits[RA__NUMBER_TEXT_MAX];
    ra_status status = ra__size_parse(text->text, &bytes);
    if (status != RA_OK) {
        ra__option_refuse(options, option, text,
                          RA_STR("must be a size such as 1500, 64KiB or 1MiB"));
        return false;
    }
    *out = keep(options, (ra_str){digits, ra__u64_print(digits, bytes)});
    return true;
}

static bool bool_text(ra__options *options, const ra__option *option, const ra__option_text *text,
                      ra_str *out)
{
    static const char *const words[] = {"off", "on", "false", "true", "no", "yes", "0", "1"};
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        if (ra__str_equal_fold(text->text, ra_str_of(words[i]))) {
            *out = i % 2 ? RA_STR("true") : RA_STR("false");
            return true;
        }
    }
    ra__option_refuse(options, option, text, RA_STR("must be on or off"));
    return false;
}

static bool normal_text(ra__options *options, const ra__option *option, const ra__option_text *text,
                        ra_str *out)
{
    *out = text->text;
    if (option->unit == RA__UNIT_DURATION)
        return duration_text(options, option, text, out);
    if (option->unit == RA__UNIT_SIZE)
        return size_text(options, option, text, out);
    if (option->member->kind == RA_K_BOOL)
        return bool_text(options, option, text, out);
    return true;
}

// ---- rules

/// The table speaks of nanoseconds and bytes; people wrote a unit.
static ra_str reason(ra__options *options, const ra__option *option, const ra_problem *problem)
{
    bool min = ra_str_equal(problem->code, RA_STR("min"));
    if (option->unit == RA__UNIT_NONE || !(min || ra_str_equal(problem->code, RA_STR("max"))))
        return problem->detail;
    char limit[RA__UNITS_TEXT_MAX], text[96];
    long double bound = min ? option->member->row->min : option->member->row->max;
    size_t len = option->unit == RA__UNIT_DURATION ? ra__duration_print(limit, (int64_t)bound)
                                                   : ra__size_print(limit, (uint64_t)bound);
    int all =
        snprintf(text, sizeof text, "must be %s " RA_STR_FMT, min ? ">=" : "<=", (int)len, limit);
    return keep(options, (ra_str){text, (size_t)all});
}

static void store(ra__options *options, ra__option *option)
{
    memset((char *)option->base + option->member->offset, 0, option->member->size);
    for (const ra__option_text *text = option->texts; text; text = text->next) {
        ra_problems problems = {0};
        ra_str normal;
        if (!normal_text(options, option, text, &normal))
            continue;
        if (!ra__member_from_text(options->arena, option->member, option->base, normal, "option",
                                  &problems))
            ra__option_refuse(options, option, text, reason(options, option, &problems.items[0]));
    }
}

static void refuse_missing(ra__options *options, const ra__option *option)
{
    bool secret = option->member->row->secret;
    ra__fault_add(options->faults, NULL, 0,
                  "" RA_STR_FMT " is required: give %s" RA_STR_FMT "%s" RA_STR_FMT
                  " in the environment, or " RA_STR_FMT " in the --config file",
                  RA_STR_ARG(option->key), secret ? "" : "--",
                  RA_STR_ARG(secret ? RA_STR("") : option->flag), secret ? "" : ", ",
                  RA_STR_ARG(option->variable), RA_STR_ARG(option->key));
}

static void set_default(ra__options *options, ra__option *option)
{
    ra__member_set which = {{0}}, seen = {{0}};
    ra_problems problems = {0};
    if (option->preset)
        return;
    if (option->member->required && !option->member->has_default) {
        refuse_missing(options, option);
        return;
    }
    ra__set_add(&which, (unsigned)(option->member - option->plan->members));
    ra__members_finish(options->arena, option->plan, option->base, &which, &seen, "option",
                       &problems);
}

void ra__options_finish(ra__options *options)
{
    for (unsigned i = 0; i < options->count; i++) {
        ra__option *option = &options->items[i];
        if (option->texts)
            store(options, option);
        else
            set_default(options, option);
    }
}
