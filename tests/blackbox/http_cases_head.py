# SPDX-License-Identifier: MIT OR Apache-2.0
"""Rules 1 to 9 of docs/reference/http-rules.md: the head of a request."""
from http_case import HOST, JSON, TEA, TEA_BYTES, Table, get, request, show, sized

table = Table()
served, refused = table.served, table.refused

TOKEN_MARKS = b"!#$%&'*+-.^_`|~"
ALPHANUMERIC = bytes(range(48, 58)) + bytes(range(65, 91)) + bytes(range(97, 123))
CONTROLS = bytes(c for c in range(32) if c not in b"\t\r\n") + b"\x7f"

# ---- 1: CR LF ends a line, nothing else does

LINES = (b"GET /livez HTTP/1.1", b"Host: a", b"X-Last: b", b"")
for place, what in enumerate(("the request line", "a field line", "the last field line", "the empty line")):
    for end in (b"\n", b"\r", b"\rX", b"\n\n", b"X\n", b"\r\r\n", b"\n\r", b"\r\n\n" if place < 3 else b"\0\r\n",
                b" \r\n" if place == 3 else b"\x85"):
        ends = [b"\r\n"] * 4
        ends[place] = end
        refused(1, f"{what} ends with {show(end)}", b"".join(line + e for line, e in zip(LINES, ends)))
for mark in (b"\r", b"\n"):
    refused(1, f"{show(mark)} within the method", request(b"G" + mark + b"ET"))
    refused(1, f"{show(mark)} within the target", get(b"/li" + mark + b"vez"))
    refused(1, f"{show(mark)} within the version", request(version=b"HTTP/" + mark + b"1.1"))
    refused(1, f"{show(mark)} within a field name", get(fields=b"X-" + mark + b"A: b\r\n"))
    refused(1, f"{show(mark)} behind the colon", get(fields=b"X-A:" + mark + b"b\r\n"))
    refused(1, f"{show(mark)} within a value", get(fields=b"X-A: b" + mark + b"c\r\n"))

# ---- 2: what may stand before the request line and before the first field

served(2, "no empty line before", get())
served(2, "one empty line before", b"\r\n" + get())
served(2, "one empty line before each of two", (b"\r\n" + get()) * 2, (200, 200))
served(2, "CR LF behind a body, as old browsers send", sized(b"%d" % TEA_BYTES) + b"\r\n", 201)
refused(2, "two empty lines before", b"\r\n\r\n" + get())
refused(2, "two empty lines between two", get() + b"\r\n\r\n" + get(), (200, 400))
for mark in (b"\n", b"\r", b" ", b"\t", b"\0", b"\x0b", b" \r\n", b"\t\r\n", b"\r\r\n", b"\r\n ", b"\r\n\n",
             b"\xef\xbb\xbf"):
    refused(2, f"{show(mark)} before the method", mark + get())
for mark in (b" ", b"\t", b"  ", b" \t", b" \r\n", b"\t\r\n", b" X: y\r\n"):
    refused(2, f"{show(mark)} before the first field", b"GET /livez HTTP/1.1\r\n" + mark + HOST + b"\r\n")

# ---- 3: method SP target SP version, nothing else

for line in (
        b"GET  /livez HTTP/1.1", b"GET /livez  HTTP/1.1", b"GET\t/livez HTTP/1.1", b"GET /livez\tHTTP/1.1",
        b"GET\x0b/livez HTTP/1.1", b"GET /livez\x0cHTTP/1.1", b"GET\0/livez HTTP/1.1", b"GET\xa0/livez HTTP/1.1",
        b"GET /livez HTTP/1.1 ", b"GET /livez HTTP/1.1\t", b"GET /livez HTTP/1.1\0", b"GET /livez HTTP/1.1 x",
        b"GET /livez HTTP/1.1 HTTP/1.1", b"GET /livez /livez HTTP/1.1", b"GET /livez", b"GET /livez ", b"GET", b"GET ",
        b"GET HTTP/1.1",
        b"GET  HTTP/1.1", b"/livez HTTP/1.1", b"HTTP/1.1 200 OK", b"GET /livez http/1.1", b"GET /livez Http/1.1",
        b"GET /livez HTTP/1", b"GET /livez HTTP/1.", b"GET /livez HTTP/.1", b"GET /livez HTTP/11",
        b"GET /livez HTTP/1.10",
        b"GET /livez HTTP/11.1", b"GET /livez HTTP/01.1", b"GET /livez HTTP/1.01", b"GET /livez HTTP/1.1.1",
        b"GET /livez HTTP/1,1",
        b"GET /livez HTTP/1.1a", b"GET /livez HTTP/a.1", b"GET /livez HTTP/1.a", b"GET /livez HTTP/+1.1",
        b"GET /livez HTTP/-1.1",
        b"GET /livez HTTP/ 1.1", b"GET /livez HTTP /1.1", b"GET /livez HTTP 1.1", b"GET /livez HTTP1.1",
        b"GET /livez HTTP\\1.1",
        b"GET /livez HTTPS/1.1", b"GET /livez XHTTP/1.1", b"GET /livez TTP/1.1", b"GET /livez HTTP/1\xb2.1",
        b"GET /livez ICY/1.1",
        b"GET /livez HTTP/0x1.1", b"GET /livez HTTP/1.\xff"):
    refused(3, f"line {show(line)}", line + b"\r\n" + HOST + b"\r\n")
for version in (b"0.0", b"0.9", b"2.0", b"2.1", b"3.0", b"9.9"):
    refused(3, f"version {show(version)}", request(version=b"HTTP/" + version), 505)
refused(3, "the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505)
for version in (b"1.1", b"1.2", b"1.9"):
    served(3, f"version {show(version)}", request(version=b"HTTP/" + version))

# ---- 4: the method is a token; those that are not implemented are 501

for method in (b"get", b"Get", b"gET", b"GETS", b"GE", b"G", b"post", b"TRACE", b"PROPFIND", b"M-SEARCH", b"BREW",
               b"PRI",
               b"QUERY", TOKEN_MARKS, b"X" * 64):
    served(4, f"method {show(method)}", request(method), 501)
table.last(4, "CONNECT, what follows is no request", request(b"CONNECT", b"a:443"), 501)
served(4, "a body of an unknown method is read past", request(b"BREW", fields=b"Content-Length: 3\r\n", body=b"GET"),
       501)
refused(4, "a method of 65 bytes", request(b"X" * 65), 501)
for c in b"\"(),/:;<=>?@[\\]{}" + b"\x7f\x80\xe4\xff":
    refused(4, f"byte {c:#04x} in the method", request(b"G%cT" % c))

# ---- 5: bytes, escapes and dots of the target

PATH_MARKS = b"-._~!$&'()*+,;=:@/"
for c in [*range(0x00, 0x21), *(c for c in range(0x21, 0x7f) if c not in ALPHANUMERIC + b"%?"), 0x7f, 0x80, 0xa0, 0xc3,
          0xff]:
    add, status = (served, 404) if c in PATH_MARKS else (refused, 400)
    add(5, f"byte {c:#04x} in the path", get(b"/livez-%c-x" % c), status)
    add, status = (served, 200) if c in PATH_MARKS + b"[]{}^|" else (refused, 400)
    add(5, f"byte {c:#04x} in the query", get(b"/livez?a%cb" % c), status)
served(5, "a second ? in the query", get(b"/livez?a?b=?"))
served(5, "an empty query", get(b"/livez?"))
for escape in (b"%", b"%4", b"%%", b"%zz", b"%g0", b"%0g", b"%u0041", b"% 41", b"%-1", b"%+1", b"%00", b"a%00b"):
    refused(5, f"escape {show(escape)} in the path", get(b"/livez/" + escape))
    refused(5, f"escape {show(escape)} in the query", get(b"/livez?a=" + escape))
for escape in (b"%25", b"%0a", b"%0D%0A", b"%7f", b"%80", b"%fF", b"%c3%a4", b"%2500", b"%3F", b"%23"):
    served(5, f"escape {show(escape)} in the path", get(b"/livez/" + escape), 404)
    served(5, f"escape {show(escape)} in the query", get(b"/livez?a=" + escape))
for path in (b"/.", b"/..", b"/./", b"/../", b"/../livez", b"/./livez", b"/livez/.", b"/livez/..", b"/x/../livez",
             b"/%2e", b"/%2E%2e",
             b"/.%2e/livez", b"/%2e./livez", b"/x/%2e%2e/livez", b"/x/..?a", b"/livez/%2e?a"):
    refused(5, f"dots {show(path)}", get(path))
for path in (b"/...", b"/..a", b"/a..", b"/.a", b"/..;/livez", b"/%2e%2e%2e", b"/%252e%252e"):
    served(5, f"dots {show(path)}", get(path), 404)
served(5, "dots in the query", get(b"/livez?a=/../b"))

# ---- 6: the forms of the target

for target in (b"http://a/livez", b"http://b/livez", b"HTTP://a/livez", b"hTtP://a/livez", b"https://a/livez",
               b"http://a:80/livez",
               b"http://a:/livez", b"http://127.0.0.1:8080/livez?x=1", b"http://[::1]/livez",
               b"http://[2001:db8::1]:80/livez?",
               b"http://a%20b/livez", b"http://a/livez?u=http://b/"):
    served(6, f"target {show(target)}", get(target))
served(6, "an address without path is its root", get(b"http://a"), 404)
served(6, "an address without path, with query", get(b"http://a?x=1"), 404)
served(6, "OPTIONS of an address without path is about the server", request(b"OPTIONS", b"http://a"), 204,
       allow="GET HEAD POST PUT PATCH DELETE OPTIONS")
served(6, "OPTIONS of an address with path", request(b"OPTIONS", b"http://a/livez"), 204, allow="GET HEAD OPTIONS")
served(6, "two slashes begin a path, not an authority", get(b"//a/livez"), 404)
for target in (b"http://u@a/livez", b"http://u:p@a/livez", b"http://@a/livez", b"http:///livez", b"http://", b"http:",
               b"http:/livez",
               b"http:livez", b"http//a/livez", b"http://:80/livez", b"http://a:x/livez", b"http://a:65536/livez",
               b"http://a:-1/",
               b"http://a:80:80/", b"http://[::1/livez", b"http://::1/livez", b"http://[::g]/", b"http://a%/livez",
               b"http://a%zz/livez",
               b"http://a/livez#x", b"http://a\\b/livez", b"http://a/../livez", b"http://a/%00", b"http://a/%zz",
               b"http://a,b c/",
               b"ftp://a/livez", b"ws://a/livez", b"file:///livez", b"javascript:x", b"mailto:a", b"urn:a:b",
               b"livez", b"a:80", b"a", b"?x=1", b"\\livez", b".", b"..", b"./livez", b"%2Flivez", b"*", b"*x", b"*?x",
               b"**", b"/*#"):
    refused(6, f"target {show(target)}", get(target))
served(6, "OPTIONS *", request(b"OPTIONS", b"*"), 204, allow="GET HEAD POST PUT PATCH DELETE OPTIONS")
for method in (b"HEAD", b"POST", b"PUT", b"DELETE", b"options", b"TRACE"):
    refused(6, f"{show(method)} *", request(method, b"*", b"Content-Length: 0\r\n"), methods=(method.decode(),))
for target in (b"*x", b"*?x", b"**", b"/../*", b"x"):
    refused(6, f"OPTIONS {show(target)}", request(b"OPTIONS", target))
for authority in (b"b", b"b:81", b"u@b"):
    add, status = (refused, 400) if b"@" in authority else (served, 200)
    add(6, f"Host {show(authority)} beside an address",
        request(target=b"http://a/livez", host=b"Host: " + authority + b"\r\n"), status)
refused(6, "an address without Host", request(target=b"http://a/livez", host=b""))
refused(6, "an address with an empty Host", request(target=b"http://a/livez", host=b"Host:\r\n"))
refused(6, "an address with two Hosts", request(target=b"http://a/livez", host=HOST * 2))

# ---- 7: exactly one Host, of its grammar

for host in (b"a", b"A.b", b"localhost", b"a.example.", b"xn--nxasmq6b", b"a-b", b"a_b", b"a~b", b"a%20b", b"%61",
             b"a!$&'()*+;=b", b"-", b"a..b",
             b"127.0.0.1", b"127.0.0.1:80", b"1.2.3.999", b"a:80", b"a:", b"a:0", b"a:65535", b"a:00080",
             b"[::1]", b"[::]", b"[::1]:8080", b"[::1]:", b"[2001:db8::1]", b"[2001:DB8:0:0:8:800:200C:417A]",
             b"[::ffff:192.0.2.1]",
             b"[1:2:3:4:5:6:192.0.2.1]", b"[1:2:3:4:5::192.0.2.1]", b"[1:2:3:4:5:6:7::]", b"[::2:3:4:5:6:7:8]",
             b"[1::8]",
             b"[v1.a]", b"[vF.a:b]", b"[V7e.!$&'()*+,;=]:80"):
    served(7, f"Host {show(host)}", request(host=b"Host: " + host + b"\r\n"))
served(7, "Host within whitespace", request(host=b"Host: \t a \t \r\n"))
served(7, "Host without whitespace", request(host=b"hOST:a\r\n"))
served(7, "Host as the last field", request(host=b"X-A: b\r\nHost: a\r\n"))
for host in (b"", b" ", b":80", b":", b"a b", b"a, b", b"a\tb", b"u@a", b"u:p@a", b"@a", b"a@", b"a/", b"/a", b"a/b",
             b"a?b", b"a#b", b"a\\b", b"//a",
             b"http://a", b"a:b", b"a:8o", b"a:-1", b"a:+1", b"a: 80", b"a :80", b"a:80:80", b"a::80", b"a:65536",
             b"a:99999999999999999999", b"a:0x50",
             b"a%", b"a%4", b"a%zz", b"%g0", b"[", b"]", b"[]", b"[:]", b"[:::]", b"[::1", b"::1]", b"::1", b"[::1]x",
             b"[::1]:x", b"[::1]:65536",
             b"[::1]80", b"x[::1]", b"[[::1]]", b"[1:2:3:4:5:6:7]", b"[1:2:3:4:5:6:7:8:9]", b"[1::2::3]",
             b"[1:2:3:4:5:6:7:8::]",
             b"[1:2:3:4:5:6::192.0.2.1]", b"[12345::]", b"[g::]", b"[::1.2.3]", b"[::1.2.3.256]", b"[::1.2.3.4.5]",
             b"[::01.2.3.4]", b"[1.2.3.4]",
             b"[::1.2.3.4:5]", b"[1.2.3.4::]", b"[fe80::1%25eth0]", b"[fe80::1%eth0]", b"[ ::1]", b"[v.a]", b"[v1.]",
             b"[v1]", b"[vg.a]",
             b"[v1.a@b]", b"[v1.%41]", b"[a]", b"a[b]", b"a\"b", b"<a>", b"a^b", b"a`b", b"a{b}", b"a|b", b"a\x80",
             b"\xc3\xa4", b"\"a\""):
    refused(7, f"Host {show(host)}", request(host=b"Host: " + host + b"\r\n"))
refused(7, "no Host", request(host=b""))
refused(7, "no Host, other fields", request(host=b"X-Host: a\r\nHost-X: a\r\n"))
refused(7, "two Hosts alike", request(host=HOST * 2))
refused(7, "two Hosts apart", request(host=HOST + b"X-A: b\r\nHOST: b\r\n"))
refused(7, "two Hosts, one empty", request(host=b"Host:\r\n" + HOST))
refused(7, "three Hosts", request(host=HOST * 3))
refused(7, "two Hosts in HTTP/1.0", request(version=b"HTTP/1.0", host=HOST * 2))
refused(7, "a malformed Host in HTTP/1.0", request(version=b"HTTP/1.0", host=b"Host: a b\r\n"))
table.last(7, "no Host in HTTP/1.0", request(version=b"HTTP/1.0", host=b""))

# ---- 8: a field name is a token, the colon follows at once, lines are not folded

for c in [*CONTROLS, *b"\t \"(),/;<=>?@[\\]{}", 0x80, 0xe4, 0xff]:
    refused(8, f"byte {c:#04x} in a name", get(fields=b"X%cY: 1\r\n" % c))
served(8, "every mark of a token", get(fields=TOKEN_MARKS + b": 1\r\n0: 1\r\n"))
served(8, "a second colon belongs to the value", get(fields=b"X:Y: 1\r\n"))
for line in (b"X : 1", b"X\t: 1", b"X  : 1", b"X \t: 1", b": 1", b":", b" : 1", b"X", b"X ", b"X Y", b"\"X\": 1",
             b"HTTP/1.1 200 OK"):
    refused(8, f"line {show(line)}", get(fields=line + b"\r\n"))
for name, fields in {"Content-Length": b"Content-Length : 26\r\n",
                     "Transfer-Encoding": b"Transfer-Encoding : chunked\r\n"}.items():
    refused(8, f"space behind {name}", request(b"POST", b"/items", JSON + fields, body=TEA))
refused(8, "space behind Host", request(host=b"Host : a\r\n"))
for fold in (b" ", b"\t", b"  x", b"\tx", b" x: y", b" \t ", b" chunked"):
    refused(8, f"folded {show(fold)} in the middle", get(fields=b"X: a\r\n" + fold + b"\r\nY: b\r\n"))
    refused(8, f"folded {show(fold)} at the end", get(fields=b"X: a\r\n" + fold + b"\r\n"))
refused(8, "folded Host", request(host=b"Host:\r\n a\r\n"))
refused(8, "folded Content-Length", sized(b"\r\n %d" % TEA_BYTES))

# ---- 9: a value has no controls but HTAB; whitespace around it does not count

for c in CONTROLS:
    refused(9, f"byte {c:#04x} in a value", get(fields=b"X: a%cb\r\n" % c))
for c in b"\0\x0b\x0c\x1f\x7f":
    refused(9, f"byte {c:#04x} before a value", get(fields=b"X: %ca\r\n" % c))
    refused(9, f"byte {c:#04x} behind a value", get(fields=b"X: a%c\r\n" % c))
    refused(9, f"byte {c:#04x} as a value", get(fields=b"X:%c\r\n" % c))
for value in (b"", b" ", b"\t", b" \t ", b"a", b" a", b"  a  ", b"\ta\t", b" a\tb c ", b"\x80", b" \xff\xa0 ",
              b"\xc3\xa4", b"\"a\\\"b\"", b"<>{}()[]@,;:\\/?=", b"a" * 4000):
    served(9, f"value {show(value)}", get(fields=b"X:" + value + b"\r\n"))
served(9, "whitespace around a length", sized(b"\t %d \t" % TEA_BYTES), 201)
refused(9, "a no-break space is no whitespace", sized(b"\xa0%d" % TEA_BYTES))
table.last(9, "whitespace around close", get(fields=b"Connection:\t close \t\r\n"))
