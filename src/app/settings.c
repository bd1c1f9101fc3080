// SPDX-License-Identifier: MIT OR Apache-2.0
#include "private/settings.h"

#include "base/assert.h"
#include "base/text.h"

#include <stdio.h>

enum { SHARDS_MAX = 256 };

RA_ENUM_BIND(ra_log_level, RA_ENUM(RA_LOG_DEBUG, "debug"), RA_ENUM(RA_LOG_INFO, "info"),
             RA_ENUM(RA_LOG_WARN, "warn"), RA_ENUM(RA_LOG_ERROR, "error"));
RA_ENUM_BIND(ra__log_format, RA_ENUM(RA__LOG_AUTO, "auto"), RA_ENUM(RA__LOG_JSON, "json"),
             RA_ENUM(RA__LOG_TEXT, "text"));

// The defaults are the values that are there before; see ra__settings_init.
RA_BIND(ra__settings,
        RA_FIELD(listen, .example = "HOST:PORT",
                 .doc = "address to serve on; port 0 takes a free one"),
        RA_FIELD(database, .example = "URL",
                 .doc = "where the data is: sqlite:PATH, sqlite::memory:"),
        RA_FIELD(access_log, .doc = "one log line a request"),
        RA_FIELD_OF(log_level, ra_log_level, .doc = "least important lines to log"),
        RA_FIELD_OF(log_format, ra__log_format, .doc = "auto: text on a terminal, else JSON lines"),
        RA_FIELD(drain_timeout_ns, .doc = "on SIGTERM: time for requests under way"),
        RA_FIELD(drain_delay_ns, .doc = "on SIGTERM: go on accepting, but not ready"),
        RA_FIELD(shards, .max = SHARDS_MAX, .doc = "threads that serve; 0: one a CPU"),
        RA_SKIP(limits), RA_SKIP(addr));

// Limits that services have reason to move; the others are constants of the protocol's defence.
RA_BIND(ra__http_limits,
        RA_FIELD(body_bytes_max, .doc = "largest body, where the route does not say (413)"),
        RA_FIELD(head_bytes_max, .min = 512, .max = 1 << 20,
                 .doc = "request line and fields (431)"),
        RA_FIELD(head_timeout_ns, .min = 1000000, .doc = "to receive a head (408)"),
        RA_FIELD(handler_timeout_ns, .min = 1000000,
                 .doc = "to answer, where the route does not say (503)"),
        RA_FIELD(idle_timeout_ns, .min = 1000000, .doc = "idle connections are closed after"),
        RA_FIELD(requests_per_connection_max, .min = 1, .doc = "then the connection is closed"),
        RA_FIELD(connections_max, .doc = "0: what the descriptor limit allows, less 64"),
        RA_SKIP(field_bytes_max), RA_SKIP(fields_max), RA_SKIP(target_bytes_max),
        RA_SKIP(query_fields_max), RA_SKIP(chunk_extension_bytes_max), RA_SKIP(body_grace_ns),
        RA_SKIP(body_bytes_per_second_min), RA_SKIP(write_grace_ns),
        RA_SKIP(write_bytes_per_second_min), RA_SKIP(write_stall_ns), RA_SKIP(pipelined_max),
        RA_SKIP(unread_body_bytes_max), RA_SKIP(linger_timeout_ns), RA_SKIP(response_hold_bytes),
        RA_SKIP(response_bytes_max));

void ra__settings_init(ra__settings *settings, ra_arena *arena, const char *program)
{
    size_t room = strlen(program) + sizeof "sqlite:./.db";
    char *url = ra_arena_try_alloc(arena, room);
    RA_CHECK(url, "no memory for the settings");
    snprintf(url, room, "sqlite:./%s.db", program);
    *settings = (ra__settings){
        .listen = RA_STR("127.0.0.1:8080"),
        .database = ra_str_of(url),
        .access_log = true,
        .log_level = RA_LOG_INFO,
        .drain_timeout_ns = RA_SECONDS(8),
        .limits = ra__http_limits_default(),
    };
}

void ra__settings_add(ra__settings *settings, ra__options *options, bool with_database)
{
    ra__options_add(options, ra_bind_of(ra__settings), settings, true);
    ra__options_add(options, ra_bind_of(ra__http_limits), &settings->limits, true);
    ra__options_by_key(options, RA_STR("listen"))->port_variable = "PORT";
    if (with_database)
        ra__options_by_key(options, RA_STR("database"))->variable_also = "DATABASE_URL";
    else
        ra__options_remove(options, RA_STR("database"));
}

// ---- the address

static void use_port(ra__settings *settings, ra__options *options, const char *text)
{
    int64_t port = -1;
    if (ra__i64_parse(ra_str_of(text), &port) != RA_OK || port < 0 || port > UINT16_MAX) {
        ra__fault_add(options->faults, NULL, 0, "PORT must be a number from 0 to 65535, not \"%s\"",
                      text);
        return;
    }
    settings->addr.port = (uint16_t)port;
}

static void finish_listen(ra__settings *settings, ra__options *options,
                          char *(*get)(const char *name))
{
    const ra__option *listen = ra__options_by_key(options, RA_STR("listen"));
    const char *port = get(listen->port_variable);
    if (ra__addr_parse(settings->listen, &settings->addr) != RA_OK)
        ra__option_refuse(options, listen, listen->texts,
                          RA_STR("must be HOST:PORT, such as 127.0.0.1:8080"));
    else if (port && port[0] && listen->source < RA__FROM_ENVIRONMENT)
        use_port(settings, options, port);
}

// ---- the database

static bool is_known(const ra_module *const *modules, ra_str url)
{
    for (; *modules; modules++)
        if (ra_str_starts_with(url, ra_str_of((*modules)->scheme)))
            return true;
    return false;
}

static void finish_database(ra__settings *settings, ra__options *options,
                            const ra_module *const *modules)
{
    const ra__option *database = ra__options_by_key(options, RA_STR("database"));
    char schemes[128] = "";
    if (!database || !database->texts || is_known(modules, settings->database))
        return;
    for (size_t i = 0, len = 0; modules[i] && len < sizeof schemes; i++)
        len += (size_t)snprintf(schemes + len, sizeof schemes - len, "%s%s", i ? " or " : "",
                                modules[i]->scheme);
    char why[192];
    int len = snprintf(why, sizeof why, "must begin with %s", schemes);
    ra__option_refuse(options, database, database->texts, (ra_str){why, (size_t)len});
}

void ra__settings_finish(ra__settings *settings, ra__options *options,
                         const ra_module *const *modules, char *(*get)(const char *name))
{
    finish_listen(settings, options, get);
    finish_database(settings, options, modules);
}
