# SPDX-License-Identifier: MIT OR Apache-2.0
"""Queries, header fields and paths for services/kinds.c. What must become of them is worked out by text_tables."""
import itertools
import random
from urllib.parse import quote

from json_cases import NUMBERS, SEED, TIMES
from text_tables import PATH, TEXTS

VALUES = [  # as they stand in a target
    "", "0", "1", "-1", "+1", "%2B1", "5", "6", "-5", "-6", "9", "10", "007", "-0", "-", "--1", "1.0", "1.5", "1e2",
    "1E2", "0x1", "1_0", "1,0", " 1".replace(" ", "%20"), "1%20", "1+", "+", "%31", "%31%30",
    "1%00".replace("%00", "%01"), "٣", "true", "false", "TRUE", "True", "tru%65", "yes", "on", "null", "NaN", "inf",
    "-inf", "1e400", "-1e400", "1e-400", ".5", "5.", "1e", "red", "green", "verdant", "RED", "r%65d", "red%20",
    "bleu+%22fonc%C3%A9%22", "bleu%20%22fonc%c3%a9%22", "bleu%2B%22fonc%c3%a9%22", "pink", "a", "abc", "abcd",
    "abcde", "abcdef", "%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9", "%C3%A9" * 6, "%E8%8C%B6", "%F0%9F%8D%B5", "%FF", "%C3",
    "a%C3%28", "%ED%A0%80", "%C0%80", "%F4%90%80%80", "%EF%BB%BF", "%26", "%3D", "%25", "%2F", "a%2Fb", "a=b", "=",
    "==", "?", "a?b", "%0A", "%7F", "~", "a:b@c", "[1]", "{}", "^|", "'", "!$*,;", "(x)", "128", "-129", "255", "256",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
    "18446744073709551615", "18446744073709551616", "99999999999999999999999", "2147483648", "-2147483649",
    *(quote(text, safe=":") for text in TIMES),
]
VALUES = [quote(value, safe="%+=?~:@[]{}^|'!$*,;()/") for value in VALUES]

QUERIES = [
    "", "&", "&&&", "=", "=1", "==", "a", "a=", "a=1", "flag", "flag=", "flag=true&", "&flag=true",
    "flag=true&&i64=1", "flag=true;i64=1", "Flag=true", "FLAG=true", "fl%61g=true", "flag+=true", "flag%20=true",
    "+flag=true", "flag[]=true", "flag%00".replace("%00", "%01") + "=1", "%FF=1", "%C3%A9=1", "~a/b=1", "%7E%2F=1",
    "x" * 64 + "=1", "x" * 65 + "=1", "x" * 63 + "%C3%A9=1", "%FF" * 70 + "=1", "%80" * 70 + "=1",
    "texts=a&texts=b&texts=", "texts=abc&texts=abcd&texts=%FF&texts=ok", "texts", "texts&texts",
    "numbers=1&numbers=2&numbers=3", "numbers=1&numbers=2&numbers=3&numbers=4", "numbers=1&numbers=x&numbers=10",
    "numbers=10&numbers=x&numbers=&numbers=&numbers=-99999999999", "numbers=1,2,3", "numbers[]=1", "numbers=%5B1%5D",
    "paints=red&paints=verdant&paints=pink&paints=", "flag=true&flag=true", "flag=true&flag=false",
    "flag=x&flag=true", "i8=1&i8=2&i8=3",
    "i8=9&u8=-1&i64=x&u64=-1&number=x&text=&at=x&paint=x&numbers=x&texts=long&paints=x&y=1", "%69%38=3",
    "number=1&n%75mber=2", "text=a+b&texts=c%2Bd", "text=%2B+%2B", "text=a%26b%3D", "at=2026-11-21T09:00:00+01:00",
    "at=2026-11-21T09:00:00%2B01:00", "i64=1#".replace("#", "%23"), "&".join(f"u{i}=1" for i in range(31)),
    "&".join(f"u{i}=1" for i in range(32)), "&".join(f"u{i}=1" for i in range(33)),
    "&".join(f"u{i}=1" for i in range(200)), "&".join(["texts=a"] * 256), "&".join(["texts=a"] * 255) + "&&&i8=1",
]


def queries():
    yield from QUERIES
    for field, value in itertools.product(TEXTS, VALUES):
        yield f"{field.name}={value}"
    for text in NUMBERS:
        if len(text) < 1000:
            yield f"number={quote(text)}&i64={quote(text)}&u64={quote(text)}"
    chance = random.Random(SEED)
    for _ in range(500):
        yield "&".join(f"{chance.choice(TEXTS).name}={chance.choice(VALUES)}" for _ in range(chance.randrange(1, 9)))


def headers():
    """Lists of (name, value), as bytes of the wire."""
    plain = [
        b"", b" ", b"0", b"1", b"-1", b"6", b"+1", b"01", b"1.5", b"1, 2", b"1,2", b"true", b"TRUE", b"true ",
        b"\ttrue\t", b"red", b'bleu "fonc\xc3\xa9"', b"pink", b"abcde", b"abcdef", b"a b", b"a  b",
             "茶茶茶茶茶".encode(), "茶茶茶茶茶茶".encode(), b"\xff", b"\xc3", b"a\x80", b"%31", b"%ff", b'"1"',
             b"2026-11-21T09:00:00Z", b"1e400", b"-1e400", b"99999999999999999999"]
    for field, value in itertools.product(TEXTS, plain):
        yield [(field.name, value)]
        yield [(field.name.upper(), value), ("Unrelated", b"1")]
    for field, (one, two) in itertools.product(TEXTS, itertools.combinations(plain[2:12], 2)):
        yield [(field.name, one), (field.name.title(), two)]
        yield [(field.name, one), ("x", b"y"), (field.name, two), (field.name, one)]
    yield [(field.name, b"nonsense") for field in TEXTS]
    yield []


def paths():
    """Segments for /path/..., as they stand in a target."""
    good = {"flag": "true", "i8": "-128", "u64": "18446744073709551615", "number": "1.5", "at": "2026-11-21T09:00:00Z",
            "paint": "verdant", "text": "abcd"}
    for field, value in itertools.product(PATH, VALUES):
        if value and "?" not in value and not any(c in value for c in "[]{}^|/"):
            yield [{**good, field.name: value}[name] for name in good]
    yield ["x", "x", "x", "x", "x", "x", "x" * 5]
    yield ["fals%65", "1%30", "0", "-0", "1970-01-01T00%3A00%3A00%2B00%3A00", "r%65d", "%2F%3F%23"]
