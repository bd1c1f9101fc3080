// SPDX-License-Identifier: MIT OR Apache-2.0
// machine: what this process may use of the machine it runs on.
#include "base/text.h"
#include "os/os.h"
#include "private/cgroup.h"

#include <sched.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { CONTROL_FILE_BYTES_MAX = 16 << 10, CONTROL_PATH_BYTES_MAX = 1024, CPUS_MAX = 4096 };
enum { MAPS_USUAL = 65530 }; // the kernel's default

static unsigned affinity_cpus(void)
{
    cpu_set_t allowed[CPUS_MAX / CPU_SETSIZE];
    if (sched_getaffinity(0, sizeof allowed, allowed) != 0)
        return 1;
    int cpus = CPU_COUNT_S(sizeof allowed, allowed);
    return cpus > 0 ? (unsigned)cpus : 1;
}

static unsigned smaller_quota(unsigned a, unsigned b)
{
    if (a == RA__QUOTA_NONE || b == RA__QUOTA_NONE)
        return a + b;
    return a < b ? a : b;
}

/// `root`/`group`/`name`; empty when it cannot be read.
static ra_buf control_file(const char *root, ra_str group, const char *name)
{
    ra_buf text = ra_buf_init(CONTROL_FILE_BYTES_MAX);
    char path[CONTROL_PATH_BYTES_MAX];
    int len = snprintf(path, sizeof path, "%s" RA_STR_FMT "/%s", root, RA_STR_ARG(group), name);
    if (len > 0 && (size_t)len < sizeof path)
        RA_DISCARD(ra__os_file_read(path, &text)); // no file, no quota
    return text;
}

static unsigned v2_cpus(ra_str group)
{
    RA_SCOPED(ra_buf, text, control_file("/sys/fs/cgroup", group, "cpu.max"));
    return ra__cgroup_v2_cpus(ra_buf_str(&text));
}

static unsigned v1_cpus(ra_str group)
{
    RA_SCOPED(ra_buf, quota, control_file("/sys/fs/cgroup/cpu", group, "cpu.cfs_quota_us"));
    RA_SCOPED(ra_buf, period, control_file("/sys/fs/cgroup/cpu", group, "cpu.cfs_period_us"));
    return ra__cgroup_v1_cpus(ra_buf_str(&quota), ra_buf_str(&period));
}

/// The tightest quota of the group and of all groups above it: each of them holds.
static unsigned tightest(ra_str group, unsigned (*cpus_of)(ra_str group))
{
    unsigned cpus = RA__QUOTA_NONE;
    for (;;) {
        cpus = smaller_quota(cpus, cpus_of(group));
        while (group.len > 0 && group.ptr[group.len - 1] != '/')
            group.len--;
        if (group.len == 0)
            return cpus;
        group.len--;
    }
}

static unsigned quota_cpus(void)
{
    RA_SCOPED(ra_buf, groups, control_file("/proc", RA_STR("/self"), "cgroup"));
    unsigned cpus = RA__QUOTA_NONE;
    ra_str group;
    if (ra__cgroup_path(ra_buf_str(&groups), RA_STR(""), &group))
        cpus = smaller_quota(cpus, tightest(group, v2_cpus));
    if (ra__cgroup_path(ra_buf_str(&groups), RA_STR("cpu"), &group))
        cpus = smaller_quota(cpus, tightest(group, v1_cpus));
    return cpus;
}

unsigned ra__os_cpu_count(void)
{
    return smaller_quota(affinity_cpus(), quota_cpus());
}

uint64_t ra__os_descriptor_max(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return (uint64_t)sysconf(_SC_OPEN_MAX);
    struct rlimit raised = {.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};
    bool done = setrlimit(RLIMIT_NOFILE, &raised) == 0;
    return done ? raised.rlim_cur : limit.rlim_cur;
}

size_t ra__os_maps_max(void)
{
    RA_SCOPED(ra_buf, text, control_file("/proc/sys/vm", RA_STR(""), "max_map_count"));
    ra_str number = ra_buf_str(&text), line;
    uint64_t maps;
    bool known = ra_str_split(&number, '\n', &line) && ra__u64_parse(line, &maps) == RA_OK;
    return known ? (size_t)maps : MAPS_USUAL;
}

int ra__os_process_id(void)
{
    return (int)getpid();
}

void ra__os_thread_name(const char *name)
{
    (void)prctl(PR_SET_NAME, name);
}
