// SPDX-License-Identifier: MIT OR Apache-2.0
// environment: variables as a source of options. Variables that no option names are other programs'
// business: an orchestrator sets many that begin with the service's name.
#include "private/options.h"

#include <stdio.h>

static void give(ra__options *options, ra__option *option, const char *name, ra_str value)
{
    ra__option_text text = {.place = ra_str_of(name), .text = value};
    ra__option_give(options, option, RA__FROM_ENVIRONMENT, &text);
}

/// A list is one variable with commas.
static void give_list(ra__options *options, ra__option *option, const char *name, ra_str value)
{
    ra_str part;
    while (ra_str_split(&value, ',', &part))
        give(options, option, name, part);
}

static void read_variable(ra__options *options, ra__option *option, const char *name,
                          const char *value)
{
    if (option->member->shape == RA_SHAPE_LIST)
        give_list(options, option, name, ra_str_of(value));
    else
        give(options, option, name, ra_str_of(value));
}

static void read_config_path(ra__options *options, ra__command *command,
                             char *(*get)(const char *name))
{
    char name[RA__PROGRAM_NAME_MAX + sizeof "CONFIG"];
    snprintf(name, sizeof name, "%sCONFIG", options->variable_prefix.ptr);
    const char *path = get(name);
    if (!command->file && path && path[0])
        command->file = path;
}

void ra__options_read_environment(ra__options *options, ra__command *command,
                                  char *(*get)(const char *name))
{
    for (unsigned i = 0; i < options->count; i++) {
        ra__option *option = &options->items[i];
        const char *also = option->variable_also;
        const char *value = also ? get(also) : NULL;
        if (value && value[0]) // set but empty is how shells and compose files say "not set"
            read_variable(options, option, also, value);
        value = get(option->variable.ptr);
        if (value)
            read_variable(options, option, option->variable.ptr, value);
    }
    read_config_path(options, command, get);
}
