# SPDX-License-Identifier: MIT OR Apache-2.0
"""The smallest service, and what every service has."""
import json
import subprocess

import pytest
import wire


@pytest.mark.parametrize("path", ["/", "/hello"])
def test_hello_answers(hello, path):
    answer = hello.get(path)
    assert answer.status == 200
    assert answer.header("Content-Type").split(";")[0] == "text/plain"
    assert answer.header("Content-Length") == "13"
    assert answer.body == b"Hello, World!"


def test_curl_is_answered(hello):
    done = subprocess.run(["curl", "-s", "-i", f"{hello.url}/"], capture_output=True, timeout=20)
    assert done.returncode == 0
    assert done.stdout.startswith(b"HTTP/1.1 200 OK\r\n") and done.stdout.endswith(b"\r\n\r\nHello, World!")


def test_health_is_for_people(hello):
    answer = hello.get("/health")
    assert answer.status == 200
    assert answer.json == {"status": "healthy", "version": "1.0.0"}


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/startupz"])
def test_probes_answer_json(hello, path):
    answer = hello.get(path)
    assert answer.status == 200
    assert answer.header("Content-Type") == "application/json"
    json.loads(answer.body)


def test_every_answer_has_a_request_id_of_its_own(hello):
    with hello.connect() as connection:
        ids = {connection.request("GET", "/").header("X-Request-Id") for _ in range(10)}
    assert None not in ids and len(ids) == 10


def test_head_has_the_headers_of_get_and_no_body(hello):
    with hello.connect() as connection:
        head = connection.request("HEAD", "/")
        get = connection.request("GET", "/")
    assert head.status == 200 and head.header("Content-Length") == "13"
    assert head.header("Content-Type") == get.header("Content-Type")
    assert get.body == b"Hello, World!"


def test_options_names_the_methods(hello):
    answer = hello.request("OPTIONS", "/")
    assert answer.status == 204
    assert {"GET", "HEAD", "OPTIONS"} <= {m.strip() for m in answer.header("Allow").split(",")}


def test_options_star_is_for_the_server(hello):
    assert hello.request("OPTIONS", "*").status in (200, 204)


def test_another_method_is_405_with_allow(hello):
    answer = hello.request("DELETE", "/")
    wire.problem(answer, 405)
    assert {"GET", "HEAD"} <= {m.strip() for m in answer.header("Allow").split(",")}


def test_an_unknown_path_is_404(hello):
    wire.problem(hello.get("/nowhere"), 404)
