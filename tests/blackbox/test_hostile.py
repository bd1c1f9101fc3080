# SPDX-License-Identifier: MIT OR Apache-2.0
"""Under each hostile client a healthy one is answered as before, and memory stays within bounds.

How much slower the healthy one gets is measured by `make bench`; here every answer must come, and soon.
"""
import attacks
import pytest
import wire

GROWTH_KIB_MAX = 64 << 10
SOON_MS = 2000


@pytest.mark.parametrize("attack", attacks.ATTACKS, ids=lambda a: a.__name__)
def test_a_healthy_client_is_answered_under(start, attack):
    hello = start("hello", "--access-log=off", "--head-timeout=500ms")
    attacks.healthy(hello.port, 0.2)
    before_kib = hello.status_kib("VmRSS")
    with attacks.under(attack, hello.port):
        took_ms = attacks.healthy(hello.port, 1)
        grown_kib = hello.status_kib("VmRSS") - before_kib
    assert len(took_ms) > 20
    assert attacks.percentiles(took_ms)[1] < SOON_MS
    assert hello.is_sanitized or grown_kib < GROWTH_KIB_MAX
    assert hello.get("/").status == 200


def test_slow_heads_are_turned_away(start):
    """The time for a head does not begin anew with each byte."""
    hello = start("hello", "--access-log=off", "--head-timeout=200ms")
    with attacks.under(attacks.slow_heads, hello.port) as outcome:
        attacks.healthy(hello.port, 1)
    assert outcome["count"] >= 100


def test_a_slow_head_gets_408(start):
    hello = start("hello", "--head-timeout=200ms")
    with hello.connect() as connection:
        connection.send(attacks.GET[:10])
        wire.problem(connection.answer(), 408)
        assert connection.ended()


def test_an_idle_connection_is_closed_without_a_word(start):
    hello = start("hello", "--idle-timeout=200ms")
    with hello.connect() as connection:
        assert connection.request("GET", "/").status == 200
        assert connection.ended()


def test_an_endless_body_is_413(shared_items):
    with shared_items.connect() as connection:
        connection.send(b"POST /items HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        b"Transfer-Encoding: chunked\r\n\r\n" + b"10000\r\n" + b" " * 65536 + b"\r\n")
        for _ in range(15):
            connection.send(b"10000\r\n" + b" " * 65536 + b"\r\n")
        connection.send(b"1\r\n \r\n")
        wire.problem(connection.answer(), 413)


def test_connections_past_the_limit_are_closed(start):
    hello = start("hello", "--connections-max=10")
    kept = [hello.connect() for _ in range(10)]
    for connection in kept:
        assert connection.request("GET", "/").status == 200
    with hello.connect() as eleventh:
        assert eleventh.ended()
    for connection in kept:
        connection.close()
