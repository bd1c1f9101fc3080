# SPDX-License-Identifier: MIT OR Apache-2.0
"""Messages of the rules' tables, mutated at random (seeded): the service and a second reading of the RFCs must agree
how many requests there are and where the connection ends. Where two readings differ, requests are smuggled.

RA_HTTP_MUTANTS=200000 RA_HTTP_SEED=7 for more, or for others."""
import os
import random

import http_cases_body
import http_cases_exchange
import http_cases_head
from http_case import PROBE
from http_oracle import answers_to
from http_reader import demand, read_all
from http_steps import Steps, Talk
from service import Service

MUTANTS = int(os.environ.get("RA_HTTP_MUTANTS", 4000))
SEED = int(os.environ.get("RA_HTTP_SEED", 1))
LOT = 1000
REFUSALS = (400, 414, 431, 501, 505)
# Expectations are left out: whether their body comes is up to the client.
BASES = [case.data for module in (http_cases_head, http_cases_body, http_cases_exchange) for case in module.table.cases
         if 10 < len(case.data) < 600 and b"expect" not in case.data.lower()]
PARTS = [b"\r\n", b"\n", b"\r", b" ", b"\t", b"\0", b":", b";", b",", b"=", b'"', b"%", b"%2e", b".", b"/", b"?", b"#",
         b"@", b"[", b"]", b"*", b"0", b"1a", b"\x0b", b"\x7f", b"\x80", b"\xff", b"\\", b"chunked", b"close", b"keep-alive",
         b"HTTP/1.0", b"GET", b"HEAD", b"0\r\n\r\n", b"Host: b\r\n", b"Content-Length: 3\r\n",
         b"Transfer-Encoding: chunked\r\n", b"Connection: close\r\n"]


def mutate(data, chance):
    at = chance.randrange(len(data))
    end = min(len(data), at + chance.choice((1, 1, 2, 5, 10)))
    return chance.choice((
        lambda: data[:at] + bytes([chance.randrange(256)]) + data[at + 1:],  # another byte
        lambda: data[:at] + bytes([data[at] ^ 0x20]) + data[at + 1:],        # another case
        lambda: data[:at] + chance.choice(PARTS) + data[at:],                # something more
        lambda: data[:at] + chance.choice(PARTS) + data[at + 1:],            # something else
        lambda: data[:at] + data[end:] or b"G",                              # something less
        lambda: data[:end] + data[at:],                                      # something twice
    ))()


def mutants(count):
    chance = random.Random(SEED)
    while count > 0:
        data = chance.choice(BASES)
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            data = mutate(data, chance)
        if b"expect" not in data.lower():
            count -= 1
            yield data


def talk_of(data, chance):
    whole = data + PROBE
    at = chance.randrange(1, len(whole))
    return Talk(whole, [whole] if chance.random() < 0.5 else [whole[:at], whole[at:]], half_close=True)


def check(talk):
    methods, end = answers_to(talk.key)
    if end == "too long":
        return
    demand(talk.ended and not talk.reset, "no clean end")
    answers, _ = read_all(talk.got, methods or ["GET"])
    demand(len(answers) == len(methods), f"{len(answers)} answers, not {len(methods)}, {end}")
    if end == "malformed":
        demand(answers[-1].closes and answers[-1].status in REFUSALS, "not refused")
    if end == "last":
        demand(answers[-1].closes, "goes on")


def test_service_and_second_reading_agree():
    service = Service("items", "--database", "sqlite::memory:", "--access-log=off", "--shards=1", "--head-timeout=1m",
                      "--requests-per-connection-max=1000000")
    steps, chance, data = Steps(service), random.Random(SEED), list(mutants(MUTANTS))
    for start in range(0, len(data), LOT):
        talks = [talk_of(mutant, chance) for mutant in data[start:start + LOT]]
        steps.run(talks)
        for talk in talks:
            try:
                check(talk)
            except AssertionError as violation:
                raise AssertionError(f"{violation}\nsent: {talk.key}\ngot: {talk.got}") from None
    service.check_stopped_well()
