# SPDX-License-Identifier: MIT OR Apache-2.0
"""Many connections: shards share them, idle ones cost next to nothing, descriptors may run out."""
import os
import resource
import selectors
import socket

import pytest
import wire
from service import eventually

SHARE_MIN = 0.3


def exchange(service, connections, rounds):
    """Each of `connections` asks `rounds` times, one request at a time, all at once."""
    selector = selectors.DefaultSelector()
    request = wire.message("GET", "/")
    left = {}
    for _ in range(connections):
        client = socket.create_connection(("127.0.0.1", service.port))
        client.sendall(request)
        selector.register(client, selectors.EVENT_READ)
        left[client] = rounds
    while left:
        ready = selector.select(20)
        assert ready, "no answer within 20 s"
        for key, _ in ready:
            data = key.fileobj.recv(65536)
            assert data.startswith(b"HTTP/1.1 200") and data.endswith(b"Hello, World!"), data
            left[key.fileobj] -= 1
            if left[key.fileobj]:
                key.fileobj.sendall(request)
            else:
                selector.unregister(key.fileobj)
                key.fileobj.close()
                del left[key.fileobj]


def per_shard(service):
    return [shard["requests"] for shard in service.get("/readyz?verbose").json["shards"]]


def test_two_shards_share_sixty_four_connections(start):
    cpus = sorted(os.sched_getaffinity(0))[:2]
    assert len(cpus) == 2, "needs two CPUs"
    hello = start("hello", "--access-log=off", cpus=cpus)
    before = per_shard(hello)
    assert len(before) == 2
    exchange(hello, connections=64, rounds=50)
    served = [after - b for after, b in zip(per_shard(hello), before)]
    assert min(served) / sum(served) >= SHARE_MIN, served


def test_one_cpu_is_one_shard(start):
    hello = start("hello", cpus=[min(os.sched_getaffinity(0))])
    assert len(per_shard(hello)) == 1


@pytest.fixture
def many_descriptors():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield hard
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_idle_connections_hold_neither_fiber_nor_buffer(start, many_descriptors):
    """10,000 kept connections that have each asked once: at most 1 KiB of user memory each."""
    count = min(10000, many_descriptors - 200)
    assert count >= 2000, "the limit of descriptors is too low for this test"
    hello = start("hello", "--access-log=off")
    request = wire.message("GET", "/")

    def ask(connection):
        connection.sendall(request)
        assert connection.recv(4096).startswith(b"HTTP/1.1 200")

    warm = [socket.create_connection(("127.0.0.1", hello.port)) for _ in range(100)]
    for connection in warm:
        ask(connection)
    before_kib = hello.status_kib("VmRSS")
    idle = []
    for _ in range(count):
        connection = socket.create_connection(("127.0.0.1", hello.port))
        ask(connection)
        idle.append(connection)
    each = (hello.status_kib("VmRSS") - before_kib) * 1024 / count
    ask(idle[0])
    ask(idle[-1])
    for connection in warm + idle:
        connection.close()
    assert hello.get("/").status == 200
    assert each <= 1024 or hello.is_sanitized, f"{each:.0f} bytes a connection"


def answers(service):
    try:
        return service.get("/").status == 200
    except (OSError, AssertionError):
        return False


def test_running_out_of_descriptors_is_survived(start):
    hello = start("hello", "--access-log=off")
    resource.prlimit(hello.pid, resource.RLIMIT_NOFILE, (60, 60))
    flood = [socket.create_connection(("127.0.0.1", hello.port)) for _ in range(100)]
    for connection in flood:
        connection.close()
    # The service learns of each close in its own time; until then it may have to turn clients away.
    assert eventually(lambda: answers(hello))
