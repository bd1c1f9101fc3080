// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"

#include "os/os.h"

#include <poll.h>

static bool rings(int fd)
{
    struct pollfd waited = {.fd = fd, .events = POLLIN};
    return poll(&waited, 1, 0) == 1;
}

static void rings_add_up_to_one_until_cleared(void **state)
{
    (void)state;
    int fd = ra__os_doorbell_open();
    assert_false(rings(fd));
    for (int at = 0; at < 3; at++) {
        ra__os_doorbell_ring(fd);
        assert_true(rings(fd));
    }
    ra__os_doorbell_clear(fd);
    assert_false(rings(fd));
    ra__os_doorbell_close(fd);
}

static void clearing_what_did_not_ring_does_not_block(void **state)
{
    (void)state;
    int fd = ra__os_doorbell_open();
    ra__os_doorbell_clear(fd);
    ra__os_doorbell_clear(fd);
    assert_false(rings(fd));
    ra__os_doorbell_close(fd);
    ra__os_doorbell_close(-1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rings_add_up_to_one_until_cleared),
        cmocka_unit_test(clearing_what_did_not_ring_does_not_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
