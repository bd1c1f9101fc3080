// SPDX-License-Identifier: MIT OR Apache-2.0
#include "obs/support.h"

#include "obs/private/line.h"

#include <math.h>

#define KV_END                                                                                     \
    {                                                                                              \
        .kind = RA_KV_END_                                                                         \
    }

// 2026-11-21T09:00:00.5Z
static const ra_time nine = {INT64_C(1795251600500000000)};

static char out[RA__LINE_BYTES_MAX + 1];

static const char *format(ra__line_style style, const ra__record *record)
{
    memset(out, 0x5A, sizeof out);
    size_t len = ra__line_format(out, style, record);
    assert_in_range(len, 1, RA__LINE_BYTES_MAX);
    assert_int_equal(out[RA__LINE_BYTES_MAX], 0x5A); // nothing beyond
    out[len] = '\0';
    return out;
}

static const char *json_of(ra_kv kv)
{
    ra_kv values[] = {kv, KV_END};
    ra__record record = {.time = nine, .level = RA_LOG_INFO, .message = "m", .values = values};
    return format(RA__LINE_JSON, &record);
}

static void a_json_line_has_time_level_message_values_and_request(void **state)
{
    (void)state;
    ra_kv values[] = {ra_kv_i64("id", 7), ra_kv_str("name", RA_STR("milk")), KV_END};
    ra__record record = {.time = nine,
                         .level = RA_LOG_INFO,
                         .message = "item created",
                         .values = values,
                         .file = "items.c",
                         .line = 12,
                         .id = RA_STR("abc"),
                         .route = RA_STR("/items/{id}")};
    assert_string_equal(format(RA__LINE_JSON, &record),
                        "{\"time\":\"2026-11-21T09:00:00.500Z\",\"level\":\"INFO\","
                        "\"msg\":\"item created\",\"id\":7,\"name\":\"milk\","
                        "\"request_id\":\"abc\",\"route\":\"/items/{id}\"}\n");
}

static void each_level_has_its_name_and_all_but_info_their_source(void **state)
{
    (void)state;
    static const struct {
        ra_log_level level;
        const char *wanted;
    } cases[] = {
        {RA_LOG_DEBUG, "\"level\":\"DEBUG\",\"msg\":\"m\",\"source\":\"a.c:3\"}\n"},
        {RA_LOG_INFO, "\"level\":\"INFO\",\"msg\":\"m\"}\n"},
        {RA_LOG_WARN, "\"level\":\"WARN\",\"msg\":\"m\",\"source\":\"a.c:3\"}\n"},
        {RA_LOG_ERROR, "\"level\":\"ERROR\",\"msg\":\"m\",\"source\":\"a.c:3\"}\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        ra__record record = {
            .time = nine, .level = cases[i].level, .message = "m", .file = "a.c", .line = 3};
        assert_non_null(strstr(format(RA__LINE_JSON, &record), cases[i].wanted));
    }
}

static void every_kind_of_value_has_a_form(void **state)
{
    (void)state;
    const struct {
        ra_kv kv;
        const char *json, *text;
    } cases[] = {
        {ra_kv_bool("k", true), ",\"k\":true}", " k=true\n"},
        {ra_kv_bool("k", false), ",\"k\":false}", " k=false\n"},
        {ra_kv_i64("k", INT64_MIN), ",\"k\":-9223372036854775808}", " k=-9223372036854775808\n"},
        {ra_kv_u64("k", UINT64_MAX), ",\"k\":18446744073709551615}", " k=18446744073709551615\n"},
        {ra_kv_f64("k", 0.19), ",\"k\":0.19}", " k=0.19\n"},
        {ra_kv_f64("k", (double)NAN), ",\"k\":\"NaN\"}", " k=NaN\n"},
        {ra_kv_f64("k", (double)INFINITY), ",\"k\":\"Infinity\"}", " k=Infinity\n"},
        {ra_kv_f64("k", -(double)INFINITY), ",\"k\":\"-Infinity\"}", " k=-Infinity\n"},
        {ra_kv_str("k", RA_STR("two words")), ",\"k\":\"two words\"}", " k=\"two words\"\n"},
        {ra_kv_str("k", RA_STR("")), ",\"k\":\"\"}", " k=\"\"\n"},
        {ra_kv_str("k", RA_STR("a=b")), ",\"k\":\"a=b\"}", " k=\"a=b\"\n"},
        {ra_kv_text("k", "word"), ",\"k\":\"word\"}", " k=word\n"},
        {ra_kv_text("k", NULL), ",\"k\":\"(null)\"}", " k=(null)\n"},
        {ra_kv_time("k", (ra_time){0}), ",\"k\":\"1970-01-01T00:00:00Z\"}",
         " k=1970-01-01T00:00:00Z\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        assert_non_null(strstr(json_of(cases[i].kv), cases[i].json));
        ra_kv values[] = {cases[i].kv, KV_END};
        ra__record record = {.time = nine, .message = "m", .values = values};
        assert_non_null(strstr(format(RA__LINE_TEXT, &record), cases[i].text));
    }
}

static void a_text_line_is_aligned(void **state)
{
    (void)state;
    ra_kv values[] = {ra_kv_i64("id", 7), KV_END};
    ra__record record = {.time = nine, .level = RA_LOG_INFO, .message = "sold", .values = values};
    assert_string_equal(format(RA__LINE_TEXT, &record),
                        "2026-11-21T09:00:00.500Z INFO  sold                     id=7\n");
    record.level = RA_LOG_ERROR;
    record.message = "a message that is longer than its column";
    assert_string_equal(
        format(RA__LINE_TEXT, &record),
        "2026-11-21T09:00:00.500Z ERROR a message that is longer than its column id=7\n");
}

static void color_wraps_level_and_keys_alone(void **state)
{
    (void)state;
    ra_kv values[] = {ra_kv_i64("id", 7), KV_END};
    ra__record record = {.time = nine, .level = RA_LOG_WARN, .message = "sold", .values = values};
    assert_string_equal(format(RA__LINE_COLOR, &record),
                        "2026-11-21T09:00:00.500Z \x1b[33mWARN\x1b[0m  sold                    "
                        " \x1b[2mid=\x1b[0m7\n");
}

/// What a client may send, in a value of each style.
static void no_input_ends_a_line_or_commands_a_terminal(void **state)
{
    (void)state;
    static const struct {
        ra_str input;
        const char *wanted;
    } cases[] = {
        {{"a\nb", 3}, "\"a\\nb\""},
        {{"a\r\nb", 4}, "\"a\\r\\nb\""},
        {{"\t", 1}, "\"\\t\""},
        {{"\"\\", 2}, "\"\\\"\\\\\""},
        {{"\0", 1}, "\"\\u0000\""},
        {{"\x1b[31m", 5}, "\"\\u001b[31m\""},
        {{"\x7f", 1}, "\"\\u007f\""},
        {{"\xc2\x9b", 2}, "\"\\u009b\""},     // C1: CSI in one code point
        {{"\xe2\x80\xa8", 3}, "\"\\u2028\""}, // line separator
        {{"\xe2\x80\xae", 3}, "\"\\u202e\""}, // right-to-left override
        {{"\xe2\x81\xa7", 3}, "\"\\u2067\""}, // right-to-left isolate
        {{"\xff", 1}, "\"\xef\xbf\xbd\""},    // no UTF-8
        {{"a\xc3", 2}, "\"a\xef\xbf\xbd\""},  // cut in a sequence
        {{"\xf0\x9f\x8d\xb5", 4}, "\"\xf0\x9f\x8d\xb5\""},
        {{"\xe8\x8c\xb6", 3}, "\"\xe8\x8c\xb6\""},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const char *json = json_of(ra_kv_str("k", cases[i].input));
        assert_non_null(strstr(json, cases[i].wanted));
        assert_ptr_equal(strchr(json, '\n'), json + strlen(json) - 1);
        ra_kv values[] = {ra_kv_str("k", cases[i].input), KV_END};
        ra__record record = {.time = nine, .message = "m", .values = values};
        const char *text = format(RA__LINE_TEXT, &record);
        assert_non_null(strstr(text, cases[i].wanted));
        assert_null(strchr(text, '\x1b'));
    }
}

static void every_single_byte_gives_one_clean_line(void **state)
{
    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        char input[3] = {'a', (char)byte, 'b'};
        const char *line = json_of(ra_kv_str("k", (ra_str){input, 3}));
        size_t len = strlen(line);
        assert_int_equal(line[len - 1], '\n');
        for (size_t i = 0; i + 1 < len; i++)
            assert_false((unsigned char)line[i] < 0x20 || (unsigned char)line[i] == 0x7F);
    }
}

static void a_long_value_is_cut_at_a_code_point(void **state)
{
    (void)state;
    char input[2 * RA__LINE_VALUE_MAX];
    for (size_t i = 0; i + 3 <= sizeof input; i += 3)
        memcpy(input + i, "\xe8\x8c\xb6", 3);
    const char *line = json_of(ra_kv_str("k", (ra_str){input, sizeof input / 3 * 3}));
    const char *end = strstr(line, "\xe8\x8c\xb6…\"}\n");
    assert_non_null(end);
    assert_in_range(end - strstr(line, "\"k\":"), RA__LINE_VALUE_MAX - 8, RA__LINE_VALUE_MAX + 8);
}

static void values_without_room_are_left_out_and_the_line_says_so(void **state)
{
    (void)state;
    char long_text[1500];
    memset(long_text, 'x', sizeof long_text);
    ra_str value = {long_text, sizeof long_text};
    ra_kv values[] = {ra_kv_str("a", value), ra_kv_str("b", value), ra_kv_str("c", value),
                      ra_kv_str("d", value), ra_kv_i64("last", 1),  KV_END};
    ra__record record = {
        .time = nine, .message = "m", .values = values, .id = RA_STR("abc"), .route = RA_STR("/r")};
    const char *line = format(RA__LINE_JSON, &record);
    assert_non_null(strstr(line, "\"c\":"));
    assert_null(strstr(line, "\"d\":"));
    assert_non_null(
        strstr(line, ",\"last\":1,\"request_id\":\"abc\",\"route\":\"/r\",\"truncated\":true}\n"));
}

static void the_largest_line_is_within_its_bound(void **state)
{
    (void)state;
    char long_text[RA__LINE_VALUE_MAX * 2];
    memset(long_text, '\x01', sizeof long_text);
    ra_str value = {long_text, sizeof long_text};
    for (size_t len = 0; len < sizeof long_text; len += 61) {
        value.len = len;
        ra_kv values[] = {ra_kv_str("a", value), ra_kv_str("b", value), ra_kv_str("c", value),
                          ra_kv_str("d", value), KV_END};
        ra__record record = {.time = nine,
                             .level = RA_LOG_ERROR,
                             .message = "m",
                             .values = values,
                             .file = "somewhere/deep/in/the/tree.c",
                             .line = 100000,
                             .id = value,
                             .route = value};
        for (ra__line_style style = RA__LINE_JSON; style <= RA__LINE_COLOR; style++) {
            const char *line = format(style, &record);
            assert_int_equal(count_lines(line), 1);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_json_line_has_time_level_message_values_and_request),
        cmocka_unit_test(each_level_has_its_name_and_all_but_info_their_source),
        cmocka_unit_test(every_kind_of_value_has_a_form),
        cmocka_unit_test(a_text_line_is_aligned),
        cmocka_unit_test(color_wraps_level_and_keys_alone),
        cmocka_unit_test(no_input_ends_a_line_or_commands_a_terminal),
        cmocka_unit_test(every_single_byte_gives_one_clean_line),
        cmocka_unit_test(a_long_value_is_cut_at_a_code_point),
        cmocka_unit_test(values_without_room_are_left_out_and_the_line_says_so),
        cmocka_unit_test(the_largest_line_is_within_its_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
