// SPDX-License-Identifier: MIT OR Apache-2.0
// write_string: text as a JSON string. Escaped is only what must be: quotes, backslashes, control
// characters. Text may come from anywhere (a database, a literal), so bytes that are not UTF-8
// become U+FFFD, one for each.

#include "base/buf.h"
#include "base/text.h"
#include "private/words.h"
#include "json/json.h"

/// What comes behind the backslash; 'u': four hex digits; 0: the byte stands for itself.
static const char escapes[256] = {
    [0 ... 7] = 'u', ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n',  [11] = 'u',
    ['\f'] = 'f',    ['\r'] = 'r', ['"'] = '"',  ['\\'] = '\\', [14 ... 31] = 'u',
};

static ra_status put(ra_buf *buf, const char *text, size_t len)
{
    RA_TRY(ra__buf_reserve(buf, len));
    memcpy(buf->ptr + buf->len, text, len);
    buf->len += len;
    return RA_OK;
}

static ra_status put_escape(ra_buf *buf, unsigned char c)
{
    static const char digits[] = "0123456789abcdef";
    char text[] = {'\\', escapes[c], '0', '0', digits[c >> 4], digits[c & 15]};
    return put(buf, text, text[1] == 'u' ? sizeof text : 2);
}

/// Valid UTF-8, in runs between the bytes that are escaped.
static ra_status put_valid(ra_buf *buf, const char *at, const char *end)
{
    uint64_t seen = 0;
    while (at < end) {
        const char *stop = ra__plain_run(at, end, &seen);
        RA_TRY(put(buf, at, (size_t)(stop - at)));
        if (stop == end)
            break;
        RA_TRY(put_escape(buf, (unsigned char)*stop));
        at = stop + 1;
    }
    return RA_OK;
}

static ra_status put_slowly(ra_buf *buf, ra_str text)
{
    const char *at = text.ptr, *end = text.ptr + text.len;
    RA_TRY(put(buf, "\"", 1));
    for (;;) {
        const char *stop = at + ra__utf8_valid((ra_str){at, (size_t)(end - at)});
        RA_TRY(put_valid(buf, at, stop));
        if (stop == end)
            break;
        RA_TRY(put(buf, "\uFFFD", 3));
        at = stop + 1;
    }
    return put(buf, "\"", 1);
}

/// Most text is ASCII without anything to escape: quoted and copied in one go.
static bool is_plain(ra_str text)
{
    uint64_t seen = 0;
    const char *end = text.ptr + text.len;
    return ra__plain_run(text.ptr, end, &seen) == end && ra__word_is_ascii(seen);
}

ra_status ra__json_put_str(ra_buf *buf, ra_str text)
{
    size_t before = buf->len;
    if (text.len == 0)
        return put(buf, "\"\"", 2);
    if (is_plain(text)) {
        RA_TRY(ra__buf_reserve(buf, text.len + 2));
        char *to = buf->ptr + buf->len;
        to[0] = '"';
        memcpy(to + 1, text.ptr, text.len);
        to[text.len + 1] = '"';
        buf->len += text.len + 2;
        return RA_OK;
    }
    ra_status status = put_slowly(buf, text);
    if (status != RA_OK)
        buf->len = before;
    return status;
}
