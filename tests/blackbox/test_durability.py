# SPDX-License-Identifier: MIT OR Apache-2.0
"""A 201 is a promise: kill -9 under load loses no item that was answered. RA_CRASH_ROUNDS says how often (5)."""
import os
import sqlite3
import threading

from service import Service

ROUNDS = int(os.environ.get("RA_CRASH_ROUNDS", "5"))
CLIENTS = 8


def load(items, round_number, answered, enough):
    """Clients that create items until the service is gone; ids that were answered 201 go to `answered`."""
    def client(number):
        try:
            with items.connect() as connection:
                for i in range(100000):
                    name = f"{round_number}-{number}-{i}"
                    answer = connection.request("POST", "/items", {"name": name, "price": i})
                    assert answer.status == 201, answer
                    answered[answer.json["id"]] = name
                    if len(answered) >= wanted:
                        enough.set()
        except (OSError, AssertionError):
            enough.set()

    wanted = len(answered) + 40 + 97 * round_number % 200  # another moment each round
    clients = [threading.Thread(target=client, args=(n,)) for n in range(CLIENTS)]
    for thread in clients:
        thread.start()
    return clients


def stored(path):
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        return dict(database.execute("select id, name from items"))


def test_kill_9_loses_no_answered_item(tmp_path):
    answered = {}
    for round_number in range(ROUNDS):
        items = Service("items", "--database", f"sqlite:{tmp_path}/items.db", "--access-log=off")
        before = len(answered)
        enough = threading.Event()
        clients = load(items, round_number, answered, enough)
        assert enough.wait(60)
        items.kill()
        for thread in clients:
            thread.join()
        assert len(answered) > before, f"round {round_number} answered nothing"

        again = Service("items", "--database", f"sqlite:{tmp_path}/items.db", "--access-log=off")
        try:
            missing = missing_of(answered, tmp_path / "items.db")
            assert missing == {}, f"round {round_number}: {len(missing)} of {len(answered)} lost"
            assert again.get(f"/items/{max(answered)}").status == 200
        finally:
            again.check_stopped_well()


def missing_of(answered, path):
    kept = stored(path)
    return {identity: name for identity, name in answered.items() if kept.get(identity) != name}


def test_the_file_is_sound_after_a_kill(tmp_path):
    items = Service("items", "--database", f"sqlite:{tmp_path}/items.db")
    for i in range(20):
        items.post("/items", {"name": f"n{i}", "price": i})
    items.kill()
    with sqlite3.connect(tmp_path / "items.db") as database:
        assert database.execute("pragma integrity_check").fetchone() == ("ok",)
        assert database.execute("select count(*) from items").fetchone() == (20,)


def test_the_journal_is_a_wal(items, tmp_path):
    items.post("/items", {"name": "tea", "price": 1})
    with sqlite3.connect(tmp_path / "items.db") as database:
        assert database.execute("pragma journal_mode").fetchone() == ("wal",)
