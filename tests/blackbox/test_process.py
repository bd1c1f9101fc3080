# SPDX-License-Identifier: MIT OR Apache-2.0
"""What others see of the process: its descriptors after a fork and exec, its log whatever clients send, its liveness
while the database is broken, what it writes into a pipe."""
import json
import os
import pathlib
import re
import subprocess

import pytest
import service
import wire

CLOSE_ON_EXEC = 0o2000000
TEA = {"name": "tea", "price": 1}


def test_every_descriptor_closes_on_exec(items):
    """A program that a handler starts inherits neither sockets nor the database."""
    with items.connect() as connection, items.connect():
        assert connection.request("POST", "/items", TEA).status == 201
        assert connection.request("GET", "/items").status == 200
        folder = pathlib.Path(f"/proc/{items.pid}/fdinfo")
        flags = {fd: int(re.search(r"flags:\s+(\d+)", (folder / fd).read_text())[1], 8)
                 for fd in os.listdir(folder) if int(fd) > 2}
    assert len(flags) >= 5
    kept = {fd: os.readlink(f"/proc/{items.pid}/fd/{fd}") for fd, bits in flags.items() if not bits & CLOSE_ON_EXEC}
    assert kept == {}


# ---- the log

def ask_with(hello, target=b"/", field=b"x", request_id=None):
    """One request with these bytes in it; its status. What is no HTTP is refused."""
    lines = [b"GET " + target + b" HTTP/1.1", b"Host: localhost", b"User-Agent: " + field]
    if request_id is not None:
        lines.append(b"X-Request-Id: " + request_id)
    with hello.connect() as connection:
        connection.send(b"\r\n".join(lines) + b"\r\n\r\n")
        connection.half_close()
        return connection.answer().status


@pytest.mark.parametrize("place", ["target", "field", "request_id"])
def test_no_byte_of_a_client_leaves_its_log_line(start, place):
    """Each of the 256 bytes, in the target, in a field, in the request's id: whole lines of JSON, without controls."""
    hello = start("hello")
    answered = 0
    for byte in range(256):
        value = b"/a" + bytes([byte]) + b"b" if place == "target" else b"a" + bytes([byte]) + b'","level":"ERROR'
        answered += ask_with(hello, **{place: value}) in (200, 400, 404, 431)
    assert answered == 256
    assert ask_with(hello, target=b"/the-end") in (200, 404)
    assert hello.stop() == 0
    requests = 0
    for line in hello.err.text.splitlines():
        assert re.fullmatch(r"[\x20-\x7e\u00a0-\uffff]+", line), line
        entry = json.loads(line)
        assert entry["level"] != "ERROR", line
        requests += entry.get("msg") == "request"
    assert "/the-end" in hello.err.text
    assert 1 < requests <= 257


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["--check"], ["--lisen=x"], ["--config=/nowhere"]])
def test_no_escape_byte_goes_into_a_pipe(tmp_path, arguments):
    done = subprocess.run([service.BIN / "items", *arguments], capture_output=True, stdin=subprocess.DEVNULL, cwd=tmp_path,
                          env=service.environment({"TERM": "xterm-256color"}), timeout=service.PATIENCE_S)
    assert b"\x1b" not in done.stdout + done.stderr
    assert done.stdout or done.stderr


def test_no_escape_byte_goes_into_a_log_that_is_a_pipe(start):
    hello = start("hello", env={"TERM": "xterm-256color"})
    hello.get("/")
    assert hello.stop() == 0
    assert "\x1b" not in hello.out.text + hello.err.text


# ---- liveness

def test_a_broken_database_kills_no_process(items, tmp_path):
    """/livez asks no dependency: else one broken database restarts every copy of the service."""
    for i in range(50):
        assert items.post("/items", {**TEA, "note": "n" * 500}).status == 201
    for name in ("items.db", "items.db-wal"):
        path = tmp_path / name
        with open(path, "r+b") as file:
            file.write(b"\xa5" * path.stat().st_size)
    wire.problem(items.get("/items?limit=100"), 500)
    for _ in range(3):
        assert items.get("/livez").status == 200
    assert items.get("/startupz").status == 200
