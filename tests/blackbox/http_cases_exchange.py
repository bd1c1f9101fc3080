# SPDX-License-Identifier: MIT OR Apache-2.0
"""Rules 17 to 30 of docs/reference/http-rules.md, routing (sections 5 and 6) and limits (section 7): what becomes of
requests that are well formed."""
from http_case import HOST, JSON, TEA, TEA_BYTES, Table, chunks, coded, get, post, request, show, sized

table = Table()
served, last, refused, ended = table.served, table.last, table.refused, table.ended
GOOD = sized(b"%d" % TEA_BYTES)

# ---- 17: a framing error is one 400, behind the answers before it; the rest is discarded

for name, bad, status in (
        ("a bad line", b"BAD\r\n\r\n", 400), ("no Host", request(host=b""), 400), ("a bad length", sized(b"x"), 400),
        ("a bad chunk", chunks(b"x\r\n"), 400),
        ("two framings", post(b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n"), 400),
        ("a bad trailer", chunks(b"0\r\nx\r\n\r\n"), 400),
        ("another version", request(version=b"HTTP/2.0"), 505), ("another coding", coded([b"gzip, chunked"]), 501),
        ("a long target", get(b"/" + b"x" * 9000), 414),
        ("a long field", get(fields=b"X: " + b"y" * 9000 + b"\r\n"), 431)):
    refused(17, f"one good, {name}, one good", get() + bad + get(), (200, status))
    refused(17, f"three good, {name} twice", get() + GOOD + get(b"/nowhere") + bad * 2, (200, 201, 404, status))

# ---- 18: one answer a request, in order

MIX = get() + GOOD + request(b"HEAD") + get(b"/nowhere") + coded([b"chunked"]) + request(b"OPTIONS",
        b"*") + request(b"DELETE", b"/livez")
served(18, "seven kinds", MIX, (200, 201, 200, 404, 201, 204, 405),
       methods=("GET", "POST", "HEAD", "GET", "POST", "OPTIONS", "DELETE"))
for count in (2, 15, 16, 17, 33, 100):
    served(18, f"{count} requests", get() * count, (200,) * count)
served(18, "40 times two kinds", (get(b"/nowhere") + GOOD) * 40, (404, 201) * 40)

# ---- 19: what the connection does behind the answer

for option in (b"close", b"Close", b"CLOSE", b"close, x", b"x, close", b"x,close", b" , close ,", b"keep-alive, close",
               b"close, keep-alive", b"close,close"):
    last(19, f"Connection: {show(option)}", get(fields=b"Connection: " + option + b"\r\n"))
for option in (b"", b"keep-alive", b"Keep-Alive", b"closely", b"xclose", b"close x", b"\"close\"", b"close;q=1",
               b"close/1", b"x", b",", b"TE", b"close-x"):
    served(19, f"Connection: {show(option)}", get(fields=b"Connection: " + option + b"\r\n"))
last(19, "close in the second field", get(fields=b"Connection: x\r\nConnection: close\r\n"))
served(19, "Proxy-Connection: close", get(fields=b"Proxy-Connection: close\r\n"))
served(19, "Keep-Alive without Connection", get(fields=b"Keep-Alive: timeout=1, max=1\r\n"))
last(19, "close with a body", post(b"Connection: close\r\nContent-Length: %d\r\n" % TEA_BYTES), 201)
last(19, "close with a missing resource", get(b"/nowhere", b"Connection: close\r\n"), 404)
last(19, "close with HEAD", request(b"HEAD", fields=b"Connection: close\r\n"), methods=("HEAD",))
last(19, "close, then one more", get() + get(fields=b"Connection: close\r\n") + get(), (200, 200))
last(19, "HTTP/1.0", request(version=b"HTTP/1.0"))
last(19, "HTTP/1.0, twice", request(version=b"HTTP/1.0") * 2)
last(19, "HTTP/1.0 with a body", post(b"Content-Length: %d\r\n" % TEA_BYTES, version=b"HTTP/1.0"), 201)
last(19, "HTTP/1.0, close", request(version=b"HTTP/1.0", fields=b"Connection: close\r\n"))
last(19, "HTTP/1.0, close and keep-alive", request(version=b"HTTP/1.0", fields=b"Connection: keep-alive, close\r\n"))
last(19, "HTTP/1.0, another option", request(version=b"HTTP/1.0", fields=b"Connection: x\r\n"))
for option in (b"keep-alive", b"Keep-Alive", b"x, KEEP-ALIVE"):
    served(19, f"HTTP/1.0, {show(option)}", request(version=b"HTTP/1.0", fields=b"Connection: " + option + b"\r\n"))
served(19, "HTTP/1.0, kept with a body",
       post(b"Connection: keep-alive\r\nContent-Length: %d\r\n" % TEA_BYTES, version=b"HTTP/1.0"), 201)
last(19, "HTTP/1.0 kept, then HTTP/1.0",
     request(version=b"HTTP/1.0", fields=b"Connection: keep-alive\r\n") + request(version=b"HTTP/1.0"), (200, 200))
for size in (0, 1, 65535, 65536):
    served(19, f"an unread body of {size} bytes is drained",
           request(b"POST", b"/nowhere", b"Content-Length: %d\r\n" % size, body=b"x" * size), 404)
for size in (1, 60000):
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (size, b"x" * size)
    served(19, f"an unread chunk of {size} bytes is drained",
           request(b"POST", b"/nowhere", b"Transfer-Encoding: chunked\r\n", body=body), 404)
for size in (200000, 1 << 20):
    last(19, f"an unread body of {size} bytes is not drained",
         request(b"POST", b"/nowhere", b"Content-Length: %d\r\n" % size, body=b"x" * size), 404)
last(19, "an unread body that never comes", request(b"POST", b"/nowhere", b"Content-Length: 1073741824\r\n"), 404)

# ---- 21: what Connection names is not taken away

served(21, "Connection: Content-Type", post(b"Connection: Content-Type\r\nContent-Length: %d\r\n" % TEA_BYTES), 201)
served(21, "Connection: Content-Length", post(b"Connection: Content-Length\r\nContent-Length: %d\r\n" % TEA_BYTES), 201)
served(21, "Connection: Host", get(fields=b"Connection: Host\r\n"))
served(21, "Connection: Transfer-Encoding", post(b"Connection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n",
       b"1a\r\n" + TEA + b"\r\n0\r\n\r\n"), 201)
served(21, "Connection: X-Request-Id", get(b"/nowhere", b"Connection: X-Request-Id\r\nX-Request-Id: kept-id\r\n"), 404,
       says='"instance":"kept-id"')

# ---- 22: expectations

EXPECT = b"Expect: 100-continue\r\n"
served(22, "100-continue with its body", post(EXPECT + b"Content-Length: %d\r\n" % TEA_BYTES), 201, interim=True)
served(22, "100-continue in odd case", post(b"eXPECT: 100-CONTINUE\r\nContent-Length: %d\r\n" % TEA_BYTES), 201,
       interim=True)
served(22, "100-continue with chunks",
       post(EXPECT + b"Transfer-Encoding: chunked\r\n", b"1a\r\n" + TEA + b"\r\n0\r\n\r\n"), 201, interim=True)
served(22, "100-continue without a body", get(fields=EXPECT))
served(22, "100-continue with an empty body", get(fields=EXPECT + b"Content-Length: 0\r\n"))
last(22, "100-continue in HTTP/1.0", post(EXPECT + b"Content-Length: %d\r\n" % TEA_BYTES, version=b"HTTP/1.0"), 201)
last(22, "another expectation in HTTP/1.0", request(version=b"HTTP/1.0", fields=b"Expect: x\r\n"))
refused(22, "100-continue with a body too large", post(EXPECT + b"Content-Length: 1073741824\r\n", b""), 413)
served(22, "100-continue to a missing resource",
       request(b"POST", b"/nowhere", EXPECT + b"Content-Length: 3\r\n", body=b"abc"), 404, may_close=True)
served(22, "100-continue with another type", request(b"POST", b"/items",
       EXPECT + b"Content-Type: text/plain\r\nContent-Length: 3\r\n", body=b"abc"), 415, may_close=True)
for expectation in (b"x", b"200-ok", b"100", b"100-continue, x", b"x, 100-continue", b"100-continue;a=b",
                    b"100-continued", b"\"100-continue\"", b"100 continue"):
    served(22, f"expectation {show(expectation)}", get(fields=b"Expect: " + expectation + b"\r\n"), 417)
served(22, "another expectation with a body", post(b"Expect: x\r\nContent-Length: %d\r\n" % TEA_BYTES), 417,
       may_close=True)
served(22, "two fields", get(fields=EXPECT + b"Expect: x\r\n"), 417)

# ---- 23: no protocol is offered, so none is upgraded to

for protocol in (b"h2c", b"websocket", b"HTTP/2.0, SHTTP/1.3, IRC/6.9", b"TLS/1.3", b"HTTP/1.1", b""):
    served(23, f"Upgrade: {show(protocol)}", get(fields=b"Connection: Upgrade\r\nUpgrade: " + protocol + b"\r\n"))
served(23, "Upgrade: h2c with its settings",
       get(fields=b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n"))
served(23, "Upgrade with a body", post(b"Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: %d\r\n" % TEA_BYTES),
       201)
served(23, "Upgrade without Connection", get(fields=b"Upgrade: websocket\r\n"))
served(23, "Connection: Upgrade alone", get(fields=b"Connection: Upgrade\r\n"))
last(23, "Upgrade in HTTP/1.0", request(version=b"HTTP/1.0", fields=b"Connection: Upgrade\r\nUpgrade: websocket\r\n"))

# ---- 24: no content on HEAD and 204

for target, status in ((b"/livez", 200), (b"/health", 200), (b"/items", 200), (b"/items?limit=1", 200),
                       (b"/items?limit=x", 422), (b"/items/x", 422),
                       (b"/items/999999999", 404), (b"/nowhere", 404), (b"/api/v1/users", 200)):
    served(24, f"HEAD {show(target)}", request(b"HEAD", target), status, methods=("HEAD", "GET"))
served(24, "HEAD, GET, HEAD", request(b"HEAD") + get() + request(b"HEAD"), (200, 200, 200),
       methods=("HEAD", "GET", "HEAD", "GET"))
refused(24, "HEAD without Host", request(b"HEAD", host=b""), methods=("HEAD",))
refused(24, "HEAD with a bad field", request(b"HEAD", fields=b"X Y: 1\r\n"), methods=("HEAD",))
served(24, "HEAD with another expectation", request(b"HEAD", fields=b"Expect: x\r\n"), 417, methods=("HEAD", "GET"))
last(24, "HEAD in HTTP/1.0", request(b"HEAD", version=b"HTTP/1.0"), methods=("HEAD",))
last(24, "an answer of some length in HTTP/1.0", request(target=b"/items?limit=100", version=b"HTTP/1.0"))

# ---- 25: what certain statuses demand; routing: methods

for target, methods in ((b"/livez", "GET HEAD OPTIONS"), (b"/items", "GET HEAD POST OPTIONS"),
                        (b"/items/7", "GET HEAD PATCH DELETE OPTIONS"), (b"/api/v1/users", "GET HEAD OPTIONS")):
    served(25, f"OPTIONS {show(target)}", request(b"OPTIONS", target), 204, allow=methods)
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        if method not in methods.split():
            served(25, f"{method} {show(target)}",
                   request(method.encode(), target, b"Content-Length: 3\r\n", body=b"abc"), 405, allow=methods)
served(25, "OPTIONS of a missing resource", request(b"OPTIONS", b"/nowhere"), 404)

# ---- 27 to 29: nothing is conditional, partial or negotiated yet: these fields are ignored

for field in (b'If-Match: "x"', b"If-Match: *", b'If-None-Match: "x"', b"If-None-Match: *",
              b"If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT",
              b"If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT", b'If-Range: "x"', b"If-Modified-Since: x"):
    served(27, show(field), get(fields=field + b"\r\n"), says="alive")
for value in (b"bytes=0-1", b"bytes=-1", b"bytes=5-", b"bytes=9-1", b"bytes=0-0,2-3", b"bytes=18446744073709551616-",
              b"items=0-1", b"x", b""):
    served(28, f"Range: {show(value)}", get(fields=b"Range: " + value + b"\r\n"), says="alive")
for field in (b"Accept: text/html", b"Accept: */*;q=0", b"Accept: application/json;q=0", b"Accept-Encoding: gzip",
              b"Accept-Encoding: identity;q=0", b"Accept-Language: x"):
    served(29, show(field), get(fields=field + b"\r\n"), says="alive")

# ---- 30: who says nothing gets no answer

ended(30, "nothing", b"", ())
ended(30, "an empty line", b"\r\n", ())
ended(30, "a request, then nothing", get(), 200)
ended(30, "a request, then an empty line", get() + b"\r\n", 200)
ended(30, "half a method", b"GE", 400)

# ---- routing: one decoding, no merging, no redirects

for target, status in (
        (b"/livez", 200), (b"/livez?", 200), (b"/livez?a=b&a", 200), (b"/live%7a", 200), (b"/%6C%69%76%65%7A", 200),
        (b"/livez/", 404), (b"//livez", 404), (b"/livez//", 404),
        (b"/Livez", 404), (b"/LIVEZ", 404), (b"/livez%2F", 404), (b"/%2Flivez", 404), (b"/livez;a=b", 404),
        (b"/live%257a", 404), (b"/livez%20", 404), (b"/livez+", 404),
        (b"/", 404), (b"//", 404), (b"/livez%3F", 404), (b"/api/v1/users", 200), (b"/api%2Fv1%2Fusers", 404),
        (b"/api//v1/users", 404), (b"/api/v1/users/", 404), (b"/api", 404), (b"/%61pi/v1/us%65rs", 200),
        (b"/items", 200), (b"/items/", 404), (b"/items//", 404), (b"/items//1", 404), (b"/items/1/", 404),
        (b"/items/1/2", 404), (b"/items%2F1", 404), (b"/%69tems?limit=1", 200),
        (b"/items/999999999", 404), (b"/items/%39%39%39999999", 404), (b"/items/x", 422), (b"/items/1x", 422),
        (b"/items/1%2F2", 422), (b"/items/%2F", 422), (b"/items/%2F1", 422), (b"/items/%2531", 422),
        (b"/items/1%20", 422), (b"/items/%ff", 422), (b"/items/1;a", 422), (b"/items/1.0", 422),
        (b"/items/99999999999999999999", 422), (b"/items/-", 422), (b"/items/0x1", 422),
        (b"/items?limit=1", 200), (b"/items?limit=%31", 200), (b"/items?%6cimit=1", 200), (b"/items?&&limit=1&", 200),
        (b"/items?limit=1&limit=2", 422), (b"/items?limit=%2531", 422), (b"/items?limit=", 422),
        (b"/items?limit", 422), (b"/items?limit=0", 422), (b"/items?limit=100", 200), (b"/items?limit=101", 422),
        (b"/items?Limit=1", 422), (b"/items?unknown=1", 422), (b"/items?=1", 422), (b"/items?limit=1;after=1", 422),
        (b"/items?limit=1%26after=1", 422)):
    served(0, f"GET {show(target)}", get(target), status)

# ---- limits: one below, at, one above

TARGET_MAX, FIELD_MAX, HEAD_MAX, FIELDS_MAX, BODY_MAX, EXTENSION_MAX = 8192, 8192, 16384, 100, 1 << 20, 1024


def near(limit, name, make, inside, status):
    for more in (-1, 0, 1):
        (refused if more > 0 else served)(0, f"{name} of {limit + more}", make(limit + more),
                status if more > 0 else inside)


def head_of(size):
    """A request whose head has `size` bytes, in fields of 1,000."""
    fields, left = b"", size - len(get())
    while left:
        here = left if left <= 1000 else min(1000, left - 10)
        fields, left = fields + b"X: " + b"y" * (here - 5) + b"\r\n", left - here
    return get(fields=fields)


def body_of(size):
    return b'{"name":"' + b"x" * (size - 21) + b'","price":1}'


near(TARGET_MAX, "a target", lambda n: get(b"/livez?" + b"x" * (n - 7)), 200, 414)
near(TARGET_MAX, "a path", lambda n: get(b"/" + b"x" * (n - 1)), 404, 414)
near(FIELD_MAX, "a field line", lambda n: get(fields=b"X: " + b"y" * (n - 3) + b"\r\n"), 200, 431)
near(FIELD_MAX, "a field name and its colon", lambda n: get(fields=b"X" * (n - 1) + b":\r\n"), 200, 431)
near(FIELD_MAX, "whitespace and all, a field line", lambda n: get(fields=b"X:" + b" " * (n - 3) + b"y\r\n"), 200, 431)
near(HEAD_MAX, "a head", head_of, 200, 431)
near(HEAD_MAX, "behind an empty line, a head", lambda n: b"\r\n" + head_of(n), 200, 431)
near(FIELDS_MAX, "a number of fields", lambda n: get(fields=b"X: y\r\n" * (n - 1)), 200, 431)
near(BODY_MAX, "a body", lambda n: sized(b"%d" % n, body_of(n)), 422, 413)
near(BODY_MAX, "a body in one chunk", lambda n: chunks(b"%x\r\n%s\r\n0\r\n\r\n" % (n, body_of(n))), 422, 413)
near(EXTENSION_MAX, "an extension", lambda n: chunks(b"1a;" + b"x" * (n - 1) + b"\r\n" + TEA + b"\r\n0\r\n\r\n"), 201,
     400)
near(FIELD_MAX, "a trailer", lambda n: chunks(b"1a\r\n" + TEA + b"\r\n0\r\nX:" + b"y" * (n - 2) + b"\r\n\r\n"), 201,
     431)
near(FIELDS_MAX, "a number of trailers", lambda n: chunks(b"1a\r\n" + TEA + b"\r\n0\r\n" + b"X: y\r\n" * n + b"\r\n"),
     201, 431)
refused(0, "an endless target", b"GET /" + b"x" * 70000, 414)
refused(0, "an endless field name", b"GET / HTTP/1.1\r\nX" + b"y" * 70000, 431)
refused(0, "an endless value", b"GET / HTTP/1.1\r\nX: " + b"y" * 70000, 431)
refused(0, "endless whitespace", b"GET / HTTP/1.1\r\nX:" + b" " * 70000, 431)
refused(0, "endless fields", b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20000, 431)
refused(0, "an endless method", b"X" * 70000, 501)
refused(0, "an endless size", chunks(b"0" * 70000))
refused(0, "an endless extension", chunks(b"1;" + b"x" * 70000))
refused(0, "endless trailers", chunks(b"0\r\n" + b"X: y\r\n" * 20000), 431)
