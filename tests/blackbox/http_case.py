# SPDX-License-Identifier: MIT OR Apache-2.0
"""What a case of the message rules is, and the few words that the tables are written in.

A case is bytes for one connection of the items service and what must become of them. Behind the bytes the test sends
one more request, the probe: where the connection goes on it is served, as the last one; else it is discarded."""
import dataclasses

PROBE = b"GET /livez HTTP/1.1\r\nHost: probe\r\nConnection: close\r\n\r\n"
HOST = b"Host: a\r\n"
JSON = b"Content-Type: application/json\r\n"
TEA = b'{"name":"tea","price":100}'
TEA_BYTES = len(TEA)


@dataclasses.dataclass
class Case:
    rule: int            # of docs/reference/http-rules.md; 0: routing and limits
    name: str
    data: bytes
    statuses: tuple      # of the final answers, in order
    goes_on: bool        # the probe is served
    may_close: bool = False  # ... or the connection ends, if the last answer says so
    half_close: bool = False  # no probe: the client ends where the bytes end
    methods: tuple = ("GET",)  # of the requests, as far as answers depend on them
    interim: bool = False      # 100 Continue may come
    allow: str = ""            # the methods that Allow must name
    says: str = ""             # a text that the last body must hold

    def __str__(self):
        return f"{self.rule:02} {self.name}"


class Table:
    """Cases in the order of writing; names are unique."""

    def __init__(self):
        self.cases = []

    def _add(self, rule, name, data, statuses, goes_on, **more):
        statuses = (statuses,) if isinstance(statuses, int) else tuple(statuses)
        self.cases.append(Case(rule, name, data, statuses, goes_on, **more))

    def served(self, rule, name, data, statuses=200, **more):
        """Answered, and the connection goes on."""
        self._add(rule, name, data, statuses, True, **more)

    def last(self, rule, name, data, statuses=200, **more):
        """Answered, and what follows is discarded. A refused message is one."""
        self._add(rule, name, data, statuses, False, **more)

    def refused(self, rule, name, data, status=400, **more):
        self.last(rule, name, data, status, **more)

    def ended(self, rule, name, data, statuses, **more):
        """The client half-closes behind the bytes."""
        self._add(rule, name, data, statuses, False, half_close=True, **more)


def request(method=b"GET", target=b"/livez", fields=b"", version=b"HTTP/1.1", host=HOST, body=b""):
    return method + b" " + target + b" " + version + b"\r\n" + host + fields + b"\r\n" + body


def get(target=b"/livez", fields=b""):
    return request(target=target, fields=fields)


def post(fields, body=TEA, version=b"HTTP/1.1"):
    """A new item; `fields` say how long its body is."""
    return request(b"POST", b"/items", JSON + fields, version, body=body)


def sized(length, body=TEA):
    return post(b"Content-Length: " + length + b"\r\n", body)


def coded(codings, body=None):
    """A new item in one chunk, its Transfer-Encoding given by one field each."""
    fields = b"".join(b"Transfer-Encoding: " + coding + b"\r\n" for coding in codings)
    return post(fields, b"%x\r\n%s\r\n0\r\n\r\n" % (TEA_BYTES, TEA) if body is None else body)


def chunks(body):
    return coded([b"chunked"], body)


def show(data):
    """A short name for bytes."""
    text = ascii(data)[2:-1]
    return text if len(text) <= 60 else f"{text[:40]}... {len(data)} bytes"
