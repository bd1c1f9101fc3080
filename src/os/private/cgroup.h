// SPDX-License-Identifier: MIT OR Apache-2.0
// cgroup: how many CPUs the container's quota is worth. Pure functions of the files' text.
#ifndef RAMIE_OS_PRIVATE_CGROUP_H
#define RAMIE_OS_PRIVATE_CGROUP_H

#include <ramie/base.h>

enum { RA__QUOTA_NONE = 0 };

/// cpu.max of version 2: "QUOTA PERIOD" or "max PERIOD". CPUs rounded down, at least 1, or
/// RA__QUOTA_NONE.
unsigned ra__cgroup_v2_cpus(ra_str cpu_max);
/// cpu.cfs_quota_us and cpu.cfs_period_us of version 1; a quota of -1 is none.
unsigned ra__cgroup_v1_cpus(ra_str quota, ra_str period);
/// The path of this process below the hierarchy of `controller` ("" for version 2) in the text of
/// /proc/self/cgroup, whose lines read ID:CONTROLLERS:PATH. false: there is none.
bool ra__cgroup_path(ra_str proc_self_cgroup, ra_str controller, ra_str *path);

#endif
