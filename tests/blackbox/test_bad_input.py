# SPDX-License-Identifier: MIT OR Apache-2.0
"""Messages that break the rules of HTTP/1.1 (RFC 9110, 9112): each gets its status, once, then the connection ends."""
import pytest
import wire

GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n"

REFUSED = {
    # line ends and white space
    "bare LF ends the request line": (b"GET / HTTP/1.1\nHost: localhost\r\n\r\n", 400),
    "bare LF ends a field": (b"GET / HTTP/1.1\r\nHost: localhost\n\r\n", 400),
    "bare CR in a field": (GET + b"A: b\rc\r\n\r\n", 400),
    "space before the first field": (b"GET / HTTP/1.1\r\n Host: localhost\r\n\r\n", 400),
    "two spaces": (b"GET  / HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "tab for space": (b"GET\t/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "space after the version": (b"GET / HTTP/1.1 \r\nHost: localhost\r\n\r\n", 400),
    # request line
    "no version": (b"GET /\r\nHost: localhost\r\n\r\n", 400),
    "lower case version": (b"GET / http/1.1\r\nHost: localhost\r\n\r\n", 400),
    "major version 2": (b"GET / HTTP/2.0\r\nHost: localhost\r\n\r\n", 505),
    "method is no token": (b"G(T / HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "fragment in the target": (b"GET /#x HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "control in the target": (b"GET /\x01 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "byte over 127 in the target": (b"GET /\xc3\xa4 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "bad escape": (b"GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "escaped NUL": (b"GET /%00 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "dot segments": (b"GET /a/../b HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "escaped dot segments": (b"GET /a/%2e%2E/b HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "star without OPTIONS": (b"GET * HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "target too long": (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
    # Host
    "no Host": (b"GET / HTTP/1.1\r\n\r\n", 400),
    "two Hosts": (GET + b"Host: localhost\r\n\r\n", 400),
    "list of hosts": (b"GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400),
    "userinfo in Host": (b"GET / HTTP/1.1\r\nHost: me@localhost\r\n\r\n", 400),
    "bad port in Host": (b"GET / HTTP/1.1\r\nHost: localhost:8x\r\n\r\n", 400),
    # fields
    "space before the colon": (GET + b"A : b\r\n\r\n", 400),
    "empty field name": (GET + b": b\r\n\r\n", 400),
    "no colon": (GET + b"Abc\r\n\r\n", 400),
    "folded field": (GET + b"A: b\r\n c\r\n\r\n", 400),
    "NUL in a value": (GET + b"A: b\0c\r\n\r\n", 400),
    "control in a value": (GET + b"A: b\x07c\r\n\r\n", 400),
    "head too big": (GET + b"".join(b"A%d: %s\r\n" % (i, b"x" * 1000) for i in range(20)) + b"\r\n", 431),
    "field too big": (GET + b"A: " + b"x" * 9000 + b"\r\n\r\n", 431),
    "too many fields": (GET + b"".join(b"A%d: x\r\n" % i for i in range(101)) + b"\r\n", 431),
    # length
    "negative length": (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", 400),
    "signed length": (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: +1\r\n\r\na", 400),
    "hexadecimal length": (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0x1\r\n\r\na", 400),
    "empty length": (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: \r\n\r\n", 400),
    "length overflows": (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 18446744073709551616\r\n\r\n", 400),
    "list of equal lengths": (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1, 1\r\n\r\na", 400),
    "two lengths": (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", 400),
    "length and chunked": (b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "chunked and length": (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400),
    "chunked twice": (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", 400),
    "chunked not last": (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", 400),
    "another coding before chunked": (b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
    "chunked in HTTP/1.0": (b"POST / HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
}

CHUNKS_REFUSED = {
    "size with 0x": b"0x5\r\nhello\r\n0\r\n\r\n",
    "size with a space": b"5 \r\nhello\r\n0\r\n\r\n",
    "negative size": b"-5\r\nhello\r\n0\r\n\r\n",
    "no size": b"\r\nhello\r\n0\r\n\r\n",
    "17 digits": b"00000000000000005\r\nhello\r\n0\r\n\r\n",
    "size overflows": b"fffffffffffffffff\r\nhello\r\n0\r\n\r\n",
    "bare LF after the size": b"5\nhello\r\n0\r\n\r\n",
    "no CRLF after the data": b"5\r\nhelloX\r\n0\r\n\r\n",
    "bare LF after the data": b"5\r\nhello\n0\r\n\r\n",
    "CR in an extension": b"5;a=\rb\r\nhello\r\n0\r\n\r\n",
    "extensions too long": b"5;a=" + b"x" * 2000 + b"\r\nhello\r\n0\r\n\r\n",
    "bad trailer": b"5\r\nhello\r\n0\r\nA : b\r\n\r\n",
}


def refused(connection, status):
    """One problem document of that status, announced as the last answer, then the end."""
    answer = connection.answer()
    wire.problem(answer, status)
    assert answer.header("Connection") == "close"
    connection.half_close()
    assert connection.ended()


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_message_is_refused(shared_items, name):
    data, status = REFUSED[name]
    with shared_items.connect() as connection:
        connection.send(data)
        refused(connection, status)


@pytest.mark.parametrize("name", CHUNKS_REFUSED)
def test_bad_chunks_are_refused(shared_items, name):
    with shared_items.connect() as connection:
        connection.send(b"POST /items HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        b"Transfer-Encoding: chunked\r\n\r\n" + CHUNKS_REFUSED[name])
        refused(connection, 400)


@pytest.mark.parametrize("method", ["get", "BREW", "CONNECT", "TRACE"])
def test_an_unknown_method_is_501(shared_items, method):
    with shared_items.connect() as connection:
        target = "localhost:80" if method == "CONNECT" else "/"
        connection.send(f"{method} {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        wire.problem(connection.answer(), 501)


def test_another_expectation_is_417(shared_items):
    wire.problem(shared_items.post("/items", {"name": "tea", "price": 1}, ["Expect: 200-ok"]), 417)


def test_answers_before_a_bad_message_are_delivered(shared_items):
    with shared_items.connect() as connection:
        good = wire.message("GET", "/items")
        connection.send(good + good + b"BAD\r\n\r\n" + good)
        assert connection.answer().status == 200
        assert connection.answer().status == 200
        refused(connection, 400)


def test_a_client_that_still_sends_gets_its_answer(shared_items):
    """Lingering close: no RST may destroy the 413 while the client is still sending."""
    with shared_items.connect() as connection:
        connection.send(b"POST /items HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        b"Content-Length: 1073741824\r\n\r\n" + b"x" * 300000)
        wire.problem(connection.answer(), 413)


def test_an_unfinished_body_reaches_no_handler(items):
    with items.connect() as connection:
        connection.send(b"POST /items HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        b"Content-Length: 30\r\n\r\n" + b'{"name":"tea","price":1}')
        connection.half_close()
        connection.socket.recv(65536)
    assert items.get("/items").json["items"] == []


def test_a_partial_head_is_408_after_its_time(shared_items):
    with shared_items.connect() as connection:
        connection.send(b"GET / HTTP/1.1\r\nHost: local")
        wire.problem(connection.answer(), 408)
        assert connection.ended()


def test_a_body_that_does_not_come_is_408(shared_items):
    with shared_items.connect() as connection:
        connection.send(b"POST /items HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 30\r\n\r\n{")
        wire.problem(connection.answer(), 408)
        assert connection.ended()


def test_the_service_lives_on(shared_items):
    assert shared_items.get("/health").status == 200
