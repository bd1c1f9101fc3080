# SPDX-License-Identifier: MIT OR Apache-2.0
"""One of our programs under test: started on a port of the kernel's choice, watched line by line, stopped by its pid."""
import os
import pathlib
import re
import signal
import subprocess
import threading
import time

import wire

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("RAMIE_BIN_DIR", ROOT / "build/release/bin")).resolve()
SANITIZER_REPORT = re.compile(r"(ERROR|WARNING): \w+Sanitizer|runtime error:")
# Sanitized programs on two busy cores are slow to start; nothing waits that long when all is well.
PATIENCE_S = 30


def environment(extra=None):
    """The caller's, less what a service would take as its own configuration."""
    kept = {k: v for k, v in os.environ.items() if k not in ("PORT", "DATABASE_URL") and not k.startswith("ITEMS_")}
    return {**kept, **(extra or {})}


def run(program, *args, env=None, timeout=PATIENCE_S, cwd=None):
    """A program that ends by itself: the finished process, with text."""
    return subprocess.run([BIN / program, *args], capture_output=True, text=True, timeout=timeout,
                          env=environment(env), cwd=cwd, stdin=subprocess.DEVNULL)


def eventually(condition, timeout=PATIENCE_S):
    """Does it become true? For what a process does in its own time and does not tell."""
    end = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > end:
            return False
        threading.Event().wait(0.005)
    return True


class Lines:
    """What a process has written to one stream so far; waiting for more needs no sleeping."""

    def __init__(self, stream):
        self.stream = stream
        self.text = ""
        self.ended = False
        self.changed = threading.Condition()
        self.thread = threading.Thread(target=self._follow, daemon=True)
        self.thread.start()

    def _follow(self):
        for line in self.stream:
            with self.changed:
                self.text += line
                self.changed.notify_all()
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def wait_for(self, pattern, timeout=PATIENCE_S, start=0):
        """The first match of pattern from `start` on; None when the stream ends or time is up without one."""
        def look():
            return re.search(pattern, self.text[start:], re.MULTILINE)

        with self.changed:
            self.changed.wait_for(lambda: look() or self.ended, timeout)
            return look()


class Service:
    def __init__(self, program, *args, env=None, cwd=None, cpus=None, listen="127.0.0.1:0"):
        self.begun = time.monotonic()
        command = [str(BIN / program), *(["--listen", listen] if listen else []), *map(str, args)]
        if cpus:
            command = ["taskset", "-c", ",".join(map(str, cpus)), *command]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True, errors="replace", env=environment(env), cwd=cwd)
        self.out = Lines(self.process.stdout)
        self.err = Lines(self.process.stderr)
        ready = self.out.wait_for(r"listens on http://(\S+):(\d+)")
        if not ready:
            self.kill()
            raise AssertionError(f"{program} did not start ({self.process.returncode}): {self.out.text}{self.err.text}")
        self.ready_s = time.monotonic() - self.begun
        self.host, self.port = ready[1], int(ready[2])

    @property
    def pid(self):
        return self.process.pid

    @property
    def url(self):
        return f"http://{self.host}:{self.port}"

    def connect(self, **options):
        return wire.Connection(self.port, **options)

    def request(self, method, target, body=None, headers=()):
        """One request on a connection of its own; the answer."""
        with self.connect() as connection:
            return connection.request(method, target, body, headers)

    def get(self, target, headers=()):
        return self.request("GET", target, headers=headers)

    def post(self, target, body, headers=()):
        return self.request("POST", target, body, headers)

    def send_signal(self, number):
        self.process.send_signal(number)

    def wait(self, timeout=PATIENCE_S):
        """Its exit status, once it has ended and all it wrote has been read."""
        status = self.process.wait(timeout)
        self.out.thread.join(timeout)
        self.err.thread.join(timeout)
        return status

    def stop(self):
        """SIGTERM, as a supervisor sends it; the exit status."""
        if self.process.poll() is None:
            self.send_signal(signal.SIGTERM)
        return self.wait()

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        return self.wait()

    def check_stopped_well(self):
        status = self.stop()
        report = SANITIZER_REPORT.search(self.err.text)
        assert status == 0 and not report, f"exit status {status}\n{self.err.text[-4000:]}"

    # ---- what /proc knows of it

    def status_kib(self, field):
        text = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(rf"^{field}:\s+(\d+)", text, re.MULTILINE)[1])

    @property
    def is_sanitized(self):
        """Shadow memory counts as resident: such a program's memory is not judged."""
        program = pathlib.Path(f"/proc/{self.pid}/exe").read_bytes()
        return b"__asan_init" in program or b"__tsan_init" in program

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))
