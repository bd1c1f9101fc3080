# SPDX-License-Identifier: MIT OR Apache-2.0
"""Connections: kept, shared by many requests, cut into any pieces, left half open."""

import pytest
import wire
from service import eventually

BODY = b'{"name":"tea","price":4.2}'
POST = wire.message("POST", "/items", BODY, ["Content-Type: application/json"])
CHUNKED = (b"POST /items HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
           b"5\r\n" + BODY[:5] + b"\r\n" + b"%x;ext=\"a b\"\r\n" % (len(BODY) - 5) + BODY[5:] + b"\r\n0\r\nTrailer: ignored\r\n\r\n")


def test_a_connection_is_kept(shared_items):
    with shared_items.connect() as connection:
        for _ in range(50):
            assert connection.request("GET", "/items?limit=1").status == 200


def test_close_is_obeyed(shared_items):
    with shared_items.connect() as connection:
        assert connection.request("GET", "/health", headers=["Connection: close"]).header("Connection") == "close"
        assert connection.ended()


def test_nothing_is_answered_after_close(shared_items):
    with shared_items.connect() as connection:
        connection.send(wire.message("GET", "/health", headers=["Connection: close"]) + wire.message("GET", "/health"))
        assert connection.answer().status == 200
        assert connection.ended()


def test_http_1_0_closes_unless_kept(shared_items):
    with shared_items.connect() as connection:
        connection.send(b"GET /health HTTP/1.0\r\n\r\n")
        assert connection.answer().status == 200
        assert connection.ended()
    with shared_items.connect() as connection:
        for _ in range(2):
            connection.send(b"GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            answer = connection.answer()
            assert answer.status == 200 and answer.header("Connection").lower() == "keep-alive"


def test_empty_lines_before_a_request_are_skipped(shared_items):
    with shared_items.connect() as connection:
        connection.send(b"\r\n" + wire.message("GET", "/health"))
        assert connection.answer().status == 200
        connection.send(b"\r\n" + wire.message("GET", "/health"))
        assert connection.answer().status == 200


def test_an_absolute_target_is_taken(shared_items):
    with shared_items.connect() as connection:
        connection.send(b"GET http://example.org/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert connection.answer().status == 200


# ---- pipelining

def test_pipelined_answers_keep_their_order(items):
    count = 300
    with items.connect() as connection:
        connection.send(b"".join(
            wire.message("POST", "/items", {"name": f"n{i}", "price": i}) if i % 3 == 0 else
            wire.message("GET", f"/items/{10000 + i}") if i % 3 == 1 else wire.message("HEAD", "/health")
            for i in range(count)))
        for i in range(count):
            if i % 3 == 0:
                assert connection.answer().json["tax"] == pytest.approx(i * 0.19)
            elif i % 3 == 1:
                wire.problem(connection.answer(), 404)
            else:
                assert connection.answer(to="HEAD").status == 200


def test_a_thousand_requests_are_the_last(hello):
    with hello.connect() as connection:
        for _ in range(999):
            assert connection.request("GET", "/").header("Connection") is None
        assert connection.request("GET", "/").header("Connection") == "close"
        assert connection.ended()


# ---- bodies

def test_chunks_are_joined_and_trailers_skipped(shared_items):
    with shared_items.connect() as connection:
        connection.send(CHUNKED + wire.message("GET", "/health"))
        assert connection.answer().status == 201
        assert connection.answer().status == 200


def test_a_body_on_get_is_read_past(hello):
    with hello.connect() as connection:
        connection.send(wire.message("GET", "/", b"x" * 1000) + wire.message("GET", "/"))
        assert [connection.answer().status for _ in range(2)] == [200, 200]


def test_100_continue_comes_before_the_body(shared_items):
    with shared_items.connect() as connection:
        head, _, body = POST.partition(b"\r\n\r\n")
        connection.send(head + b"\r\nExpect: 100-continue\r\n\r\n")
        assert connection.answer().status == 100
        connection.send(body)
        assert connection.answer().status == 201


def test_100_continue_is_not_sent_to_what_is_refused(shared_items):
    with shared_items.connect() as connection:
        connection.send(b"POST /items HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        b"Content-Length: 1073741824\r\nExpect: 100-continue\r\n\r\n")
        wire.problem(connection.answer(), 413)


def test_100_continue_is_ignored_in_1_0(shared_items):
    with shared_items.connect() as connection:
        head, _, body = POST.replace(b"HTTP/1.1", b"HTTP/1.0").partition(b"\r\n\r\n")
        connection.send(head + b"\r\nExpect: 100-continue\r\n\r\n" + body)
        assert connection.answer().status == 201


# ---- any cut

@pytest.mark.parametrize("name, data, status", [
    ("length", POST, 201), ("chunked", CHUNKED, 201), ("bad", b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
])
def test_a_request_may_be_cut_anywhere(shared_items, name, data, status):
    for at in range(1, len(data)):
        with shared_items.connect() as connection:
            connection.send(data[:at])
            connection.send(data[at:])
            assert connection.answer().status == status, f"cut at {at}"


def test_a_request_may_come_byte_by_byte(shared_items):
    with shared_items.connect() as connection:
        for data in (POST, CHUNKED, wire.message("GET", "/health")):
            for i in range(len(data)):
                connection.send(data[i:i + 1])
            assert connection.answer().status in (200, 201)


# ---- clients that leave

def test_a_half_closed_client_gets_its_answers(shared_items):
    with shared_items.connect() as connection:
        connection.send(POST + POST)
        connection.half_close()
        assert [connection.answer().status for _ in range(2)] == [201, 201]
        assert connection.ended()


def test_a_silent_connection_ends_without_an_answer(shared_items):
    with shared_items.connect() as connection:
        connection.half_close()
        assert connection.ended()


def test_clients_that_reset_do_no_harm(shared_items):
    for at in range(0, len(POST), 7):
        connection = shared_items.connect()
        connection.send(POST[:at])
        connection.reset()
    for _ in range(20):
        connection = shared_items.connect()
        connection.send(POST)
        connection.reset()
    assert shared_items.get("/health").status == 200


def test_large_answers_reach_a_slow_reader(items):
    for i in range(100):
        items.post("/items", {"name": "x" * 80, "price": 1, "note": "y" * 500})
    with items.connect(receive_bytes=2048) as connection:
        connection.send(wire.message("GET", "/items?limit=100") * 20)
        for _ in range(20):
            assert len(connection.answer().json["items"]) == 100


def test_descriptors_are_given_back(start, tmp_path):
    items = start("items", "--database", f"sqlite:{tmp_path}/items.db")
    before = items.descriptors()
    connections = [items.connect() for _ in range(100)]
    for connection in connections:
        assert connection.request("GET", "/health").status == 200
    assert items.descriptors() >= before + 100
    for connection in connections:
        connection.half_close()
        assert connection.ended()
    assert eventually(lambda: items.descriptors() <= before + 1), "the database's may stay"
