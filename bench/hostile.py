# SPDX-License-Identifier: MIT OR Apache-2.0
"""A healthy client's latency before and under each hostile client, and the server's memory: bench/hostile.py BUILD

One healthy connection asks and waits, from this process; the attackers are another one. On few cores they compete with the server
for CPU: read the rows beside the row `nobody`.
"""
import contextlib
import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(sys.argv[1]).resolve()
os.environ["RAMIE_BIN_DIR"] = str(BUILD / "bin")
sys.path.insert(0, str(HERE.parent / "tests/blackbox"))

import attacks  # noqa: E402
from service import Service  # noqa: E402

SECONDS = 3


def row(name, took_ms, kib):
    p50, p99 = attacks.percentiles(took_ms)
    print(f"| {name} | {p50:.2f} | {p99:.2f} | {kib / 1024:.1f} |")


@contextlib.contextmanager
def attacked(name, port):
    process = subprocess.Popen([sys.executable, HERE.parent / "tests/blackbox/attacks.py", name, str(port)])
    time.sleep(1)  # until the crowd stands
    yield
    process.kill()
    process.wait()


def main():
    print("\n### A healthy client under hostile ones\n\n| beside it | p50 ms | p99 ms | server MiB |\n|---|---|---|---|")
    for name in ["nobody", *(a.__name__ for a in attacks.ATTACKS)]:
        hello = Service("hello", "--access-log=off")
        with contextlib.nullcontext() if name == "nobody" else attacked(name, hello.port):
            row(name.replace("_", " "), attacks.healthy(hello.port, SECONDS), hello.status_kib("VmRSS"))
        hello.check_stopped_well()


main()
