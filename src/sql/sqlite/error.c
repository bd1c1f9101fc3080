// SPDX-License-Identifier: MIT OR Apache-2.0
// error: see private/sqlite/error.h.
//
//   SQLite says                                   a client may read
//   UNIQUE constraint failed: items.name          must be unique: items.name
//   NOT NULL constraint failed: items.name        must not be null: items.name
//   CHECK constraint failed: positive_price       breaks the rule positive_price
//   CHECK constraint failed: price >= 0           (nothing: that is SQL)
#include "private/sqlite/error.h"

#include <stdio.h>

typedef struct {
    int code;
    ra_status status;
} row;

/// Extended codes that are not what their family is.
static const row extended[] = {
    {SQLITE_CONSTRAINT_UNIQUE, RA_ERR_UNIQUE},
    {SQLITE_CONSTRAINT_PRIMARYKEY, RA_ERR_UNIQUE},
    {SQLITE_CONSTRAINT_ROWID, RA_ERR_UNIQUE},
    {SQLITE_CONSTRAINT_FOREIGNKEY, RA_ERR_FOREIGN_KEY},
    {SQLITE_CONSTRAINT_NOTNULL, RA_ERR_NOT_NULL},
    {SQLITE_CONSTRAINT_CHECK, RA_ERR_CHECK},
    {SQLITE_CONSTRAINT_TRIGGER, RA_ERR_CHECK},
    {SQLITE_CONSTRAINT_DATATYPE, RA_ERR_INTERNAL}, // In and the table disagree about a type
    {SQLITE_BUSY_SNAPSHOT, RA_ERR_SERIALIZATION},
    {SQLITE_IOERR_NOMEM, RA_ERR_EXHAUSTED},
};

static const row families[] = {
    {SQLITE_OK, RA_OK},
    {SQLITE_CONSTRAINT, RA_ERR_CHECK},
    {SQLITE_BUSY, RA_ERR_BUSY},
    {SQLITE_LOCKED, RA_ERR_BUSY},
    {SQLITE_PROTOCOL, RA_ERR_BUSY},
    {SQLITE_FULL, RA_ERR_DISK_FULL},
    {SQLITE_READONLY, RA_ERR_READ_ONLY},
    {SQLITE_CORRUPT, RA_ERR_DECODE},
    {SQLITE_NOTADB, RA_ERR_DECODE},
    {SQLITE_IOERR, RA_ERR_IO},
    {SQLITE_CANTOPEN, RA_ERR_IO},
    {SQLITE_NOLFS, RA_ERR_IO},
    {SQLITE_PERM, RA_ERR_PERMISSION},
    {SQLITE_AUTH, RA_ERR_PERMISSION},
    {SQLITE_NOMEM, RA_ERR_EXHAUSTED},
    {SQLITE_TOOBIG, RA_ERR_TOO_LARGE},
    {SQLITE_INTERRUPT, RA_ERR_CANCELED},
};

static ra_status look_up(const row *rows, size_t count, int code, ra_status otherwise)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].code == code)
            return rows[i].status;
    return otherwise;
}

ra_status ra__sqlite_status(int extended_code)
{
    ra_status family = look_up(families, sizeof families / sizeof *families, extended_code & 0xff,
                               RA_ERR_INTERNAL);
    return look_up(extended, sizeof extended / sizeof *extended, extended_code, family);
}

// ---- what a client may read

static bool is_name(const char *text)
{
    for (const char *at = text; *at; at++) {
        bool letter =
            (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || *at == '_' || (*at & 0x80);
        bool digit = *at >= '0' && *at <= '9';
        if (!letter && !(digit && at > text))
            return false;
    }
    return *text != '\0';
}

/// What stands behind "... constraint failed: ", or NULL.
static const char *subject_of(const char *message)
{
    const char *colon = strstr(message, "failed: ");
    return colon ? colon + sizeof "failed: " - 1 : NULL;
}

static void say(ra__sql_detail *detail, const char *what, const char *subject)
{
    (void)snprintf(detail->public_text, sizeof detail->public_text, "%s %s", what, subject);
}

static void say_constraint(ra__sql_detail *detail, int code, const char *message)
{
    const char *subject = subject_of(message);
    if (!subject)
        return;
    switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
        say(detail,
            "must be unique:", subject); // "items.name", or "index 'name'" for an expression
        break;
    case SQLITE_CONSTRAINT_NOTNULL:
        say(detail, "must not be null:", subject);
        break;
    case SQLITE_CONSTRAINT_CHECK:
        if (is_name(subject))
            say(detail, "breaks the rule", subject);
        break;
    default:
        break;
    }
}

ra_status ra__sqlite_error(sqlite3 *handle, ra__sql_detail *detail)
{
    int code = sqlite3_extended_errcode(handle);
    const char *message = sqlite3_errmsg(handle);
    say_constraint(detail, code, message);
    return ra__sql_detail_set(detail, ra__sqlite_status(code), "%s (%d)", message, code);
}
