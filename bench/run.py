# SPDX-License-Identifier: MIT OR Apache-2.0
"""Measure: server CPU per request beside the ceiling and the peers, what fibers cost, memory, cold start.

    /usr/bin/python3 bench/run.py build/release [--rounds 7] [--seconds 2] [--connections 64]

The servers of one table are measured turn by turn, round after round, so that a busy neighbour hits all of them alike;
the table shows medians with the spread (half the distance between the quartiles). `again` is the first row once more: what
the rows differ by when nothing differs (A/A). Loopback only. A row that could not be run says why.
"""
import argparse
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
TICKS = os.sysconf("SC_CLK_TCK")
REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Server:
    """A server under load: its process, its port, the CPU it has used."""

    def __init__(self, command, cwd=None):
        self.begun = time.monotonic()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=cwd)
        for line in self.process.stdout:
            found = re.search(r"listens on http://[^:]+:(\d+)", line)
            if found:
                self.port = int(found[1])
                return
        raise RuntimeError(f"{command[0]} did not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=20)

    def cpu_s(self):
        """User and system time of all its threads, from /proc/PID/stat."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def resident_kib(self):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", text)[1])

    def ask(self, request=REQUEST):
        with socket.create_connection(("127.0.0.1", self.port)) as client:
            client.sendall(request)
            return client.recv(65536)


def wrk(server, path, seconds, connections, script):
    command = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s"]
    command += ["-s", str(HERE / script)] if script else []
    out = subprocess.run([*command, f"http://127.0.0.1:{server.port}{path}"], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        raise RuntimeError(out)
    return int(re.search(r"(\d+) requests in", out)[1]), float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])


class Row:
    """One server of a table, and what was measured of it."""

    def __init__(self, name, command, missing=None):
        self.name, self.command, self.missing = name, command, missing
        self.cpu_us, self.per_second = [], []

    def measure(self, options, path, script):
        with tempfile.TemporaryDirectory() as folder, Server(self.command, cwd=folder) as server:
            wrk(server, path, 1, options.connections, script)  # warm
            before = server.cpu_s()
            requests, per_second = wrk(server, path, options.seconds, options.connections, script)
            self.cpu_us.append((server.cpu_s() - before) * 1e6 / requests)
            self.per_second.append(per_second)


def spread(values):
    if len(values) < 2:
        return 0
    quartiles = statistics.quantiles(values, n=4)
    return (quartiles[2] - quartiles[0]) / 2


def table(title, rows, options, path="/", script=None):
    """Measure the rows, interleaved; print them as a Markdown table, relative to the first that ran."""
    for number in range(options.rounds):
        for row in rows:
            if not row.missing:
                row.measure(options, path, script)
        print(f"{title}: round {number + 1} of {options.rounds}", file=sys.stderr)
    print(f"\n### {title}\n\n| server | CPU us/request | spread | x | requests/s |\n|---|---|---|---|---|")
    base = next((statistics.median(r.cpu_us) for r in rows if r.cpu_us), None)
    for row in rows:
        if row.missing:
            print(f"| {row.name} | not run: {row.missing} | | | |")
            continue
        median = statistics.median(row.cpu_us)
        print(f"| {row.name} | {median:.2f} | ±{spread(row.cpu_us):.2f} | {median / base:.2f} | {statistics.median(row.per_second):,.0f} |")


def peer(tool, program, command, **env):
    """Build a peer with its own tool; ([program], None), or (None, why it is missing)."""
    if not shutil.which(tool):
        return None, f"no {tool} here"
    done = subprocess.run(command, cwd=HERE / "peers" / program.name, capture_output=True, text=True, env={**os.environ, **env})
    if done.returncode != 0:
        return None, (done.stderr.strip().splitlines() or ["it does not build"])[-1]
    return [str(program)], None


def net_http(build):
    program = build / "bench/net_http"
    return peer("go", program, ["go", "build", "-o", program, "."], GOTOOLCHAIN="local", GOFLAGS="-mod=mod")


def actix(build):
    target = build / "bench/cargo"
    return peer("cargo", target / "release/actix", ["cargo", "build", "--release", "--locked", "--target-dir", target])


def ceiling(build, program, request=REQUEST):
    """The bare loop, answering with the bytes that `program` answers a request with."""
    with tempfile.TemporaryDirectory() as folder, Server(program, cwd=folder) as server:
        answer = server.ask(request)
    path = build / f"bench/answer-{pathlib.Path(program[0]).name}"
    path.write_bytes(answer)
    return [str(build / "bench/ceiling"), str(path), str(len(os.sched_getaffinity(0)))]


def tables_of_servers(build, options):
    hello = [str(build / "bin/hello"), "--listen", "127.0.0.1:0"]
    quiet = [*hello, "--access-log=off"]
    go, no_go = net_http(build)
    rust, no_rust = actix(build)
    table("GET / (hello), 64 connections", [
        Row("bare epoll loop", ceiling(build, quiet)),
        Row("Ramie hello", quiet),
        Row("Ramie hello, again", quiet),
        Row("Ramie hello, access log on", hello),
        Row("Actix-web", rust, no_rust),
        Row("Go net/http", go, no_go),
    ], options)

    memory = [str(build / "bench/items_memory"), "--listen", "127.0.0.1:0", "--access-log=off"]
    items = [str(build / "bin/items"), "--listen", "127.0.0.1:0", "--database", "sqlite:bench.db", "--access-log=off"]
    table("POST /items, 64 connections", [
        Row("Ramie, in memory", memory),
        Row("Ramie, in memory, again", memory),
        Row("Actix-web, in memory", rust, no_rust),
        Row("Go net/http, in memory", go, no_go),
        Row("Ramie, SQLite, durable", items),
    ], options, "/items", "post.lua")


def micro(build, options):
    """The micro-benchmarks, each run as often as there are rounds: medians."""
    found = {}
    for program in sorted((build / "bench").glob("*_bench")):
        for _ in range(options.rounds):
            for line in subprocess.run([program], capture_output=True, text=True, check=True).stdout.splitlines():
                name, number, unit = line.split("\t")
                found.setdefault((name, unit), []).append(float(number))
    for (name, unit), values in found.items():
        yield name, statistics.median(values), spread(values), unit


def idle_service(build, options):
    """Start to first 200, resident memory, and what 10,000 kept connections add."""
    command = [str(build / "bin/hello"), "--listen", "127.0.0.1:0", "--access-log=off"]
    starts, resident, each = [], [], []
    for _ in range(options.rounds):
        with Server(command) as server:
            assert server.ask().startswith(b"HTTP/1.1 200")
            starts.append((time.monotonic() - server.begun) * 1e3)
            resident.append(server.resident_kib())
    with Server(command) as server:
        warm = [kept_connection(server) for _ in range(100)]
        before = server.resident_kib()
        idle = [kept_connection(server) for _ in range(options.idle)]
        each.append((server.resident_kib() - before) * 1024 / len(idle))
        for client in warm + idle:
            client.close()
    yield "start to first 200", statistics.median(starts), spread(starts), "ms"
    yield "idle service, resident", statistics.median(resident), spread(resident), "KiB"
    yield f"idle kept connection ({options.idle:,})", each[0], 0, "bytes"


def kept_connection(server):
    client = socket.create_connection(("127.0.0.1", server.port))
    client.sendall(REQUEST)
    client.recv(4096)
    return client


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--idle", type=int, default=10000)
    options = parser.parse_args()
    build = options.build.resolve()
    print(f"{os.cpu_count()} CPUs, {os.uname().release}, {options.rounds} rounds of {options.seconds} s")
    tables_of_servers(build, options)
    print("\n### One by one\n\n| what | median | spread |\n|---|---|---|")
    for figures in (micro, idle_service):
        for name, median, around, unit in figures(build, options):
            print(f"| {name} | {median:,.1f} {unit} | ±{around:,.1f} |")


if __name__ == "__main__":
    main()
