// SPDX-License-Identifier: MIT OR Apache-2.0
// Paths and queries: what passes the check decodes without growing, to the same text both ways, and
// ends.
#include "fuzz.h"
#include "http/private/url.h"

static void check_decoding(ra_str raw, bool plus_is_space)
{
    char *out = malloc(raw.len ? raw.len : 1);
    MUST(out);
    size_t len = ra__url_decode(out, raw, plus_is_space);
    MUST(len <= raw.len);
    MUST(!memchr(out, '\0', len)); // an escaped NUL does not pass the check
    MUST(ra__url_equal(raw, (ra_str){out, len}, plus_is_space));
    if (ra__url_is_plain(raw, plus_is_space))
        MUST(len == raw.len && memcmp(out, raw.ptr, len) == 0);
    free(out);
}

static void check_query(ra_str raw)
{
    ra_str rest = raw, name, value;
    size_t count = 0;
    while (ra__query_next(&rest, &name, &value)) {
        MUST(++count <= raw.len);
        check_decoding(name, true);
        check_decoding(value, true);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ra_str raw = {(const char *)data, size};
    if (memchr(data, '\0', size))
        return 0; // refused with the request line
    if (!ra__path_check(raw)) {
        check_decoding(raw, false);
        (void)ra__url_hides_slash(raw);
    }
    if (!ra__query_check(raw))
        check_query(raw);
    return 0;
}
