# SPDX-License-Identifier: MIT OR Apache-2.0
"""HTTP/1.1 on a raw socket: exact bytes out, and a strict reader of its own for what comes back."""
import json
import re
import socket

TIMEOUT_S = 20
TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")


class Answer:
    def __init__(self, status, reason, headers, body):
        self.status, self.reason, self.headers, self.body = status, reason, headers, body

    def header(self, name):
        """Its value; None when absent. Twice is a failure."""
        values = [v for n, v in self.headers if n.lower() == name.lower()]
        assert len(values) <= 1, f"{name} came {len(values)} times"
        return values[0] if values else None

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.reason} {self.headers} {self.body[:500]!r}"


class Connection:
    def __init__(self, port, host="127.0.0.1", receive_bytes=None):
        self.socket = socket.socket()
        if receive_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.settimeout(TIMEOUT_S)
        self.socket.connect((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def reset(self):
        """Close with RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        self.close()

    def send(self, data):
        self.socket.sendall(data)

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)

    # ---- reading

    def more(self):
        data = self.socket.recv(65536)
        self.buffer += data
        return bool(data)

    def until(self, marker):
        while marker not in self.buffer:
            assert self.more(), f"the connection ended inside an answer: {self.buffer!r}"
        head, _, self.buffer = self.buffer.partition(marker)
        return head

    def exactly(self, count):
        parts, have = [self.buffer], len(self.buffer)
        while have < count:
            self.buffer = b""
            assert self.more(), f"the connection ended {count - have} bytes early"
            parts.append(self.buffer)
            have += len(self.buffer)
        data = b"".join(parts)
        self.buffer = data[count:]
        return data[:count]

    def chunked(self):
        parts = []
        while True:
            size = self.until(b"\r\n")
            assert re.fullmatch(rb"[0-9a-fA-F]+", size), size
            if int(size, 16) == 0:
                assert self.until(b"\r\n") == b"", "trailers"
                return b"".join(parts)
            parts.append(self.exactly(int(size, 16)))
            assert self.exactly(2) == b"\r\n"

    def answer(self, to="GET"):
        """The next answer; every rule that holds for all answers is checked here."""
        lines = self.until(b"\r\n\r\n").split(b"\r\n")
        start = re.fullmatch(rb"HTTP/1\.1 (\d{3}) ([\x20-\x7e]*)", lines[0])
        assert start, lines[0]
        status = int(start[1])
        headers = []
        for line in lines[1:]:
            name, colon, value = line.partition(b": ")
            assert colon and TOKEN.fullmatch(name), line
            assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", value), line
            headers.append((name.decode(), value.decode("latin-1")))
        answer = Answer(status, start[2].decode(), headers, b"")
        length, coding = answer.header("Content-Length"), answer.header("Transfer-Encoding")
        assert not (length and coding), lines
        if status < 200 or status == 204:
            assert length is None and coding is None, lines
        if status >= 200:
            assert answer.header("Date"), lines
        if to == "HEAD" or status < 200 or status in (204, 304):
            return answer
        if coding:
            assert coding == "chunked"
            answer.body = self.chunked()
        else:
            assert length is not None, lines
            answer.body = self.exactly(int(length))
        return answer

    def ended(self):
        """True when the peer has closed; fails on further bytes."""
        try:
            while not self.buffer and self.more():
                pass
        except ConnectionResetError:
            return True
        assert self.buffer == b"", f"unexpected bytes: {self.buffer!r}"
        return True

    def silent(self, seconds=0.2):
        """True when nothing comes for a while, not even an end."""
        self.socket.settimeout(seconds)
        try:
            if not self.buffer:
                self.more()
            return False
        except TimeoutError:
            return True
        finally:
            self.socket.settimeout(TIMEOUT_S)

    # ---- asking

    def request(self, method, target, body=None, headers=()):
        self.send(message(method, target, body, headers))
        return self.answer(to=method)


def message(method, target, body=None, headers=()):
    """The bytes of a request. A body that is no bytes is sent as JSON."""
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost"]
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
        if not any(h.lower().startswith("content-type:") for h in headers):
            lines.append("Content-Type: application/json")
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    lines.extend(headers)
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (body or b"")


def problem(answer, status):
    """Check that an answer is the problem document of a status; its JSON."""
    assert answer.status == status, answer
    assert answer.header("Content-Type") == "application/problem+json", answer
    document = answer.json
    assert document["status"] == status
    assert document["type"] and document["title"] and document["instance"], document
    return document


def problems(answer):
    """The (place, pointer, code) of each entry of a 422."""
    return {(e["in"], e["pointer"], e["code"]) for e in problem(answer, 422)["errors"]}
