// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"
#include "bind/plan.h"

#include <stdio.h>

typedef enum { NEW, PAID } state;
RA_ENUM_BIND(state, RA_ENUM(NEW, "new"), RA_ENUM(PAID, "paid"));
typedef struct {
    ra_str city;
    ra_list_str phones;
} address;
RA_BIND(address, RA_FIELD(city), RA_FIELD(phones));
typedef struct tree tree;
RA_BIND_LIST(tree);
struct tree {
    ra_str name;
    RA_LIST(tree) below;
};
RA_BIND_ROWS(tree, RA_FIELD(name), RA_FIELD_OF(below, tree));
typedef struct {
    int64_t id;
    void *cache;
    ra_str name;
    address home;
    RA_OPT(address) other;
    RA_LIST(address) more;
    RA_LIST(state) states;
    ra_list_i64 numbers;
    ra_opt_str note;
    RA_LIST(tree) trees;
} person;
RA_BIND(person, RA_FIELD(id), RA_SKIP(cache), RA_FIELD(name), RA_FIELD_OF(home, address),
        RA_FIELD_OF(other, address), RA_FIELD_OF(more, address), RA_FIELD_OF(states, state),
        RA_FIELD(numbers), RA_FIELD(note), RA_FIELD_OF(trees, tree));

// All that the value points to stands here, to be scribbled over after the copy.
static char text[64];
static ra_str phones[2];
static address addresses[2];
static state states[2];
static int64_t numbers[3];
static tree leaves[1], roots[1];

static ra_str word(const char *letters)
{
    static size_t used;
    if (!letters) {
        used = 0;
        return (ra_str){0};
    }
    ra_str str = {text + used, strlen(letters)};
    memcpy(text + used, letters, str.len);
    used += str.len;
    return str;
}

static person example(void)
{
    word(NULL);
    phones[0] = word("12");
    phones[1] = word("34");
    addresses[0] = (address){word("Ulm"), {phones, 2, 2}};
    addresses[1] = (address){word("Bonn"), {0}};
    states[0] = states[1] = PAID;
    numbers[0] = 1, numbers[1] = 2, numbers[2] = 3;
    leaves[0] = (tree){.name = word("leaf")};
    roots[0] = (tree){word("root"), {leaves, 1, 1}};
    return (person){.id = 7,
                    .cache = &text,
                    .name = word("Ada"),
                    .home = {word("Rom"), {phones, 1, 1}},
                    .other = {addresses[0], RA_SET},
                    .more = {addresses, 2, 2},
                    .states = {states, 2, 2},
                    .numbers = {numbers, 3, 3},
                    .note = {word("note"), RA_SET},
                    .trees = {roots, 1, 1}};
}

static void scribble(void)
{
    memset(text, '#', sizeof text);
    memset(phones, 0, sizeof phones);
    memset(addresses, 0, sizeof addresses);
    memset(states, 0, sizeof states);
    memset(numbers, 0, sizeof numbers);
    memset(leaves, 0, sizeof leaves);
    memset(roots, 0, sizeof roots);
}

static void a_copy_does_not_need_its_original(void **state_)
{
    (void)state_;
    ra_arena *arena = ra_arena_new(NULL, 1 << 16);
    person from = example(), to;
    assert_status(ra__bind_copy(arena, ra__plan_of(ra_bind_of(person)), &from, &to), RA_OK);
    scribble();
    assert_int_equal(to.id, 7);
    assert_ptr_equal(to.cache, &text); // what no row names is copied as it is
    assert_text(to.name, "Ada");
    assert_text(to.home.city, "Rom");
    assert_text(to.home.phones.items[0], "12");
    assert_text(to.other.value.city, "Ulm");
    assert_text(to.other.value.phones.items[1], "34");
    assert_int_equal(to.more.len, 2);
    assert_text(to.more.items[1].city, "Bonn");
    assert_text(to.more.items[0].phones.items[1], "34");
    assert_null(to.more.items[1].phones.items);
    assert_int_equal(to.states.items[1], PAID);
    assert_int_equal(to.numbers.items[2], 3);
    assert_text(to.note.value, "note");
    assert_text(to.trees.items[0].below.items[0].name, "leaf");
    ra_arena_free(arena);
}

static void a_copy_without_memory_is_exhausted(void **state_)
{
    (void)state_;
    person from = example(), to;
    const ra__plan *plan = ra__plan_of(ra_bind_of(person));
    size_t needed = 0;
    for (ra_status status = RA_ERR_EXHAUSTED; status != RA_OK; needed += 8) {
        ra_arena *arena = ra_arena_new(NULL, needed);
        status = ra__bind_copy(arena, plan, &from, &to);
        if (status != RA_OK)
            assert_status(status, RA_ERR_EXHAUSTED);
        ra_arena_free(arena);
    }
    assert_in_range(needed, 200, 4096);
}

static void scalars_lists_and_none_are_copied(void **state_)
{
    (void)state_;
    ra_arena *arena = ra_arena_new(NULL, 1 << 16);
    int64_t number = 7, other = 0;
    assert_status(ra__bind_copy(arena, ra__plan_of(ra_bind_of(int64_t)), &number, &other), RA_OK);
    assert_int_equal(other, 7);
    char letters[] = "abc";
    ra_str str = {letters, 3}, kept;
    assert_status(ra__bind_copy(arena, ra__plan_of(ra_bind_of(ra_str)), &str, &kept), RA_OK);
    letters[0] = '#';
    assert_text(kept, "abc");
    ra_list_str list = {&str, 1, 1}, lists;
    assert_status(ra__bind_copy(arena, ra__plan_of(RA_BIND_ra_list_str()), &list, &lists), RA_OK);
    assert_text(lists.items[0], "#bc");
    assert_true(lists.items != &str);
    assert_status(ra__bind_copy(arena, ra__plan_of(RA_BIND_ra_none()), NULL, NULL), RA_OK);
    ra_arena_free(arena);
}

static void what_an_absent_optional_holds_is_not_followed(void **state_)
{
    (void)state_;
    ra_arena *arena = ra_arena_new(NULL, 1 << 10);
    person from = {0}, to;
    ra_str gone = {(const char *)(uintptr_t)16, 64};
    from.note = (ra_opt_str){gone, RA_ABSENT};
    from.other.value.city = gone;
    from.other.presence = RA_NULL;
    assert_status(ra__bind_copy(arena, ra__plan_of(ra_bind_of(person)), &from, &to), RA_OK);
    assert_true(ra_is_absent(to.note) && ra_is_null(to.other));
    ra_arena_free(arena);
}

static void what_is_nested_without_end_is_invalid(void **state_)
{
    (void)state_;
    ra_arena *arena = ra_arena_new(NULL, 1 << 16);
    tree circle = {.name = RA_STR("round")}, to;
    circle.below.items = &circle;
    circle.below.len = circle.below.cap = 1;
    assert_status(ra__bind_copy(arena, ra__plan_of(ra_bind_of(tree)), &circle, &to),
                  RA_ERR_INVALID);
    ra_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_does_not_need_its_original),
        cmocka_unit_test(a_copy_without_memory_is_exhausted),
        cmocka_unit_test(scalars_lists_and_none_are_copied),
        cmocka_unit_test(what_an_absent_optional_holds_is_not_followed),
        cmocka_unit_test(what_is_nested_without_end_is_invalid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
