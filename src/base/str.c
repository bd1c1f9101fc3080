// SPDX-License-Identifier: MIT OR Apache-2.0
// str: borrowed text. Every function accepts {NULL, 0}; none reads past len.
#include "base/assert.h"
#include "base/text.h"

ra_str ra_str_of(const char *nul_terminated)
{
    return nul_terminated ? (ra_str){nul_terminated, strlen(nul_terminated)} : (ra_str){NULL, 0};
}

bool ra_str_equal(ra_str a, ra_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

int ra_str_compare(ra_str a, ra_str b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common ? memcmp(a.ptr, b.ptr, common) : 0;
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

bool ra_str_starts_with(ra_str str, ra_str prefix)
{
    return str.len >= prefix.len && ra_str_equal((ra_str){str.ptr, prefix.len}, prefix);
}

ra_str ra_str_slice(ra_str str, size_t from, size_t to)
{
    size_t end = to < str.len ? to : str.len;
    size_t start = from < end ? from : end;
    return str.ptr ? (ra_str){str.ptr + start, end - start} : str;
}

bool ra_str_split(ra_str *rest, char separator, ra_str *part)
{
    if (!rest->ptr)
        return false;
    const char *found = rest->len ? memchr(rest->ptr, separator, rest->len) : NULL;
    if (!found) {
        *part = *rest;
        *rest = (ra_str){NULL, 0};
        return true;
    }
    size_t before = (size_t)(found - rest->ptr);
    *part = (ra_str){rest->ptr, before};
    *rest = (ra_str){found + 1, rest->len - before - 1};
    return true;
}

ra_status ra_str_to_i64(ra_str str, int64_t *out)
{
    return ra__i64_parse(str, out);
}

ra_status ra_str_to_f64(ra_str str, double *out)
{
    return ra__f64_parse(str, out);
}

uint32_t ra_checked_(uint32_t at, uint32_t len)
{
    RA_CHECK(at < len, "list index %" PRIu32 " is past its %" PRIu32 " items", at, len);
    return at;
}
