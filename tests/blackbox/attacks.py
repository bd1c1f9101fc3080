# SPDX-License-Identifier: MIT OR Apache-2.0
"""Hostile clients, and a healthy one beside them. An attack goes on until it is told to stop."""
import contextlib
import statistics
import sys
import threading
import time

import wire

GET = wire.message("GET", "/")
POST_HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
DRIP_S = 0.01


class Crowd:
    """Connections that are made anew whenever the service ends them; `turned_away` counts how often."""

    def __init__(self, port, count, opening, reads=True, **options):
        self.port, self.opening, self.reads, self.options = port, opening, reads, options
        self.turned_away = 0
        self.connections = [self._open() for _ in range(count)]

    def _open(self):
        connection = wire.Connection(self.port, **self.options)
        connection.send(self.opening)
        connection.socket.setblocking(False)
        return connection

    def send(self, data):
        """On every connection; one that has been answered or ended is made anew."""
        for place, connection in enumerate(self.connections):
            if self._is_over(connection, data):
                connection.close()
                self.turned_away += 1
                self.connections[place] = self._open()

    def _is_over(self, connection, data):
        try:
            connection.socket.send(data)
            return self.reads and connection.socket.recv(4096) is not None
        except BlockingIOError:
            return False
        except OSError:
            return True

    def close(self):
        for connection in self.connections:
            connection.close()


def drip(port, stop, count, opening, data):
    crowd = Crowd(port, count, opening)
    while not stop.wait(DRIP_S):
        crowd.send(data)
    crowd.close()
    return crowd.turned_away


def slow_heads(port, stop):
    return drip(port, stop, 100, GET[:-2], b"a")


def slow_bodies(port, stop):
    return drip(port, stop, 100, POST_HEAD + b"Content-Length: 100000\r\n\r\n", b" ")


def endless_chunks(port, stop):
    return drip(port, stop, 20, POST_HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n" * 500)


def slow_readers(port, stop):
    """Ask for a lot, read nothing."""
    return drip_without_reading(port, stop, 50, GET * 500)


def drip_without_reading(port, stop, count, opening):
    crowd = Crowd(port, count, opening, reads=False, receive_bytes=2048)
    while not stop.wait(0.1):
        crowd.send(GET)
    crowd.close()
    return crowd.turned_away


def resets(port, stop):
    """Connect, say half a request, reset."""
    count = 0
    while not stop.is_set():
        connection = wire.Connection(port)
        connection.send(GET[:20])
        connection.reset()
        count += 1
    return count


def pipelines(port, stop):
    """10,000 requests at once, in lots of what one connection may ask."""
    count = 0
    while not stop.is_set():
        with wire.Connection(port) as connection, contextlib.suppress(OSError):
            connection.send(GET * 1000)
            for _ in range(1000):
                assert connection.answer().status in (200, 404)
                count += 1
    return count


def idle_crowd(port, stop):
    crowd = Crowd(port, 1000, GET)
    stop.wait()
    crowd.close()
    return crowd.turned_away


ATTACKS = [slow_heads, slow_bodies, slow_readers, endless_chunks, resets, pipelines, idle_crowd]


@contextlib.contextmanager
def under(attack, port):
    """`with under(slow_heads, port) as outcome:`; afterwards outcome["count"] is what the attack counted."""
    stop, outcome = threading.Event(), {}

    def run():
        try:
            outcome["count"] = attack(port, stop)
        except Exception as error:  # told to the test, not lost with the thread
            outcome["error"] = error

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield outcome
    finally:
        stop.set()
        thread.join()
    if "error" in outcome:
        raise outcome["error"]


def healthy(port, seconds):
    """A client that asks and waits, again and again; its latencies in ms. An answer that is none fails."""
    took_ms = []
    end = time.monotonic() + seconds
    connection = wire.Connection(port)
    while time.monotonic() < end:
        begun = time.monotonic()
        answer = connection.request("GET", "/")
        took_ms.append((time.monotonic() - begun) * 1e3)
        assert answer.status == 200, answer
        if answer.header("Connection") == "close":
            connection.close()
            connection = wire.Connection(port)
    connection.close()
    return took_ms


def percentiles(values):
    """(p50, p99)."""
    return statistics.median(values), statistics.quantiles(values, n=100)[98]


if __name__ == "__main__":  # attacks.py NAME PORT: until it is killed; from a process of its own, for measurements
    globals()[sys.argv[1]](int(sys.argv[2]), threading.Event())
