// SPDX-License-Identifier: MIT OR Apache-2.0
// Typed decoding: values, problems with their places, presence, limits, memory.
#include "base/arena.h"
#include "base/support.h"
#include "json/json.h"

#include <stdio.h>

typedef enum { NEW, PAID } state;
RA_ENUM_BIND(state, RA_ENUM(NEW, "new"), RA_ENUM(PAID, "paid"));
typedef struct {
    ra_str city;
    ra_opt_i32 zip;
} address;
RA_BIND(address, RA_FIELD(city, .min_len = 1), RA_FIELD(zip));
typedef struct {
    bool flag;
    int8_t i8;
    int16_t i16;
    int32_t i32;
    int64_t i64;
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    double f64;
    ra_str str;
    ra_time time;
    state at;
    address home;
    ra_list_i64 numbers;
    RA_LIST(address) homes;
    ra_opt_str note;
    ra_opt_i64 age;
    RA_OPT(address) other;
    RA_LIST(state) states;
    int64_t quoted;
    ra_list_str tags;
} all;
RA_BIND(all, RA_FIELD(flag, .required = false), RA_FIELD(i8, .required = false, .min = -100),
        RA_FIELD(i16, .required = false), RA_FIELD(i32, .required = false, .max = 100),
        RA_FIELD(i64, .required = false), RA_FIELD(u8, .required = false),
        RA_FIELD(u16, .required = false, .min = 1), RA_FIELD(u32, .required = false),
        RA_FIELD(u64, .required = false), RA_FIELD(f64, .required = false, .min = -10, .max = 1.5L),
        RA_FIELD(str, .required = false, .min_len = 1, .max_len = 3),
        RA_FIELD(time, .required = false), RA_FIELD_OF(at, state, .required = false),
        RA_FIELD_OF(home, address, .required = false),
        RA_FIELD(numbers, .required = false, .max = 9),
        RA_FIELD_OF(homes, address, .required = false, .min_items = 1, .max_items = 3),
        RA_FIELD(note, .nullable = true), RA_FIELD(age, .min = 0), RA_FIELD_OF(other, address),
        RA_FIELD_OF(states, state, .required = false),
        RA_FIELD(quoted, .required = false, .as_string = true, .max = 9007199254740993),
        RA_FIELD(tags, .required = false, .max_len = 2, .max_items = 2));

// One member each: "": fine, else the problems as "pointer code", with ", " between them.
static const struct {
    const char *text, *problems;
} members[] = {
    // bool
    {"'flag':true", ""},
    {"'flag':false", ""},
    {"'flag':null", "/flag null"},
    {"'flag':0", "/flag type"},
    {"'flag':1", "/flag type"},
    {"'flag':'true'", "/flag type"},
    {"'flag':[]", "/flag type"},
    {"'flag':{}", "/flag type"},
    // integers: from the digits, exactly
    {"'i8':-100", ""},
    {"'i8':127", ""},
    {"'i8':-101", "/i8 min"},
    {"'i8':-129", "/i8 min"},
    {"'i8':128", "/i8 range"},
    {"'i8':-0", ""},
    {"'i8':0", ""},
    {"'i8':1.0", "/i8 type"},
    {"'i8':1e0", "/i8 type"},
    {"'i8':1E2", "/i8 type"},
    {"'i8':0.5", "/i8 type"},
    {"'i8':'1'", "/i8 type"},
    {"'i8':true", "/i8 type"},
    {"'i8':null", "/i8 null"},
    {"'i8':[1]", "/i8 type"},
    {"'i8':{'a':1}", "/i8 type"},
    {"'i16':32767", ""},
    {"'i16':-32768", ""},
    {"'i16':32768", "/i16 range"},
    {"'i16':-32769", "/i16 range"},
    {"'i32':100", ""},
    {"'i32':101", "/i32 max"},
    {"'i32':2147483648", "/i32 max"},
    {"'i32':-2147483648", ""},
    {"'i32':-2147483649", "/i32 range"},
    {"'i32':1000000000000000000000000000000", "/i32 max"},
    {"'i64':9223372036854775807", ""},
    {"'i64':-9223372036854775808", ""},
    {"'i64':9223372036854775808", "/i64 range"},
    {"'i64':-9223372036854775809", "/i64 range"},
    {"'i64':18446744073709551616", "/i64 range"},
    {"'i64':9007199254740993", ""},
    {"'u8':255", ""},
    {"'u8':256", "/u8 range"},
    {"'u8':-1", "/u8 range"},
    {"'u8':-0", ""},
    {"'u16':1", ""},
    {"'u16':0", "/u16 min"},
    {"'u16':-1", "/u16 min"},
    {"'u16':65535", ""},
    {"'u16':65536", "/u16 range"},
    {"'u32':4294967295", ""},
    {"'u32':4294967296", "/u32 range"},
    {"'u64':18446744073709551615", ""},
    {"'u64':18446744073709551616", "/u64 range"},
    {"'u64':99999999999999999999", "/u64 range"},
    {"'u64':-1", "/u64 range"},
    // doubles
    {"'f64':1.5", ""},
    {"'f64':1", ""},
    {"'f64':-0", ""},
    {"'f64':1e-400", ""},
    {"'f64':1.5000000000000002", "/f64 max"},
    {"'f64':1.50000000000000000000000000000001", ""}, // rounds to 1.5
    {"'f64':1e400", "/f64 max"},
    {"'f64':-1e400", "/f64 min"},
    {"'f64':-10.5", "/f64 min"},
    {"'f64':'1'", "/f64 type"},
    {"'f64':null", "/f64 null"},
    {"'f64':[]", "/f64 type"},
    // strings: lengths count characters
    {"'str':'abc'", ""},
    {"'str':''", "/str min_len"},
    {"'str':'abcd'", "/str max_len"},
    {"'str':'\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80'", ""},
    {"'str':'\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4'", "/str max_len"},
    {"'str':'\\u00e4\\ud83d\\ude00\\n'", ""},
    {"'str':'\\u00e4\\u00e4\\u00e4\\u00e4'", "/str max_len"},
    {"'str':1", "/str type"},
    {"'str':true", "/str type"},
    {"'str':null", "/str null"},
    {"'str':['a']", "/str type"},
    // times
    {"'time':'2026-11-21T09:00:00Z'", ""},
    {"'time':'2026-11-21T10:00:00.123456789+01:00'", ""},
    {"'time':'2026-11-21\\u005409:00:00Z'", ""}, // an escaped T
    {"'time':'2026-02-29T00:00:00Z'", "/time type"},
    {"'time':'2026-11-21'", "/time type"},
    {"'time':'2026-11-21T09:00:60Z'", "/time type"},
    {"'time':1763715600", "/time type"},
    // enums
    {"'at':'new'", ""},
    {"'at':'\\u006eew'", ""},
    {"'at':'New'", "/at enum"},
    {"'at':''", "/at enum"},
    {"'at':0", "/at type"},
    {"'at':null", "/at null"},
    {"'states':['new','paid']", ""},
    {"'states':['new','lost',1]", "/states/1 enum, /states/2 type"},
    // structs
    {"'home':{'city':'Ulm'}", ""},
    {"'home':{'city':'Ulm','zip':89073}", ""},
    {"'home':{}", "/home/city required"},
    {"'home':{'city':''}", "/home/city min_len"},
    {"'home':{'city':null}", "/home/city null"},
    {"'home':{'city':'Ulm','zip':null}", "/home/zip null"},
    {"'home':[]", "/home type"},
    {"'home':'Ulm'", "/home type"},
    {"'home':null", "/home null"},
    // lists
    {"'numbers':[]", ""},
    {"'numbers':[1,2,3,4,5,6,7,8,9,9,9]", ""},
    {"'numbers':[1,10,'x',null,1.5]",
     "/numbers/1 max, /numbers/2 type, /numbers/3 null, /numbers/4 type"},
    {"'numbers':1", "/numbers type"},
    {"'numbers':{'0':1}", "/numbers type"},
    {"'numbers':'1,2'", "/numbers type"},
    {"'numbers':null", "/numbers null"},
    {"'numbers':[[1]]", "/numbers/0 type"},
    {"'homes':[{'city':'a'},{'city':'b'},{'city':'c'}]", ""},
    {"'homes':[]", "/homes min_items"},
    {"'homes':[{},{'city':'b'},{'zip':'x'}]",
     "/homes/0/city required, /homes/2/zip type, /homes/2/city required"},
    {"'homes':[{'city':'a'},{'city':'b'},{'city':'c'},{},7]", "/homes max_items"},
    {"'homes':[3]", "/homes/0 type"},
    {"'tags':['a','b']", ""},
    {"'tags':['abc','b','c']", "/tags/0 max_len, /tags max_items"},
    // optionals
    {"'note':'x'", ""},
    {"'note':null", ""},
    {"'note':1", "/note type"},
    {"'age':0", ""},
    {"'age':null", "/age null"},
    {"'age':-1", "/age min"},
    {"'other':{'city':'a'}", ""},
    {"'other':{}", "/other/city required"},
    {"'other':null", "/other null"},
    {"'other':[]", "/other type"},
    // integers in strings
    {"'quoted':'9007199254740993'", ""},
    {"'quoted':'-9223372036854775808'", ""},
    {"'quoted':'\\u0031'", ""},
    {"'quoted':'9007199254740994'", "/quoted max"},
    {"'quoted':'-9223372036854775809'", "/quoted range"},
    {"'quoted':'1.0'", "/quoted type"},
    {"'quoted':'1e3'", "/quoted type"},
    {"'quoted':'01'", "/quoted type"},
    {"'quoted':'+1'", "/quoted type"},
    {"'quoted':' 1'", "/quoted type"},
    {"'quoted':'1 '", "/quoted type"},
    {"'quoted':'-'", "/quoted type"},
    {"'quoted':''", "/quoted type"},
    {"'quoted':1", "/quoted type"},
    // names
    {"'\\u0069\\u0038':1", ""},
    {"'I8':1", "/I8 unknown"},
    {"'i8 ':1", "/i8  unknown"},
    {"'':1", "/ unknown"},
    {"'a/b~c':[{'deep':[1]}]", "/a~1b~0c unknown"},
    {"'i8':1,'i8':2", "/i8 duplicate"},
    {"'i8':1,'\\u00698':'x'", "/i8 duplicate"},
    {"'i8':'x','i8':1", "/i8 type, /i8 duplicate"},
    {"'home':{'city':'a','city':'b'}", "/home/city duplicate"},
    {"'home':{'city':'a','town':'b'}", "/home/town unknown"},
    {"'x':1,'x':2", "/x unknown, /x unknown"},
    // all of them, in the order of the text
    {"'u8':300,'str':'','home':{'zip':1.5,'x':[]},'flag':0,'numbers':['a']",
     "/u8 range, /str min_len, /home/zip type, /home/x unknown, /home/city required, /flag type, "
     "/numbers/0 type"},
};

/// Single quotes of the tables above are double quotes of JSON.
static ra_str json(const char *before, const char *text, const char *after)
{
    static char bytes[1 << 16];
    int len = snprintf(bytes, sizeof bytes, "%s%s%s", before, text, after);
    for (int i = 0; i < len; i++)
        if (bytes[i] == '\'')
            bytes[i] = '"';
    return (ra_str){bytes, (size_t)len};
}

static const char *summary(const ra_problems *problems)
{
    static char text[4096];
    size_t len = 0;
    text[0] = '\0';
    for (uint32_t i = 0; i < problems->len; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s" RA_STR_FMT " " RA_STR_FMT,
                                i ? ", " : "", RA_STR_ARG(problems->items[i].pointer),
                                RA_STR_ARG(problems->items[i].code));
    return text;
}

static const ra__json_opts strict = {.unknown_refuse = true, .in = "body"};

static ra_arena *arena;

static int open_arena(void **state_)
{
    (void)state_;
    arena = ra_arena_new(NULL, 4 << 20);
    return arena ? 0 : -1;
}

static int close_arena(void **state_)
{
    (void)state_;
    ra_arena_free(arena);
    return 0;
}

static void each_member_gives_its_value_or_its_problems(void **state_)
{
    (void)state_;
    const ra__plan *plan = ra__plan_of(ra_bind_of(all));
    for (size_t i = 0; i < COUNT_OF(members); i++) {
        ra_str text = json("{", members[i].text, "}");
        ra_problems problems = {0};
        all out;
        ra_status status = ra__json_decode(arena, plan, text, &out, &problems, &strict);
        if (strcmp(summary(&problems), members[i].problems) != 0)
            fail_msg("%s: wanted \"%s\", got \"%s\"", members[i].text, members[i].problems,
                     summary(&problems));
        assert_status(status, *members[i].problems ? RA_ERR_INVALID : RA_OK);
        assert_status(ra__json_decode(arena, plan, text, &out, NULL, &strict), status);
        for (uint32_t p = 0; p < problems.len; p++)
            assert_text(problems.items[p].in, "body");
        ra__arena_reset(arena);
    }
}

static all decoded(const char *text)
{
    all out;
    ra_problems problems = {0};
    // The text outlives the value: strings are views.
    ra_str str = json("{", text, "}"), kept;
    assert_true(ra__arena_try_copy(arena, str, &kept));
    if (ra_json_decode(arena, all, kept, &out, &problems) != RA_OK)
        fail_msg("%s: %s", text, summary(&problems));
    return out;
}

static void values_are_stored_exactly(void **state_)
{
    (void)state_;
    all out = decoded("'flag':true,'i8':-100,'i16':-32768,'i32':100,'i64':-9223372036854775808,"
                      "'u8':255,'u16':65535,'u32':4294967295,'u64':18446744073709551615,"
                      "'f64':0.1,'str':'a\\nb','time':'1970-01-01T00:00:01.5Z','at':'paid'");
    assert_true(out.flag && out.i8 == -100 && out.i16 == -32768 && out.i32 == 100);
    assert_true(out.i64 == INT64_MIN && out.u8 == 255 && out.u16 == 65535);
    assert_true(out.u32 == UINT32_MAX && out.u64 == UINT64_MAX && out.f64 == 0.1);
    assert_text(out.str, "a\nb");
    assert_true(out.time.unix_ns == 1500000000 && out.at == PAID);
    assert_true(decoded("'i64':9007199254740993").i64 == 9007199254740993);
    assert_true(decoded("'u64':10000000000000000000").u64 == UINT64_C(10000000000000000000));
    assert_true(decoded("'quoted':'-9007199254740993'").quoted == -9007199254740993);
}

static void minus_zero_is_zero_for_integers_and_keeps_its_sign_for_doubles(void **state_)
{
    (void)state_;
    assert_int_equal(decoded("'i64':-0").i64, 0);
    assert_true(__builtin_signbit(decoded("'f64':-0").f64));
    assert_true(__builtin_signbit(decoded("'f64':-0.0e5").f64));
}

static void nested_values_and_lists_are_stored(void **state_)
{
    (void)state_;
    all out = decoded("'home':{'zip':1,'city':'Ulm'},'numbers':[1,2,3,4,5,-6],"
                      "'homes':[{'city':'a'},{'city':'b','zip':2}],'states':['paid','new'],"
                      "'other':{'city':'c'},'tags':['x','']");
    assert_text(out.home.city, "Ulm");
    assert_true(ra_is_set(out.home.zip) && out.home.zip.value == 1);
    assert_int_equal(out.numbers.len, 6);
    assert_int_equal(out.numbers.items[5], -6);
    assert_int_equal(out.homes.len, 2);
    assert_text(out.homes.items[1].city, "b");
    assert_true(ra_is_absent(out.homes.items[0].zip) && out.homes.items[1].zip.value == 2);
    assert_true(out.states.len == 2 && out.states.items[0] == PAID);
    assert_true(ra_is_set(out.other));
    assert_text(out.other.value.city, "c");
    assert_text(out.tags.items[1], "");
}

static void absent_null_and_set_are_three_things(void **state_)
{
    (void)state_;
    assert_true(ra_is_absent(decoded("").note));
    assert_true(ra_is_null(decoded("'note':null").note));
    all out = decoded("'note':'x'");
    assert_true(ra_is_set(out.note));
    assert_text(out.note.value, "x");
}

static void text_without_escapes_is_a_view(void **state_)
{
    (void)state_;
    ra_str text = RA_STR("{\"str\":\"abc\",\"note\":\"a\\\\c\"}");
    all out;
    assert_status(ra_json_decode(arena, all, text, &out, NULL), RA_OK);
    assert_true(out.str.ptr == text.ptr + 8);
    assert_true(out.note.value.ptr < text.ptr || out.note.value.ptr >= text.ptr + text.len);
    assert_text(out.note.value, "a\\c");
}

static void members_may_stand_in_any_order_and_between_blanks(void **state_)
{
    (void)state_;
    all out = decoded(" 'note' : 'n' ,\n'i8':\t1, 'u8' :2,'i16' : 3 , 'flag': true ");
    assert_true(out.i8 == 1 && out.u8 == 2 && out.i16 == 3 && out.flag);
    assert_text(out.note.value, "n");
}

static void out_is_zeroed_first(void **state_)
{
    (void)state_;
    all out;
    memset(&out, 0xAA, sizeof out);
    assert_status(ra_json_decode(arena, all, RA_STR("{}"), &out, NULL), RA_OK);
    assert_true(!out.flag && out.i64 == 0 && out.numbers.items == NULL && ra_is_absent(out.age));
}

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

// ---- syntax

static void a_syntax_error_has_its_place(void **state_)
{
    (void)state_;
    const struct {
        const char *text;
        size_t offset, line, column;
        const char *pointer, *detail;
    } cases[] = {
        {"", 0, 1, 1, "", "there is no JSON text"},
        {"  \n ", 4, 2, 2, "", "there is no JSON text"},
        {"{'i8':1,}", 8, 1, 9, "", "a name in quotes was expected"},
        {"{'i8':}", 6, 1, 7, "", "a value was expected"},
        {"{'i8' 1}", 6, 1, 7, "", "':' was expected"},
        {"{'i8':1 'u8':1}", 8, 1, 9, "", "',' or '}' was expected"},
        {"{'i8':1} x", 9, 1, 10, "", "something follows the JSON text"},
        {"{'i8':1", 7, 1, 8, "", "',' or '}' was expected"},
        {"{\n'numbers':\n[1,2 3]}", 18, 3, 6, "/numbers", "',' or ']' was expected"},
        {"{'homes':[{},{'city':tru}]}", 21, 1, 22, "/homes/1", "a value was expected"},
        {"{'x':{'a/b':[0,{'c':01}]}}", 21, 1, 22, "/x/a~1b/1", "a number has no leading zero"},
        {"{'str':'\xc3\xa4\xc3\xa4\\x'}", 12, 1, 11, "", "no such escape"},
        {"{'str':'\xc3\xa4\xff'}", 10, 1, 10, "", "the text is not UTF-8"},
        {"{'str':'a\tb'}", 9, 1, 10, "", "a control character must be escaped"},
        {"{'str':'abc", 11, 1, 12, "", "the string is not closed"},
        {"{'str':'\\ud800'}", 8, 1, 9, "", "a lone surrogate is no character"},
        {"{'str':'\\u12x4'}", 10, 1, 11, "", "\\u needs four hex digits"},
        {"{'f64':1.}", 9, 1, 10, "", "a digit was expected"},
        {"\xef\xbb\xbf{}", 0, 1, 1, "", "a value was expected"},
        {"{'i8':'wrong type','x':nul}", 23, 1, 24, "", "a value was expected"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        all out;
        ra_problems problems = {0};
        assert_status(ra_json_decode(arena, all, json("", cases[i].text, ""), &out, &problems),
                      RA_ERR_SYNTAX);
        if (problems.offset != cases[i].offset || problems.line != cases[i].line ||
            problems.column != cases[i].column)
            fail_msg("%s: offset %zu, line %zu, column %zu", cases[i].text, problems.offset,
                     problems.line, problems.column);
        assert_int_equal(problems.len, 1);
        assert_text(problems.items[0].pointer, cases[i].pointer);
        assert_text(problems.items[0].detail, cases[i].detail);
        assert_text(problems.items[0].code, "syntax");
    }
}

// ---- limits

static void after_32_problems_the_answer_is_truncated(void **state_)
{
    (void)state_;
    char text[1024] = "{\"numbers\":[0";
    for (int i = 0; i < 40; i++)
        strcat(text, ",true");
    strcat(text, "]}");
    all out;
    ra_problems problems = {0};
    assert_status(ra_json_decode(arena, all, ra_str_of(text), &out, &problems), RA_ERR_INVALID);
    assert_int_equal(problems.len, 32);
    assert_true(problems.truncated);
    assert_text(problems.items[31].pointer, "/numbers/32");
}

static void an_unknown_name_is_cut_at_a_characters_end(void **state_)
{
    (void)state_;
    char text[512] = "{\"", wanted[128] = "/";
    for (int i = 0; i < 50; i++)
        strcat(text, "\xe2\x82\xac");
    for (int i = 0; i < 21; i++) // 63 of 64 bytes
        strcat(wanted, "\xe2\x82\xac");
    strcat(text, "\":1}");
    all out;
    ra_problems problems = {0};
    assert_status(ra__json_decode(arena, ra__plan_of(ra_bind_of(all)), ra_str_of(text), &out,
                                  &problems, &strict),
                  RA_ERR_INVALID);
    assert_text(problems.items[0].pointer, wanted);
}

static void no_problem_echoes_a_value(void **state_)
{
    (void)state_;
    const char *texts[] = {"'str':'SECRET'",  "'at':'SECRET'",        "'i8':'SECRET'",
                           "'time':'SECRET'", "'numbers':['SECRET']", "'home':{'city':['SECRET']}",
                           "'i8':31337000",   "'f64':31337"};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        all out;
        ra_problems problems = {0};
        assert_status(ra_json_decode(arena, all, json("{", texts[i], "}"), &out, &problems),
                      RA_ERR_INVALID);
        RA_EACH(const ra_problem, p, problems)
        {
            assert_null(memmem(p->detail.ptr, p->detail.len, "SECRET", 6));
            assert_null(memmem(p->detail.ptr, p->detail.len, "31337", 5));
            assert_null(memmem(p->pointer.ptr, p->pointer.len, "SECRET", 6));
        }
    }
}

typedef struct tree tree;
RA_BIND_LIST(tree);
struct tree {
    RA_LIST(tree) below;
};
RA_BIND_ROWS(tree, RA_FIELD_OF(below, tree, .required = false));

static void typed_values_nest_to_64(void **state_)
{
    (void)state_;
    char text[4096] = "";
    tree out;
    for (int depth = 1; depth <= 33; depth++) {
        text[0] = '\0';
        for (int i = 0; i < depth - 1; i++)
            strcat(text, "{'below':[");
        strcat(text, "{}");
        for (int i = 0; i < depth - 1; i++)
            strcat(text, "]}");
        ra_status wanted = 2 * depth - 1 <= 64 ? RA_OK : RA_ERR_SYNTAX;
        assert_status(ra_json_decode(arena, tree, json("", text, ""), &out, NULL), wanted);
        if (wanted == RA_OK)
            ra__arena_reset(arena);
    }
}

static void past_the_arenas_limit_decoding_is_exhausted(void **state_)
{
    (void)state_;
    ra_str text = RA_STR("{\"str\":\"a\\nb\",\"numbers\":[1,2,3,4,5,6,7,8,9],\"homes\":[{\"city\":"
                         "\"\\u0041\"}],\"tags\":[\"a\",\"b\"]}");
    size_t bytes = 0;
    for (ra_status status = RA_ERR_EXHAUSTED; status != RA_OK; bytes += 4) {
        ra_arena *small = ra_arena_new(NULL, bytes);
        all out;
        status = ra_json_decode(small, all, text, &out, NULL);
        if (status != RA_OK)
            assert_status(status, RA_ERR_EXHAUSTED);
        ra_arena_free(small);
    }
    assert_in_range(bytes, 100, 1024);
}

static void problems_past_the_arenas_limit_are_truncated(void **state_)
{
    (void)state_;
    for (size_t bytes = 0; bytes < 600; bytes += 4) {
        ra_arena *small = ra_arena_new(NULL, bytes);
        all out;
        ra_problems problems = {0};
        assert_status(ra_json_decode(small, all, RA_STR("{\"i8\":true,\"u8\":[],\"i16\":{}}"), &out,
                                     &problems),
                      RA_ERR_INVALID);
        assert_true(problems.len == 3 || problems.truncated);
        problems = (ra_problems){0};
        assert_status(ra_json_decode(small, all, RA_STR("{\"x\":[{\"a\":[x"), &out, &problems),
                      RA_ERR_SYNTAX);
        assert_int_equal(problems.column, 13);
        ra_arena_free(small);
    }
}

static void decode_big(void)
{
    ra_arena *own = ra_arena_new(NULL, 1 << 20);
    all out;
    ra_problems problems = {0};
    static char text[20000] = "";
    if (!own)
        return;
    if (!*text) {
        strcat(text, "{\"numbers\":[1");
        for (int i = 0; i < 3000; i++)
            strcat(text, ",7");
        strcat(text, "],\"str\":\"\\u0041\",\"note\":true}");
    }
    ra_status status = ra_json_decode(own, all, ra_str_of(text), &out, &problems);
    assert_true(status == RA_ERR_EXHAUSTED || status == RA_ERR_INVALID);
    ra_arena_free(own);
}

static void any_allocation_may_fail(void **state_)
{
    (void)state_;
    decode_big(); // plans are made now
    assert_in_range(refuse_each_allocation(decode_big), 3, 100);
}

static void a_warm_arena_needs_no_heap(void **state_)
{
    (void)state_;
    heap_watch watch;
    (void)(decoded("'str':'\\u0041'"));
    ra__arena_reset(arena);
    heap_watch_start(&watch, 0);
    for (int i = 0; i < 10; i++) {
        (void)decoded("'str':'\\u0041','numbers':[1,2,3,4,5],'home':{'city':'x'}");
        ra__arena_reset(arena);
    }
    assert_int_equal(heap_watch_stop(&watch), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_member_gives_its_value_or_its_problems),
        cmocka_unit_test(values_are_stored_exactly),
        cmocka_unit_test(minus_zero_is_zero_for_integers_and_keeps_its_sign_for_doubles),
        cmocka_unit_test(nested_values_and_lists_are_stored),
        cmocka_unit_test(absent_null_and_set_are_three_things),
        cmocka_unit_test(text_without_escapes_is_a_view),
        cmocka_unit_test(members_may_stand_in_any_order_and_between_blanks),
        cmocka_unit_test(out_is_zeroed_first),
        cmocka_unit_test(what_is_missing_gets_its_default_or_a_problem),
        cmocka_unit_test(a_request_may_not_give_readonly_members_and_need_not),
        cmocka_unit_test(members_of_another_source_are_unknown_and_kept),
        cmocka_unit_test(unknown_members_are_skipped_by_a_plain_call),
        cmocka_unit_test(members_past_the_64th_are_required_seen_and_preset),
        cmocka_unit_test(scalars_lists_and_enums_may_be_the_whole),
        cmocka_unit_test(a_struct_needs_an_object),
        cmocka_unit_test(a_syntax_error_has_its_place),
        cmocka_unit_test(after_32_problems_the_answer_is_truncated),
        cmocka_unit_test(an_unknown_name_is_cut_at_a_characters_end),
        cmocka_unit_test(no_problem_echoes_a_value),
        cmocka_unit_test(typed_values_nest_to_64),
        cmocka_unit_test(past_the_arenas_limit_decoding_is_exhausted),
        cmocka_unit_test(problems_past_the_arenas_limit_are_truncated),
        cmocka_unit_test(any_allocation_may_fail),
        cmocka_unit_test(a_warm_arena_needs_no_heap),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
