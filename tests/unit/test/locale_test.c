// SPDX-License-Identifier: MIT OR Apache-2.0
// A program that has called setlocale for a language with a decimal comma: configuration, path,
// query, JSON, database, problems and log lines are written and read with a point all the same.
#include "test/support.h"

#include <fcntl.h>
#include <locale.h>
#include <sys/stat.h>

// LC_NUMERIC of a locale of our own, as localedef writes it: machines need not have one with a
// comma. A magic number, 6 offsets, then decimal point, thousands separator, grouping, both signs
// as wide characters, and the code set.
static const unsigned char decimal_comma[] = {
    0x14, 0x11, 0x03, 0x20, 6,   0, 0,  0, 32,  0, 0,  0, 34,  0,   0,   0,   36,  0,
    0,    0,    40,   0,    0,   0, 44, 0, 0,   0, 48, 0, 0,   0,   ',', 0,   '.', 0,
    3,    3,    0,    0,    ',', 0, 0,  0, '.', 0, 0,  0, 'U', 'T', 'F', '-', '8', 0,
};

static char folder[] = "/tmp/ramie-locale-XXXXXX";

static void locale_path(char out[64], const char *below)
{
    snprintf(out, 64, "%s%s", folder, below);
}

static int begin_comma(void **state)
{
    (void)state;
    char place[64], file[64];
    assert_non_null(mkdtemp(folder));
    locale_path(place, "/xx_XX");
    locale_path(file, "/xx_XX/LC_NUMERIC");
    assert_int_equal(mkdir(place, 0700), 0);
    int fd = open(file, O_CREAT | O_WRONLY, 0600);
    assert_int_equal(write(fd, decimal_comma, sizeof decimal_comma), sizeof decimal_comma);
    close(fd);
    setenv("LOCPATH", folder, 1);
    return setlocale(LC_NUMERIC, "xx_XX") ? 0 : -1;
}

static int end_comma(void **state)
{
    (void)state;
    char path[64];
    setlocale(LC_NUMERIC, "C");
    locale_path(path, "/xx_XX/LC_NUMERIC");
    unlink(path);
    locale_path(path, "/xx_XX");
    rmdir(path);
    return rmdir(folder);
}

typedef struct {
    double price, at_most;
} offer;
RA_BIND(offer, RA_FIELD(price, .max = 99.5), RA_FIELD(at_most, .from = RA_IN_QUERY, .def = "0.25"));

typedef struct {
    double factor;
} shop_config;
RA_BIND(shop_config, RA_FIELD(factor, .def = "0.5"));

static ra_status store_offer(ra_ctx *ctx, const offer *in, offer *out)
{
    *out = *in;
    ra_log_info(ctx, "stored", RA_KV("price", in->price));
    RA_TRY(ra_sql_exec(ctx, "insert into offers values (:price, :at_most)", offer, in));
    RA_TRY(ra_sql_one(ctx, "select price * 2 as price, at_most from offers where price = 1234.5",
                      ra_none, NULL, offer, out));
    out->price *= ra_config(ctx, shop_config)->factor;
    return RA_OK;
}

static ra_status lower(ra_ctx *ctx, const offer *in, double *out)
{
    *out = in->price - 0.75;
    return ra_ctx_status(ctx);
}

static const ra_migration migrations[] = {
    {"0001_offers", "create table offers (price real not null, at_most real not null) strict;"
                    "insert into offers values (1234.5, 0.125)"},
    {0},
};

static ra_app *shop(void)
{
    ra_app *app = ra_app_new("shop", "1.0.0");
    ra_app_use(app, ra_sqlite());
    ra_app_migrations(app, migrations);
    ra_app_config(app, shop_config);
    ra_post(app, "/offers", store_offer, offer, offer);
    ra_get(app, "/lower/{price}", lower, offer, double);
    return app;
}

static void the_comma_is_in_force(void **state)
{
    (void)state;
    char text[20];
    snprintf(text, sizeof text, "%.1f", 1.5);
    assert_string_equal(text, "1,5");
}

static void numbers_have_a_point_wherever_they_go(void **state)
{
    (void)state;
    RA_SCOPED(ra_test, test, ra_test_init(.app = shop(), .config = "factor=1.5"));
    ra_test_reply reply =
        ra_test_request(&test, "POST", "/offers?at_most=1.25e1", .body = "{\"price\":2.5}");
    assert_text(reply.body, "{\"price\":3703.5,\"at_most\":0.125}");
    assert_true(contains(ra_test_log(&test), "\"price\":2.5"));
    reply = ra_test_request(&test, "GET", "/lower/10.25");
    assert_text(reply.body, "9.5");
    reply = ra_test_request(&test, "GET", "/lower/10,25");
    assert_int_equal(reply.status, 422);
    reply = ra_test_request(&test, "POST", "/offers", .body = "{\"price\":2,5}");
    assert_int_equal(reply.status, 400);
    reply = ra_test_request(&test, "POST", "/offers", .body = "{\"price\":100.5}");
    assert_int_equal(reply.status, 422);
    assert_true(contains(reply.body, "must be <= 99.5"));
}

static void texts_are_read_and_written_with_a_point(void **state)
{
    (void)state;
    double value = 0, small = 1e-7;
    RA_SCOPED(ra_buf, json, ra_buf_init(100));
    assert_status(ra_str_to_f64(RA_STR("-1.75"), &value), RA_OK);
    assert_true(value == -1.75);
    assert_status(ra_str_to_f64(RA_STR("1,75"), &value), RA_ERR_INVALID);
    assert_status(ra_json_encode(&json, double, &small), RA_OK);
    assert_text(ra_buf_str(&json), "1e-7");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_comma_is_in_force),
        cmocka_unit_test(numbers_have_a_point_wherever_they_go),
        cmocka_unit_test(texts_are_read_and_written_with_a_point),
    };
    return cmocka_run_group_tests(tests, begin_comma, end_comma);
}
