// SPDX-License-Identifier: MIT OR Apache-2.0
// Random structs, written and read back: bit for bit the same. Their members also in another order,
// with blanks.
#include "base/arena.h"
#include "base/support.h"
#include "base/text.h"
#include "bind/value.h"
#include "json/json.h"

#include <math.h>
#include <stdio.h>

typedef enum { LOW = -3, MIDDLE = 0, HIGH = 1000 } level;
RA_ENUM_BIND(level, RA_ENUM(LOW, "low"), RA_ENUM(MIDDLE, "middle \\ \"quoted\""),
             RA_ENUM(HIGH, "h\xc3\xb6h"));
typedef enum __attribute__((packed)) { RED, GREEN } tiny;
RA_ENUM_BIND(tiny, RA_ENUM(RED, "red"), RA_ENUM(GREEN, "green"));
typedef struct {
    ra_str text;
    ra_opt_f64 number;
    tiny color;
} leaf;
RA_BIND(leaf, RA_FIELD(text), RA_FIELD(number, .nullable = true), RA_FIELD_OF(color, tiny));
typedef struct branch branch;
RA_BIND_LIST(branch);
struct branch {
    leaf own;
    RA_LIST(branch) below;
    RA_OPT(leaf) other;
};
RA_BIND_ROWS(branch, RA_FIELD_OF(own, leaf), RA_FIELD_OF(below, branch),
             RA_FIELD_OF(other, leaf, .nullable = true, .omit_absent = true));
typedef struct {
    bool flag;
    int8_t i8;
    uint8_t u8;
    int16_t i16;
    uint16_t u16;
    int32_t i32;
    uint32_t u32;
    int64_t i64;
    uint64_t u64;
    double f64;
    ra_str str;
    ra_time time;
    level at;
    branch tree;
    ra_opt_bool opt_flag;
    ra_opt_i32 opt_i32;
    ra_opt_u32 opt_u32;
    ra_opt_i64 opt_i64;
    ra_opt_u64 opt_u64;
    ra_opt_f64 opt_f64;
    ra_opt_str opt_str;
    ra_opt_time opt_time;
    RA_OPT(level) opt_at;
    ra_list_bool flags;
    ra_list_i32 i32s;
    ra_list_u32 u32s;
    ra_list_i64 i64s;
    ra_list_u64 u64s;
    ra_list_f64 f64s;
    ra_list_str strs;
    ra_list_time times;
    RA_LIST(level) levels;
    RA_LIST(tiny) tinies;
    RA_LIST(leaf) leaves;
    int64_t quoted;
    ra_list_u64 quoted_list;
} all;
#define OPT(m) RA_FIELD(m, .nullable = true, .omit_absent = true)
RA_BIND(all, RA_FIELD(flag), RA_FIELD(i8), RA_FIELD(u8), RA_FIELD(i16), RA_FIELD(u16),
        RA_FIELD(i32), RA_FIELD(u32), RA_FIELD(i64), RA_FIELD(u64), RA_FIELD(f64), RA_FIELD(str),
        RA_FIELD(time), RA_FIELD_OF(at, level), RA_FIELD_OF(tree, branch), OPT(opt_flag),
        OPT(opt_i32), OPT(opt_u32), OPT(opt_i64), OPT(opt_u64), OPT(opt_f64), OPT(opt_str),
        OPT(opt_time), RA_FIELD_OF(opt_at, level, .nullable = true, .omit_absent = true),
        RA_FIELD(flags), RA_FIELD(i32s), RA_FIELD(u32s), RA_FIELD(i64s), RA_FIELD(u64s),
        RA_FIELD(f64s), RA_FIELD(strs), RA_FIELD(times), RA_FIELD_OF(levels, level),
        RA_FIELD_OF(tinies, tiny), RA_FIELD_OF(leaves, leaf), RA_FIELD(quoted, .as_string = true),
        RA_FIELD(quoted_list, .as_string = true));

enum { ROUNDS = 300 };

static uint64_t seed = UINT64_C(0x2545F4914F6CDD1D);
static ra_arena *arena;

/// xorshift64*, G. Marsaglia and S. Vigna.
static uint64_t draw(void)
{
    seed ^= seed >> 12;
    seed ^= seed << 25;
    seed ^= seed >> 27;
    return seed * UINT64_C(2685821657736338717);
}

static unsigned below(unsigned end)
{
    return (unsigned)(draw() >> 33) % end;
}

/// Whole numbers of all magnitudes, so that limits come up too.
static uint64_t draw_bits(void)
{
    uint64_t bits = draw() >> below(64);
    return below(8) == 0 ? UINT64_MAX - below(3) : below(8) == 0 ? UINT64_C(1) << 63 : bits;
}

static double draw_f64(void)
{
    for (;;) {
        uint64_t bits = below(3) ? draw() : draw() & ~(UINT64_C(0x7FF) << 52); // subnormal
        double value;
        memcpy(&value, &bits, sizeof value);
        if (below(4) == 0)
            value = (double)(int64_t)draw_bits() / 100;
        if (isfinite(value))
            return value;
    }
}

static ra_str draw_str(void)
{
    static const uint32_t starts[] = {0,      0x20,   0x7f,   0x80,   0x7ff,
                                      0x2028, 0xd7ff, 0xe000, 0xffff, 0x1f600};
    char *text = ra__arena_try_text(arena, 160);
    size_t len = 0;
    for (unsigned n = below(30); n > 0; n--) {
        uint32_t code =
            below(2) ? 'a' + below(26) : starts[below(COUNT_OF(starts))] + below(2) * below(0x20);
        if (code < 0xD800 || code > 0xDFFF)
            len += ra__utf8_put(text + len, code);
    }
    return (ra_str){text, len};
}

static void draw_struct(const ra__plan *plan, void *base, unsigned depth);

static void draw_value(const ra__member *member, void *at, unsigned depth)
{
    switch (member->kind) {
    case RA_K_BOOL:
        *(bool *)at = below(2);
        break;
    case RA_K_F64:
        *(double *)at = draw_f64();
        break;
    case RA_K_STR:
        *(ra_str *)at = draw_str();
        break;
    case RA_K_TIME: // of the years that have a text
        ((ra_time *)at)->unix_ns = (int64_t)(draw() >> 1) - INT64_MAX / 2;
        break;
    case RA_K_BOUND:
        if (member->of->form == RA__PLAN_ENUM)
            ra__store_bits(
                at, member->of->size,
                (uint64_t)member->of->bind->values[below((unsigned)member->of->bind->value_count)]
                    .value);
        else
            draw_struct(member->of, at, depth + 1);
        break;
    default:
        ra__store_bits(at, member->item_size, draw_bits());
        break;
    }
}

static void draw_member(const ra__member *member, void *at, unsigned depth)
{
    unsigned count = member->shape == RA_SHAPE_LIST && depth < 5 ? below(6) : 0;
    for (; count > 0; count--)
        draw_value(member, ra__list_push(arena, at, member->item_size), depth);
    if (member->shape == RA_SHAPE_LIST)
        return;
    if (member->shape == RA_SHAPE_OPT)
        *ra__presence_at(member, at) = (ra_presence)below(3);
    if (member->shape != RA_SHAPE_OPT || *ra__presence_at(member, at) == RA_SET)
        draw_value(member, at, depth);
}

static void draw_struct(const ra__plan *plan, void *base, unsigned depth)
{
    for (uint32_t i = 0; i < plan->member_count; i++)
        draw_member(&plan->members[i], ra__member_at(&plan->members[i], base), depth);
}

static int open_arena(void **state)
{
    (void)state;
    arena = ra_arena_new(NULL, 64 << 20);
    return arena ? 0 : -1;
}

static int close_arena(void **state)
{
    (void)state;
    ra_arena_free(arena);
    return 0;
}

static ra_buf encoded(const all *value)
{
    ra_buf buf = ra_buf_init(64 << 20);
    assert_status(ra_json_encode(&buf, all, value), RA_OK);
    return buf;
}

static void what_is_written_reads_back_the_same(void **state)
{
    (void)state;
    const ra__plan *plan = ra__plan_of(ra_bind_of(all));
    for (int round = 0; round < ROUNDS; round++) {
        all value, back;
        memset(&value, 0, sizeof value);
        draw_struct(plan, &value, 0);
        ra_buf first = encoded(&value);
        ra_problems problems = {0};
        if (ra_json_decode(arena, all, ra_buf_str(&first), &back, &problems) != RA_OK)
            fail_msg("round %d: " RA_STR_FMT " " RA_STR_FMT ": " RA_STR_FMT, round,
                     RA_STR_ARG(problems.items[0].pointer), RA_STR_ARG(problems.items[0].code),
                     RA_STR_ARG(ra_buf_str(&first)));
        ra_buf second = encoded(&back);
        assert_true(ra_str_equal(ra_buf_str(&first), ra_buf_str(&second)));
        assert_true(memcmp(&value.f64, &back.f64, 8) == 0 && value.u64 == back.u64);
        assert_true(value.i64 == back.i64 && value.time.unix_ns == back.time.unix_ns);
        assert_int_equal(value.opt_i64.presence, back.opt_i64.presence);
        ra_buf_deinit(&first);
        ra_buf_deinit(&second);
        ra__arena_reset(arena);
    }
}

static void a_deep_copy_writes_the_same(void **state)
{
    (void)state;
    const ra__plan *plan = ra__plan_of(ra_bind_of(all));
    for (int round = 0; round < ROUNDS / 10; round++) {
        all value, copy;
        memset(&value, 0, sizeof value);
        draw_struct(plan, &value, 0);
        ra_arena *other = ra_arena_new(NULL, 16 << 20);
        assert_status(ra__bind_copy(other, plan, &value, &copy), RA_OK);
        ra_buf first = encoded(&value);
        ra__arena_reset(arena); // poisoned: a pointer that was not copied is seen
        ra_buf second = encoded(&copy);
        assert_true(ra_str_equal(ra_buf_str(&first), ra_buf_str(&second)));
        ra_buf_deinit(&first);
        ra_buf_deinit(&second);
        ra_arena_free(other);
    }
}

static void doubles_of_all_bit_patterns_come_back(void **state)
{
    (void)state;
    for (int i = 0; i < 20000; i++) {
        double value = draw_f64(), back = 0;
        ra_buf buf = ra_buf_init(64);
        assert_status(ra_json_encode(&buf, double, &value), RA_OK);
        assert_status(ra_json_decode(arena, double, ra_buf_str(&buf), &back, NULL), RA_OK);
        if (memcmp(&value, &back, sizeof value) != 0)
            fail_msg("%a became %a by " RA_STR_FMT, value, back, RA_STR_ARG(ra_buf_str(&buf)));
        ra_buf_deinit(&buf);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_reads_back_the_same),
        cmocka_unit_test(a_deep_copy_writes_the_same),
        cmocka_unit_test(doubles_of_all_bit_patterns_come_back),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
