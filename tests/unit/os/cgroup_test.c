// SPDX-License-Identifier: MIT OR Apache-2.0
#include "base/support.h"

#include "os/private/cgroup.h"

static void version_2_quotas(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned cpus;
    } rows[] = {
        {"200000 100000\n", 2},
        {"250000 100000\n", 2},
        {"50000 100000\n", 1},
        {"1000 100000", 1},
        {"max 100000\n", RA__QUOTA_NONE},
        {"", RA__QUOTA_NONE},
        {"200000\n", RA__QUOTA_NONE},
        {"200000 0\n", RA__QUOTA_NONE},
        {"nonsense 100000\n", RA__QUOTA_NONE},
        {"18446744073709551615 1\n", UINT32_MAX},
    };
    for (size_t at = 0; at < COUNT_OF(rows); at++)
        assert_int_equal(ra__cgroup_v2_cpus(ra_str_of(rows[at].text)), rows[at].cpus);
    assert_int_equal(ra__cgroup_v2_cpus((ra_str){NULL, 0}), RA__QUOTA_NONE);
}

static void version_1_quotas(void **state)
{
    (void)state;
    assert_int_equal(ra__cgroup_v1_cpus(RA_STR("400000\n"), RA_STR("100000\n")), 4);
    assert_int_equal(ra__cgroup_v1_cpus(RA_STR("-1\n"), RA_STR("100000\n")), RA__QUOTA_NONE);
    assert_int_equal(ra__cgroup_v1_cpus(RA_STR(""), RA_STR("")), RA__QUOTA_NONE);
}

static void the_group_of_a_controller_is_found(void **state)
{
    (void)state;
    const ra_str both = RA_STR("12:cpuset:/set\n"
                               "4:cpu,cpuacct:/docker/abc\n"
                               "1:name=systemd:/a:b\n"
                               "0::/system.slice/x.service\n");
    ra_str path;
    assert_true(ra__cgroup_path(both, RA_STR("cpu"), &path));
    assert_text(path, "/docker/abc");
    assert_true(ra__cgroup_path(both, RA_STR("name=systemd"), &path));
    assert_text(path, "/a:b");
    assert_true(ra__cgroup_path(both, RA_STR(""), &path));
    assert_text(path, "/system.slice/x.service");
    assert_false(ra__cgroup_path(both, RA_STR("memory"), &path));
    assert_false(ra__cgroup_path(RA_STR("garbage\n4:cpu\n\n"), RA_STR("cpu"), &path));
    assert_false(ra__cgroup_path((ra_str){NULL, 0}, RA_STR(""), &path));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_2_quotas),
        cmocka_unit_test(version_1_quotas),
        cmocka_unit_test(the_group_of_a_controller_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
