// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/arena.h"
#include "base/support.h"
#include "json/json.h"

#include <math.h>
#include <stdio.h>

typedef enum { NEW, PAID } state;
RA_ENUM_BIND(state, RA_ENUM(NEW, "new"), RA_ENUM(PAID, "pa\"id"));
typedef struct {
    ra_str city;
    ra_opt_i32 zip;
} address;
RA_BIND(address, RA_FIELD(city), RA_FIELD(zip, .omit_absent = true));
typedef struct {
    ra_str password;
    ra_opt_i32 a, b;
} secret;
RA_BIND(secret, RA_FIELD(password, .writeonly = true), RA_FIELD(a, .omit_absent = true),
        RA_FIELD(b, .omit_absent = true));
typedef struct tree tree;
RA_BIND_LIST(tree);
struct tree {
    RA_LIST(tree) below;
};
RA_BIND_ROWS(tree, RA_FIELD_OF(below, tree));
typedef struct {
    bool flag;
    int8_t i8;
    int64_t i64;
    uint64_t u64;
    double f64;
    ra_str str;
    ra_time time;
    state at;
    address home;
    ra_list_i64 numbers;
    RA_LIST(address) homes;
    ra_opt_str note;
    int64_t quoted;
    uint64_t odd;
    RA_OPT(address) other;
    RA_LIST(state) states;
} all;
RA_BIND(all, RA_FIELD(flag), RA_FIELD(i8), RA_FIELD(i64), RA_FIELD(u64), RA_FIELD(f64),
        RA_FIELD(str), RA_FIELD(time), RA_FIELD_OF(at, state), RA_FIELD_OF(home, address),
        RA_FIELD(numbers), RA_FIELD_OF(homes, address), RA_FIELD(note),
        RA_FIELD(quoted, .as_string = true), RA_FIELD(odd, .json = "a\"\\\n/\xc3\xa4"),
        RA_FIELD_OF(other, address), RA_FIELD_OF(states, state));

static ra_status encoded(const ra_bind *bind, const void *value, char *text, size_t bytes)
{
    ra_buf buf = ra_buf_init(1 << 20);
    ra_status status = ra_json_encode_(&buf, bind, value);
    snprintf(text, bytes, RA_STR_FMT, RA_STR_ARG(ra_buf_str(&buf)));
    assert_true(status == RA_OK || buf.len == 0);
    ra_buf_deinit(&buf);
    return status;
}

static void a_zeroed_struct_has_all_its_members(void **state_)
{
    (void)state_;
    char text[1024];
    all value = {0};
    assert_status(encoded(ra_bind_of(all), &value, text, sizeof text), RA_OK);
    assert_string_equal(text, "{\"flag\":false,\"i8\":0,\"i64\":0,\"u64\":0,\"f64\":0,\"str\":\"\","
                              "\"time\":\"1970-01-01T00:00:00Z\",\"at\":\"new\","
                              "\"home\":{\"city\":\"\"},\"numbers\":[],\"homes\":[],\"note\":null,"
                              "\"quoted\":\"0\",\"a\\\"\\\\\\n/\xc3\xa4\":0,\"other\":null,"
                              "\"states\":[]}");
}

static void every_kind_is_written(void **state_)
{
    (void)state_;
    char text[1024];
    int64_t numbers[] = {1, -2};
    address homes[] = {{RA_STR("a"), {0}}, {RA_STR("b"), {7, RA_SET}}};
    state states[] = {PAID, NEW};
    all value = {.flag = true,
                 .i8 = -128,
                 .i64 = INT64_MIN,
                 .u64 = UINT64_MAX,
                 .f64 = 0.1,
                 .str = RA_STR("x\ny"),
                 .time = {1500000000},
                 .at = PAID,
                 .home = {RA_STR("Ulm"), {0, RA_NULL}},
                 .numbers = {numbers, 2, 2},
                 .homes = {homes, 2, 2},
                 .note = {RA_STR("n"), RA_SET},
                 .quoted = -9007199254740993,
                 .other = {homes[1], RA_SET},
                 .states = {states, 2, 2}};
    assert_status(encoded(ra_bind_of(all), &value, text, sizeof text), RA_OK);
    assert_string_equal(text,
                        "{\"flag\":true,\"i8\":-128,\"i64\":-9223372036854775808,"
                        "\"u64\":18446744073709551615,\"f64\":0.1,\"str\":\"x\\ny\","
                        "\"time\":\"1970-01-01T00:00:01.500Z\",\"at\":\"pa\\\"id\","
                        "\"home\":{\"city\":\"Ulm\",\"zip\":null},\"numbers\":[1,-2],"
                        "\"homes\":[{\"city\":\"a\"},{\"city\":\"b\",\"zip\":7}],\"note\":\"n\","
                        "\"quoted\":\"-9007199254740993\",\"a\\\"\\\\\\n/\xc3\xa4\":0,"
                        "\"other\":{\"city\":\"b\",\"zip\":7},\"states\":[\"pa\\\"id\",\"new\"]}");
}

static void writeonly_members_never_leave(void **state_)
{
    (void)state_;
    char text[64];
    secret value = {.password = RA_STR("SECRET")};
    assert_status(encoded(ra_bind_of(secret), &value, text, sizeof text), RA_OK);
    assert_string_equal(text, "{}");
    value.b = RA_SOME(ra_opt_i32, 1);
    assert_status(encoded(ra_bind_of(secret), &value, text, sizeof text), RA_OK);
    assert_string_equal(text, "{\"b\":1}");
}

static void doubles_have_the_fewest_digits(void **state_)
{
    (void)state_;
    const struct {
        double value;
        const char *text;
    } cases[] = {
        {0, "0"},
        {-0.0, "-0"},
        {1, "1"},
        {-1.5, "-1.5"},
        {0.1, "0.1"},
        {1.0 / 3, "0.3333333333333333"},
        {100000, "100000"},
        {1e20, "100000000000000000000"},
        {1e21, "1e+21"},
        {1e-6, "0.000001"},
        {1e-7, "1e-7"},
        {5e-324, "5e-324"},
        {DBL_MIN, "2.2250738585072014e-308"},
        {DBL_MAX, "1.7976931348623157e+308"},
        {9007199254740993.0, "9007199254740992"},
        {0.1 + 0.2, "0.30000000000000004"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[64];
        assert_status(encoded(ra_bind_of(double), &cases[i].value, text, sizeof text), RA_OK);
        assert_string_equal(text, cases[i].text);
    }
}

static void what_json_cannot_say_is_invalid_and_leaves_the_buffer(void **state_)
{
    (void)state_;
    const double doubles[] = {NAN, -NAN, INFINITY, -INFINITY};
    ra_buf buf = ra_buf_init(1 << 16);
    assert_status(ra_buf_append(&buf, RA_STR("before")), RA_OK);
    for (size_t i = 0; i < COUNT_OF(doubles); i++) {
        all value = {.f64 = doubles[i]};
        assert_status(ra_json_encode(&buf, all, &value), RA_ERR_INVALID);
        assert_text(ra_buf_str(&buf), "before");
    }
    all value = {.at = (state)7};
    assert_status(ra_json_encode(&buf, all, &value), RA_ERR_INVALID);
    assert_text(ra_buf_str(&buf), "before");
    ra_buf_deinit(&buf);
}

static tree *chain(tree *trees, size_t count)
{
    memset(trees, 0, count * sizeof *trees);
    for (size_t i = 0; i + 1 < count; i++) {
        trees[i].below.items = &trees[i + 1];
        trees[i].below.len = 1;
    }
    return trees;
}

static void what_is_written_can_be_read_back_or_is_too_deep(void **state_)
{
    (void)state_;
    tree trees[33], back;
    ra_arena *arena = ra_arena_new(NULL, 1 << 16);
    ra_buf buf = ra_buf_init(1 << 16);
    assert_status(ra_json_encode(&buf, tree, chain(trees, 32)), RA_OK); // 64 containers
    assert_status(ra_json_decode(arena, tree, ra_buf_str(&buf), &back, NULL), RA_OK);
    assert_status(ra_json_encode(&buf, tree, chain(trees, 33)), RA_ERR_INVALID);
    ra_buf_deinit(&buf);
    ra_arena_free(arena);
}

static void a_buffer_holds_exactly_its_maximum(void **state_)
{
    (void)state_;
    char text[1024];
    all value = {.str = RA_STR("x\x01y\xff"), .i64 = 12, .f64 = 1.5, .time = {1}};
    assert_status(encoded(ra_bind_of(all), &value, text, sizeof text), RA_OK);
    size_t needed = strlen(text);
    for (size_t max = 0; max <= needed; max++) {
        ra_buf buf = ra_buf_init(max);
        ra_status wanted = max < needed ? RA_ERR_TOO_LARGE : RA_OK;
        assert_status(ra_json_encode(&buf, all, &value), wanted);
        assert_int_equal(buf.len, wanted == RA_OK ? needed : 0);
        ra_buf_deinit(&buf);
    }
}

static void encode_big(void)
{
    static int64_t numbers[2000];
    all value = {.numbers = {numbers, 2000, 2000}, .str = RA_STR("\n")};
    ra_buf buf = ra_buf_init(1 << 20);
    ra_status status = ra_json_encode(&buf, all, &value);
    assert_true(status == RA_OK || status == RA_ERR_EXHAUSTED);
    ra_buf_deinit(&buf);
}

static void any_allocation_may_fail(void **state_)
{
    (void)state_;
    encode_big();
    assert_in_range(refuse_each_allocation(encode_big), 1, 100);
}

static void scalars_lists_and_none_may_be_the_whole(void **state_)
{
    (void)state_;
    char text[64];
    int64_t number = -5;
    ra_list_i64 numbers = {&number, 1, 1};
    bool flag = true;
    state at = NEW;
    assert_status(encoded(ra_bind_of(int64_t), &number, text, sizeof text), RA_OK);
    assert_string_equal(text, "-5");
    assert_status(encoded(RA_BIND_ra_list_i64(), &numbers, text, sizeof text), RA_OK);
    assert_string_equal(text, "[-5]");
    assert_status(encoded(ra_bind_of(bool), &flag, text, sizeof text), RA_OK);
    assert_string_equal(text, "true");
    assert_status(encoded(ra_bind_of(state), &at, text, sizeof text), RA_OK);
    assert_string_equal(text, "\"new\"");
    assert_status(encoded(RA_BIND_ra_none(), NULL, text, sizeof text), RA_OK);
    assert_string_equal(text, "null");
    RA_LIST(address) homes = {0};
    assert_status(encoded(RA_BIND_ra_list_address(), &homes, text, sizeof text), RA_OK);
    assert_string_equal(text, "[]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_zeroed_struct_has_all_its_members),
        cmocka_unit_test(every_kind_is_written),
        cmocka_unit_test(writeonly_members_never_leave),
        cmocka_unit_test(doubles_have_the_fewest_digits),
        cmocka_unit_test(what_json_cannot_say_is_invalid_and_leaves_the_buffer),
        cmocka_unit_test(what_is_written_can_be_read_back_or_is_too_deep),
        cmocka_unit_test(a_buffer_holds_exactly_its_maximum),
        cmocka_unit_test(any_allocation_may_fail),
        cmocka_unit_test(scalars_lists_and_none_may_be_the_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
