// SPDX-License-Identifier: MIT OR Apache-2.0
#include "private/units.h"

#include "base/text.h"

typedef struct {
    ra_str name;
    uint64_t factor;
} unit;

// From the largest down: printing takes them in this order.
static const unit duration_units[] = {
    {{"h", 1}, 3600000000000}, {{"m", 1}, 60000000000}, {{"s", 1}, 1000000000},
    {{"ms", 2}, 1000000},      {{"us", 2}, 1000},       {{"ns", 2}, 1},
};
static const unit size_units[] = {
    {{"GiB", 3}, 1 << 30}, {{"MiB", 3}, 1 << 20}, {{"KiB", 3}, 1 << 10}, {{"G", 1}, 1 << 30},
    {{"M", 1}, 1 << 20},   {{"K", 1}, 1 << 10},   {{"B", 1}, 1},
};
enum { DURATION_UNITS = 6, SIZE_UNITS = 7 };

static const unit *find_unit(const unit *units, size_t count, ra_str name)
{
    for (size_t i = 0; i < count; i++)
        if (ra_str_equal(units[i].name, name))
            return &units[i];
    return NULL;
}

/// Takes digits and points, or what is neither, from the front of *rest.
static ra_str take_run(ra_str *rest, bool digits)
{
    size_t len = 0;
    while (len < rest->len &&
           ((rest->ptr[len] >= '0' && rest->ptr[len] <= '9') || rest->ptr[len] == '.') == digits)
        len++;
    ra_str run = ra_str_slice(*rest, 0, len);
    *rest = ra_str_slice(*rest, len, rest->len);
    return run;
}

/// number * factor, exact for whole numbers; a fraction goes through a double and is rounded down.
static ra_status scaled(ra_str number, uint64_t factor, uint64_t *out)
{
    uint64_t whole = 0, product = 0;
    double value = 0;
    if (ra__u64_parse(number, &whole) == RA_OK) {
        if (__builtin_mul_overflow(whole, factor, &product))
            return RA_ERR_TOO_LARGE;
        *out = product;
        return RA_OK;
    }
    if (ra__f64_parse(number, &value) != RA_OK)
        return RA_ERR_INVALID;
    if (value * (double)factor >= 0x1p63)
        return RA_ERR_TOO_LARGE;
    *out = (uint64_t)(value * (double)factor);
    return RA_OK;
}

ra_status ra__duration_parse(ra_str text, int64_t *out_ns)
{
    ra_str rest = text;
    uint64_t total = 0;
    do {
        ra_str number = take_run(&rest, true);
        ra_str name = take_run(&rest, false);
        bool bare = name.len == 0 && number.len == text.len;
        const unit *found = find_unit(duration_units, DURATION_UNITS, bare ? RA_STR("s") : name);
        uint64_t part = 0;
        if (!found)
            return RA_ERR_INVALID;
        RA_TRY(scaled(number, found->factor, &part));
        if (__builtin_add_overflow(total, part, &total) || total > INT64_MAX)
            return RA_ERR_TOO_LARGE;
    } while (rest.len > 0);
    *out_ns = (int64_t)total;
    return RA_OK;
}

static size_t append(char *out, size_t len, ra_str text)
{
    memcpy(out + len, text.ptr, text.len);
    return len + text.len;
}

size_t ra__duration_print(char out[RA__UNITS_TEXT_MAX], int64_t ns)
{
    uint64_t rest = ns > 0 ? (uint64_t)ns : 0;
    size_t len = 0;
    for (unsigned i = 0; i < DURATION_UNITS; i++) {
        uint64_t count = rest / duration_units[i].factor;
        if (count == 0)
            continue;
        len += ra__u64_print(out + len, count);
        len = append(out, len, duration_units[i].name);
        rest %= duration_units[i].factor;
    }
    return len > 0 ? len : append(out, 0, RA_STR("0s"));
}

ra_status ra__size_parse(ra_str text, uint64_t *out_bytes)
{
    ra_str rest = text;
    ra_str number = take_run(&rest, true);
    const unit *found = find_unit(size_units, SIZE_UNITS, rest.len > 0 ? rest : RA_STR("B"));
    return found ? scaled(number, found->factor, out_bytes) : RA_ERR_INVALID;
}

size_t ra__size_print(char out[RA__UNITS_TEXT_MAX], uint64_t bytes)
{
    unsigned i = 0;
    while (i < 3 && (bytes == 0 || bytes % size_units[i].factor != 0))
        i++;
    size_t len = ra__u64_print(out, i < 3 ? bytes / size_units[i].factor : bytes);
    return i < 3 ? append(out, len, size_units[i].name) : len;
}
