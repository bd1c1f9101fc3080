# SPDX-License-Identifier: MIT OR Apache-2.0
"""Bodies for the routes of services/kinds.c, by family. A case is (route, body); what must become of it is not said here
but worked out by json_reader and json_tables. Everything random comes from one seed."""
import itertools
import json

from json_tables import INTEGERS, TABLES, Field

SEED = 20261121


ROUTES = {  # what they take, by json_tables
    "/scalars": "scalars", "/defaults": "defaults", "/optionals": "optionals", "/ranges": "ranges", "/lists": "lists",
    "/tree": "node", "/names": "names", "/wide": "wide", "/special": "special", "/strict": "anything",
    "/lenient": "anything", "/take": "defaults", "/sources/7/slug": "sources", "/sources/1/slug": "sources",
}


def whole_list(kind):
    """The input of /points and /texts."""
    return Field("", kind, "list")


def member(name, text):
    """An object of one member; `text` is JSON as bytes."""
    return b'{"%s":%s}' % (name.encode(), text)


# ---- the grammar

SOUND = [
    b"null", b"true", b"false", b"0", b"-0", b"1", b"-1", b"10", b"123456789012345678901234567890", b"0.0", b"-0.0",
    b"1.5", b"1e1", b"1E1", b"1e+1", b"1E-1", b"0e0", b"0E+10", b"0.5e-7", b"1.25E+10", b"-1e-0", b"1e00", b"1e007",
    b"1.0000000000000000000", b'""', b'"a"', b'" "', b'"/"', b'"\\""', b'"\\\\"', b'"\\/"', b'"\\b\\f\\n\\r\\t"',
    b'"\\u0000"', b'"\\u0041"', b'"\\uAbCd"', b'"\\u007f"', b'"\x7f"', b'"\\ud83c\\udf75"', b'"\\uD83C\\uDF75"',
    b'"\\udbff\\udfff"', b'"\\ud800\\udc00"', b'"\\ud7ff\\ue000"', b'"\\uffff\\ufffe\\ufdd0"', b'"\\\\u0041"',
    b'"\\u2028\\u2029"', b'"\xe2\x80\xa8"', b'"\xc2\x80"', b'"\xdf\xbf"', b'"\xe0\xa0\x80"', b'"\xed\x9f\xbf"',
    b'"\xee\x80\x80"', b'"\xef\xbf\xbf"', b'"\xef\xbb\xbf"', b'"\xf0\x90\x80\x80"', b'"\xf4\x8f\xbf\xbf"', b'"null"',
    b'"[1,2"', b'"{\\"a\\":"', b"[]", b"[ ]", b"[\n\t\r ]", b"[1]", b"[1,2]", b"[ 1 , 2 ]", b"[[]]", b"[[],[[]]]",
    b"[null,true,false]", b'["a",1,{}]', b"[0,-0,0.0]", b"{}", b"{ }", b'{"a":1}', b'{ "a" : 1 }', b'{"a":1,"b":2}',
    b'{"":0}', b'{"a":{}}', b'{"a":[]}', b'{"a":1,"a":2}', b'{"a":1,"\\u0061":2}', b'{"\\u0000":1}',
    b'{"a":[{"b":[{}]}]}', b'{"true":true}', b'{\r\n\t"a"\r\n\t:\r\n\t1\r\n\t}', b"[" * 50 + b"]" * 50,
    b'{"a":' * 50 + b"1" + b"}" * 50,
]

BROKEN = [
    # nothing, blanks that JSON does not know, byte order marks, other encodings
    b"", b" ", b"\n\n", b"\x0b1", b"\x0c1", b"\xa01", b"\xc2\xa01", b"\xe2\x80\xa91", b"\xe2\x81\xa01", b"\x00",
    b"1\x00", b"\x001", b"\xef\xbb\xbf1", b"\xef\xbb\xbf{}", b"\xff\xfe1\x00", b"\x001\x00 ", b"\xfe\xff\x001",
    b"\xef", b"\xff",
    # numbers
    b"01", b"-01", b"00", b"-00", b"1.", b".1", b"-.1", b"-", b"--1", b"+1", b"1e", b"1e+", b"1e-", b"1E", b"1.e1",
    b"1.5e", b"e1", b"0x10", b"0X1", b"1_000", b"1,000", b"1 000", b"0b1", b"0o7", b"1f", b"1.0f", b"1L", b"1d",
    b"0e", b"0.e1", b"0.1.2", b"1.2.3", b"1ee1", b"1e1e1", b"1e1.5", b"1e--1", b"1e+-1", b"- 1", b"-a", b"1a", b"1.a",
    b"1e a", b"Infinity", b"-Infinity", b"inf", b"NaN", b"-NaN", b"nan", b"1/2", b"1-1", b"1+1", b"\xef\xbc\x91",
    b"\xd9\xa1", b"1\xef\xbc\x91", b"$1", b"1%", b"0-", b"-+1", b"1e1_0",
    # literals
    b"nul", b"nulll", b"n", b"Null", b"NULL", b"nil", b"none", b"undefined", b"tru", b"truE", b"TRUE", b"True",
    b"truee", b"t", b"fals", b"False", b"falsee", b"f", b"falsE", b"nullnull", b"truefalse", b"true1", b"nul\x00",
    b"true\x00", b"yes", b"on", b"a", b"abc",
    # strings
    b'"', b'"a', b'a"', b"'a'", b"`a`", b'"\\', b'"\\"', b'"\\a"', b'"\\x41"', b'"\\v"', b'"\\0"', b'"\\\'"',
    b'"\\N"', b'"\\U0041"', b'"\\u"', b'"\\u0"', b'"\\u00"', b'"\\u004"', b'"\\u004g"', b'"\\ug041"', b'"\\u 041"',
    b'"\\u+041"', b'"\\u0x41"', b'"\\u00', b'"\\u0041', b'"\\\n"', b'"\\ "', b'"\\\xc3\xa9"', b'"\n"', b'"\r"',
    b'"\t"', b'"\x00"', b'"\x1f"', b'"a\x08b"', b'"""', b'"a"b', b'"a""b"', b'"a" "b"', b'"\\ud800"', b'"\\udbff"',
    b'"\\udc00"', b'"\\udfff"', b'"\\ud800\\ud800"', b'"\\udc00\\ud800"', b'"\\ud800a"', b'"\\ud800\\n"',
    b'"\\ud800\\u0041"', b'"\\ud800\\u', b'"\\ud800\\udc0"', b'"\\ud800\\', b'"\\ud800', b'"\\ud800\\ue000"',
    b'"\\ud800\\udbff"', b'"\\ud83c\xf0\x9f\x8d\xb5"', b'"\\ud800\\\\udc00"', b'"\\udf75\\ud83c"',
    b'"\\ud800\\xdc00"', b'"\\ud83c \\udf75"', b"\\u0041", b"\"\xe9\"", b"\"\xc3\"", b'"\\u00e9\xe9"', b'"\xe2\x82"',
    b'"\xf0\x9f\x8d"', b'"\xed\xa0\x80"', b'"\xf4\x90\x80\x80"',
    # lists
    b"[", b"[1", b"[1,", b"[,", b"[,1]", b"[1,]", b"[1,,2]", b"[,]", b"[1 2]", b"[1;2]", b"[1:2]", b"[1\n2]", b"]",
    b"[]]", b"[[]", b"[[[]]", b"[1}", b"[}", b"[1,2", b'["a"', b'["a', b'["a":1]', b'["a",]', b"[1],", b",[1]",
    b"[1]]", b"[][]", b"[] []", b"(1)", b"<1>", b"[-]", b"[a]", b"[nul]", b"[\x00]", b"[\x0b]", b"[1\x0c,2]", b"[*]",
    b"[1,2,]", b"[1,\n]", b"[\xff]", b"[/**/]", b"[1//\n]", b"[#\n1]", b"[ ", b"[[", b"[\t",
    # objects
    b"{", b"}", b"{]", b"{}}", b"{{}}", b"{{", b'{"a"}', b'{"a":}', b'{"a":1', b'{"a":1,', b'{"a":1,}',
    b'{"a":1,,"b":2}', b'{,"a":1}', b'{,}', b'{"a"', b'{"a":', b'{"a', b'{"', b'{"a" 1}', b'{"a"::1}', b'{"a":1:2}',
    b'{"a"=1}', b'{"a"=>1}', b'{"a",1}', b"{a:1}", b"{'a':1}", b"{1:1}", b"{null:1}", b"{true:1}", b'{["a"]:1}',
    b'{{}:1}', b'{:1}', b'{"a":1 "b":2}', b'{"a":1;"b":2}', b'{"a":1]', b'{"a":1}}', b'{"a":1}{"b":2}', b'{"a":1},',
    b'{"a":1}x', b'{"a":1}//', b'{"a":/**/1}', b'/**/{}', b'{}/**/', b'{"a":1}#', b'#\n{}', b'{"a":1,"b"}',
    b'{"a":1,b:2}', b'{"a":nul}', b'{"a":tru', b'{"a":1\x00}', b'{\x00"a":1}', b'{"a\n":1}', b'{"\xff":1}',
    b'{"\\ud800":1}', b'{"\\x":1}', b'{"a":"b":"c"}', b'{"a":01}', b'{"a"\x0b:1}', b'{"a":1}\x00', b'{"a":1}\xc2\xa0',
    b'{}\xef\xbb\xbf', b'{"a": }', b'{"a":,"b":1}', b'{ "a"', b'{"a" ', b'{ ', b'{"a":1, ', b'{"a":1 ',
]

AROUND = [  # where a text may stand: read, skipped, refused
    ("anything", "/strict", b"%s"), ("list", "/points", b"%s"), ("skipped", "/lenient", b'{"x":%s}'),
    ("refused", "/strict", b'{"x":%s}'), ("of a wrong type", "/strict", b'{"known":%s}'),
    ("item", "/lists", b'{"texts":[%s]}'),
    ("deep", "/lenient", b'{"known":true,"spot":{"x":1,"q":[0,{"r":%s}],"y":2}}'),
    ("behind blanks", "/lenient", b'\n {"x"\t:\r\n %s }\n'),
]


def grammar():
    for text, (_, route, around) in itertools.product(SOUND + BROKEN, AROUND):
        yield route, around.replace(b"%s", text)


# ---- numbers

NUMBERS = [
    *(str(edge + step) for low, high in INTEGERS.values() for edge in (low, high) for step in (-1, 0, 1)), "0", "-0",
    "1", "-1", "7", "9007199254740991", "9007199254740992", "9007199254740993", "-9007199254740993",
    "99999999999999999999", "100000000000000000000", "-99999999999999999999", "18446744073709551616000",
    "184467440737095516150", "1" + "0" * 40, "-1" + "0" * 40, "1" * 400, "340282366920938463463374607431768211456",
    "36893488147419103232", "1.0", "-1.0", "0.0", "-0.0", "1e0", "1e3", "1E3", "-1e3", "10e-1", "1.5", "0.1",
    "0.30000000000000004", "1e400", "-1e400", "1e-400", "-1e-400", "1e309", "1.7976931348623157e308",
    "1.7976931348623158e308", "1.7976931348623159e308", "-1.7976931348623159e308", "5e-324",
    "2.4703282292062327e-324", "2.4703282292062328e-324", "4.9e-324", "2.2250738585072014e-308",
    "2.2250738585072011e-308", "2.225073858507201e-308", "9007199254740993.0", "9007199254740992.5",
    "9007199254740993.00000000000000000000000001", "1e999999999999999999999", "1e-999999999999999999999",
    "0e999999999999999999999", "-0e-999999999999999999999", "0.000001", "0.0000001", "123456789012345680000", "1e20",
    "1e21", "1e22", "1e23", "9.5e-7", "123456.789e-10", "1" + "0" * 308, "1" + "0" * 309, "0." + "0" * 400 + "1",
    "0." + "3" * 900, "4." + "9" * 800, "1." + "0" * 900 + "1", "1" * 800 + "e-800", "1e-5", "100", "1200000", "1e5",
    "4.35", "2.5", "3.14159265358979323846264338327950288", "1.00000000000000011102230246251565404236316680908203125",
    "1.00000000000000011102230246251565404236316680908203124",
    "1.00000000000000011102230246251565404236316680908203126", "8.41e21", "2.0e-308", "6.02214076e23", "299792458",
    "-273.15", "1e+2", "1e-2", "1e02",
]


def numbers():
    for text, name in itertools.product(NUMBERS, [*INTEGERS, "number"]):
        yield "/defaults", member(name, text.encode())
    for text in NUMBERS:
        yield "/optionals", b'{"wanted":null,"u64":%s}' % text.encode()
        yield "/special", member("signed_text", b'"%s"' % text.encode())
        yield "/special", member("unsigned_text", b'"%s"' % text.encode())
        yield "/lists", member("i64s", b"[1,%s,-1]" % text.encode())


def ranges():
    """Each bound and its neighbours, of numbers, lengths and lists."""
    for field in TABLES["ranges"]:
        if field.kind in INTEGERS and not field.shape:
            for edge in {field.min, field.max, *INTEGERS[field.kind]} - {None}:
                for value in range(edge - 2, edge + 3):
                    yield "/ranges", member(field.name, b"%d" % value)
    for text in (b"-1.5", b"-1.5000000000000002", b"-1.4999999999999998", b"0.1", b"0.10000000000000001", b"-1e400",
                 b"0.10000000000000002", b"0.09999999999999999", b"1e400", b"-0", b"0", b"1e-400"):
        yield "/ranges", member("number", text)
        yield "/ranges", member("positive", text)
    units = ("a", "é", "茶", "\U0001f375", "\\n", "\\u8336", "\\ud83c\\udf75", "a\u0301")
    for unit, length in itertools.product(units, range(8)):
        yield "/ranges", member("text", b'"%s"' % (unit * length).encode())
        yield "/ranges", member("code", b'"%s"' % (unit * length).encode())
        yield "/ranges", member("texts", b'["%s"]' % (unit * length).encode())
    for count, item in itertools.product(range(6), (b"0", b"9", b"10", b"-1", b"null", b'"x"', b"2147483648")):
        yield "/ranges", member("numbers", b"[%s]" % b",".join([item] * count))
        yield "/ranges", member("texts", b"[%s]" % b",".join([b'"%s"' % item.strip(b'"')] * count))
        yield "/ranges", member("spots", b"[%s]" % b",".join([b'{"x":%s,"y":0}' % item] * count))


# ---- strings

def strings():
    """Every byte in every form, at each place of a machine's word, in values, names and what is skipped."""
    contents = [bytes([byte]) for byte in range(256)]
    contents += [b"\\" + bytes([byte]) for byte in range(256)]
    contents += [bytes(pair) + b"\x80" * more for pair in itertools.product(
        (0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf3, 0xf4, 0xf5, 0xff),
        (0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0)) for more in range(4)]
    for i, content in enumerate(contents):
        around = (b"", b"", b"12345678"[:i % 8], b"\xc3\xa9" * (i % 5))[i % 4]
        yield "/defaults", b'{"text":"%s%s"}' % (around, content)
        yield "/lenient", b'{"x":"%s%s%s"}' % (content, around, around)
        yield "/strict", b'{"%s%s":1}' % (around, content)
    special = (b'"', b"\\", b"\\n", b"\n", b"\x1f", b"\xff", b"\xc3\xa9", b"\\u00e9", b"\\ud83c", b"\x7f")
    for content, offset in itertools.product(special, range(20)):
        yield "/defaults", b'{"text":"%s%s%s"}' % (b"a" * offset, content, b"z" * (19 - offset))
    for first, second in itertools.product((0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000), repeat=2):
        yield "/defaults", b'{"text":"\\u%04x\\u%04X"}' % (first, second)


def characters():
    """Each character there is, raw and escaped, in lists of texts: what comes back is what was sent."""
    for start in range(0, 0x110000, 0x400):
        points = [p for p in range(start, start + 0x400, 1 if start < 0x10000 else 7) if not 0xd800 <= p <= 0xdfff]
        if points:
            text = "".join(map(chr, points))
            yield "/texts", json.dumps([text, text[::-1]]).encode()
            yield "/texts", json.dumps([text], ensure_ascii=False).encode()


# ---- types

VALUES = [
    b"null", b"true", b"false", b"0", b"1", b"-1", b"1.0", b"1e2", b"1.5", b'""', b'"a"', b'"1"', b'"true"',
    b'"null"', b'"red"', b'"verdant"', b'"RED"', b'"Red"', b'"red "', b'"\\u0072ed"', b'"bleu \\"fonc\xc3\xa9\\""',
    b"[]", b"[1]", b"[null]", b"{}", b'{"x":1}', b'{"x":1,"y":2}', b'{"x":null,"y":"2"}', b'{"x":1,"y":2,"z":3}',
    b'{"X":1,"y":2}', b'"2026-11-21T09:00:00Z"', b'[true,false]', b'["red","blue"]', b"[[]]", b"[{}]",
    b'[{"x":1,"y":2}]', b'["a",1,null,{},[]]',
]

TIMES = [
    "2026-11-21T09:00:00Z", "2026-11-21t09:00:00z", "2026-11-21T09:00:00+00:00", "2026-11-21T09:00:00-00:00",
    "2026-11-21T10:30:00+01:30", "2026-11-21T00:00:00+23:59", "2026-11-21T23:59:59-23:59", "2026-11-21T09:00:00.1Z",
    "2026-11-21T09:00:00.123Z", "2026-11-21T09:00:00.123456Z", "2026-11-21T09:00:00.123456789Z",
    "2026-11-21T09:00:00.000000001Z", "2026-11-21T09:00:00.120000Z", "2026-11-21T09:00:00.1234567891Z",
    "2026-11-21T09:00:00.Z", "2026-11-21T09:00:00,5Z", "1970-01-01T00:00:00Z", "1969-12-31T23:59:59.999999999Z",
    "1969-12-31T23:59:59Z", "2000-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2024-02-29T12:00:00Z",
    "2023-02-29T12:00:00Z", "2024-02-30T00:00:00Z", "2026-04-31T00:00:00Z", "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z", "2026-01-01T24:00:00Z",
    "2026-01-01T23:60:00Z", "2026-01-01T23:59:60Z", "2016-12-31T23:59:60Z", "2026-01-01T00:00:00+24:00",
    "2026-01-01T00:00:00+00:60", "2026-01-01T00:00:00", "2026-01-01", "2026-01-01T00:00Z", "2026-01-01 00:00:00Z",
    "20260101T000000Z", "2026-1-1T0:0:0Z", "26-01-01T00:00:00Z", "+2026-01-01T00:00:00Z", "-2026-01-01T00:00:00Z",
    "12026-01-01T00:00:00Z", "2026-01-01T00:00:00+0100", "2026-01-01T00:00:00+01", "2026-01-01T00:00:00Z ",
    " 2026-01-01T00:00:00Z", "2026-01-01T00:00:00ZZ", "2026-01-01T00:00:00UTC", "2026-W01-1T00:00:00Z",
    "2026-01-01T00:00:00\u005a", "２026-01-01T00:00:00Z", "2262-04-11T23:47:16.854775807Z",
    "2262-04-11T23:47:16.854775808Z", "2262-04-12T00:00:00Z", "1677-09-21T00:12:43.145224192Z",
    "1677-09-21T00:12:43.145224191Z", "1677-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59", "2262-04-11T23:47:16.854775807-00:01",
    "2262-04-12T00:47:16.854775807+01:00", "", "Z", "T", "now", "0", "1700000000",
]


def sound_members():
    """A good value for each member of /scalars."""
    return {"flag": b"true", **{kind: b"1" for kind in INTEGERS}, "number": b"1", "text": b'"t"',
            "at": b'"2026-11-21T09:00:00Z"', "paint": b'"red"', "spot": b'{"x":1,"y":2}'}


def document(members):
    return b"{" + b",".join(b'"%s":%s' % (name.encode(), text) for name, text in members.items()) + b"}"


def types():
    good = sound_members()
    for name, value in itertools.product(good, VALUES):
        yield "/scalars", document({**good, name: value})
    for field, value in itertools.product(TABLES["lists"], VALUES):
        yield "/lists", member(field.name, value)
        yield "/lists", member(field.name, b"[%s]" % value)
    for value in VALUES:
        yield "/points", value
        yield "/points", b"[%s]" % value
        yield "/points", b'[{"x":1,"y":2},%s,{"y":%s}]' % (value, value)
        yield "/texts", value
        yield "/tree", member("children", b"[%s]" % value)
        for route in ("/scalars", "/defaults", "/wide", "/strict", "/lenient", "/take", "/sources/1/slug"):
            yield route, value
    for text in TIMES:
        yield "/defaults", b'{"at":%s}' % json.dumps(text, ensure_ascii=False).encode()
        yield "/lists", b'{"times":[%s]}' % json.dumps(text).encode()


def presence():
    """Absent, null and set, for what may be each of them."""
    for field, value in itertools.product(TABLES["optionals"], VALUES):
        given = {"wanted": b"null", field.name: value}
        yield "/optionals", document(given)
    for names in itertools.combinations(sound_members(), 2):
        yield "/scalars", document({k: v for k, v in sound_members().items() if k not in names})
        yield "/scalars", document({k: (b"null" if k in names else v) for k, v in sound_members().items()})
    for field, value in itertools.product(TABLES["defaults"], (b"null", b"[]", b'""')):
        yield "/defaults", member(field.name, value)
    quoted = [b'"-1"', b'"01"', b'"1.0"', b'" 1"', b'"1 "', b'"+1"', b'"0x1"', b'"-"', b'"\\u0031"', b'["1","-2"]',
              b'["1",2]']
    for field, value in itertools.product(TABLES["special"], VALUES + quoted):
        yield "/special", member(field.name, value)
    yield "/optionals", b"{}"
    yield "/scalars", b"{}"


# ---- names

def escaped(text):
    """Each character as \\uXXXX."""
    units = text.encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2)).encode()


def name_forms(name):
    """The same name, written in other ways; and names that are others."""
    plain, short = json.dumps(name, ensure_ascii=False).encode(), json.dumps(name).encode()
    whole, rest = b'"%s"' % escaped(name), json.dumps(name[1:], ensure_ascii=False).encode()[1:]
    same = [plain, short, whole, whole.upper().replace(b"\\U", b"\\u"), b'"' + escaped(name[0]) + rest]
    others = [plain.decode().swapcase().encode(), plain[:-1] + b' "', b'" ' + plain[1:], plain[:-1] + b'\\u0000"',
              json.dumps(name[:-1]).encode(), plain.replace(b"_", b"-")]
    return same + others


UNKNOWN_NAMES = [
    "", " ", "~", "/", "~~//", "a/b~c", "~0~1", "x" * 63, "x" * 64, "x" * 65, "x" * 500, "é" * 32, "é" * 33,
    "x" * 63 + "é", "\U0001f375" * 20, "x" * 62 + "\U0001f375", "/" * 70, "x" * 63 + "~y",
                 "\u0000", "a\nb", '"', "\\", "__proto__", "constructor", "0", "KNOWN", "known ", "knowN",
                 "\u200bknown", "%s%n", "{0}"]


def names():
    for field in TABLES["names"]:
        for form in name_forms(field.name):
            yield "/names", b"{%s:7}" % form
            yield "/names", b'{%s:7,%s:"8"}' % (form, form)
            yield "/names", b"{%s:7,%s:null}" % (json.dumps(field.name).encode(), form)
    for field, form in itertools.product(TABLES["defaults"], range(11)):
        yield "/defaults", b"{%s:null}" % name_forms(field.name)[form]
    for name in UNKNOWN_NAMES:
        for text in (json.dumps(name).encode(), json.dumps(name, ensure_ascii=False).encode()):
            for route in ("/strict", "/lenient", "/names"):
                yield route, b"{%s:1}" % text
            yield "/strict", b'{"spot":{"x":1,%s:{"%s":[]},"y":2},%s:0}' % (text, b"in", text)
            yield "/tree", b'{"children":[{},{"children":[{%s:1}]}]}' % text
            yield "/lenient", b'{"known":true,%s:[nul]}' % text
            yield "/lenient", b'{%s:{"a":[1,2,{"b":]}}' % text


def duplicates():
    good = sound_members()
    for name, value in good.items():
        for other in (value, b"null", b"[[]]", b'"\\u0041"', b"1e400"):
            once = document(good)[:-1]
            yield "/scalars", once + b',"%s":%s}' % (name.encode(), other)
            yield "/scalars", once + b',"\\u%04x%s":%s}' % (ord(name[0]), name[1:].encode(), other)
        yield "/scalars", b"{" + b'"%s":%s,' % (name.encode(), value) * 3 + b'"%s":%s}' % (name.encode(), value)
    for index in (0, 1, 31, 62, 63, 64, 65, 69):
        values = b",".join(b'"m%02d":%d' % (i, i) for i in range(70))
        yield "/wide", b'{%s,"m%02d":-1}' % (values, index)
        yield "/wide", b'{"m%02d":-1,%s}' % (index, values)
    yield "/lenient", b'{"u":1,"u":2,"known":true,"\\u006bnown":false}'
    yield "/strict", b'{"u":1,"u":2}'
    yield "/special", b'{"id":1,"id":2,"id":null}'
    yield "/points", b'[{"x":1,"x":2,"y":3},{"y":1,"x":2,"\\u0079":3}]'


FAMILIES = (grammar, numbers, ranges, strings, characters, types, presence, names, duplicates)
