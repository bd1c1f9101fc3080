// SPDX-License-Identifier: MIT OR Apache-2.0
// What the fuzz targets share: the entry point's name is libFuzzer's; a broken oracle ends the
// process with its reason.
#ifndef RAMIE_TESTS_FUZZ_H
#define RAMIE_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition)                                                                            \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);                        \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

// The first byte of an input says how the rest is cut: 0 whole, else pieces of that many bytes.
typedef struct {
    const char *bytes;
    size_t len;
    size_t piece_bytes;
} cut_input;

static inline cut_input cut_input_of(const uint8_t *data, size_t size)
{
    cut_input input = {(const char *)data, size, size};
    if (size == 0)
        return input;
    input.bytes++;
    input.len--;
    input.piece_bytes = data[0] ? data[0] : size;
    return input;
}

#endif
