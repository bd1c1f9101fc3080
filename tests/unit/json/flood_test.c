// SPDX-License-Identifier: MIT OR Apache-2.0
// flood: 2^16 names which a client has chosen so that they all fall into the place of one member.
// The time must grow with the text, not with its square. The bound is generous: all of a test
// takes some 20 ms, a comparison of all pairs of names more than 5 s.
#include "json/decode_support.h"

#include <time.h>

enum { NAMES = 1 << 16, NAME_BYTES_MAX = 32, CPU_MS_MAX = 2000 };

typedef struct {
    int64_t a_rather_long_one;
} target;
RA_BIND(target, RA_FIELD(a_rather_long_one, .required = false));

static int64_t cpu_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/// Length, first, middle and last byte are those of the member: what the index hashes.
static void colliding_name(char out[NAME_BYTES_MAX], unsigned i)
{
    snprintf(out, NAME_BYTES_MAX, "a_%06x_long_one", i);
}

static ra_status decode_flood(const char *format, const ra__json_opts *opts, ra_problems *problems)
{
    ra_buf text = ra_buf_init(8 << 20);
    target out;
    ra_arena *memory = ra_arena_new(NULL, 4 << 20);
    assert_status(ra_buf_append(&text, RA_STR("{")), RA_OK);
    for (unsigned i = 0; i < NAMES; i++) {
        char name[NAME_BYTES_MAX];
        colliding_name(name, i);
        assert_status(ra_buf_printf(&text, format, i ? "," : "", name), RA_OK);
    }
    assert_status(ra_buf_append(&text, RA_STR("}")), RA_OK);
    int64_t begun_ms = cpu_ms();
    ra_status status = ra__json_decode(memory, ra__plan_of(ra_bind_of(target)), ra_buf_str(&text),
                                       &out, problems, opts);
    assert_in_range(cpu_ms() - begun_ms, 0, CPU_MS_MAX);
    ra_buf_deinit(&text);
    ra_arena_free(memory);
    return status;
}

static void many_unknown_names_take_linear_time(void **state_)
{
    (void)state_;
    ra_problems problems = {0};
    assert_status(decode_flood("%s\"%s\":1", NULL, &problems), RA_OK);
    assert_int_equal(problems.len, 0);
}

static void many_refused_names_take_linear_time_and_a_bounded_answer(void **state_)
{
    (void)state_;
    ra_problems problems = {0};
    assert_status(decode_flood("%s\"%s\":1", &strict, &problems), RA_ERR_INVALID);
    assert_int_equal(problems.len, RA__PROBLEMS_MAX);
    assert_true(problems.truncated);
}

static void many_objects_of_many_names_take_linear_time(void **state_)
{
    (void)state_;
    ra_problems problems = {0};
    assert_status(decode_flood("%s\"%s\":{\"x\":{},\"x\":[]}", NULL, &problems), RA_OK);
}

static void many_duplicates_of_a_member_take_linear_time_and_a_bounded_answer(void **state_)
{
    (void)state_;
    ra_problems problems = {0};
    assert_status(decode_flood("%s\"\\u0061_rather_long_one\":1,\"%s\":1", NULL, &problems),
                  RA_ERR_INVALID);
    assert_int_equal(problems.len, RA__PROBLEMS_MAX);
    assert_true(problems.truncated);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_unknown_names_take_linear_time),
        cmocka_unit_test(many_refused_names_take_linear_time_and_a_bounded_answer),
        cmocka_unit_test(many_objects_of_many_names_take_linear_time),
        cmocka_unit_test(many_duplicates_of_a_member_take_linear_time_and_a_bounded_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
