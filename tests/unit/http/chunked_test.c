// SPDX-License-Identifier: MIT OR Apache-2.0
// Every body of the table is read whole, at every split point and byte by byte, ending at a guard
// page: the same data, verdict and place.

#include "http/guard.h"
#include "http/private/chunked.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static ra__http_limits limits;

typedef struct {
    ra__parse verdict;
    int status;
    uint64_t offset;
    char data[1 << 16];
    size_t len;
} reading;

/// Feed one piece until it is used up or there is a verdict.
static void feed(reading *r, ra__chunked *chunked, ra_str bytes)
{
    ra_str there = guarded(bytes);
    while (there.len > 0 && r->verdict == RA__PARSE_MORE) {
        size_t used;
        ra_str data;
        r->verdict = ra__chunked_next(chunked, there, &used, &data);
        assert_true(used <= there.len);
        if (r->verdict == RA__PARSE_MORE) {
            assert_true(used > 0);
            memcpy(r->data + r->len, data.ptr, data.len);
            r->len += data.len;
        }
        there = ra_str_slice(there, used, there.len);
    }
    r->status = chunked->status;
    r->offset = chunked->offset;
}

static void read_in_steps(reading *r, ra_str bytes, size_t first, size_t step)
{
    ra__chunked chunked;
    ra__chunked_init(&chunked, &limits);
    r->verdict = RA__PARSE_MORE;
    r->len = 0;
    for (size_t from = 0, len = first; from < bytes.len; from += len, len = step) {
        feed(r, &chunked, ra_str_slice(bytes, from, from + len));
        if (r->verdict != RA__PARSE_MORE)
            return;
    }
}

static void same(const reading *a, const reading *b)
{
    assert_int_equal(a->verdict, b->verdict);
    assert_int_equal(a->status, b->status);
    assert_int_equal(a->offset, b->offset);
    assert_int_equal(a->len, b->len);
    assert_memory_equal(a->data, b->data, a->len);
}

static reading *read_every_way(ra_str bytes)
{
    static reading whole, other;
    read_in_steps(&whole, bytes, bytes.len, bytes.len + 1);
    for (size_t split = 1; split < bytes.len; split++) {
        read_in_steps(&other, bytes, split, bytes.len);
        same(&whole, &other);
    }
    read_in_steps(&other, bytes, 1, 1);
    same(&whole, &other);
    return &whole;
}

typedef struct {
    const char *rule;
    ra_str bytes;
    int status; // 0: complete, -1: more is needed
    const char *data;
} body;
#define B(rule, status, data, literal)                                                             \
    {                                                                                              \
        rule, {"" literal, sizeof(literal) - 1}, status, data                                      \
    }

static const body bodies[] = {
    B("empty", 0, "", "0\r\n\r\n"),
    B("one chunk", 0, "Wiki", "4\r\nWiki\r\n0\r\n\r\n"),
    B("several chunks", 0, "Wikipedia in", "4\r\nWiki\r\n5\r\npedia\r\n3\r\n in\r\n0\r\n\r\n"),
    B("upper and lower case digits", 0, "0123456789a0123456789b",
      "A\r\n0123456789\r\nc\r\na0123456789b\r\n0\r\n\r\n"),
    B("leading zeros up to 16 digits", 0, "a", "0000000000000001\r\na\r\n0000000000000000\r\n\r\n"),
    B("what follows is not read", 0, "a", "1\r\na\r\n0\r\n\r\nGET / HTTP/1.1\r\n"),
    B("data may look like framing", 0, "\r\n0\r\n\r\n", "7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n"),
    B("no end", -1, "Wiki", "4\r\nWiki\r\n"),
    B("no last line", -1, "", "0\r\n"),
    // 14: sizes
    B("14 no size", 400, "", "\r\n\r\n"),
    B("14 0x", 400, "", "0x5\r\nabcde\r\n"),
    B("14 minus", 400, "", "-1\r\na\r\n"),
    B("14 plus", 400, "", "+1\r\na\r\n"),
    B("14 underscore", 400, "", "1_0\r\n"),
    B("14 h", 400, "", "5h\r\n"),
    B("14 17 digits", 400, "", "00000000000000001\r\na\r\n"),
    B("14 2^64", 400, "", "10000000000000000\r\n"),
    B("14 space before", 400, "", " 5\r\nabcde\r\n"),
    B("14 space behind", 400, "", "5 \r\nabcde\r\n"),
    B("14 tab behind", 400, "", "5\t\r\nabcde\r\n"),
    B("14 bare LF behind the size", 400, "", "5\nabcde\r\n"),
    B("14 bare CR behind the size", 400, "", "5\rabcde\r\n"),
    B("14 bare LF behind the data", 400, "abcde", "5\r\nabcde\n0\r\n\r\n"),
    B("14 data too long", 400, "abcde", "5\r\nabcdef\r\n0\r\n\r\n"),
    B("14 data too short", 400, "abcd\r", "5\r\nabcd\r\n0\r\n\r\n"),
    B("14 CR CR LF behind the data", 400, "a", "1\r\na\r\r\n0\r\n\r\n"),
    B("14 NUL as size", 400, "", "\0\r\n"),
    B("14 bare LF ends the body", 400, "", "0\r\n\n"),
    B("14 bare CR ends the body", 400, "", "0\r\n\rx"),
    B("14 nothing between two chunks", 400, "a", "1\r\na1\r\nb\r\n"),
    // 15: extensions
    B("15 name", 0, "a", "1;x\r\na\r\n0;y\r\n\r\n"),
    B("15 name and value", 0, "a", "1;x=y;z=1\r\na\r\n0\r\n\r\n"),
    B("15 quoted value", 0, "a", "1;x=\"a;b\\\"\t \\\\\"\r\na\r\n0\r\n\r\n"),
    B("15 whitespace where it may be", 0, "a", "1 ; x = y\t;\tz\r\na\r\n0\r\n\r\n"),
    B("15 whitespace before the end", 400, "", "1;x \r\na\r\n"),
    B("15 whitespace behind a value", 400, "", "1;x=y \r\na\r\n"),
    B("15 empty name", 400, "", "1;\r\na\r\n"),
    B("15 empty value", 400, "", "1;x=\r\na\r\n"),
    B("15 CR within", 400, "", "1;x\ra\r\na\r\n"),
    B("15 LF within", 400, "", "1;x\na\r\na\r\n"),
    B("15 LF within quotes", 400, "", "1;x=\"a\nb\"\r\na\r\n"),
    B("15 CR LF within quotes", 400, "", "1;x=\"a\r\nb\"\r\na\r\n"),
    B("15 NUL within quotes", 400, "", "1;x=\"\0\"\r\na\r\n"),
    B("15 text behind quotes", 400, "", "1;x=\"a\"b\r\na\r\n"),
    B("15 no token", 400, "", "1;(\r\na\r\n"),
    // 15: trailers
    B("15 trailer", 0, "", "0\r\nExpires: now\r\n\r\n"),
    B("15 framing as trailer means nothing", 0, "",
      "0\r\nContent-Length: 5\r\nTransfer-Encoding: x\r\nHost: b\r\n\r\n"),
    B("15 empty trailer value", 0, "", "0\r\nX:\r\n\r\n"),
    B("15 trailer without colon", 400, "", "0\r\nX\r\n\r\n"),
    B("15 trailer with space before the colon", 400, "", "0\r\nX : a\r\n\r\n"),
    B("15 trailer without name", 400, "", "0\r\n: a\r\n\r\n"),
    B("15 folded trailer", 400, "", "0\r\nX: a\r\n b\r\n\r\n"),
    B("15 control in a trailer", 400, "", "0\r\nX: \x01\r\n\r\n"),
    B("15 bare LF in a trailer", 400, "", "0\r\nX: a\n\r\n"),
    B("15 CR in a trailer", 400, "", "0\r\nX: a\rb\r\n\r\n"),
};

static void bodies_have_one_verdict_at_every_split(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
        const body *b = &bodies[i];
        reading *r = read_every_way(b->bytes);
        int status = r->verdict == RA__PARSE_DONE  ? 0
                     : r->verdict == RA__PARSE_BAD ? r->status
                                                   : -1;
        if (status != b->status || r->len != strlen(b->data) || memcmp(r->data, b->data, r->len))
            fail_msg("%s: %d instead of %d, %zu bytes of data", b->rule, status, b->status, r->len);
    }
}

static void line_ends_take_no_other_byte(void **state)
{
    (void)state;
    char text[] = "3;x=\"y\"\r\nabc\r\n1\r\nd\r\n0;z\r\nT: u\r\nV:\r\n\r\n";
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

static void end_is_where_the_next_message_starts(void **state)
{
    (void)state;
    assert_int_equal(read_every_way(RA_STR("1\r\na\r\n0\r\nX: y\r\n\r\nGET"))->offset,
                     strlen("1\r\na\r\n0\r\nX: y\r\n\r\n"));
}

static void largest_size_does_not_overflow(void **state)
{
    (void)state;
    ra__chunked chunked;
    ra__chunked_init(&chunked, &limits);
    size_t used;
    ra_str data, text = RA_STR("ffffffffffffffff\r\nabc");
    assert_int_equal(ra__chunked_next(&chunked, text, &used, &data), RA__PARSE_MORE);
    assert_int_equal(data.len, 3);
    assert_true(chunked.size == UINT64_MAX - 3);
}

static void announced_is_what_came_and_what_the_size_promises(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        uint64_t announced;
    } cases[] = {
        {"", 0},
        {"f", 0},
        {"f\r", 0},
        {"f\r\n", 15},
        {"f\r\nabc", 15},
        {"2\r\nab", 2},
        {"2\r\nab\r\n3", 2},
        {"2\r\nab\r\n3;x\r\n", 5},
        {"2\r\nab\r\n0\r\n", 2},
        {"2\r\nab\r\nffffffffffffffff\r\n", UINT64_MAX},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ra__chunked chunked;
        ra__chunked_init(&chunked, &limits);
        ra_str data, rest = ra_str_of(cases[i].bytes);
        for (size_t used; rest.len > 0; rest = ra_str_slice(rest, used, rest.len))
            assert_int_equal(ra__chunked_next(&chunked, rest, &used, &data), RA__PARSE_MORE);
        if (ra__chunked_announced(&chunked) != cases[i].announced)
            fail_msg("%s", cases[i].bytes);
    }
}

static int status_of(const char *before, size_t count, const char *after)
{
    static char text[64 << 10];
    static reading r;
    size_t len = strlen(before);
    memcpy(text, before, len);
    memset(text + len, 'a', count);
    strcpy(text + len + count, after);
    read_in_steps(&r, (ra_str){text, strlen(text)}, 7, 1000);
    return r.verdict == RA__PARSE_DONE ? 0 : r.verdict == RA__PARSE_BAD ? r.status : -1;
}

static void extensions_of_a_body_are_limited(void **state)
{
    (void)state;
    for (int d = -1; d <= 1; d++) {
        // ";" is read while the size is; the name and the CR count
        size_t count = (size_t)((int)limits.chunk_extension_bytes_max - 1 + d);
        assert_int_equal(status_of("1;", count, "\r\nb\r\n0\r\n\r\n"), d > 0 ? 400 : 0);
    }
    assert_int_equal(
        status_of("1;x\r\na\r\n1;", limits.chunk_extension_bytes_max - 1, "\r\nb\r\n0\r\n\r\n"),
        400);
}

static void trailers_are_limited(void **state)
{
    (void)state;
    for (int d = -1; d <= 1; d++)
        assert_int_equal(
            status_of("0\r\nX:", (size_t)((int)limits.field_bytes_max - 2 + d), "\r\n\r\n"),
            d > 0 ? 431 : 0);
    assert_int_equal(status_of("0\r\nX", 20000, ""), 431);
    assert_int_equal(status_of("0\r\nX: ", 20000, ""), 431);
}

static void number_of_trailers_is_limited(void **state)
{
    (void)state;
    static char text[64 << 10];
    for (int d = 0; d <= 1; d++) {
        strcpy(text, "0\r\n");
        for (int i = 0; i < (int)limits.fields_max + d; i++)
            strcat(text, "X: a\r\n");
        assert_int_equal(status_of(text, 0, "\r\n"), d ? 431 : 0);
    }
}

static void all_trailers_together_are_limited(void **state)
{
    (void)state;
    static char text[64 << 10];
    strcpy(text, "0\r\n");
    for (int i = 0; i < 5; i++)
        snprintf(text + strlen(text), 8000, "X: %04000d\r\n", 0);
    assert_int_equal(status_of(text, 0, "\r\n"), 431);
}

int main(void)
{
    limits = ra__http_limits_default();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies_have_one_verdict_at_every_split),
        cmocka_unit_test(line_ends_take_no_other_byte),
        cmocka_unit_test(end_is_where_the_next_message_starts),
        cmocka_unit_test(largest_size_does_not_overflow),
        cmocka_unit_test(announced_is_what_came_and_what_the_size_promises),
        cmocka_unit_test(extensions_of_a_body_are_limited),
        cmocka_unit_test(trailers_are_limited),
        cmocka_unit_test(number_of_trailers_is_limited),
        cmocka_unit_test(all_trailers_together_are_limited),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
