// SPDX-License-Identifier: MIT OR Apache-2.0
// arguments: the command line as a source of options.
#include "private/options.h"

#include "base/text.h"

typedef struct {
    ra__options *options;
    ra__command *command;
    char **next; // NULL-terminated
} reader;

/// The words after '=' or in the next argument; NULL: there are none.
static const char *take_value(reader *r, const char *equals)
{
    if (equals)
        return equals + 1;
    return *r->next ? *r->next++ : NULL;
}

static void refuse_valueless(reader *r, ra_str name)
{
    ra__fault_add(r->options->faults, NULL, 0, "--" RA_STR_FMT " needs a value", RA_STR_ARG(name));
}

/// true: it was one of the four that are about the command line itself.
static bool read_command(reader *r, ra_str name, const char *equals)
{
    bool *flag = ra_str_equal(name, RA_STR("help"))      ? &r->command->help
                 : ra_str_equal(name, RA_STR("version")) ? &r->command->version
                 : ra_str_equal(name, RA_STR("check"))   ? &r->command->check
                                                         : NULL;
    if (flag) {
        *flag = true;
        if (equals)
            ra__fault_add(r->options->faults, NULL, 0, "--" RA_STR_FMT " takes no value",
                          RA_STR_ARG(name));
        return true;
    }
    if (!ra_str_equal(name, RA_STR("config")))
        return false;
    r->command->file = take_value(r, equals);
    if (!r->command->file)
        refuse_valueless(r, name);
    return true;
}

static bool is_bool_word(const char *word)
{
    static const char *const words[] = {"on", "off", "true", "false", "yes", "no", "0", "1"};
    for (unsigned i = 0; word && i < sizeof words / sizeof *words; i++)
        if (ra__str_equal_fold(ra_str_of(word), ra_str_of(words[i])))
            return true;
    return false;
}

static void read_option(reader *r, ra__option *option, ra_str word, const char *equals)
{
    ra__options *options = r->options;
    ra__option_text text = {.place = word};
    bool alone = option->member->kind == RA_K_BOOL && !equals && !is_bool_word(*r->next);
    const char *value = alone ? "on" : take_value(r, equals);
    if (!value)
        refuse_valueless(r, option->flag);
    else if (option->member->row->secret)
        ra__fault_add(
            options->faults, NULL, 0,
            RA_STR_FMT
            " is a secret, and arguments are seen by every user of the machine: set " RA_STR_FMT
            ", or " RA_STR_FMT " in the --config file",
            RA_STR_ARG(word), RA_STR_ARG(option->variable), RA_STR_ARG(option->key));
    else {
        text.text = ra_str_of(value);
        ra__option_give(options, option, RA__FROM_FLAG, &text);
    }
}

/// What follows is most likely its value, not one more mistake.
static void refuse_unknown(reader *r, ra_str name, const char *equals)
{
    ra__fault_add(r->options->faults, NULL, 0, "there is no option --" RA_STR_FMT RA_STR_FMT,
                  RA_STR_ARG(name), RA_STR_ARG(ra__options_suggest(r->options, name, true)));
    if (!equals && *r->next && strncmp(*r->next, "--", 2) != 0)
        r->next++;
}

static void read_word(reader *r, const char *word)
{
    ra__options *options = r->options;
    if (strcmp(word, "-h") == 0)
        word = "--help";
    if (strncmp(word, "--", 2) != 0 || word[2] == '\0') {
        ra__fault_add(options->faults, NULL, 0,
                      "\"%s\" is not an option; all options begin with --", word);
        return;
    }
    const char *equals = strchr(word, '=');
    ra_str whole = {word, equals ? (size_t)(equals - word) : strlen(word)};
    ra_str name = ra_str_slice(whole, 2, whole.len);
    ra__option *option = ra__options_by_flag(options, name);
    if (option)
        read_option(r, option, whole, equals);
    else if (!read_command(r, name, equals))
        refuse_unknown(r, name, equals);
}

void ra__options_read_arguments(ra__options *options, int argc, char **argv, ra__command *command)
{
    reader r = {options, command, argv + (argc > 0)};
    while (*r.next) {
        const char *word = *r.next++;
        read_word(&r, word);
    }
}
