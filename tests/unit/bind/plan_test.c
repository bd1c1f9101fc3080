// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"
#include "bind/plan.h"
#include "bind/value.h"

#include <pthread.h>

typedef enum { NEW, PAID } state;
RA_ENUM_BIND(state, RA_ENUM(NEW, "new"), RA_ENUM(PAID, "paid"));
typedef struct {
    double price;
} line;
RA_BIND(line, RA_FIELD(price));
typedef struct {
    ra_str name;
    void *cache;
    state at;
    RA_OPT(line) first;
    RA_LIST(line) rest;
    ra_opt_i32 age;
    ra_list_i64 numbers;
    uint8_t level;
    int64_t id;
} order;
RA_BIND(order, RA_FIELD(name, .json = "fullName", .sql = "full_name"), RA_SKIP(cache),
        RA_FIELD_OF(at, state, .def = "paid"), RA_FIELD_OF(first, line), RA_FIELD_OF(rest, line),
        RA_FIELD(age, .required = true, .nullable = true), RA_FIELD(numbers, .from = RA_IN_QUERY),
        RA_FIELD(level, .required = false, .max = 9.5L), RA_FIELD(id, .readonly = true));

typedef struct tree tree;
RA_BIND_LIST(tree);
struct tree {
    RA_LIST(tree) below;
};
RA_BIND_ROWS(tree, RA_FIELD_OF(below, tree));

typedef struct {
    int32_t from, to;
    uint32_t above, below;
} fractions;
RA_BIND(fractions, RA_FIELD(from, .min = -2.5L, .max = -1.5L),
        RA_FIELD(to, .min = 0.5L, .max = 2.5L), RA_FIELD(above, .min = 0.5L),
        RA_FIELD(below, .max = 2.5L));

static const ra__member *member(const char *name)
{
    const ra__plan *plan = ra__plan_of(ra_bind_of(order));
    return &plan->members[ra__plan_find_c(plan, name)];
}

static void a_plan_is_made_once(void **state_)
{
    (void)state_;
    const ra__plan *plan = ra__plan_of(ra_bind_of(order));
    assert_ptr_equal(ra__plan_of(ra_bind_of(order)), plan);
    assert_int_equal(plan->form, RA__PLAN_STRUCT);
    assert_int_equal(plan->size, sizeof(order));
    assert_int_equal(plan->member_count, 8);
}

static void members_are_found_by_each_of_their_names(void **state_)
{
    (void)state_;
    const ra__plan *plan = ra__plan_of(ra_bind_of(order));
    assert_int_equal(ra__plan_find(plan, RA_STR("fullName")), 0);
    assert_int_equal(ra__plan_find_sql(plan, RA_STR("full_name")), 0);
    assert_int_equal(ra__plan_find_c(plan, "name"), 0);
    assert_int_equal(ra__plan_find(plan, RA_STR("name")), -1);
    assert_int_equal(ra__plan_find(plan, RA_STR("cache")), -1);
    assert_int_equal(ra__plan_find_sql(plan, RA_STR("at")), 1);
    assert_int_equal(ra__plan_find_c(plan, "nothing"), -1);
    assert_int_equal(ra__plan_find(ra__plan_of(ra_bind_of(state)), RA_STR("new")), -1);
}

static void shapes_kinds_and_sizes_come_from_the_types(void **state_)
{
    (void)state_;
    assert_int_equal(member("first")->shape, RA_SHAPE_OPT);
    assert_int_equal(member("first")->kind, RA_K_BOUND);
    assert_int_equal(member("first")->item_size, sizeof(line));
    assert_int_equal(member("first")->presence, offsetof(RA_OPT(line), presence));
    assert_ptr_equal(member("first")->of, ra__plan_of(ra_bind_of(line)));
    assert_int_equal(member("rest")->shape, RA_SHAPE_LIST);
    assert_int_equal(member("rest")->size, sizeof(RA_LIST(line)));
    assert_int_equal(member("age")->presence, offsetof(ra_opt_i32, presence));
    assert_int_equal(member("numbers")->item_size, 8);
    assert_int_equal(member("level")->offset, offsetof(order, level));
}

static void a_plain_member_is_required_unless_its_row_says_otherwise(void **state_)
{
    (void)state_;
    assert_true(member("name")->required);
    assert_false(member("at")->required);    // .def
    assert_false(member("first")->required); // RA_OPT
    assert_true(member("rest")->required);
    assert_true(member("age")->required);      // .required = true
    assert_false(member("numbers")->required); // list of a query
    assert_false(member("level")->required);   // .required = false
    assert_false(member("id")->required);      // .readonly
    const ra__plan *plan = ra__plan_of(ra_bind_of(order));
    assert_true(ra__set_has(&plan->required, 7)); // an answer has it
    assert_true(ra__set_has(&plan->readonly, 7));
    assert_true(ra__set_has(&plan->defaults, 1));
    assert_false(ra__set_has(&plan->defaults, 0));
}

static void a_default_is_ready_to_be_copied(void **state_)
{
    (void)state_;
    order o = {0};
    assert_true(member("at")->has_default);
    ra__member_default(member("at"), &o);
    assert_int_equal(o.at, PAID);
}

static void limits_are_cut_to_whole_numbers(void **state_)
{
    (void)state_;
    assert_int_equal(member("level")->low.u64, 0);
    assert_int_equal(member("level")->high.u64, 9);
    const ra__member *cut = ra__plan_of(ra_bind_of(fractions))->members;
    assert_true(cut[0].low.i64 == -2 && cut[0].high.i64 == -2);
    assert_true(cut[1].low.i64 == 1 && cut[1].high.i64 == 2);
    assert_true(cut[2].low.u64 == 1 && cut[2].high.u64 == UINT32_MAX);
    assert_true(cut[3].low.u64 == 0 && cut[3].high.u64 == 2);
    assert_true(member("id")->low.i64 == INT64_MIN && member("id")->high.i64 == INT64_MAX);
}

static void a_table_may_hold_a_list_of_itself(void **state_)
{
    (void)state_;
    const ra__plan *plan = ra__plan_of(ra_bind_of(tree));
    assert_ptr_equal(plan->members[0].of, plan);
    const ra__plan *list = ra__plan_of(RA_BIND_ra_list_tree());
    assert_int_equal(list->form, RA__PLAN_LIST);
    assert_ptr_equal(list->item, plan);
    assert_ptr_equal(list->self->of, plan);
    assert_int_equal(list->self->shape, RA_SHAPE_LIST);
}

static void scalars_and_their_lists_have_plans(void **state_)
{
    (void)state_;
    const struct {
        const ra_bind *bind;
        unsigned kind;
        size_t size;
    } cases[] = {
        {ra_bind_of(int32_t), RA_K_I32, 4},  {ra_bind_of(int64_t), RA_K_I64, 8},
        {ra_bind_of(uint32_t), RA_K_U32, 4}, {ra_bind_of(uint64_t), RA_K_U64, 8},
        {ra_bind_of(double), RA_K_F64, 8},   {ra_bind_of(bool), RA_K_BOOL, 1},
        {ra_bind_of(ra_str), RA_K_STR, 16},  {ra_bind_of(ra_time), RA_K_TIME, 8},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const ra__plan *plan = ra__plan_of(cases[i].bind);
        assert_int_equal(plan->form, RA__PLAN_SCALAR);
        assert_int_equal(plan->member_count, 1);
        assert_int_equal(plan->members[0].kind, cases[i].kind);
        assert_int_equal(plan->size, cases[i].size);
    }
    const ra__plan *list = ra__plan_of(RA_BIND_ra_list_int64_t());
    assert_int_equal(list->form, RA__PLAN_LIST);
    assert_null(list->item);
    assert_int_equal(list->self->kind, RA_K_I64);
    assert_int_equal(list->self->item_size, 8);
    assert_int_equal(ra__plan_of(RA_BIND_ra_none())->form, RA__PLAN_NONE);
}

static void the_same_scalar_has_one_table_under_both_names(void **state_)
{
    (void)state_;
    assert_ptr_equal(RA_BIND_bool(), RA_BIND__Bool());
}

// ---- two threads meet a table first at the same moment

typedef struct {
    int64_t a;
} late;
RA_BIND(late, RA_FIELD(a));

static void *use_late(void *arg)
{
    *(const ra__plan **)arg = ra__plan_of(ra_bind_of(late));
    return NULL;
}

static void threads_that_race_get_the_same_plan(void **state_)
{
    (void)state_;
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    const ra__plan *plans[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, use_late, &plans[i]), 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (int i = 0; i < THREADS; i++) {
        assert_ptr_equal(plans[i], plans[0]);
        assert_int_equal(plans[i]->member_count, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_that_race_get_the_same_plan),
        cmocka_unit_test(a_plan_is_made_once),
        cmocka_unit_test(members_are_found_by_each_of_their_names),
        cmocka_unit_test(shapes_kinds_and_sizes_come_from_the_types),
        cmocka_unit_test(a_plain_member_is_required_unless_its_row_says_otherwise),
        cmocka_unit_test(a_default_is_ready_to_be_copied),
        cmocka_unit_test(limits_are_cut_to_whole_numbers),
        cmocka_unit_test(a_table_may_hold_a_list_of_itself),
        cmocka_unit_test(scalars_and_their_lists_have_plans),
        cmocka_unit_test(the_same_scalar_has_one_table_under_both_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
