// SPDX-License-Identifier: MIT OR Apache-2.0
// lexer: cuts SQL into tokens, just far enough to know what is a parameter and what only looks like
// one.
//
// Both engines' rules where they differ: PostgreSQL nests block comments, has $tag$ quotes and E''
// strings with backslashes; SQLite quotes identifiers with [] and `` too. A token function gets the
// place of a token's first byte and returns its length, UNTERMINATED when the text ends inside it.
// The text ends with a NUL.
#include "private/lexer.h"

#include "base/heap.h"

#include <stdint.h>
#include <stdio.h>

#define UNTERMINATED SIZE_MAX

typedef struct {
    const char *at;
    ra__sql_dialect dialect;
    ra__query *query;
    ra__sql_detail *detail;
} lexer;

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/// Letters, and every byte past ASCII: both engines take those for letters.
static bool starts_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}

static bool in_name(char c)
{
    return starts_word(c) || is_digit(c);
}

// ---- tokens

/// Up to the closing quote; a doubled one is part of the text.
static size_t quoted_len(const char *at, char quote, bool backslash)
{
    size_t i = 1;
    while (at[i]) {
        if (backslash && at[i] == '\\' && at[i + 1]) {
            i += 2;
            continue;
        }
        if (at[i] != quote) {
            i++;
            continue;
        }
        if (at[i + 1] != quote)
            return i + 1;
        i += 2;
    }
    return UNTERMINATED;
}

static size_t bracketed_len(const char *at)
{
    const char *end = strchr(at, ']');
    return end ? (size_t)(end - at) + 1 : UNTERMINATED;
}

static size_t line_comment_len(const char *at)
{
    return strcspn(at, "\n");
}

static size_t block_comment_len(const char *at, bool nested)
{
    unsigned depth = 1;
    size_t i = 2;
    while (at[i]) {
        if (at[i] == '*' && at[i + 1] == '/') {
            i += 2;
            if (--depth == 0)
                return i;
        } else if (nested && at[i] == '/' && at[i + 1] == '*') {
            i += 2;
            depth++;
        } else {
            i++;
        }
    }
    return UNTERMINATED;
}

/// $$ ... $$ or $tag$ ... $tag$; 0: no such quote begins here.
static size_t dollar_quoted_len(const char *at)
{
    size_t tag = 1;
    while (in_name(at[tag]) && !(tag == 1 && is_digit(at[tag])))
        tag++;
    if (at[tag] != '$')
        return 0;
    tag++;
    for (const char *end = strchr(at + tag, '$'); end; end = strchr(end + 1, '$'))
        if (strncmp(end, at, tag) == 0)
            return (size_t)(end - at) + tag;
    return UNTERMINATED;
}

/// Identifiers and keywords; a number counts as one, too. `$` goes on inside, as in both engines.
static size_t word_len(const char *at)
{
    size_t i = 0;
    while (in_name(at[i]) || at[i] == '$')
        i++;
    return i;
}

/// The length of white space or a comment; 0: neither. A comment without end is left to the caller.
static size_t blank_len(const char *at, ra__sql_dialect dialect)
{
    if (is_space(*at))
        return 1;
    if (at[0] == '-' && at[1] == '-')
        return line_comment_len(at);
    if (at[0] == '/' && at[1] == '*')
        return block_comment_len(at, dialect == RA__SQL_POSTGRES);
    return 0;
}

static bool is_escape_string(const lexer *lex)
{
    const char *at = lex->at;
    return lex->dialect == RA__SQL_POSTGRES && (*at == 'e' || *at == 'E') && at[1] == '\'';
}

/// The length of the token at `at` that holds no parameter, whatever it is; at least 1.
static size_t plain_len(const lexer *lex)
{
    const char *at = lex->at;
    bool sqlite = lex->dialect == RA__SQL_SQLITE;
    size_t blank = blank_len(at, lex->dialect);
    if (blank)
        return blank;
    if (is_escape_string(lex)) {
        size_t len = quoted_len(at + 1, '\'', true);
        return len == UNTERMINATED ? len : len + 1;
    }
    if (in_name(*at))
        return word_len(at);
    if (*at == '\'' || *at == '"' || (sqlite && *at == '`'))
        return quoted_len(at, *at, false);
    if (sqlite && *at == '[')
        return bracketed_len(at);
    if (*at == '$' && !sqlite) {
        size_t len = dollar_quoted_len(at);
        return len ? len : 1;
    }
    if (at[0] == ':' && at[1] == ':')
        return 2;
    return 1;
}

// ---- the first word

static const struct {
    const char *word;
    ra__sql_sort sort;
} sorts[] = {
    {"begin", RA__SQL_TRANSACTION},     {"start", RA__SQL_TRANSACTION},
    {"commit", RA__SQL_TRANSACTION},    {"end", RA__SQL_TRANSACTION},
    {"abort", RA__SQL_TRANSACTION},     {"rollback", RA__SQL_TRANSACTION},
    {"savepoint", RA__SQL_TRANSACTION}, {"release", RA__SQL_TRANSACTION},
    {"prepare", RA__SQL_TRANSACTION},   {"pragma", RA__SQL_SESSION},
    {"attach", RA__SQL_SESSION},        {"detach", RA__SQL_SESSION},
    {"set", RA__SQL_SESSION},           {"reset", RA__SQL_SESSION},
    {"discard", RA__SQL_SESSION},
};

static bool same_word(const char *at, size_t len, const char *lower)
{
    for (size_t i = 0; i < len; i++)
        if ((at[i] | 0x20) != lower[i])
            return false;
    return lower[len] == '\0';
}

const char *ra__sql_start_of(const char *sql, ra__sql_dialect dialect)
{
    const char *at = sql;
    for (;;) {
        size_t len = *at == ';' ? 1 : blank_len(at, dialect);
        if (len == UNTERMINATED)
            return at + strlen(at);
        if (len == 0)
            return at;
        at += len;
    }
}

ra__sql_sort ra__sql_sort_of(const char *sql, ra__sql_dialect dialect)
{
    const char *at = ra__sql_start_of(sql, dialect);
    if (!*at)
        return RA__SQL_EMPTY;
    size_t len = word_len(at);
    for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++)
        if (same_word(at, len, sorts[i].word))
            return sorts[i].sort;
    return RA__SQL_PLAIN;
}

// ---- parameters

static ra_status grow_params(ra__query *query, ra__sql_detail *detail)
{
    if (query->param_count < query->param_cap)
        return RA_OK;
    if (query->param_count == RA__SQL_PARAMS_MAX) {
        return ra__sql_detail_set(detail, RA_ERR_INTERNAL, "more than %d parameters",
                                  RA__SQL_PARAMS_MAX);
    }
    unsigned cap = query->param_cap ? query->param_cap * 2 : 8;
    ra__sql_param *grown = ra__heap_realloc(query->params, cap * sizeof *grown);
    if (!grown)
        return RA_ERR_EXHAUSTED;
    query->params = grown;
    query->param_cap = cap;
    return RA_OK;
}

/// The number of the parameter, from 1; a new one if it was not there yet.
static ra_status number_of(lexer *lex, ra_str name, bool present, unsigned *number)
{
    ra__query *query = lex->query;
    for (unsigned i = 0; i < query->param_count; i++) {
        if (query->params[i].present == present && ra_str_equal(query->params[i].name, name)) {
            *number = i + 1;
            return RA_OK;
        }
    }
    RA_TRY(grow_params(query, lex->detail));
    query->params[query->param_count++] =
        (ra__sql_param){.name = name, .present = present, .member = -1};
    *number = query->param_count;
    return RA_OK;
}

/// `:name` or `:name.present`, at the colon.
static ra_status rewrite_param(lexer *lex)
{
    static const char suffix[] = ".present";
    const char *start = lex->at + 1;
    size_t len = 1;
    while (in_name(start[len]))
        len++;
    bool present = strncmp(start + len, suffix, sizeof suffix - 1) == 0 &&
                   !in_name(start[len + sizeof suffix - 1]);
    if (start[len] == '.' && !present) {
        return ra__sql_detail_set(lex->detail, RA_ERR_INTERNAL,
                                  "a parameter is :name or :name.present, not :%.*s.", (int)len,
                                  start);
    }
    unsigned number = 0;
    RA_TRY(number_of(lex, (ra_str){start, len}, present, &number));
    lex->at = start + len + (present ? sizeof suffix - 1 : 0);
    return ra_buf_printf(&lex->query->text, "%c%u", lex->dialect == RA__SQL_SQLITE ? '?' : '$',
                         number);
}

/// What an engine would take for a parameter of its own: its value would come from nowhere.
static bool is_foreign_param(const lexer *lex)
{
    char c = lex->at[0], next = lex->at[1];
    if (lex->dialect == RA__SQL_POSTGRES)
        return c == '$' && is_digit(next);
    return c == '?' || ((c == '$' || c == '@' || c == '#' || c == ':') && in_name(next));
}

static ra_status rewrite_token(lexer *lex)
{
    const char *at = lex->at;
    if (at[0] == ':' && starts_word(at[1]))
        return rewrite_param(lex);
    if (is_foreign_param(lex)) {
        return ra__sql_detail_set(lex->detail, RA_ERR_INTERNAL,
                                  "parameters are written :name, not %.8s", at);
    }
    size_t len = plain_len(lex);
    if (len == UNTERMINATED)
        return ra__sql_detail_set(lex->detail, RA_ERR_INTERNAL, "not ended: %.20s", at);
    lex->at += len;
    return ra_buf_append(&lex->query->text, (ra_str){at, len});
}

ra_status ra__query_init(ra__query *query, const char *sql, ra__sql_dialect dialect,
                         ra__sql_detail *detail)
{
    *query = (ra__query){.text = ra_buf_init(RA__SQL_TEXT_BYTES_MAX),
                         .sort = ra__sql_sort_of(sql, dialect)};
    lexer lex = {.at = sql, .dialect = dialect, .query = query, .detail = detail};
    while (*lex.at)
        RA_TRY(rewrite_token(&lex));
    return ra_buf_append(&query->text, (ra_str){"", 1});
}

void ra__query_deinit(ra__query *query)
{
    ra_buf_deinit(&query->text);
    ra__heap_free(query->params);
    *query = (ra__query){0};
}
