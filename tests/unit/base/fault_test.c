// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"

#include "base/fault.h"

static void faults_are_collected_with_their_places(void **state)
{
    (void)state;
    ra__faults faults;
    ra__faults_init(&faults);
    ra__fault_add(&faults, "items.c", 12, "item.price: .def \"%s\" is not a number", "x");
    ra__fault_add(&faults, "service.toml", 0, "no such option: %s", "prot");
    ra__fault_add(&faults, NULL, 0, "two databases, one URL");
    assert_int_equal(faults.count, 3);
    assert_text(ra_buf_str(&faults.text), "items.c:12: item.price: .def \"x\" is not a number\n"
                                          "service.toml: no such option: prot\n"
                                          "two databases, one URL\n");
    ra__faults_deinit(&faults);
    assert_int_equal(faults.count, 0);
}

static void faults_past_the_text_are_still_counted(void **state)
{
    (void)state;
    ra__faults faults;
    ra__faults_init(&faults);
    for (int at = 0; at < 10000; at++)
        ra__fault_add(&faults, "a.c", at, "something is wrong here");
    assert_int_equal(faults.count, 10000);
    assert_in_range(faults.text.len, 60000, 65536);
    assert_int_equal(faults.text.ptr[faults.text.len - 1], '\n');
    ra__faults_deinit(&faults);
}

static void a_fault_without_memory_is_still_counted(void **state)
{
    (void)state;
    ra__faults faults;
    heap_watch watch;
    ra__faults_init(&faults);
    heap_watch_start(&watch, 1);
    ra__fault_add(&faults, "a.c", 1, "lost");
    heap_watch_stop(&watch);
    assert_int_equal(faults.count, 1);
    assert_int_equal(faults.text.len, 0);
    ra__faults_deinit(&faults);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(faults_are_collected_with_their_places),
        cmocka_unit_test(faults_past_the_text_are_still_counted),
        cmocka_unit_test(a_fault_without_memory_is_still_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
