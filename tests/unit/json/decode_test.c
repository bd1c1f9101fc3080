// SPDX-License-Identifier: MIT OR Apache-2.0
// Typed decoding: each kind of member, its values and its problems with their places.
#include "json/decode_support.h"

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
    {"'time':'1677-09-21T00:12:43.145224192Z'", ""},
    {"'time':'1677-09-21T00:12:43.145224191Z'", "/time range"},
    {"'time':'9999-12-31T23:59:59Z'", "/time range"},
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
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
