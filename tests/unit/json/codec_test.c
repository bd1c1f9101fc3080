// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"
#include "json/json.h"
#include "json/private/codec.h"

typedef struct {
    int64_t plain, renamed, quoted;
    void *skipped;
    int64_t last;
} item;
RA_BIND(item, RA_FIELD(plain), RA_FIELD(renamed, .json = "other name"),
        RA_FIELD(quoted, .json = "a\"\\\x01"), RA_SKIP(skipped), RA_FIELD(last));

static void keys_stand_ready_as_they_are_written(void **state)
{
    (void)state;
    const char *wanted[] = {"\"plain\":", "\"other name\":", "\"a\\\"\\\\\\u0001\":", "\"last\":"};
    const ra__key *keys = ra__keys_of(ra__plan_of(ra_bind_of(item)));
    for (size_t i = 0; i < COUNT_OF(wanted); i++)
        assert_text(((ra_str){keys[i].text, keys[i].len}), wanted[i]);
}

static void an_escaped_name_is_read_in_any_spelling(void **state)
{
    (void)state;
    const char *texts[] = {
        "{\"plain\":1,\"other name\":2,\"a\\\"\\\\\\u0001\":3,\"last\":4}",
        "{\"last\" :4,\"\\u0061\\u0022\\u005C\\u0001\" : 3,\"other\\u0020name\":2,\"plain\":1}",
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        ra_arena *arena = ra_arena_new(NULL, 1 << 16);
        item out;
        assert_status(ra_json_decode(arena, item, ra_str_of(texts[i]), &out, NULL), RA_OK);
        assert_true(out.plain == 1 && out.renamed == 2 && out.quoted == 3 && out.last == 4);
        ra_arena_free(arena);
    }
}

// Keys of 8, 15, 16, 17 and 40 bytes: around the words that are compared.
typedef struct {
    int64_t a, b, c, d, e;
} lengths;
RA_BIND(lengths, RA_FIELD(a, .json = "abcde"), RA_FIELD(b, .json = "abcdefghijkl"),
        RA_FIELD(c, .json = "abcdefghijklm"), RA_FIELD(d, .json = "abcdefghijklmn"),
        RA_FIELD(e, .json = "abcdefghijklmnopqrstuvwxyz0123456789A"));

static void a_key_matches_itself_and_nothing_else(void **state)
{
    (void)state;
    const ra__key *keys = ra__keys_of(ra__plan_of(ra_bind_of(lengths)));
    for (size_t i = 0; i < 5; i++) {
        for (size_t behind = 0; behind < 20; behind++) {
            char text[64];
            memset(text, '1', sizeof text);
            memcpy(text, keys[i].text, keys[i].len);
            const char *end = text + keys[i].len + behind;
            assert_true(ra__key_matches(&keys[i], text, end));
            for (size_t at = 0; at < keys[i].len; at++) {
                text[at] ^= 1;
                assert_false(ra__key_matches(&keys[i], text, end));
                text[at] ^= 1;
                assert_false(ra__key_matches(&keys[i], text, text + at));
            }
        }
    }
}

static void keys_whose_memory_ended_are_made_at_the_next_try(void **state)
{
    (void)state;
    unsigned failures = 0;
    for (unsigned refused = 1, count = 1; count; refused++) {
        heap_watch watch;
        ra__faults faults;
        ra__faults_init(&faults);
        heap_watch_start(&watch, refused);
        ra__plan_seal(ra_bind_of(lengths), &faults);
        heap_watch_stop(&watch);
        count = faults.count;
        failures += count;
        assert_true(count == 0 || !ra_bind_of(lengths)->slot_->plan);
        ra__faults_deinit(&faults);
    }
    assert_in_range(failures, 2, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_whose_memory_ended_are_made_at_the_next_try),
        cmocka_unit_test(keys_stand_ready_as_they_are_written),
        cmocka_unit_test(an_escaped_name_is_read_in_any_spelling),
        cmocka_unit_test(a_key_matches_itself_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
