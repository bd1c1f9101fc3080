// SPDX-License-Identifier: MIT OR Apache-2.0
// Tests of the items service without a server: handlers are called, requests go through the real
// parser, router and database, all in one process, in virtual time. Any test framework will do;
// this is cmocka.
#include "items.h"

#include <ramie/test.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define assert_text(str, wanted) assert_true(ra_str_equal((str), RA_STR(wanted)))

// ---- handlers, called as the functions they are

static void create_item_gives_a_receipt(void **state)
{
    (void)state;
    RA_SCOPED(ra_test, test, ra_test_init(.app = items_app()));
    receipt out = {0};

    ra_status status =
        create_item(ra_test_ctx(&test), &(new_item){.name = RA_STR("milk"), .price = 100}, &out);

    assert_int_equal(status, RA_OK);
    assert_int_equal(out.id, 1);
    assert_text(out.status, "created");
    assert_true(out.tax == 19);
}

static void the_tax_rate_is_configuration(void **state)
{
    (void)state;
    RA_SCOPED(ra_test, test, ra_test_init(.app = items_app(), .config = "tax_rate=0.5"));
    receipt out = {0};

    ra_status status =
        create_item(ra_test_ctx(&test), &(new_item){.name = RA_STR("milk"), .price = 100}, &out);

    assert_int_equal(status, RA_OK);
    assert_true(out.tax == 50);
}

static void an_item_has_the_time_of_its_making(void **state)
{
    (void)state;
    RA_SCOPED(ra_test, test, ra_test_init(.app = items_app(), .now = {RA_SECONDS(1000)}));
    ra_ctx *ctx = ra_test_ctx(&test);
    receipt made = {0};
    item out = {0};
    ra_test_advance(&test, RA_SECONDS(5));
    assert_int_equal(create_item(ctx, &(new_item){.name = RA_STR("milk"), .price = 1.5}, &made),
                     RA_OK);
    ra_test_advance(&test, RA_HOURS(1));

    ra_status status = get_item(ctx, &(item_key){made.id}, &out);

    assert_int_equal(status, RA_OK);
    assert_int_equal(out.created_at.unix_ns, RA_SECONDS(1005));
    assert_text(out.name, "milk");
    assert_false(ra_is_set(out.note));
}

static void a_missing_item_is_not_found_and_says_which(void **state)
{
    (void)state;
    RA_SCOPED(ra_test, test, ra_test_init(.app = items_app()));
    ra_ctx *ctx = ra_test_ctx(&test);
    item out = {0};

    assert_int_equal(get_item(ctx, &(item_key){7}, &out), RA_ERR_NOT_FOUND);
    assert_text(ra_ctx_message(ctx), "there is no item 7");
    assert_int_equal(patch_item(ctx, &(item_patch){.id = 8}, &out), RA_ERR_NOT_FOUND);
    assert_text(ra_ctx_message(ctx), "there is no item 8");
    assert_int_equal(delete_item(ctx, &(item_key){9}), RA_ERR_NOT_FOUND);
    assert_text(ra_ctx_message(ctx), "there is no item 9");
}

static void a_patch_changes_what_is_given(void **state)
{
    (void)state;
    RA_SCOPED(ra_test, test, ra_test_init(.app = items_app()));
    ra_test_sql(&test, "insert into items values (1, 'tea', 4.2, 'green', 0)");
    ra_ctx *ctx = ra_test_ctx(&test);
    item out = {0};

    assert_int_equal(patch_item(ctx, &(item_patch){.id = 1, .price = RA_SOME(ra_opt_f64, 5)}, &out),
                     RA_OK);
    assert_text(out.name, "tea");
    assert_true(out.price == 5);
    assert_text(ra_value_or(out.note, RA_STR("none")), "green");

    item_patch clear = {.id = 1, .note = {.presence = RA_NULL}};
    assert_int_equal(patch_item(ctx, &clear, &out), RA_OK);
    assert_false(ra_is_set(out.note));
}

static void a_page_tells_where_the_next_one_begins(void **state)
{
    (void)state;
    RA_SCOPED(ra_test, test, ra_test_init(.app = items_app()));
    ra_test_sql(&test, "insert into items values (1, 'a', 1, null, 0), (2, 'b', 2, null, 0),"
                       " (5, 'c', 3, null, 0)");
    ra_ctx *ctx = ra_test_ctx(&test);
    static const struct {
        page in;
        uint32_t items;
        int64_t next_after; // 0: null
    } cases[] = {
        {{.limit = 20}, 3, 0},
        {{.limit = 3}, 3, 0},
        {{.limit = 2}, 2, 2},
        {{.limit = 1, .after = 2}, 1, 0},
        {{.limit = 1, .after = 1}, 1, 2},
        {{.limit = 1, .after = 5}, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        item_page out = {0};
        assert_int_equal(list_items(ctx, &cases[i].in, &out), RA_OK);
        assert_int_equal(out.items.len, cases[i].items);
        assert_int_equal(ra_value_or(out.next_after, 0), cases[i].next_after);
    }
}

static void users_are_seeded(void **state)
{
    (void)state;
    RA_SCOPED(ra_test, test, ra_test_init(.app = items_app()));
    RA_LIST(user) out = {0};

    assert_int_equal(list_users(ra_test_ctx(&test), &out), RA_OK);

    assert_int_equal(out.len, 2);
    assert_text(out.items[0].name, "Ada");
}

// ---- requests, through the whole service

static void a_request_creates_and_another_reads(void **state)
{
    (void)state;
    RA_SCOPED(ra_test, test, ra_test_init(.app = items_app()));

    ra_test_reply made = ra_test_request(&test, "POST", "/items",
                                         .body = "{\"name\":\"milk\",\"price\":1.5,\"note\":null}");
    assert_int_equal(made.status, 201);
    assert_text(ra_test_header(&made, "Location"), "/items/1");

    ra_test_reply read = ra_test_request(&test, "GET", "/items/1");
    assert_int_equal(read.status, 200);
    assert_text(read.body, "{\"id\":1,\"name\":\"milk\",\"price\":1.5,\"note\":null,"
                           "\"created_at\":\"2000-01-01T00:00:00Z\"}");
}

static void a_wrong_body_names_every_field(void **state)
{
    (void)state;
    RA_SCOPED(ra_test, test, ra_test_init(.app = items_app()));

    ra_test_reply reply = ra_test_request(
        &test, "POST", "/items", .body = "{\"name\":\"\",\"price\":-1,\"colour\":\"red\"}");

    assert_int_equal(reply.status, 422);
    assert_text(ra_test_header(&reply, "Content-Type"), "application/problem+json");
    ra_str body = reply.body;
    assert_non_null(memmem(body.ptr, body.len, "/name", 5));
    assert_non_null(memmem(body.ptr, body.len, "/price", 6));
    assert_non_null(memmem(body.ptr, body.len, "/colour", 7));
}

static void deleting_is_204_and_then_404(void **state)
{
    (void)state;
    RA_SCOPED(ra_test, test, ra_test_init(.app = items_app()));
    ra_test_sql(&test, "insert into items values (1, 'tea', 4.2, null, 0)");

    assert_int_equal(ra_test_request(&test, "DELETE", "/items/1").status, 204);
    assert_int_equal(ra_test_request(&test, "DELETE", "/items/1").status, 404);
}

// ---- a disk that fails

static void a_full_disk_is_503_and_the_next_request_works(void **state)
{
    (void)state;
    RA_SCOPED(ra_test, test, ra_test_init(.app = items_app()));
    ra_test_fail(&test, RA_FAULT_COMMIT, 1, RA_ERR_DISK_FULL);
    const char *milk = "{\"name\":\"milk\",\"price\":1}";

    assert_int_equal(ra_test_request(&test, "POST", "/items", .body = milk).status, 503);
    assert_int_equal(ra_test_request(&test, "POST", "/items", .body = milk).status, 201);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(create_item_gives_a_receipt),
        cmocka_unit_test(the_tax_rate_is_configuration),
        cmocka_unit_test(an_item_has_the_time_of_its_making),
        cmocka_unit_test(a_missing_item_is_not_found_and_says_which),
        cmocka_unit_test(a_patch_changes_what_is_given),
        cmocka_unit_test(a_page_tells_where_the_next_one_begins),
        cmocka_unit_test(users_are_seeded),
        cmocka_unit_test(a_request_creates_and_another_reads),
        cmocka_unit_test(a_wrong_body_names_every_field),
        cmocka_unit_test(deleting_is_204_and_then_404),
        cmocka_unit_test(a_full_disk_is_503_and_the_next_request_works),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
