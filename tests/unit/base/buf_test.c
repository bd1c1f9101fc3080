// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"

#include "base/buf.h"

#include <stdio.h>

static void append_collects_bytes(void **state)
{
    (void)state;
    RA_SCOPED(ra_buf, buf, ra_buf_init(100));
    assert_int_equal(ra_buf_str(&buf).len, 0);
    assert_status(ra_buf_append(&buf, RA_STR("hello")), RA_OK);
    assert_status(ra_buf_append(&buf, (ra_str){NULL, 0}), RA_OK);
    assert_status(ra_buf_append(&buf, RA_STR(", \0world")), RA_OK);
    assert_int_equal(buf.len, 13);
    assert_memory_equal(buf.ptr, "hello, \0world", 13);
}

static void the_maximum_is_reached_exactly_and_not_passed(void **state)
{
    (void)state;
    for (size_t max = 0; max < 200; max++) {
        RA_SCOPED(ra_buf, buf, ra_buf_init(max));
        for (size_t at = 0; at < max; at++) {
            assert_status(ra_buf_append(&buf, RA_STR("x")), RA_OK);
            assert_true(buf.len <= buf.cap && buf.cap <= max);
        }
        assert_status(ra_buf_append(&buf, RA_STR("x")), RA_ERR_TOO_LARGE);
        assert_status(ra_buf_printf(&buf, "%d", 1), RA_ERR_TOO_LARGE);
        assert_status(ra_buf_printf(&buf, "%s", ""), RA_OK);
        assert_int_equal(buf.len, max);
    }
}

static void too_large_leaves_the_content_unchanged(void **state)
{
    (void)state;
    RA_SCOPED(ra_buf, buf, ra_buf_init(6));
    assert_status(ra_buf_append(&buf, RA_STR("abcd")), RA_OK);
    assert_status(ra_buf_append(&buf, RA_STR("efg")), RA_ERR_TOO_LARGE);
    assert_status(ra_buf_printf(&buf, "%d", 1234), RA_ERR_TOO_LARGE);
    assert_status(ra__buf_reserve(&buf, SIZE_MAX), RA_ERR_TOO_LARGE);
    assert_text(ra_buf_str(&buf), "abcd");
    assert_status(ra_buf_append(&buf, RA_STR("ef")), RA_OK);
    assert_text(ra_buf_str(&buf), "abcdef");
}

static void growth_doubles(void **state)
{
    (void)state;
    heap_watch watch;
    RA_SCOPED(ra_buf, buf, ra_buf_init(1 << 20));
    heap_watch_start(&watch, 0);
    for (int at = 0; at < 1 << 20; at++)
        assert_status(ra_buf_append(&buf, RA_STR("x")), RA_OK);
    assert_in_range(heap_watch_stop(&watch), 1, 20);
}

static void printf_grows_at_every_fill(void **state)
{
    (void)state;
    for (size_t fill = 0; fill < 140; fill++) {
        RA_SCOPED(ra_buf, buf, ra_buf_init(1000));
        for (size_t at = 0; at < fill; at++)
            assert_status(ra_buf_append(&buf, RA_STR("x")), RA_OK);
        assert_status(ra_buf_printf(&buf, "%s-%d", "abc", 42), RA_OK);
        assert_int_equal(buf.len, fill + 6);
        assert_memory_equal(buf.ptr + fill, "abc-42", 6);
        assert_status(ra_buf_append(&buf, RA_STR("y")), RA_OK);
        assert_memory_equal(buf.ptr + fill, "abc-42y", 7);
    }
}

static void a_buffer_can_be_appended_to_itself(void **state)
{
    (void)state;
    RA_SCOPED(ra_buf, buf, ra_buf_init(4096));
    assert_status(ra_buf_append(&buf, RA_STR("ab")), RA_OK);
    for (int doubled = 0; doubled < 9; doubled++)
        assert_status(ra_buf_append(&buf, ra_buf_str(&buf)), RA_OK);
    assert_int_equal(buf.len, 1024);
    for (size_t at = 0; at < buf.len; at++)
        assert_int_equal(buf.ptr[at], "ab"[at % 2]);
}

static void reserve_makes_room_without_changing_len(void **state)
{
    (void)state;
    RA_SCOPED(ra_buf, buf, ra_buf_init(1000));
    assert_status(ra__buf_reserve(&buf, 500), RA_OK);
    assert_int_equal(buf.len, 0);
    assert_in_range(buf.cap, 500, 1000);
    memset(buf.ptr, 'z', 500);
    buf.len = 500;
    assert_status(ra__buf_reserve(&buf, 501), RA_ERR_TOO_LARGE);
    assert_status(ra__buf_reserve(&buf, 500), RA_OK);
    assert_int_equal(buf.cap, 1000);
}

static void a_zeroed_or_ended_buffer_is_harmless(void **state)
{
    (void)state;
    ra_buf zeroed = {0};
    assert_status(ra_buf_append(&zeroed, RA_STR("x")), RA_ERR_TOO_LARGE);
    assert_status(ra_buf_append(&zeroed, RA_STR("")), RA_OK);
    assert_int_equal(ra_buf_str(&zeroed).len, 0);
    ra_buf_deinit(&zeroed);

    ra_buf ended = ra_buf_init(100);
    assert_status(ra_buf_append(&ended, RA_STR("x")), RA_OK);
    ra_buf_deinit(&ended);
    ra_buf_deinit(&ended);
    assert_null(ended.ptr);
    assert_status(ra_buf_printf(&ended, "%d", 1), RA_ERR_TOO_LARGE);
    ra_buf_deinit(NULL);
}

static void an_absurd_maximum_does_not_overflow(void **state)
{
    (void)state;
    RA_SCOPED(ra_buf, buf, ra_buf_init(SIZE_MAX));
    assert_status(ra_buf_append(&buf, RA_STR("x")), RA_OK);
    assert_status(ra__buf_reserve(&buf, SIZE_MAX), RA_ERR_TOO_LARGE);
    assert_status(ra__buf_reserve(&buf, SIZE_MAX / 2), RA_ERR_TOO_LARGE);
}

static void append_and_print(void)
{
    RA_SCOPED(ra_buf, buf, ra_buf_init(4096));
    char wanted[4096] = "";
    for (int at = 0; at < 60; at++) {
        if (ra_buf_append(&buf, RA_STR("abcdefgh")) == RA_OK)
            strcat(wanted, "abcdefgh");
        if (ra_buf_printf(&buf, "%d", at) == RA_OK)
            sprintf(wanted + strlen(wanted), "%d", at);
    }
    assert_int_equal(buf.len, strlen(wanted));
    assert_memory_equal(buf.ptr, wanted, buf.len);
}

static void a_refused_allocation_leaves_the_content_unchanged(void **state)
{
    (void)state;
    assert_in_range(refuse_each_allocation(append_and_print), 4, 10);
    heap_watch watch;
    RA_SCOPED(ra_buf, buf, ra_buf_init(100));
    heap_watch_start(&watch, 1);
    ra_status status = ra_buf_append(&buf, RA_STR("x"));
    heap_watch_stop(&watch);
    assert_status(status, RA_ERR_EXHAUSTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(append_collects_bytes),
        cmocka_unit_test(the_maximum_is_reached_exactly_and_not_passed),
        cmocka_unit_test(too_large_leaves_the_content_unchanged),
        cmocka_unit_test(growth_doubles),
        cmocka_unit_test(printf_grows_at_every_fill),
        cmocka_unit_test(a_buffer_can_be_appended_to_itself),
        cmocka_unit_test(reserve_makes_room_without_changing_len),
        cmocka_unit_test(a_zeroed_or_ended_buffer_is_harmless),
        cmocka_unit_test(an_absurd_maximum_does_not_overflow),
        cmocka_unit_test(a_refused_allocation_leaves_the_content_unchanged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
