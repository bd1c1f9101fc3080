// SPDX-License-Identifier: MIT OR Apache-2.0
// seal: is a table in order? Every fault is told with the file and line of its row.
//
// Layout: members in the order of their offsets must fill the struct, but for the padding that
// alignment asks for. A hole larger than that is a member somebody forgot.

#include "base/text.h"
#include "bind/value.h"
#include "private/make.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

enum { MESSAGE_BYTES_MAX = 512, ROWS_MAX = 2 * RA__MEMBERS_MAX };

typedef struct {
    const ra_bind *bind;
    const ra_row *row; // NULL: the table itself
    ra__faults *faults;
    bool sound;
} checker;

/// "file:line: table.member: message", unless it has been told already.
RA_PRINTF(2, 3) static void fault(checker *check, const char *format, ...)
{
    char message[MESSAGE_BYTES_MAX], line[2 * MESSAGE_BYTES_MAX];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);

    const ra_bind *bind = check->bind;
    const ra_row *row = check->row;
    int at = (int)(row ? row->line_ : bind->line);
    snprintf(line, sizeof line, "%s%s%s: %s", bind->name, row ? "." : "", row ? row->name_ : "",
             message);
    check->sound = false;

    char whole[sizeof line + MESSAGE_BYTES_MAX];
    int bytes = snprintf(whole, sizeof whole, "%s:%d: %s\n", bind->file, at, line);
    ra_str told = ra_buf_str(&check->faults->text);
    if (!told.len || !memmem(told.ptr, told.len, whole, (size_t)bytes))
        ra__fault_add(check->faults, bind->file, at, "%s", line);
}

// ---- one row

static unsigned kind_of(const ra_row *row)
{
    return row->kind_ & ~(unsigned)(RA_SHAPE_OPT | RA_SHAPE_LIST);
}

static const ra_bind *enum_of(const ra_row *row)
{
    const ra_bind *bind = row->of_ ? row->of_() : NULL;
    return bind && bind->form == RA_FORM_ENUM_ ? bind : NULL;
}

static bool is_struct(const ra_row *row)
{
    return kind_of(row) == RA_K_BOUND && !enum_of(row);
}

static void check_not_built(checker *check)
{
    const ra_row *row = check->row;
    if (row->pattern)
        fault(check, ".pattern is not built yet");
    if (row->scale != -1)
        fault(check, ".scale is not built yet");
    if (row->from == RA_IN_FORM)
        fault(check, ".from = RA_IN_FORM is not built yet");
    if (row->from == RA_IN_COOKIE)
        fault(check, ".from = RA_IN_COOKIE is not built yet");
}

static void check_source(checker *check)
{
    const ra_row *row = check->row;
    bool as_text = row->from == RA_IN_PATH || row->from == RA_IN_QUERY || row->from == RA_IN_HEADER;
    if (as_text && is_struct(row))
        fault(check, "a struct comes from the body only");
    if (row->from == RA_IN_PATH && row->kind_ & RA_SHAPE_LIST)
        fault(check, "a list cannot come from the path");
    if (row->readonly && row->from != RA_IN_AUTO)
        fault(check, ".readonly members have no source: drop .from");
    if (row->readonly && row->writeonly)
        fault(check, ".readonly and .writeonly exclude each other");
}

/// Rules that the member's kind cannot break would be ignored silently.
static void check_kind(checker *check)
{
    const ra_row *row = check->row;
    unsigned kind = kind_of(row);
    bool bounds = row->min != RA_UNSET || row->max != RA_UNSET;
    if (bounds && !ra__kind_is_number(kind))
        fault(check, ".min and .max are for integers and double");
    if ((row->min_len || row->max_len != UINT32_MAX) && kind != RA_K_STR)
        fault(check, ".min_len and .max_len are for ra_str");
    if ((row->min_items || row->max_items != UINT32_MAX) && !(row->kind_ & RA_SHAPE_LIST))
        fault(check, ".min_items and .max_items are for lists");
    if (row->nullable && !(row->kind_ & RA_SHAPE_OPT))
        fault(check, ".nullable is for RA_OPT: a plain member has no way to be null");
    if (row->omit_absent && !(row->kind_ & RA_SHAPE_OPT))
        fault(check, ".omit_absent is for RA_OPT: a plain member is never absent");
    if (row->as_string && !ra__kind_is_integer(kind))
        fault(check, ".as_string is for integers");
}

/// Does the range .min to .max leave a value that the C type holds?
static bool has_values(const ra_row *row)
{
    ra__member member = ra__member_of(row);
    if (kind_of(row) == RA_K_F64)
        return (row->min == RA_UNSET || row->min <= DBL_MAX) &&
               (row->max == RA_UNSET || row->max >= -DBL_MAX);
    if (!ra__kind_is_signed(member.kind))
        return member.low.u64 <= member.high.u64;
    return member.low.i64 <= member.high.i64;
}

static void check_bounds(checker *check)
{
    const ra_row *row = check->row;
    if (row->min_len > row->max_len)
        fault(check, ".min_len is greater than .max_len");
    if (row->min_items > row->max_items)
        fault(check, ".min_items is greater than .max_items");
    if (!ra__kind_is_number(kind_of(row)))
        return;
    if (isnan(row->min) || isnan(row->max))
        fault(check, ".min or .max is not a number");
    else if (row->min != RA_UNSET && row->max != RA_UNSET && row->min > row->max)
        fault(check, ".min is greater than .max");
    else if (!has_values(row))
        fault(check, ".min and .max leave no value that the member's type holds");
}

static bool enum_has(const ra_bind *bind, const char *name)
{
    for (size_t i = 0; i < bind->value_count; i++)
        if (bind->values[i].name && strcmp(bind->values[i].name, name) == 0)
            return true;
    return false;
}

static void check_default(checker *check)
{
    const ra_row *row = check->row;
    const ra_bind *choice = enum_of(row);
    union {
        uint64_t bits;
        ra_str str;
    } scratch = {0};
    if (!row->def)
        return;
    if (row->kind_ & RA_SHAPE_LIST || is_struct(row)) {
        fault(check, ".def is for single values, not for structs and lists");
        return;
    }
    ra__member member = ra__member_of(row);
    ra__rule rule = choice ? (enum_has(choice, row->def) ? RA__RULE_KEPT : RA__RULE_ENUM)
                           : ra__put_text(&member, &scratch, ra_str_of(row->def));
    if (rule != RA__RULE_KEPT)
        fault(check, ".def \"%s\" breaks its own rules (%s)", row->def, ra__rule_code(rule));
}

static void check_name(checker *check, const char *option, const char *name)
{
    if (!name)
        return;
    ra_str text = ra_str_of(name);
    if (text.len == 0)
        fault(check, "%s is empty", option);
    else if (text.len > RA__NAME_BYTES_MAX)
        fault(check, "%s is longer than %d bytes", option, RA__NAME_BYTES_MAX);
    else if (ra__utf8_valid(text) != text.len)
        fault(check, "%s is not UTF-8", option);
}

static void check_row(checker *check)
{
    check_name(check, ".json", check->row->json);
    check_name(check, ".sql", check->row->sql);
    check_not_built(check);
    check_source(check);
    check_kind(check);
    check_bounds(check);
    check_default(check);
}

// ---- the rows beside each other

static const char *outer_name(const ra_row *row)
{
    return row->json ? row->json : row->name_;
}

static const char *column_name(const ra_row *row)
{
    return row->sql ? row->sql : outer_name(row);
}

static void check_unique(checker *check, size_t place)
{
    const ra_row *rows = check->bind->rows;
    const ra_row *row = check->row;
    for (size_t i = 0; i < place; i++) {
        if (rows[i].kind_ == RA_K_SKIP || rows[i].offset_ == row->offset_)
            continue; // the same member twice is told by the layout
        if (strcmp(outer_name(&rows[i]), outer_name(row)) == 0)
            fault(check, "\"%s\" is the name of %s too", outer_name(row), rows[i].name_);
        else if (strcmp(column_name(&rows[i]), column_name(row)) == 0)
            fault(check, "\"%s\" is the column of %s too", column_name(row), rows[i].name_);
    }
}

static void sort_by_offset(const ra_row **sorted, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const ra_row *row = sorted[i];
        size_t at = i;
        for (; at > 0 && sorted[at - 1]->offset_ > row->offset_; at--)
            sorted[at] = sorted[at - 1];
        sorted[at] = row;
    }
}

static void check_place(checker *check, size_t end, size_t start, size_t align)
{
    size_t padded = (end + align - 1) / align * align;
    if (start < end)
        fault(check, "the member overlaps another one of the table");
    else if (start > padded)
        fault(check,
              "%zu bytes before it are in no row: add the forgotten member, or RA_SKIP(member)",
              start - end);
}

static void check_layout(checker *check)
{
    const ra_bind *bind = check->bind;
    const ra_row *sorted[ROWS_MAX];
    size_t end = 0;
    for (size_t i = 0; i < bind->row_count; i++)
        sorted[i] = &bind->rows[i];
    sort_by_offset(sorted, bind->row_count);
    for (size_t i = 0; i < bind->row_count; i++) {
        check->row = sorted[i];
        check_place(check, end, sorted[i]->offset_, sorted[i]->align_);
        size_t next = (size_t)sorted[i]->offset_ + sorted[i]->size_;
        end = next > end ? next : end;
    }
    check->row = NULL;
    if (bind->size > (end + bind->align - 1) / bind->align * bind->align)
        fault(check,
              "the last %zu bytes are in no row: add the forgotten member, or RA_SKIP(member)",
              bind->size - end);
}

static size_t count_members(const ra_bind *bind)
{
    size_t members = 0;
    for (size_t i = 0; i < bind->row_count; i++)
        members += bind->rows[i].kind_ != RA_K_SKIP;
    return members;
}

static void check_struct(checker *check)
{
    const ra_bind *bind = check->bind;
    if (count_members(bind) > RA__MEMBERS_MAX || bind->row_count > ROWS_MAX) {
        fault(check, "more than %d members", RA__MEMBERS_MAX);
        return;
    }
    for (size_t i = 0; i < bind->row_count; i++) {
        check->row = &bind->rows[i];
        if (bind->rows[i].kind_ == RA_K_SKIP)
            continue;
        check_row(check);
        check_unique(check, i);
    }
    check_layout(check);
}

// ---- enums

static bool fits(int64_t value, size_t size)
{
    int64_t low = INT64_MIN >> (64 - 8 * size);
    int64_t high = size == 8 ? INT64_MAX : (INT64_C(1) << (8 * size)) - 1;
    return value >= low && value <= high;
}

static void check_enum_value(checker *check, size_t place)
{
    const ra_enum_value *values = check->bind->values;
    const char *name = values[place].name;
    if (!name || !*name) {
        fault(check, "value %" PRId64 " has no name", values[place].value);
        return;
    }
    check_name(check, name, name);
    if (!fits(values[place].value, check->bind->size))
        fault(check, "\"%s\": %" PRId64 " does not fit the enum", name, values[place].value);
    for (size_t i = 0; i < place; i++)
        if (values[i].name && strcmp(values[i].name, name) == 0)
            fault(check, "\"%s\" names two values", name);
}

static void check_enum(checker *check)
{
    const ra_bind *bind = check->bind;
    if (bind->size != 1 && bind->size != 2 && bind->size != 4 && bind->size != 8)
        fault(check, "an enum has 1, 2, 4 or 8 bytes, not %zu", bind->size);
    else if (bind->value_count > RA__NAMES_MAX)
        fault(check, "more than %d names", RA__NAMES_MAX);
    else
        for (size_t i = 0; i < bind->value_count; i++)
            check_enum_value(check, i);
}

bool ra__table_check(const ra_bind *bind, ra__faults *faults)
{
    checker check = {.bind = bind, .faults = faults, .sound = true};
    if (bind->form == RA_FORM_STRUCT_)
        check_struct(&check);
    else if (bind->form == RA_FORM_ENUM_)
        check_enum(&check);
    return check.sound;
}
