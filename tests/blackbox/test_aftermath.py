# SPDX-License-Identifier: MIT OR Apache-2.0
"""What hostile clients get, and what is left of them: their verdict, then no descriptor, no fiber, no memory. Beside
each of them a healthy client is served all the time.

(test_hostile.py has such clients as a crowd that never gives up.)"""
import contextlib
import resource
import selectors
import threading
import time

import pytest
import wire

SOON_S = 2          # for each answer to the healthy client, on two busy cores
DRAIN_MAX_S = 6     # the drain's own limit is 8 s: a fiber that hangs would use it up
GROWTH_KIB_MAX = 48 << 10
IDLE_BYTES_MAX = 1536
POST = b"POST /items HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"


# ---- a healthy client, and what is looked at behind an attack

class Healthy(threading.Thread):
    """Asks and waits for the answer, on one connection, until it is stopped."""

    def __init__(self, connection):
        super().__init__()
        self.connection, self.stopped = connection, threading.Event()
        self.served, self.slowest_s, self.failure = 0, 0, None

    def run(self):
        try:
            while not self.stopped.is_set():
                begun = time.monotonic()
                assert self.connection.request("GET", "/livez").status == 200
                self.served, self.slowest_s = self.served + 1, max(self.slowest_s, time.monotonic() - begun)
        except (AssertionError, OSError) as failure:
            self.failure = failure


@contextlib.contextmanager
def healthy_beside(service):
    with service.connect() as connection:
        assert connection.request("GET", "/livez").status == 200  # it is in before the attack begins
        healthy = Healthy(connection)
        healthy.start()
        try:
            yield healthy
        finally:
            healthy.stopped.set()
            healthy.join()
        assert healthy.failure is None, healthy.failure
        assert healthy.served > 0 and healthy.slowest_s < SOON_S, (healthy.served, healthy.slowest_s)


@contextlib.contextmanager
def besieged(service, growth_kib_max=GROWTH_KIB_MAX):
    """An attack goes here. Behind it the descriptors are back, memory has hardly grown, and the drain finds nobody."""
    service.get("/livez")
    descriptors, memory_kib = service.descriptors(), service.status_kib("VmRSS")
    with healthy_beside(service):
        yield
    # The service learns of each close in its own time, at the latest when it has stopped lingering.
    until = time.monotonic() + 5
    while service.descriptors() > descriptors and time.monotonic() < until:
        assert service.get("/livez").status == 200
    assert service.descriptors() <= descriptors
    assert service.is_sanitized or service.status_kib("VmRSS") - memory_kib < growth_kib_max
    begun = time.monotonic()
    assert service.stop() == 0
    assert time.monotonic() - begun < DRAIN_MAX_S, "something was left for the drain to wait for"


@pytest.fixture
def items(start):
    def start_items(*options):
        return start("items", "--database", "sqlite::memory:", "--access-log=off",
                     "--requests-per-connection-max=1000000", *options)

    return start_items


@pytest.fixture(scope="module", autouse=True)
def many_descriptors():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def fill(service):
    """Make GET /items?limit=100 an answer of some 65 kB."""
    with service.connect() as connection:
        connection.send(wire.message("POST", "/items", {"name": "x" * 80, "price": 1, "note": "y" * 500}) * 100)
        for _ in range(100):
            assert connection.answer().status == 201


LARGE = wire.message("GET", "/items?limit=100")


def answers_of(connections, drip=b"", every_s=0.05, patience_s=20):
    """What each of them gets until its end, while all send `drip` again and again. A reset is an end as well; who has
    ended leaves."""
    selector, got = selectors.DefaultSelector(), {}
    for connection in connections:
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        got[connection] = b""
    until = time.monotonic() + patience_s
    while selector.get_map():
        assert time.monotonic() < until, f"{len(selector.get_map())} connections did not end"
        for key, _ in selector.select(every_s):
            data = receive(key.fileobj)
            got[key.data] += data
            if not data:
                selector.unregister(key.fileobj)
                key.data.close()
        for key in list(selector.get_map().values()):
            with contextlib.suppress(OSError):
                key.fileobj.send(drip)
    return list(got.values())


def receive(client):
    try:
        return client.recv(1 << 16)
    except ConnectionResetError:
        return b""


def close_all(connections):
    for connection in connections:
        connection.close()


# ---- slow clients

def test_slow_heads_get_408(items):
    service = items("--head-timeout=500ms")
    with besieged(service):
        slow = [service.connect() for _ in range(200)]
        for connection in slow:
            connection.send(b"GET /livez HTTP/1.1\r\nHost: a\r\nX: ")
        for got in answers_of(slow, drip=b"y"):
            assert got.startswith(b"HTTP/1.1 408 ") and got.count(b"HTTP/1.1") == 1, got


def test_slow_bodies_get_408_and_slow_readers_all_their_answers(items):
    """Readers have a grace of 30 s while nothing goes out (a unit test waits for its end), bodies of 5 s."""
    service = items()
    fill(service)
    large_bytes = len(service.get("/items?limit=100").body)
    with besieged(service):
        senders = [service.connect() for _ in range(100)]
        for connection in senders:
            connection.send(POST + b"Content-Length: 100000\r\n\r\n{")
        readers = [service.connect(receive_bytes=2048) for _ in range(5)]
        for connection in readers:
            connection.send(LARGE * 100)
        for got in answers_of(senders, drip=b" "):
            assert got.startswith(b"HTTP/1.1 408 ") and got.count(b"HTTP/1.1") == 1, got
        for connection in readers:
            assert {len(connection.answer().body) for _ in range(100)} == {large_bytes}
        close_all(readers)


# ---- too much of something

def send_until_refused(connection, piece, bytes_max):
    """How much of `piece`, again and again, was sent when the service answered or hung up; at most bytes_max."""
    sent = 0
    connection.socket.setblocking(False)
    with selectors.DefaultSelector() as selector:
        selector.register(connection.socket, selectors.EVENT_READ | selectors.EVENT_WRITE)
        while sent < bytes_max:
            ready = selector.select(10)
            assert ready, "neither taken nor refused"
            if ready[0][1] & selectors.EVENT_READ:
                break
            sent += connection.socket.send(piece[sent % len(piece):])
    connection.socket.settimeout(wire.TIMEOUT_S)
    return sent


@pytest.mark.parametrize("chunks", [b"1\r\n \r\n" * 10000, b"10000\r\n" + b" " * 65536 + b"\r\n"],
                         ids=["of single bytes", "of 64 KiB"])
def test_an_endless_chunked_body_gets_413(items, chunks):
    service = items()
    with besieged(service), service.connect() as connection:
        connection.send(POST + b"Transfer-Encoding: chunked\r\n\r\n")
        assert send_until_refused(connection, chunks, 64 << 20) < 32 << 20
        wire.problem(connection.answer(), 413)


def test_a_gibibyte_is_413_before_it_is_sent(items):
    service = items()
    with besieged(service), service.connect() as connection:
        connection.send(POST + b"Content-Length: 1073741824\r\n\r\n")
        assert send_until_refused(connection, b" " * 65536, 1 << 30) < 64 << 20
        wire.problem(connection.answer(), 413)
        assert connection.ended()


def test_ten_thousand_pipelined_requests_are_answered_in_order(items):
    service = items()
    count = 10000
    with besieged(service), service.connect() as connection:
        requests = b"".join(wire.message("GET", f"/items/{i}") for i in range(count))
        sender = threading.Thread(target=connection.send, args=[requests])
        sender.start()
        for i in range(count):
            assert connection.answer().json["detail"] == f"there is no item {i}"
        sender.join()


def test_ten_thousand_pipelined_requests_may_not_be_read_at_all(items):
    """Nobody takes the answers: the service stops reading, and does not collect them."""
    service = items()
    fill(service)
    with besieged(service):
        connection = service.connect(receive_bytes=2048)
        connection.socket.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            for _ in range(100):
                connection.socket.send(LARGE * 100)
        connection.reset()


def test_a_thousand_answers_are_all_that_a_connection_gets(start):
    service = start("hello", "--access-log=off")
    with service.connect() as connection:
        sender = threading.Thread(target=send_what_goes, args=[connection, wire.message("GET", "/") * 10000])
        sender.start()
        for i in range(1000):
            assert connection.answer().header("Connection") == (None if i < 999 else "close")
        assert connection.ended()
        sender.join()


def send_what_goes(connection, data):
    with contextlib.suppress(OSError):
        connection.send(data)


# ---- clients that leave

FLOODS = {
    "nothing": b"",
    "half a head": b"GET /livez HTTP/1.1\r\nHo",
    "a request": wire.message("GET", "/livez"),
    "a request of much": LARGE,
    "half a body": POST + b"Content-Length: 100\r\n\r\n{",
}


@pytest.mark.parametrize("said", FLOODS.values(), ids=FLOODS)
def test_a_flood_of_resets_leaves_nothing(items, said):
    service = items()
    fill(service)
    with besieged(service):
        for _ in range(2000 if not said else 500):
            connection = service.connect()
            connection.send(said)
            connection.reset()


def test_clients_that_leave_within_their_body_reach_no_handler(items):
    service = items()
    body = b'{"name":"tea","price":1}'
    framed = POST + b"Content-Length: %d\r\n\r\n" % (len(body) + 1) + body
    chunked = POST + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(body), body)
    with besieged(service):
        for i in range(200):
            connection = service.connect()
            connection.send(framed if i % 2 else chunked)
            connection.close() if i % 4 < 2 else connection.reset()
        assert service.get("/items").json["items"] == []


def test_clients_that_leave_within_their_answer_leave_nothing(items):
    service = items()
    fill(service)
    with besieged(service):
        for i in range(100):
            connection = service.connect(receive_bytes=2048)
            connection.send(LARGE * 20)
            assert connection.socket.recv(1000).startswith(b"HTTP/1.1 200")
            connection.close() if i % 2 else connection.reset()


# ---- many clients

def test_ten_thousand_silent_connections_cost_little(items):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    count = min(10000, hard - 200)
    assert count >= 2000, "the limit of descriptors is too low for this test"
    service = items()
    limit = float("inf") if service.is_sanitized else IDLE_BYTES_MAX
    with besieged(service):
        warm = [service.connect() for _ in range(200)]
        assert service.get("/livez").status == 200
        before_kib = service.status_kib("VmRSS")
        idle = [service.connect() for _ in range(count)]
        assert service.get("/livez").status == 200
        each = (service.status_kib("VmRSS") - before_kib) * 1024 / count
        for connection in (idle[0], idle[-1]):
            assert connection.request("GET", "/livez").status == 200
        close_all(warm + idle)
    print(f"{each:.0f} bytes a connection")
    assert each <= limit


def cpu_s(service):
    """Processor time that it has used so far, in steps of 10 ms."""
    fields = open(f"/proc/{service.pid}/stat").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


@contextlib.contextmanager
def few_descriptors(service, spare):
    before = resource.prlimit(service.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(service.pid, resource.RLIMIT_NOFILE, (service.descriptors() + spare, before[1]))
    yield
    resource.prlimit(service.pid, resource.RLIMIT_NOFILE, before)


def test_without_descriptors_clients_wait_their_turn_and_then_all_is_well(items):
    """Who is in is served; who is not waits until another leaves, or is turned away, a few at a time."""
    service = items()
    with besieged(service):
        with few_descriptors(service, spare=20):
            flood = [service.connect() for _ in range(200)]
            for connection in flood:
                send_what_goes(connection, wire.message("GET", "/livez", headers=["Connection: close"]))
            served = sum(got.startswith(b"HTTP/1.1 200") for got in answers_of(flood))
        assert served >= 60, served  # three times as many as there is room for
        assert all(service.get("/livez").status == 200 for _ in range(50))


def test_waiting_for_a_descriptor_costs_no_processor_time(items):
    service = items()
    with service.connect() as first:
        assert first.request("GET", "/livez").status == 200
        with few_descriptors(service, spare=5):
            flood = [service.connect() for _ in range(50)]
            begun_s = cpu_s(service)
            assert first.silent(0.5)
            assert cpu_s(service) - begun_s <= 0.1
            close_all(flood)
