// SPDX-License-Identifier: MIT OR Apache-2.0
// frame: the fields that say where a message ends and what becomes of the connection (RFC 9112 3.2,
// 6, 9; RFC 9110 7.2, 8.6, 10.1.1). Whoever reads these differently than the next server can be
// made to smuggle: what the RFC lets a server refuse is refused.

#include "base/text.h"
#include "private/chars.h"
#include "private/host.h"
#include "private/parser.h"

static bool refuse(ra__head *head, const char *why)
{
    return ra__head_refuse(head, 400, why);
}

/// Content-Length = 1*DIGIT, in one field; not a list, although RFC 9110 8.6 would let "5, 5" pass.
static bool content_length(ra__head *head, ra_str value)
{
    if (head->has_length)
        return refuse(head, "Content-Length is given twice");
    if (value.len == 0)
        return refuse(head, "Content-Length is empty");
    uint64_t length = 0;
    for (size_t i = 0; i < value.len; i++) {
        if (!ra__is_digit(value.ptr[i]))
            return refuse(head, "Content-Length is not a number");
        uint64_t digit = (uint64_t)(value.ptr[i] - '0');
        if (length > (UINT64_MAX - digit) / 10)
            return refuse(head, "Content-Length is too large");
        length = length * 10 + digit;
    }
    head->has_length = true;
    head->length = length;
    return true;
}

static bool is_token(ra_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!ra__char_is(text.ptr[i], RA__CHAR_TOKEN))
            return false;
    return text.len > 0;
}

static ra_str trim(ra_str text)
{
    while (text.len > 0 && (text.ptr[0] == ' ' || text.ptr[0] == '\t'))
        text = (ra_str){text.ptr + 1, text.len - 1};
    while (text.len > 0 && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t'))
        text.len--;
    return text;
}

/// The next element of a comma-separated list, trimmed; an empty one is an element too. false: no
/// more.
static bool next_element(ra_str *rest, ra_str *element)
{
    if (!rest->ptr)
        return false;
    size_t end = 0;
    while (end < rest->len && rest->ptr[end] != ',')
        end++;
    *element = trim((ra_str){rest->ptr, end});
    *rest =
        end < rest->len ? (ra_str){rest->ptr + end + 1, rest->len - end - 1} : (ra_str){NULL, 0};
    return true;
}

/// One coding of the list, which may go over several fields.
static bool transfer_coding(ra__head *head, ra_str coding)
{
    size_t name_len = 0;
    while (name_len < coding.len && coding.ptr[name_len] != ';')
        name_len++;
    ra_str name = trim(ra_str_slice(coding, 0, name_len));
    if (!is_token(name))
        return refuse(head, "Transfer-Encoding is malformed");
    // "The chunked coding does not define any parameters. Their presence SHOULD be treated as an
    // error." (RFC 9112 7.1)
    bool chunked = ra__str_equal_fold(name, RA_STR("chunked"));
    if (chunked && name_len < coding.len)
        return refuse(head, "chunked has no parameters");
    // "A sender MUST NOT apply the chunked transfer coding more than once" (RFC 9112 6.1)
    if (head->chunked)
        return refuse(head,
                      "chunked must be the last Transfer-Encoding, and the only one of its name");
    head->chunked = chunked;
    head->coding_other |= !chunked;
    return true;
}

static bool transfer_encoding(ra__head *head, ra_str value)
{
    head->coding_seen = true;
    for (ra_str coding; next_element(&value, &coding);)
        if (!transfer_coding(head, coding))
            return false;
    return true;
}

static bool host(ra__head *head, ra_str value, ra__span place)
{
    if (head->host_count++ > 0)
        return refuse(head, "Host is given twice");
    if (!ra__host_valid(value))
        return refuse(head, "Host is malformed");
    if (head->target_form != RA__TARGET_ABSOLUTE)
        head->host = place;
    return true;
}

static bool connection(ra__head *head, ra_str value)
{
    for (ra_str option; next_element(&value, &option);) {
        head->close |= ra__str_equal_fold(option, RA_STR("close"));
        head->keep_alive |= ra__str_equal_fold(option, RA_STR("keep-alive"));
    }
    return true;
}

/// "A server that receives a 100-continue expectation in an HTTP/1.0 request MUST ignore" it (RFC
/// 9110 10.1.1).
static bool expect(ra__head *head, ra_str value)
{
    if (head->minor == 0)
        return true;
    if (ra__str_equal_fold(value, RA_STR("100-continue")))
        head->expect_continue = true;
    else
        head->expect_unknown = true;
    return true;
}

bool ra__frame_field(ra__head *head, const char *bytes, const ra__field *field)
{
    ra_str name = ra__span_str(bytes, field->name), value = ra__span_str(bytes, field->value);
    switch (name.len) {
    case 4:
        return ra__str_equal_fold(name, RA_STR("Host")) ? host(head, value, field->value) : true;
    case 6:
        return ra__str_equal_fold(name, RA_STR("Expect")) ? expect(head, value) : true;
    case 10:
        return ra__str_equal_fold(name, RA_STR("Connection")) ? connection(head, value) : true;
    case 14:
        return ra__str_equal_fold(name, RA_STR("Content-Length")) ? content_length(head, value)
                                                                  : true;
    case 17:
        return ra__str_equal_fold(name, RA_STR("Transfer-Encoding"))
                   ? transfer_encoding(head, value)
                   : true;
    default:
        return true;
    }
}

bool ra__frame_finish(ra__head *head)
{
    if (head->minor > 0 && head->host_count == 0)
        return refuse(head, "Host is missing");
    if (!head->coding_seen)
        return true;
    if (head->has_length)
        return refuse(head, "Content-Length and Transfer-Encoding exclude each other");
    if (head->minor == 0)
        return refuse(head, "HTTP/1.0 has no Transfer-Encoding");
    // "If a Transfer-Encoding header field is present in a request and the chunked transfer coding
    // is not the final encoding, the message body length cannot be determined reliably" (RFC 9112
    // 6.3)
    if (!head->chunked)
        return refuse(head, "the last Transfer-Encoding must be chunked");
    if (head->coding_other)
        return ra__head_refuse(head, 501, "the only Transfer-Encoding built is chunked");
    return true;
}
