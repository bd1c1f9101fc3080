// SPDX-License-Identifier: MIT OR Apache-2.0
// chunked: one byte, one step, but for data, which goes out in one piece.
//
// chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] ): whitespace stands only
// in front of a ";", a name, a "=" or a value, never in front of the CR LF.

#include "private/chunked.h"
#include "private/chars.h"

enum { SIZE_DIGITS_MAX = 16 };

typedef enum {
    SIZE,
    BEFORE_SEMICOLON, // whitespace has been seen behind a size, a name or a value
    BEFORE_NAME,
    NAME,
    BEFORE_EQUALS, // whitespace behind a name: "=" or ";" follows
    BEFORE_VALUE,
    VALUE,
    QUOTED,
    QUOTED_PAIR,
    QUOTED_END,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER, // the first byte of a trailer line, or of the last empty line
    TRAILER_NAME,
    TRAILER_VALUE,
    TRAILER_LF,
    LAST_LF,
    DONE
} state;

void ra__chunked_init(ra__chunked *chunked, const ra__http_limits *limits)
{
    *chunked = (ra__chunked){.limits = limits, .state = SIZE};
}

static bool refuse(ra__chunked *chunked, int status, const char *why)
{
    chunked->status = status;
    chunked->why = why;
    return false;
}

static bool go(ra__chunked *chunked, state next)
{
    chunked->state = (uint8_t)next;
    return true;
}

static bool is_space(char byte)
{
    return byte == ' ' || byte == '\t';
}

static bool on_size(ra__chunked *chunked, char byte)
{
    int digit = ra__hex_digit(byte);
    if (digit >= 0 && chunked->digits == SIZE_DIGITS_MAX)
        return refuse(chunked, 400, "a chunk size has more than 16 digits");
    if (digit >= 0) {
        chunked->size = chunked->size << 4 | (unsigned)digit;
        chunked->digits++;
        return true;
    }
    if (chunked->digits == 0)
        return refuse(chunked, 400, "a chunk starts with its size");
    if (byte == '\r')
        return go(chunked, SIZE_LF);
    if (byte == ';')
        return go(chunked, BEFORE_NAME);
    if (is_space(byte))
        return go(chunked, BEFORE_SEMICOLON);
    return refuse(chunked, 400, "a chunk size is a hexadecimal number");
}

static bool bad_extension(ra__chunked *chunked)
{
    return refuse(chunked, 400, "a chunk extension is malformed");
}

/// Behind a complete extension name or value, or whitespace after it.
static bool after_extension(ra__chunked *chunked, char byte, state spaced)
{
    if (byte == ';')
        return go(chunked, BEFORE_NAME);
    if (is_space(byte))
        return go(chunked, spaced);
    if (byte == '\r')
        return go(chunked, SIZE_LF);
    return bad_extension(chunked);
}

static bool on_before_semicolon(ra__chunked *chunked, char byte)
{
    if (is_space(byte))
        return true;
    return byte == ';' ? go(chunked, BEFORE_NAME) : bad_extension(chunked);
}

static bool on_before_name(ra__chunked *chunked, char byte)
{
    if (is_space(byte))
        return true;
    return ra__char_is(byte, RA__CHAR_TOKEN) ? go(chunked, NAME) : bad_extension(chunked);
}

static bool on_name(ra__chunked *chunked, char byte)
{
    if (ra__char_is(byte, RA__CHAR_TOKEN))
        return true;
    return byte == '=' ? go(chunked, BEFORE_VALUE) : after_extension(chunked, byte, BEFORE_EQUALS);
}

static bool on_before_equals(ra__chunked *chunked, char byte)
{
    if (is_space(byte))
        return true;
    if (byte == '=')
        return go(chunked, BEFORE_VALUE);
    return byte == ';' ? go(chunked, BEFORE_NAME) : bad_extension(chunked);
}

static bool on_before_value(ra__chunked *chunked, char byte)
{
    if (is_space(byte))
        return true;
    if (byte == '"')
        return go(chunked, QUOTED);
    return ra__char_is(byte, RA__CHAR_TOKEN) ? go(chunked, VALUE) : bad_extension(chunked);
}

static bool on_value(ra__chunked *chunked, char byte)
{
    if (ra__char_is(byte, RA__CHAR_TOKEN))
        return true;
    return after_extension(chunked, byte, BEFORE_SEMICOLON);
}

static bool on_quoted(ra__chunked *chunked, char byte)
{
    if (byte == '"')
        return go(chunked, QUOTED_END);
    if (byte == '\\')
        return go(chunked, QUOTED_PAIR);
    return ra__char_is(byte, RA__CHAR_VALUE) ? true : bad_extension(chunked);
}

static bool on_quoted_pair(ra__chunked *chunked, char byte)
{
    return ra__char_is(byte, RA__CHAR_VALUE) ? go(chunked, QUOTED) : bad_extension(chunked);
}

static bool on_quoted_end(ra__chunked *chunked, char byte)
{
    return after_extension(chunked, byte, BEFORE_SEMICOLON);
}

static bool on_size_lf(ra__chunked *chunked, char byte)
{
    if (byte != '\n')
        return refuse(chunked, 400, "a chunk size ends with CR LF");
    chunked->digits = 0;
    return go(chunked, chunked->size > 0 ? DATA : TRAILER);
}

static bool on_data_cr(ra__chunked *chunked, char byte)
{
    return byte == '\r' ? go(chunked, DATA_LF) : refuse(chunked, 400, "a chunk ends with CR LF");
}

static bool on_data_lf(ra__chunked *chunked, char byte)
{
    return byte == '\n' ? go(chunked, SIZE) : refuse(chunked, 400, "a chunk ends with CR LF");
}

static bool on_trailer(ra__chunked *chunked, char byte)
{
    if (byte == '\r')
        return go(chunked, LAST_LF);
    if (!ra__char_is(byte, RA__CHAR_TOKEN))
        return refuse(chunked, 400, "a trailer starts with its name");
    if (++chunked->trailer_count > chunked->limits->fields_max)
        return refuse(chunked, 431, "there are too many trailers");
    chunked->trailer_line_bytes = 1;
    return go(chunked, TRAILER_NAME);
}

static bool trailer_line_fits(ra__chunked *chunked)
{
    return ++chunked->trailer_line_bytes <= chunked->limits->field_bytes_max
               ? true
               : refuse(chunked, 431, "a trailer is too long");
}

static bool on_trailer_name(ra__chunked *chunked, char byte)
{
    if (byte != ':' && !ra__char_is(byte, RA__CHAR_TOKEN))
        return refuse(chunked, 400, "a trailer's name is a token, followed by a colon");
    if (byte == ':')
        go(chunked, TRAILER_VALUE);
    return trailer_line_fits(chunked);
}

static bool on_trailer_value(ra__chunked *chunked, char byte)
{
    if (byte == '\r')
        return go(chunked, TRAILER_LF);
    if (!ra__char_is(byte, RA__CHAR_VALUE))
        return refuse(chunked, 400, "a trailer has a control character");
    return trailer_line_fits(chunked);
}

static bool on_trailer_lf(ra__chunked *chunked, char byte)
{
    return byte == '\n' ? go(chunked, TRAILER) : refuse(chunked, 400, "a line ends with CR LF");
}

static bool on_last_lf(ra__chunked *chunked, char byte)
{
    return byte == '\n' ? go(chunked, DONE) : refuse(chunked, 400, "a line ends with CR LF");
}

typedef bool step_fn(ra__chunked *chunked, char byte);
static step_fn *const steps[DONE] = {
    [SIZE] = on_size,
    [BEFORE_SEMICOLON] = on_before_semicolon,
    [BEFORE_NAME] = on_before_name,
    [NAME] = on_name,
    [BEFORE_EQUALS] = on_before_equals,
    [BEFORE_VALUE] = on_before_value,
    [VALUE] = on_value,
    [QUOTED] = on_quoted,
    [QUOTED_PAIR] = on_quoted_pair,
    [QUOTED_END] = on_quoted_end,
    [SIZE_LF] = on_size_lf,
    [DATA_CR] = on_data_cr,
    [DATA_LF] = on_data_lf,
    [TRAILER] = on_trailer,
    [TRAILER_NAME] = on_trailer_name,
    [TRAILER_VALUE] = on_trailer_value,
    [TRAILER_LF] = on_trailer_lf,
    [LAST_LF] = on_last_lf,
};

/// What has no bound of its own: extensions of the body, trailers as a whole.
static bool within_limits(ra__chunked *chunked)
{
    bool in_extension = chunked->state >= BEFORE_SEMICOLON && chunked->state <= QUOTED_END;
    if (in_extension && ++chunked->extension_bytes > chunked->limits->chunk_extension_bytes_max)
        return refuse(chunked, 400, "chunk extensions are too long");
    bool in_trailer = chunked->state >= TRAILER && chunked->state <= LAST_LF;
    if (in_trailer && ++chunked->trailer_bytes > chunked->limits->head_bytes_max)
        return refuse(chunked, 431, "trailers are too long");
    return true;
}

/// The part of the chunk that is in `bytes` from `at` on.
static ra_str take_data(ra__chunked *chunked, ra_str bytes, size_t at)
{
    uint64_t here = bytes.len - at;
    size_t len = (size_t)(chunked->size < here ? chunked->size : here);
    chunked->size -= len;
    chunked->data_bytes += len;
    chunked->offset += len;
    if (chunked->size == 0)
        go(chunked, DATA_CR);
    return (ra_str){bytes.ptr + at, len};
}

ra__parse ra__chunked_next(ra__chunked *chunked, ra_str bytes, size_t *used, ra_str *data)
{
    *data = (ra_str){bytes.ptr, 0};
    size_t at = 0;
    for (; at < bytes.len && chunked->state != DATA; at++, chunked->offset++) {
        if (chunked->state == DONE)
            break;
        if (!within_limits(chunked) || !steps[chunked->state](chunked, bytes.ptr[at])) {
            *used = at;
            return RA__PARSE_BAD;
        }
    }
    if (chunked->state == DATA && at < bytes.len) {
        *data = take_data(chunked, bytes, at);
        at += data->len;
    }
    *used = at;
    return chunked->state == DONE ? RA__PARSE_DONE : RA__PARSE_MORE;
}

uint64_t ra__chunked_announced(const ra__chunked *chunked)
{
    uint64_t left = chunked->state == DATA ? chunked->size : 0; // elsewhere it may be half read
    return left > UINT64_MAX - chunked->data_bytes ? UINT64_MAX : chunked->data_bytes + left;
}
