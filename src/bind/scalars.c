// SPDX-License-Identifier: MIT OR Apache-2.0
// scalars: the tables that stand for a single value, ra_none, and lists of scalars.

#include <ramie/bind.h>

const ra_bind *RA_BIND_ra_none(void){RA_BIND_BODY_(ra_none, .form = RA_FORM_NONE_)}

#define SCALAR(T, kind)                                                                            \
    const ra_bind *RA_BIND_##T(void)                                                               \
    {                                                                                              \
        static const ra_row row = {.size_ = sizeof(T),                                             \
                                   .align_ = _Alignof(T),                                          \
                                   .name_ = "",                                                    \
                                   .kind_ = kind,                                                  \
                                   .json = "",                                                     \
                                   .required = -1,                                                 \
                                   .min = RA_UNSET,                                                \
                                   .max = RA_UNSET,                                                \
                                   .max_len = UINT32_MAX,                                          \
                                   .max_items = UINT32_MAX,                                        \
                                   .scale = -1};                                                   \
        RA_BIND_BODY_(T, .form = RA_FORM_SCALAR_, .size = sizeof(T), .align = _Alignof(T),         \
                      .rows = &row, .row_count = 1)                                                \
    }
#define LIST(name, T)                                                                              \
    const ra_bind *RA_BIND_ra_list_##name(void)                                                    \
    {                                                                                              \
        RA_BIND_BODY_(ra_list_##name, .form = RA_FORM_LIST_, .size = sizeof(ra_list_##name),       \
                      .align = _Alignof(ra_list_##name), .item = RA_BIND_##T)                      \
    }

SCALAR(int32_t, RA_K_I32) SCALAR(int64_t, RA_K_I64) SCALAR(uint32_t, RA_K_U32)
    SCALAR(uint64_t, RA_K_U64) SCALAR(double, RA_K_F64) SCALAR(_Bool, RA_K_BOOL)
        SCALAR(ra_str, RA_K_STR) SCALAR(ra_time, RA_K_TIME) LIST(i32, int32_t) LIST(i64, int64_t)
            LIST(u32, uint32_t) LIST(u64, uint64_t) LIST(f64, double) LIST(bool, _Bool)
                LIST(str, ra_str) LIST(time, ra_time)

                    const ra_bind *RA_BIND_bool(void)
{
    return RA_BIND__Bool();
}
