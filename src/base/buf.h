// SPDX-License-Identifier: MIT OR Apache-2.0
// buf: ra_buf for those who write into it in place. Public half: <ramie/base.h>.
#ifndef RAMIE_BASE_BUF_H
#define RAMIE_BASE_BUF_H

#include <ramie/base.h>

/// Make room for `bytes` more: afterwards ptr[len .. len + bytes) may be written, then len raised
/// by the caller. RA_ERR_TOO_LARGE: past max; RA_ERR_EXHAUSTED: no memory. The buffer is unchanged
/// in both cases.
RA_MUST_USE ra_status ra__buf_reserve(ra_buf *buf, size_t bytes);

#endif
