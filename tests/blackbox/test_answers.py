# SPDX-License-Identifier: MIT OR Apache-2.0
"""Answers made of what a database holds: another program may have written it, and not all of it is text."""
import contextlib
import sqlite3

import json_reader
import pytest

ROWS = [  # bytes of a name, the characters that clients see
    (b"plain", "plain"), (b'q"u\\o/te', 'q"u\\o/te'), (bytes(range(1, 32)) + b"\x7f", "".join(map(chr, [*range(1, 32), 127]))),
    ("naïve 茶 \U0001f375\u2028".encode(), "naïve 茶 \U0001f375\u2028"), (b"\xff", "\ufffd"),
    (b"a\xffb\xfe", "a\ufffdb\ufffd"),
    (b"\xc3", "\ufffd"), (b"\xe2\x82", "\ufffd\ufffd"), (b"\xed\xa0\x80", "\ufffd\ufffd\ufffd"), (b"\xc0\x80", "\ufffd\ufffd"),
    (b"\xf4\x90\x80\x80", "\ufffd" * 4), (b"12345678\xf0\x9f\x8d", "12345678" + "\ufffd" * 3), (b"", ""),
    (b"\x80" * 5000, "\ufffd" * 5000), (b'"\xff\\\n', '"\ufffd\\\n'), (b"\xef\xbb\xbfmark", "\ufeffmark"),
    (b"\xc3\xa9" * 3000 + b"\xc3", "é" * 3000 + "\ufffd"),
]


@pytest.fixture
def foreign(start, tmp_path):
    """The items service on rows that sqlite3 wrote beside it."""
    service = start("items", "--database", f"sqlite:{tmp_path}/items.db")
    with contextlib.closing(sqlite3.connect(tmp_path / "items.db")) as database, database:
        database.executemany("insert into items (name, price, note, created_at)"
                             " values (cast(? as text), 1, cast(? as text), 0)", [(name, name) for name, _ in ROWS])
    return service


def test_text_that_is_not_utf8_is_shown_with_replacements(foreign):
    for identity, (_, text) in enumerate(ROWS, 1):
        answer = foreign.get(f"/items/{identity}")
        assert answer.status == 200, (identity, answer)
        item = dict(json_reader.read(answer.body))
        assert (item["name"], item["note"]) == (text, text)


def test_one_bad_row_does_not_hide_the_others(foreign):
    answer = foreign.get("/items?limit=100")
    assert answer.status == 200, answer
    items = dict(json_reader.read(answer.body))["items"]
    assert [dict(item)["name"] for item in items] == [text for _, text in ROWS]
