// SPDX-License-Identifier: MIT OR Apache-2.0
// config_file: a file as a source of options.
//
//   # items.conf
//   listen   = 0.0.0.0:8080       # keys take - or _
//   greeting = "  two spaces"     # quotes keep what is between them
#include "base/arena.h"
#include "base/assert.h"
#include "os/os.h"
#include "private/options.h"

enum { FILE_BYTES_MAX = 1 << 20 };

typedef struct {
    ra__options *options;
    const char *file;
    int line;
} reader;

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static ra_str trim(ra_str text)
{
    while (text.len > 0 && is_space(text.ptr[0]))
        text = ra_str_slice(text, 1, text.len);
    while (text.len > 0 && is_space(text.ptr[text.len - 1]))
        text.len--;
    return text;
}

/// Ends a bare value: a # at its start or after a space.
static ra_str without_comment(ra_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '#' && (i == 0 || is_space(text.ptr[i - 1])))
            return trim(ra_str_slice(text, 0, i));
    return text;
}

static bool read_value(reader *r, ra_str text, ra_str *out)
{
    if (text.len == 0 || text.ptr[0] != '"') {
        *out = without_comment(text);
        return true;
    }
    const char *end = memchr(text.ptr + 1, '"', text.len - 1);
    if (!end ||
        without_comment(trim(ra_str_slice(text, (size_t)(end - text.ptr) + 1, text.len))).len > 0) {
        ra__fault_add(r->options->faults, r->file, r->line,
                      "a value that begins with a quote ends with one");
        return false;
    }
    *out = (ra_str){text.ptr + 1, (size_t)(end - text.ptr) - 1};
    return true;
}

static bool given_here(const ra__option *option)
{
    return option->source == RA__FROM_FILE && option->texts &&
           option->member->shape != RA_SHAPE_LIST;
}

static void read_line(reader *r, ra_str line)
{
    ra_str value = {NULL, 0};
    ra_str key = trim(line);
    const char *sign = key.len > 0 ? memchr(key.ptr, '=', key.len) : NULL;
    if (key.len == 0 || key.ptr[0] == '#')
        return;
    if (!sign) {
        ra__fault_add(r->options->faults, r->file, r->line, "a line is: key = value");
        return;
    }
    if (!read_value(r, trim(ra_str_slice(key, (size_t)(sign - key.ptr) + 1, key.len)), &value))
        return;
    key = trim(ra_str_slice(key, 0, (size_t)(sign - key.ptr)));
    ra__option *option = ra__options_by_key(r->options, key);
    if (!option)
        ra__fault_add(r->options->faults, r->file, r->line,
                      "there is no key " RA_STR_FMT RA_STR_FMT, RA_STR_ARG(key),
                      RA_STR_ARG(ra__options_suggest(r->options, key, false)));
    else if (given_here(option))
        ra__fault_add(r->options->faults, r->file, r->line, RA_STR_FMT " is given twice",
                      RA_STR_ARG(key));
    else
        ra__option_give(r->options, option, RA__FROM_FILE,
                        &(ra__option_text){
                            .text = value, .file = r->file, .line = r->line, .place = option->key});
}

void ra__options_read_lines(ra__options *options, const char *file, ra_str lines)
{
    reader r = {.options = options, .file = file};
    ra_str line;
    while (ra_str_split(&lines, '\n', &line)) {
        r.line++;
        read_line(&r, line);
    }
}

void ra__options_read_file(ra__options *options, const char *path)
{
    RA_SCOPED(ra_buf, bytes, ra_buf_init(FILE_BYTES_MAX));
    ra_status status = ra__os_file_read(path, &bytes);
    ra_str lines;
    if (status != RA_OK) {
        ra__fault_add(options->faults, NULL, 0, "the configuration file %s cannot be read: %s",
                      path, ra_status_message(status));
        return;
    }
    RA_CHECK(ra__arena_try_copy(options->arena, ra_buf_str(&bytes), &lines),
             "no memory for the options");
    ra__options_read_lines(options, path, lines);
}
