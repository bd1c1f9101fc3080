# SPDX-License-Identifier: MIT OR Apache-2.0
"""A database in trouble: locked by another process, read-only, full, corrupt, in no folder, of a newer program.

Read-only and full come through the URL, never by chmod: root may write anything.
"""
import sqlite3

import service
import wire

TEA = {"name": "tea", "price": 1}


def fails_to_start(database, *words):
    done = service.run("items", "--listen", "127.0.0.1:0", "--database", database)
    assert done.returncode not in (0, -11, -6), done.stderr
    assert "listens on" not in done.stdout
    assert all(word in done.stderr for word in words), done.stderr
    return done.stderr


def test_a_missing_folder_is_said_at_start(tmp_path):
    fails_to_start(f"sqlite:{tmp_path}/nowhere/items.db", "nowhere")


def test_a_folder_is_no_database(tmp_path):
    fails_to_start(f"sqlite:{tmp_path}", str(tmp_path))


def test_a_file_that_is_no_database_is_said_at_start(tmp_path):
    (tmp_path / "items.db").write_bytes(b"This is not a database file, but long enough to be taken for one." * 100)
    fails_to_start(f"sqlite:{tmp_path}/items.db", "items.db")


def test_a_corrupt_page_is_an_error_not_a_crash(start, tmp_path):
    path = tmp_path / "items.db"
    first = start("items", "--database", f"sqlite:{path}")
    for i in range(200):
        assert first.post("/items", {"name": "x" * 80, "price": i, "note": "y" * 400}).status == 201
    assert first.stop() == 0
    data = bytearray(path.read_bytes())
    assert len(data) > 40000
    data[16384:] = b"\xa5" * (len(data) - 16384)
    path.write_bytes(data)

    second = start("items", "--database", f"sqlite:{path}")
    answer = second.get("/items?limit=100&after=50")
    wire.problem(answer, 500)
    assert second.get("/livez").status == 200


def test_another_writer_is_waited_for(items, tmp_path):
    """Locked for a moment: the write waits its turn and succeeds."""
    other = sqlite3.connect(tmp_path / "items.db", isolation_level=None)
    other.execute("begin immediate")
    with items.connect() as connection:
        connection.send(wire.message("POST", "/items", TEA))
        assert connection.silent(0.3)
        assert items.get("/items").status == 200, "reads go on meanwhile"
        other.execute("commit")
        assert connection.answer().status == 201


def test_a_lock_that_stays_is_503(items, tmp_path):
    other = sqlite3.connect(tmp_path / "items.db", isolation_level=None)
    other.execute("begin immediate")
    wire.problem(items.post("/items", TEA), 503)
    other.execute("rollback")
    assert items.post("/items", TEA).status == 201


def test_a_full_database_is_503_and_keeps_what_was_there(start, tmp_path):
    items = start("items", "--database", f"sqlite:{tmp_path}/items.db?max_bytes=65536")
    created = 0
    for _ in range(1000):
        answer = items.post("/items", {**TEA, "note": "x" * 500})
        if answer.status != 201:
            break
        created += 1
    wire.problem(answer, 503)
    assert created > 0
    assert items.get(f"/items/{created}").status == 200
    assert items.request("DELETE", "/items/1").status == 204


def test_a_read_only_database_reads_and_refuses_writes(start, tmp_path):
    first = start("items", "--database", f"sqlite:{tmp_path}/items.db")
    assert first.post("/items", TEA).status == 201
    assert first.stop() == 0
    items = start("items", "--database", f"sqlite:{tmp_path}/items.db?mode=ro")
    assert items.get("/items/1").status == 200
    answer = items.post("/items", TEA)
    assert answer.status in (500, 503)
    wire.problem(answer, answer.status)


def test_a_changed_migration_is_refused(start, tmp_path):
    assert start("items", "--database", f"sqlite:{tmp_path}/items.db").stop() == 0
    with sqlite3.connect(tmp_path / "items.db") as database:
        database.execute("update ramie_migrations set checksum = '0'")
    fails_to_start(f"sqlite:{tmp_path}/items.db", "migration")


def test_memory_is_a_database_too(start):
    items = start("items", "--database", "sqlite::memory:")
    assert items.post("/items", TEA).status == 201
    assert all(items.get("/items/1").status == 200 for _ in range(20))


def test_other_processes_may_use_the_file(items, tmp_path):
    items.post("/items", TEA)
    with sqlite3.connect(tmp_path / "items.db") as database:
        database.execute("update items set name = 'from outside' where id = 1")
    assert items.get("/items/1").json["name"] == "from outside"
