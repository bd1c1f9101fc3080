# SPDX-License-Identifier: MIT OR Apache-2.0
"""What reaches a handler from query, header fields, path and body together, through services/kinds.c; which media types are
taken; and that no answer repeats what was sent. text_tables knows what must come of each text."""
import pytest
import text_cases
import text_tables
import wire
from kinds_client import JSON, Client, document_of, errors_of, must_be_empty, problems_complaint
from wire import message

CANARY = "canary7f3a"


def complaint(answer, expected, problems):
    """What is wrong with the answer; None: nothing. The order of problems of several members is nobody's promise."""
    if problems:
        return problems_complaint(answer, problems, ordered=False)
    return None if (answer.status, answer.body) == (200, expected) else f"{answer}, not {expected}"


def collect(asked):
    """Complaints of (what was asked, answer, binder)."""
    complaints = []
    for what, answer, binder in asked:
        found = complaint(answer, None if binder.problems else binder.answer, binder.problems)
        if found:
            complaints.append(f"{what}\n    {found}")
    must_be_empty(complaints)


# ---- one source

@pytest.mark.parametrize("route, refuse", [("/query", True), ("/lenient-query", False)])
def test_queries(kinds, route, refuse):
    client = Client(kinds)
    collect((query, client.request("GET", f"{route}?{query}"), text_tables.of_query(query, refuse))
            for query in text_cases.queries())


def test_header_fields(kinds):
    client = Client(kinds)
    collect((pairs, client.request("GET", "/headers", headers=[f"{n}: {v.decode('latin-1')}" for n, v in pairs]),
             text_tables.of_headers([(n.lower(), v) for n, v in pairs])) for pairs in text_cases.headers())


def test_paths(kinds):
    client = Client(kinds)
    collect((segments, client.request("GET", "/path/" + "/".join(segments)), text_tables.of_path(text_tables.PATH, segments))
            for segments in text_cases.paths())


@pytest.mark.parametrize("path, rest", [
    ("a", "a"), ("a/b/c.txt", "a/b/c.txt"), ("a//b/", "a//b/"), ("%61%C3%A9", "aé"), ("a+b", "a+b"), ("~/%7E", "~/~"),
])
def test_the_rest_of_a_path(kinds, path, rest):
    assert kinds.get(f"/files/{path}").json == {"rest": rest}


@pytest.mark.parametrize("target, status", [
    ("/files/a%2Fb", 404), ("/files/%FF", 422), ("/path/true", 404), ("/path/true/1/1/1//red/a", 404), ("/query/", 404),
    ("/Query", 404), ("/query?a=%", 400), ("/query?a=%4", 400), ("/query?a=%zz", 400), ("/query?a=%00", 400),
    ("/path/%/1/1/1/x/red/a", 400),
])
def test_targets_that_lead_nowhere(kinds, target, status):
    assert document_of(kinds.get(target), status)


def test_head_meets_the_same_rules(kinds):
    assert kinds.request("HEAD", "/query?i8=5").status == 200
    answer = kinds.request("HEAD", "/query?i8=6")
    assert answer.status == 422 and answer.header("Content-Type") == "application/problem+json"


def test_too_many_query_fields_are_one_problem(kinds):
    query = "&".join(["texts=a"] * 257)
    assert problems_complaint(kinds.get(f"/query?{query}"), [("query", "", "max_items")]) is None


# ---- all of them

BODY = {"note": "n", "spot": {"x": 1, "y": 2}}
ANSWER = {"id": 7, "slug": "slug", "limit": 20, "tags": [], "trace_id": None, "X_Paint": "red", **BODY}


@pytest.mark.parametrize("target, headers, body, changed", [
    ("/sources/7/slug", [], BODY, {}),
    ("/sources/7/slug?limit=1&tags=a&tags=b", [], BODY, {"limit": 1, "tags": ["a", "b"]}),
    ("/sources/7/slug", ["x-paint: verdant", "TRACE-ID: t 1"], BODY, {"X_Paint": "green", "trace_id": "t 1"}),
    ("/sources/%37/sl%75%2F", [], BODY, {"slug": "slu/"}),
    ("/sources/9223372036854775807/a+b?lim%69t=%31%30%30", [], BODY,
     {"id": 9223372036854775807, "slug": "a+b", "limit": 100}),
    ("/sources/7/%C3%A9%C3%A9?&&tags=%C3%A9%C3%A9%C3%A9%C3%A9", [], BODY, {"slug": "éé", "tags": ["éééé"]}),
])
def test_every_source_gives_its_members(kinds, target, headers, body, changed):
    answer = kinds.request("PUT", target, body, headers)
    assert answer.status == 200 and answer.json == {**ANSWER, **changed}, answer


@pytest.mark.parametrize("target, headers, body, problems", [
    ("/sources/0/x?limit=0&tags=toolong&tags=a&tags=b&tags=c&zzz=1", ["X-Paint: pink", "Trace-Id: 123456789"],
     {"note": 1, "spot": {"x": "1"}}, [
        ("body", "/note", "type"), ("body", "/spot/x", "type"), ("body", "/spot/y", "required"), ("path", "/id", "min"),
        ("path", "/slug", "min_len"), ("query", "/limit", "min"), ("query", "/tags/0", "max_len"),
        ("query", "/tags", "max_items"), ("query", "/zzz", "unknown"), ("header", "/X_Paint", "enum"),
        ("header", "/trace_id", "max_len")]),
    ("/sources/7/slug", [], {**BODY, "id": 8, "slug": "s", "limit": 1, "tags": [], "trace_id": "t", "X_Paint": "red"}, [
        ("body", f"/{name}", "unknown") for name in ("id", "slug", "limit", "tags", "trace_id", "X_Paint")]),
    ("/sources/7/slug?note=n&spot=1&id=8&trace_id=t&X_Paint=red", [], BODY, [
        ("query", f"/{name}", "unknown") for name in ("note", "spot", "id", "trace_id", "X_Paint")]),
    ("/sources/7/slug", ["Note: n", "Id: 8", "Limit: 0"], BODY, []),
    ("/sources/x/slug?limit=5&limit=5", ["X-Paint: red", "x-paint: red"], {}, [
        ("path", "/id", "type"), ("query", "/limit", "duplicate"), ("header", "/X_Paint", "duplicate"),
        ("body", "/note", "required"), ("body", "/spot", "required")]),
])
def test_the_problems_of_all_sources_come_in_one_answer(kinds, target, headers, body, problems):
    answer = kinds.request("PUT", target, body, headers)
    assert answer.status == (422 if problems else 200), answer
    assert not problems or problems_complaint(answer, problems, ordered=False) is None


@pytest.mark.parametrize("target, headers, problems", [
    ("/needed", [], [("query", "/page", "required"), ("query", "/ids", "required"), ("query", "/sort", "required"),
                     ("header", "/api_key", "required")]),
    ("/needed?ids=1&sort=", ["api-key:"], [("query", "/page", "required"), ("query", "/ids", "min_items")]),
    ("/needed?page=&ids&ids=2&sort", ["Api-Key: k"], [("query", "/page", "type"), ("query", "/ids/0", "type")]),
    ("/needed?page=1&ids=1&ids=2&sort=a&api_key=k", ["api_key: k"], [("query", "/api_key", "unknown"),
                                                                     ("header", "/api_key", "required")]),
    ("/needed?page=1&ids=1&ids=2&sort=a", ["Api-Key: k"], []),
])
def test_what_is_needed_must_be_there(kinds, target, headers, problems):
    answer = kinds.get(target, headers)
    assert answer.status == (422 if problems else 200), answer
    assert not problems or problems_complaint(answer, problems, ordered=False) is None


def test_all_sources_share_one_list_of_problems(kinds):
    query = "&".join(f"q{i}=1" for i in range(20))
    for members, truncated in ((12, False), (13, True)):
        answer = kinds.request("PUT", f"/sources/7/slug?{query}", {**BODY, **{f"b{i}": 1 for i in range(members)}})
        document = document_of(answer, 422)
        assert len(document["errors"]) == 32 and document.get("truncated", False) == truncated


def test_a_broken_body_hides_the_other_problems(kinds):
    document = document_of(kinds.request("PUT", "/sources/0/x?zzz=1", b'{"note":', [JSON]), 400, {"line", "column", "offset"})
    assert errors_of(document) == [("body", "", "syntax")]


# ---- bodies as they arrive

@pytest.mark.parametrize("media_type", [
    "application/json", "Application/JSON", "APPLICATION/JSON", "application/json;charset=utf-8", "application/json;",
    "application/json; charset=utf-8", "application/json ; charset=UTF-8", 'application/json;\tcharset="utf-8"',
    "application/json; Charset=Utf-8", "application/json; profile=x", 'application/json; a="b"; charset=utf-8',
])
def test_media_types_of_json_are_taken(kinds, media_type):
    assert kinds.post("/strict", b"{}", [f"Content-Type: {media_type}"]).status == 200


OTHER_TYPES = [
    "", "text/json", "text/plain", "application/jsonp", "application/json5", "application/x-json", "*/*", "application/*",
    "application/json-patch+json", "application/merge-patch+json", "application/problem+json", "application", "json",
    "application/", "/json", "application/json/x", "application /json", "application/ json", "application/json charset=utf-8",
    "application/json, text/plain", "application/json,application/json", "application/json; charset=latin1",
    "application/json; charset=iso-8859-1", "application/json; charset=utf-16", "application/json; charset=utf-7",
    "application/json; charset=", 'application/json; charset=""', "application/json; charset=utf-8x",
    "application/json; charset=utf-8; charset=latin1", "application/json; charset", "application/json; charset =utf-8",
    "application/json; a=b; charset=latin1", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
    "\xe4pplication/json", f"text/{CANARY}",
]


REFUSED = [[], *([f"Content-Type: {t}"] for t in OTHER_TYPES), [JSON, JSON], [JSON, "Content-Type: text/plain"]]


@pytest.mark.parametrize("headers", REFUSED)
@pytest.mark.parametrize("body", [b"{}", b"nonsense"])
def test_other_media_types_are_415(kinds, headers, body):
    answer = kinds.post("/strict", body, headers)
    assert document_of(answer, 415) and CANARY not in str(answer)


@pytest.mark.parametrize("codings, status", [
    (["identity"], 200), (["Identity"], 200), (["gzip"], 415), (["GZIP"], 415), (["deflate"], 415), (["br"], 415), (["x"], 415),
    (["identity, gzip"], 415), (["identity", "gzip"], 415), (["gzip", "identity"], 415), (["identity", "identity"], 200),
])
def test_only_plain_content_is_taken(kinds, codings, status):
    assert kinds.post("/strict", b"{}", [JSON, *(f"Content-Encoding: {c}" for c in codings)]).status == status


@pytest.mark.parametrize("headers, body", [
    ([], b""), (["Content-Length: 0"], b""), ([JSON], b""), ([JSON, "Content-Length: 0"], b""),
    (["Transfer-Encoding: chunked", JSON], b"0\r\n\r\n"),
])
def test_a_body_that_is_needed_and_not_there_is_400(kinds, headers, body):
    with kinds.connect() as connection:
        connection.send(message("POST", "/scalars", None, headers) + body)
        wire.problem(connection.answer(), 400)


def test_an_empty_text_is_no_json_and_has_a_place(kinds):
    document = document_of(kinds.post("/scalars", b"", [JSON]), 400, {"line", "column", "offset"})
    assert (document["line"], document["column"], document["offset"]) == (1, 1, 0)
    assert errors_of(document) == [("body", "", "syntax")]


def test_no_body_is_fine_where_nothing_is_needed(kinds):
    assert kinds.request("POST", "/take").status == 204
    assert kinds.request("POST", "/defaults").json == kinds.post("/defaults", {}).json
    assert kinds.request("POST", "/nothing", b"\xff nonsense", ["Content-Type: x"]).status == 204


@pytest.mark.parametrize("body", [
    b'{"known":true}', b'{"known":tru}', b'{"known":1,"x":[]}', b'{"known":true}x', b'{"known":true',
    '{"é":"\U0001f375"}'.encode(), b"\xef\xbb\xbf{}",
])
def test_the_verdict_does_not_depend_on_how_a_body_is_cut(kinds, body):
    def told(answer):
        document = answer.json
        document.pop("instance", None)
        return answer.status, document

    with kinds.connect() as connection:
        whole = told(connection.request("POST", "/strict", body, [JSON]))
        for size in (1, 2, 3, 7):
            chunks = b"".join(b"%x\r\n%s\r\n" % (len(body[i:i + size]), body[i:i + size]) for i in range(0, len(body), size))
            connection.send(message("POST", "/strict", None, [JSON, "Transfer-Encoding: chunked"]) + chunks + b"0\r\n\r\n")
            assert told(connection.answer()) == whole
        for byte in (bytes([b]) for b in message("POST", "/strict", body, [JSON])):
            connection.send(byte)
        assert told(connection.answer()) == whole


def test_pipelined_bodies_do_not_mix(kinds):
    texts = [b'["%d","%s%s"]' % (i, b"xyz"[i % 3:i % 3 + 1] * (i * 37 % 500), b"\\n" * (i % 2)) for i in range(64)]
    with kinds.connect() as connection:
        for start in range(0, len(texts), 16):
            batch = texts[start:start + 16]
            connection.send(b"".join(message("POST", "/texts", text, [JSON]) for text in batch))
            for text in batch:
                assert connection.answer().body == text


def test_a_list_beyond_the_memory_of_a_request_is_503_and_the_next_one_works(kinds):
    with kinds.connect() as connection:
        many = b'["",%s""]' % (b'"",' * 330000)
        answer = connection.request("POST", "/texts", many, [JSON])
        wire.problem(answer, 503)
        assert connection.request("POST", "/texts", b'["a"]', [JSON]).body == b'["a"]'


# ---- what no answer says

def canaries():
    """Requests that are refused for a text, a number or a name that no answer may repeat."""
    text, number = f'"{CANARY}"', "70613370613"
    for name in ("flag", "i8", "i16", "i32", "u8", "u16", "number", "at", "paint", "preset"):
        yield "POST", "/defaults", f'{{"{name}":{text},"text":{text}}}', []
        yield "POST", "/defaults", f'{{"{name}":[{number},{text}]}}', []
        yield "POST", "/defaults", f'{{"{name}":{{"x":{text}}}}}', []
    for broken in (f"[{number}", f'{{"a":{text}x}}', f'{{"a":"{CANARY}', f'"{CANARY}\\x"', f'"{CANARY}\x01"',
                   f"{number}{CANARY}", CANARY, f"{{{CANARY}"):
        yield "POST", "/strict", broken, []
    yield "PUT", "/ranges", (f'{{"i8":{number},"text":{text},"code":{text},"numbers":[{number}],'
                             f'"texts":[{text},{text},{text}]}}'), []
    yield "POST", "/special", f'{{"signed_text":{text},"unsigned_text":"-{number}","id":{number},"password":{number}}}', []
    yield "GET", "/query?" + "&".join(f"{name}={CANARY}" for name in ("flag", "text", "at", "paint", "texts", "number")), None, []
    yield "GET", f"/query?i8={number}&numbers={number}&paints={number}", None, []
    yield "GET", f"/path/{CANARY}/{number}/{CANARY}/{CANARY}/{CANARY}/{CANARY}/{CANARY}", None, []
    yield "GET", "/headers", None, [f"i8: {number}", *(f"{name}: {CANARY}" for name in ("flag", "text", "at", "paint"))]
    yield "GET", f"/{CANARY}", None, []
    yield "GET", f"/query?i64=%zz{CANARY}", None, []


def test_no_answer_repeats_a_value(kinds):
    client = Client(kinds)
    for method, target, body, headers in canaries():
        answer = client.request(method, target, body and body.encode(), [JSON, *headers] if body else headers)
        assert 400 <= answer.status < 500, (target, body, answer)
        assert CANARY.encode() not in answer.body and b"70613370613" not in answer.body, (target, body, answer)


def test_a_password_is_taken_and_never_shown(kinds):
    answer = kinds.post("/special", {"password": CANARY})
    assert answer.status == 200 and CANARY.encode() not in answer.body and "password" not in answer.json
