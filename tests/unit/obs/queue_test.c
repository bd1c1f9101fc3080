// SPDX-License-Identifier: MIT OR Apache-2.0
#include "obs/support.h"

#include "base/heap.h"
#include "obs/private/queue.h"

static void lines_come_out_in_order_and_once(void **state)
{
    (void)state;
    ra__queue queue;
    assert_true(ra__queue_init(&queue, 64));
    assert_true(ra__queue_put(&queue, RA_STR("a\n")));
    assert_true(ra__queue_put(&queue, RA_STR("bc\n")));
    assert_true(ra_str_equal(ra__queue_take(&queue), RA_STR("a\nbc\n")));
    assert_int_equal(ra__queue_take(&queue).len, 0);
    ra__queue_deinit(&queue);
}

static void what_was_taken_stays_while_new_lines_come(void **state)
{
    (void)state;
    ra__queue queue;
    assert_true(ra__queue_init(&queue, 8));
    assert_true(ra__queue_put(&queue, RA_STR("first")));
    ra_str taken = ra__queue_take(&queue);
    assert_true(ra__queue_put(&queue, RA_STR("second")));
    assert_true(ra_str_equal(taken, RA_STR("first")));
    ra__queue_deinit(&queue);
}

static void a_full_queue_refuses_whole_lines_and_counts_them(void **state)
{
    (void)state;
    ra__queue queue;
    assert_true(ra__queue_init(&queue, 4));
    assert_true(ra__queue_put(&queue, RA_STR("abc")));
    assert_false(ra__queue_put(&queue, RA_STR("de")));
    assert_true(ra__queue_put(&queue, RA_STR("f")));
    assert_false(ra__queue_put(&queue, RA_STR("g")));
    assert_int_equal(ra__queue_dropped(&queue), 2);
    assert_true(ra_str_equal(ra__queue_take(&queue), RA_STR("abcf")));
    assert_true(ra__queue_put(&queue, RA_STR("de")));
    ra__queue_deinit(&queue);
}

static bool refuse_second(void *arg, size_t bytes)
{
    (void)bytes;
    return ++*(unsigned *)arg != 2;
}

static void without_memory_there_is_no_queue(void **state)
{
    (void)state;
    unsigned asked = 0;
    ra__queue queue;
    ra__heap_set_hook(refuse_second, &asked);
    assert_false(ra__queue_init(&queue, 64));
    ra__heap_set_hook(NULL, NULL);
    ra__queue_deinit(&queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_come_out_in_order_and_once),
        cmocka_unit_test(what_was_taken_stays_while_new_lines_come),
        cmocka_unit_test(a_full_queue_refuses_whole_lines_and_counts_them),
        cmocka_unit_test(without_memory_there_is_no_queue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
