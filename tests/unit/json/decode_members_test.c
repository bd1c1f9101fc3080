// SPDX-License-Identifier: MIT OR Apache-2.0
// Which members must be there, may be there, come from elsewhere; wide structs; tops that are no struct.
#include "json/decode_support.h"

// ---- required members, defaults, readonly, sources

typedef struct {
    int64_t id;
    ra_str name;
    int32_t limit;
    ra_opt_i64 must;
    ra_opt_bool may;
    ra_list_str tags;
    state at;
    ra_str path;
} form;
RA_BIND(form, RA_FIELD(id, .readonly = true), RA_FIELD(name), RA_FIELD(limit, .def = "20"),
        RA_FIELD(must, .required = true, .nullable = true), RA_FIELD(may, .def = "true"),
        RA_FIELD(tags), RA_FIELD_OF(at, state, .def = "paid"), RA_FIELD(path, .from = RA_IN_PATH));

static const char *decode_form(const char *text, form *out, const ra__json_opts *opts)
{
    static ra_problems problems;
    problems = (ra_problems){0};
    ra_status status = ra__json_decode(arena, ra__plan_of(ra_bind_of(form)), json("", text, ""),
                                       out, &problems, opts);
    assert_status(status, problems.len ? RA_ERR_INVALID : RA_OK);
    return summary(&problems);
}

static void what_is_missing_gets_its_default_or_a_problem(void **state_)
{
    (void)state_;
    form out;
    assert_string_equal(decode_form("{}", &out, NULL),
                        "/id required, /name required, /must required, /tags required, "
                        "/path required");
    assert_int_equal(out.limit, 20);
    assert_true(ra_is_set(out.may) && out.may.value);
    assert_int_equal(out.at, PAID);
    assert_string_equal(
        decode_form("{'id':1,'name':'','must':null,'tags':[],'path':'','limit':3}", &out, NULL),
        "");
    assert_int_equal(out.limit, 3);
}

static void a_request_may_not_give_readonly_members_and_need_not(void **state_)
{
    (void)state_;
    form out;
    ra__json_opts request = {.in = "body"}, answer = {.readonly_take = true};
    const char *rest = "'name':'','must':1,'tags':[],'path':''}";
    char text[128];
    snprintf(text, sizeof text, "{%s", rest);
    assert_string_equal(decode_form(text, &out, &request), "");
    assert_string_equal(decode_form(text, &out, &answer), "/id required");
    snprintf(text, sizeof text, "{'id':7,%s", rest);
    assert_string_equal(decode_form(text, &out, &request), "/id readonly");
    assert_int_equal(out.id, 0);
    assert_string_equal(decode_form(text, &out, &answer), "");
    assert_int_equal(out.id, 7);
}

static void members_of_another_source_are_unknown_and_kept(void **state_)
{
    (void)state_;
    form out = {.path = RA_STR("from the path"), .id = 9};
    ra__member_set body = {{(1 << 7) - 1}}; // all but path
    ra__json_opts opts = {.members = &body, .unknown_refuse = true, .in = "body"};
    const char *text = "{'name':'','must':1,'tags':[],'path':'x'}";
    assert_string_equal(decode_form(text, &out, &opts), "/path unknown");
    const char *as_expected = "{'name':'','must':1,'tags':[],'at':'new','path':'x'}";
    assert_string_equal(decode_form(as_expected, &out, &opts), "/path unknown");
    opts.unknown_refuse = false;
    assert_string_equal(decode_form(text, &out, &opts), "");
    assert_text(out.path, "from the path");
    assert_int_equal(out.id, 9); // not zeroed: the caller has filled other members
}

static void unknown_members_are_skipped_by_a_plain_call(void **state_)
{
    (void)state_;
    form out;
    assert_string_equal(decode_form("{'x':[{'y':[1,{'z':null}]}],'id':1,'x':2,'name':'n','must':1,"
                                    "'tags':[],'path':'','name2':'n'}",
                                    &out, NULL),
                        "");
    assert_text(out.name, "n");
}

// ---- more than 64 members: the sets have several words

#define M8(p) int8_t p##0, p##1, p##2, p##3, p##4, p##5, p##6, p##7;
#define M64(p) M8(p##0) M8(p##1) M8(p##2) M8(p##3) M8(p##4) M8(p##5) M8(p##6) M8(p##7)
#define F8(p, ...)                                                                                 \
    RA_FIELD(p##0, __VA_ARGS__), RA_FIELD(p##1, __VA_ARGS__), RA_FIELD(p##2, __VA_ARGS__),         \
        RA_FIELD(p##3, __VA_ARGS__), RA_FIELD(p##4, __VA_ARGS__), RA_FIELD(p##5, __VA_ARGS__),     \
        RA_FIELD(p##6, __VA_ARGS__), RA_FIELD(p##7, __VA_ARGS__)
#define F64(p, ...)                                                                                \
    F8(p##0, __VA_ARGS__), F8(p##1, __VA_ARGS__), F8(p##2, __VA_ARGS__), F8(p##3, __VA_ARGS__),    \
        F8(p##4, __VA_ARGS__), F8(p##5, __VA_ARGS__), F8(p##6, __VA_ARGS__), F8(p##7, __VA_ARGS__)
typedef struct {
    M64(a) M64(b) int8_t last, preset;
} wide;
RA_BIND(wide, F64(a, .required = false), F64(b, .required = false), RA_FIELD(last),
        RA_FIELD(preset, .def = "5"));

static void members_past_the_64th_are_required_seen_and_preset(void **state_)
{
    (void)state_;
    wide out;
    ra_problems problems = {0};
    const ra__plan *plan = ra__plan_of(ra_bind_of(wide));
    RA_DISCARD(ra__json_decode(arena, plan, RA_STR("{\"b00\":1}"), &out, &problems, &strict));
    assert_string_equal(summary(&problems), "/last required");
    assert_true(out.preset == 5 && out.b00 == 1);
    problems.len = 0;
    RA_DISCARD(ra__json_decode(arena, plan, RA_STR("{\"last\":1,\"b77\":2,\"last\":3,\"b77\":1}"),
                               &out, &problems, &strict));
    assert_string_equal(summary(&problems), "/last duplicate, /b77 duplicate");
    assert_true(out.last == 1 && out.b77 == 2);
}

// ---- tops that are no struct

static void scalars_lists_and_enums_may_be_the_whole(void **state_)
{
    (void)state_;
    int64_t number;
    ra_str str;
    ra_list_i64 numbers;
    RA_LIST(address) homes;
    state at;
    ra_problems problems = {0};
    assert_status(ra_json_decode(arena, int64_t, RA_STR(" -7 "), &number, NULL), RA_OK);
    assert_int_equal(number, -7);
    assert_status(ra_json_decode(arena, ra_str, RA_STR("\"x\""), &str, NULL), RA_OK);
    assert_text(str, "x");
    assert_status(ra_json_decode(arena, state, RA_STR("\"paid\""), &at, NULL), RA_OK);
    assert_int_equal(at, PAID);
    assert_status(
        ra_json_decode_(arena, RA_BIND_ra_list_int64_t(), RA_STR("[1,2]"), &numbers, NULL), RA_OK);
    assert_int_equal(numbers.len, 2);
    assert_status(
        ra_json_decode(arena, RA_LIST(address), RA_STR("[{\"city\":\"a\"},{}]"), &homes, &problems),
        RA_ERR_INVALID);
    assert_string_equal(summary(&problems), "/1/city required");
    problems.len = 0;
    assert_status(ra_json_decode(arena, int64_t, RA_STR("null"), &number, &problems),
                  RA_ERR_INVALID);
    assert_string_equal(summary(&problems), " type");
}

static void a_struct_needs_an_object(void **state_)
{
    (void)state_;
    const char *texts[] = {"[]", "1", "'x'", "true", "null"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        all out;
        ra_problems problems = {0};
        assert_status(ra_json_decode(arena, all, json("", texts[i], ""), &out, &problems),
                      RA_ERR_INVALID);
        assert_int_equal(problems.len, 1);
        assert_text(problems.items[0].pointer, "");
        assert_text(problems.items[0].code, "type");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_missing_gets_its_default_or_a_problem),
        cmocka_unit_test(a_request_may_not_give_readonly_members_and_need_not),
        cmocka_unit_test(members_of_another_source_are_unknown_and_kept),
        cmocka_unit_test(unknown_members_are_skipped_by_a_plain_call),
        cmocka_unit_test(members_past_the_64th_are_required_seen_and_preset),
        cmocka_unit_test(scalars_lists_and_enums_may_be_the_whole),
        cmocka_unit_test(a_struct_needs_an_object),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
