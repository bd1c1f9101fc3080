// SPDX-License-Identifier: MIT OR Apache-2.0
// pipe: bytes on their way to one end of a simulated connection.
//
//   |<------------ len ------------>|
//   |<---- visible ---->|           |      in flight: written, not yet arrived
//   head
//
// A ring of at most `bytes_max`, taken from the heap by need. What has arrived stays in order; an
// end of the stream or a reset travels behind the last byte.
#ifndef RAMIE_IO_PRIVATE_PIPE_H
#define RAMIE_IO_PRIVATE_PIPE_H

#include <ramie/base.h>

struct ra__pipe {
    char *bytes;
    uint32_t cap, bytes_max; // cap: a power of two, or 0
    uint32_t head, len, visible;
    bool fin, fin_visible;
    bool rst, rst_visible;
};

void ra__pipe_init(struct ra__pipe *pipe, uint32_t bytes_max); // a power of two
void ra__pipe_deinit(struct ra__pipe *pipe);
static inline uint32_t ra__pipe_room(const struct ra__pipe *pipe)
{
    return pipe->bytes_max - pipe->len;
}
/// At most ra__pipe_room bytes, still in flight. RA_ERR_EXHAUSTED: no memory, nothing put.
RA_MUST_USE ra_status ra__pipe_put(struct ra__pipe *pipe, const void *from, uint32_t bytes);
/// At most `visible` bytes.
void ra__pipe_take(struct ra__pipe *pipe, void *into, uint32_t bytes);
/// All that is in flight arrives.
void ra__pipe_arrive(struct ra__pipe *pipe);
/// Forget the bytes.
void ra__pipe_drop(struct ra__pipe *pipe);

#endif
