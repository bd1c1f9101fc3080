// SPDX-License-Identifier: MIT OR Apache-2.0
// kv: named values of log lines; RA_KV chooses the function by the value's type.
#include <ramie/log.h>

ra_kv ra_kv_bool(const char *key, bool value)
{
    return (ra_kv){key, RA_KV_BOOL_, {.flag = value}};
}

ra_kv ra_kv_i64(const char *key, int64_t value)
{
    return (ra_kv){key, RA_KV_I64_, {.i64 = value}};
}

ra_kv ra_kv_u64(const char *key, uint64_t value)
{
    return (ra_kv){key, RA_KV_U64_, {.u64 = value}};
}

ra_kv ra_kv_f64(const char *key, double value)
{
    return (ra_kv){key, RA_KV_F64_, {.f64 = value}};
}

ra_kv ra_kv_str(const char *key, ra_str value)
{
    return (ra_kv){key, RA_KV_STR_, {.str = value}};
}

ra_kv ra_kv_text(const char *key, const char *value)
{
    return ra_kv_str(key, value ? ra_str_of(value) : RA_STR("(null)"));
}

ra_kv ra_kv_time(const char *key, ra_time value)
{
    return (ra_kv){key, RA_KV_TIME_, {.time = value}};
}
