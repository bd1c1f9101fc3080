// SPDX-License-Identifier: MIT OR Apache-2.0
// locate: where in a text a syntax error stands. The decoder keeps no lines and no names; only when
// there is an error the text before it is read once more.

#include "base/limits.h"
#include "base/text.h"
#include "private/codec.h"
#include "private/scan.h"

typedef struct {
    bool object, name_next; // the next string is a member's name
    ra_str name;            // of the member read last, as written
    uint32_t index;         // of the item read last
} level;

typedef struct {
    level levels[RA__JSON_DEPTH_MAX];
    unsigned open;
} tracker;

/// Behind the string's closing quote, or `end`.
static const char *string_end(const char *at, const char *end)
{
    for (at++; at < end && *at != '"'; at++)
        at += *at == '\\' && at + 1 < end;
    return at < end ? at + 1 : end;
}

static const char *track_string(tracker *track, const char *at, const char *end)
{
    const char *after = string_end(at, end);
    level *top = track->open ? &track->levels[track->open - 1] : NULL;
    if (top && top->name_next && after - at >= 2) {
        top->name = (ra_str){at + 1, (size_t)(after - at) - 2};
        top->name_next = false;
    }
    return after;
}

static void track_comma(tracker *track)
{
    level *top = &track->levels[track->open - 1];
    top->index++;
    top->name_next = top->object;
}

static const char *track_token(tracker *track, const char *at, const char *end)
{
    switch (*at) {
    case '"':
        return track_string(track, at, end);
    case '{':
    case '[':
        track->levels[track->open++] = (level){.object = *at == '{', .name_next = *at == '{'};
        break;
    case '}':
    case ']':
        track->open--;
        break;
    case ',':
        track_comma(track);
        break;
    default:
        break;
    }
    return at + 1;
}

static ra_str join(ra_arena *arena, ra_str pointer, const level *at)
{
    if (!at->object) {
        char digits[RA__NUMBER_TEXT_MAX];
        return ra__pointer_join(arena, pointer, (ra_str){digits, ra__u64_print(digits, at->index)});
    }
    char *text = ra_arena_try_alloc(arena, at->name.len + 1);
    ra_str name = {text, text ? ra__unescape(text, at->name) : 0};
    return ra__pointer_join(arena, pointer, ra__name_cut(name));
}

ra_str ra__locate(ra_arena *arena, ra_str text, size_t offset, size_t *line, size_t *column)
{
    tracker track = {.open = 0};
    const char *end = text.ptr + offset;
    for (const char *at = text.ptr; at < end;)
        at = track_token(&track, at, end);

    *line = 1;
    *column = 1;
    for (const char *at = text.ptr; at < end; at++) {
        bool starts_character = ((unsigned char)*at & 0xC0) != 0x80;
        *line += *at == '\n';
        *column = *at == '\n' ? 1 : *column + starts_character;
    }
    ra_str pointer = RA_STR("");
    for (unsigned i = 0; i + 1 < track.open; i++)
        pointer = join(arena, pointer, &track.levels[i]);
    return pointer;
}
