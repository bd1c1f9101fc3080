# SPDX-License-Identifier: MIT OR Apache-2.0
"""The stream example: bodies and answers piece by piece, in bounded memory, and clients that leave in the middle."""
import threading

import pytest
import wire
from service import Service, eventually

PIECE = b"abcdefgh" * 8192


@pytest.fixture(scope="module")
def stream():
    service = Service("stream", "--access-log=off")
    yield service
    service.check_stopped_well()


def test_a_body_comes_back_in_capitals(stream):
    answer = stream.post("/upper", b"Hello, World! \xc3\xa4", ["Content-Type: text/plain"])
    assert answer.status == 200
    assert answer.body == b"HELLO, WORLD! \xc3\xa4"


def test_the_answer_begins_before_the_body_ends(stream):
    with stream.connect() as connection:
        connection.send(b"POST /upper HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(4):
            connection.send(b"10000\r\n" + PIECE + b"\r\n")
        assert connection.until(b"\r\n\r\n").startswith(b"HTTP/1.1 200")
        connection.send(b"0\r\n\r\n")
        assert connection.chunked() == PIECE.upper() * 4


def test_memory_does_not_grow_with_the_body(stream):
    count = 256  # 16 MiB
    stream.post("/upper", PIECE * 4)
    before_kib = stream.status_kib("VmHWM")
    with stream.connect() as connection:
        def send():
            connection.send(b"POST /upper HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (count * len(PIECE)))
            for _ in range(count):
                connection.send(PIECE)

        sender = threading.Thread(target=send)
        sender.start()
        answer = connection.answer()
        sender.join()
    assert answer.body == PIECE.upper() * count
    assert stream.status_kib("VmHWM") - before_kib < 4 << 10


def test_a_countdown_is_sent_line_by_line(stream):
    with stream.connect() as connection:
        connection.send(wire.message("GET", "/countdown?from=2"))
        assert b"Transfer-Encoding: chunked" in connection.until(b"\r\n\r\n")
        assert connection.chunked() == b"2\n1\n"


def test_a_client_that_leaves_ends_the_countdown(stream):
    before = stream.descriptors()
    connection = stream.connect()
    connection.send(wire.message("GET", "/countdown?from=3600"))
    assert connection.until(b"3600\n").startswith(b"HTTP/1.1 200")
    connection.close()
    assert eventually(lambda: stream.descriptors() <= before, 5)


def test_http_1_0_gets_no_chunks(stream):
    with stream.connect() as connection:
        connection.send(b"GET /countdown?from=1 HTTP/1.0\r\n\r\n")
        head = connection.until(b"\r\n\r\n")
        assert b"Transfer-Encoding" not in head
        while connection.more():
            pass
        assert connection.buffer == b"1\n"
