// SPDX-License-Identifier: MIT OR Apache-2.0
// POST /items without a database: what decoding, validating and encoding cost. For the benchmark
// only.
#include <ramie/ramie.h>
#include <stdatomic.h>

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
    atomic_long created;
} counters;

static ra_status create_item(ra_ctx *ctx, const new_item *in, receipt *out)
{
    out->id = atomic_fetch_add(&ra_state(ctx, counters)->created, 1) + 1;
    out->status = RA_STR("created");
    out->tax = in->price * 0.19;
    return RA_OK;
}

int main(int argc, char **argv)
{
    counters shared = {0};
    ra_app *app = ra_app_new("items_memory", "1.0.0");
    ra_app_state(app, counters, &shared);
    ra_post(app, "/items", create_item, new_item, receipt, .status = 201);
    return ra_app_main(app, argc, argv);
}
