// SPDX-License-Identifier: MIT OR Apache-2.0
#include "private/line.h"

#include "base/text.h"
#include "private/line_put.h"

#include <math.h>

enum {
    TAIL_BYTES = 640,     // kept free for the request's id and route, `truncated` and the end
    MESSAGE_COLUMNS = 24, // text: the message is padded to here
};

static const char *const level_names[] = {"DEBUG", "INFO", "WARN", "ERROR"};
static const char *const level_colors[] = {"\x1b[34m", "\x1b[32m", "\x1b[33m", "\x1b[31m"};
static const char dim[] = "\x1b[2m";
static const char plain[] = "\x1b[0m";

// ---- values

static void put_number(ra__line *line, const ra_kv *kv)
{
    char text[RA__NUMBER_TEXT_MAX];
    size_t len = kv->kind == RA_KV_I64_   ? ra__i64_print(text, kv->value.i64)
                 : kv->kind == RA_KV_U64_ ? ra__u64_print(text, kv->value.u64)
                                          : ra__f64_print(text, kv->value.f64);
    ra__line_put(line, (ra_str){text, len});
}

static void put_text(ra__line *line, ra__line_style style, ra_str text)
{
    if (style == RA__LINE_JSON)
        ra__line_put_quoted(line, text);
    else
        ra__line_put_word(line, text);
}

static void put_double(ra__line *line, ra__line_style style, const ra_kv *kv)
{
    if (isfinite(kv->value.f64))
        put_number(line, kv);
    else if (isnan(kv->value.f64))
        put_text(line, style, RA_STR("NaN"));
    else
        put_text(line, style, kv->value.f64 > 0 ? RA_STR("Infinity") : RA_STR("-Infinity"));
}

static void put_value(ra__line *line, ra__line_style style, const ra_kv *kv)
{
    char time[RA__NUMBER_TEXT_MAX];
    switch (kv->kind) {
    case RA_KV_BOOL_:
        ra__line_put(line, kv->value.flag ? RA_STR("true") : RA_STR("false"));
        return;
    case RA_KV_I64_:
    case RA_KV_U64_:
        put_number(line, kv);
        return;
    case RA_KV_F64_:
        put_double(line, style, kv);
        return;
    case RA_KV_TIME_:
        put_text(line, style, (ra_str){time, ra__time_print(time, kv->value.time)});
        return;
    default:
        put_text(line, style, kv->value.str);
    }
}

static void put_key(ra__line *line, ra__line_style style, ra_str key)
{
    if (style == RA__LINE_JSON) {
        ra__line_put(line, RA_STR(","));
        ra__line_put_quoted(line, key);
        ra__line_put(line, RA_STR(":"));
        return;
    }
    ra__line_put(line, RA_STR(" "));
    if (style == RA__LINE_COLOR)
        ra__line_put(line, ra_str_of(dim));
    ra__line_put_word(line, key);
    ra__line_put(line, RA_STR("="));
    if (style == RA__LINE_COLOR)
        ra__line_put(line, ra_str_of(plain));
}

/// All of the pair, or nothing of it: false when it found no room.
static bool put_pair(ra__line *line, ra__line_style style, const ra_kv *kv)
{
    size_t mark = line->len;
    put_key(line, style, ra_str_of(kv->key));
    put_value(line, style, kv);
    if (!line->full)
        return true;
    line->len = mark;
    line->full = false;
    return false;
}

// ---- the line

static void put_head_json(ra__line *line, const ra__record *record)
{
    char time[RA__NUMBER_TEXT_MAX];
    ra__line_put(line, RA_STR("{\"time\":\""));
    ra__line_put(line, (ra_str){time, ra__time_print(time, record->time)});
    ra__line_put(line, RA_STR("\",\"level\":\""));
    ra__line_put(line, ra_str_of(level_names[record->level]));
    ra__line_put(line, RA_STR("\",\"msg\":"));
    ra__line_put_quoted(line, ra_str_of(record->message));
}

static void put_spaces(ra__line *line, size_t count)
{
    static const char spaces[MESSAGE_COLUMNS + 1] = "                        ";
    ra__line_put(line, (ra_str){spaces, count < MESSAGE_COLUMNS ? count : MESSAGE_COLUMNS});
}

/// Milliseconds are enough for eyes, and always three digits keep the columns aligned.
static void put_time_text(ra__line *line, ra_time time)
{
    char text[RA__NUMBER_TEXT_MAX];
    int64_t ms = time.unix_ns / 1000000 % 1000;
    size_t seconds_len = sizeof "2026-11-21T09:00:00" - 1;
    if (ra__time_print(text, time) < seconds_len)
        return;
    ra__line_put(line, (ra_str){text, seconds_len});
    if (ms < 0)
        ms += 1000;
    char fraction[] = {
        '.', (char)('0' + ms / 100), (char)('0' + ms / 10 % 10), (char)('0' + ms % 10), 'Z', ' '};
    ra__line_put(line, (ra_str){fraction, sizeof fraction});
}

static void put_head_text(ra__line *line, ra__line_style style, const ra__record *record)
{
    ra_str level = ra_str_of(level_names[record->level]);
    put_time_text(line, record->time);
    if (style == RA__LINE_COLOR)
        ra__line_put(line, ra_str_of(level_colors[record->level]));
    ra__line_put(line, level);
    if (style == RA__LINE_COLOR)
        ra__line_put(line, ra_str_of(plain));
    put_spaces(line, 6 - level.len);

    size_t start = line->len;
    ra__line_put_escaped(line, ra_str_of(record->message));
    size_t used = line->len - start;
    if (used < MESSAGE_COLUMNS)
        put_spaces(line, MESSAGE_COLUMNS - used);
}

/// Where in the program, for people who look for the cause: not for INFO, whose message says what
/// happened.
static bool put_source(ra__line *line, ra__line_style style, const ra__record *record)
{
    char number[RA__NUMBER_TEXT_MAX], place[256];
    ra_str file = record->file ? ra_str_of(record->file) : RA_STR("");
    size_t digits = ra__i64_print(number, record->line);
    if (file.len == 0 || record->level == RA_LOG_INFO || file.len + digits + 1 > sizeof place)
        return true;
    memcpy(place, file.ptr, file.len);
    place[file.len] = ':';
    memcpy(place + file.len + 1, number, digits);
    return put_pair(line, style,
                    &(ra_kv){"source", RA_KV_STR_, {.str = {place, file.len + 1 + digits}}});
}

static bool put_request(ra__line *line, ra__line_style style, const ra__record *record)
{
    bool whole = true;
    if (record->id.len > 0)
        whole &= put_pair(line, style, &(ra_kv){"request_id", RA_KV_STR_, {.str = record->id}});
    if (record->route.len > 0)
        whole &= put_pair(line, style, &(ra_kv){"route", RA_KV_STR_, {.str = record->route}});
    return whole;
}

size_t ra__line_format(char out[RA__LINE_BYTES_MAX], ra__line_style style, const ra__record *record)
{
    ra__line line = {.ptr = out, .cap = RA__LINE_BYTES_MAX - TAIL_BYTES};
    if (style == RA__LINE_JSON)
        put_head_json(&line, record);
    else
        put_head_text(&line, style, record);

    bool whole = true;
    for (const ra_kv *kv = record->values; kv && kv->kind != RA_KV_END_; kv++)
        whole &= put_pair(&line, style, kv);
    whole &= put_source(&line, style, record);

    ra_str end = style == RA__LINE_JSON ? RA_STR("}\n") : RA_STR("\n");
    ra_kv cut = {"truncated", RA_KV_BOOL_, {.flag = true}};
    line.cap =
        RA__LINE_BYTES_MAX - end.len - sizeof ",\"truncated\":true" - sizeof plain - sizeof dim;
    whole &= put_request(&line, style, record);
    line.cap = RA__LINE_BYTES_MAX;
    if (!whole)
        (void)put_pair(&line, style, &cut);
    ra__line_put(&line, end);
    return line.len;
}
