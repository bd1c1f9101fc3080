// SPDX-License-Identifier: MIT OR Apache-2.0
// decode: text straight into structs, in one pass, without a tree.
//
// Two kinds of wrong. The grammar: `scan` has a fault, every function returns false up to the top,
// RA_ERR_SYNTAX. The table: the problem is noted, the value is skipped, decoding goes on. A step
// for each open container stands on the C stack; pointers are made from them only for problems.
// Depth is bounded, so the stack is.

#include "base/arena.h"
#include "base/text.h"
#include "bind/value.h"
#include "private/codec.h"
#include "private/scan.h"
#include "json/json.h"

/// The member or item being read in an open container.
typedef struct step {
    const struct step *parent;
    ra_str name;
    uint32_t index;
    bool is_index;
} step;

typedef struct {
    ra__scan scan;
    ra_arena *arena;
    ra_problems *problems;
    ra__json_opts opts;
    const step *at;
    unsigned depth;
    bool wrong;     // a problem was found
    bool exhausted; // the arena is used up
} decoder;

static bool decode_member(decoder *dec, const ra__member *member, void *at);

// ---- problems

static ra_str pointer_of(decoder *dec, const step *at)
{
    if (!at)
        return RA_STR("");
    char digits[RA__NUMBER_TEXT_MAX];
    ra_str name = at->is_index ? (ra_str){digits, ra__u64_print(digits, at->index)} : at->name;
    return ra__pointer_join(dec->arena, pointer_of(dec, at->parent), name);
}

static void tell(decoder *dec, const ra__member *member, bool item, ra__rule rule)
{
    dec->wrong = true;
    if (dec->problems && !dec->problems->truncated)
        ra__rule_tell(dec->arena, dec->problems, dec->opts.in, pointer_of(dec, dec->at), member,
                      item, rule);
}

/// True as long as decoding may go on.
static bool kept(decoder *dec, const ra__member *member, bool item, ra__rule rule)
{
    if (__builtin_expect(rule != RA__RULE_KEPT, 0))
        tell(dec, member, item, rule);
    return true;
}

static bool skip(decoder *dec)
{
    return ra__scan_skip(&dec->scan, RA__JSON_DEPTH_MAX - dec->depth);
}

/// The value breaks `rule` whatever it is.
static bool refuse(decoder *dec, const ra__member *member, bool item, ra__rule rule)
{
    tell(dec, member, item, rule);
    return skip(dec);
}

static bool exhausted(decoder *dec)
{
    dec->exhausted = true;
    return false;
}

static bool enter(decoder *dec, step *here)
{
    if (dec->depth == RA__JSON_DEPTH_MAX)
        return ra__scan_fail(&dec->scan, dec->scan.at, ra__scan_too_deep);
    dec->depth++;
    here->parent = dec->at;
    dec->at = here;
    return true;
}

static void leave(decoder *dec, const step *here)
{
    dec->depth--;
    dec->at = here->parent;
}

// ---- scalars

static ra__integer integer_of(ra_str text)
{
    ra__integer value = {.negative = text.ptr[0] == '-'};
    ra_str digits = {text.ptr + value.negative, text.len - value.negative};
    value.over = ra__u64_parse(digits, &value.magnitude) != RA_OK;
    return value;
}

static ra__rule put_f64(const ra__member *member, void *at, ra_str text)
{
    double value = 0;
    if (ra__f64_parse(text, &value) == RA_OK)
        return ra__put_f64(member, at, value);
    if (text.ptr[0] == '-')
        return member->row->min == RA_UNSET ? RA__RULE_RANGE : RA__RULE_MIN;
    return member->row->max == RA_UNSET ? RA__RULE_RANGE : RA__RULE_MAX;
}

static bool starts_number(char c)
{
    return c == '-' || (c >= '0' && c <= '9');
}

static bool decode_number(decoder *dec, const ra__member *member, void *at, bool item)
{
    ra__scan_digits number;
    if (!starts_number(ra__scan_peek(&dec->scan)))
        return refuse(dec, member, item, RA__RULE_TYPE);
    if (!ra__scan_number(&dec->scan, &number))
        return false;
    if (member->kind == RA_K_F64)
        return kept(dec, member, item, put_f64(member, at, number.text));
    if (!number.whole)
        return kept(dec, member, item, RA__RULE_TYPE);
    return kept(dec, member, item, ra__put_integer(member, at, integer_of(number.text)));
}

/// A view into the text, or unescaped in the arena.
static bool text_of(decoder *dec, const ra__scan_text *text, ra_str *out)
{
    *out = text->raw;
    if (!text->escaped)
        return true;
    char *place = ra__arena_try_text(dec->arena, text->raw.len);
    if (!place)
        return exhausted(dec);
    *out = (ra_str){place, ra__unescape(place, text->raw)};
    return true;
}

/// .as_string: the string holds an integer as JSON writes it, and nothing else.
static ra__rule put_quoted_integer(const ra__member *member, void *at, ra_str text)
{
    ra__scan inner = {.at = text.ptr, .end = text.ptr + text.len};
    ra__scan_digits number;
    bool sound = starts_number(ra__scan_peek(&inner)) && ra__scan_number(&inner, &number);
    if (!sound || !number.whole || inner.at != inner.end)
        return RA__RULE_TYPE;
    return ra__put_integer(member, at, integer_of(number.text));
}

/// What is written as a string: text, times, enums, integers with .as_string.
static bool decode_string(decoder *dec, const ra__member *member, void *at, bool item)
{
    ra__scan_text text;
    ra_str str;
    if (ra__scan_peek(&dec->scan) != '"')
        return refuse(dec, member, item, RA__RULE_TYPE);
    if (!ra__scan_string(&dec->scan, &text) || !text_of(dec, &text, &str))
        return false;
    switch (member->kind) {
    case RA_K_STR:
        return kept(dec, member, item, ra__put_str(member, at, str, text.ascii && !text.escaped));
    case RA_K_TIME:
        return kept(dec, member, item, ra__put_text(member, at, str));
    case RA_K_BOUND:
        return kept(dec, member, item, ra__put_enum(member, at, str));
    default:
        return kept(dec, member, item, put_quoted_integer(member, at, str));
    }
}

static bool decode_bool(decoder *dec, const ra__member *member, void *at, bool item)
{
    char c = ra__scan_peek(&dec->scan);
    ra_str literal = c == 't' ? RA_STR("true") : RA_STR("false");
    bool value = c == 't';
    if (c != 't' && c != 'f')
        return refuse(dec, member, item, RA__RULE_TYPE);
    memcpy(at, &value, sizeof value);
    return ra__scan_literal(&dec->scan, literal);
}

// ---- structs

/// Is the key expected next the one that stands here? Then behind it.
static bool take_expected(decoder *dec, const ra__key *key)
{
    if (!ra__key_matches(key, dec->scan.at, dec->scan.end))
        return false;
    dec->scan.at += key->len;
    ra__scan_blanks(&dec->scan);
    return true;
}

/// The next key: *place is its member's, or -1 and *name what it says.
static bool decode_key(decoder *dec, const ra__plan *plan, uint32_t expected, int *place,
                       ra_str *name)
{
    ra__scan_text text;
    *place = (int)expected;
    if (expected < plan->member_count && take_expected(dec, &ra__keys_of(plan)[expected]))
        return true;
    if (!ra__scan_name(&dec->scan, &text) || !text_of(dec, &text, name))
        return false;
    *place = ra__plan_find(plan, *name);
    return true;
}

static bool is_refused_readonly(const decoder *dec, const ra__member *member)
{
    return member->row->readonly && !dec->opts.readonly_take;
}

static bool decode_unknown(decoder *dec, step *here, ra_str name)
{
    if (!dec->opts.unknown_refuse)
        return skip(dec);
    here->name = ra__name_cut(name);
    return refuse(dec, NULL, false, RA__RULE_UNKNOWN);
}

typedef struct {
    const ra__plan *plan;
    char *base;
    ra__member_set allowed, seen;
} object;

static bool decode_known(decoder *dec, object *obj, step *here, unsigned place)
{
    const ra__member *member = &obj->plan->members[place];
    here->name = member->name;
    if (is_refused_readonly(dec, member))
        return refuse(dec, member, false, RA__RULE_READONLY);
    if (ra__set_has(&obj->seen, place))
        return refuse(dec, member, false, RA__RULE_DUPLICATE);
    ra__set_add(&obj->seen, place);
    return decode_member(dec, member, obj->base + member->offset);
}

/// What the text did not give: defaults, and problems for what it must.
static void finish(decoder *dec, object *obj, step *here)
{
    const ra__plan *plan = obj->plan;
    for (unsigned word = 0; word * 64 < plan->member_count; word++) {
        uint64_t readonly = dec->opts.readonly_take ? 0 : plan->readonly.bits[word];
        uint64_t missing = obj->allowed.bits[word] & ~obj->seen.bits[word];
        uint64_t required = missing & plan->required.bits[word] & ~readonly;
        uint64_t defaults = missing & plan->defaults.bits[word];
        for (; defaults; defaults &= defaults - 1)
            ra__member_default(&plan->members[word * 64 + (unsigned)__builtin_ctzll(defaults)],
                               obj->base);
        for (; required; required &= required - 1) {
            const ra__member *member =
                &plan->members[word * 64 + (unsigned)__builtin_ctzll(required)];
            here->name = member->name;
            tell(dec, member, false, RA__RULE_REQUIRED);
        }
    }
}

static bool decode_members(decoder *dec, object *obj, step *here)
{
    uint32_t expected = 0;
    bool more;
    if (!ra__scan_open(&dec->scan, '}', &more))
        return false;
    while (more) {
        int place;
        ra_str name;
        if (!decode_key(dec, obj->plan, expected, &place, &name))
            return false;
        bool known = place >= 0 && ra__set_has(&obj->allowed, (unsigned)place);
        if (place >= 0 && !known)
            name = obj->plan->members[place].name;
        expected = place >= 0 ? (uint32_t)place + 1 : expected;
        if (!(known ? decode_known(dec, obj, here, (unsigned)place)
                    : decode_unknown(dec, here, name)))
            return false;
        if (!ra__scan_next(&dec->scan, '}', &more))
            return false;
    }
    return true;
}

static bool decode_struct(decoder *dec, const ra__member *member, void *at, bool item)
{
    object obj = {.plan = member->of, .base = at};
    step here = {0};
    if (ra__scan_peek(&dec->scan) != '{')
        return refuse(dec, member, item, RA__RULE_TYPE);
    if (dec->depth == 0 && dec->opts.members)
        obj.allowed = *dec->opts.members;
    else
        memset(&obj.allowed, 0xFF, sizeof obj.allowed);
    if (!enter(dec, &here) || !decode_members(dec, &obj, &here))
        return false;
    finish(dec, &obj, &here);
    leave(dec, &here);
    return true;
}

// ---- members

/// One value of the member's kind: a plain member, what an optional wraps, or a list's item.
static bool decode_value(decoder *dec, const ra__member *member, void *at, bool item)
{
    switch (member->kind) {
    case RA_K_BOOL:
        return decode_bool(dec, member, at, item);
    case RA_K_STR:
    case RA_K_TIME:
        return decode_string(dec, member, at, item);
    case RA_K_BOUND:
        return member->of->form == RA__PLAN_ENUM ? decode_string(dec, member, at, item)
                                                 : decode_struct(dec, member, at, item);
    default:
        return member->row->as_string ? decode_string(dec, member, at, item)
                                      : decode_number(dec, member, at, item);
    }
}

static bool decode_item(decoder *dec, const ra__member *member, void *at)
{
    if (ra__scan_peek(&dec->scan) != 'n')
        return decode_value(dec, member, at, true);
    tell(dec, member, true, RA__RULE_NULL);
    return ra__scan_literal(&dec->scan, RA_STR("null"));
}

/// Items past .max_items are read by the grammar only: they cost no memory.
static bool decode_items(decoder *dec, const ra__member *member, ra__list *list, step *here)
{
    bool more;
    if (!ra__scan_open(&dec->scan, ']', &more))
        return false;
    for (here->index = 0; more; here->index++) {
        bool wanted = here->index < member->row->max_items;
        void *item = wanted ? ra__list_push(dec->arena, list, member->item_size) : NULL;
        if (wanted && !item)
            return exhausted(dec);
        if (!(item ? decode_item(dec, member, item) : skip(dec)))
            return false;
        if (!ra__scan_next(&dec->scan, ']', &more))
            return false;
    }
    return true;
}

static bool decode_list(decoder *dec, const ra__member *member, void *at)
{
    step here = {.is_index = true};
    if (ra__scan_peek(&dec->scan) != '[')
        return refuse(dec, member, false, RA__RULE_TYPE);
    if (!enter(dec, &here) || !decode_items(dec, member, at, &here))
        return false;
    leave(dec, &here);
    return kept(dec, member, false, ra__check_items(member, here.index));
}

static bool decode_null(decoder *dec, const ra__member *member, void *at)
{
    if (!ra__scan_literal(&dec->scan, RA_STR("null")))
        return false;
    if (!dec->at) // the whole text
        return kept(dec, member, false, RA__RULE_TYPE);
    if (!member->nullable)
        return kept(dec, member, false, RA__RULE_NULL);
    *ra__presence_at(member, at) = RA_NULL;
    return true;
}

static bool decode_member(decoder *dec, const ra__member *member, void *at)
{
    if (ra__scan_peek(&dec->scan) == 'n')
        return decode_null(dec, member, at);
    if (member->shape == RA_SHAPE_LIST)
        return decode_list(dec, member, at);
    if (member->shape == RA_SHAPE_OPT)
        *ra__presence_at(member, at) = RA_SET;
    return decode_value(dec, member, at, false);
}

// ---- the whole

static bool decode_text(decoder *dec, const ra__plan *plan, void *out)
{
    ra__scan_blanks(&dec->scan);
    if (dec->scan.at == dec->scan.end)
        return ra__scan_fail(&dec->scan, dec->scan.at, "there is no JSON text");
    if (!(plan->self ? decode_member(dec, plan->self, out) : skip(dec)))
        return false;
    ra__scan_blanks(&dec->scan);
    return dec->scan.at == dec->scan.end ||
           ra__scan_fail(&dec->scan, dec->scan.at, "something follows the JSON text");
}

static ra_status tell_syntax(decoder *dec, ra_str text)
{
    ra_problems *problems = dec->problems;
    if (!problems)
        return RA_ERR_SYNTAX;
    problems->len = 0;
    problems->truncated = false;
    problems->offset = (size_t)(dec->scan.fault - text.ptr);
    ra_str pointer =
        ra__locate(dec->arena, text, problems->offset, &problems->line, &problems->column);
    ra__problem_add(dec->arena, problems, dec->opts.in, pointer, "syntax", "%s", dec->scan.what);
    return RA_ERR_SYNTAX;
}

ra_status ra__json_decode(ra_arena *arena, const ra__plan *plan, ra_str text, void *out,
                          ra_problems *problems, const ra__json_opts *opts)
{
    if (!text.ptr)
        text = RA_STR("");
    decoder dec = {
        .scan = {.at = text.ptr, .end = text.ptr + text.len},
        .arena = arena,
        .problems = problems,
        .opts = opts ? *opts : (ra__json_opts){.readonly_take = true},
    };
    if (!dec.opts.in)
        dec.opts.in = "body";
    if (!dec.opts.members && plan->size)
        memset(out, 0, plan->size);
    bool read = decode_text(&dec, plan, out);
    if (dec.exhausted)
        return RA_ERR_EXHAUSTED;
    if (!read)
        return tell_syntax(&dec, text);
    return dec.wrong ? RA_ERR_INVALID : RA_OK;
}

ra_status ra_json_decode_(ra_arena *arena, const ra_bind *bind, ra_str text, void *out,
                          ra_problems *problems)
{
    return ra__json_decode(arena, ra__plan_of(bind), text, out, problems, NULL);
}
