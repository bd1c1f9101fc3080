# SPDX-License-Identifier: MIT OR Apache-2.0
"""A second reading of RFC 9110 and 9112, in regular expressions: how many answers must these bytes get, and does the
last one end the connection? It knows where messages end and which are malformed, nothing of what they ask for; and it
was written from the RFCs, not from the server."""
import ipaddress
import re

TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
ESCAPE = rb"%(?!00)[0-9A-Fa-f]{2}"
SUB_DELIMS = rb"!$&'()*+,;="
UNRESERVED = rb"\-._~0-9A-Za-z"
OWS = rb"[\t ]*"
VALUE = rb"[\t\x20-\x7e\x80-\xff]*"
QUOTED = rb'"(?:[\t\x20-\x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*"'

REQUEST_LINE = re.compile(rb"(?:\r\n)?(" + TOKEN + rb") ([\x21-\x7e]+) HTTP/1\.([0-9])\r\n")
FIELD_LINE = re.compile(rb"(" + TOKEN + rb"):(" + VALUE + rb")\r\n")
ASSIGNED = OWS + rb"=" + OWS + rb"(?:" + TOKEN + rb"|" + QUOTED + rb")"
EXTENSION = OWS + rb";" + OWS + TOKEN + rb"(?:" + ASSIGNED + rb")?"
CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,16})(?:" + EXTENSION + rb")*\r\n")
REG_NAME = re.compile(rb"(?:[" + UNRESERVED + SUB_DELIMS + rb"]|%[0-9A-Fa-f]{2})+")
IP_FUTURE = re.compile(rb"[vV][0-9A-Fa-f]+\.[:" + UNRESERVED + SUB_DELIMS + rb"]+")
PATH = re.compile(rb"(?:[" + UNRESERVED + SUB_DELIMS + rb":@/]|" + ESCAPE + rb")*")
QUERY = re.compile(rb"(?:[" + UNRESERVED + SUB_DELIMS + rb":@/?\[\]{}^|]|" + ESCAPE + rb")*")
DOTS = re.compile(rb"(?:\.|%2[eE]){1,2}")
ABSOLUTE = re.compile(rb"(?i:https?)://([^/?]*)([^?]*)(?:\?(.*))?", re.DOTALL)
METHOD_MAX = 64
SMALL_BODY_MAX = 1000  # what is longer depends on limits, which are not looked at here


class Malformed(Exception):
    pass


class Truncated(Exception):
    """The body breaks off, or breaks its rules: whoever is asked may have answered before."""


class TooLong(Exception):
    pass


def want(condition):
    if not condition:
        raise Malformed


def is_ipv6(text):
    try:
        return b"%" not in text and bool(ipaddress.IPv6Address(text.decode("ascii")))
    except ValueError:
        return False


def check_host(host):
    if host.startswith(b"["):
        literal, bracket, port = host[1:].partition(b"]")
        want(bracket and (IP_FUTURE.fullmatch(literal) or is_ipv6(literal)))
    else:
        name, colon, digits = host.partition(b":")
        want(REG_NAME.fullmatch(name))
        port = colon + digits
    want(re.fullmatch(rb"(?::[0-9]*)?", port) and int(port[1:] or 0) <= 65535)


def check_path(path):
    want(PATH.fullmatch(path) and not any(DOTS.fullmatch(segment) for segment in path.split(b"/")))


def check_target(method, target):
    if target.startswith(b"/"):
        path, _, query = target.partition(b"?")
        check_path(path)
        want(QUERY.fullmatch(query))
    elif target == b"*":
        want(method in (b"OPTIONS", b"CONNECT"))
    elif method != b"CONNECT":
        match = ABSOLUTE.fullmatch(target)
        want(match)
        check_host(match[1])
        check_path(match[2])
        want(QUERY.fullmatch(match[3] or b""))


class Message:
    """One request at `at`; `end` is behind its body."""

    def __init__(self, data, at):
        match = REQUEST_LINE.match(data, at)
        want(match and len(match[1]) <= METHOD_MAX)
        self.data, self.end, self.fields = data, match.end(), {}
        self.method, self.target, self.old = match[1], match[2], match[3] == b"0"
        check_target(self.method, self.target)
        while not data.startswith(b"\r\n", self.end):
            match = FIELD_LINE.match(data, self.end)
            want(match)
            self.fields.setdefault(match[1].lower(), []).append(match[2].strip(b"\t "))
            self.end = match.end()
        self.end += 2
        self.check_fields()

    def all(self, name):
        return self.fields.get(name, [])

    def check_fields(self):
        hosts, lengths, codings = self.all(b"host"), self.all(b"content-length"), self.all(b"transfer-encoding")
        want(len(hosts) == 1 or (self.old and not hosts))
        for host in hosts:
            check_host(host)
        want(not lengths or (len(lengths) == 1 and re.fullmatch(rb"[0-9]+", lengths[0]) and int(lengths[0]) < 1 << 64))
        want(not codings or (not lengths and not self.old and [c.lower() for c in codings] == [b"chunked"]))

    def skip_body(self):
        if self.all(b"transfer-encoding"):
            self.skip_chunks()
        else:
            self.skip(int(self.all(b"content-length")[0]) if self.all(b"content-length") else 0)

    def skip(self, count):
        if count > SMALL_BODY_MAX:
            raise TooLong
        if self.end + count > len(self.data):
            raise Truncated
        self.end += count

    def skip_line(self, pattern):
        match = pattern.match(self.data, self.end)
        if not match:
            raise Truncated
        self.end = match.end()
        return match

    def skip_chunks(self):
        crlf = re.compile(rb"\r\n")
        while size := int(self.skip_line(CHUNK_LINE)[1], 16):
            self.skip(size)
            self.skip_line(crlf)
        while not self.data.startswith(b"\r\n", self.end):
            self.skip_line(FIELD_LINE)
        self.skip_line(crlf)

    @property
    def is_last(self):
        options = {o.strip(b"\t ").lower() for value in self.all(b"connection") for o in value.split(b",")}
        tunnel = self.method == b"CONNECT" and not self.target.startswith(b"/")
        return tunnel or b"close" in options or (self.old and b"keep-alive" not in options)


def answers_to(data):
    """(methods of the requests that get an answer, how it ends): "end" of the bytes, "last" request, "malformed",
    "truncated" body, or "too long" to say."""
    methods, at = [], 0
    while data[at:] not in (b"", b"\r\n"):
        methods.append("GET")
        try:
            message = Message(data, at)
            methods[-1] = message.method.decode()
            message.skip_body()
        except Malformed:
            method = re.match(rb"(?:\r\n)?(" + TOKEN + rb") ", data[at:])
            methods[-1] = method[1].decode() if method else "GET"
            return methods, "malformed"
        except Truncated:
            return methods, "truncated"
        except TooLong:
            return methods, "too long"
        if message.is_last:
            return methods, "last"
        at = message.end
    return methods, "end"
