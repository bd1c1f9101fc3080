// SPDX-License-Identifier: MIT OR Apache-2.0
// Making plans while memory ends: nothing half-made is ever shown, and the next try succeeds.
#include "base/support.h"
#include "bind/plan.h"

#define M8(p) int64_t p##0, p##1, p##2, p##3, p##4, p##5, p##6, p##7;
#define F8(p)                                                                                      \
    RA_FIELD(p##0), RA_FIELD(p##1, .def = "7"), RA_FIELD(p##2), RA_FIELD(p##3), RA_FIELD(p##4),    \
        RA_FIELD(p##5), RA_FIELD(p##6), RA_FIELD(p##7, .json = #p "-with-a-longer-name")
typedef enum { NEW, PAID } state;
RA_ENUM_BIND(state, RA_ENUM(NEW, "new"), RA_ENUM(PAID, "paid"));
typedef struct node node;
RA_BIND_LIST(node);
typedef struct {
    M8(a) M8(b) M8(c) M8(d) M8(e) M8(f) RA_LIST(node) nodes;
    state at;
} wide;
struct node {
    RA_LIST(node) below;
    RA_LIST(node) beside;
    M8(a) M8(b) M8(c) M8(d)
};
RA_BIND_ROWS(node, RA_FIELD_OF(below, node), RA_FIELD_OF(beside, node), F8(a), F8(b), F8(c), F8(d));
RA_BIND(wide, F8(a), F8(b), F8(c), F8(d), F8(e), F8(f), RA_FIELD_OF(nodes, node),
        RA_FIELD_OF(at, state, .def = "paid"));

static void a_plan_whose_memory_ended_is_made_at_the_next_try(void **state_)
{
    (void)state_;
    unsigned failures = 0;
    for (unsigned refused = 1;; refused++) {
        heap_watch watch;
        ra__faults faults;
        ra__faults_init(&faults);
        heap_watch_start(&watch, refused);
        ra__plan_seal(ra_bind_of(wide), &faults);
        heap_watch_stop(&watch);
        unsigned count = faults.count;
        if (count && faults.text.len)
            assert_non_null(strstr(faults.text.ptr, "wide: no memory for its plan"));
        ra__faults_deinit(&faults);
        if (count == 0)
            break;
        failures++;
        assert_null(ra_bind_of(wide)->slot_->plan);
        assert_null(ra_bind_of(node)->slot_->plan);
        assert_null(ra_bind_of(state)->slot_->making);
    }
    assert_in_range(failures, 2, 100);
    const ra__plan *plan = ra__plan_of(ra_bind_of(wide));
    assert_int_equal(plan->member_count, 50);
    assert_int_equal(ra__plan_find(plan, RA_STR("f-with-a-longer-name")), 47);
    assert_ptr_equal(plan->members[48].of, ra__plan_of(ra_bind_of(node)));
    assert_ptr_equal(plan->members[48].of->members[1].of, plan->members[48].of);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_whose_memory_ended_is_made_at_the_next_try),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
