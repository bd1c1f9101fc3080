// SPDX-License-Identifier: MIT OR Apache-2.0
// units: durations and sizes as people write them. Pure functions.
//
// A duration is a sum of numbers with units, 1m30s, 500ms, 1.5h; a bare number means seconds:
// `--drain-timeout 8`. A size is a number with K, M or G (or KiB, MiB, GiB), each a power of 1024;
// a bare number means bytes.
#ifndef RAMIE_APP_PRIVATE_UNITS_H
#define RAMIE_APP_PRIVATE_UNITS_H

#include <ramie/base.h>

enum { RA__UNITS_TEXT_MAX = 48 };

/// RA_ERR_INVALID: not a duration (negative ones are none). RA_ERR_TOO_LARGE: over 292 years.
RA_MUST_USE ra_status ra__duration_parse(ra_str text, int64_t *out_ns);
/// The shortest exact form, "8s", "1m30s", "1ms500us"; the text's length.
size_t ra__duration_print(char out[RA__UNITS_TEXT_MAX], int64_t ns);

/// RA_ERR_INVALID: not a size. RA_ERR_TOO_LARGE: past uint64_t.
RA_MUST_USE ra_status ra__size_parse(ra_str text, uint64_t *out_bytes);
/// "1MiB", "1500"; the text's length.
size_t ra__size_print(char out[RA__UNITS_TEXT_MAX], uint64_t bytes);

#endif
