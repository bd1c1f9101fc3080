# SPDX-License-Identifier: MIT OR Apache-2.0
"""Asking services/kinds.c many things in a row, and the shape that every problem document of it must have."""
import json_reader
import wire
from json_tables import PROBLEMS_MAX

JSON = "Content-Type: application/json"
SHOWN_MAX = 15  # of what is wrong in one test
MEMBERS = {"type", "title", "status", "instance"}
TITLES = {400: "Bad Request", 404: "Not Found", 415: "Unsupported Media Type", 422: "Unprocessable Content"}


class Client:
    """Request after request on one connection; the server may end it after any answer that says so."""

    def __init__(self, service):
        self.service = service
        self.connection = None

    def request(self, method, target, body=None, headers=()):
        return self.send(wire.message(method, target, body, headers), method)

    def send(self, message, method):
        connection = self.connection or self.service.connect()
        connection.send(message)
        answer = connection.answer(to=method)
        self.connection = None if answer.header("Connection") == "close" else connection
        return answer


def document_of(answer, status, more=frozenset()):
    """The problem document: these members, and no others."""
    document = wire.problem(answer, status)
    json_reader.read(answer.body)
    assert set(document) - {"detail", "errors", "truncated"} == MEMBERS | more, document
    assert document["type"] == "about:blank" and document["title"] == TITLES[status], document
    assert document["instance"] == answer.header("X-Request-Id")
    for error in document.get("errors", ()):
        assert set(error) == {"in", "pointer", "code", "detail"} and all(isinstance(v, str) for v in error.values()), error
        assert error["detail"], error
    return document


def errors_of(document):
    return [(e["in"], e["pointer"], e["code"]) for e in document.get("errors", ())]


def problems_complaint(answer, expected, ordered=True):
    """What is wrong with a 422, as a sentence; None: nothing."""
    document = document_of(answer, 422)
    got = errors_of(document)
    if document.get("truncated", False) != (len(expected) > PROBLEMS_MAX):
        return f"truncated: {document.get('truncated')} of {len(expected)}"
    if len(expected) > PROBLEMS_MAX and not ordered:
        return None if len(got) == PROBLEMS_MAX and set(got) <= set(expected) else f"problems {got}, not of {expected}"
    expected = expected[:PROBLEMS_MAX]
    same = got == expected if ordered else sorted(got) == sorted(expected)
    return None if same else f"problems {got}, not {expected}"


def must_be_empty(complaints):
    assert not complaints, f"{len(complaints)} wrong:\n" + "\n".join(complaints[:SHOWN_MAX])
