// SPDX-License-Identifier: MIT OR Apache-2.0
#include "private/router.h"
#include "base/assert.h"
#include "base/heap.h"
#include "private/chars.h"
#include "private/url.h"

typedef struct node node;
struct node {
    ra_str literal; // the segment that leads here from the parent
    node **literals;
    size_t literal_count;
    node *one;  // {name}
    node *rest; // {name...}
    void *values[RA__METHOD_COUNT];
};

struct ra__router {
    node root;
};

// ---- the path of a route

typedef enum { LITERAL, ONE, REST } segment_kind;

/// Cut the first segment off `rest`, which starts behind a "/". false: there was none left.
static bool next_segment(ra_str *rest, ra_str *segment)
{
    if (!rest->ptr)
        return false;
    const char *slash = rest->len ? memchr(rest->ptr, '/', rest->len) : NULL;
    size_t len = slash ? (size_t)(slash - rest->ptr) : rest->len;
    *segment = (ra_str){rest->ptr, len};
    *rest = slash ? (ra_str){slash + 1, rest->len - len - 1} : (ra_str){NULL, 0};
    return true;
}

static ra_str behind_slash(ra_str path)
{
    return (ra_str){path.ptr + 1, path.len - 1};
}

static segment_kind kind_of(ra_str segment)
{
    if (segment.len == 0 || segment.ptr[0] != '{')
        return LITERAL;
    return segment.len > 5 && memcmp(segment.ptr + segment.len - 4, "...}", 4) == 0 ? REST : ONE;
}

static ra_str name_of(ra_str segment)
{
    return ra_str_slice(segment, 1, segment.len - (kind_of(segment) == REST ? 4 : 1));
}

static bool is_name(ra_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char lower = (char)(name.ptr[i] | 0x20);
        if (!(lower >= 'a' && lower <= 'z') && name.ptr[i] != '_' &&
            !(i > 0 && ra__is_digit(name.ptr[i])))
            return false;
    }
    return name.len > 0;
}

static const char *literal_check(ra_str segment, bool last)
{
    if (segment.len == 0 && !last)
        return "an empty segment";
    if (segment.len > RA__LITERAL_BYTES_MAX)
        return "a segment is longer than 255 bytes";
    if (ra_str_equal(segment, RA_STR(".")) || ra_str_equal(segment, RA_STR("..")))
        return "a segment . or .. never arrives";
    for (size_t i = 0; i < segment.len; i++) {
        uint8_t byte = (uint8_t)segment.ptr[i];
        if (byte == '{' || byte == '}')
            return "a placeholder is a whole segment: {name}, or {name...} at the end";
        if (byte == '?' || byte == '#' || byte == '%' || byte <= ' ' || byte == 0x7f)
            return "a byte that cannot be part of a path; write it decoded, without query";
    }
    return NULL;
}

static const char *segment_check(ra_str segment, bool last)
{
    if (kind_of(segment) == LITERAL)
        return literal_check(segment, last);
    if (segment.ptr[segment.len - 1] != '}' || !is_name(name_of(segment)))
        return "a placeholder is a whole segment: {name}, or {name...} at the end";
    if (kind_of(segment) == REST && !last)
        return "{name...} stands at the end only";
    return NULL;
}

static bool name_is_twice(ra_str path)
{
    ra_str names[RA__PATH_SEGMENTS_MAX];
    unsigned count = ra__route_path_names(path, names);
    for (unsigned i = 0; i < count; i++)
        for (unsigned j = 0; j < i; j++)
            if (ra_str_equal(names[i], names[j]))
                return true;
    return false;
}

const char *ra__route_path_check(ra_str path)
{
    if (path.len == 0 || path.ptr[0] != '/')
        return "a path starts with /";
    unsigned count = 0;
    ra_str rest = behind_slash(path);
    for (ra_str segment; next_segment(&rest, &segment);) {
        const char *why = segment_check(segment, !rest.ptr);
        if (why)
            return why;
        if (++count > RA__PATH_SEGMENTS_MAX)
            return "more than 32 segments";
    }
    return name_is_twice(path) ? "a placeholder stands there twice" : NULL;
}

unsigned ra__route_path_names(ra_str path, ra_str *names)
{
    unsigned count = 0;
    ra_str rest = behind_slash(path);
    for (ra_str segment; next_segment(&rest, &segment);)
        if (kind_of(segment) != LITERAL)
            names[count++] = name_of(segment);
    return count;
}

// ---- building

ra__router *ra__router_new(void)
{
    return ra__heap_alloc_zeroed(1, sizeof(ra__router));
}

/// Depth is bounded by RA__PATH_SEGMENTS_MAX.
static void free_below(node *at)
{
    for (size_t i = 0; i < at->literal_count; i++) {
        free_below(at->literals[i]);
        ra__heap_free(at->literals[i]);
    }
    ra__heap_free(at->literals);
    if (at->one)
        free_below(at->one);
    ra__heap_free(at->one);
    ra__heap_free(at->rest);
}

void ra__router_free(ra__router *router)
{
    if (!router)
        return;
    free_below(&router->root);
    ra__heap_free(router);
}

/// Order of literals in a node: by length, then by bytes; cheap to compare, all that a search
/// needs.
static int literal_compare(ra_str a, ra_str b)
{
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return a.len ? memcmp(a.ptr, b.ptr, a.len) : 0;
}

/// Where `segment` is among the literals, or belongs.
static size_t literal_place(const node *at, ra_str segment, bool *there)
{
    size_t low = 0, high = at->literal_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = literal_compare(at->literals[middle]->literal, segment);
        if (order == 0) {
            *there = true;
            return middle;
        }
        *(order < 0 ? &low : &high) = order < 0 ? middle + 1 : middle;
    }
    *there = false;
    return low;
}

/// NULL: no memory.
static node *literal_child(node *at, ra_str segment)
{
    bool there;
    size_t place = literal_place(at, segment, &there);
    if (there)
        return at->literals[place];
    node **grown = ra__heap_realloc(at->literals, (at->literal_count + 1) * sizeof(*grown));
    if (!grown)
        return NULL;
    at->literals = grown;
    node *child = ra__heap_alloc_zeroed(1, sizeof(*child));
    if (!child)
        return NULL;
    child->literal = segment;
    memmove(grown + place + 1, grown + place, (at->literal_count - place) * sizeof(*grown));
    grown[place] = child;
    at->literal_count++;
    return child;
}

static node *child_for(node *at, ra_str segment)
{
    segment_kind kind = kind_of(segment);
    if (kind == LITERAL)
        return literal_child(at, segment);
    node **place = kind == ONE ? &at->one : &at->rest;
    if (!*place)
        *place = ra__heap_alloc_zeroed(1, sizeof(node));
    return *place;
}

ra_status ra__router_add(ra__router *router, ra__method method, ra_str path, void *value,
                         void **taken_by)
{
    node *at = &router->root;
    ra_str rest = behind_slash(path);
    for (ra_str segment; next_segment(&rest, &segment);) {
        at = child_for(at, segment);
        if (!at)
            return RA_ERR_EXHAUSTED;
    }
    if (at->values[method]) {
        *taken_by = at->values[method];
        return RA_ERR_CONFLICT;
    }
    at->values[method] = value;
    return RA_OK;
}

// ---- looking up

typedef struct {
    ra__method method;
    bool plain; // no escape anywhere in the path
    ra__found *found;
} search;

/// Something is registered for the path: for this method too?
static bool arrive(search *s, const node *at)
{
    for (ra__method method = 0; method < RA__METHOD_COUNT; method++)
        if (at->values[method])
            s->found->allow |= 1u << method;
    if (s->method >= RA__METHOD_COUNT)
        return false;
    void *value = at->values[s->method];
    if (!value && s->method == RA__HEAD)
        value = at->values[RA__GET];
    s->found->value = value;
    return value != NULL;
}

static bool descend(search *s, const node *at, ra_str rest);

static bool try_literal(search *s, const node *at, ra_str segment, ra_str rest)
{
    char decoded[RA__LITERAL_BYTES_MAX];
    ra_str wanted = segment;
    if (!s->plain && !ra__url_is_plain(segment, false)) {
        if (segment.len > 3 * sizeof(decoded))
            return false;
        char all[3 * sizeof(decoded)];
        size_t len = ra__url_decode(all, segment, false);
        if (len > sizeof(decoded))
            return false;
        memcpy(decoded, all, len);
        wanted = (ra_str){decoded, len};
    }
    bool there;
    size_t place = literal_place(at, wanted, &there);
    return there && descend(s, at->literals[place], rest);
}

static bool capture(search *s, const node *child, ra_str text, ra_str rest)
{
    s->found->captures[s->found->count++] = text;
    if (descend(s, child, rest))
        return true;
    s->found->count--;
    return false;
}

/// `rest` is what stands behind the "/" of `at`; without a pointer the path has ended.
static bool descend(search *s, const node *at, ra_str rest)
{
    ra_str all = rest, segment;
    if (!next_segment(&rest, &segment))
        return arrive(s, at);
    if (at->literal_count > 0 && try_literal(s, at, segment, rest))
        return true;
    if (at->one && segment.len > 0 && capture(s, at->one, segment, rest))
        return true;
    // "%2F" would be a "/" that was not split at: refused where it could pass for one
    return at->rest && (s->plain || !ra__url_hides_slash(all)) &&
           capture(s, at->rest, all, (ra_str){NULL, 0});
}

void ra__router_find(const ra__router *router, ra__method method, ra_str raw_path, ra__found *found)
{
    found->value = NULL;
    found->allow = found->count = 0;
    search s = {.method = method, .plain = ra__url_is_plain(raw_path, false), .found = found};
    if (raw_path.len > 0)
        descend(&s, &router->root, behind_slash(raw_path));
}

size_t ra__allow_print(char out[64], unsigned allow)
{
    if (allow & 1u << RA__GET)
        allow |= 1u << RA__HEAD;
    allow |= 1u << RA__OPTIONS;
    size_t len = 0;
    for (ra__method method = 0; method < RA__METHOD_COUNT; method++) {
        if (!(allow & 1u << method))
            continue;
        ra_str name = ra_str_of(ra__method_name(method));
        if (len > 0) {
            memcpy(out + len, ", ", 2);
            len += 2;
        }
        memcpy(out + len, name.ptr, name.len);
        len += name.len;
    }
    RA_DEBUG_CHECK(len < 64, "an Allow of %zu bytes", len);
    return len;
}
