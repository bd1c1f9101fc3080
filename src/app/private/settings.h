// SPDX-License-Identifier: MIT OR Apache-2.0
// settings: how they become options.
#ifndef RAMIE_APP_PRIVATE_SETTINGS_H
#define RAMIE_APP_PRIVATE_SETTINGS_H

#include "app/settings.h"
#include "private/options.h"
#include "sql/db.h"

/// Defaults: 127.0.0.1:8080, sqlite:./PROGRAM.db.
void ra__settings_init(ra__settings *settings, ra_arena *arena, const char *program);
void ra__settings_add(ra__settings *settings, ra__options *options, bool with_database);
/// After ra__options_finish: what the address means, and whether one of `modules` (NULL-terminated) takes the database's
/// URL. PORT replaces the port of whatever address file or default gave.
void ra__settings_finish(ra__settings *settings, ra__options *options,
                         const ra_module *const *modules, char *(*get)(const char *name));

#endif
