// SPDX-License-Identifier: MIT OR Apache-2.0
#include "items.h"

/// What is stored of a new item. Its time is the handler's clock, not the database's: a test can
/// set it.
typedef struct {
    ra_str name;
    double price;
    ra_opt_str note;
    ra_time created_at;
} item_row;
RA_BIND(item_row, RA_FIELD(name), RA_FIELD(price), RA_FIELD(note), RA_FIELD(created_at));

static ra_status no_such_item(ra_ctx *ctx, int64_t id)
{
    return ra_fail(ctx, RA_ERR_NOT_FOUND, "there is no item %" PRId64, id);
}

ra_status create_item(ra_ctx *ctx, const new_item *in, receipt *out)
{
    item_row row = {in->name, in->price, in->note, ra_now(ctx)};
    RA_TRY(ra_sql_one(ctx,
                      "insert into items (name, price, note, created_at)"
                      " values (:name, :price, :note, :created_at) returning id",
                      item_row, &row, int64_t, &out->id));
    out->status = RA_STR("created");
    out->tax = in->price * ra_config(ctx, items_config)->tax_rate;
    return ra_reply_header(ctx, "Location", "/items/%" PRId64, out->id);
}

ra_status get_item(ra_ctx *ctx, const item_key *in, item *out)
{
    ra_status status =
        ra_sql_one(ctx, "select id, name, price, note, created_at from items where id = :id",
                   item_key, in, item, out);
    return status == RA_ERR_NOT_FOUND ? no_such_item(ctx, in->id) : status;
}

/// One row more than asked for tells whether there is a next page.
ra_status list_items(ra_ctx *ctx, const page *in, item_page *out)
{
    RA_TRY(ra_sql_many(ctx,
                       "select id, name, price, note, created_at from items"
                       " where id > :after order by id limit :limit + 1",
                       page, in, item, &out->items));
    if (out->items.len <= in->limit) {
        out->next_after.presence = RA_NULL;
        return RA_OK;
    }
    out->items.len = in->limit;
    out->next_after = RA_SOME(ra_opt_i64, ra_list_last(out->items)->id);
    return RA_OK;
}

ra_status patch_item(ra_ctx *ctx, const item_patch *in, item *out)
{
    ra_status status =
        ra_sql_one(ctx,
                   "update items set name = coalesce(:name, name), price = coalesce(:price, price),"
                   " note = case when :note.present then :note else note end"
                   " where id = :id returning id, name, price, note, created_at",
                   item_patch, in, item, out);
    return status == RA_ERR_NOT_FOUND ? no_such_item(ctx, in->id) : status;
}

ra_status delete_item(ra_ctx *ctx, const item_key *in)
{
    ra_status status =
        ra_sql_exec(ctx, "delete from items where id = :id", item_key, in, .rows = 1);
    return status == RA_ERR_NOT_FOUND ? no_such_item(ctx, in->id) : status;
}

ra_status list_users(ra_ctx *ctx, RA_LIST(user) * out)
{
    return ra_sql_many(ctx, "select id, name, email from users order by id", ra_none, NULL, user,
                       out);
}

static const ra_migration migrations[] = {
    {"0001_items", "create table items (id integer primary key, name text not null, price real not "
                   "null, note text,"
                   " created_at integer not null) strict"},
    {"0002_users", "create table users (id integer primary key, name text not null, email text not "
                   "null unique) strict;"
                   "insert into users (name, email) values ('Ada', 'ada@example.org'), ('Alan', "
                   "'alan@example.org')"},
    {0},
};

ra_app *items_app(void)
{
    ra_app *app = ra_app_new("items", "1.0.0");
    ra_app_use(app, ra_sqlite());
    ra_app_migrations(app, migrations);
    ra_app_config(app, items_config);

    ra_post(app, "/items", create_item, new_item, receipt, .status = 201, .doc = "Create an item");
    ra_get(app, "/items", list_items, page, item_page, .doc = "A page of items, by id");
    ra_get(app, "/items/{id}", get_item, item_key, item, .doc = "One item");
    ra_patch(app, "/items/{id}", patch_item, item_patch, item, .doc = "Change what is given");
    ra_delete(app, "/items/{id}", delete_item, item_key, ra_none, .doc = "Remove an item");
    ra_get(app, "/api/v1/users", list_users, ra_none, RA_LIST(user), .doc = "All users");
    return app;
}
