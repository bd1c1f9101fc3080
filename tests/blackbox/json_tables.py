# SPDX-License-Identifier: MIT OR Apache-2.0
"""The tables of services/kinds.c, said again in Python, and what such a table must make of a JSON value: its problems, or
the bytes of the answer that echoes it. Written from include/ramie/bind.h and json.h, not from the code that it judges."""
import dataclasses
import datetime
import decimal
import re

from json_reader import Members, Number, cut, joined

PROBLEMS_MAX = 32
ABSENT = object()
BROKEN = object()  # a value with problems

INTEGERS = {f"{sign}{bits}": ((-1 << bits - 1, (1 << bits - 1) - 1) if sign == "i" else (0, (1 << bits) - 1))
            for sign in "iu" for bits in (8, 16, 32, 64)}
COLOURS = {"unknown": "unknown", "red": "red", "green": "green", "verdant": "green", 'bleu "foncé"': 'bleu "foncé"'}


@dataclasses.dataclass
class Field:
    name: str
    kind: str  # of INTEGERS, or bool, f64, str, time, colour; or the name of a table
    shape: str = ""  # or "opt", "list"
    default: object = ABSENT
    required: bool = None
    nullable: bool = False
    omit_absent: bool = False
    readonly: bool = False
    writeonly: bool = False
    as_string: bool = False
    min: object = None
    max: object = None
    min_len: int = 0
    max_len: int = 1 << 32
    min_items: int = 0
    max_items: int = 1 << 32

    def __post_init__(self):
        if self.required is None:
            self.required = self.shape != "opt" and self.default is ABSENT
        if self.default is None:
            self.default = ABSENT


def optional(name, kind, **more):
    return Field(name, kind, "opt", nullable=True, omit_absent=True, **more)


def strict(name, kind, **more):
    return Field(name, kind, "opt", omit_absent=True, **more)


def many(name, kind, **more):
    return Field(name, kind, "list", **{"required": False, **more})


MILLENNIUM = 946684800 * 10**9

TABLES = {
    "point": [Field("x", "i32"), Field("y", "i32")],
    "scalars": [
        Field("flag", "bool"), *(Field(kind, kind) for kind in INTEGERS), Field("number", "f64"), Field("text", "str"),
        Field("at", "time"), Field("paint", "colour"), Field("spot", "point")],
    "defaults": [
        Field("flag", "bool", default=True), Field("i8", "i8", default=-8), Field("i16", "i16", default=-16),
        Field("i32", "i32", default=-32), Field("i64", "i64", default=-1 << 63), Field("u8", "u8", default=8),
        Field("u16", "u16", default=16), Field("u32", "u32", default=32), Field("u64", "u64", default=(1 << 64) - 1),
        Field("number", "f64", default=0.5), Field("text", "str", default="défaut"),
        Field("at", "time", default=MILLENNIUM), Field("paint", "colour", default="green"),
        Field("preset", "i32", "opt", default=5, nullable=True)],
    "optionals": [
        optional("flag", "bool"), optional("i32", "i32"), optional("i64", "i64"), optional("u32", "u32"),
        optional("u64", "u64"), optional("number", "f64"), optional("text", "str"), optional("at", "time"),
        optional("paint", "colour"), optional("spot", "point"), strict("strict_number", "i32"),
        strict("strict_text", "str"), strict("strict_spot", "point"),
        Field("wanted", "str", "opt", required=True, nullable=True)],
    "ranges": [
        Field("i8", "i8", default=0, min=-5, max=5), Field("i16", "i16", default=0, min=-300, max=300),
        Field("i32", "i32", default=0, min=-100000, max=100000),
        Field("i64", "i64", default=0, min=-9007199254740993, max=9007199254740993),
        Field("u8", "u8", default=15, min=10, max=20), Field("u16", "u16", default=1000, min=1000),
        Field("u32", "u32", default=0, max=4294967294),
        Field("u64", "u64", default=1, min=1, max=18446744073709551614),
        Field("from_zero", "i64", default=0, min=0), Field("to_zero", "i64", default=0, max=0),
        Field("number", "f64", default=0.0, min=-1.5, max=0.1), Field("positive", "f64", default=1.0, min=5e-324),
        Field("text", "str", default="two", min_len=2, max_len=5),
        Field("code", "str", default="abc", min_len=3, max_len=3),
        many("numbers", "i32", min_items=1, max_items=3, min=0, max=9),
        many("texts", "str", max_items=2, min_len=1, max_len=4), many("spots", "point", min_items=2)],
    "lists": [
        many("flags", "bool"), many("i32s", "i32"), many("i64s", "i64"), many("u32s", "u32"), many("u64s", "u64"),
        many("numbers", "f64"), many("texts", "str"), many("times", "time"), many("paints", "colour"),
        many("spots", "point")],
    "node": [Field("name", "str", default=""), many("children", "node")],
    "names": [Field(name, "i32", default=0) for name in (
        "a/b", "m~n", 'q"q', "b\\b", "naïve", "\U0001f375", "a\tb\x01c", " two words ", "0",
        "a_name_that_is_longer_than_two_words_of_the_machine_and_than_the_sixty_four_bytes_that_a_problem_keeps_of_an"
        "_unknown_name", "a_name_that_is_longer_than_two")],
    "wide": [Field(f"m{i:02}", "i32") for i in range(70)],
    "special": [
        Field("id", "i64", readonly=True), Field("password", "str", writeonly=True, default=""),
        Field("signed_text", "i64", as_string=True, default=0),
        Field("unsigned_text", "u64", as_string=True, default=1, min=1), many("texts", "i64", as_string=True)],
    "anything": [strict("known", "bool"), strict("spot", "point")],
    "sources": [Field("note", "str"), Field("spot", "point")],  # what comes from the body
}


# ---- moments

def time_of(text):
    """Nanoseconds since 1970 of RFC 3339 text; None: it is none. At most nine digits of a second, no leap seconds."""
    match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))",
                         text, re.ASCII)
    if not match:
        return None
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    away_hour, away_minute = int(match[9] or 0), int(match[10] or 0)
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    lengths = [31, 28 + leap, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    if not (1 <= month <= 12 and 1 <= day <= lengths[month - 1] and hour < 24 and minute < 60 and second < 60
            and away_hour < 24 and away_minute < 60):
        return None
    # A year 0 is 400 years before the year 400, day for day.
    days = datetime.date(year or 400, month, day).toordinal() - 719163 - (146097 if year == 0 else 0)
    away = (away_hour * 60 + away_minute) * (-1 if match[8] == "-" else 1)
    return ((days * 24 + hour) * 3600 + (minute - away) * 60 + second) * 10**9 + int((match[7] or "").ljust(9, "0"))


def time_text(ns):
    seconds, fraction = divmod(ns, 10**9)
    days, of_day = divmod(seconds, 86400)
    text = f"{datetime.date.fromordinal(days + 719163)}T{of_day // 3600:02}:{of_day // 60 % 60:02}:{of_day % 60:02}"
    digits = f"{fraction:09}"
    while digits.endswith("000"):
        digits = digits[:-3]
    return text + ("." + digits if digits else "") + "Z"


# ---- writing

def number_text(value):
    """A double by ECMAScript's rules, from Python's shortest digits."""
    sign, digits, exponent = decimal.Decimal(repr(value)).as_tuple()
    digits = "".join(map(str, digits)).lstrip("0")
    exponent += len(digits)
    digits = digits.rstrip("0")
    minus = "-" if sign else ""
    if not digits:
        return minus + "0"
    if len(digits) <= exponent <= 21:
        return minus + digits.ljust(exponent, "0")
    if 0 < exponent <= 21:
        return minus + digits[:exponent] + "." + digits[exponent:]
    if -6 < exponent <= 0:
        return minus + "0." + "0" * -exponent + digits
    return f"{minus}{digits[0]}{'.' * (len(digits) > 1)}{digits[1:]}e{exponent - 1:+}"


ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def string_text(value):
    return '"' + re.sub(r'["\\\x00-\x1f]', lambda m: ESCAPES.get(m[0], f"\\u{ord(m[0]):04x}"), value) + '"'


def value_text(field, value):
    if field.kind == "bool":
        return "true" if value else "false"
    if field.kind in INTEGERS:
        return f'"{value}"' if field.as_string else str(value)
    if field.kind == "f64":
        return number_text(value)
    if field.kind == "time":
        return f'"{time_text(value)}"'
    if field.kind in TABLES:
        return table_text(TABLES[field.kind], value)
    return string_text(value)


def member_text(field, value):
    if field.shape == "list":
        items = [] if value is ABSENT else value
        return "[" + ",".join(value_text(field, item) for item in items) + "]"
    return "null" if value is ABSENT or value is None else value_text(field, value)


def table_text(table, values):
    return "{" + ",".join(
        string_text(field.name) + ":" + member_text(field, values[field.name]) for field in table
        if not field.writeonly and not (field.omit_absent and values[field.name] is ABSENT)) + "}"


# ---- rules

def number_rule(field, value):
    """The code that a number breaks, or None. What its type does not hold breaks .min or .max where there is one."""
    low, high = INTEGERS.get(field.kind, (float("-inf"), float("inf")))
    infinite = value in (float("inf"), float("-inf"))
    if value < low or (field.min is not None and value < field.min) or (infinite and value < 0):
        return "range" if field.min is None else "min"
    if value > high or (field.max is not None and value > field.max) or infinite:
        return "range" if field.max is None else "max"
    return None


def time_rule(value):
    return None if -1 << 63 <= value < 1 << 63 else "range"


def length_rule(field, text):
    return "min_len" if len(text) < field.min_len else "max_len" if len(text) > field.max_len else None


def items_rule(field, count):
    return "min_items" if count < field.min_items else "max_items" if count > field.max_items else None


def string_value(field, text):
    """Value and broken rule of what JSON writes as a string."""
    if field.kind == "str":
        return text, length_rule(field, text)
    if field.kind == "colour":
        return COLOURS.get(text), None if text in COLOURS else "enum"
    if field.kind == "time":
        ns = time_of(text)
        return ns, "type" if ns is None else time_rule(ns)
    return number_value(field, text)


def number_value(field, text):
    if field.kind == "f64":
        value = float(text)
    elif re.fullmatch(r"-?(0|[1-9][0-9]*)", text):
        value = int(text)
    else:
        return None, "type"
    return value, number_rule(field, value)


class Binder:
    """Reads one JSON value by tables; `problems` are (place, pointer, code), in the order of the text."""

    def __init__(self, unknown_refuse=True):
        self.unknown_refuse = unknown_refuse
        self.problems = []

    def tell(self, pointer, code):
        self.problems.append(("body", pointer, code))
        return BROKEN

    def scalar(self, field, value, pointer):
        if field.kind == "bool":
            return value if isinstance(value, bool) else self.tell(pointer, "type")
        as_text = field.as_string or field.kind in ("str", "time", "colour")
        fits = isinstance(value, str) and isinstance(value, Number) != as_text
        if not fits:
            return self.tell(pointer, "type")
        got, rule = string_value(field, value) if as_text else number_value(field, value)
        return self.tell(pointer, rule) if rule else got

    def value(self, field, value, pointer):
        if field.kind in TABLES:
            return self.table(TABLES[field.kind], value, pointer)
        return self.scalar(field, value, pointer)

    def items(self, field, value, pointer):
        """Items past .max_items are not looked at: the list is refused anyway."""
        if not isinstance(value, list) or isinstance(value, Members):
            return self.tell(pointer, "type")
        items = []
        for i, item in enumerate(value[:field.max_items]):
            place = f"{pointer}/{i}"
            items.append(self.tell(place, "null") if item is None else self.value(field, item, place))
        rule = items_rule(field, len(value))
        return self.tell(pointer, rule) if rule else items

    def member(self, field, value, pointer):
        if value is None:
            return None if field.nullable else self.tell(pointer, "null")
        return self.items(field, value, pointer) if field.shape == "list" else self.value(field, value, pointer)

    def table(self, table, value, pointer=""):
        if not isinstance(value, Members):
            return self.tell(pointer, "type")
        fields = {field.name: field for field in table}
        values = {}
        for name, given in value:
            if name not in fields:
                if self.unknown_refuse:
                    self.tell(joined(pointer, cut(name)), "unknown")
                continue
            place = joined(pointer, name)
            if fields[name].readonly:
                self.tell(place, "readonly")
            elif name in values:
                self.tell(place, "duplicate")
            else:
                values[name] = self.member(fields[name], given, place)
        for field in table:
            if field.name not in values:
                values[field.name] = 0 if field.readonly else field.default
                if field.required and not field.readonly:
                    self.tell(joined(pointer, field.name), "required")
        return values
