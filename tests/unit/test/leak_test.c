// SPDX-License-Identifier: MIT OR Apache-2.0
// leak: what the code under test leaves open is found when the test ends.
#include "test/support.h"

#include "base/assert.h"
#include "private/world.h"

static ra_app *empty_app(void)
{
    return ra_app_new("empty", "1.0.0");
}

static void connect_to(ra_test *test, ra__sock **sock)
{
    ra__world *world = test->world;
    const ra__addr *addr = ra__service_addr(world->service);
    RA_CHECK(ra__sock_connect(ra_test_ctx(test), addr, sock) == RA_OK, "cannot connect");
}

static void with_a_socket_left_open(void)
{
    ra__sock *sock = NULL;
    ra_test test = ra_test_init(.app = empty_app());
    connect_to(&test, &sock);
    ra_test_deinit(&test);
}

static void a_socket_that_is_left_open_traps_at_the_end(void **state)
{
    (void)state;
    assert_traps(with_a_socket_left_open, "1 sockets are still open");
}

static void a_socket_that_was_closed_is_none(void **state)
{
    (void)state;
    ra__sock *sock = NULL;
    RA_SCOPED(ra_test, test, ra_test_init(.app = empty_app()));
    connect_to(&test, &sock);
    ra__sock_close(sock, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_socket_that_is_left_open_traps_at_the_end),
        cmocka_unit_test(a_socket_that_was_closed_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
