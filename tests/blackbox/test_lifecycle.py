# SPDX-License-Identifier: MIT OR Apache-2.0
"""From the command line to the last answer: options, a taken port, logs, drain, signals."""
import json
import os
import pathlib
import re
import signal
import socket
import threading

import pytest
import service
import wire

TEA = wire.message("POST", "/items", {"name": "tea", "price": 1})


# ---- options

def test_help_names_every_option():
    done = service.run("items", "--help")
    assert done.returncode == 0
    for name in ("--listen", "PORT", "--database", "DATABASE_URL", "--access-log", "--check", "--version", "--help"):
        assert name in done.stdout, name


def test_version():
    done = service.run("items", "--version")
    assert done.returncode == 0 and "items 1.0.0" in done.stdout


def test_check_validates_and_ends(tmp_path):
    done = service.run("items", "--check", "--database", f"sqlite:{tmp_path}/x.db")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("arguments, word", [
    (["--lisen", "127.0.0.1:0"], "--lisen"),
    (["--listen", "127.0.0.1:99999"], "99999"),
    (["--listen", "nowhere.invalid:1"], "nowhere.invalid"),
    (["--listen"], "--listen"),
    (["--database", "oracle:x"], "oracle"),
    (["--access-log=perhaps"], "perhaps"),
    (["extra"], "extra"),
])
def test_a_wrong_option_is_named(tmp_path, arguments, word):
    done = service.run("items", *arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert word in done.stderr and len(done.stderr.strip().splitlines()) <= 3, done.stderr


def test_a_misspelt_option_gets_a_suggestion(tmp_path):
    assert "--listen" in service.run("items", "--lisen", "127.0.0.1:0", cwd=tmp_path).stderr


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_the_environment_configures(start, tmp_path):
    port = free_port()
    items = start("items", listen=None, env={"PORT": str(port), "DATABASE_URL": f"sqlite:{tmp_path}/e.db"})
    assert items.port == port
    assert items.get("/items").status == 200
    assert (tmp_path / "e.db").exists()


def test_a_flag_beats_the_environment(start, tmp_path):
    items = start("items", "--database", f"sqlite:{tmp_path}/flag.db", env={"PORT": "1", "DATABASE_URL": "sqlite:/nowhere/x.db"})
    assert items.port != 1 and (tmp_path / "flag.db").exists()


def test_the_database_of_a_bare_program_lies_beside_it(start, tmp_path):
    start("items", cwd=tmp_path).get("/items")
    assert (tmp_path / "items.db").exists()


def test_a_taken_port_is_one_clear_sentence(hello):
    done = service.run("hello", "--listen", f"127.0.0.1:{hello.port}")
    assert done.returncode != 0
    assert str(hello.port) in done.stderr and len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_a_port_taken_by_another_program(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        done = service.run("hello", "--listen", f"127.0.0.1:{other.getsockname()[1]}")
    assert done.returncode != 0 and "listens" not in done.stdout


def test_a_port_is_free_again_at_once(start):
    first = start("hello")
    first.get("/")
    assert first.stop() == 0
    assert start("hello", listen=f"127.0.0.1:{first.port}").get("/").status == 200


# ---- logs

def access_line(service_, target):
    found = service_.err.wait_for(rf'^.*"{re.escape(target)}".*$')
    assert found, service_.err.text
    return json.loads(found[0])


def test_each_request_is_one_json_line(start):
    hello = start("hello")
    answer = hello.get("/hello?x=1")
    line = access_line(hello, "/hello?x=1")
    assert line["method"] == "GET" and line["status"] == 200
    assert line["request_id"] == answer.header("X-Request-Id")
    assert hello.stop() == 0
    for text in hello.err.text.splitlines():
        json.loads(text)


def test_no_input_byte_breaks_a_log_line(start):
    hello = start("hello")
    with hello.connect() as connection:
        connection.send(b'GET /a"b\\c%0a%0d|^{} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: \xff"\t\r\n\r\n')
        connection.answer()
    hello.get("/end")
    access_line(hello, "/end")
    assert hello.stop() == 0
    for text in hello.err.text.splitlines():
        json.loads(text)


def test_the_access_log_can_be_switched_off(start):
    hello = start("hello", "--access-log=off")
    for _ in range(5):
        hello.get("/hello")
    assert hello.stop() == 0
    assert "/hello" not in hello.err.text


# ---- the end

def test_sigterm_ends_with_status_0(start):
    hello = start("hello")
    assert hello.get("/").status == 200
    hello.send_signal(signal.SIGTERM)
    assert hello.wait() == 0


def test_ctrl_c_ends_with_status_0(start):
    hello = start("hello")
    hello.send_signal(signal.SIGINT)
    assert hello.wait() == 0


def test_an_idle_connection_does_not_delay_the_end(start):
    hello = start("hello")
    with hello.connect() as idle, hello.connect() as used:
        used.request("GET", "/")
        hello.send_signal(signal.SIGTERM)
        assert hello.wait(10) == 0
        assert idle.ended() and used.ended()


def test_a_request_under_way_is_answered_before_the_end(items):
    with items.connect() as connection:
        connection.send(TEA[:-5])
        assert connection.silent(0.3)
        items.send_signal(signal.SIGTERM)
        assert items.err.wait_for("drain"), items.err.text
        connection.send(TEA[-5:])
        answer = connection.answer()
        assert answer.status == 201 and answer.header("Connection") == "close"
        assert connection.ended()
    assert items.wait() == 0


def test_sigterm_under_load_cuts_no_answer(items):
    """Keep-alive clients back to back: only whole answers, the last one with Connection: close, then the end."""
    answered, cut = [0] * 8, []

    def client(number):
        try:
            with items.connect() as connection:
                while True:
                    answer = connection.request("POST", "/items", {"name": f"c{number}", "price": 1})
                    assert answer.status == 201, answer
                    answered[number] += 1
                    if answer.header("Connection") == "close":
                        assert connection.ended()
                        return
        except (AssertionError, OSError) as error:
            cut.append((number, repr(error)))

    clients = [threading.Thread(target=client, args=(n,)) for n in range(8)]
    for thread in clients:
        thread.start()
    while min(answered) < 5 and not cut:
        threading.Event().wait(0.01)
    items.send_signal(signal.SIGTERM)
    for thread in clients:
        thread.join(30)
    assert items.wait() == 0
    assert cut == []


def test_a_second_sigterm_ends_at_once(tmp_path):
    items = service.Service("items", "--database", f"sqlite:{tmp_path}/items.db")
    with items.connect() as connection:
        connection.send(TEA[:-5])
        assert connection.silent(0.2)
        items.send_signal(signal.SIGTERM)
        assert items.err.wait_for("drain")
        items.send_signal(signal.SIGTERM)
        assert items.wait(5) == 128 + signal.SIGTERM


# ---- looking inside

def test_sigquit_dumps_the_fibers_and_goes_on(items):
    with items.connect() as connection:
        connection.send(TEA[:-5])
        assert connection.silent(0.2)
        items.send_signal(signal.SIGQUIT)
        assert items.err.wait_for("fiber"), items.err.text
        connection.send(TEA[-5:])
        assert connection.answer().status == 201


def test_readyz_says_more_when_asked(shared_items):
    verbose = shared_items.get("/readyz?verbose").json
    assert isinstance(verbose, dict) and len(verbose) > 1


def test_a_thread_a_cpu(hello):
    tasks = os.listdir(f"/proc/{hello.pid}/task")
    names = {pathlib.Path(f"/proc/{hello.pid}/task/{t}/comm").read_text().strip() for t in tasks}
    assert len(names) >= 2, names
