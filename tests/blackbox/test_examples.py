# SPDX-License-Identifier: MIT OR Apache-2.0
"""The examples without a server do what they say, and end with the right status."""
import time

import service


def test_ten_thousand_tasks_sleep_together():
    begun = time.monotonic()
    done = service.run("tasks")
    assert done.returncode == 0, done.stderr
    assert "10000" in done.stdout
    assert time.monotonic() - begun < 10, "one after another they would take 100 s"


def test_three_workers_give_nine_results():
    done = service.run("workers")
    assert done.returncode == 0, done.stderr
    numbers = sorted(int(line) for line in done.stdout.split() if line.isdigit())
    assert numbers == [10, 11, 12, 20, 21, 22, 30, 31, 32]


def test_transfer_moves_money_or_nothing(start, tmp_path):
    bank = start("transfer", "--database", f"sqlite:{tmp_path}/bank.db")
    assert bank.post("/transfers", {"from": 1, "to": 2, "cents": 2500}).status == 204
    assert bank.get("/accounts/1").json["cents"] == 7500
    assert bank.get("/accounts/2").json["cents"] == 3000
    assert bank.post("/transfers", {"from": 1, "to": 2, "cents": 100000}).status == 409
    assert bank.get("/accounts/1").json["cents"] == 7500
