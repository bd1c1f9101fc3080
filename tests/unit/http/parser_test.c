// SPDX-License-Identifier: MIT OR Apache-2.0
// Every message of the tables is read whole, at every split point and byte by byte, each time from
// a fresh place that ends at a guard page: the verdict, its place and all slices must be the same.

#include "http/guard.h"
#include "http/private/parser.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { FIELDS = 128 };

typedef struct {
    ra__parse verdict;
    ra__head head;
    ra__field fields[FIELDS];
    char text[4096]; // all slices, to compare
} reading;

static ra__http_limits limits;

static void put(reading *r, const char *what, const char *bytes, ra__span span)
{
    size_t len = strlen(r->text);
    snprintf(r->text + len, sizeof(r->text) - len, "%s=%.*s|", what, (int)span.len,
             bytes + span.at);
}

static void describe(reading *r, const char *bytes)
{
    const ra__head *h = &r->head;
    r->text[0] = 0;
    if (r->verdict == RA__PARSE_BAD) {
        snprintf(r->text, sizeof(r->text), "%d at %u: %s", h->status, h->at, h->why);
        return;
    }
    put(r, "method", bytes, h->method);
    put(r, "target", bytes, h->target);
    put(r, "path", bytes, h->path);
    put(r, "query", bytes, h->query);
    put(r, "host", bytes, h->host);
    for (uint32_t i = 0; i < h->field_count; i++) {
        put(r, "name", bytes, h->fields[i].name);
        put(r, "value", bytes, h->fields[i].value);
    }
    size_t len = strlen(r->text);
    snprintf(r->text + len, sizeof(r->text) - len,
             "at=%u minor=%u chunked=%d length=%d:%llu close=%d keep=%d expect=%d%d form=%u", h->at,
             h->minor, h->chunked, h->has_length, (unsigned long long)h->length, h->close,
             h->keep_alive, h->expect_continue, h->expect_unknown, h->target_form);
}

/// Feed growing prefixes: first `first` bytes, then `step` more each time.
static void read_in_steps(reading *r, ra_str bytes, size_t first, size_t step)
{
    ra__head_init(&r->head, &limits, r->fields);
    for (size_t len = first;; len += step) {
        ra_str there = guarded(ra_str_slice(bytes, 0, len));
        r->verdict = ra__head_feed(&r->head, there.ptr, there.len);
        if (r->verdict != RA__PARSE_MORE || len >= bytes.len)
            break;
    }
    describe(r, bytes.ptr);
}

/// The verdict of all ways to feed `bytes`; fails when two differ.
static reading *read_every_way(ra_str bytes)
{
    static reading whole, other;
    read_in_steps(&whole, bytes, bytes.len, 1);
    for (size_t split = 0; split <= bytes.len; split++) {
        read_in_steps(&other, bytes, split, bytes.len + 1);
        assert_int_equal(whole.verdict, other.verdict);
        assert_string_equal(whole.text, other.text);
    }
    read_in_steps(&other, bytes, 0, 1);
    assert_int_equal(whole.verdict, other.verdict);
    assert_string_equal(whole.text, other.text);
    // no shorter prefix had a verdict
    if (whole.verdict != RA__PARSE_MORE) {
        size_t needed = whole.head.at + (whole.verdict == RA__PARSE_BAD);
        for (size_t len = 0; len < needed && len < bytes.len; len++) {
            read_in_steps(&other, ra_str_slice(bytes, 0, len), len, 1);
            assert_int_equal(other.verdict, RA__PARSE_MORE);
        }
    }
    return &whole;
}

typedef struct {
    const char *rule;
    ra_str bytes;
    int status; // 0: accepted
} message;
#define M(rule, status, literal)                                                                   \
    {                                                                                              \
        rule, {"" literal, sizeof(literal) - 1}, status                                            \
    }
#define H "Host: a\r\n"

static const message messages[] = {
    M("a plain request", 0, "GET / HTTP/1.1\r\n" H "\r\n"),
    M("content is not read", 0, "POST / HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\nabc"),
    // 1: line ends
    M("1 bare LF ends the request line", 400, "GET / HTTP/1.1\n" H "\r\n"),
    M("1 bare CR ends the request line", 400, "GET / HTTP/1.1\r" H "\r\n"),
    M("1 CR CR LF ends the request line", 400, "GET / HTTP/1.1\r\r\n" H "\r\n"),
    M("1 bare LF ends a field", 400, "GET / HTTP/1.1\r\nHost: a\n\r\n"),
    M("1 bare CR ends a field", 400, "GET / HTTP/1.1\r\nHost: a\r\r\n\r\n"),
    M("1 CR within a field", 400, "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n"),
    M("1 bare LF ends the head", 400, "GET / HTTP/1.1\r\n" H "\n"),
    M("1 CR CR LF ends the head", 400, "GET / HTTP/1.1\r\n" H "\r\r\n"),
    // 2: before the request line, before the first field
    M("2 one empty line before", 0, "\r\nGET / HTTP/1.1\r\n" H "\r\n"),
    M("2 two empty lines before", 400, "\r\n\r\nGET / HTTP/1.1\r\n" H "\r\n"),
    M("2 bare LF before", 400, "\nGET / HTTP/1.1\r\n" H "\r\n"),
    M("2 bare CR before", 400, "\rGET / HTTP/1.1\r\n" H "\r\n"),
    M("2 space before the method", 400, " GET / HTTP/1.1\r\n" H "\r\n"),
    M("2 space before the first field", 400, "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
    M("2 tab before the first field", 400, "GET / HTTP/1.1\r\n\tHost: a\r\n\r\n"),
    // 3: request line
    M("3 two spaces after the method", 400, "GET  / HTTP/1.1\r\n" H "\r\n"),
    M("3 two spaces after the target", 400, "GET /  HTTP/1.1\r\n" H "\r\n"),
    M("3 no target", 400, "GET  HTTP/1.1\r\n" H "\r\n"),
    M("3 tab after the method", 400, "GET\t/ HTTP/1.1\r\n" H "\r\n"),
    M("3 tab after the target", 400, "GET /\tHTTP/1.1\r\n" H "\r\n"),
    M("3 space after the version", 400, "GET / HTTP/1.1 \r\n" H "\r\n"),
    M("3 no version", 400, "GET /\r\n" H "\r\n"),
    M("3 space and no version", 400, "GET / \r\n" H "\r\n"),
    M("3 lower-case version", 400, "GET / http/1.1\r\n" H "\r\n"),
    M("3 version without minor", 400, "GET / HTTP/1\r\n" H "\r\n"),
    M("3 version with two digits", 400, "GET / HTTP/1.10\r\n" H "\r\n"),
    M("3 version with two major digits", 400, "GET / HTTP/11.1\r\n" H "\r\n"),
    M("3 another name", 400, "GET / HTTPS/1.1\r\n" H "\r\n"),
    M("3 HTTP/1.0", 0, "GET / HTTP/1.0\r\n\r\n"),
    M("3 HTTP/1.2 counts as 1.1", 0, "GET / HTTP/1.2\r\n" H "\r\n"),
    M("3 HTTP/0.9", 505, "GET / HTTP/0.9\r\n" H "\r\n"),
    M("3 HTTP/2.0", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    M("3 HTTP/3.0", 505, "GET / HTTP/3.0\r\n" H "\r\n"),
    // 4: method
    M("4 lower case is another method", 0, "get / HTTP/1.1\r\n" H "\r\n"),
    M("4 no token", 400, "G(T / HTTP/1.1\r\n" H "\r\n"),
    M("4 NUL", 400, "G\0T / HTTP/1.1\r\n" H "\r\n"),
    M("4 empty", 400, ": / HTTP/1.1\r\n" H "\r\n"),
    M("4 CONNECT has a form of its own", 0, "CONNECT a:80 HTTP/1.1\r\n" H "\r\n"),
    // 5: bytes of the target
    M("5 fragment", 400, "GET /#a HTTP/1.1\r\n" H "\r\n"),
    M("5 byte from 0x80 on", 400, "GET /\xc3\xa4 HTTP/1.1\r\n" H "\r\n"),
    M("5 control", 400, "GET /\x01 HTTP/1.1\r\n" H "\r\n"),
    M("5 DEL", 400, "GET /\x7f HTTP/1.1\r\n" H "\r\n"),
    M("5 quote", 400, "GET /\" HTTP/1.1\r\n" H "\r\n"),
    M("5 backslash", 400, "GET /\\ HTTP/1.1\r\n" H "\r\n"),
    M("5 brackets in the path", 400, "GET /[a] HTTP/1.1\r\n" H "\r\n"),
    M("5 braces and pipe in the path", 400, "GET /{a|} HTTP/1.1\r\n" H "\r\n"),
    M("5 what browsers send in the query", 0, "GET /?a=[]{}^| HTTP/1.1\r\n" H "\r\n"),
    M("5 a second question mark", 0, "GET /?a?b HTTP/1.1\r\n" H "\r\n"),
    M("5 backquote in the query", 400, "GET /?` HTTP/1.1\r\n" H "\r\n"),
    M("5 escape of one digit", 400, "GET /%4 HTTP/1.1\r\n" H "\r\n"),
    M("5 escape without digits", 400, "GET /%zz HTTP/1.1\r\n" H "\r\n"),
    M("5 escape in the query", 400, "GET /?a=%g0 HTTP/1.1\r\n" H "\r\n"),
    M("5 escaped NUL", 400, "GET /a%00b HTTP/1.1\r\n" H "\r\n"),
    M("5 escaped NUL in the query", 400, "GET /?a=%00 HTTP/1.1\r\n" H "\r\n"),
    M("5 dot segment", 400, "GET /a/./b HTTP/1.1\r\n" H "\r\n"),
    M("5 two dots", 400, "GET /a/../b HTTP/1.1\r\n" H "\r\n"),
    M("5 two dots at the end", 400, "GET /a/.. HTTP/1.1\r\n" H "\r\n"),
    M("5 escaped dots", 400, "GET /a/%2e%2E/b HTTP/1.1\r\n" H "\r\n"),
    M("5 half-escaped dots", 400, "GET /a/.%2e HTTP/1.1\r\n" H "\r\n"),
    M("5 three dots are a name", 0, "GET /a/.../b HTTP/1.1\r\n" H "\r\n"),
    M("5 dots in the query", 0, "GET /?a=/../ HTTP/1.1\r\n" H "\r\n"),
    M("5 an escaped slash", 0, "GET /a%2Fb HTTP/1.1\r\n" H "\r\n"),
    M("5 slashes are not merged", 0, "GET //a//b HTTP/1.1\r\n" H "\r\n"),
    // 6: forms of the target
    M("6 absolute", 0, "GET http://b:80/x?y HTTP/1.1\r\n" H "\r\n"),
    M("6 absolute, upper case, https", 0, "GET HTTPS://b HTTP/1.1\r\n" H "\r\n"),
    M("6 absolute, query without path", 0, "GET http://b?y=1 HTTP/1.1\r\n" H "\r\n"),
    M("6 absolute with a user", 400, "GET http://u@b/ HTTP/1.1\r\n" H "\r\n"),
    M("6 absolute without a host", 400, "GET http:///x HTTP/1.1\r\n" H "\r\n"),
    M("6 absolute with a bad port", 400, "GET http://b:x/ HTTP/1.1\r\n" H "\r\n"),
    M("6 absolute, IPv6", 0, "GET http://[::1]:80/ HTTP/1.1\r\n" H "\r\n"),
    M("6 another scheme", 400, "GET ftp://b/ HTTP/1.1\r\n" H "\r\n"),
    M("6 no slash", 400, "GET a HTTP/1.1\r\n" H "\r\n"),
    M("6 asterisk with OPTIONS", 0, "OPTIONS * HTTP/1.1\r\n" H "\r\n"),
    M("6 asterisk with GET", 400, "GET * HTTP/1.1\r\n" H "\r\n"),
    M("6 asterisk and more", 400, "OPTIONS *a HTTP/1.1\r\n" H "\r\n"),
    // 7: Host
    M("7 no Host", 400, "GET / HTTP/1.1\r\n\r\n"),
    M("7 no Host, but an absolute target", 400, "GET http://a/ HTTP/1.1\r\n\r\n"),
    M("7 two Hosts", 400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
    M("7 two Hosts in HTTP/1.0", 400, "GET / HTTP/1.0\r\nHost: a\r\nhOST: b\r\n\r\n"),
    M("7 a list", 400, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
    M("7 a user", 400, "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n"),
    M("7 a path", 400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
    M("7 a bad port", 400, "GET / HTTP/1.1\r\nHost: a:8o\r\n\r\n"),
    M("7 a port too large", 400, "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n"),
    M("7 empty", 400, "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
    M("7 only a port", 400, "GET / HTTP/1.1\r\nHost: :80\r\n\r\n"),
    M("7 a malformed one in HTTP/1.0", 400, "GET / HTTP/1.0\r\nHost: a b\r\n\r\n"),
    M("7 an IPv6 address", 0, "GET / HTTP/1.1\r\nHost: [2001:db8::1]:8080\r\n\r\n"),
    // 8: field names
    M("8 space before the colon", 400, "GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
    M("8 tab before the colon", 400, "GET / HTTP/1.1\r\nHost\t: a\r\n\r\n"),
    M("8 empty name", 400, "GET / HTTP/1.1\r\n" H ": b\r\n\r\n"),
    M("8 no colon", 400, "GET / HTTP/1.1\r\n" H "Xy\r\n\r\n"),
    M("8 folded line", 400, "GET / HTTP/1.1\r\n" H "X: a\r\n b\r\n\r\n"),
    M("8 folded with a tab", 400, "GET / HTTP/1.1\r\n" H "X: a\r\n\tb\r\n\r\n"),
    M("8 NUL in a name", 400, "GET / HTTP/1.1\r\n" H "X\0: a\r\n\r\n"),
    // 9: field values
    M("9 empty value", 0, "GET / HTTP/1.1\r\n" H "X:\r\n\r\n"),
    M("9 spaces and tabs around are trimmed", 0, "GET / HTTP/1.1\r\n" H "X: \t a b\tc \t \r\n\r\n"),
    M("9 only whitespace", 0, "GET / HTTP/1.1\r\n" H "X: \t \r\n\r\n"),
    M("9 bytes from 0x80 on", 0, "GET / HTTP/1.1\r\n" H "X: \x80\xff\r\n\r\n"),
    M("9 NUL", 400, "GET / HTTP/1.1\r\n" H "X: a\0b\r\n\r\n"),
    M("9 vertical tab at the edge", 400,
      "GET / HTTP/1.1\r\n" H "X: \x0b"
      "a\r\n\r\n"),
    M("9 form feed at the end", 400, "GET / HTTP/1.1\r\n" H "X: a\x0c\r\n\r\n"),
    M("9 DEL", 400, "GET / HTTP/1.1\r\n" H "X: \x7f\r\n\r\n"),
    // 10: Content-Length
    M("10 zero", 0, "POST / HTTP/1.1\r\n" H "Content-Length: 0\r\n\r\n"),
    M("10 leading zeros", 0, "POST / HTTP/1.1\r\n" H "content-length: 007\r\n\r\n"),
    M("10 plus", 400, "POST / HTTP/1.1\r\n" H "Content-Length: +1\r\n\r\n"),
    M("10 minus", 400, "POST / HTTP/1.1\r\n" H "Content-Length: -1\r\n\r\n"),
    M("10 hexadecimal", 400, "POST / HTTP/1.1\r\n" H "Content-Length: 0x1\r\n\r\n"),
    M("10 underscore", 400, "POST / HTTP/1.1\r\n" H "Content-Length: 1_0\r\n\r\n"),
    M("10 a fraction", 400, "POST / HTTP/1.1\r\n" H "Content-Length: 1.0\r\n\r\n"),
    M("10 space within", 400, "POST / HTTP/1.1\r\n" H "Content-Length: 1 0\r\n\r\n"),
    M("10 empty", 400, "POST / HTTP/1.1\r\n" H "Content-Length:\r\n\r\n"),
    M("10 a list of equals", 400, "POST / HTTP/1.1\r\n" H "Content-Length: 5, 5\r\n\r\n"),
    M("10 2^64 - 1", 0, "POST / HTTP/1.1\r\n" H "Content-Length: 18446744073709551615\r\n\r\n"),
    M("10 2^64", 400, "POST / HTTP/1.1\r\n" H "Content-Length: 18446744073709551616\r\n\r\n"),
    M("10 10^30", 400,
      "POST / HTTP/1.1\r\n" H "Content-Length: 1000000000000000000000000000000\r\n\r\n"),
    M("10 twice the same", 400,
      "POST / HTTP/1.1\r\n" H "Content-Length: 5\r\nContent-Length: 5\r\n\r\n"),
    M("10 twice, different", 400,
      "POST / HTTP/1.1\r\n" H "Content-Length: 5\r\nCONTENT-LENGTH: 6\r\n\r\n"),
    // 11: both
    M("11 length, then coding", 400,
      "POST / HTTP/1.1\r\n" H "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"),
    M("11 coding, then length", 400,
      "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"),
    M("11 odd case", 400,
      "POST / HTTP/1.1\r\n" H "tRANSFER-eNCODING: CHUNKED\r\ncONTENT-lENGTH: 0\r\n\r\n"),
    // 12: Transfer-Encoding
    M("12 chunked", 0, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n"),
    M("12 in any case", 0, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: ChUnKeD\r\n\r\n"),
    M("12 trailing whitespace", 0, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked \t\r\n\r\n"),
    M("12 in HTTP/1.0", 400, "POST / HTTP/1.0\r\n" H "Transfer-Encoding: chunked\r\n\r\n"),
    M("12 identity", 400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: identity\r\n\r\n"),
    M("12 empty", 400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding:\r\n\r\n"),
    M("12 prefix", 400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: xchunked\r\n\r\n"),
    M("12 suffix", 400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunkedx\r\n\r\n"),
    M("12 parameter", 400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked;a=b\r\n\r\n"),
    M("12 semicolon", 400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked;\r\n\r\n"),
    M("12 parameter of the first of two", 400,
      "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked;a=b, chunked\r\n\r\n"),
    M("12 parameter of another coding", 501,
      "POST / HTTP/1.1\r\n" H "Transfer-Encoding: gzip ; a=b, chunked\r\n\r\n"),
    M("12 no token", 400,
      "POST / HTTP/1.1\r\n" H "Transfer-Encoding: gzip deflate, chunked\r\n\r\n"),
    M("12 quoted", 400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: \"chunked\"\r\n\r\n"),
    M("12 not last", 400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked, gzip\r\n\r\n"),
    M("12 repeated", 400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked, chunked\r\n\r\n"),
    M("12 repeated in two fields", 400,
      "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
    M("12 an empty element", 400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: chunked,\r\n\r\n"),
    M("12 a leading empty element", 400,
      "POST / HTTP/1.1\r\n" H "Transfer-Encoding: ,chunked\r\n\r\n"),
    M("12 only another coding", 400, "POST / HTTP/1.1\r\n" H "Transfer-Encoding: gzip\r\n\r\n"),
    M("12 another coding before", 501,
      "POST / HTTP/1.1\r\n" H "Transfer-Encoding: gzip, chunked\r\n\r\n"),
    M("12 another coding in a field before", 501,
      "POST / HTTP/1.1\r\n" H "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"),
    // 19, 21, 22: what becomes of the connection
    M("19 close", 0, "GET / HTTP/1.1\r\n" H "Connection: close\r\n\r\n"),
    M("19 close in a list", 0, "GET / HTTP/1.1\r\n" H "Connection: x, CLOSE\r\n\r\n"),
    M("19 closely is not close", 0, "GET / HTTP/1.1\r\n" H "Connection: closely\r\n\r\n"),
    M("22 expectation", 0,
      "POST / HTTP/1.1\r\n" H "Expect: 100-Continue\r\nContent-Length: 1\r\n\r\n"),
    M("22 another expectation", 0, "POST / HTTP/1.1\r\n" H "Expect: 200-ok\r\n\r\n"),
    M("22 ignored in HTTP/1.0", 0, "POST / HTTP/1.0\r\nExpect: 200-ok\r\n\r\n"),
};

static void messages_have_one_verdict_at_every_split(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(messages) / sizeof(*messages); i++) {
        const message *m = &messages[i];
        reading *r = read_every_way(m->bytes);
        int status = r->verdict == RA__PARSE_DONE  ? 0
                     : r->verdict == RA__PARSE_BAD ? r->head.status
                                                   : -1;
        if (status != m->status)
            fail_msg("%s: %d instead of %d (%s)", m->rule, status, m->status, r->text);
    }
}

static reading *accepted(ra_str bytes)
{
    reading *r = read_every_way(bytes);
    if (r->verdict != RA__PARSE_DONE)
        fail_msg("refused: %s", r->text);
    return r;
}
#define ACCEPTED(literal) accepted(RA_STR(literal))

static void slices_name_their_parts(void **state)
{
    (void)state;
    reading *r = ACCEPTED(
        "\r\nPATCH http://shop.example:80/items/7?x=1&y HTTP/1.1\r\nHost: b\r\nX-A: \t1 2 \r\n"
        "Connection: close, keep-alive\r\nContent-Length: 12\r\n\r\nrest");
    assert_string_equal(
        r->text,
        "method=PATCH|target=http://shop.example:80/items/7?x=1&y|path=/items/7|query=x=1&y|"
        "host=shop.example:80|name=Host|value=b|name=X-A|value=1 2|name=Connection|"
        "value=close, keep-alive|name=Content-Length|value=12|"
        "at=129 minor=1 chunked=0 length=1:12 close=1 keep=1 expect=00 form=1");
}

static void absolute_target_without_path_has_an_empty_one(void **state)
{
    (void)state;
    reading *r = ACCEPTED("GET http://b?q HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(r->head.path.len, 0);
    assert_int_equal(r->head.query.len, 1);
}

static void connection_options_are_read_in_any_case(void **state)
{
    (void)state;
    assert_true(ACCEPTED("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, CLOSE\r\n\r\n")->head.close);
    assert_true(ACCEPTED("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n")->head.keep_alive);
    assert_false(ACCEPTED("GET / HTTP/1.1\r\nHost: a\r\nConnection: closely\r\n\r\n")->head.close);
}

static void expectations_are_ignored_in_http_1_0(void **state)
{
    (void)state;
    assert_true(ACCEPTED("GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-CONTINUE\r\n\r\n")
                    ->head.expect_continue);
    assert_true(ACCEPTED("GET / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n")->head.expect_unknown);
    reading *r = ACCEPTED("GET / HTTP/1.0\r\nExpect: 100-continue\r\nExpect: x\r\n\r\n");
    assert_false(r->head.expect_continue || r->head.expect_unknown);
}

// ---- every byte in every place

static bool is_tchar(int c)
{
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') ||
           (c && strchr("!#$%&'*+-.^_`|~", c));
}

/// `before` byte `after`: accepted?
static bool accepts_byte(const char *before, int byte, const char *after)
{
    char text[512];
    size_t len = strlen(before);
    memcpy(text, before, len);
    text[len] = (char)byte;
    strcpy(text + len + 1, after);
    return read_every_way((ra_str){text, len + 1 + strlen(after)})->verdict == RA__PARSE_DONE;
}

static void line_ends_take_no_other_byte(void **state)
{
    (void)state;
    char text[] = "\r\nGET / HTTP/1.1\r\nHost: a\r\nX: b\r\nY:\r\n\r\n";
    size_t len = sizeof(text) - 1;
    assert_int_equal(read_every_way((ra_str){text, len})->verdict, RA__PARSE_DONE);
    for (size_t at = 0; at < len; at++) {
        char whole = text[at];
        for (int c = 0; c < 256 && (whole == '\r' || whole == '\n'); c++) {
            text[at] = (char)c;
            ra__parse verdict = read_every_way((ra_str){text, len})->verdict;
            if (text[at] != whole && verdict != RA__PARSE_BAD)
                fail_msg("byte %d at %zu", c, at);
        }
        text[at] = whole;
    }
}

static void method_takes_token_bytes_only(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++)
        if (accepts_byte("X", c, "Y /  HTTP/1.1\r\n" H "\r\n") ||
            accepts_byte("X", c, "Y / HTTP/1.1\r\n" H "\r\n") != is_tchar(c))
            fail_msg("byte %d", c);
}

static void field_name_takes_token_bytes_only(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++)
        if (accepts_byte("GET / HTTP/1.1\r\n" H "X", c, "Y: a\r\n\r\n") !=
            (is_tchar(c) || c == ':'))
            fail_msg("byte %d", c);
}

static void field_value_takes_no_control_but_tab(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        bool good = c == '\t' || (c >= ' ' && c != 0x7f);
        if (accepts_byte("GET / HTTP/1.1\r\n" H "X: a", c, "b\r\n\r\n") != good ||
            accepts_byte("GET / HTTP/1.1\r\n" H "X: ", c, "b\r\n\r\n") != good ||
            accepts_byte("GET / HTTP/1.1\r\n" H "X: b", c, "\r\n\r\n") != good)
            fail_msg("byte %d", c);
    }
}

static void target_takes_what_a_uri_may_have(void **state)
{
    (void)state;
    const char *path = "-._~!$&'()*+,;=:@/", *query = "-._~!$&'()*+,;=:@/?[]{}^|";
    for (int c = 0; c < 256; c++) {
        bool alnum = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
        bool in_path = alnum || c == '?' || (c && strchr(path, c));
        bool in_query = alnum || (c && strchr(query, c));
        if (accepts_byte("GET /a", c, "b HTTP/1.1\r\n" H "\r\n") != in_path)
            fail_msg("byte %d in the path", c);
        if (accepts_byte("GET /?a", c, "b HTTP/1.1\r\n" H "\r\n") != in_query)
            fail_msg("byte %d in the query", c);
    }
}

// ---- limits: one below, at, one above

static int status_of(ra_str bytes)
{
    static reading r;
    read_in_steps(&r, bytes, bytes.len, 1);
    ra__parse whole = r.verdict;
    uint32_t at = r.head.at;
    read_in_steps(&r, bytes, bytes.len / 2, bytes.len);
    assert_int_equal(r.verdict, whole);
    assert_int_equal(r.head.at, at);
    return whole == RA__PARSE_DONE ? 0 : whole == RA__PARSE_BAD ? r.head.status : -1;
}

static ra_str filled(const char *before, size_t count, const char *after)
{
    static char text[64 << 10];
    size_t len = strlen(before);
    memcpy(text, before, len);
    memset(text + len, 'a', count);
    strcpy(text + len + count, after);
    return (ra_str){text, len + count + strlen(after)};
}

static void target_is_limited(void **state)
{
    (void)state;
    for (int d = -1; d <= 1; d++) {
        size_t count = (size_t)((int)limits.target_bytes_max - 1 + d);
        assert_int_equal(status_of(filled("GET /", count, " HTTP/1.1\r\n" H "\r\n")),
                         d > 0 ? 414 : 0);
    }
}

static void field_line_is_limited(void **state)
{
    (void)state;
    for (int d = -1; d <= 1; d++) {
        size_t count = (size_t)((int)limits.field_bytes_max - 3 + d);
        assert_int_equal(status_of(filled("GET / HTTP/1.1\r\n" H "X: ", count, "\r\n\r\n")),
                         d > 0 ? 431 : 0);
        assert_int_equal(status_of(filled("GET / HTTP/1.1\r\n" H "X", count, ":b\r\n\r\n")),
                         d > 0 ? 431 : 0);
    }
}

static void whole_head_is_limited(void **state)
{
    (void)state;
    static char text[64 << 10];
    for (int d = -1; d <= 1; d++) {
        size_t want = (size_t)((int)limits.head_bytes_max + d);
        size_t len = (size_t)snprintf(text, sizeof(text),
                                      "GET / HTTP/1.1\r\n" H "A: %04000d\r\nB: %08000d\r\n", 0, 0);
        size_t fill = want - len - strlen("C: \r\n\r\n");
        len += (size_t)snprintf(text + len, sizeof(text) - len, "C: %0*d\r\n\r\n", (int)fill, 0);
        assert_int_equal(len, want);
        assert_int_equal(status_of((ra_str){text, len}), d > 0 ? 431 : 0);
        memmove(text + 2, text, len); // an empty line before it does not count, however it arrives
        memcpy(text, "\r\n", 2);
        assert_int_equal(status_of((ra_str){text, len + 2}), d > 0 ? 431 : 0);
    }
}

static void number_of_fields_is_limited(void **state)
{
    (void)state;
    static char text[64 << 10];
    for (int d = -1; d <= 1; d++) {
        size_t len = (size_t)snprintf(text, sizeof(text), "GET / HTTP/1.1\r\n" H);
        for (int i = 1; i < (int)limits.fields_max + d; i++)
            len += (size_t)snprintf(text + len, sizeof(text) - len, "X%d: a\r\n", i);
        len += (size_t)snprintf(text + len, sizeof(text) - len, "\r\n");
        assert_int_equal(status_of((ra_str){text, len}), d > 0 ? 431 : 0);
    }
}

static void endless_method_is_501(void **state)
{
    (void)state;
    assert_int_equal(status_of(filled("", 64, " / HTTP/1.1\r\n" H "\r\n")), 0);
    assert_int_equal(status_of(filled("", 65, " / HTTP/1.1\r\n" H "\r\n")), 501);
}

static void endless_lines_are_refused_before_they_end(void **state)
{
    (void)state;
    assert_int_equal(status_of(filled("GET /", 20000, "")), 414);
    assert_int_equal(status_of(filled("GET / HTTP/1.1\r\nX", 20000, "")), 431);
    assert_int_equal(status_of(filled("GET / HTTP/1.1\r\nX: ", 20000, "")), 431);
}

static void empty_line_alone_is_no_request(void **state)
{
    (void)state;
    static reading r;
    read_in_steps(&r, RA_STR("\r\n"), 2, 1);
    assert_int_equal(r.verdict, RA__PARSE_MORE);
    assert_true(ra__head_only_blank(&r.head));
    read_in_steps(&r, RA_STR("\r"), 1, 1);
    assert_false(ra__head_only_blank(&r.head));
    ra__head_init(&r.head, &limits, r.fields);
    ra__head_set_blank_seen(&r.head);
    assert_int_equal(ra__head_feed(&r.head, "\r\n", 2), RA__PARSE_BAD);
}

int main(void)
{
    limits = ra__http_limits_default();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_have_one_verdict_at_every_split),
        cmocka_unit_test(slices_name_their_parts),
        cmocka_unit_test(absolute_target_without_path_has_an_empty_one),
        cmocka_unit_test(connection_options_are_read_in_any_case),
        cmocka_unit_test(expectations_are_ignored_in_http_1_0),
        cmocka_unit_test(line_ends_take_no_other_byte),
        cmocka_unit_test(method_takes_token_bytes_only),
        cmocka_unit_test(field_name_takes_token_bytes_only),
        cmocka_unit_test(field_value_takes_no_control_but_tab),
        cmocka_unit_test(target_takes_what_a_uri_may_have),
        cmocka_unit_test(target_is_limited),
        cmocka_unit_test(field_line_is_limited),
        cmocka_unit_test(whole_head_is_limited),
        cmocka_unit_test(number_of_fields_is_limited),
        cmocka_unit_test(endless_method_is_501),
        cmocka_unit_test(endless_lines_are_refused_before_they_end),
        cmocka_unit_test(empty_line_alone_is_no_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
