// SPDX-License-Identifier: MIT OR Apache-2.0
// plan: a table made ready: rows checked once, names hashed, defaults parsed. What json, http, sql
// and app read.
//
// A plan is made once per ra_bind, under a lock, lives as long as the process and is read-only
// afterwards. Programs that serve make all plans at start (ra__plans_seal); a table first met later
// is made on the spot.
#ifndef RAMIE_BIND_PLAN_H
#define RAMIE_BIND_PLAN_H

#include "base/fault.h"
#include "base/limits.h"
#include <ramie/bind.h>

typedef struct ra__plan ra__plan;

typedef enum {
    RA__PLAN_NONE,   // ra_none
    RA__PLAN_SCALAR, // int64_t, ra_str, ...: one member without a name, offset 0
    RA__PLAN_STRUCT,
    RA__PLAN_ENUM,
    RA__PLAN_LIST // RA_LIST(T): `item`
} ra__plan_form;

// Sets of members: bit i is member i. Up to RA__MEMBERS_MAX a struct (more is a fault at start).

enum { RA__MEMBERS_MAX = 256 };
typedef struct {
    uint64_t bits[RA__MEMBERS_MAX / 64];
} ra__member_set;
static inline void ra__set_add(ra__member_set *set, unsigned i)
{
    set->bits[i / 64] |= UINT64_C(1) << (i % 64);
}
static inline bool ra__set_has(const ra__member_set *set, unsigned i)
{
    return set->bits[i / 64] >> (i % 64) & 1;
}

// ---- plans

typedef struct ra__names ra__names; // bind/names.h

typedef struct {
    ra_str name, sql_name; // outside; column
    uint32_t offset, size;
    uint32_t item_size; // of one value: a list's item, what an optional wraps, else the member
    uint32_t presence;  // RA_SHAPE_OPT: offset of .presence within the member
    uint8_t kind;       // RA_K_*, without the shape
    uint8_t shape;      // 0, RA_SHAPE_OPT, RA_SHAPE_LIST
    uint8_t source;     // ra_source as written; RA_IN_AUTO is the route's to settle
    bool required;      // in a request: a .readonly member is not
    bool nullable, has_default;
    bool has_bounds;    // RA_K_F64: .min or .max
    bool has_lengths;   // RA_K_STR: .min_len or .max_len
    const ra__plan *of; // RA_K_BOUND: of the struct or enum (of the item, for a list)
    const ra_row *row;  // all options; never NULL
    const void *preset; // .def, converted: item_size bytes; NULL: none
    // Integers: what the C type holds, cut by .min and .max. Unsigned kinds use the u64 half.
    union {
        int64_t i64;
        uint64_t u64;
    } low, high;
} ra__member;

struct ra__plan {
    const ra_bind *bind;
    ra__plan_form form;
    size_t size;
    const ra__member *members; // STRUCT; skipped ones left out
    uint32_t member_count;
    const ra__member *self;             // the whole value as one member without a name, at offset 0
    const ra__plan *item;               // LIST of bound items; NULL: of scalars
    const ra__names *names, *sql_names; // of members, of enum values
    ra__member_set required;            // .readonly ones too: an answer has them
    ra__member_set readonly, defaults;
    void *codec; // json's part, made with the plan
};

/// How json's part is made, in the plans' memory; it returns NULL when that is used up. Set before
/// main; NULL when json is not linked.
extern void *(*ra__plan_codec_make)(ra_arena *arena, const ra__plan *plan);

/// Never NULL; a table with faults traps with them (ra__plans_seal has told them nicely before).
const ra__plan *ra__plan_of(const ra_bind *bind);
/// Check every table of the program (RA_BIND registers itself before main); when all are in order,
/// make their plans. A fault is told once, however many files include a table's header.
void ra__plans_seal(ra__faults *faults);
/// The same for one table and those it refers to.
void ra__plan_seal(const ra_bind *bind, ra__faults *faults);
/// -1: no member of that name.
int ra__plan_find(const ra__plan *plan, ra_str name);
int ra__plan_find_sql(const ra__plan *plan, ra_str sql_name);
/// The member whose name in C is `name`.
int ra__plan_find_c(const ra__plan *plan, const char *name);

// ---- problems

/// `in`: "body", "query", "path", "header"; `code`: stable, "min_len". Text is made in the arena;
/// input values are never echoed. Past RA__PROBLEMS_MAX: truncated. pointer is a JSON Pointer
/// already escaped. Memory gone: truncated too.
RA_PRINTF(6, 7)
void ra__problem_add(ra_arena *arena, ra_problems *problems, const char *in, ra_str pointer,
                     const char *code, const char *format, ...);
/// What a pointer says of a name that no table knows: its first 64 bytes, cut at a character's end.
ra_str ra__name_cut(ra_str name);
/// `prefix` "/" name, with `~` and `/` of the name escaped; in the arena.
ra_str ra__pointer_join(ra_arena *arena, ra_str prefix, ra_str name);

// ---- one value from text: path, query, header, configuration

/// Convert, check the row's rules, store. A repeated value of a list member appends. Returns false
/// after adding a problem (pointer: "/name"). The struct at `base` was zeroed before the first.
/// Text of ra_str is borrowed, not copied.
bool ra__member_from_text(ra_arena *arena, const ra__member *member, void *base, ra_str text,
                          const char *in, ra_problems *problems);
/// Members of `which` not in `seen`: the default, or a problem "required" (for a list only when `in`
/// is "body" or its row says .required). Lists that were seen: .min_items and .max_items.
void ra__members_finish(ra_arena *arena, const ra__plan *plan, void *base,
                        const ra__member_set *which, const ra__member_set *seen, const char *in,
                        ra_problems *problems);

// ---- one value to and from a database or a log

typedef struct {
    enum { RA__SCALAR_NULL, RA__SCALAR_I64, RA__SCALAR_F64, RA__SCALAR_STR } type;
    int64_t i64; // bool: 0, 1; time: ns since 1970; uint64 above INT64_MAX: refused
    double f64;
    ra_str str; // enum: its name
} ra__scalar;
/// The value to bind as a parameter; *present is false for an absent optional (then NULL).
/// RA_ERR_INVALID: the member is a struct or list, or does not fit.
RA_MUST_USE ra_status ra__member_get(const ra__member *member, const void *base, ra__scalar *out,
                                     bool *present);
/// A column into its member; text is copied into the arena. RA_ERR_DECODE: NULL into a plain
/// member, another type, out of the member's range, unknown enum name. Text that is not UTF-8 is
/// kept as it is; json writes it with U+FFFD.
/// RA_ERR_EXHAUSTED.
RA_MUST_USE ra_status ra__member_set_scalar(ra_arena *arena, const ra__member *member, void *base,
                                            const ra__scalar *value);

/// Deep copy of *from into *to by its table; all text and lists in the arena. RA_ERR_EXHAUSTED;
/// RA_ERR_INVALID: nested deeper than 64.
RA_MUST_USE ra_status ra__bind_copy(ra_arena *arena, const ra__plan *plan, const void *from,
                                    void *to);

#endif
