// SPDX-License-Identifier: MIT OR Apache-2.0
#include "private/host.h"
#include "private/chars.h"

/// port = *DIGIT; a number that no port has is refused.
static bool port_valid(ra_str digits)
{
    uint32_t port = 0;
    for (size_t i = 0; i < digits.len; i++) {
        if (!ra__is_digit(digits.ptr[i]))
            return false;
        port = port * 10 + (uint32_t)(digits.ptr[i] - '0');
        if (port > 65535)
            return false;
    }
    return true;
}

/// reg-name = *( unreserved / pct-encoded / sub-delims ); an IPv4 address is one too.
static bool name_valid(ra_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        if (!ra__char_is(name.ptr[i], RA__CHAR_NAME))
            return false;
        if (name.ptr[i] != '%')
            continue;
        if (name.len - i < 3 || ra__hex_digit(name.ptr[i + 1]) < 0 ||
            ra__hex_digit(name.ptr[i + 2]) < 0)
            return false;
        i += 2;
    }
    return name.len > 0;
}

/// dec-octet "." dec-octet "." dec-octet "." dec-octet, without leading zeros.
static bool ipv4_valid(ra_str text)
{
    unsigned octets = 0;
    ra_str part;
    while (ra_str_split(&text, '.', &part)) {
        if (part.len == 0 || part.len > 3 || (part.len > 1 && part.ptr[0] == '0'))
            return false;
        unsigned value = 0;
        for (size_t i = 0; i < part.len; i++) {
            if (!ra__is_digit(part.ptr[i]))
                return false;
            value = value * 10 + (unsigned)(part.ptr[i] - '0');
        }
        if (value > 255)
            return false;
        octets++;
    }
    return octets == 4;
}

static bool h16_valid(ra_str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (ra__hex_digit(text.ptr[i]) < 0)
            return false;
    return text.len >= 1 && text.len <= 4;
}

/// Groups of 16 bits in `text`, "" has none; the last may be an IPv4 address of two. -1: malformed.
static int groups_in(ra_str text, bool ipv4_allowed)
{
    if (text.len == 0)
        return 0;
    for (int count = 0;;) {
        size_t end = 0;
        while (end < text.len && text.ptr[end] != ':')
            end++;
        ra_str part = {text.ptr, end};
        bool last = end == text.len;
        if (h16_valid(part))
            count += 1;
        else if (last && ipv4_allowed && part.len <= 15 && part.len > 0 &&
                 memchr(part.ptr, '.', part.len) && ipv4_valid(part))
            count += 2;
        else
            return -1;
        if (last)
            return count;
        text = ra_str_slice(text, end + 1, text.len);
    }
}

/// Eight groups, or fewer around one "::" which stands for at least one.
static bool ipv6_valid(ra_str text)
{
    for (size_t i = 0; i + 1 < text.len; i++) {
        if (text.ptr[i] != ':' || text.ptr[i + 1] != ':')
            continue;
        int before = groups_in(ra_str_slice(text, 0, i), false);
        int after = groups_in(ra_str_slice(text, i + 2, text.len), true);
        return before >= 0 && after >= 0 && before + after <= 7;
    }
    return groups_in(text, true) == 8;
}

/// IPvFuture = "v" 1*HEXDIG "." 1*( unreserved / sub-delims / ":" )
static bool future_valid(ra_str text)
{
    size_t at = 1;
    while (at < text.len && ra__hex_digit(text.ptr[at]) >= 0)
        at++;
    if (at == 1 || at + 1 >= text.len || text.ptr[at] != '.')
        return false;
    for (at++; at < text.len; at++)
        if (text.ptr[at] == '%' ||
            (text.ptr[at] != ':' && !ra__char_is(text.ptr[at], RA__CHAR_NAME)))
            return false;
    return true;
}

bool ra__host_valid(ra_str text)
{
    size_t end = 0; // of the host
    if (text.len > 0 && text.ptr[0] == '[') {
        while (end < text.len && text.ptr[end] != ']')
            end++;
        if (end == text.len)
            return false;
        ra_str literal = ra_str_slice(text, 1, end++);
        bool future = literal.len > 0 && (literal.ptr[0] | 0x20) == 'v';
        if (future ? !future_valid(literal) : !ipv6_valid(literal))
            return false;
    } else {
        while (end < text.len && text.ptr[end] != ':')
            end++;
        if (!name_valid(ra_str_slice(text, 0, end)))
            return false;
    }
    if (end == text.len)
        return true;
    return text.ptr[end] == ':' && port_valid(ra_str_slice(text, end + 1, text.len));
}
