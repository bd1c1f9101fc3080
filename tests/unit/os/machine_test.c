// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"

#include "os/os.h"

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>

static void count_on_one_cpu(void *arg)
{
    (void)arg;
    cpu_set_t allowed, one;
    sched_getaffinity(0, sizeof allowed, &allowed);
    CPU_ZERO(&one);
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET(cpu, &allowed)) {
            CPU_SET(cpu, &one);
            break;
        }
    }
    if (sched_setaffinity(0, sizeof one, &one) != 0 || ra__os_cpu_count() != 1)
        abort();
}

static void the_cpu_count_obeys_the_affinity(void **state)
{
    (void)state;
    cpu_set_t allowed;
    sched_getaffinity(0, sizeof allowed, &allowed);
    assert_in_range(ra__os_cpu_count(), 1, CPU_COUNT(&allowed));
    assert_int_equal(signal_of_death(count_on_one_cpu, NULL, -1), 0);
}

static void raise_a_lowered_limit(void *arg)
{
    (void)arg;
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    struct rlimit lowered = {.rlim_cur = 100, .rlim_max = 200};
    if (limit.rlim_max >= 200 &&
        (setrlimit(RLIMIT_NOFILE, &lowered) != 0 || ra__os_descriptor_max() != 200))
        abort();
}

static void the_descriptor_limit_is_raised_to_the_hard_one(void **state)
{
    (void)state;
    assert_true(ra__os_descriptor_max() >= 3);
    assert_int_equal(signal_of_death(raise_a_lowered_limit, NULL, -1), 0);
}

static void the_page_is_a_power_of_two(void **state)
{
    (void)state;
    size_t page = ra__os_page_bytes();
    assert_true(page >= 4096 && (page & (page - 1)) == 0);
}

static void the_process_id_is_ours(void **state)
{
    (void)state;
    assert_int_equal(ra__os_process_id(), getpid());
}

static void a_thread_name_is_cut_at_15_bytes(void **state)
{
    (void)state;
    char before[16], name[16];
    pthread_getname_np(pthread_self(), before, sizeof before);
    ra__os_thread_name("shard-0");
    pthread_getname_np(pthread_self(), name, sizeof name);
    assert_string_equal(name, "shard-0");
    ra__os_thread_name("a-name-that-is-too-long");
    pthread_getname_np(pthread_self(), name, sizeof name);
    assert_string_equal(name, "a-name-that-is-");
    ra__os_thread_name(before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cpu_count_obeys_the_affinity),
        cmocka_unit_test(the_descriptor_limit_is_raised_to_the_hard_one),
        cmocka_unit_test(the_page_is_a_power_of_two),
        cmocka_unit_test(the_process_id_is_ours),
        cmocka_unit_test(a_thread_name_is_cut_at_15_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
