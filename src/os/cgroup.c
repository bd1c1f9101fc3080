// SPDX-License-Identifier: MIT OR Apache-2.0
// cgroup: the text of the kernel's control files, see cgroups(7).
#include "private/cgroup.h"

#include "base/text.h"

static ra_str without_line_end(ra_str text)
{
    while (text.len > 0 && (text.ptr[text.len - 1] == '\n' || text.ptr[text.len - 1] == ' '))
        text.len--;
    return text;
}

/// "max" and -1 are no numbers here: no quota.
static unsigned cpus_of(ra_str quota_text, ra_str period_text)
{
    uint64_t quota, period;
    if (ra__u64_parse(quota_text, &quota) != RA_OK || ra__u64_parse(period_text, &period) != RA_OK)
        return RA__QUOTA_NONE;
    if (period == 0)
        return RA__QUOTA_NONE;
    uint64_t cpus = quota / period;
    return cpus == 0 ? 1 : cpus > UINT32_MAX ? UINT32_MAX : (unsigned)cpus;
}

unsigned ra__cgroup_v2_cpus(ra_str cpu_max)
{
    ra_str rest = without_line_end(cpu_max);
    ra_str quota, period;
    if (!ra_str_split(&rest, ' ', &quota) || !ra_str_split(&rest, ' ', &period))
        return RA__QUOTA_NONE;
    return cpus_of(quota, period);
}

unsigned ra__cgroup_v1_cpus(ra_str quota, ra_str period)
{
    return cpus_of(without_line_end(quota), without_line_end(period));
}

static bool names(ra_str controllers, ra_str controller)
{
    ra_str one;
    while (ra_str_split(&controllers, ',', &one))
        if (ra_str_equal(one, controller))
            return true;
    return false;
}

bool ra__cgroup_path(ra_str proc_self_cgroup, ra_str controller, ra_str *path)
{
    ra_str line, id, controllers;
    while (ra_str_split(&proc_self_cgroup, '\n', &line)) {
        if (!ra_str_split(&line, ':', &id) || !ra_str_split(&line, ':', &controllers))
            continue;
        if (line.ptr && names(controllers, controller)) {
            *path = line; // a path may hold colons
            return true;
        }
    }
    return false;
}
