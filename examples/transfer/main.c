// SPDX-License-Identifier: MIT OR Apache-2.0
// transfer: two accounts, a transaction, a retry. Money moves as a whole or not at all; a receipt
// goes out later.
//
//   curl -i 127.0.0.1:8080/transfers -H 'Content-Type: application/json' -d '{"from":1,"to":2,"cents":250}'
//   curl -i 127.0.0.1:8080/accounts/2
#include <ramie/ramie.h>

typedef struct {
    int64_t from_account, to_account, cents;
} transfer;
RA_BIND(transfer, RA_FIELD(from_account, .json = "from"), RA_FIELD(to_account, .json = "to"),
        RA_FIELD(cents, .min = 1, .max = 100000000));

typedef struct {
    int64_t id, cents;
} account;
RA_BIND(account, RA_FIELD(id), RA_FIELD(cents));

typedef struct {
    int64_t id;
} account_key;
RA_BIND(account_key, RA_FIELD(id));

typedef struct {
    int64_t account;
    ra_str text;
} receipt;
RA_BIND(receipt, RA_FIELD(account), RA_FIELD(text));

/// The body of the transaction: RA_OK commits, anything else rolls back. It touches nothing but the
/// database, so it may run again when another transaction was in its way.
static ra_status move_money(ra_ctx *ctx, const transfer *t)
{
    RA_TRY(ra_sql_exec(ctx, "update accounts set cents = cents - :cents where id = :from", transfer,
                       t, .rows = 1));
    RA_TRY(ra_sql_exec(ctx, "update accounts set cents = cents + :cents where id = :to", transfer,
                       t, .rows = 1));

    int64_t left = 0;
    RA_TRY(ra_sql_one(ctx, "select cents from accounts where id = :from", transfer, t, int64_t,
                      &left));
    RA_ENSURE(ctx, left >= 0, RA_ERR_CONFLICT, "account %" PRId64 " has too little money",
              t->from_account);
    return RA_OK;
}

static ra_status send_receipt(ra_ctx *ctx, const receipt *r)
{
    RA_TRY(ra_sleep(ctx, RA_MS(100)));
    ra_log_info(ctx, "receipt sent", RA_KV("account", r->account), RA_KV("text", r->text));
    return RA_OK;
}

static ra_status create_transfer(ra_ctx *ctx, const transfer *in)
{
    if (in->from_account == in->to_account)
        return ra_fail_field(ctx, "/to", "same_account", "must be another account");
    RA_TRY(ra_sql_tx(ctx, move_money, in, .retry = 3));

    receipt note = {in->from_account, ra_format(ctx, "%" PRId64 " cents have left", in->cents)};
    ra_go(ctx, send_receipt, receipt, &note); // takes a deep copy: the request may end
    return RA_OK;
}

static ra_status get_account(ra_ctx *ctx, const account_key *in, account *out)
{
    return ra_sql_one(ctx, "select id, cents from accounts where id = :id", account_key, in,
                      account, out);
}

static const ra_migration migrations[] = {
    {"0001_accounts",
     "create table accounts (id integer primary key, cents integer not null) strict;"
     "insert into accounts (cents) values (10000), (500)"},
    {0},
};

int main(int argc, char **argv)
{
    ra_app *app = ra_app_new("transfer", "1.0.0");
    ra_app_use(app, ra_sqlite());
    ra_app_migrations(app, migrations);
    ra_post(app, "/transfers", create_transfer, transfer, ra_none, .timeout_ns = RA_SECONDS(2),
            .errors = {RA_ERR_CONFLICT});
    ra_get(app, "/accounts/{id}", get_account, account_key, account);
    return ra_app_main(app, argc, argv);
}
