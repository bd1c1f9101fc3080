# SPDX-License-Identifier: MIT OR Apache-2.0
"""What tables make of text: of a query, of header fields, of the path. Beside json_tables, which this completes; the members
are those of `query`, `headers` and `path` in services/kinds.c."""
import re
from urllib.parse import unquote_to_bytes

from json_reader import NAME_BYTES_MAX, joined
from json_tables import (BROKEN, COLOURS, INTEGERS, Field, items_rule, length_rule, many, number_rule, strict, table_text,
                         time_of, time_rule)

QUERY_FIELDS_MAX = 256

TEXTS = [
    strict("flag", "bool"), Field("i8", "i8", default=-1, min=-5, max=5), Field("u8", "u8", default=1), strict("i64", "i64"),
    strict("u64", "u64"), strict("number", "f64"), strict("text", "str", min_len=1, max_len=5), strict("at", "time"),
    strict("paint", "colour"), many("numbers", "i32", max_items=3, max=9), many("texts", "str", max_len=3),
    many("paints", "colour")]
PATH = [
    Field("flag", "bool"), Field("i8", "i8", max=100), Field("u64", "u64"), Field("number", "f64"), Field("at", "time"),
    Field("paint", "colour"), Field("text", "str", max_len=4)]
FILE = [Field("rest", "str")]

JSON_NUMBER = re.compile(rb"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")


def shown(data):
    """Bytes in an answer: each one that is not UTF-8 is U+FFFD."""
    text = ""
    while True:
        try:
            return text + data.decode()
        except UnicodeDecodeError as error:
            text += data[:error.start].decode() + "\ufffd"
            data = data[error.start + 1:]


def name_shown(data):
    """The same, of an unknown name: whole characters, at most 64 bytes."""
    end = min(len(data), NAME_BYTES_MAX)
    while 0 < end < len(data) and data[end] & 0xc0 == 0x80:
        end -= 1
    return shown(data[:end])


def text_value(field, data):
    """Value and broken rule."""
    if field.kind == "bool":
        return data == b"true", None if data in (b"true", b"false") else "type"
    if field.kind in INTEGERS:
        sound = re.fullmatch(rb"-?[0-9]+", data)
        return (int(data), number_rule(field, int(data))) if sound else (None, "type")
    if field.kind == "f64":
        sound = JSON_NUMBER.fullmatch(data)
        return (float(data), number_rule(field, float(data))) if sound else (None, "type")
    text = data.decode(errors="replace")
    if field.kind == "colour":
        return COLOURS.get(text), None if text in COLOURS else "enum"
    if field.kind == "time":
        ns = time_of(text)
        return ns, "type" if ns is None else time_rule(ns)
    return text, "utf8" if shown(data).encode() != data else length_rule(field, text)


class TextBinder:
    """(name, value) pairs of one place, "query" or "header" or "path", into a table."""

    def __init__(self, place, table, unknown_refuse=True):
        self.place, self.table, self.unknown_refuse = place, table, unknown_refuse
        self.fields = {field.name.encode(): field for field in table}
        self.values = {}
        self.problems = []

    def tell(self, pointer, code):
        self.problems.append((self.place, pointer, code))
        return BROKEN

    def give(self, name, data):
        field = self.fields.get(name)
        if field is None:
            if self.unknown_refuse:
                self.tell(joined("", name_shown(name)), "unknown")
            return
        pointer = joined("", field.name)
        if field.name in self.values and field.shape != "list":
            self.tell(pointer, "duplicate")
            return
        value, rule = text_value(field, data)
        if field.shape != "list":
            self.values[field.name] = self.tell(pointer, rule) if rule else value
            return
        items = self.values.setdefault(field.name, [])
        items.append(self.tell(f"{pointer}/{len(items)}", rule) if rule else value)

    def finish(self):
        for field in self.table:
            if field.name not in self.values:
                self.values[field.name] = field.default
                if field.required:
                    self.tell(joined("", field.name), "required")
            elif field.shape == "list":
                rule = items_rule(field, len(self.values[field.name]))
                if rule:
                    self.tell(joined("", field.name), rule)

    @property
    def answer(self):
        return table_text(self.table, self.values).encode()


def query_pairs(query):
    for pair in query.split("&"):
        if pair:
            name, _, value = pair.replace("+", " ").partition("=")
            yield unquote_to_bytes(name), unquote_to_bytes(value)


def of_query(query, unknown_refuse=True):
    binder = TextBinder("query", TEXTS, unknown_refuse)
    for name, value in query_pairs(query):
        binder.give(name, value)
    binder.finish()
    return binder


def of_headers(pairs):
    """Each field as it was sent; those that the table does not have are nobody's business. A duplicate is told once."""
    binder = TextBinder("header", TEXTS, unknown_refuse=False)
    for field in TEXTS:
        told = False
        for name, value in pairs:
            if name.lower() == field.name and not told:
                before = len(binder.problems)
                binder.give(field.name.encode(), value.strip(b" \t"))
                told = ("header", "/" + field.name, "duplicate") in binder.problems[before:]
    binder.finish()
    return binder


def of_path(table, segments):
    binder = TextBinder("path", table)
    for field, segment in zip(table, segments):
        binder.give(field.name.encode(), unquote_to_bytes(segment))
    return binder
