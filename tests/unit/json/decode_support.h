// SPDX-License-Identifier: MIT OR Apache-2.0
// decode_support: a struct with every kind of member, JSON written with single quotes, problems as a line of text.
#ifndef TESTS_UNIT_JSON_DECODE_SUPPORT_H
#define TESTS_UNIT_JSON_DECODE_SUPPORT_H

#include "base/arena.h"
#include "base/support.h"
#include "json/json.h"

#include <stdio.h>

typedef enum { NEW, PAID } state;
RA_ENUM_BIND(state, RA_ENUM(NEW, "new"), RA_ENUM(PAID, "paid"));
typedef struct {
    ra_str city;
    ra_opt_i32 zip;
} address;
RA_BIND(address, RA_FIELD(city, .min_len = 1), RA_FIELD(zip));
typedef struct {
    bool flag;
    int8_t i8;
    int16_t i16;
    int32_t i32;
    int64_t i64;
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    double f64;
    ra_str str;
    ra_time time;
    state at;
    address home;
    ra_list_i64 numbers;
    RA_LIST(address) homes;
    ra_opt_str note;
    ra_opt_i64 age;
    RA_OPT(address) other;
    RA_LIST(state) states;
    int64_t quoted;
    ra_list_str tags;
} all;
RA_BIND(all, RA_FIELD(flag, .required = false), RA_FIELD(i8, .required = false, .min = -100),
        RA_FIELD(i16, .required = false), RA_FIELD(i32, .required = false, .max = 100),
        RA_FIELD(i64, .required = false), RA_FIELD(u8, .required = false),
        RA_FIELD(u16, .required = false, .min = 1), RA_FIELD(u32, .required = false),
        RA_FIELD(u64, .required = false), RA_FIELD(f64, .required = false, .min = -10, .max = 1.5L),
        RA_FIELD(str, .required = false, .min_len = 1, .max_len = 3),
        RA_FIELD(time, .required = false), RA_FIELD_OF(at, state, .required = false),
        RA_FIELD_OF(home, address, .required = false),
        RA_FIELD(numbers, .required = false, .max = 9),
        RA_FIELD_OF(homes, address, .required = false, .min_items = 1, .max_items = 3),
        RA_FIELD(note, .nullable = true), RA_FIELD(age, .min = 0), RA_FIELD_OF(other, address),
        RA_FIELD_OF(states, state, .required = false),
        RA_FIELD(quoted, .required = false, .as_string = true, .max = 9007199254740993),
        RA_FIELD(tags, .required = false, .max_len = 2, .max_items = 2));

/// Single quotes of the tables above are double quotes of JSON.
static inline ra_str json(const char *before, const char *text, const char *after)
{
    static char bytes[1 << 16];
    int len = snprintf(bytes, sizeof bytes, "%s%s%s", before, text, after);
    for (int i = 0; i < len; i++)
        if (bytes[i] == '\'')
            bytes[i] = '"';
    return (ra_str){bytes, (size_t)len};
}

static inline const char *summary(const ra_problems *problems)
{
    static char text[4096];
    size_t len = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < problems->len; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s" RA_STR_FMT " " RA_STR_FMT,
                                i ? ", " : "", RA_STR_ARG(problems->items[i].pointer),
                                RA_STR_ARG(problems->items[i].code));
    return text;
}

static const ra__json_opts strict __attribute__((unused)) = {.unknown_refuse = true, .in = "body"};

static ra_arena *arena;

static inline int open_arena(void **state_)
{
    (void)state_;
    arena = ra_arena_new(NULL, 4 << 20);
    return arena ? 0 : -1;
}

static inline int close_arena(void **state_)
{
    (void)state_;
    ra_arena_free(arena);
    return 0;
}

#endif
