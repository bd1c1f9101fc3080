// SPDX-License-Identifier: MIT OR Apache-2.0
#include "http/limits.h"

ra__http_limits ra__http_limits_default(void)
{
    return (ra__http_limits){
        .head_bytes_max = 16 << 10,
        .field_bytes_max = 8 << 10,
        .fields_max = 100,
        .target_bytes_max = 8 << 10,
        .query_fields_max = 256,
        .body_bytes_max = 1 << 20,
        .chunk_extension_bytes_max = 1 << 10,
        .head_timeout_ns = RA_SECONDS(5),
        .body_grace_ns = RA_SECONDS(5),
        .body_bytes_per_second_min = 500,
        .handler_timeout_ns = RA_SECONDS(30),
        .write_grace_ns = RA_SECONDS(5),
        .write_bytes_per_second_min = 500,
        .write_stall_ns = RA_SECONDS(30),
        .idle_timeout_ns = RA_SECONDS(65),
        .requests_per_connection_max = 1000,
        .pipelined_max = 16,
        .connections_max = 0,
        .unread_body_bytes_max = 64 << 10,
        .linger_timeout_ns = RA_SECONDS(2),
        .response_hold_bytes = 64 << 10,
        .response_bytes_max = 64 << 20,
    };
}
