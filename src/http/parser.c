// SPDX-License-Identifier: MIT OR Apache-2.0
// parser: the automaton of a request head. One small function a state; each reads as far as it can.

#include "private/parser.h"
#include "private/chars.h"

enum { METHOD_BYTES_MAX = 64 }; // "longer than any that it implements": 501 (RFC 9112 3)

typedef enum {
    BEFORE, // one empty line may come
    BEFORE_LF,
    METHOD,
    TARGET,
    VERSION,
    LINE_LF,
    FIELD, // the first byte of a field line, or of the empty line
    FIELD_NAME,
    VALUE_LEAD, // whitespace in front of the value
    VALUE,
    VALUE_LF,
    END_LF,
    DONE
} state;

typedef bool step_fn(ra__head *head, const char *bytes, uint32_t end);
static step_fn on_before, on_before_lf, on_method, on_target, on_version, on_line_lf, on_field,
    on_field_name, on_value_lead, on_value, on_value_lf, on_end_lf;

static step_fn *const steps[DONE] = {
    [BEFORE] = on_before, [BEFORE_LF] = on_before_lf,   [METHOD] = on_method,
    [TARGET] = on_target, [VERSION] = on_version,       [LINE_LF] = on_line_lf,
    [FIELD] = on_field,   [FIELD_NAME] = on_field_name, [VALUE_LEAD] = on_value_lead,
    [VALUE] = on_value,   [VALUE_LF] = on_value_lf,     [END_LF] = on_end_lf,
};

void ra__head_init(ra__head *head, const ra__http_limits *limits, ra__field *fields)
{
    *head = (ra__head){.limits = limits, .fields = fields, .state = BEFORE};
}

bool ra__head_only_blank(const ra__head *head)
{
    return head->at > 0 && head->state == BEFORE;
}

void ra__head_set_blank_seen(ra__head *head)
{
    head->blank_seen = true;
}

/// Where the head must have ended. An empty line before it does not count: it may have been taken
/// away already.
static uint32_t head_max(const ra__head *head)
{
    return head->start + head->limits->head_bytes_max;
}

static uint32_t smaller(size_t len, uint32_t max)
{
    return len < max ? (uint32_t)len : max;
}

ra__parse ra__head_feed(ra__head *head, const char *bytes, size_t len)
{
    while (head->at < smaller(len, head_max(head))) {
        if (!steps[head->state](head, bytes, smaller(len, head_max(head))))
            return RA__PARSE_BAD;
        if (head->state == DONE)
            return RA__PARSE_DONE;
    }
    if (head->at == head_max(head)) {
        ra__head_refuse(head, 431, "the head is too long");
        return RA__PARSE_BAD;
    }
    return RA__PARSE_MORE;
}

bool ra__head_refuse(ra__head *head, int status, const char *why)
{
    head->status = status;
    head->why = why;
    return false;
}

static ra__span since(const ra__head *head, uint32_t from)
{
    return (ra__span){from, head->at - from};
}

/// Take one byte that can only be `wanted`.
static bool expect(ra__head *head, const char *bytes, char wanted, state next, const char *why)
{
    if (bytes[head->at] != wanted)
        return ra__head_refuse(head, 400, why);
    head->at++;
    head->state = next;
    return true;
}

// ---- request line

/// "a server [...] SHOULD ignore at least one empty line (CRLF) received prior to the request-line"
/// (RFC 9112 2.2): exactly one.
static bool on_before(ra__head *head, const char *bytes, uint32_t end)
{
    (void)end;
    if (bytes[head->at] == '\r' && !head->blank_seen) {
        head->blank_seen = true;
        head->at++;
        head->state = BEFORE_LF;
        return true;
    }
    if (!ra__char_is(bytes[head->at], RA__CHAR_TOKEN))
        return ra__head_refuse(head, 400, "a request starts with its method");
    head->mark = head->at;
    head->state = METHOD;
    return true;
}

static bool on_before_lf(ra__head *head, const char *bytes, uint32_t end)
{
    (void)end;
    head->start = head->at + 1;
    return expect(head, bytes, '\n', BEFORE, "a line ends with CR LF");
}

static bool on_method(ra__head *head, const char *bytes, uint32_t end)
{
    uint32_t at = head->at;
    while (at < end && ra__char_is(bytes[at], RA__CHAR_TOKEN) &&
           at - head->mark <= METHOD_BYTES_MAX)
        at++;
    head->at = at;
    if (at - head->mark > METHOD_BYTES_MAX)
        return ra__head_refuse(head, 501, "no method is that long");
    if (at == end)
        return true;
    if (bytes[at] != ' ')
        return ra__head_refuse(head, 400, "the method is a token, followed by one space");
    head->method = since(head, head->mark);
    head->mark = ++head->at;
    head->state = TARGET;
    return true;
}

static bool on_target(ra__head *head, const char *bytes, uint32_t end)
{
    uint32_t at = head->at, max = head->limits->target_bytes_max;
    while (at < end && ra__char_is(bytes[at], RA__CHAR_QUERY) && at - head->mark < max)
        at++;
    head->at = at;
    if (at == end)
        return true;
    if (ra__char_is(bytes[at], RA__CHAR_QUERY))
        return ra__head_refuse(head, 414, "the target is too long");
    if (bytes[at] != ' ')
        return ra__head_refuse(
            head, 400, "the target has a byte that must be escaped, or no version follows it");
    head->target = since(head, head->mark);
    head->mark = ++head->at;
    head->state = VERSION;
    return true;
}

/// HTTP-version = "HTTP" "/" DIGIT "." DIGIT, case-sensitive (RFC 9112 2.3).
static bool on_version(ra__head *head, const char *bytes, uint32_t end)
{
    static const char form[] = "HTTP/0.0\r";
    for (; head->at < end; head->at++) {
        uint32_t i = head->at - head->mark;
        char byte = bytes[head->at];
        if (form[i] == '0' ? !ra__is_digit(byte) : byte != form[i])
            return ra__head_refuse(head, 400, "the request line ends with HTTP/1.1");
        if (i == 5)
            head->major = (uint8_t)(byte - '0');
        if (i == 7)
            head->minor = (uint8_t)(byte - '0');
        if (i == 8) {
            head->at++;
            head->state = LINE_LF;
            return true;
        }
    }
    return true;
}

static bool on_line_lf(ra__head *head, const char *bytes, uint32_t end)
{
    (void)end;
    if (bytes[head->at] == '\n' && head->major != 1)
        return ra__head_refuse(head, 505, "this server speaks HTTP/1.1");
    if (bytes[head->at] == '\n' && !ra__target_parse(head, bytes))
        return false;
    return expect(head, bytes, '\n', FIELD, "a line ends with CR LF");
}

// ---- fields

static bool on_field(ra__head *head, const char *bytes, uint32_t end)
{
    (void)end;
    char byte = bytes[head->at];
    if (byte == '\r')
        return expect(head, bytes, '\r', END_LF, "");
    // obs-fold, or "whitespace between the start-line and the first header field" (RFC 9112 2.2,
    // 5.2)
    if (byte == ' ' || byte == '\t')
        return ra__head_refuse(head, 400, "a field line starts with its name");
    if (!ra__char_is(byte, RA__CHAR_TOKEN))
        return ra__head_refuse(head, 400, "a field name is a token");
    if (head->field_count == head->limits->fields_max)
        return ra__head_refuse(head, 431, "there are too many fields");
    head->line = head->at;
    head->state = FIELD_NAME;
    return true;
}

/// Where the current field line must have ended.
static uint32_t line_max(const ra__head *head)
{
    return head->line + head->limits->field_bytes_max;
}

static bool line_too_long(ra__head *head)
{
    return ra__head_refuse(head, 431, "a field line is too long");
}

static bool on_field_name(ra__head *head, const char *bytes, uint32_t end)
{
    uint32_t at = head->at, max = line_max(head);
    while (at < end && at < max && ra__char_is(bytes[at], RA__CHAR_TOKEN))
        at++;
    head->at = at;
    if (at == end)
        return true;
    if (at == max)
        return line_too_long(head);
    // "No whitespace is allowed between the field name and colon" (RFC 9112 5.1)
    if (bytes[at] != ':')
        return ra__head_refuse(head, 400, "a field name is a token, followed by a colon");
    head->fields[head->field_count] = (ra__field){.name = since(head, head->line)};
    head->at++;
    head->state = VALUE_LEAD;
    return true;
}

static bool on_value_lead(ra__head *head, const char *bytes, uint32_t end)
{
    uint32_t max = line_max(head);
    while (head->at < end && head->at < max && (bytes[head->at] == ' ' || bytes[head->at] == '\t'))
        head->at++;
    if (head->at == end)
        return true;
    head->mark = head->value_end = head->at;
    head->state = VALUE;
    return true;
}

static bool on_value(ra__head *head, const char *bytes, uint32_t end)
{
    uint32_t at = head->at, max = line_max(head), stop = end < max ? end : max;
    while (at < stop && ra__char_is(bytes[at], RA__CHAR_VALUE))
        at++;
    head->at = at;
    if (at == end)
        return true;
    if (bytes[at] != '\r')
        return at == max && ra__char_is(bytes[at], RA__CHAR_VALUE)
                   ? line_too_long(head)
                   : ra__head_refuse(head, 400, "a field value has a control character");
    while (at > head->mark && (bytes[at - 1] == ' ' || bytes[at - 1] == '\t'))
        at--;
    head->value_end = at;
    head->at++;
    head->state = VALUE_LF;
    return true;
}

static bool on_value_lf(ra__head *head, const char *bytes, uint32_t end)
{
    (void)end;
    if (!expect(head, bytes, '\n', FIELD, "a line ends with CR LF"))
        return false;
    ra__field *field = &head->fields[head->field_count++];
    field->value = (ra__span){head->mark, head->value_end - head->mark};
    if (ra__frame_field(head, bytes, field))
        return true;
    head->at--; // the place of the verdict is the line feed
    return false;
}

static bool on_end_lf(ra__head *head, const char *bytes, uint32_t end)
{
    (void)end;
    if (bytes[head->at] == '\n' && !ra__frame_finish(head))
        return false;
    return expect(head, bytes, '\n', DONE, "a line ends with CR LF");
}
