// SPDX-License-Identifier: MIT OR Apache-2.0
// A chunked body: any bytes, whole and in pieces, give the same data and the same verdict at the
// same byte.
#include "fuzz.h"
#include "http/private/chunked.h"

typedef struct {
    ra__parse verdict;
    uint64_t offset, data_bytes, hash;
    int status;
} outcome;

static uint64_t fold(uint64_t hash, ra_str data)
{
    for (size_t i = 0; i < data.len; i++)
        hash = (hash ^ (unsigned char)data.ptr[i]) * UINT64_C(1099511628211); // FNV-1a
    return hash;
}

// Reads one piece to its end; the verdict.
static ra__parse read_piece(ra__chunked *chunked, ra_str piece, outcome *out)
{
    ra__parse verdict = RA__PARSE_MORE;
    while (verdict == RA__PARSE_MORE && piece.len > 0) {
        size_t used = 0;
        ra_str data = {NULL, 0};
        verdict = ra__chunked_next(chunked, piece, &used, &data);
        MUST(used <= piece.len && (used > 0 || verdict != RA__PARSE_MORE));
        MUST(data.len == 0 || (data.ptr >= piece.ptr && data.ptr + data.len <= piece.ptr + used));
        out->hash = fold(out->hash, data);
        out->data_bytes += data.len;
        piece = ra_str_slice(piece, used, piece.len);
    }
    return verdict;
}

static outcome read_in_pieces(const cut_input *input, size_t piece_bytes)
{
    ra__http_limits limits = ra__http_limits_default();
    ra__chunked chunked;
    outcome out = {.verdict = RA__PARSE_MORE};
    ra__chunked_init(&chunked, &limits);
    for (size_t at = 0; out.verdict == RA__PARSE_MORE && at < input->len; at += piece_bytes) {
        size_t len = input->len - at < piece_bytes ? input->len - at : piece_bytes;
        char *copy = malloc(len);
        MUST(copy);
        memcpy(copy, input->bytes + at, len);
        out.verdict = read_piece(&chunked, (ra_str){copy, len}, &out);
        free(copy);
    }
    MUST(chunked.data_bytes == out.data_bytes);
    out.offset = chunked.offset;
    out.status = out.verdict == RA__PARSE_BAD ? chunked.status : 0;
    return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cut_input input = cut_input_of(data, size);
    if (input.len == 0)
        return 0;
    outcome whole = read_in_pieces(&input, input.len);
    outcome cut = read_in_pieces(&input, input.piece_bytes);
    MUST(whole.verdict == cut.verdict && whole.offset == cut.offset && whole.status == cut.status);
    MUST(whole.data_bytes == cut.data_bytes && whole.hash == cut.hash);
    return 0;
}
