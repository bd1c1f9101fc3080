// SPDX-License-Identifier: MIT OR Apache-2.0
#include "private/chars.h"

#define T RA__CHAR_TOKEN
#define P RA__CHAR_PATH
#define Q RA__CHAR_QUERY
#define V RA__CHAR_VALUE
#define N RA__CHAR_NAME

// Controls, DEL and NUL are nothing; bytes from 0x80 on are values only.
const uint8_t ra__chars[256] = {
    ['a' ... 'z'] = T | P | Q | V | N,
    ['A' ... 'Z'] = T | P | Q | V | N,
    ['0' ... '9'] = T | P | Q | V | N,
    ['-'] = T | P | Q | V | N,
    ['.'] = T | P | Q | V | N,
    ['_'] = T | P | Q | V | N,
    ['~'] = T | P | Q | V | N,
    ['!'] = T | P | Q | V | N,
    ['$'] = T | P | Q | V | N,
    ['%'] = T | P | Q | V | N,
    ['&'] = T | P | Q | V | N,
    ['\''] = T | P | Q | V | N,
    ['*'] = T | P | Q | V | N,
    ['+'] = T | P | Q | V | N,
    ['('] = P | Q | V | N,
    [')'] = P | Q | V | N,
    [','] = P | Q | V | N,
    [';'] = P | Q | V | N,
    ['='] = P | Q | V | N,
    [':'] = P | Q | V,
    ['@'] = P | Q | V,
    ['/'] = P | Q | V,
    ['?'] = Q | V,
    ['['] = Q | V,
    [']'] = Q | V,
    ['{'] = Q | V,
    ['}'] = Q | V,
    ['^'] = T | Q | V,
    ['|'] = T | Q | V,
    ['#'] = T | V,
    ['`'] = T | V,
    ['"'] = V,
    ['<'] = V,
    ['>'] = V,
    ['\\'] = V,
    [' '] = V,
    ['\t'] = V,
    [0x80 ... 0xff] = V,
};
