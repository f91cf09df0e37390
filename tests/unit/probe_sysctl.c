/* Tests kernel settings, partitions of CPUs, and the words of the kernel's command line. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "probes/sysctl.h"
#include "probes/util.h"
#include "tests/lib/probing.h"

#define KERNEL "/proc/sys/kernel/"
#define CGROUPS "/sys/fs/cgroup"

static struct probing begin(const char *probe)
{
	struct probing p = probing_new(0);
	char bad[64];

	assert_int_equal(sampler_only(p.s, probe, bad), 0);
	return p;
}

static void test_settings(void **state)
{
	struct probing p = begin("sysctl");

	(void)state;
	sham_put(p.m, KERNEL "nmi_watchdog", "1\n");
	sham_put(p.m, KERNEL "watchdog_cpumask", "0-3,8\n");
	sham_put(p.m, KERNEL "timer_migration", "0\n");
	sham_put(p.m, KERNEL "sched_rt_runtime_us", "-1\n");
	sham_put(p.m, KERNEL "sched_rt_period_us", "1000000\n");
	sham_put(p.m, KERNEL "sched_schedstats", "0\n");
	sham_put(p.m, KERNEL "split_lock_mitigate", "1\n");
	sham_put(p.m, KERNEL "perf_event_paranoid", "-1\n");
	sham_put(p.m, KERNEL "dmesg_restrict", "1\n");
	sham_put(p.m, "/sys/devices/virtual/workqueue/cpumask", "00000001,0000000f\n");
	sham_put(p.m, "/sys/kernel/debug/sched/fair_server/cpu0/runtime", "50000000\n");
	sham_put(p.m, "/sys/kernel/debug/sched/fair_server/cpu0/period", "1000000000\n");
	probing_tick(&p);
	probing_is(&p, "sysctl.nmi_watchdog", 1);
	probing_words(&p, "sysctl.watchdog_cpus", "0-3,8");
	probing_is(&p, "sysctl.timer_migration", 0);
	assert_int_equal(probing_value(&p, "sysctl.rt_runtime_us").i, -1);
	probing_is(&p, "sysctl.rt_period_us", 1000000);
	probing_is(&p, "sysctl.schedstats", 0);
	probing_is(&p, "sysctl.split_lock_mitigate", 1);
	assert_int_equal(probing_value(&p, "sysctl.perf_event_paranoid").i, -1);
	probing_is(&p, "sysctl.dmesg_restrict", 1);
	probing_words(&p, "sysctl.workqueue_cpus", "0-3,32");
	probing_is(&p, "sysctl.fair_server_ns", 50000000);
	probing_is(&p, "sysctl.fair_server_period_ns", 1000000000);
	probing_end(&p);
}

static void test_each_refusal(void **state)
{
	static const struct {
		const char *path, *address;
	} rows[] = {
		{KERNEL "nmi_watchdog", "sysctl.nmi_watchdog"},
		{KERNEL "watchdog_cpumask", "sysctl.watchdog_cpus"},
		{KERNEL "timer_migration", "sysctl.timer_migration"},
		{KERNEL "sched_rt_runtime_us", "sysctl.rt_runtime_us"},
		{KERNEL "sched_rt_period_us", "sysctl.rt_period_us"},
		{KERNEL "sched_schedstats", "sysctl.schedstats"},
		{KERNEL "split_lock_mitigate", "sysctl.split_lock_mitigate"},
		{KERNEL "perf_event_paranoid", "sysctl.perf_event_paranoid"},
		{KERNEL "dmesg_restrict", "sysctl.dmesg_restrict"},
		{"/sys/devices/virtual/workqueue/cpumask", "sysctl.workqueue_cpus"},
		{"/sys/kernel/debug/sched/fair_server/cpu0/runtime", "sysctl.fair_server_ns"},
		{"/sys/kernel/debug/sched/fair_server/cpu0/period", "sysctl.fair_server_period_ns"},
	};
	struct probing p = begin("sysctl");

	(void)state;
	probing_tick(&p);
	for (size_t i = 0; i < COUNT(rows); i++)
		probing_not(&p, rows[i].address, KNOWN_ABSENT);
	for (size_t i = 0; i < COUNT(rows); i++) {
		sham_put(p.m, rows[i].path, "1\n");
		sham_error(p.m, rows[i].path, -EACCES);
	}
	probing_pass(&p, 10000);
	for (size_t i = 0; i < COUNT(rows); i++)
		probing_not(&p, rows[i].address, KNOWN_DENIED);
	for (size_t i = 0; i < COUNT(rows); i++) {
		sham_error(p.m, rows[i].path, 0);
		sham_put(p.m, rows[i].path, "x y z\n");
	}
	probing_pass(&p, 10000);
	for (size_t i = 0; i < COUNT(rows); i++)
		probing_not(&p, rows[i].address, KNOWN_BROKEN);
	probing_end(&p);
}

static void test_partitions(void **state)
{
	struct probing p = begin("sysctl");
	const struct sysctl *s;

	(void)state;
	probing_tick(&p);
	s = snapshot_facts(p.snap, &probe_sysctl);
	assert_int_equal(s->partition.known, KNOWN_ABSENT);
	sham_put(p.m, CGROUPS "/cgroup.controllers", "cpuset cpu\n");
	sham_put(p.m, CGROUPS "/system.slice/cpuset.cpus.partition", "member\n");
	sham_put(p.m, CGROUPS "/user.slice/cgroup.procs", "\n");
	sham_put(p.m, CGROUPS "/machine.slice/cpuset.cpus.partition", "root\n");
	sham_put(p.m, CGROUPS "/machine.slice/cpuset.cpus.effective", "4-7\n");
	sham_put(p.m, CGROUPS "/guests/cpuset.cpus.partition", "isolated\n");
	sham_put(p.m, CGROUPS "/guests/cpuset.cpus.effective", "8-15\n");
	sham_put(p.m, CGROUPS "/late/cpuset.cpus.partition", "isolated invalid (Cpu list in cpuset.cpus not exclusive)\n");
	sham_put(p.m, CGROUPS "/late/cpuset.cpus.effective", "0-15\n");
	sham_put(p.m, CGROUPS "/secret/cpuset.cpus.partition", "isolated\n");
	sham_error(p.m, CGROUPS "/secret/cpuset.cpus.partition", -EACCES);
	probing_pass(&p, 10000);
	s = snapshot_facts(p.snap, &probe_sysctl);
	assert_int_equal(s->partition.n, 4);
	probing_is(&p, "sysctl.partition[guests].isolated", 1);
	probing_words(&p, "sysctl.partition[guests].cpus", "8-15");
	probing_says(&p, "sysctl.partition[late].state", "isolated invalid (Cpu list in cpuset.cpus not exclusive)");
	probing_is(&p, "sysctl.partition[late].isolated", 0);
	probing_says(&p, "sysctl.partition[machine.slice].state", "root");
	probing_is(&p, "sysctl.partition[machine.slice].isolated", 0);
	probing_not(&p, "sysctl.partition[secret].isolated", KNOWN_DENIED);
	sham_error(p.m, CGROUPS, -EACCES);
	probing_pass(&p, 10000);
	s = snapshot_facts(p.snap, &probe_sysctl);
	assert_int_equal(s->partition.known, KNOWN_DENIED);
	probing_end(&p);
}

static void test_cost(void **state)
{
	struct probing p = begin("sysctl");

	(void)state;
	probing_tick(&p);
	sham_forget(p.m);
	for (int i = 0; i < 9; i++)
		probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, KERNEL "nmi_watchdog"), 0);
	probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, KERNEL "nmi_watchdog"), 1);
	probing_end(&p);
}

static void test_command_lines(void **state)
{
	static const struct {
		const char *cmdline, *address, *words;
	} rows[] = {
		{"ro quiet", "kernel.cmdline_isolcpus", "-"},
		{"ro quiet", "kernel.cmdline_isolcpus_flags", "-"},
		{"isolcpus=8-31", "kernel.cmdline_isolcpus", "8-31"},
		{"isolcpus=8-31", "kernel.cmdline_isolcpus_flags", "domain"},
		{"isolcpus=managed_irq,domain,nohz,2-3,8", "kernel.cmdline_isolcpus", "2-3,8"},
		{"isolcpus=managed_irq,domain,nohz,2-3,8", "kernel.cmdline_isolcpus_flags", "managed_irq domain nohz"},
		{"isolcpus=1 isolcpus=2", "kernel.cmdline_isolcpus", "2"},
		{"isolcpus=domain,", "kernel.cmdline_isolcpus", "broken: EINVAL"},
		{"isolcpus=", "kernel.cmdline_isolcpus", "broken: EINVAL"},
		{"isolcpus=3-1", "kernel.cmdline_isolcpus", "broken: EINVAL"},
		{"nohz_full=0-31:2/4", "kernel.cmdline_nohz_full", "0-1,4-5,8-9,12-13,16-17,20-21,24-25,28-29"},
		{"nohz_full=2-N", "kernel.cmdline_nohz_full", "2-15"},
		{"rcu_nocbs=all", "kernel.cmdline_rcu_nocbs", "0-15"},
		{"rcu_nocbs", "kernel.cmdline_rcu_nocbs", "-"},
		{"irqaffinity=0,1", "kernel.cmdline_irqaffinity", "0-1"},
		{"intel_iommu=on iommu=pt xiommu=1 iommu.strict=0", "kernel.cmdline_iommu",
			"intel_iommu=on iommu=pt iommu.strict=0"},
		{"pcie_aspm=off", "kernel.cmdline_aspm", "off"},
		{"split_lock_detect=off", "kernel.cmdline_split_lock", "off"},
		{"split_lock_detect=off", "kernel.cmdline_aspm", "-"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct probing p = begin("kernel");

		sham_put(p.m, "/sys/devices/system/cpu/possible", "0-15\n");
		sham_put(p.m, "/proc/cmdline", "%s\n", rows[i].cmdline);
		probing_tick(&p);
		probing_words(&p, rows[i].address, rows[i].words);
		probing_end(&p);
	}
}

static void test_no_command_line(void **state)
{
	static const char *const addresses[] = {"kernel.cmdline_isolcpus", "kernel.cmdline_isolcpus_flags",
		"kernel.cmdline_nohz_full", "kernel.cmdline_iommu", "kernel.cmdline_aspm", "kernel.cmdline_split_lock"};
	struct probing p = begin("kernel");

	(void)state;
	sham_put(p.m, "/proc/cmdline", "nohz_full=1-N\n");
	sham_error(p.m, "/proc/cmdline", -EACCES);
	probing_tick(&p);
	for (size_t i = 0; i < COUNT(addresses); i++)
		probing_not(&p, addresses[i], KNOWN_DENIED);
	/* which CPU is the last one is not known */
	sham_error(p.m, "/proc/cmdline", 0);
	probing_pass(&p, 60000);
	probing_not(&p, "kernel.cmdline_nohz_full", KNOWN_BROKEN);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_each_refusal),
		cmocka_unit_test(test_partitions),
		cmocka_unit_test(test_cost),
		cmocka_unit_test(test_command_lines),
		cmocka_unit_test(test_no_command_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
