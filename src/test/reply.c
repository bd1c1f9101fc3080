// SPDX-License-Identifier: MIT OR Apache-2.0
// reply: an HTTP answer taken apart, for tests. Strict about what our own server must send; a pure
// function of bytes.
#include "base/arena.h"
#include "base/text.h"
#include "private/world.h"

typedef struct {
    ra_str name, value;
} field;
typedef struct {
    field *items;
    size_t count;
} head;

enum { FIELDS_MAX = 128 };

/// Takes a line and its CRLF from the front of *rest.
static bool take_line(ra_str *rest, ra_str *line)
{
    const char *end = rest->len >= 2 ? memmem(rest->ptr, rest->len, "\r\n", 2) : NULL;
    if (!end)
        return false;
    *line = ra_str_slice(*rest, 0, (size_t)(end - rest->ptr));
    *rest = ra_str_slice(*rest, line->len + 2, rest->len);
    return true;
}

static bool parse_status(ra_str line, int *status)
{
    int64_t code = 0;
    if (!ra_str_starts_with(line, RA_STR("HTTP/1.1 ")) || line.len < 13 || line.ptr[12] != ' ')
        return false;
    if (ra__i64_parse(ra_str_slice(line, 9, 12), &code) != RA_OK || code < 100)
        return false;
    *status = (int)code;
    return true;
}

static bool parse_fields(ra_str *rest, head *out)
{
    ra_str line;
    while (take_line(rest, &line)) {
        if (line.len == 0)
            return true;
        const char *colon = memchr(line.ptr, ':', line.len);
        if (!colon || out->count == FIELDS_MAX)
            return false;
        size_t at = (size_t)(colon - line.ptr);
        ra_str value = ra_str_slice(line, at + 1, line.len);
        while (value.len > 0 && value.ptr[0] == ' ')
            value = ra_str_slice(value, 1, value.len);
        out->items[out->count++] = (field){ra_str_slice(line, 0, at), value};
    }
    return false;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    char lower = ra__ascii_lower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static bool parse_size(ra_str line, size_t *out)
{
    size_t size = 0;
    for (size_t i = 0; i < line.len; i++) {
        int digit = hex_digit(line.ptr[i]);
        if (digit < 0 || size > SIZE_MAX / 32)
            return false;
        size = size * 16 + (size_t)digit;
    }
    *out = size;
    return line.len > 0;
}

static bool join_chunks(ra_arena *arena, ra_str rest, ra_str *body)
{
    char *text = ra_arena_try_alloc(arena, rest.len + 1);
    size_t len = 0, size = 1;
    ra_str line;
    while (text && size > 0) {
        if (!take_line(&rest, &line) || !parse_size(line, &size) || rest.len < size + 2)
            return false;
        memcpy(text + len, rest.ptr, size);
        len += size;
        rest = ra_str_slice(rest, size, rest.len);
        if (!take_line(&rest, &line) || line.len > 0)
            return false;
    }
    *body = (ra_str){text, len};
    return text != NULL && rest.len == 0;
}

static ra_str find(const head *fields, ra_str name)
{
    for (size_t i = 0; fields && i < fields->count; i++)
        if (ra__str_equal_fold(fields->items[i].name, name))
            return fields->items[i].value;
    return (ra_str){NULL, 0};
}

bool ra__reply_parse(ra_arena *arena, ra_str message, ra_test_reply *out)
{
    ra_str rest = message, line;
    head *all = ra_arena_try_alloc(arena, sizeof *all);
    if (!all)
        return false;
    all->items = ra_arena_try_alloc(arena, FIELDS_MAX * sizeof(field));
    if (!all->items || !take_line(&rest, &line) || !parse_status(line, &out->status) ||
        !parse_fields(&rest, all))
        return false;
    out->head_ = all;
    out->body = rest;
    if (ra_str_equal(find(all, RA_STR("Transfer-Encoding")), RA_STR("chunked")))
        return join_chunks(arena, rest, &out->body);
    ra_str length = find(all, RA_STR("Content-Length"));
    int64_t bytes = 0;
    if (!length.ptr)
        return true;
    return ra__i64_parse(length, &bytes) == RA_OK && (rest.len == (size_t)bytes || rest.len == 0);
}

ra_str ra_test_header(const ra_test_reply *reply, const char *name)
{
    return find(reply->head_, ra_str_of(name));
}
