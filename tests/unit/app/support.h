// SPDX-License-Identifier: MIT OR Apache-2.0
// support: cmocka, a program's options over a table of every kind, and the faults they gave.
#ifndef TESTS_UNIT_APP_SUPPORT_H
#define TESTS_UNIT_APP_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "app/private/options.h"

#include <stdio.h>
#include <stdlib.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#define assert_status(got, wanted) assert_string_equal(ra_status_name(got), ra_status_name(wanted))

#define assert_text(str, wanted)                                                                   \
    do {                                                                                           \
        ra_str text_ = (str);                                                                      \
        assert_int_equal(text_.len, strlen(wanted));                                               \
        assert_memory_equal(text_.ptr, wanted, text_.len);                                         \
    } while (0)

typedef enum { COLOR_RED, COLOR_GREEN } color;
RA_ENUM_BIND(color, RA_ENUM(COLOR_RED, "red"), RA_ENUM(COLOR_GREEN, "green"));

/// A configuration with a member of every kind.
typedef struct {
    ra_str greeting;
    double tax_rate;
    uint32_t workers;
    bool verbose;
    color paint;
    int64_t refresh_ns;
    uint64_t cache_bytes_max;
    ra_list_str peers;
    ra_opt_i64 seed;
    ra_str api_key;
} config;
RA_BIND(config, RA_FIELD(greeting, .def = "welcome", .doc = "first line of every page"),
        RA_FIELD(tax_rate, .def = "0.19", .min = 0, .max = 1, .doc = "part of the price"),
        RA_FIELD(workers, .def = "4", .min = 1, .max = 64, .doc = "fibers that send orders on"),
        RA_FIELD(verbose, .def = "false"), RA_FIELD_OF(paint, color, .def = "red"),
        RA_FIELD(refresh_ns, .def = "90000000000", .min = 1000000000, .doc = "between two looks"),
        RA_FIELD(cache_bytes_max, .def = "1048576", .max = 1 << 30),
        RA_FIELD(peers, .required = false), RA_FIELD(seed),
        RA_FIELD(api_key, .secret = true, .min_len = 4, .doc = "of the payment service"));

typedef struct {
    ra_arena *arena;
    ra__faults faults;
    ra__options options;
    ra__command command;
    config value;
} shop;

static inline shop *shop_open(void)
{
    shop *s = calloc(1, sizeof *s);
    s->arena = ra_arena_new(NULL, 1 << 20);
    ra__faults_init(&s->faults);
    ra__options_init(&s->options, s->arena, "shop", &s->faults);
    ra__options_add(&s->options, ra_bind_of(config), &s->value, false);
    return s;
}

static inline void shop_close(shop *s)
{
    ra__faults_deinit(&s->faults);
    ra_arena_free(s->arena);
    free(s);
}

/// shop_arguments(s, "--workers", "8"): as if typed.
#define shop_arguments(s, ...)                                                                     \
    do {                                                                                           \
        char *argv_[] = {(char *)"shop", __VA_ARGS__, NULL};                                       \
        ra__options_read_arguments(&(s)->options, (int)COUNT_OF(argv_) - 1, argv_, &(s)->command); \
    } while (0)

static inline void shop_lines(shop *s, const char *lines)
{
    ra__options_read_lines(&s->options, "shop.conf", ra_str_of(lines));
}

/// Everything given so far is settled, with the secret there.
static inline void shop_finish(shop *s)
{
    ra__option *secret = ra__options_by_key(&s->options, RA_STR("api_key"));
    ra__option_text given = {.place = RA_STR("SHOP_API_KEY"), .text = RA_STR("sesame")};
    ra__option_give(&s->options, secret, RA__FROM_FILE, &given);
    ra__options_finish(&s->options);
}

#define assert_faults(s, wanted) assert_text(ra_buf_str(&(s)->faults.text), wanted)

#endif
