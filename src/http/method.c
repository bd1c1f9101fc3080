// SPDX-License-Identifier: MIT OR Apache-2.0
#include "private/method.h"

static const ra_str names[RA__METHOD_COUNT] = {
    [RA__GET] = {"GET", 3},         [RA__HEAD] = {"HEAD", 4},   [RA__POST] = {"POST", 4},
    [RA__PUT] = {"PUT", 3},         [RA__PATCH] = {"PATCH", 5}, [RA__DELETE] = {"DELETE", 6},
    [RA__OPTIONS] = {"OPTIONS", 7},
};

ra__method ra__method_of(ra_str name)
{
    for (ra__method method = 0; method < RA__METHOD_COUNT; method++)
        if (ra_str_equal(name, names[method]))
            return method;
    return RA__METHOD_UNKNOWN;
}

const char *ra__method_name(ra__method method)
{
    return method < RA__METHOD_COUNT ? names[method].ptr : "";
}
