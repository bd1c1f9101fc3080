// SPDX-License-Identifier: MIT OR Apache-2.0
// items: what the service speaks, and its handlers: functions from struct to struct.
#ifndef ITEMS_H
#define ITEMS_H

#include <ramie/ramie.h>

typedef struct {
    ra_str name;
    double price;
    ra_opt_str note;
} new_item;
RA_BIND(new_item, RA_FIELD(name, .min_len = 1, .max_len = 80), RA_FIELD(price, .min = 0),
        RA_FIELD(note, .nullable = true, .max_len = 500));

typedef struct {
    int64_t id;
    ra_str status;
    double tax;
} receipt;
RA_BIND(receipt, RA_FIELD(id), RA_FIELD(status), RA_FIELD(tax));

typedef struct {
    int64_t id;
    ra_str name;
    double price;
    ra_opt_str note;
    ra_time created_at;
} item;
RA_BIND(item, RA_FIELD(id), RA_FIELD(name), RA_FIELD(price), RA_FIELD(note, .nullable = true),
        RA_FIELD(created_at));

typedef struct {
    int64_t id;
} item_key;
RA_BIND(item_key, RA_FIELD(id)); // from the path: the routes name it there

typedef struct {
    uint32_t limit;
    int64_t after;
} page;
RA_BIND(page, RA_FIELD(limit, .def = "20", .min = 1, .max = 100), RA_FIELD(after, .def = "0"));

typedef struct {
    RA_LIST(item) items;
    ra_opt_i64 next_after; // null on the last page
} item_page;
RA_BIND(item_page, RA_FIELD_OF(items, item), RA_FIELD(next_after, .nullable = true));

typedef struct {
    int64_t id;
    ra_opt_str name;
    ra_opt_f64 price;
    ra_opt_str note; // absent: unchanged; null: cleared
} item_patch;
RA_BIND(item_patch, RA_FIELD(id), RA_FIELD(name, .min_len = 1, .max_len = 80),
        RA_FIELD(price, .min = 0), RA_FIELD(note, .nullable = true, .max_len = 500));

typedef struct {
    int64_t id;
    ra_str name, email;
} user;
RA_BIND(user, RA_FIELD(id), RA_FIELD(name), RA_FIELD(email));

/// --tax-rate, ITEMS_TAX_RATE, tax_rate in the --config file.
typedef struct {
    double tax_rate;
} items_config;
RA_BIND(items_config,
        RA_FIELD(tax_rate, .def = "0.19", .min = 0, .max = 1, .doc = "part of the price"));

ra_status create_item(ra_ctx *ctx, const new_item *in, receipt *out);
ra_status get_item(ra_ctx *ctx, const item_key *in, item *out);
ra_status list_items(ra_ctx *ctx, const page *in, item_page *out);
ra_status patch_item(ra_ctx *ctx, const item_patch *in, item *out);
ra_status delete_item(ra_ctx *ctx, const item_key *in);
ra_status list_users(ra_ctx *ctx, RA_LIST(user) * out);

/// The whole service; main.c serves it, tests run it in a simulated world.
ra_app *items_app(void);

#endif
