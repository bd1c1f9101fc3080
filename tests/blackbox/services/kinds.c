// SPDX-License-Identifier: MIT OR Apache-2.0
// kinds: a route for every kind of member that a table knows. The answer is the input as the
// service understood it, so that a test sees each value. tests/blackbox/json_tables.py says the
// same tables in Python; whoever changes one changes the other.
#include <ramie/ramie.h>

// ---- one value of each kind

typedef enum { UNKNOWN = -1, RED = 1, GREEN = 2, DARK_BLUE = 300 } colour;
RA_ENUM_BIND(colour, RA_ENUM(UNKNOWN, "unknown"), RA_ENUM(RED, "red"), RA_ENUM(GREEN, "green"),
             RA_ENUM(GREEN, "verdant"), RA_ENUM(DARK_BLUE, "bleu \"foncé\""));

typedef struct {
    int32_t x, y;
} point;
RA_BIND(point, RA_FIELD(x), RA_FIELD(y));

/// Everything is required.
typedef struct {
    bool flag;
    int8_t i8;
    int16_t i16;
    int32_t i32;
    int64_t i64;
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    double number;
    ra_str text;
    ra_time at;
    colour paint;
    point spot;
} scalars;
RA_BIND(scalars, RA_FIELD(flag), RA_FIELD(i8), RA_FIELD(i16), RA_FIELD(i32), RA_FIELD(i64),
        RA_FIELD(u8), RA_FIELD(u16), RA_FIELD(u32), RA_FIELD(u64), RA_FIELD(number), RA_FIELD(text),
        RA_FIELD(at), RA_FIELD_OF(paint, colour), RA_FIELD_OF(spot, point));

/// Nothing is.
typedef struct {
    bool flag;
    int8_t i8;
    int16_t i16;
    int32_t i32;
    int64_t i64;
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    double number;
    ra_str text;
    ra_time at;
    colour paint;
    ra_opt_i32 preset;
} defaults;
RA_BIND(defaults, RA_FIELD(flag, .def = "true"), RA_FIELD(i8, .def = "-8"),
        RA_FIELD(i16, .def = "-16"), RA_FIELD(i32, .def = "-32"),
        RA_FIELD(i64, .def = "-9223372036854775808"), RA_FIELD(u8, .def = "8"),
        RA_FIELD(u16, .def = "16"), RA_FIELD(u32, .def = "32"),
        RA_FIELD(u64, .def = "18446744073709551615"), RA_FIELD(number, .def = "0.5"),
        RA_FIELD(text, .def = "défaut"), RA_FIELD(at, .def = "2000-01-01T00:00:00Z"),
        RA_FIELD_OF(paint, colour, .def = "green"), RA_FIELD(preset, .def = "5", .nullable = true));

/// Absent, null and set come back as they came; the strict ones may not be null, `wanted` may not
/// be absent.
typedef struct {
    ra_opt_bool flag;
    ra_opt_i32 i32;
    ra_opt_i64 i64;
    ra_opt_u32 u32;
    ra_opt_u64 u64;
    ra_opt_f64 number;
    ra_opt_str text;
    ra_opt_time at;
    RA_OPT(colour) paint;
    RA_OPT(point) spot;
    ra_opt_i32 strict_number;
    ra_opt_str strict_text;
    RA_OPT(point) strict_spot;
    ra_opt_str wanted;
} optionals;
#define THREE_STATES .nullable = true, .omit_absent = true
RA_BIND(optionals, RA_FIELD(flag, THREE_STATES), RA_FIELD(i32, THREE_STATES),
        RA_FIELD(i64, THREE_STATES), RA_FIELD(u32, THREE_STATES), RA_FIELD(u64, THREE_STATES),
        RA_FIELD(number, THREE_STATES), RA_FIELD(text, THREE_STATES), RA_FIELD(at, THREE_STATES),
        RA_FIELD_OF(paint, colour, THREE_STATES), RA_FIELD_OF(spot, point, THREE_STATES),
        RA_FIELD(strict_number, .omit_absent = true), RA_FIELD(strict_text, .omit_absent = true),
        RA_FIELD_OF(strict_spot, point, .omit_absent = true),
        RA_FIELD(wanted, .required = true, .nullable = true));

// ---- rules

typedef struct {
    int8_t i8;
    int16_t i16;
    int32_t i32;
    int64_t i64;
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;
    int64_t from_zero, to_zero;
    double number, positive;
    ra_str text, code;
    ra_list_i32 numbers;
    ra_list_str texts;
    RA_LIST(point) spots;
} ranges;
RA_BIND(ranges, RA_FIELD(i8, .def = "0", .min = -5, .max = 5),
        RA_FIELD(i16, .def = "0", .min = -300, .max = 300),
        RA_FIELD(i32, .def = "0", .min = -100000, .max = 100000),
        RA_FIELD(i64, .def = "0", .min = -9007199254740993, .max = 9007199254740993),
        RA_FIELD(u8, .def = "15", .min = 10, .max = 20), RA_FIELD(u16, .def = "1000", .min = 1000),
        RA_FIELD(u32, .def = "0", .max = 4294967294),
        RA_FIELD(u64, .def = "1", .min = 1, .max = 18446744073709551614ULL),
        RA_FIELD(from_zero, .def = "0", .min = 0), RA_FIELD(to_zero, .def = "0", .max = 0),
        RA_FIELD(number, .def = "0", .min = -1.5, .max = 0.1),
        RA_FIELD(positive, .def = "1", .min = 5e-324),
        RA_FIELD(text, .def = "two", .min_len = 2, .max_len = 5),
        RA_FIELD(code, .def = "abc", .min_len = 3, .max_len = 3),
        RA_FIELD(numbers, .required = false, .min_items = 1, .max_items = 3, .min = 0, .max = 9),
        RA_FIELD(texts, .required = false, .max_items = 2, .min_len = 1, .max_len = 4),
        RA_FIELD_OF(spots, point, .required = false, .min_items = 2));

// ---- lists and trees

typedef struct {
    ra_list_bool flags;
    ra_list_i32 i32s;
    ra_list_i64 i64s;
    ra_list_u32 u32s;
    ra_list_u64 u64s;
    ra_list_f64 numbers;
    ra_list_str texts;
    ra_list_time times;
    RA_LIST(colour) paints;
    RA_LIST(point) spots;
} lists;
RA_BIND(lists, RA_FIELD(flags, .required = false), RA_FIELD(i32s, .required = false),
        RA_FIELD(i64s, .required = false), RA_FIELD(u32s, .required = false),
        RA_FIELD(u64s, .required = false), RA_FIELD(numbers, .required = false),
        RA_FIELD(texts, .required = false), RA_FIELD(times, .required = false),
        RA_FIELD_OF(paints, colour, .required = false),
        RA_FIELD_OF(spots, point, .required = false));

typedef struct node node;
RA_BIND_LIST(node);
struct node {
    ra_str name;
    RA_LIST(node) children;
};
RA_BIND_ROWS(node, RA_FIELD(name, .def = ""), RA_FIELD_OF(children, node, .required = false));

// ---- names

typedef struct {
    int32_t slash, tilde, quote, backslash, accent, tea, control, spaces, digit, longest, longer;
} names;
RA_BIND(names, RA_FIELD(slash, .json = "a/b", .def = "0"),
        RA_FIELD(tilde, .json = "m~n", .def = "0"), RA_FIELD(quote, .json = "q\"q", .def = "0"),
        RA_FIELD(backslash, .json = "b\\b", .def = "0"),
        RA_FIELD(accent, .json = "naïve", .def = "0"),
        RA_FIELD(tea, .json = "\U0001F375", .def = "0"),
        RA_FIELD(control, .json = "a\tb\001c", .def = "0"),
        RA_FIELD(spaces, .json = " two words ", .def = "0"),
        RA_FIELD(digit, .json = "0", .def = "0"),
        RA_FIELD(longest,
                 .json = "a_name_that_is_longer_than_two_words_of_the_machine_and_than_the"
                         "_sixty_four_bytes_that_a_problem_keeps_of_an_unknown_name",
                 .def = "0"),
        RA_FIELD(longer, .json = "a_name_that_is_longer_than_two", .def = "0"));

/// More than 64 members: two words of every set.
typedef struct {
    int32_t m00, m01, m02, m03, m04, m05, m06, m07, m08, m09, m10, m11, m12, m13, m14, m15, m16,
        m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34,
        m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52,
        m53, m54, m55, m56, m57, m58, m59, m60, m61, m62, m63, m64, m65, m66, m67, m68, m69;
} wide;
#define TEN(d)                                                                                     \
    RA_FIELD(m##d##0), RA_FIELD(m##d##1), RA_FIELD(m##d##2), RA_FIELD(m##d##3), RA_FIELD(m##d##4), \
        RA_FIELD(m##d##5), RA_FIELD(m##d##6), RA_FIELD(m##d##7), RA_FIELD(m##d##8),                \
        RA_FIELD(m##d##9)
RA_BIND(wide, TEN(0), TEN(1), TEN(2), TEN(3), TEN(4), TEN(5), TEN(6));

/// What is not the same in both directions.
typedef struct {
    int64_t id;
    ra_str password;
    int64_t signed_text;
    uint64_t unsigned_text;
    ra_list_i64 texts;
} special;
RA_BIND(special, RA_FIELD(id, .readonly = true), RA_FIELD(password, .writeonly = true, .def = ""),
        RA_FIELD(signed_text, .as_string = true, .def = "0"),
        RA_FIELD(unsigned_text, .as_string = true, .def = "1", .min = 1),
        RA_FIELD(texts, .as_string = true, .required = false));

/// What stands beside `known` and inside of `spot` is nobody's.
typedef struct {
    ra_opt_bool known;
    RA_OPT(point) spot;
} anything;
RA_BIND(anything, RA_FIELD(known, .omit_absent = true),
        RA_FIELD_OF(spot, point, .omit_absent = true));

// ---- sources

typedef struct {
    int64_t id;
    ra_str slug;
    uint32_t limit;
    ra_list_str tags;
    ra_opt_str trace_id;
    colour paint;
    ra_str note;
    point spot;
} sources;
RA_BIND(sources, RA_FIELD(id, .min = 1), RA_FIELD(slug, .min_len = 2, .max_len = 8),
        RA_FIELD(limit, .from = RA_IN_QUERY, .def = "20", .min = 1, .max = 100),
        RA_FIELD(tags, .from = RA_IN_QUERY, .max_items = 3, .max_len = 4),
        RA_FIELD(trace_id, .from = RA_IN_HEADER, .max_len = 8),
        RA_FIELD_OF(paint, colour, .json = "X_Paint", .from = RA_IN_HEADER, .def = "red"),
        RA_FIELD(note), RA_FIELD_OF(spot, point));

/// The same members from the query and from headers.
#define TEXT_MEMBERS                                                                               \
    ra_opt_bool flag;                                                                              \
    int8_t i8;                                                                                     \
    uint8_t u8;                                                                                    \
    ra_opt_i64 i64;                                                                                \
    ra_opt_u64 u64;                                                                                \
    ra_opt_f64 number;                                                                             \
    ra_opt_str text;                                                                               \
    ra_opt_time at;                                                                                \
    RA_OPT(colour) paint;                                                                          \
    ra_list_i32 numbers;                                                                           \
    ra_list_str texts;                                                                             \
    RA_LIST(colour) paints
#define TEXT_ROWS(...)                                                                             \
    RA_FIELD(flag, .omit_absent = true __VA_ARGS__),                                               \
        RA_FIELD(i8, .def = "-1", .min = -5, .max = 5 __VA_ARGS__),                                \
        RA_FIELD(u8, .def = "1" __VA_ARGS__), RA_FIELD(i64, .omit_absent = true __VA_ARGS__),      \
        RA_FIELD(u64, .omit_absent = true __VA_ARGS__),                                            \
        RA_FIELD(number, .omit_absent = true __VA_ARGS__),                                         \
        RA_FIELD(text, .omit_absent = true, .min_len = 1, .max_len = 5 __VA_ARGS__),               \
        RA_FIELD(at, .omit_absent = true __VA_ARGS__),                                             \
        RA_FIELD_OF(paint, colour, .omit_absent = true __VA_ARGS__),                               \
        RA_FIELD(numbers, .required = false, .max_items = 3, .max = 9 __VA_ARGS__),                \
        RA_FIELD(texts, .required = false, .max_len = 3 __VA_ARGS__),                              \
        RA_FIELD_OF(paints, colour, .required = false __VA_ARGS__)

typedef struct {
    TEXT_MEMBERS;
} query;
RA_BIND(query, TEXT_ROWS());

typedef struct {
    TEXT_MEMBERS;
} headers;
RA_BIND(headers, TEXT_ROWS(, .from = RA_IN_HEADER));

typedef struct {
    bool flag;
    int8_t i8;
    uint64_t u64;
    double number;
    ra_time at;
    colour paint;
    ra_str text;
} path;
RA_BIND(path, RA_FIELD(flag), RA_FIELD(i8, .max = 100), RA_FIELD(u64), RA_FIELD(number),
        RA_FIELD(at), RA_FIELD_OF(paint, colour), RA_FIELD(text, .max_len = 4));

/// Nothing of it may be left out, wherever it comes from.
typedef struct {
    int32_t page;
    ra_list_i32 ids;
    ra_opt_str sort;
    ra_str api_key;
} needed;
RA_BIND(needed, RA_FIELD(page), RA_FIELD(ids, .required = true, .min_items = 2),
        RA_FIELD(sort, .required = true), RA_FIELD(api_key, .from = RA_IN_HEADER));

typedef struct {
    ra_str rest;
} file;
RA_BIND(file, RA_FIELD(rest));

// ---- the service

#define ECHO(name, T)                                                                              \
    static ra_status echo_##name(ra_ctx *ctx, const T *in, T *out)                                 \
    {                                                                                              \
        (void)ctx;                                                                                 \
        *out = *in;                                                                                \
        return RA_OK;                                                                              \
    }                                                                                              \
    _Static_assert(1, "")

ECHO(scalars, scalars);
ECHO(defaults, defaults);
ECHO(optionals, optionals);
ECHO(ranges, ranges);
ECHO(lists, lists);
ECHO(node, node);
ECHO(names, names);
ECHO(wide, wide);
ECHO(special, special);
ECHO(anything, anything);
ECHO(points, RA_LIST(point));
ECHO(texts, RA_LIST(ra_str));
ECHO(sources, sources);
ECHO(query, query);
ECHO(headers, headers);
ECHO(path, path);
ECHO(file, file);
ECHO(needed, needed);

/// Its input has nothing that must be there.
static ra_status take_defaults(ra_ctx *ctx, const defaults *in)
{
    (void)ctx, (void)in;
    return RA_OK;
}

static ra_status take_nothing(ra_ctx *ctx)
{
    (void)ctx;
    return RA_OK;
}

int main(int argc, char **argv)
{
    ra_app *app = ra_app_new("kinds", "1.0.0");
    ra_post(app, "/scalars", echo_scalars, scalars, scalars);
    ra_post(app, "/defaults", echo_defaults, defaults, defaults);
    ra_patch(app, "/optionals", echo_optionals, optionals, optionals);
    ra_put(app, "/ranges", echo_ranges, ranges, ranges);
    ra_post(app, "/lists", echo_lists, lists, lists);
    ra_post(app, "/tree", echo_node, node, node);
    ra_post(app, "/names", echo_names, names, names);
    ra_post(app, "/wide", echo_wide, wide, wide);
    ra_post(app, "/special", echo_special, special, special);
    ra_post(app, "/strict", echo_anything, anything, anything);
    ra_post(app, "/lenient", echo_anything, anything, anything, .unknown = RA_UNKNOWN_IGNORE);
    ra_post(app, "/points", echo_points, RA_LIST(point), RA_LIST(point));
    ra_post(app, "/texts", echo_texts, RA_LIST(ra_str), RA_LIST(ra_str));
    ra_put(app, "/sources/{id}/{slug}", echo_sources, sources, sources);
    ra_get(app, "/query", echo_query, query, query);
    ra_get(app, "/lenient-query", echo_query, query, query, .unknown = RA_UNKNOWN_IGNORE);
    ra_get(app, "/headers", echo_headers, headers, headers);
    ra_get(app, "/path/{flag}/{i8}/{u64}/{number}/{at}/{paint}/{text}", echo_path, path, path);
    ra_get(app, "/files/{rest...}", echo_file, file, file);
    ra_get(app, "/needed", echo_needed, needed, needed);
    ra_post(app, "/take", take_defaults, defaults, ra_none);
    ra_post(app, "/nothing", take_nothing, ra_none, ra_none);
    return ra_app_main(app, argc, argv);
}
