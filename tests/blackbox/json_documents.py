# SPDX-License-Identifier: MIT OR Apache-2.0
"""Whole bodies for the routes of services/kinds.c, by family: deep, long, cut short, damaged, made by chance. Beside
json_cases; everything random comes from its seed."""
import decimal
import json
import random
import struct

from json_cases import NUMBERS, ROUTES, SEED, TIMES, VALUES, document, member, sound_members
from json_tables import INTEGERS, TABLES

# ---- depth, places, amounts

def depth():
    """64 open containers and 65, where they are read, skipped and refused."""
    for count in (1, 2, 31, 32, 33, 61, 62, 63, 64, 65, 66, 100, 1000, 100000):
        lists, objects = b"[" * count + b"]" * count, b'{"a":' * count + b"1" + b"}" * count
        for nest in (lists, objects, b"[" * count, b'{"a":' * count, b'[{"a":' * (count // 2) + b"0" + b"}]" * (count // 2)):
            for route in ("/strict", "/lenient", "/points", "/lists"):
                yield route, nest
            yield "/lenient", b'{"x":%s}' % nest
            yield "/lenient", b'{"spot":{"x":1,"u":%s,"y":2}}' % nest
            yield "/strict", b'{"known":%s}' % nest
            yield "/lists", b'{"texts":%s}' % nest
            yield "/lists", b'{"texts":["a",%s]}' % nest
        for leaf in (b"{}", b'{"name":"leaf"}', b'{"children":[]}', b'{"x":{}}', b"null", b"[]"):
            yield "/tree", b'{"children":[' * (count // 2) + leaf + b"]}" * (count // 2)


SPREAD = b'''{
  "flag": true,\r
  "text": "%s",

\t"numbers": [1,
 2, 3],
  "spot": {
    "x": 1,
    "y": {"z": "%s"}
  }
}
'''


def places():
    """One wrong byte at each place of a document of many lines: the place must be told."""
    for filling in (b"abc", "aé茶\U0001f375".encode(), b"\\n\\ud83c\\udf75"):
        text = SPREAD % (filling, filling)
        for i in range(len(text)):
            if text[i] & 0xc0 != 0x80:
                yield "/lenient", text[:i] + b"\x01" + text[i:]
    for blanks in ("\n", "\r", "\r\n", "\n\r", "\t", "é", "\n\n\n", "\x0b", "\x0c", "\u2028", "\u0085", "\ufeff"):
        blanks = blanks.encode()
        yield "/lenient", blanks + b"{} x"
        yield "/lenient", b'{"a":1,' + blanks + b"!}"
        yield "/lenient", b'{"a":"\xc3\xa9\xc3\xa9",' + blanks + b"!}"


def amounts():
    """As many problems as an answer holds, and more."""
    for count in (0, 1, 31, 32, 33, 34, 64, 69, 70):
        yield "/wide", document({f"m{i:02}": b"1" for i in range(70 - count)})
        yield "/wide", document({f"m{i:02}": (b'"x"' if i < count else b"1") for i in range(70)})
        yield "/points", b"[%s]" % b",".join([b"0"] * count)
        yield "/points", b"[%s]" % b",".join([b"{}"] * count)
        yield "/strict", document({f"u{i}": b"1" for i in range(count)})
        yield "/strict", document({f"u{i}": b"1" for i in range(count)})[:-1] + b"]"
        yield "/texts", b"[%s]" % b",".join([b'"a"'] * (count * 300))
        yield "/tree", b'{"children":[%s]}' % b",".join([b'{"name":"n"}'] * count)
    yield "/wide", document({f"m{i:02}": b"1" for i in reversed(range(70))})


# ---- whole documents: cut short, turned around, damaged

ROUND = {"text": '"\\u0041é\\n\\ud83c\\udf75茶"'.encode(), "number": b"-1.5e-3", "i64": b"-9223372036854775808",
         "u64": b"18446744073709551615"}
GOOD = [
    ("/lists", '''{"flags":[true,false],"i32s":[-1],"u64s":[0,18446744073709551615],"numbers":[0.1,1e21],"texts":["",
        "\\u0000"],"times":["2026-11-21T09:00:00Z"],"paints":["red","verdant"],"spots":[{"x":1,"y":2},{"y":1,"x":2}]}'''),
    ("/optionals", '''{"flag":null,"i32":1,"number":null,"text":"","at":"1999-12-31T23:59:59+01:00","paint":null,
        "spot":{"x":-1,"y":0},"strict_number":0,"wanted":"w"}'''),
    ("/ranges", '''{"i8":-5,"u64":1,"number":0.1,"text":"é茶","numbers":[0,9],"texts":["a"],"spots":[{"x":0,"y":0},
        {"x":1,"y":1}]}'''),
    ("/tree", '{"name":"root","children":[{"name":"a","children":[]},{"children":[{"name":"\\u0062"}]}]}'),
    ("/names", '''{"a/b":1,"m~n":2,"q\\"q":3,"b\\\\b":4,"naïve":5,"\\ud83c\\udf75":6," two words ":7,"0":8}'''),
    ("/special", '''{"password":"p","signed_text":"-9223372036854775808","unsigned_text":"18446744073709551615",
        "texts":["1","-1"]}'''),
    ("/lenient", '''{"a":[1,{"b":"c\\u0064","e":null}],"known":true,"f":-1.5e+3,"spot":{"g":[[],{}],"x":1,"y":2},
        "h":"\U0001f375"}'''),
    ("/points", '[{"x":1,"y":2},{"y":-2147483648,"x":2147483647}]'),
    ("/sources/7/slug", '{"note":"n\\"","spot":{"x":0,"y":-0}}'),
    ("/strict", '{"known":false,"spot":{"x":10,"y":20}}'),
]


def documents():
    """Good ones of each route."""
    good = sound_members()
    yield "/scalars", document(good)
    yield "/scalars", document(dict(reversed(good.items())))
    yield "/scalars", b" {\r\n" + b",\r\n".join(b'\t"%s" : %s' % (k.encode(), v) for k, v in good.items()) + b"\n} "
    yield "/scalars", document({**good, **ROUND})
    for route, text in GOOD:
        yield route, text.encode()


def prefixes():
    for route, text in documents():
        for end in range(len(text) + 1):
            yield route, text[:end]


TAILS = [b" ", b"\n\r\t ", b"\x00", b"x", b"{}", b",", b"]", b"}", b"//", b"\xff", b"\xef\xbb\xbf", b"null", b"\x0c", b"\n\n  1"]


def tails():
    for route, text in documents():
        for tail in TAILS:
            yield route, text + tail
            yield route, tail + text


PIECES = [b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"0", b"-", b".", b"e", b" ", b"null", b"\\u00", b"\xc3", b"\x80"]
CHANGES = (  # of a text between two places in it
    lambda text, at, to, chance: text[:at] + text[at + 1:],
    lambda text, at, to, chance: text[:at] + bytes([chance.randrange(256)]) + text[at + 1:],
    lambda text, at, to, chance: text[:at] + chance.choice(PIECES) + text[at:],
    lambda text, at, to, chance: text[:at] + text[to:],
    lambda text, at, to, chance: text[:to] + text[at:],
    lambda text, at, to, chance: text[:at] + bytes([text[at] ^ 1 << chance.randrange(8)]) + text[at + 1:],
    lambda text, at, to, chance: text[:at] + text[to:to + 1] + text[at + 1:to] + text[at:at + 1] + text[to + 1:],
)


def damage(chance, text):
    """One change somewhere."""
    at, to = sorted((chance.randrange(len(text)), chance.randrange(len(text))))
    return chance.choice(CHANGES)(text, at, to, chance)


def damaged():
    chance = random.Random(SEED)
    good = list(documents())
    for _ in range(2000):
        route, text = chance.choice(good)
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            text = damage(chance, text) if text else text
        yield route, text


# ---- documents by chance, most of them good

LETTERS = 'aZ0 "\\/\b\n\x00\x1f\x7fé茶\u2028\ufffd\U0001f375'


def some_text(chance):
    text = "".join(chance.choice(LETTERS) for _ in range(chance.choice((0, 1, 3, 4, 20, 40))))
    return json.dumps(text, ensure_ascii=chance.random() < 0.5).encode()


def some_number(chance, kind):
    if kind != "f64":
        low, high = INTEGERS[kind]
        return b"%d" % chance.choice((low, high, 0, 1, chance.randint(low, high), chance.randint(-20, 20), high + 1))
    small, any_size = chance.uniform(-9, 9), chance.random() * 10.0 ** chance.randrange(-320, 300)
    return chance.choice((repr(small), repr(any_size), chance.choice(NUMBERS))).encode()


COLOURS = [b'"red"', b'"green"', b'"verdant"', b'"unknown"', b'"bl\\u0065u \\"fonc\xc3\xa9\\""', b'"pink"']


def some_value(chance, field, left):
    if chance.random() < 0.03:
        return chance.choice(VALUES)
    if field.kind in TABLES:
        return some_table(chance, TABLES[field.kind], left)
    if field.kind == "bool":
        return chance.choice((b"true", b"false"))
    if field.kind == "str":
        return some_text(chance)
    if field.kind == "colour":
        return chance.choice(COLOURS)
    if field.kind == "time":
        return json.dumps(chance.choice(TIMES[:12])).encode()
    number = some_number(chance, field.kind)
    return b'"%s"' % number if field.as_string else number


def some_member(chance, field, left):
    if field.shape == "opt" and chance.random() < 0.2:
        return b"null"
    if field.shape != "list":
        return some_value(chance, field, left)
    count = chance.choice((0, 1, 2, 3, 9)) if left else 0
    return b"[" + chance.choice((b",", b" , ", b",\n")).join(some_value(chance, field, left - 1) for _ in range(count)) + b"]"


def some_table(chance, table, left):
    fields = [field for field in table if field.required or chance.random() < 0.7]
    if chance.random() < 0.3:
        chance.shuffle(fields)
    blank = chance.choice((b"", b"", b" ", b"\n\t"))
    members = [
        b'"%s"%s:%s%s' % (json.dumps(f.name)[1:-1].encode(), blank, blank, some_member(chance, f, left)) for f in fields
    ]
    if chance.random() < 0.05:
        members.insert(chance.randrange(len(members) + 1), b'"u%d":%s' % (chance.randrange(9), chance.choice(VALUES)))
    if members and chance.random() < 0.03:
        members.append(chance.choice(members))
    return b"{" + blank + (blank + b"," + blank).join(members) + blank + b"}"


def by_chance():
    chance = random.Random(SEED + 1)
    for _ in range(1500):
        route = chance.choice(list(ROUTES))
        yield route, some_table(chance, TABLES[ROUTES[route]], 4)


# ---- doubles, many at once

EXACT = decimal.Context(prec=1200)


def between(chance):
    """The exact decimal between a double and the next, its neighbours, or the double with all its digits."""
    bits = chance.getrandbits(63) % 0x7fefffffffffffff
    low, high = (decimal.Decimal(struct.unpack(">d", struct.pack(">Q", bits + i))[0]) for i in (0, 1))
    middle = EXACT.divide(EXACT.add(low, high), 2)
    step = EXACT.divide(EXACT.subtract(high, low), 10 ** chance.randrange(1, 40))
    return chance.choice((middle, middle, EXACT.add(middle, step), EXACT.subtract(middle, step), low))


def some_double(chance):
    """Any finite one, by its bits."""
    bits = chance.getrandbits(64)
    return struct.unpack(">d", struct.pack(">Q", bits & ~(1 << 62) if bits >> 52 & 0x7ff == 0x7ff else bits))[0]


def doubles():
    chance = random.Random(SEED + 2)
    for _ in range(40):
        yield "/lists", member("numbers", b"[%s]" % ",".join(repr(some_double(chance)) for _ in range(500)).encode())
    for _ in range(40):
        texts = [f"{between(chance):{chance.choice(('', 'e', 'f'))}}" for _ in range(50)]
        yield "/lists", member("numbers", b"[%s]" % ",".join(texts).replace("E", chance.choice("eE")).encode())
    for _ in range(20):
        texts = [f"{chance.randrange(10 ** chance.randrange(1, 25))}e{chance.randrange(-340, 285)}" for _ in range(500)]
        yield "/lists", member("numbers", b"[%s]" % ",".join(texts).encode())


FAMILIES = (depth, places, amounts, prefixes, tails, damaged, by_chance, doubles)
