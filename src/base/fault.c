// SPDX-License-Identifier: MIT OR Apache-2.0
// fault: collects what is wrong with the program, to show all of it at once. Past 64 KiB of text
// faults are still counted, not written.
#include "base/fault.h"

#include <stdarg.h>
#include <stdio.h>

enum { FAULT_TEXT_BYTES_MAX = 64 << 10, FAULT_LINE_BYTES = 1024 };

void ra__faults_init(ra__faults *faults)
{
    *faults = (ra__faults){.text = ra_buf_init(FAULT_TEXT_BYTES_MAX)};
}

void ra__faults_deinit(ra__faults *faults)
{
    ra_buf_deinit(&faults->text);
    faults->count = 0;
}

static ra_status append_line(ra_buf *text, const char *file, int line, const char *what)
{
    if (!file)
        return ra_buf_printf(text, "%s\n", what);
    if (line == 0)
        return ra_buf_printf(text, "%s: %s\n", file, what);
    return ra_buf_printf(text, "%s:%d: %s\n", file, line, what);
}

void ra__fault_add(ra__faults *faults, const char *file, int line, const char *format, ...)
{
    char what[FAULT_LINE_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(what, sizeof what, format, args);
    va_end(args);
    faults->count++;
    RA_DISCARD(append_line(&faults->text, file, line, what)); // the count is kept in any case
}
