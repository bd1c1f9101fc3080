# SPDX-License-Identifier: MIT OR Apache-2.0
"""The message rules of HTTP/1.1 (RFC 9110, 9112), case by case, over real sockets: docs/reference/http-rules.md.

Each case is sent whole, in pieces cut at random (seeded by its name) and, unless it is long, byte by byte. Every way
must have the same verdict: the same answers, each one well formed, and the connection kept or ended as it should be.
The unit tests of the parsers have every split point; RA_HTTP_SPLITS=all has them here too."""
import os
import pathlib
import re

import http_cases_body
import http_cases_exchange
import http_cases_head
import pytest
from http_case import PROBE
from http_reader import demand, read_all
from http_steps import Steps, Talk, cut_at_random, cut_everywhere
from service import ROOT, Service

CASES = [case for module in (http_cases_head, http_cases_body, http_cases_exchange) for case in module.table.cases]
RANDOM_CUTS = 3
BYTE_BY_BYTE_MAX = 400
EVERY_SPLIT = os.environ.get("RA_HTTP_SPLITS") == "all"


def ways(case):
    """Name and pieces of each way to send a case."""
    yield "whole", [case.data]
    for number in range(RANDOM_CUTS if len(case.data) > 1 else 0):
        yield f"cut {number}", cut_at_random(case.data, f"{case} {number}")
    if 1 < len(case.data) <= BYTE_BY_BYTE_MAX:
        yield "byte by byte", cut_everywhere(case.data)
    for at in range(1, len(case.data) if EVERY_SPLIT and len(case.data) <= BYTE_BY_BYTE_MAX else 0):
        yield f"split at {at}", [case.data[:at], case.data[at:]]


def talks_of(case):
    for way, pieces in ways(case):
        if not case.half_close:
            pieces = [*pieces[:-1], pieces[-1] + PROBE]
        yield Talk((str(case), way), pieces, case.half_close)


@pytest.fixture(scope="module")
def service():
    service = Service("items", "--database", "sqlite::memory:", "--access-log=off", "--shards=1", "--head-timeout=1m",
                      "--requests-per-connection-max=1000000")
    yield service
    service.check_stopped_well()


@pytest.fixture(scope="module")
def talks(service):
    """What came of every case, every way."""
    talks = [talk for case in CASES for talk in talks_of(case)]
    Steps(service).run(talks)
    return {talk.key: talk for talk in talks}


def check_end(case, answers):
    closes = answers[-1].closes if answers else False
    if case.half_close:
        return
    probed = len(answers) == len(case.statuses) + 1
    demand(closes, "the last answer does not say close")
    if not case.may_close:
        demand(probed == case.goes_on, "the probe was " + ("served" if probed else "discarded"))
    if probed:
        demand(answers.pop().status == 200, "the probe was refused")


def check(case, talk):
    demand(talk.ended, "the connection did not end", talk.got)
    demand(not talk.reset, "the connection was reset", talk.got)
    answers, interim = read_all(talk.got, case.methods)
    demand(case.interim or not interim, "an interim answer", interim)
    demand(all(a.status == 100 for a in interim) and len(interim) <= 1, "interim answers", interim)
    check_end(case, answers)
    demand(tuple(a.status for a in answers) == case.statuses, f"not {case.statuses}", answers)
    for answer in answers:
        demand(answer.status != 201 or b'"tax":19' in answer.body, "another body was read", answer)
    if case.allow:
        demand(set(answers[-1].fields["allow"].split(", ")) == set(case.allow.split()), f"not {case.allow}", answers)
    demand(case.says.encode() in answers[-1].body if case.says else True, f"no {case.says}", answers)


def test_no_message_but_the_good_ones_made_an_item(service, talks):
    made = sum(talk.got.count(b"HTTP/1.1 201 Created") for talk in talks.values())
    assert service.post("/items", {"name": "the next", "price": 1}).json["id"] == made + 1


def test_every_rule_has_a_row_and_the_tests_that_it_names():
    text = (ROOT / "docs/reference/http-rules.md").read_text()
    rows = {int(number): tests for number, tests in re.findall(r"^\| (\d+) \|.*\| (.*) \|$", text, re.M)}
    assert sorted(rows) == list(range(1, 31))
    assert {number for number, tests in rows.items() if "cases" in tests} == {case.rule for case in CASES} - {0}
    sources = [*(ROOT / "tests/unit/http").glob("*.c"), *pathlib.Path(__file__).parent.glob("test_*.py")]
    known = set(re.findall(r"^(?:static void|def) (\w+)\(", "\n".join(s.read_text() for s in sources), re.M))
    named = set(re.findall(r"`([a-z0-9]+(?:_[a-z0-9]+){2,})`", text))
    assert named - known == set(), "there are no such tests"


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule(case, talks):
    for way, pieces in ways(case):
        try:
            check(case, talks[str(case), way])
        except AssertionError as violation:
            seen = f"{way}: {violation}\nsent: {pieces}\ngot: {talks[str(case), way].got!r}"
            raise AssertionError(seen[:4000]) from None
