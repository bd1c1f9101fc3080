// SPDX-License-Identifier: MIT OR Apache-2.0
// url: paths and options of a SQLite URL.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sql/private/sqlite/url.h"

static ra_status parse(const char *address, ra__sqlite_url *out, char *why, size_t bytes)
{
    RA_SCOPED(ra_buf, message, ra_buf_init(1024));
    ra_status status = ra__sqlite_url_parse(out, ra_str_of(address), &message);
    ra_str text = ra_buf_str(&message);
    assert_true(text.len < bytes);
    memcpy(why, text.len ? text.ptr : "", text.len);
    why[text.len] = '\0';
    return status;
}

static ra__sqlite_url good(const char *address)
{
    ra__sqlite_url url;
    char why[1024];
    if (parse(address, &url, why, sizeof why) != RA_OK)
        fail_msg("%s: %s", address, why);
    return url;
}

static void a_path_alone_has_the_defaults(void **state)
{
    (void)state;
    ra__sqlite_url url = good("items.db");
    assert_string_equal(url.path, "items.db");
    assert_false(url.in_memory);
    assert_int_equal(url.mode, RA__SQLITE_CREATE);
    assert_true(url.is_full);
    assert_int_equal(url.busy_timeout_ns, RA_SECONDS(5));
    assert_int_equal(url.max_bytes, 0);
}

static void two_slashes_in_front_are_left_out(void **state)
{
    (void)state;
    assert_string_equal(good("//items.db").path, "items.db");
    assert_string_equal(good("///var/items.db").path, "/var/items.db");
    assert_string_equal(good("/var/items.db").path, "/var/items.db");
    assert_string_equal(good("../a b/items.db").path, "../a b/items.db");
}

static void memory_is_no_path(void **state)
{
    (void)state;
    assert_true(good(":memory:").in_memory);
    assert_true(good(":memory:?max_bytes=100000").in_memory);
    assert_false(good("memory").in_memory);
}

static void every_option_is_taken(void **state)
{
    (void)state;
    ra__sqlite_url url = good(
        "x.db?mode=ro&synchronous=normal&busy_timeout_ms=250&max_bytes=40960&cache_bytes=1000000");
    assert_string_equal(url.path, "x.db");
    assert_int_equal(url.mode, RA__SQLITE_READ_ONLY);
    assert_false(url.is_full);
    assert_int_equal(url.busy_timeout_ns, RA_MS(250));
    assert_int_equal(url.max_bytes, 40960);
    assert_int_equal(url.cache_bytes, 1000000);
    assert_int_equal(good("x?mode=rw").mode, RA__SQLITE_READ_WRITE);
    assert_int_equal(good("x?mode=rwc").mode, RA__SQLITE_CREATE);
    assert_true(good("x?synchronous=full").is_full);
}

static void what_is_wrong_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *address, *named;
    } rows[] = {
        {"", "sqlite:items.db"},
        {"?mode=ro", "path is missing"},
        {"//", "path is missing"},
        {"x?", "\"\""},
        {"x?mode", "\"mode\""},
        {"x?mode=", "\"mode=\""},
        {"x?mode=r", "\"mode=r\""},
        {"x?Mode=ro", "\"Mode\""},
        {"x?mode=ro&", "\"\""},
        {"x?sync=full", "\"sync\""},
        {"x?synchronous=off", "\"synchronous=off\""},
        {"x?busy_timeout_ms=-1", "busy_timeout_ms=-1"},
        {"x?busy_timeout_ms=60001", "busy_timeout_ms=60001"},
        {"x?busy_timeout_ms=5s", "busy_timeout_ms=5s"},
        {"x?max_bytes=1e6", "max_bytes=1e6"},
        {"x?max_bytes=99999999999999999999", "max_bytes=99999999999999999999"},
        {"x?cache_bytes=-2000", "cache_bytes=-2000"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ra__sqlite_url url;
        char why[1024];
        assert_int_equal(parse(rows[i].address, &url, why, sizeof why), RA_ERR_INVALID);
        if (!strstr(why, rows[i].named))
            fail_msg("%s: %s", rows[i].address, why);
    }
}

static void a_path_may_be_500_bytes_long(void **state)
{
    (void)state;
    char address[RA__SQLITE_PATH_BYTES_MAX + 2];
    memset(address, 'a', sizeof address);
    address[RA__SQLITE_PATH_BYTES_MAX] = '\0';
    assert_int_equal(strlen(good(address).path), RA__SQLITE_PATH_BYTES_MAX);
    address[RA__SQLITE_PATH_BYTES_MAX] = 'a';
    address[RA__SQLITE_PATH_BYTES_MAX + 1] = '\0';
    ra__sqlite_url url;
    char why[1024];
    assert_int_equal(parse(address, &url, why, sizeof why), RA_ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_path_alone_has_the_defaults),
        cmocka_unit_test(two_slashes_in_front_are_left_out),
        cmocka_unit_test(memory_is_no_path),
        cmocka_unit_test(every_option_is_taken),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(a_path_may_be_500_bytes_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
