// SPDX-License-Identifier: MIT OR Apache-2.0
// JSON into structs: any bytes are decoded, refused or problems; what decodes is encoded, decoded and encoded again to the
// same text.
#include "fuzz.h"
#include <ramie/json.h>

typedef enum { COLOUR_RED, COLOUR_GREEN } colour;
RA_ENUM_BIND(colour, RA_ENUM(COLOUR_RED, "red"), RA_ENUM(COLOUR_GREEN, "green"));

typedef struct {
    ra_str street;
    double longitude;
} address;
RA_BIND(address, RA_FIELD(street, .max_len = 40), RA_FIELD(longitude, .min = -180, .max = 180));

typedef struct {
    int64_t id;
    uint32_t count;
    ra_str name;
    double price;
    bool sold;
    ra_time at;
    colour shade;
    address home;
    RA_OPT(address) work;
    RA_LIST(address) past;
    ra_list_str tags;
    ra_opt_str note;
} thing;
RA_BIND(thing, RA_FIELD(id), RA_FIELD(count, .def = "1"),
        RA_FIELD(name, .min_len = 1, .max_len = 80), RA_FIELD(price, .min = 0),
        RA_FIELD(sold, .def = "false"), RA_FIELD(at, .required = false),
        RA_FIELD_OF(shade, colour, .def = "red"), RA_FIELD_OF(home, address),
        RA_FIELD_OF(work, address, .nullable = true),
        RA_FIELD_OF(past, address, .required = false, .max_items = 10),
        RA_FIELD(tags, .required = false, .max_items = 10), RA_FIELD(note, .nullable = true));

enum { ARENA_BYTES_MAX = 4 << 20, TEXT_BYTES_MAX = 4 << 20 };

static void check_round_trip(ra_arena *arena, const thing *first)
{
    RA_SCOPED(ra_buf, text, ra_buf_init(TEXT_BYTES_MAX));
    RA_SCOPED(ra_buf, again, ra_buf_init(TEXT_BYTES_MAX));
    thing second = {0};
    ra_problems problems = {0};
    MUST(ra_json_encode(&text, thing, first) == RA_OK);
    MUST(ra_json_decode(arena, thing, ra_buf_str(&text), &second, &problems) == RA_OK);
    MUST(ra_json_encode(&again, thing, &second) == RA_OK);
    MUST(ra_str_equal(ra_buf_str(&text), ra_buf_str(&again)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ra_arena *arena = ra_arena_new(NULL, ARENA_BYTES_MAX);
    thing value = {0};
    ra_problems problems = {0};
    MUST(arena);
    ra_status status =
        ra_json_decode(arena, thing, ((ra_str){(const char *)data, size}), &value, &problems);
    MUST(status == RA_OK || status == RA_ERR_SYNTAX || status == RA_ERR_INVALID ||
         status == RA_ERR_EXHAUSTED);
    if (status == RA_ERR_SYNTAX)
        MUST(problems.line >= 1 && problems.column >= 1 && problems.offset <= size);
    if (status == RA_ERR_INVALID)
        MUST(problems.len > 0 && problems.len <= 32);
    if (status == RA_OK)
        check_round_trip(arena, &value);
    ra_arena_free(arena);
    return 0;
}
