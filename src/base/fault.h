// SPDX-License-Identifier: MIT OR Apache-2.0
// fault: what is wrong with the program itself, found at start: tables, routes, options. Collected,
// then shown at once.
#ifndef RAMIE_BASE_FAULT_H
#define RAMIE_BASE_FAULT_H

#include <ramie/base.h>

typedef struct {
    unsigned count;
    ra_buf text; // "items.c:12: item.price: .def \"x\" is not a number\n" a line each
} ra__faults;

void ra__faults_init(ra__faults *faults);
void ra__faults_deinit(ra__faults *faults);
/// line 0: no place is known; file NULL: neither.
RA_PRINTF(4, 5)
void ra__fault_add(ra__faults *faults, const char *file, int line, const char *format, ...);

#endif
