/* Tests what the control groups of a guest say: its CPUs, the place of its memory, and how long it was throttled. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "probes/address.h"
#include "probes/guests.h"
#include "probes/threads.h"
#include "tests/lib/crafted.h"
#include "tests/lib/sham_qemu.h"

#define WEB "00000001-aaaa-bbbb-cccc-0123456789ab"
#define SCOPE "/sys/fs/cgroup/machine.slice/machine-qemu\\x2d1\\x2dweb3.scope"

static struct crafted machine(void)
{
	struct crafted c = crafted_new(&probe_threads);

	sham_process(c.p.m, 1, 0, "systemd", "/sbin/init");
	crafted_error(&c, &probe_guests, -EOPNOTSUPP);
	return c;
}

static bool has(struct crafted *c, const char *address)
{
	struct found at;

	return address_find(c->p.snap, address, &at) == 0 && at.value && value_known(*at.value);
}

static void test_groups(void **state)
{
	struct crafted c = machine();
	struct guest *g;

	(void)state;
	sham_guest(c.p.m, 4711, "web3", WEB, 2, 4);
	sham_put(c.p.m, SCOPE "/memory.numa_stat", "anon N0=1048576 N1=4096\nfile N0=9 N1=9\nshmem N0=0 N1=1024\n");
	sham_put(c.p.m, SCOPE "/hugetlb.2MB.numa_stat", "total=2097152 N0=0 N1=2097152\n");
	sham_put(c.p.m, SCOPE "/libvirt/vcpu0/cpu.stat", "usage_usec 1\nthrottled_usec 1000\n");
	sham_put(c.p.m, SCOPE "/libvirt/vcpu1/cpu.stat", "usage_usec 1\nthrottled_usec 0\n");
	crafted_running(&c, WEB, "web3");
	crafted_tick(&c);
	probing_says(&c.p, "threads.guest[" WEB "].cgroup",
		"/machine.slice/machine-qemu\\x2d1\\x2dweb3.scope/libvirt/emulator");
	probing_says(&c.p, "threads.guest[" WEB "].cpuset_cpus", "0-6");
	probing_says(&c.p, "threads.guest[" WEB "].slice_cpus", "0-7");
	probing_is(&c.p, "threads.guest[" WEB "].memory[0].kib", 1024);
	probing_is(&c.p, "threads.guest[" WEB "].memory[1].kib", 4 + 1 + 2048);
	probing_not(&c.p, "threads.guest[" WEB "].throttled_ms_per_s", KNOWN_ABSENT);
	c.p.want.everything = true;
	g = crafted_running(&c, WEB, "web3");
	g->quota_us = value_i64(50000, 0);
	crafted_pass(&c, 1000);
	probing_not(&c.p, "threads.guest[" WEB "].throttled_ms_per_s", KNOWN_NOT_YET);
	sham_put(c.p.m, SCOPE "/libvirt/vcpu1/cpu.stat", "usage_usec 1\nthrottled_usec 500000\n");
	crafted_pass(&c, 1000);
	probing_near(&c.p, "threads.guest[" WEB "].throttled_ms_per_s", 500, 1e-6);
	/* a quota of the whole guest: what it took away before is no rate of now */
	sham_put(c.p.m, SCOPE "/cpu.max", "max 100000\n");
	sham_put(c.p.m, SCOPE "/libvirt/cpu.max", "50000 100000\n");
	sham_put(c.p.m, SCOPE "/libvirt/cpu.stat", "usage_usec 1\nthrottled_usec 7000000\n");
	crafted_pass(&c, 1000);
	probing_not(&c.p, "threads.guest[" WEB "].throttled_ms_per_s", KNOWN_NOT_YET);
	g->quota_us = value_i64(-1, 0);
	crafted_pass(&c, 1000);
	sham_put(c.p.m, SCOPE "/libvirt/cpu.stat", "usage_usec 1\nthrottled_usec 7250000\n");
	crafted_pass(&c, 1000);
	probing_near(&c.p, "threads.guest[" WEB "].throttled_ms_per_s", 250, 1e-6);
	/* its memory is in huge pages, and their place is not told */
	sham_remove(c.p.m, SCOPE "/hugetlb.2MB.numa_stat");
	g->hugepages = value_bool(true, 0);
	crafted_pass(&c, 1000);
	assert_false(has(&c, "threads.guest[" WEB "].memory[0].kib"));
	/* a group without a cpuset has that of the one above it */
	sham_remove(c.p.m, SCOPE "/cpuset.cpus.effective");
	crafted_pass(&c, 1000);
	probing_says(&c.p, "threads.guest[" WEB "].cpuset_cpus", "0-7");
	crafted_end(&c);
}

static void test_groups_of_version_1(void **state)
{
	struct crafted c = machine();

	(void)state;
	sham_guest(c.p.m, 4711, "web3", WEB, 1, 4);
	sham_put(c.p.m, "/proc/4711/cgroup",
		"9:memory:/machine.slice/x.scope\n3:cpuset:/machine.slice/x.scope/emulator\n"
		"2:cpu,cpuacct:/machine.slice/x.scope/emulator\n0::/\n");
	sham_put(c.p.m, "/sys/fs/cgroup/cpuset/machine.slice/x.scope/cpuset.cpus", "2-3\n");
	sham_put(c.p.m, "/sys/fs/cgroup/cpuset/machine.slice/cpuset.effective_cpus", "1-3\n");
	sham_put(c.p.m, "/sys/fs/cgroup/memory/machine.slice/x.scope/memory.numa_stat",
		"total=9 N0=9 N1=0\nanon=3 N0=1 N1=2\nhierarchical_anon=5 N0=2 N1=3\n");
	crafted_tick(&c);
	probing_says(&c.p, "threads.guest[pid4711].cgroup", "/machine.slice/x.scope/emulator");
	probing_says(&c.p, "threads.guest[pid4711].cpuset_cpus", "2-3");
	probing_says(&c.p, "threads.guest[pid4711].slice_cpus", "1-3");
	probing_is(&c.p, "threads.guest[pid4711].memory[1].kib", 12);
	probing_not(&c.p, "threads.guest[pid4711].throttled_ms_per_s", KNOWN_ABSENT);
	sham_put(c.p.m, "/sys/fs/cgroup/cpu/machine.slice/x.scope/cpu.cfs_quota_us", "20000\n");
	sham_put(c.p.m, "/sys/fs/cgroup/cpu/machine.slice/x.scope/cpu.stat", "nr_throttled 1\nthrottled_time 5000000\n");
	c.p.want.everything = true;
	crafted_pass(&c, 1000);
	sham_put(c.p.m, "/sys/fs/cgroup/cpu/machine.slice/x.scope/cpu.stat", "nr_throttled 2\nthrottled_time 105000000\n");
	crafted_pass(&c, 1000);
	probing_near(&c.p, "threads.guest[pid4711].throttled_ms_per_s", 100, 1e-6);
	crafted_end(&c);
}

/* A quota that systemd or Proxmox gave to the whole guest; and a group of several guests says nothing of one. */
static void test_groups_without_libvirt(void **state)
{
	struct crafted c = machine();

	(void)state;
	sham_guest(c.p.m, 4711, "web3", WEB, 1, 4);
	sham_guest(c.p.m, 4811, "db1", WEB, 1, 4);
	for (unsigned pid = 4711; pid <= 4811; pid += 100) {
		char path[32];

		snprintf(path, sizeof(path), "/proc/%u/cgroup", pid);
		sham_put(c.p.m, path, "0::/qemu.slice/101.scope\n");
	}
	sham_put(c.p.m, "/sys/fs/cgroup/qemu.slice/101.scope/cpu.max", "50000 100000\n");
	sham_put(c.p.m, "/sys/fs/cgroup/qemu.slice/101.scope/cpu.stat", "nr_throttled 1\nthrottled_usec 1000\n");
	sham_put(c.p.m, "/sys/fs/cgroup/qemu.slice/101.scope/memory.numa_stat", "anon N0=1048576\n");
	sham_put(c.p.m, "/sys/fs/cgroup/qemu.slice/cpuset.cpus.effective", "0-3\n");
	c.p.want.everything = true;
	crafted_tick(&c);
	assert_false(has(&c, "threads.guest[pid4811].memory[0].kib"));
	sham_remove(c.p.m, "/proc/4711");
	sham_put(c.p.m, "/sys/fs/cgroup/qemu.slice/101.scope/cpu.stat", "nr_throttled 9\nthrottled_usec 251000\n");
	crafted_pass(&c, 1000);
	probing_near(&c.p, "threads.guest[pid4811].throttled_ms_per_s", 250, 1e-6);
	probing_is(&c.p, "threads.guest[pid4811].memory[0].kib", 1024);
	probing_says(&c.p, "threads.guest[pid4811].cpuset_cpus", "0-3");
	probing_says(&c.p, "threads.guest[pid4811].slice_cpus", "0-3");
	sham_put(c.p.m, "/sys/fs/cgroup/qemu.slice/101.scope/cpu.max", "max 100000\n");
	crafted_pass(&c, 1000);
	probing_not(&c.p, "threads.guest[pid4811].throttled_ms_per_s", KNOWN_ABSENT);
	sham_put(c.p.m, "/proc/4811/cgroup", "0::/../../x\n"); /* outside of what we are shown */
	crafted_pass(&c, 1000);
	probing_not(&c.p, "threads.guest[pid4811].cgroup", KNOWN_ABSENT);
	sham_error(c.p.m, "/proc/4811/cgroup", -EACCES);
	crafted_pass(&c, 1000);
	probing_not(&c.p, "threads.guest[pid4811].cpuset_cpus", KNOWN_DENIED);
	crafted_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_groups_of_version_1),
		cmocka_unit_test(test_groups_without_libvirt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
