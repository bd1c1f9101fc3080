// SPDX-License-Identifier: MIT OR Apache-2.0
// parked: very many fibers that wait, on a system that is short of something: of maps (kernels
// before 6.13 need two for each guard), of addresses, of huge pages that nobody asked for.
#include "fiber/death.h"
#include "fiber/private/shard.h"
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

enum { GUARD_INSTALL = 102 }; // advice of Linux 6.13

// What is counted below are maps and pages; sanitizers bring their own, and are slow.
static int many(int count)
{
    return RA__ASAN || RA__TSAN ? 2000 : scaled(count);
}

/// From here on this process is on a kernel that does not know the advice. For good.
static void be_an_older_kernel(void)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_madvise, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, GUARD_INSTALL, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = sizeof filter / sizeof *filter, .filter = filter};
    EXPECT(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    EXPECT(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
    EXPECT(madvise(&filter, 0, GUARD_INSTALL) == -1);
}

typedef RA_CHAN(int) int_chan;

typedef struct {
    int_chan chan;
    int count, parked, woken;
    void (*all_parked)(ra_ctx *ctx);
} crowd;

static ra_status wait_for_close(ra_ctx *ctx, crowd *c)
{
    int got;
    c->parked++;
    EXPECT_STATUS(ra_chan_recv(ctx, c->chan, &got), RA_ERR_CLOSED);
    c->woken++;
    return RA_OK;
}

static ra_status gather(ra_ctx *ctx, void *arg)
{
    crowd *c = arg;
    int_chan chan = RA_CHAN_NEW(ctx, int, 0);
    c->chan = chan;
    RA_GROUP(g, ctx);
    for (int i = 0; i < c->count; i++) {
        ra_group_go(&g, wait_for_close, c);
    }
    EXPECT_STATUS(ra_sleep(ctx, RA_MS(1)), RA_OK);
    EXPECT(c->parked == c->count);
    c->all_parked(ctx);
    ra_chan_close(c->chan);
    EXPECT_STATUS(ra_group_wait(ctx, &g), RA_OK);
    EXPECT(c->woken == c->count);
    return RA_OK;
}

static void *return_it(void *arg)
{
    return arg;
}

// Everything that needs a map of its own.
static void others_still_work(ra_ctx *ctx)
{
    (void)ctx;
    for (int i = 0; i < 100; i++) {
        EXPECT(ra__os_map((size_t)i * 8192 + 4096));
        EXPECT(malloc(1 << 20));
    }
    pthread_t thread;
    EXPECT(pthread_create(&thread, NULL, return_it, NULL) == 0);
    pthread_join(thread, NULL);
}

static void park_on_an_older_kernel(int count)
{
    be_an_older_kernel();
    crowd c = {.count = count, .all_parked = others_still_work};
    sim_once(1, 1, 0, gather, &c);
}

static void a_hundred_thousand_fibers_park_though_each_guard_takes_maps(void **state)
{
    (void)state;
    static last_words words;
    LAST_WORDS(park_on_an_older_kernel(many(100000)), &words);
    if (words.status != 0) {
        fail_msg("status %d: %s", words.status, words.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hundred_thousand_fibers_park_though_each_guard_takes_maps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
