// SPDX-License-Identifier: MIT OR Apache-2.0
#include "fiber/world.h"

static ra_status nap(ra_ctx *ctx, int *done)
{
    RA_TRY(ra_sleep(ctx, RA_MS(10)));
    *done += 1;
    return RA_OK;
}

static ra_status ten_thousand_sleepers(ra_ctx *ctx, void *arg)
{
    int count = scaled(10000), done = 0;
    (void)arg;
    RA_GROUP(sleepers, ctx);
    for (int i = 0; i < count; i++) {
        ra_group_go(&sleepers, nap, &done);
    }
    EXPECT_STATUS(ra_group_wait(ctx, &sleepers), RA_OK);
    EXPECT(done == count);
    return RA_OK;
}

static void ten_thousand_sleepers_are_joined(void **state)
{
    (void)state;
    sim_once(1, 1, 0, ten_thousand_sleepers, NULL);
    real_once(2, 0, ten_thousand_sleepers, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_thousand_sleepers_are_joined),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
