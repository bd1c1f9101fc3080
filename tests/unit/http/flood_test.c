// SPDX-License-Identifier: MIT OR Apache-2.0
// flood: names that a client has chosen, very many of them and all alike: of header fields and of
// the query. Both are refused at a number so small that no way of searching them matters. (JSON
// members, of which a body may hold very many: tests/unit/json/flood_test.c.)
#include "http/service.h"

enum { NAMES = 1 << 16 };

/// As many of `format` as asked, between two texts; the caller's.
static ra_buf repeated(const char *before, const char *format, unsigned count, const char *after)
{
    ra_buf text = ra_buf_init(8 << 20);
    assert_int_equal(ra_buf_append(&text, ra_str_of(before)), RA_OK);
    for (unsigned i = 0; i < count; i++)
        assert_int_equal(ra_buf_printf(&text, format, i), RA_OK);
    assert_int_equal(ra_buf_append(&text, ra_str_of(after)), RA_OK);
    return text;
}

static void many_field_names_are_431_at_the_limit(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ra_buf flood =
        repeated("GET /items HTTP/1.1\r\n" HOST, "idempotency-%06x: x\r\n", NAMES, "\r\n");
    client c = client_open(&w);
    client_send(&c, ra_buf_str(&flood)); // the server may close meanwhile
    assert_int_equal(status_of(client_read_all(&c)), 431);
    assert_int_equal(count_of(c.got.ptr, "HTTP/1.1 "), 1);
    client_close(&c);
    ra_buf_deinit(&flood);
    world_end(&w);
}

static void a_field_is_found_among_as_many_as_there_may_be(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ra_buf request = repeated("GET /items HTTP/1.1\r\n" HOST, "idempotency-k%02d: x\r\n", 98,
                              "Idempotency-Key: this one\r\n\r\n");
    answer_has(&w, ra_buf_str(&request), 200, "this one", NULL);
    ra_buf_deinit(&request);
    world_end(&w);
}

static void fields_of_a_query_are_limited(void **state)
{
    (void)state;
    world w;
    open_world(&w);
    ra_buf most = repeated("GET /lenient?x", "&k%04x", 255, " HTTP/1.1\r\n" HOST "\r\n");
    answer_has(&w, ra_buf_str(&most), 200, NULL);
    ra_buf too_many = repeated("GET /lenient?x", "&k%04x", 256, " HTTP/1.1\r\n" HOST "\r\n");
    answer_has(&w, ra_buf_str(&too_many), 422, "\"max_items\"", NULL);
    ra_buf far_too_many = repeated("GET /items?x", "&", 4000, " HTTP/1.1\r\n" HOST "\r\n");
    answer_has(&w, ra_buf_str(&far_too_many), 422, NULL);
    ra_buf_deinit(&most);
    ra_buf_deinit(&too_many);
    ra_buf_deinit(&far_too_many);
    world_end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_field_names_are_431_at_the_limit),
        cmocka_unit_test(a_field_is_found_among_as_many_as_there_may_be),
        cmocka_unit_test(fields_of_a_query_are_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
