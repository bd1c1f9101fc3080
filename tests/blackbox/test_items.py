# SPDX-License-Identifier: MIT OR Apache-2.0
"""The items service, answer by answer."""
import re

import pytest
import wire

TEA = {"name": "tea", "price": 4.2}


def create(items, **item):
    answer = items.post("/items", {**TEA, **item})
    assert answer.status == 201, answer
    return answer.json["id"]


def test_create_answers_a_receipt(items):
    answer = items.post("/items", {"name": "tea", "price": 100, "note": "green"})
    assert answer.status == 201
    assert answer.header("Content-Type") == "application/json"
    assert answer.json == {"id": 1, "status": "created", "tax": 19}
    assert answer.header("Location") == "/items/1"


def test_get_returns_what_was_created(items):
    items.post("/items", {"name": "tea", "price": 4.2, "note": "green"})
    answer = items.get("/items/1")
    assert answer.status == 200
    item = answer.json
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", item.pop("created_at"))
    assert item == {"id": 1, "name": "tea", "price": 4.2, "note": "green"}


@pytest.mark.parametrize("body", [TEA, {**TEA, "note": None}])
def test_a_note_may_be_left_out_or_null(items, body):
    assert items.post("/items", body).status == 201
    assert items.get("/items/1").json["note"] is None


@pytest.mark.parametrize("name", ["t", "t" * 80, "茶" * 80, "\U0001f375" * 80, 'q"u\\o/te\n', "\u0000"])
def test_names_come_back_as_they_were(items, name):
    identity = create(items, name=name)
    assert items.get(f"/items/{identity}").json["name"] == name


@pytest.mark.parametrize("price", [0, 0.1, 1e300, 123456789.123456789, 5e-324])
def test_prices_come_back_exactly(items, price):
    identity = create(items, price=price)
    assert items.get(f"/items/{identity}").json["price"] == price


@pytest.mark.parametrize("body, expected", [
    ({"price": 1}, {("body", "/name", "required")}),
    ({"name": "", "price": -1}, {("body", "/name", "min_len"), ("body", "/price", "min")}),
    ({"name": "x" * 81, "price": 1}, {("body", "/name", "max_len")}),
    ({"name": "茶" * 81, "price": 1}, {("body", "/name", "max_len")}),
    ({"name": 5, "price": "1"}, {("body", "/name", "type"), ("body", "/price", "type")}),
    ({"name": None, "price": None}, {("body", "/name", "null"), ("body", "/price", "null")}),
    ({**TEA, "note": "x" * 501}, {("body", "/note", "max_len")}),
    ({**TEA, "colour": "red"}, {("body", "/colour", "unknown")}),
    ({**TEA, "a/b~c": 1}, {("body", "/a~1b~0c", "unknown")}),
    ({}, {("body", "/name", "required"), ("body", "/price", "required")}),
    ({"name": "", "price": -1, "note": 7, "id": 3},
     {("body", "/name", "min_len"), ("body", "/price", "min"), ("body", "/note", "type"), ("body", "/id", "unknown")}),
])
def test_every_bad_field_is_told_at_once(shared_items, body, expected):
    assert wire.problems(shared_items.post("/items", body)) == expected


def test_a_duplicate_member_is_refused(shared_items):
    answer = shared_items.post("/items", b'{"name":"a","name":"b","price":1}', ["Content-Type: application/json"])
    assert wire.problems(answer) == {("body", "/name", "duplicate")}


def test_no_problem_echoes_an_input_value(shared_items):
    answer = shared_items.post("/items", {"name": "canary-7f3a" * 20, "price": "canary-7f3a", "note": ["canary-7f3a"]})
    assert b"canary" not in answer.body


@pytest.mark.parametrize("body, line, column", [
    (b"{", 1, 2), (b'{"name":"tea",\n "price":}', 2, 10), (b"[1", 1, 3), (b'{"name":"\xff","price":1}', 1, 10),
    (b'{"name":"tea","price":01}', 1, 24), (b'{"name":"tea","price":1}x', 1, 25),
])
def test_a_syntax_error_is_400_with_its_place(shared_items, body, line, column):
    document = wire.problem(shared_items.post("/items", body, ["Content-Type: application/json"]), 400)
    assert (document["line"], document["column"]) == (line, column)


def test_no_body_is_400(shared_items):
    wire.problem(shared_items.post("/items", b"", ["Content-Type: application/json"]), 400)


@pytest.mark.parametrize("headers", [["Content-Type: text/plain"], [], ["Content-Type: application/jsonp"],
                                     ["Content-Type: application/json", "Content-Encoding: gzip"]])
def test_another_media_type_is_415(shared_items, headers):
    wire.problem(shared_items.post("/items", b'{"name":"tea","price":1}', headers), 415)


@pytest.mark.parametrize("media_type", ["application/json", "Application/JSON; charset=utf-8", "application/json;charset=\"UTF-8\""])
def test_json_media_types_are_taken(shared_items, media_type):
    assert shared_items.post("/items", b'{"name":"tea","price":1}', [f"Content-Type: {media_type}"]).status == 201


def test_a_body_over_a_mebibyte_is_413(shared_items):
    wire.problem(shared_items.post("/items", {**TEA, "note": "x" * (1 << 20)}), 413)


# ---- one item

@pytest.mark.parametrize("method, body", [("GET", None), ("PATCH", {}), ("DELETE", None)])
def test_an_unknown_item_is_404(shared_items, method, body):
    document = wire.problem(shared_items.request(method, "/items/999999", body), 404)
    assert "999999" in document["detail"] or document["detail"]


@pytest.mark.parametrize("text, code", [
    ("abc", "type"), ("1.5", "type"), ("1e3", "type"), ("0x10", "type"), ("%31x", "type"), ("9223372036854775808", "range"),
])
def test_an_id_that_is_no_integer_is_422(shared_items, text, code):
    assert wire.problems(shared_items.get(f"/items/{text}")) == {("path", "/id", code)}


def test_patch_leaves_what_is_absent(items):
    create(items, note="green")
    answer = items.request("PATCH", "/items/1", {"price": 5})
    assert answer.status == 200
    item = answer.json
    assert (item["id"], item["name"], item["price"], item["note"]) == (1, "tea", 5, "green")
    assert item == items.get("/items/1").json


def test_patch_clears_the_note_with_null(items):
    create(items, note="green")
    assert items.request("PATCH", "/items/1", {"note": None}).json["note"] is None
    assert items.request("PATCH", "/items/1", {"note": "black"}).json["note"] == "black"
    assert items.request("PATCH", "/items/1", {}).json["note"] == "black"


@pytest.mark.parametrize("body, expected", [
    ({"name": None}, {("body", "/name", "null")}),
    ({"price": -1}, {("body", "/price", "min")}),
    ({"id": 7}, {("body", "/id", "unknown")}),
])
def test_a_bad_patch_changes_nothing(items, body, expected):
    create(items)
    before = items.get("/items/1").json
    assert wire.problems(items.request("PATCH", "/items/1", body)) == expected
    assert items.get("/items/1").json == before


def test_delete_is_204_once(items):
    create(items)
    answer = items.request("DELETE", "/items/1")
    assert answer.status == 204 and answer.body == b""
    wire.problem(items.request("DELETE", "/items/1"), 404)
    wire.problem(items.get("/items/1"), 404)


# ---- lists

def test_an_empty_list(items):
    assert items.get("/items").json == {"items": [], "next_after": None}


def test_pages_follow_each_other(items):
    ids = [create(items, name=f"n{i}") for i in range(45)]
    seen, after, sizes = [], 0, []
    while after is not None:
        page = items.get(f"/items?after={after}").json
        seen += [i["id"] for i in page["items"]]
        sizes.append(len(page["items"]))
        after = page["next_after"]
    assert seen == ids and sizes[:2] == [20, 20]


def test_the_limit_is_kept(items):
    for i in range(5):
        create(items)
    page = items.get("/items?limit=2").json
    assert [i["id"] for i in page["items"]] == [1, 2] and page["next_after"] == 2


@pytest.mark.parametrize("query, expected", [
    ("limit=0", {("query", "/limit", "min")}),
    ("limit=101", {("query", "/limit", "max")}),
    ("limit=ten", {("query", "/limit", "type")}),
    ("limit=", {("query", "/limit", "type")}),
    ("limit=1&limit=2", {("query", "/limit", "duplicate")}),
    ("limit=0&after=x&size=3", {("query", "/limit", "min"), ("query", "/after", "type"), ("query", "/size", "unknown")}),
])
def test_a_bad_query_is_422(shared_items, query, expected):
    assert wire.problems(shared_items.get(f"/items?{query}")) == expected


def test_users_come_from_a_seeded_table(shared_items):
    answer = shared_items.get("/api/v1/users")
    assert answer.status == 200
    assert len(answer.json) >= 2 and {"id", "name", "email"} <= set(answer.json[0])


def test_items_outlive_the_service(start, tmp_path):
    database = f"sqlite:{tmp_path}/kept.db"
    first = start("items", "--database", database)
    identity = create(first)
    assert first.stop() == 0
    assert start("items", "--database", database).get(f"/items/{identity}").json["name"] == "tea"
