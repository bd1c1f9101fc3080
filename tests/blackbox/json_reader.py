# SPDX-License-Identifier: MIT OR Apache-2.0
"""A strict reader of JSON (RFC 8259) over bytes, made to judge: UTF-8 and nothing else, no lone surrogates, at most 64 open
containers. It shares no code and no idea with the one in src/json: left to right, the first fault counts.

Values: None, True, False, str, Number (its text), list, Members."""
import re

DEPTH_MAX = 64
NAME_BYTES_MAX = 64  # of a name that no table knows, in pointers

PLAIN = re.compile(rb'[^"\\\x00-\x1f]*')
BLANKS = re.compile(rb"[ \t\n\r]*")
DIGITS = re.compile(rb"[0-9]*")
HEX4 = re.compile(rb"[0-9a-fA-F]{4}")
LETTERS = {b'"': '"', b"\\": "\\", b"/": "/", b"b": "\b", b"f": "\f", b"n": "\n", b"r": "\r", b"t": "\t"}
LITERALS = {b"t": (b"true", True), b"f": (b"false", False), b"n": (b"null", None)}


class Number(str):
    """As it was written."""


class Members(list):
    """An object: (name, value) as they came, duplicates too."""


class Bad(Exception):
    """No JSON. A reader may tell any place from `first`, where the bad token begins, to `last`, the first byte that no JSON
    text could have there (the length of the text: something is missing at its end). `pointer`: of the innermost open
    container."""

    def __init__(self, first, last, pointer):
        super().__init__(f"bytes {first} to {last}, in {pointer!r}")
        self.first, self.last, self.pointer = first, last, pointer


def joined(pointer, name):
    return pointer + "/" + name.replace("~", "~0").replace("/", "~1")


def cut(name):
    """What a pointer says of an unknown name: whole characters, at most 64 bytes."""
    return name.encode()[:NAME_BYTES_MAX].decode(errors="ignore")


class Reader:
    def __init__(self, data):
        self.data = data
        self.at = 0
        self.steps = []  # of each open container: the member or item that is being read

    def fail(self, first, last=None):
        pointer = ""
        for step in self.steps[:-1]:
            pointer = joined(pointer, cut(step))
        raise Bad(first, first if last is None else last, pointer)

    def peek(self):
        return self.data[self.at:self.at + 1]

    def blanks(self):
        self.at = BLANKS.match(self.data, self.at).end()

    def whole(self):
        self.blanks()
        value = self.value()
        self.blanks()
        if self.at < len(self.data):
            self.fail(self.at)
        return value

    def value(self):
        start = self.peek()
        if start == b'"':
            return self.string()
        if start == b"{":
            return self.container(self.object)
        if start == b"[":
            return self.container(self.array)
        if start in LITERALS:
            return self.literal(*LITERALS[start])
        if start == b"-" or start.isdigit():
            return self.number()
        return self.fail(self.at)

    def literal(self, text, value):
        start = self.at
        for byte in text:
            if self.peek() != bytes([byte]):
                self.fail(start, self.at)
            self.at += 1
        return value

    # ---- numbers

    def digits(self, start):
        end = DIGITS.match(self.data, self.at).end()
        if end == self.at:
            self.fail(start, self.at)
        self.at = end

    def number(self):
        start = self.at
        self.at += self.peek() == b"-"
        if self.peek() == b"0":
            self.at += 1
            if self.peek().isdigit():
                self.fail(start, self.at)
        else:
            self.digits(start)
        if self.peek() == b".":
            self.at += 1
            self.digits(start)
        if self.peek() in (b"e", b"E"):
            self.at += 1
            self.at += self.peek() in (b"+", b"-")
            self.digits(start)
        return Number(self.data[start:self.at].decode())

    # ---- strings

    def characters(self, start, end):
        try:
            return self.data[start:end].decode("utf-8")
        except UnicodeDecodeError as error:
            cut_off = error.reason == "unexpected end of data" and end == len(self.data)
            return self.fail(start + error.start, end if cut_off else None)

    def unit(self, start):
        """Behind the backslash at `start` stands u: its four digits."""
        match = HEX4.match(self.data, start + 2)
        if match:
            self.at = match.end()
            return int(match[0], 16)
        bad = start + 2
        while re.match(rb"[0-9a-fA-F]", self.data[bad:bad + 1]):
            bad += 1
        return self.fail(start, bad)

    def escape(self):
        start = self.at
        letter = self.data[start + 1:start + 2]
        if letter in LETTERS:
            self.at += 2
            return LETTERS[letter]
        if letter != b"u":
            self.fail(start, start + 1)
        unit = self.unit(start)
        if not 0xD800 <= unit <= 0xDFFF:
            return chr(unit)
        if unit >= 0xDC00 or self.data[self.at:self.at + 2] != b"\\u":
            self.fail(start, min(self.at + 1, len(self.data)))
        second = self.at
        try:
            low = self.unit(second)
        except Bad as bad:
            self.fail(start, bad.last)
        if not 0xDC00 <= low <= 0xDFFF:
            self.fail(start, second + 5)
        return chr(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))

    def string(self):
        self.at += 1
        parts = []
        while True:
            end = PLAIN.match(self.data, self.at).end()
            parts.append(self.characters(self.at, end))
            self.at = end
            if self.peek() == b'"':
                self.at += 1
                return "".join(parts)
            if self.peek() != b"\\":
                self.fail(self.at)
            parts.append(self.escape())

    # ---- containers

    def container(self, read):
        if len(self.steps) == DEPTH_MAX:
            self.fail(self.at)
        self.at += 1
        self.steps.append("")
        self.blanks()
        value = read()
        self.steps.pop()
        return value

    def ends(self, close):
        """Behind an item or member."""
        self.blanks()
        if self.peek() not in (b",", close):
            self.fail(self.at)
        self.at += 1
        return self.data[self.at - 1:self.at] == close

    def array(self):
        items = []
        if self.peek() == b"]":
            self.at += 1
            return items
        while True:
            self.steps[-1] = str(len(items))
            self.blanks()
            items.append(self.value())
            if self.ends(b"]"):
                return items

    def object(self):
        members = Members()
        if self.peek() == b"}":
            self.at += 1
            return members
        while True:
            self.blanks()
            if self.peek() != b'"':
                self.fail(self.at)
            name = self.string()
            self.steps[-1] = name
            self.blanks()
            if self.peek() != b":":
                self.fail(self.at)
            self.at += 1
            self.blanks()
            members.append((name, self.value()))
            if self.ends(b"}"):
                return members


def read(data):
    """The value of a JSON text; raises Bad."""
    return Reader(data).whole()


def place(data, offset):
    """Line and column of a byte, both from 1; lines end at LF, columns count characters."""
    start = data.rfind(b"\n", 0, offset) + 1
    return data.count(b"\n", 0, offset) + 1, len(data[start:offset].decode(errors="ignore")) + 1
