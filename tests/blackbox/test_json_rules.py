# SPDX-License-Identifier: MIT OR Apache-2.0
"""JSON and typed input through a real service, case by case: services/kinds.c answers with what it understood, json_reader
and json_tables know independently what that must be."""
import json
import sys

import json_cases
import json_reader
import pytest
import wire
from json_tables import ABSENT, BROKEN, PROBLEMS_MAX, TABLES, Binder, Field, member_text, table_text
from service import BIN, Service

METHODS = {"/optionals": "PATCH", "/ranges": "PUT", "/sources": "PUT"}
JSON = "Content-Type: application/json"
SHOWN_MAX = 15

sys.set_int_max_str_digits(0)


@pytest.fixture(scope="module")
def kinds():
    service = Service(BIN.parent / "tests/kinds", "--access-log=off")
    yield service
    service.check_stopped_well()


class Client:
    """Request after request on one connection; the server may end it after any answer that says so."""

    def __init__(self, service):
        self.service = service
        self.connection = None

    def request(self, method, target, body=None, headers=()):
        connection = self.connection or self.service.connect()
        answer = connection.request(method, target, body, headers)
        self.connection = None if answer.header("Connection") == "close" else connection
        return answer


# ---- what must come

class Verdict:
    """Of a body: status, and problems, place or answer."""

    def __init__(self, route, body):
        self.status, self.problems, self.bad, self.answer = 200, None, None, None
        binder = Binder(unknown_refuse=route != "/lenient")
        try:
            value = json_reader.read(body)
        except json_reader.Bad as bad:
            self.status, self.bad = 400, bad
            return
        self.answer = self.bind(route, binder, value)
        if binder.problems:
            self.status, self.problems = 422, binder.problems
        elif route == "/take":
            self.status, self.answer = 204, b""

    @staticmethod
    def bind(route, binder, value):
        if route in ("/points", "/texts"):
            field = Field("", "point" if route == "/points" else "str", "list")
            items = binder.items(field, value, "")
            return None if binder.problems else member_text(field, items).encode()
        table = TABLES[json_cases.ROUTES[route]]
        values = binder.table(table, value)
        return None if binder.problems else table_text(table, values).encode()


def complaint(route, body, answer):
    """What is wrong with the answer; None: nothing."""
    verdict = Verdict(route, body)
    if answer.status != verdict.status:
        return f"status {answer.status}, not {verdict.status}; {verdict.problems or verdict.bad}; {answer.body[:300]}"
    if verdict.status == 422:
        return problems_complaint(answer, verdict.problems)
    if verdict.status == 400:
        return place_complaint(answer, body, verdict.bad)
    if not route.startswith("/sources") and answer.body != verdict.answer:
        return f"answer {answer.body[:500]}, not {verdict.answer[:500]}"
    return None


def document_of(answer, members):
    """Every problem document has these members, and no others."""
    document = wire.problem(answer, answer.status)
    assert set(document) - {"detail", "errors", "truncated"} == {"type", "title", "status", "instance"} | members, document
    assert document["type"] == "about:blank" and document["instance"] == answer.header("X-Request-Id")
    for error in document.get("errors", ()):
        assert set(error) == {"in", "pointer", "code", "detail"} and all(isinstance(v, str) for v in error.values()), error
        assert error["detail"], error
    return document


def problems_complaint(answer, expected):
    document = document_of(answer, set())
    got = [(e["in"], e["pointer"], e["code"]) for e in document["errors"]]
    if document.get("truncated", False) != (len(expected) > PROBLEMS_MAX):
        return f"truncated: {document.get('truncated')} of {len(expected)}"
    return None if got == expected[:PROBLEMS_MAX] else f"problems {got}, not {expected}"


def place_complaint(answer, body, bad):
    document = document_of(answer, {"line", "column", "offset"})
    offset, told = document["offset"], (document["line"], document["column"])
    if not bad.first <= offset <= bad.last:
        return f"offset {offset} ({document['errors'][0]['detail']}), not {bad}"
    if told != json_reader.place(body, offset):
        return f"line and column {told}, not {json_reader.place(body, offset)}"
    errors = [(e["in"], e["pointer"], e["code"]) for e in document["errors"]]
    return None if errors == [("body", bad.pointer, "syntax")] else f"{errors}, not {bad}"


# ---- bodies

def test_the_tables_are_long():
    counts = {family.__name__: sum(1 for _ in family()) for family in json_cases.FAMILIES}
    assert min(counts.values()) >= 50 and sum(counts.values()) >= 5000, counts


def test_the_judge_knows_good_from_bad():
    for text in json_cases.SOUND:
        json_reader.read(text)
    for text in json_cases.BROKEN:
        with pytest.raises(json_reader.Bad):
            print(text, json_reader.read(text))


@pytest.mark.parametrize("family", json_cases.FAMILIES, ids=lambda family: family.__name__)
def test_bodies(kinds, family):
    client = Client(kinds)
    complaints = []
    for route, body in family():
        method = METHODS.get("/" + route.split("/")[1], "POST")
        found = complaint(route, body, client.request(method, route, body, [JSON]))
        if found:
            shown = body if len(body) < 400 else body[:200] + b"..." + body[-100:]
            complaints.append(f"{method} {route} {shown!r}\n    {found}")
    assert not complaints, f"{len(complaints)} wrong:\n" + "\n".join(complaints[:SHOWN_MAX])
