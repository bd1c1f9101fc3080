// SPDX-License-Identifier: MIT OR Apache-2.0
// Any bytes as JSON, read in several ways. What must hold, whatever they are:
//   the verdict on the grammar is the reference's, however the text is read;
//   a syntax error has one problem and a place inside of the text;
//   a value that was read keeps its table's rules, and is written and read back the same.
#include "../unit/json/reference.h"
#include "fuzz.h"
#include "json/json.h"

typedef enum { NEW, PAID } state;
RA_ENUM_BIND(state, RA_ENUM(NEW, "new"), RA_ENUM(PAID, "paid"));
typedef struct {
    ra_str sku;
    uint8_t qty;
    ra_opt_f64 price;
} line;
RA_BIND(line, RA_FIELD(sku, .min_len = 1, .max_len = 5), RA_FIELD(qty, .min = 1, .max = 100),
        RA_FIELD(price, .nullable = true, .min = 0));
typedef struct tree tree;
RA_BIND_LIST(tree);
struct tree {
    RA_LIST(tree) below;
    ra_opt_bool leaf;
};
RA_BIND_ROWS(tree, RA_FIELD_OF(below, tree, .required = false),
             RA_FIELD(leaf, .omit_absent = true));
typedef struct {
    int64_t id;
    ra_str name;
    double price;
    bool flag;
    state at;
    ra_time time;
    RA_LIST(line) lines;
    ra_list_i64 numbers;
    ra_opt_str note;
    RA_OPT(line) first;
    tree root;
    uint64_t quoted;
    int32_t limit;
} order;
RA_BIND(order, RA_FIELD(id, .required = false), RA_FIELD(name, .required = false, .max_len = 20),
        RA_FIELD(price, .required = false), RA_FIELD(flag, .required = false),
        RA_FIELD_OF(at, state, .required = false), RA_FIELD(time, .required = false),
        RA_FIELD_OF(lines, line, .required = false, .max_items = 3),
        RA_FIELD(numbers, .required = false), RA_FIELD(note, .nullable = true, .omit_absent = true),
        RA_FIELD_OF(first, line, .omit_absent = true), RA_FIELD_OF(root, tree, .required = false),
        RA_FIELD(quoted, .required = false, .as_string = true), RA_FIELD(limit, .def = "20"));

enum { ARENA_BYTES_MAX = 1 << 22, ANSWER_BYTES_MAX = 1 << 24 };

typedef union {
    order o;
    tree t;
    RA_LIST(line) lines;
    double number;
    int64_t integer;
    ra_str str;
} value;

static ra_str encode(ra_buf *buf, const ra__plan *plan, const value *v)
{
    MUST(ra__json_encode(buf, plan, v) == RA_OK);
    MUST(reference_accepts(buf->ptr, buf->len));
    return ra_buf_str(buf);
}

/// `v` was read from a text: write, read, write again.
static void round_trip(ra_arena *arena, const ra__plan *plan, const value *v)
{
    value back;
    ra_buf first = ra_buf_init(ANSWER_BYTES_MAX), second = ra_buf_init(ANSWER_BYTES_MAX);
    ra_str text = encode(&first, plan, v);
    MUST(ra_bind_check_(arena, plan->bind, v, NULL) == RA_OK);
    MUST(ra__json_decode(arena, plan, text, &back, NULL, NULL) == RA_OK);
    MUST(ra_str_equal(text, encode(&second, plan, &back)));
    ra_buf_deinit(&first);
    ra_buf_deinit(&second);
}

static void check_problems(const ra_problems *problems, ra_status status, size_t size)
{
    MUST((problems->len > 0) == (status == RA_ERR_SYNTAX || status == RA_ERR_INVALID));
    MUST(status != RA_ERR_SYNTAX || (problems->len == 1 && problems->offset <= size));
    MUST(status != RA_ERR_SYNTAX || (problems->line >= 1 && problems->column >= 1));
    MUST(problems->len <= RA__PROBLEMS_MAX);
}

static void read_as(const ra_bind *bind, ra_str text, bool good, const ra__json_opts *opts)
{
    value v;
    ra_problems problems = {0};
    ra_arena *arena = ra_arena_new(NULL, ARENA_BYTES_MAX);
    const ra__plan *plan = ra__plan_of(bind);
    ra_status status = ra__json_decode(arena, plan, text, &v, &problems, opts);
    if (status != RA_ERR_EXHAUSTED) {
        MUST((status == RA_ERR_SYNTAX) == !good);
        check_problems(&problems, status, text.len);
    }
    if (status == RA_OK && plan->self)
        round_trip(arena, plan, &v);
    ra_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const ra__json_opts strict = {.unknown_refuse = true, .in = "body"};
    ra_str text = {(const char *)data, size};
    bool good = reference_accepts(text.ptr, text.len);
    read_as(ra_bind_of(order), text, good, &strict);
    read_as(ra_bind_of(order), text, good, NULL);
    read_as(ra_bind_of(tree), text, good, NULL);
    read_as(RA_BIND_ra_list_line(), text, good, NULL);
    read_as(ra_bind_of(double), text, good, NULL);
    read_as(ra_bind_of(int64_t), text, good, NULL);
    read_as(ra_bind_of(ra_str), text, good, NULL);
    read_as(RA_BIND_ra_none(), text, good, NULL);
    return 0;
}
