// SPDX-License-Identifier: MIT OR Apache-2.0
// clock: time and randomness of the real world.
#include "base/assert.h"
#include "os/os.h"

#include <errno.h>
#include <sys/random.h>
#include <time.h>

static int64_t now_ns(clockid_t clock)
{
    struct timespec now;
    RA_CHECK(clock_gettime(clock, &now) == 0, "the system has no clock %d", (int)clock);
    return now.tv_sec * RA_SECONDS(1) + now.tv_nsec;
}

int64_t ra__os_monotonic_ns(void)
{
    return now_ns(CLOCK_MONOTONIC);
}

int64_t ra__os_wall_ns(void)
{
    return now_ns(CLOCK_REALTIME);
}

void ra__os_random(void *out, size_t bytes)
{
    char *at = out;
    while (bytes > 0) {
        ssize_t got = getrandom(at, bytes, 0);
        RA_CHECK(got > 0 || errno == EINTR, "the system has no randomness: error %d", errno);
        if (got > 0) {
            at += got;
            bytes -= (size_t)got;
        }
    }
}

static int64_t monotonic_of(void *world)
{
    (void)world;
    return ra__os_monotonic_ns();
}

static int64_t wall_of(void *world)
{
    (void)world;
    return ra__os_wall_ns();
}

static uint64_t random_of(void *world)
{
    (void)world;
    uint64_t bits;
    ra__os_random(&bits, sizeof bits);
    return bits;
}

const ra__clock ra__os_clock = {monotonic_of, wall_of, random_of, NULL};
