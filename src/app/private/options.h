// SPDX-License-Identifier: MIT OR Apache-2.0
// options: what a program can be told, from struct tables: the built-in settings and the user's
// configuration alike.
//
// Each member is an option with three names: a flag (--drain-timeout), a variable
// (ITEMS_DRAIN_TIMEOUT) and a key of the configuration file (drain_timeout). A unit in the member's
// name says how its value is written and is left out outside: `int64_t drain_timeout_ns` takes 8s,
// `uint64_t body_bytes_max` is --body-max and takes 1MiB.
//
// Sources are read in any order; the stronger one wins: flag > environment > file > default. All
// faults are collected.
#ifndef RAMIE_APP_PRIVATE_OPTIONS_H
#define RAMIE_APP_PRIVATE_OPTIONS_H

#include "bind/plan.h"

typedef enum {
    RA__FROM_DEFAULT,
    RA__FROM_FILE,
    RA__FROM_ENVIRONMENT,
    RA__FROM_FLAG
} ra__option_source;
typedef enum { RA__UNIT_NONE, RA__UNIT_DURATION, RA__UNIT_SIZE } ra__option_unit;

/// One value as somebody gave it.
typedef struct ra__option_text {
    struct ra__option_text *next;
    ra_str text;
    const char *file; // of the configuration file, else NULL
    int line;
    ra_str place; // "--listen", "ITEMS_LISTEN", "listen"
} ra__option_text;

typedef struct {
    const ra__member *member;
    const ra__plan *plan;
    void *base;                 // the struct to fill
    bool preset;                // the default is in *base already, nothing is required
    ra_str flag, variable, key; // NUL-terminated as well
    const char *variable_also;  // "DATABASE_URL"; NULL: none
    const char
        *port_variable; // "PORT": only named here, the settings know what it means; NULL: none
    ra__option_unit unit;
    ra__option_source source; // the strongest so far
    ra__option_text *texts;   // from it: one, or all of a list
} ra__option;

enum { RA__OPTIONS_MAX = 128, RA__PROGRAM_NAME_MAX = 64 };
typedef struct {
    ra_arena *arena;
    const char *program;    // "items"
    ra_str variable_prefix; // "ITEMS_"
    ra__faults *faults;
    ra__option items[RA__OPTIONS_MAX];
    unsigned count;
} ra__options;

void ra__options_init(ra__options *options, ra_arena *arena, const char *program,
                      ra__faults *faults);
/// All members of a table. Faults: a struct among them, a name that is taken.
void ra__options_add(ra__options *options, const ra_bind *bind, void *base, bool preset);
void ra__options_remove(ra__options *options, ra_str key);          // that is there
ra__option *ra__options_by_flag(ra__options *options, ra_str flag); // without "--"; NULL: none
ra__option *ra__options_by_key(ra__options *options, ra_str key);   // - and _ are the same

/// A weaker source than the one before is ignored, a stronger one replaces it.
void ra__option_give(ra__options *options, ra__option *option, ra__option_source source,
                     const ra__option_text *text);
/// Convert the winners into the structs, fill in defaults, refuse what is missing.
void ra__options_finish(ra__options *options);

/// The sentence for one bad value: `--shards must be <= 256, not "900"`; the value of a secret is
/// not shown.
void ra__option_refuse(ra__options *options, const ra__option *option, const ra__option_text *text,
                       ra_str why);
/// "; did you mean --listen?", or nothing. In the arena.
ra_str ra__options_suggest(ra__options *options, ra_str wrong, bool as_flag);

// ---- the sources

typedef struct {
    bool help, version, check;
    const char *file; // of --config; NULL: none
} ra__command;
/// --name value, --name=value; a bool alone means true. Faults: unknown names, missing values,
/// stray words.
void ra__options_read_arguments(ra__options *options, int argc, char **argv, ra__command *command);
/// ITEMS_NAME for each option. `get` is getenv, or a test's.
void ra__options_read_environment(ra__options *options, ra__command *command,
                                  char *(*get)(const char *name));
/// key = value lines; '#' begins a comment, double quotes keep spaces. Faults carry the line.
void ra__options_read_file(ra__options *options, const char *path);
/// The same lines from memory; `file` names them in faults.
void ra__options_read_lines(ra__options *options, const char *file, ra_str lines);

/// The text of --help.
RA_MUST_USE ra_status ra__options_help(const ra__options *options, const char *version,
                                       ra_buf *out);

#endif
