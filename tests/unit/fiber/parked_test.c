// SPDX-License-Identifier: MIT OR Apache-2.0
// parked: very many fibers that wait, on a system that is short of something: of maps (kernels
// before 6.13 need two for each guard), of addresses, of huge pages that nobody asked for.
#include "fiber/death.h"
#include "fiber/private/shard.h"
#include <errno.h>
#include <inttypes.h>
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

#define assert_child_ends_well(statement)                                                          \
    do {                                                                                           \
        static last_words words_;                                                                  \
        LAST_WORDS(statement, &words_);                                                            \
        if (words_.status != 0)                                                                    \
            fail_msg("status %d: %s", words_.status, words_.text);                                 \
    } while (0)

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
    for (int i = 0; i < c->count; i++)
        ra_group_go(&g, wait_for_close, c);
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
    assert_child_ends_well(park_on_an_older_kernel(many(100000)));
}

#if !RA__ASAN && !RA__TSAN // they map and touch what they like
static size_t resident_pages(void)
{
    size_t all, resident;
    FILE *file = fopen("/proc/self/statm", "r");
    EXPECT(file && fscanf(file, "%zu %zu", &all, &resident) == 2);
    fclose(file);
    return resident;
}

// The line of flags of the map that holds `address`, see proc(5).
static void map_flags(const void *address, char out[256])
{
    FILE *file = fopen("/proc/self/smaps", "r");
    char line[256];
    bool inside = false;
    *out = 0;
    EXPECT(file);
    while (!*out && fgets(line, sizeof line, file)) {
        uintptr_t start, end;
        if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " ", &start, &end) == 2)
            inside = (uintptr_t)address >= start && (uintptr_t)address < end;
        else if (inside && strncmp(line, "VmFlags:", 8) == 0)
            memcpy(out, line, sizeof line);
    }
    fclose(file);
}

static size_t pages_before;

static void little_is_resident(ra_ctx *ctx)
{
    size_t pages = resident_pages() - pages_before;
    ra__shard *shard = ctx->shard;
    size_t fibers = ra__shard_fiber_count(shard);
    char flags[256];
    map_flags(ra__stack_base(ctx->fiber->stack), flags);
    EXPECT(strstr(flags, " nh")); // also where transparent huge pages are always on
    EXPECT(pages < 3 * fibers);
}

static void park_and_measure(int count)
{
    crowd c = {.count = count, .all_parked = little_is_resident};
    pages_before = resident_pages();
    sim_once(1, 1, 0, gather, &c);
}

static void a_parked_fiber_keeps_less_than_three_pages_and_no_huge_one(void **state)
{
    (void)state;
    assert_child_ends_well(park_and_measure(many(10000)));
}

// As in a container whose addresses are limited, or with vm.overcommit_memory=2.
static void take_stacks_within(size_t bytes)
{
    size_t all;
    FILE *file = fopen("/proc/self/statm", "r");
    EXPECT(file && fscanf(file, "%zu", &all) == 1);
    fclose(file);
    rlim_t most = all * ra__os_page_bytes() + bytes;
    struct rlimit limit = {most, most};
    EXPECT(setrlimit(RLIMIT_AS, &limit) == 0);

    ra__stacks stacks;
    ra__stack stack;
    int taken = 0;
    ra__stacks_init(&stacks, 0);
    for (; ra__stack_take(&stacks, 0, &stack); taken++)
        ra__stack_base(stack)[0] = 1;
    EXPECT(taken >= 8 && taken < RA__STACK_SLAB); // in smaller slabs
}

static void where_a_slab_is_refused_a_smaller_one_is_taken_and_then_none(void **state)
{
    (void)state;
    assert_child_ends_well(take_stacks_within(4 << 20));
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hundred_thousand_fibers_park_though_each_guard_takes_maps),
#if !RA__ASAN && !RA__TSAN
        cmocka_unit_test(a_parked_fiber_keeps_less_than_three_pages_and_no_huge_one),
        cmocka_unit_test(where_a_slab_is_refused_a_smaller_one_is_taken_and_then_none),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
