// SPDX-License-Identifier: MIT OR Apache-2.0
// target: what stands between method and version (RFC 9112 3.2). The byte set was checked on the
// way; here the form, the escapes and the segments.

#include "base/text.h"
#include "private/host.h"
#include "private/parser.h"
#include "private/url.h"

static bool refuse(ra__head *head, const char *why)
{
    return ra__head_refuse(head, 400, why);
}

/// `rest` begins with "/", "?" or is empty; it is [from, from + rest.len) of the head.
static bool split_path(ra__head *head, ra_str rest, uint32_t from)
{
    size_t path_len = 0;
    while (path_len < rest.len && rest.ptr[path_len] != '?')
        path_len++;
    head->path = (ra__span){from, (uint32_t)path_len};
    const char *why = ra__path_check((ra_str){rest.ptr, path_len});
    if (why)
        return refuse(head, why);
    if (path_len == rest.len)
        return true;
    head->query = (ra__span){from + (uint32_t)path_len + 1, (uint32_t)(rest.len - path_len - 1)};
    why = ra__query_check((ra_str){rest.ptr + path_len + 1, head->query.len});
    return why ? refuse(head, why) : true;
}

/// Length of "http://" or "https://" at the start, any case; 0: neither.
static size_t scheme_len(ra_str target)
{
    static const ra_str schemes[] = {{"http://", 7}, {"https://", 8}};
    for (size_t i = 0; i < 2; i++)
        if (target.len >= schemes[i].len &&
            ra__str_equal_fold(ra_str_slice(target, 0, schemes[i].len), schemes[i]))
            return schemes[i].len;
    return 0;
}

/// "a server MUST accept the absolute-form in requests" (RFC 9112 3.2.2); its authority is the host
/// from here on.
static bool absolute(ra__head *head, ra_str target)
{
    size_t at = scheme_len(target);
    if (at == 0)
        return refuse(head, "the target is a path, or an http address");
    size_t end = at;
    while (end < target.len && target.ptr[end] != '/' && target.ptr[end] != '?')
        end++;
    if (!ra__host_valid(ra_str_slice(target, at, end)))
        return refuse(head, "the host of the target is malformed");
    head->target_form = RA__TARGET_ABSOLUTE;
    head->host = (ra__span){head->target.at + (uint32_t)at, (uint32_t)(end - at)};
    return split_path(head, ra_str_slice(target, end, target.len), head->target.at + (uint32_t)end);
}

bool ra__target_parse(ra__head *head, const char *bytes)
{
    ra_str target = ra__span_str(bytes, head->target), method = ra__span_str(bytes, head->method);
    if (target.len == 0)
        return refuse(head, "the target is empty");
    if (target.ptr[0] == '/')
        return split_path(head, target, head->target.at);
    if (ra_str_equal(method, RA_STR("CONNECT"))) {
        head->target_form = RA__TARGET_AUTHORITY;
        return true; // 501, whatever it asks for
    }
    if (!ra_str_equal(target, RA_STR("*")))
        return absolute(head, target);
    head->target_form = RA__TARGET_ASTERISK;
    return ra_str_equal(method, RA_STR("OPTIONS"))
               ? true
               : refuse(head, "the target * is for OPTIONS only");
}
