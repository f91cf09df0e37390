/* Tests what control groups say of a guest's memory, pressure and quotas, and what the process itself says instead. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "probes/guests.h"
#include "probes/threads.h"
#include "tests/lib/crafted.h"
#include "tests/lib/sham_qemu.h"

#define WEB "00000001-aaaa-bbbb-cccc-0123456789ab"
#define SCOPE "/sys/fs/cgroup/machine.slice/machine-qemu\\x2d1\\x2dweb3.scope"
#define OF_PID "threads.guest[pid4711]."
#define OF_WEB "threads.guest[" WEB "]."
#define STATUS "/proc/4711/task/4711/status"

static struct crafted machine(void)
{
	struct crafted c = crafted_new(&probe_threads);

	sham_process(c.p.m, 1, 0, "systemd", "/sbin/init");
	crafted_error(&c, &probe_guests, -EOPNOTSUPP);
	sham_guest(c.p.m, 4711, "web3", WEB, 2, 4);
	c.p.want.everything = true;
	return c;
}

static void test_version_2(void **state)
{
	struct crafted c = machine();

	(void)state;
	sham_put(c.p.m, SCOPE "/memory.stat",
		"anon 1073741824\nfile 4096\nshmem 0\nfile_thp 0\nanon_thp 805306368\nshmem_thp 0\nanon_x 1\n");
	sham_put(c.p.m, SCOPE "/memory.swap.current", "2097152\n");
	sham_put(c.p.m, SCOPE "/memory.events", "low 1\nhigh 2\nmax 3\noom 4\noom_kill 5\n");
	sham_put(c.p.m, SCOPE "/hugetlb.2MB.current", "1073741824\n");
	sham_put(c.p.m, SCOPE "/cpu.pressure", "some avg10=7.25 avg60=1.00 avg300=0.00 total=9\n"
					       "full avg10=0.50 avg60=0.00 avg300=0.00 total=1\n");
	sham_put(c.p.m, SCOPE "/memory.pressure", "some avg10=1.00 avg60=0.00 avg300=0.00 total=9\n");
	sham_error(c.p.m, SCOPE "/io.pressure", -EOPNOTSUPP);
	crafted_tick(&c);
	probing_is(&c.p, OF_PID "anon_kib", 1048576);
	probing_is(&c.p, OF_PID "thp_kib", 786432);
	probing_is(&c.p, OF_PID "shmem_kib", 0);
	probing_is(&c.p, OF_PID "hugetlb_kib", 1048576);
	probing_near(&c.p, OF_PID "huge_share", 87.5, 1e-9);
	probing_is(&c.p, OF_PID "swap_kib", 2048);
	assert_int_equal(probing_value(&c.p, OF_PID "swap_kib").src, 0);
	probing_is(&c.p, OF_PID "memory_high", 2);
	probing_is(&c.p, OF_PID "memory_max", 3);
	probing_is(&c.p, OF_PID "memory_oom", 4);
	probing_near(&c.p, OF_PID "cpu_some_avg10", 7.25, 1e-9);
	probing_near(&c.p, OF_PID "cpu_full_avg10", 0.5, 1e-9);
	probing_near(&c.p, OF_PID "memory_some_avg10", 1, 1e-9);
	probing_not(&c.p, OF_PID "memory_full_avg10", KNOWN_ABSENT);
	probing_not(&c.p, OF_PID "io_some_avg10", KNOWN_ABSENT);
	crafted_end(&c);
}

/* Refused, nonsense, not there and not recorded stay apart, and none of them is zero. */
static void test_errors(void **state)
{
	struct crafted c = machine();

	(void)state;
	sham_error(c.p.m, SCOPE "/memory.stat", -EACCES);
	sham_put(c.p.m, SCOPE "/memory.swap.current", "much\n");
	sham_error(c.p.m, SCOPE "/memory.events", -ENODATA);
	sham_error(c.p.m, SCOPE "/hugetlb.2MB.current", -EACCES);
	sham_error(c.p.m, SCOPE "/cpu.pressure", -EACCES);
	sham_put(c.p.m, SCOPE "/memory.pressure", "some avg10=x\n");
	crafted_tick(&c);
	probing_not(&c.p, OF_PID "anon_kib", KNOWN_DENIED);
	probing_not(&c.p, OF_PID "thp_kib", KNOWN_DENIED);
	probing_not(&c.p, OF_PID "huge_share", KNOWN_DENIED);
	probing_not(&c.p, OF_PID "swap_kib", KNOWN_BROKEN);
	probing_not(&c.p, OF_PID "memory_max", KNOWN_NOT_RECORDED);
	probing_not(&c.p, OF_PID "hugetlb_kib", KNOWN_DENIED);
	probing_not(&c.p, OF_PID "cpu_some_avg10", KNOWN_DENIED);
	probing_not(&c.p, OF_PID "memory_some_avg10", KNOWN_BROKEN);
	probing_not(&c.p, OF_PID "io_some_avg10", KNOWN_ABSENT);
	/* what the process says of itself, without a word on transparent huge pages */
	sham_put(c.p.m, STATUS,
		"Name:\tqemu\nVmRSS:\t 9000 kB\nRssAnon:\t 8000 kB\nRssShmem:\t 1000 kB\nVmSwap:\t 64 kB\n"
		"HugetlbPages:\t 2048 kB\nCpus_allowed_list:\t0-1\n");
	crafted_pass(&c, 1000);
	probing_is(&c.p, OF_PID "resident_kib", 9000);
	probing_is(&c.p, OF_PID "anon_kib", 8000);
	assert_int_equal(probing_value(&c.p, OF_PID "anon_kib").src, 1);
	probing_is(&c.p, OF_PID "shmem_kib", 1000);
	probing_is(&c.p, OF_PID "swap_kib", 64);
	probing_is(&c.p, OF_PID "hugetlb_kib", 2048);
	probing_not(&c.p, OF_PID "huge_share", KNOWN_DENIED);
	sham_error(c.p.m, STATUS, -EACCES);
	crafted_pass(&c, 1000);
	probing_not(&c.p, OF_PID "resident_kib", KNOWN_DENIED);
	sham_error(c.p.m, "/proc/4711/cgroup", -EACCES);
	crafted_pass(&c, 1000);
	probing_not(&c.p, OF_PID "cpu_some_avg10", KNOWN_DENIED);
	probing_not(&c.p, OF_PID "memory_oom", KNOWN_DENIED);
	crafted_end(&c);
}

/* A guest whose memory is shared pages, on a kernel that does not say which of them are huge. */
static void test_shared_memory(void **state)
{
	struct crafted c = machine();

	(void)state;
	sham_put(c.p.m, STATUS, "Name:\tqemu\nHugetlbPages:\t 0 kB\nCpus_allowed_list:\t0-1\n");
	sham_put(c.p.m, SCOPE "/memory.stat", "anon 1048576\nshmem 1073741824\nanon_thp 0\n");
	crafted_tick(&c);
	probing_not(&c.p, OF_PID "thp_kib", KNOWN_ABSENT);
	probing_not(&c.p, OF_PID "huge_share", KNOWN_ABSENT);
	sham_put(c.p.m, SCOPE "/memory.stat", "anon 1048576\nshmem 3145728\nanon_thp 0\nshmem_thp 2097152\n");
	crafted_pass(&c, 1000);
	probing_near(&c.p, OF_PID "huge_share", 50, 1e-9);
	crafted_end(&c);
}

static void test_version_1(void **state)
{
	struct crafted c = machine();

	(void)state;
	sham_put(c.p.m, "/proc/4711/cgroup", "9:memory:/machine.slice/x.scope\n3:cpuset:/machine.slice/x.scope/emulator\n"
					     "2:cpu,cpuacct:/machine.slice/x.scope/emulator\n0::/\n");
	sham_put(c.p.m, "/sys/fs/cgroup/memory/machine.slice/x.scope/memory.stat",
		"rss 1\nrss_huge 0\nshmem 1\nswap 1\ntotal_rss 4194304\ntotal_rss_huge 2097152\ntotal_shmem 0\n"
		"total_swap 1048576\n");
	sham_put(c.p.m, "/sys/fs/cgroup/memory/machine.slice/x.scope/memory.failcnt", "12\n");
	sham_put(c.p.m, STATUS, "Name:\tqemu\nHugetlbPages:\t 0 kB\nCpus_allowed_list:\t0-1\n");
	crafted_tick(&c);
	probing_is(&c.p, OF_PID "anon_kib", 4096);
	probing_is(&c.p, OF_PID "thp_kib", 2048);
	probing_near(&c.p, OF_PID "huge_share", 50, 1e-9);
	probing_is(&c.p, OF_PID "swap_kib", 1024);
	probing_is(&c.p, OF_PID "memory_max", 12);
	probing_not(&c.p, OF_PID "memory_high", KNOWN_ABSENT);
	probing_not(&c.p, OF_PID "cpu_some_avg10", KNOWN_ABSENT);
	crafted_end(&c);
}

/* Others live in its group too: nothing there is of this guest alone. */
static void test_shared_group(void **state)
{
	struct crafted c = machine();

	(void)state;
	sham_guest(c.p.m, 4811, "db1", WEB, 1, 4);
	sham_put(c.p.m, "/proc/4711/cgroup", "0::/qemu.slice/all.scope\n");
	sham_put(c.p.m, "/proc/4811/cgroup", "0::/qemu.slice/all.scope\n");
	sham_put(c.p.m, "/sys/fs/cgroup/qemu.slice/all.scope/memory.stat", "anon 4096\nanon_thp 0\nshmem 0\n");
	sham_put(c.p.m, "/sys/fs/cgroup/qemu.slice/all.scope/cpu.pressure", "some avg10=7.25 avg60=1.00 avg300=0.00 total=9\n");
	crafted_tick(&c);
	crafted_pass(&c, 1000); /* both are known now */
	probing_not(&c.p, OF_PID "anon_kib", KNOWN_ABSENT);
	probing_not(&c.p, OF_PID "cpu_some_avg10", KNOWN_ABSENT);
	crafted_end(&c);
}

static void quota(struct crafted *c, const char *folder, unsigned periods, unsigned stopped, unsigned usec)
{
	char path[200];

	snprintf(path, sizeof(path), SCOPE "/libvirt/%s/cpu.stat", folder);
	sham_put(c->p.m, path, "usage_usec 1\nnr_periods %u\nnr_throttled %u\nthrottled_usec %u\n", periods, stopped, usec);
}

static void test_quotas(void **state)
{
	static const char *const wanted[] = {WEB};
	struct crafted c = machine();
	struct guest *g = crafted_running(&c, WEB, "web3");

	(void)state;
	g->quota_us = value_i64(50000, 0);
	g->emulator_quota_us = value_i64(20000, 0);
	quota(&c, "vcpu0", 100, 10, 1000);
	quota(&c, "vcpu1", 100, 10, 1000);
	quota(&c, "emulator", 100, 10, 1000);
	crafted_tick(&c);
	probing_not(&c.p, OF_WEB "throttled_periods_share", KNOWN_NOT_YET);
	probing_not(&c.p, OF_WEB "throttled_worst", KNOWN_NOT_YET);
	quota(&c, "vcpu0", 110, 11, 21000);
	quota(&c, "vcpu1", 110, 14, 81000);
	quota(&c, "emulator", 120, 10, 1000);
	crafted_pass(&c, 1000);
	probing_near(&c.p, OF_WEB "throttled_ms_per_s", 100, 1e-6);
	probing_near(&c.p, OF_WEB "throttled_periods_share", 12.5, 1e-6);
	probing_says(&c.p, OF_WEB "throttled_worst", "vcpu 1");
	probing_near(&c.p, OF_WEB "throttled_worst_ms_per_s", 80, 1e-6);
	/* on the screen it is read each tick, else every 10 s */
	c.p.want.everything = false;
	quota(&c, "emulator", 130, 20, 101000);
	crafted_pass(&c, 1000);
	probing_near(&c.p, OF_WEB "throttled_ms_per_s", 100, 1e-6);
	assert_int_equal(probing_value(&c.p, OF_WEB "throttled_ms_per_s").age_ds, 10);
	c.p.want.guests = wanted;
	c.p.want.nguests = 1;
	crafted_pass(&c, 1000);
	probing_near(&c.p, OF_WEB "throttled_ms_per_s", 50, 1e-6);
	probing_near(&c.p, OF_WEB "throttled_periods_share", 100, 1e-6);
	probing_says(&c.p, OF_WEB "throttled_worst", "emulator");
	/* it does nothing: no period begins, and nothing was taken */
	crafted_pass(&c, 1000);
	probing_near(&c.p, OF_WEB "throttled_ms_per_s", 0, 0);
	probing_near(&c.p, OF_WEB "throttled_periods_share", 0, 0);
	probing_not(&c.p, OF_WEB "throttled_worst", KNOWN_ABSENT);
	/* a negative difference is a reset */
	quota(&c, "emulator", 1, 0, 0);
	crafted_pass(&c, 1000);
	probing_not(&c.p, OF_WEB "throttled_ms_per_s", KNOWN_NOT_YET);
	sham_error(c.p.m, SCOPE "/libvirt/vcpu0/cpu.stat", -EACCES);
	crafted_pass(&c, 1000);
	probing_not(&c.p, OF_WEB "throttled_periods_share", KNOWN_DENIED);
	crafted_end(&c);
}

/* A libvirt that says nothing, or nothing yet: the groups themselves tell whether they have a quota. */
static void test_quotas_without_libvirt(void **state)
{
	struct crafted c = machine();
	struct guest *g;

	(void)state;
	sham_put(c.p.m, SCOPE "/libvirt/vcpu1/cpu.max", "50000 100000\n");
	sham_put(c.p.m, SCOPE "/libvirt/vcpu0/cpu.max", "max 100000\n");
	quota(&c, "vcpu1", 100, 10, 1000);
	crafted_tick(&c);
	quota(&c, "vcpu1", 110, 15, 11000);
	crafted_pass(&c, 1000);
	probing_near(&c.p, OF_PID "throttled_ms_per_s", 10, 1e-6);
	probing_says(&c.p, OF_PID "throttled_worst", "vcpu 1");
	quota(&c, "vcpu0", 0, 0, 0);
	g = crafted_running(&c, WEB, "web3"); /* it came, and its documents have not */
	quota(&c, "vcpu1", 120, 15, 31000);
	crafted_pass(&c, 1000);
	probing_near(&c.p, OF_WEB "throttled_ms_per_s", 20, 1e-6);
	g->quota_us = value_error(-ENOENT, 0);
	g->emulator_quota_us = g->iothread_quota_us = g->quota_us;
	crafted_pass(&c, 1000);
	probing_not(&c.p, OF_WEB "throttled_ms_per_s", KNOWN_ABSENT);
	crafted_end(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_version_2),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_shared_memory),
		cmocka_unit_test(test_version_1),
		cmocka_unit_test(test_shared_group),
		cmocka_unit_test(test_quotas),
		cmocka_unit_test(test_quotas_without_libvirt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
