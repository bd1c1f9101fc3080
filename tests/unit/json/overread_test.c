// SPDX-License-Identifier: MIT OR Apache-2.0
// Text that begins or ends where memory does, of every length: reading it eight bytes at a time must
// not touch what lies behind. (Documents to decode: scan_test.c.)
#include "base/support.h"
#include "base/text.h"
#include "json/json.h"

#include <sys/mman.h>

enum { PAGE_BYTES = 4096, LEN_MAX = 100 };

static char *page; // between two that are no memory

static int open_page(void **state)
{
    (void)state;
    char *pages =
        mmap(NULL, 3 * PAGE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert_true(pages != MAP_FAILED);
    page = pages + PAGE_BYTES;
    return mprotect(page, PAGE_BYTES, PROT_READ | PROT_WRITE);
}

static int close_page(void **state)
{
    (void)state;
    return munmap(page - PAGE_BYTES, 3 * PAGE_BYTES);
}

// What may stand last: nothing to do, an escape, a control, two to four bytes, a cut one.
static const char *const ends[] = {
    "", "\"", "\n", "\xc3\xa4", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xe2\x82"};

/// `len` bytes with that end, at the page's beginning or flush against its end.
static ra_str text_at(bool flush, size_t len, const char *end)
{
    size_t end_len = strlen(end);
    char *at = flush ? page + PAGE_BYTES - len - end_len : page;
    memset(at, 'x', len);
    memcpy(at + len, end, end_len);
    return (ra_str){at, len + end_len};
}

static void check_written(ra_str text, size_t plain_len)
{
    RA_SCOPED(ra_buf, out, ra_buf_init(4 * LEN_MAX));
    assert_status(ra_json_encode(&out, ra_str, &text), RA_OK);
    assert_true(out.len >= text.len + 2);
    assert_int_equal(out.ptr[0], '"');
    for (size_t i = 0; i < plain_len; i++)
        assert_int_equal(out.ptr[1 + i], 'x');
    assert_int_equal(out.ptr[out.len - 1], '"');
}

static void strings_are_written_within_their_memory(void **state)
{
    (void)state;
    for (size_t e = 0; e < COUNT_OF(ends); e++) {
        for (size_t len = 0; len <= LEN_MAX; len++) {
            check_written(text_at(true, len, ends[e]), len);
            check_written(text_at(false, len, ends[e]), len);
        }
    }
}

static void a_whole_document_is_read_within_its_memory(void **state)
{
    (void)state;
    ra_arena *arena = ra_arena_new(NULL, 1 << 20);
    for (size_t len = 0; len <= LEN_MAX; len++) {
        ra_str text = text_at(true, len + 1, "\"");
        ra_str out;
        ((char *)(uintptr_t)text.ptr)[0] = '"';
        assert_status(ra_json_decode(arena, ra_str, text, &out, NULL), RA_OK);
        assert_int_equal(out.len, len);
    }
    ra_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_are_written_within_their_memory),
        cmocka_unit_test(a_whole_document_is_read_within_its_memory),
    };
    return cmocka_run_group_tests(tests, open_page, close_page);
}
