// SPDX-License-Identifier: MIT OR Apache-2.0
// stream: bodies and answers piece by piece. Memory does not grow with them, and a slow client slows only itself.
//
//   curl -T big.txt -X POST http://127.0.0.1:8080/upper     the body comes back in capitals, while it is still sent
//   curl -N 'http://127.0.0.1:8080/countdown?from=3'        a line a second; ends at once when curl is stopped
#include <ramie/ramie.h>

enum { COUNT_DEFAULT = 10, COUNT_MAX = 3600 };

static void to_capitals(char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] >= 'a' && text[i] <= 'z')
            text[i] = (char)(text[i] - 'a' + 'A');
}

static ra_status upper(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    RA_SCOPED(ra_buf, capitals, ra_buf_init(1 << 20)); // freed however the handler ends
    ra_str piece;
    do {
        RA_TRY(ra_request_read(ctx, req, &piece)); // empty at the end of the body
        capitals.len = 0;
        RA_TRY(ra_buf_append(&capitals, piece));
        to_capitals(capitals.ptr, capitals.len);
        RA_TRY(ra_response_write(ctx, res, ra_buf_str(&capitals)));
    } while (piece.len > 0);
    return RA_OK;
}

static ra_status countdown(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    int64_t from = COUNT_DEFAULT;
    ra_opt_str asked = ra_request_query(req, "from");
    if (ra_is_set(asked))
        RA_TRY(ra_str_to_i64(asked.value, &from));
    RA_ENSURE(ctx, from >= 0 && from <= COUNT_MAX, RA_ERR_INVALID, "from must be 0 to %d",
              COUNT_MAX);
    for (int64_t i = from; i > 0; i--) {
        RA_TRY(ra_response_printf(ctx, res, "%" PRId64 "\n", i));
        RA_TRY(ra_response_flush(ctx, res));
        RA_TRY(ra_sleep(ctx, RA_SECONDS(1))); // an error when the client has gone
    }
    return RA_OK;
}

int main(int argc, char **argv)
{
    ra_app *app = ra_app_new("stream", "1.0.0");
    ra_raw(app, "POST", "/upper", upper, .body_bytes_max = (size_t)1 << 30,
           .produces = "text/plain");
    ra_raw(app, "GET", "/countdown", countdown, .timeout_ns = RA_SECONDS(COUNT_MAX + 1),
           .produces = "text/plain");
    return ra_app_main(app, argc, argv);
}
