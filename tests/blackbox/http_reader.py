# SPDX-License-Identifier: MIT OR Apache-2.0
"""A strict reader of everything that a server sent on one connection. It shares nothing with the server's parser: what
it demands is written down here, from RFC 9110 and 9112, and the first byte out of place is a Violation."""
import datetime
import json
import re

STATUS_LINE = re.compile(rb"HTTP/1\.1 ([1-5][0-9]{2}) ([\x20-\x7e]+)")
FIELD_LINE = re.compile(rb"([!#$%&'*+\-.^_`|~0-9A-Za-z]+): ([\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)")
CHUNK_SIZE = re.compile(rb"0|[1-9a-f][0-9a-f]{0,15}")
DEMANDED = {401: "www-authenticate", 405: "allow", 416: "content-range", 426: "upgrade", 429: "retry-after",
            503: "retry-after"}


class Violation(AssertionError):
    pass


def demand(condition, *what):
    if not condition:
        raise Violation(*what)


class Answer:
    def __init__(self, status, fields, method):
        self.status, self.fields, self.method, self.body = status, fields, method, b""

    @property
    def closes(self):
        return self.fields.get("connection") == "close"

    @property
    def has_content(self):
        return self.method != "HEAD" and self.status >= 200 and self.status not in (204, 304)

    def __repr__(self):
        return f"{self.status} {self.fields} {self.body[:200]!r}"


class Stream:
    """Bytes from the front, one answer at a time."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def line(self):
        end = self.data.find(b"\r\n", self.at)
        demand(end >= 0, "the stream ends within a line", self.data[self.at:])
        line, self.at = self.data[self.at:end], end + 2
        return line

    def exactly(self, count):
        data = self.data[self.at:self.at + count]
        demand(len(data) == count, f"the stream ends {count - len(data)} bytes early")
        self.at += count
        return data

    @property
    def ended(self):
        return self.at == len(self.data)


def read_fields(stream):
    fields = {}
    while line := stream.line():
        match = FIELD_LINE.fullmatch(line)
        demand(match, "malformed field line", line)
        name = match[1].decode().lower()
        demand(name not in fields, "a field came twice", line)
        fields[name] = match[2].decode()
    return fields


def read_chunks(stream):
    body = b""
    while True:
        size = stream.line()
        demand(CHUNK_SIZE.fullmatch(size), "malformed chunk size", size)
        if size == b"0":
            demand(stream.line() == b"", "trailers")
            return body
        body += stream.exactly(int(size, 16))
        demand(stream.exactly(2) == b"\r\n", "no CR LF behind a chunk")


def check_date(text):
    """IMF-fixdate, now, on the right day of the week (RFC 9110 5.6.7)."""
    date = datetime.datetime.strptime(text, "%a, %d %b %Y %H:%M:%S GMT")
    demand(date.strftime("%a, %d %b %Y %H:%M:%S GMT") == text, "malformed Date", text)
    age = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None) - date
    demand(abs(age.total_seconds()) < 60, "Date is not now", text)


def check_framing(answer):
    length, coding = answer.fields.get("content-length"), answer.fields.get("transfer-encoding")
    demand(length is None or coding is None, "Content-Length and Transfer-Encoding", answer)
    demand(length is None or re.fullmatch("0|[1-9][0-9]*", length), "malformed Content-Length", answer)
    demand(coding in (None, "chunked"), "unknown coding", answer)
    if answer.status < 200 or answer.status == 204:
        demand(length is None and coding is None, "framing fields where there is no content", answer)
    elif answer.status != 304:
        demand(length is not None or coding is not None, "no length", answer)


def check_fields(answer):
    fields = answer.fields
    demand(fields.get("connection") in (None, "close", "keep-alive"), "unknown Connection", answer)
    demand("upgrade" not in fields or answer.status == 426, "Upgrade was not asked for", answer)
    if answer.status < 200:
        return
    demand("date" in fields, "no Date", answer)
    check_date(fields["date"])
    demand("x-request-id" in fields, "no X-Request-Id", answer)
    needed = DEMANDED.get(answer.status)
    demand(not needed or needed in fields, f"{answer.status} without {needed}", answer)


def check_problem(answer):
    """Every refusal is a problem document that agrees with its head (RFC 9457)."""
    demand(answer.fields.get("content-type") == "application/problem+json", "no problem document", answer)
    if not answer.has_content:
        return
    document = json.loads(answer.body)
    demand(document["status"] == answer.status, "another status in the body", answer)
    demand(document["title"] and document["type"], "no title, no type", answer)
    demand(document["instance"] == answer.fields["x-request-id"], "another request in the body", answer)


def read_one(stream, method):
    match = STATUS_LINE.fullmatch(stream.line())
    demand(match, "malformed status line", stream.data[:100])
    answer = Answer(int(match[1]), read_fields(stream), method)
    check_framing(answer)
    check_fields(answer)
    if answer.has_content and "content-length" in answer.fields:
        answer.body = stream.exactly(int(answer.fields["content-length"]))
    elif answer.has_content:
        answer.body = read_chunks(stream)
    if answer.status >= 400:
        check_problem(answer)
    return answer


def read_all(data, methods):
    """(final answers, interim ones) of a connection that the server has ended. methods: of the requests, in order; the
    last one stands for all that follow. Nothing may come after an answer that says close, nothing but whole answers."""
    stream, answers, interim = Stream(data), [], []
    while not stream.ended:
        demand(not answers or not answers[-1].closes, "bytes after the answer that said close", data[stream.at:])
        answer = read_one(stream, methods[min(len(answers), len(methods) - 1)])
        (interim if answer.status < 200 else answers).append(answer)
    ids = [a.fields["x-request-id"] for a in answers]
    demand(len(set(ids)) == len(ids), "two answers with one X-Request-Id", ids)
    return answers, interim
