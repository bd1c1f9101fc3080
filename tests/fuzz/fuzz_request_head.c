// SPDX-License-Identifier: MIT OR Apache-2.0
// The head of a request: any bytes, whole and in pieces, get the same verdict at the same byte.
#include "fuzz.h"
#include "http/private/parser.h"

enum { FIELDS_MAX = 100 };

// Like feeding a socket's buffer as it grows. Each prefix is a heap block of its own, so that
// reading past it is seen.
static ra__parse feed_in_pieces(ra__head *head, const cut_input *input)
{
    ra__parse verdict = RA__PARSE_MORE;
    for (size_t len = 0; verdict == RA__PARSE_MORE && len < input->len;) {
        len = len + input->piece_bytes < input->len ? len + input->piece_bytes : input->len;
        char *prefix = malloc(len);
        MUST(prefix);
        memcpy(prefix, input->bytes, len);
        verdict = ra__head_feed(head, prefix, len);
        free(prefix);
    }
    return verdict;
}

static void must_lie_inside(const ra__head *head, ra__span span)
{
    MUST(span.at <= head->at && span.len <= head->at - span.at);
}

static void check_request(const ra__head *head)
{
    must_lie_inside(head, head->method);
    must_lie_inside(head, head->target);
    must_lie_inside(head, head->path);
    must_lie_inside(head, head->query);
    must_lie_inside(head, head->host);
    MUST(head->field_count <= FIELDS_MAX);
    for (uint32_t i = 0; i < head->field_count; i++) {
        must_lie_inside(head, head->fields[i].name);
        must_lie_inside(head, head->fields[i].value);
    }
    MUST(!(head->chunked && head->has_length));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cut_input input = cut_input_of(data, size);
    ra__http_limits limits = ra__http_limits_default();
    ra__field fields[FIELDS_MAX], fields_cut[FIELDS_MAX];
    ra__head whole, cut;
    ra__head_init(&whole, &limits, fields);
    ra__head_init(&cut, &limits, fields_cut);

    ra__parse verdict = input.len ? ra__head_feed(&whole, input.bytes, input.len) : RA__PARSE_MORE;
    MUST(feed_in_pieces(&cut, &input) == verdict);
    MUST(whole.at == cut.at && whole.at <= input.len);
    if (verdict == RA__PARSE_BAD)
        MUST(whole.status == cut.status && whole.status >= 400 && strcmp(whole.why, cut.why) == 0);
    if (verdict == RA__PARSE_DONE)
        check_request(&whole);
    return 0;
}
