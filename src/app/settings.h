// SPDX-License-Identifier: MIT OR Apache-2.0
// settings: what every service can be told, beside the user's own configuration.
//
// A program that uses a database has `database` too; one that does not refuses the option.
#ifndef RAMIE_APP_SETTINGS_H
#define RAMIE_APP_SETTINGS_H

#include "http/limits.h"
#include "io/net.h"
#include "obs/log.h"

typedef struct {
    ra_str listen;   // as given; `addr` is what it means
    ra_str database; // URL
    bool access_log;
    ra_log_level log_level;
    ra__log_format log_format;
    int64_t drain_timeout_ns, drain_delay_ns;
    uint32_t shards; // 0: one a CPU
    ra__http_limits limits;
    ra__addr addr;
} ra__settings;

#endif
