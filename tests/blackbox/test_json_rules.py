# SPDX-License-Identifier: MIT OR Apache-2.0
"""JSON and typed bodies through a real service, case by case: services/kinds.c answers with what it understood, json_reader
and json_tables know independently what that must be."""
import sys

import json_cases
import json_documents
import json_reader
import pytest
from json_tables import TABLES, Binder, member_text, table_text
from kinds_client import JSON, Client, document_of, errors_of, must_be_empty, problems_complaint

FAMILIES = json_cases.FAMILIES + json_documents.FAMILIES
METHODS = {"optionals": "PATCH", "ranges": "PUT", "sources": "PUT"}
LISTS = {"/points": "point", "/texts": "str"}

sys.set_int_max_str_digits(0)


class Verdict:
    """What a body must meet: status, and problems, place or answer."""

    def __init__(self, route, body):
        self.status, self.problems, self.bad, self.answer = 200, None, None, None
        binder = Binder(unknown_refuse=route != "/lenient")
        try:
            value = json_reader.read(body)
        except json_reader.Bad as bad:
            self.status, self.bad = 400, bad
            return
        self.answer = self.echo(route, binder, value)
        if binder.problems:
            self.status, self.problems = 422, binder.problems
        elif route == "/take":
            self.status, self.answer = 204, b""

    @staticmethod
    def echo(route, binder, value):
        if route in LISTS:
            field = json_cases.whole_list(LISTS[route])
            items = binder.member(field, value, "") if value is not None else binder.tell("", "type")
            return None if binder.problems else member_text(field, items).encode()
        table = TABLES[json_cases.ROUTES[route]]
        values = binder.table(table, value)
        return None if binder.problems else table_text(table, values).encode()


def place_complaint(answer, body, bad):
    document = document_of(answer, 400, {"line", "column", "offset"})
    offset, told = document["offset"], (document["line"], document["column"])
    if not bad.first <= offset <= bad.last:
        return f"offset {offset} ({document['errors'][0]['detail']}), not {bad}"
    if told != json_reader.place(body, offset):
        return f"line and column {told}, not {json_reader.place(body, offset)}"
    return None if errors_of(document) == [("body", bad.pointer, "syntax")] else f"{errors_of(document)}, not {bad}"


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


def ask(client, route, body):
    """The complaint about one body, with the body; None: it was taken as it must be."""
    method = METHODS.get(route.split("/")[1], "POST")
    try:
        found = complaint(route, body, client.request(method, route, body, [JSON]))
    except AssertionError as error:
        found = str(error)
    shown = body if len(body) < 400 else body[:200] + b"..." + body[-100:]
    return found and f"{method} {route} {shown!r}\n    {found}"


def test_the_judge_knows_good_from_bad():
    for text in json_cases.SOUND:
        json_reader.read(text)
    for text in json_cases.BROKEN:
        with pytest.raises(json_reader.Bad):
            print(text, json_reader.read(text))


def test_the_families_are_large():
    counts = {family.__name__: sum(1 for _ in family()) for family in FAMILIES}
    assert min(counts.values()) >= 50 and sum(counts.values()) >= 20000, counts


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_bodies(kinds, family):
    client = Client(kinds)
    must_be_empty([found for route, body in family() if (found := ask(client, route, body))])
