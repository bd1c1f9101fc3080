# SPDX-License-Identifier: MIT OR Apache-2.0
"""Rules 10 to 16 of docs/reference/http-rules.md: where a message ends."""
from http_case import HOST, JSON, TEA, TEA_BYTES, Table, chunks, coded, get, post, request, show, sized

table = Table()
served, refused, ended = table.served, table.refused, table.ended

# ---- 10: Content-Length is one number, in one field

N = b"%d" % TEA_BYTES
for length in (N, b"0" + N, b"0" * 40 + N):
    served(10, f"length {show(length)}", sized(length), 201)
served(10, "name in odd case", post(b"cONTENT-lENGTH:" + N + b"\r\n"), 201)
served(10, "0 on GET", get(fields=b"Content-Length: 0\r\n"))
served(10, "000 on GET", get(fields=b"Content-Length: 000\r\n"))
served(10, "a body of GET is read past", get(fields=b"Content-Length: 5\r\n") + b"GET /")
served(10, "a body of HEAD is read past", request(b"HEAD", fields=b"Content-Length: 5\r\n", body=b"GET /"),
       methods=("HEAD", "GET"))
served(10, "a body of OPTIONS is read past", request(b"OPTIONS", fields=b"Content-Length: 5\r\n", body=b"GET /"), 204)
served(10, "a body of a missing resource is read past",
       request(b"POST", b"/nowhere", b"Content-Length: 5\r\n", body=b"GET /"), 404)
served(10, "a body may look like a request", sized(b"%d" % len(get()), get()), 400)
for length in (b"", b" ", b"+" + N, b"-" + N, b"-0", b"+0", b"--1", N + b"a", b"a", b"0x1a", b"1a", b"0b1", b"0o32",
               b"2_6", b"2 6", b"2\t6", b"26,",
               b",26", b"26, 26", b"26,26", b"26,27", b"26;", b"26;a=b", b"26.0", b"26.", b".26", b"2e1", b"1e1",
               b"#26", b"\"26\"", b"'26'", b"(26)",
               b"26\xa0", b"\xb2\xb6", b"\xd9\xa2\xd9\xa6", b"26\x0b", b"\x0026", b"NaN", b"null", b"chunked",
               b"18446744073709551616", b"18446744073709551642", b"36893488147419103258", b"1" + b"0" * 30, b"9" * 100):
    refused(10, f"length {show(length)}", sized(length))
for length in (b"18446744073709551615", b"9223372036854775808", b"9223372036854775807", b"4294967322", b"4294967296"):
    refused(10, f"length {show(length)} is too large, but a number", sized(length), 413)
for lengths in ((N, N), (N, b"5"), (b"5", N), (b"0", N), (N, b"0"), (N, b""), (b"", N), (N, N, N), (N, b"0" + N),
                (N, b"x"), (b"0", b"0")):
    fields = b"".join(b"Content-Length: " + length + b"\r\n" for length in lengths)
    refused(10, f"lengths {show(b' and '.join(lengths))}", post(fields))
refused(10, "lengths apart", post(b"Content-Length: " + N + b"\r\nX: a\r\ncontent-length: " + N + b"\r\n"))
for name in (b"Content_Length", b"Content-Lengt", b"Content-Lengths", b"X-Content-Length", b"ContentLength"):
    refused(10, f"{show(name)} says nothing", post(name + b": " + N + b"\r\n"), (400, 400))

# ---- 11: never beside Transfer-Encoding

BOTH = (b"Content-Length: 5", b"Transfer-Encoding: chunked")
for first, second in (BOTH, BOTH[::-1]):
    refused(11, f"{show(first)}, then {show(second)}", post(first + b"\r\n" + second + b"\r\n", b"0\r\n\r\n"))
    refused(11, f"{show(first)}, then {show(second)}, odd case",
            post(first.swapcase() + b"\r\n" + second.swapcase() + b"\r\n", b"0\r\n\r\n"))
    refused(11, f"{show(first)}, then {show(second)}, apart",
            post(first + b"\r\nX: a\r\n" + second + b"\r\n", b"0\r\n\r\n"))
    refused(11, f"{show(first)}, then {show(second)}, on GET",
            get(fields=first + b"\r\n" + second + b"\r\n") + b"0\r\n\r\n")
    refused(11, f"{show(first)}, then {show(second)}, in HTTP/1.0",
            post(first + b"\r\n" + second + b"\r\n", b"0\r\n\r\n", b"HTTP/1.0"))
refused(11, "length 0 and chunked", post(b"Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n"))
refused(11, "chunked around a length", post(BOTH[1] + b"\r\n" + BOTH[0] + b"\r\n" + BOTH[1] + b"\r\n", b"0\r\n\r\n"))
refused(11, "a length around chunked", post(BOTH[0] + b"\r\n" + BOTH[1] + b"\r\n" + BOTH[0] + b"\r\n", b"0\r\n\r\n"))
refused(11, "length and another coding", post(b"Content-Length: 5\r\nTransfer-Encoding: gzip\r\n", b"0\r\n\r\n"))
refused(11, "length and identity", post(b"Content-Length: 26\r\nTransfer-Encoding: identity\r\n"))

# ---- 12: Transfer-Encoding is chunked, and nothing else

for coding in (b"chunked", b"CHUNKED", b"ChUnKeD", b"\tchunked\t", b"  chunked  "):
    served(12, f"coding {show(coding)}", coded([coding]), 201)
served(12, "name in odd case", post(b"transfer-ENCODING:chunked\r\n", b"1a\r\n" + TEA + b"\r\n0\r\n\r\n"), 201)
served(12, "chunked on GET", get(fields=b"Transfer-Encoding: chunked\r\n") + b"3\r\nabc\r\n0\r\n\r\n")
served(12, "chunked on HEAD", request(b"HEAD", fields=b"Transfer-Encoding: chunked\r\n", body=b"3\r\nabc\r\n0\r\n\r\n"),
       methods=("HEAD", "GET"))
served(12, "chunked to a missing resource",
       request(b"POST", b"/nowhere", b"Transfer-Encoding: chunked\r\n", body=b"3\r\nabc\r\n0\r\n\r\n"), 404)
for coding in (b"", b" ", b"xchunked", b"chunkedx", b"chunked-x", b"x-chunked", b"chunke", b"chunk", b"chunks",
               b"\"chunked\"", b"'chunked'", b"(chunked)",
               b"chunked;", b"chunked;a", b"chunked;a=b", b"chunked ;a=b", b"chunked; q=1", b"chunked chunked",
               b"chunked,", b",chunked", b",", b"chunked,,",
               b"chunked, chunked", b"chunked,chunked", b"chunked, gzip", b"chunked, identity", b"chunked, x",
               b"identity", b"gzip", b"deflate", b"compress",
               b"x", b"gzip, deflate", b"gzip;a=b", b"chunked/1", b"chunked:1", b"[chunked]", b"chunked\x0b",
               b"\x0bchunked", b"chun\0ked", b"chunked\xa0",
               b"\xe2\x80\x8bchunked", b"0", b"none", b"trailers", b"\"\", chunked", b"gzip deflate, chunked",
               b"chunked;a=b, chunked"):
    refused(12, f"coding {show(coding)}", coded([coding]))
for coding in (b"gzip, chunked", b"gzip,chunked", b"deflate, chunked", b"compress, CHUNKED", b"x, chunked",
               b"identity, chunked", b"gzip;q=1, chunked",
               b"gzip, deflate, chunked"):
    refused(12, f"coding {show(coding)}", coded([coding]), 501)
for codings in ((b"chunked", b"chunked"), (b"chunked", b"CHUNKED"), (b"chunked", b"gzip"), (b"chunked", b"identity"),
                (b"chunked", b""), (b"", b"chunked"),
                (b"chunked", b"x"), (b"gzip", b"gzip"), (b"chunked", b"chunked", b"chunked"),
                (b"chunked", b"gzip", b"chunked")):
    refused(12, f"codings {show(b' and '.join(codings))}", coded(codings))
refused(12, "codings gzip and chunked", coded([b"gzip", b"chunked"]), 501)
for coding in (b"chunked", b"gzip", b"identity", b"gzip, chunked"):
    fields = b"Transfer-Encoding: " + coding + b"\r\n"
    refused(12, f"coding {show(coding)} in HTTP/1.0", post(fields, b"0\r\n\r\n", b"HTTP/1.0"))
refused(12, "chunked in HTTP/1.0 kept alive",
        post(b"Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n", b"HTTP/1.0"))
for name in (b"Transfer_Encoding", b"Transfer-Encodin", b"X-Transfer-Encoding", b"TE", b"Transfer-Encodings"):
    refused(12, f"{show(name)} says nothing", post(name + b": chunked\r\n", b"1a\r\n" + TEA + b"\r\n0\r\n\r\n"),
            (400, 400))

# ---- 13: neither of them: no body

served(13, "GET", get())
served(13, "HEAD", request(b"HEAD"), methods=("HEAD", "GET"))
served(13, "OPTIONS", request(b"OPTIONS"), 204)
served(13, "DELETE", request(b"DELETE", b"/items/999999999"), 404)
served(13, "POST without a body", request(b"POST", b"/items"), 400)
served(13, "POST of a type, without a body", post(b"", b""), 400)
served(13, "bytes behind GET are the next request", get() + get(b"/nowhere"), (200, 404))
refused(13, "bytes behind GET that are no request", get() + TEA, (200, 400))
refused(13, "bytes behind POST that are no request", post(b""), (400, 400))
served(13, "the end of the connection ends no body", request(b"POST", b"/items", JSON + b"Connection: keep-alive\r\n"),
       400)
table.last(13, "nor in HTTP/1.0", post(b"", version=b"HTTP/1.0"), 400)

# ---- 14: the size of a chunk, and what is around its data

END = b"\r\n0\r\n\r\n"
for size in (b"1a", b"1A", b"01a", b"000000000000001a", b"00000000000001A"):
    served(14, f"size {show(size)}", chunks(size + b"\r\n" + TEA + END), 201)
for last in (b"0", b"00", b"0" * 16):
    served(14, f"last size {show(last)}", chunks(b"1a\r\n" + TEA + b"\r\n" + last + b"\r\n\r\n"), 201)
served(14, "a chunk a byte", chunks(b"".join(b"1\r\n%c\r\n" % c for c in TEA) + b"0\r\n\r\n"), 201)
served(14, "two chunks", chunks(b"5\r\n" + TEA[:5] + b"\r\n15\r\n" + TEA[5:] + END), 201)
served(14, "data that looks like the end", chunks(b"7\r\n\r\n0\r\n\r\n" + END), 422)
served(14, "no data", chunks(b"0\r\n\r\n"), 400)
for size in (b"", b" ", b"0x1a", b"0X1A", b"x1a", b"1ah", b"1ag", b"g", b"-1a", b"+1a", b"-1", b"-0", b"1a.", b"1.a",
             b"1_a", b"1 a", b" 1a", b"\t1a", b"1a ", b"1a\t",
             b"1a  ", b"1a\x0b", b"1a\0", b"\0", b"1a,", b"1a:", b"1a=", b"1a,1a", b"\"1a\"", b"#1a", b"1a\xa0",
             b"\xb2", b"\xef\xbc\x91", b"0000000000000001a", b"1" + b"0" * 16,
             b"1000000000000001a", b"f" * 17, b"f" * 32, b"0" * 17, b"0" * 1000):
    refused(14, f"size {show(size)}", chunks(size + b"\r\n" + TEA + END))
for size in (b"100001", b"ffffffff", b"7fffffffffffffff", b"8000000000000000", b"ffffffffffffffff",
             b"fffffffffffffff0"):
    refused(14, f"size {show(size)} is too large, but a number", chunks(size + b"\r\n" + TEA + END), 413)
for end in (b"\n", b"\r", b"\rx", b"\r\0", b"\n\n", b"\r\r\n", b"\n\r", b"\r\n\n", b"\r\n\r\n", b" \r\n", b""):
    refused(14, f"size ends with {show(end)}", chunks(b"1a" + end + TEA + END))
for end in (b"\n", b"\r", b"\rx", b"\r\r", b"x\n", b"\n\n", b" \n", b"\r\r\n", b"\n\r", b"\r\n\n", b"\r\n\r\n",
            b" \r\n", b"", b"x\r\n", b"\0\0", b"ab"):
    refused(14, f"data end with {show(end)}", chunks(b"1a\r\n" + TEA + end + b"0\r\n\r\n"))
for end in (b"\rx\r\n", b"x\n\r\n", b"\r\nx\n", b"\r\n\rx", b"\r\n\n", b"\r\n\r", b"\r\n\r\r\n", b"\n\n", b"\r\n \r\n",
            b"\n\r\n", b"\r\n"):
    refused(14, f"last size ends with {show(end)}", chunks(b"1a\r\n" + TEA + b"\r\n0" + end))
refused(14, "data are one byte longer", chunks(b"19\r\n" + TEA + END))
refused(14, "data are one byte shorter", chunks(b"1b\r\n" + TEA + END))
refused(14, "a size where the data should end", chunks(b"1a\r\n" + TEA + b"0\r\n\r\n"))

# ---- 15: extensions and trailers are checked, and mean nothing

for extension in (b";x", b";x=y", b";x=y;z", b";x;y=\"z\"", b";x=\"\"", b";x=\" a;b,c=d \"", b";x=\"a\\\"b\\\\\"",
                  b";x=\"\t\x80\xff\"", b" ;x", b"; x", b"\t;\tx", b";x =y", b";x= y",
                  b" ; x = \"y\"", b";!#$%&'*+-.^_`|~=1", b";x=1;x=1", b";" + b"x" * 900):
    served(15, f"extension {show(extension)}", chunks(b"1a" + extension + b"\r\n" + TEA + END), 201)
    served(15, f"extension {show(extension)} of the last chunk",
           chunks(b"1a\r\n" + TEA + b"\r\n0" + extension + b"\r\n\r\n"), 201)
for extension in (b";", b";;x", b";x;", b";=y", b";x=", b";x==y", b";x=y=z", b";x=\"a", b";x=\"a\\\"", b";x=\"a\"b",
                  b";x=a\"b\"", b";x y", b";x ", b";x=y ", b"; ", b" ", b"x", b" x", b",x",
                  b";x,y", b";(", b";x=(", b";x=[1]", b";x=\0", b";x=\"\0\"", b";x=\x7f", b";\x80", b";x=\x80",
                  b";x=\"\x0b\"", b";x=\ry", b";x=\ny", b";x=\"\n\"", b";x=\"\r\n\"", b";\rx", b";\nx",
                  b";x=\r\n", b";x\x0b", b";x=y\r", b";" + b"x" * 2000, b";x=\"" + b"y" * 2000 + b"\"", b";x" * 600,
                  b" " * 2000 + b";x"):
    refused(15, f"extension {show(extension)}", chunks(b"1a" + extension + b"\r\n" + TEA + END))
refused(15, "extensions of many chunks are too long",
        chunks(b"".join(b"1;%s\r\n%c\r\n" % (b"x" * 60, c) for c in TEA) + b"0\r\n\r\n"))
for trailer in (b"X: y", b"X:y", b"X:", b"X: \t y \t ", b"X: \x80\xff", b"X: a\r\nY: b\r\nX: c", b"!#$%&'*+-.^_`|~: 1",
                b"Host: evil", b"Host: a b", b"Content-Length: 5",
                b"Content-Length: x", b"Transfer-Encoding: chunked", b"Connection: close", b"Expect: x",
                b"Content-Type: text/plain", b"Trailer: X"):
    served(15, f"trailer {show(trailer)}", chunks(b"1a\r\n" + TEA + b"\r\n0\r\n" + trailer + b"\r\n\r\n"), 201)
for trailer in (b"X", b"X y", b"X : y", b"X\t: y", b": y", b":", b" X: y", b"\tX: y", b"X: y\r\n z", b"X: y\r\n\tz",
                b" ", b"X: \0", b"X: \x0b", b"X: \x7f", b"X: a\nY: b", b"X: a\rY: b", b"X: a\rYY: b",
                b"X\0: y", b"X(: y", b"\xe4: y", b"X: y\n", b"X: y\r", b"X: a\r\r\nY: b", b"0", b"GET / HTTP/1.1"):
    refused(15, f"trailer {show(trailer)}", chunks(b"1a\r\n" + TEA + b"\r\n0\r\n" + trailer + b"\r\n\r\n"))

# ---- 16: a message that is not complete

WHOLE_LENGTH, WHOLE_CHUNKED = sized(N), coded([b"chunked"])
for what, whole in (("a length", WHOLE_LENGTH), ("chunks", WHOLE_CHUNKED)):
    head_bytes = whole.index(b"\r\n\r\n") + 4
    for cut in (1, 4, 11, 20, 21, 30, head_bytes - 2, head_bytes - 1, head_bytes, head_bytes + 1, head_bytes + 10,
                len(whole) - 1):
        ended(16, f"{what}, ended behind {cut} bytes", whole[:cut], 400)
    ended(16, f"{what}, complete", whole, 201)
for cut in (2, 3, 4, 5):
    ended(16, f"chunks, {cut} bytes missing", WHOLE_CHUNKED[:-cut], 400)
ended(16, "complete, then half a request", get() + WHOLE_LENGTH[:30], (200, 400))
ended(16, "GET, complete", get(), 200)
ended(16, "two of GET, complete", get() * 2, (200, 200))
ended(16, "half an empty line", b"\r", 400)
