// SPDX-License-Identifier: MIT OR Apache-2.0
// detail: see private/detail.h.
#include "private/detail.h"

#include "fiber/ctx.h"
#include "obs/log.h"

#include <stdarg.h>
#include <stdio.h>

ra_status ra__sql_detail_set(ra__sql_detail *detail, ra_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(detail->text, sizeof detail->text, format, args);
    va_end(args);
    return status;
}

/// Broken programs and databases are errors; what passes by itself, or is for an operator to mend,
/// is a warning.
static ra_log_level level_of(ra_status status)
{
    return ra_status_http(status) == 500 ? RA_LOG_ERROR : RA_LOG_WARN;
}

static bool is_news(ra_status status)
{
    return ra_status_http(status) >= 500 && status != RA_ERR_CANCELED && status != RA_ERR_TIMEOUT;
}

void ra__sql_log(ra_status status, const char *sql, const ra__sql_detail *detail)
{
    if (!is_news(status))
        return;
    const ra_kv values[] = {
        ra_kv_text("status", ra_status_name(status)),
        ra_kv_text("detail", detail->text),
        ra_kv_text("sql", sql ? sql : ""),
        {.kind = RA_KV_END_},
    };
    ra__log_line(level_of(status), "sql", values);
}

ra_status ra__sql_report(ra_ctx *ctx, ra_status status, const char *sql,
                         const ra__sql_detail *detail)
{
    ra_ctx_clear(ctx);
    if (detail->public_text[0])
        (void)ra__ctx_set_error(ctx, status, ra_str_of(detail->public_text));
    ra__sql_log(status, sql, detail);
    return status;
}
