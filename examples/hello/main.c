// SPDX-License-Identifier: MIT OR Apache-2.0
// hello: the smallest service. GET / and GET /hello answer `Hello, World!`.
//
//   build/release/bin/hello --listen 127.0.0.1:8080
//   curl -i http://127.0.0.1:8080/hello
#include <ramie/ramie.h>

static ra_status hello(ra_ctx *ctx, ra_request *req, ra_response *res)
{
    (void)req;
    return ra_response_write(ctx, res, RA_STR("Hello, World!"));
}

int main(int argc, char **argv)
{
    ra_app *app = ra_app_new("hello", "1.0.0");
    ra_raw(app, "GET", "/", hello, .produces = "text/plain");
    ra_raw(app, "GET", "/hello", hello, .produces = "text/plain");
    return ra_app_main(app, argc, argv);
}
