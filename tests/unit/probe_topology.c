/* Tests the topology: when CPUs are enumerated anew, what an offline CPU has, and what must not be read. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "probes/cache.h"
#include "probes/cpuset.h"
#include "probes/daemons.h"
#include "probes/topology.h"
#include "tests/lib/probing.h"

#define CPUS "/sys/devices/system/cpu"

static uint64_t block_of(struct probing *p, const struct probe *probe)
{
	return snapshot_block(p->snap, probe)->id;
}

static void test_counts(void **state)
{
	struct probing p = probing_new(8);

	(void)state;
	probing_tick(&p);
	probing_is(&p, "topology.packages", 2);
	probing_is(&p, "topology.nodes", 2);
	probing_is(&p, "topology.cores", 4);
	probing_is(&p, "topology.threads_per_core", 2);
	probing_is(&p, "topology.cpus_online", 8);
	probing_says(&p, "topology.cpu[5].siblings", "4-5");
	probing_is(&p, "topology.cpu[5].l3", 1);
	probing_is(&p, "topology.cpu[5].node", 1);
	probing_not(&p, "topology.cpu[5].cluster", KNOWN_ABSENT);
	probing_not(&p, "topology.cpu[5].kind", KNOWN_ABSENT);
	probing_is(&p, "topology.hybrid", 0);
	probing_end(&p);
}

/* One read a tick while `online` says the same, however long that is. */
static void test_same_while_online_is_unchanged(void **state)
{
	struct probing p = probing_new(4);
	uint64_t id;

	(void)state;
	probing_tick(&p);
	id = block_of(&p, &probe_topology);
	for (int i = 0; i < 3; i++) {
		sham_forget(p.m);
		probing_pass(&p, 100000);
		assert_int_equal(block_of(&p, &probe_topology), id);
		assert_int_equal(sham_reads(p.m, CPUS "/online"), 1);
		assert_int_equal(sham_reads(p.m, "/topology/core_id"), 0);
	}
	sham_online(p.m, 3, false);
	probing_pass(&p, 1000);
	assert_int_not_equal(block_of(&p, &probe_topology), id);
	assert_int_equal(sham_reads(p.m, "/topology/core_id"), 3);
	probing_end(&p);
}

/* Without that file CPUs may come and go unseen: once a minute is the price. */
static void test_without_online_once_a_minute(void **state)
{
	struct probing p = probing_new(4);
	uint64_t id;

	(void)state;
	sham_remove(p.m, CPUS "/online");
	probing_tick(&p);
	probing_is(&p, "topology.cpus_online", 4);
	id = block_of(&p, &probe_topology);
	probing_pass(&p, 50000);
	assert_int_equal(block_of(&p, &probe_topology), id);
	probing_pass(&p, 50000);
	assert_int_not_equal(block_of(&p, &probe_topology), id);
	probing_end(&p);
}

static void test_offline_rows(void **state)
{
	static const char *const null[] = {"package", "die", "core", "siblings", "l3"};
	struct probing p = probing_new(4);

	(void)state;
	sham_online(p.m, 2, false);
	probing_tick(&p);
	probing_says(&p, "topology.offline", "2");
	probing_is(&p, "topology.cpus_online", 3);
	probing_is(&p, "topology.cpus_present", 4);
	probing_is(&p, "topology.cpu[2].online", 0);
	for (size_t i = 0; i < COUNT(null); i++)
		assert_int_equal(probing_value(&p, "topology.cpu[2].%s", null[i]).known, KNOWN_ABSENT);
	sham_online(p.m, 2, true);
	probing_pass(&p, 1000);
	probing_is(&p, "topology.cpu[2].online", 1);
	probing_is(&p, "topology.cpu[2].package", 1);
	probing_end(&p);
}

static void test_lists(void **state)
{
	struct probing p = probing_new(4);

	(void)state;
	sham_put(p.m, CPUS "/isolated", "2-3\n");
	probing_tick(&p);
	probing_says(&p, "topology.nohz_full", "none"); /* "(null)" */
	probing_says(&p, "topology.isolated", "2-3");
	probing_is(&p, "topology.cpu[3].isolated", 1);
	probing_is(&p, "topology.cpu[3].nohz_full", 0);
	probing_end(&p);

	p = probing_new(4);
	sham_remove(p.m, CPUS "/nohz_full");
	sham_put(p.m, CPUS "/isolated", "1-0,,\n");
	probing_tick(&p);
	probing_not(&p, "topology.nohz_full", KNOWN_ABSENT);
	probing_not(&p, "topology.isolated", KNOWN_BROKEN);
	probing_not(&p, "topology.cpu[3].isolated", KNOWN_BROKEN);
	probing_end(&p);
}

static void test_fall_back_to_cpuinfo(void **state)
{
	struct probing p = probing_new(2);

	(void)state;
	sham_remove(p.m, CPUS "/cpu0/topology");
	sham_remove(p.m, CPUS "/cpu1/topology");
	sham_put(p.m, "/proc/cpuinfo",
		"processor : 0\nphysical id : 3\ncore id : 9\n\nprocessor : 1\nphysical id : 3\ncore id : 9\n");
	probing_tick(&p);
	probing_is(&p, "topology.cpu[1].package", 3);
	probing_is(&p, "topology.cpu[1].core", 9);
	probing_says(&p, "topology.cpu[1].siblings", "0-1");
	probing_is(&p, "topology.cores", 1);
	probing_end(&p);
}

/* Before 5.19 that file interrupts every CPU: what sysfs does not say stays open there. */
static void test_cpuinfo_is_left_alone_where_it_interrupts(void **state)
{
	struct probing p = probing_new(2);

	(void)state;
	sham_kernel(p.m, "5.10.0-8-amd64");
	sham_remove(p.m, CPUS "/cpu1/topology");
	probing_tick(&p);
	assert_int_equal(sham_reads(p.m, "/proc/cpuinfo"), 0);
	assert_false(value_known(probing_value(&p, "topology.cpu[1].package")));
	probing_end(&p);
}

static void test_hybrid(void **state)
{
	struct probing p = probing_new(8);

	(void)state;
	sham_put(p.m, "/sys/bus/event_source/devices/cpu_core/cpus", "0-3\n");
	sham_put(p.m, "/sys/bus/event_source/devices/cpu_atom/cpus", "4-7\n");
	probing_tick(&p);
	probing_is(&p, "topology.hybrid", 1);
	probing_says(&p, "topology.cpu[3].kind", "P");
	probing_says(&p, "topology.cpu[4].kind", "E");
	probing_end(&p);

	p = probing_new(4);
	for (unsigned i = 0; i < 4; i++) {
		char path[64];

		snprintf(path, sizeof(path), CPUS "/cpu%u/cpu_capacity", i);
		sham_put(p.m, path, "%u\n", i < 2 ? 1024 : 446);
	}
	probing_tick(&p);
	probing_says(&p, "topology.cpu[1].kind", "P");
	probing_says(&p, "topology.cpu[2].kind", "E");
	probing_end(&p);
}

/* What could not be read once is read again, although nothing else changed. */
static void test_a_broken_read_mends(void **state)
{
	struct probing p = probing_new(4);

	(void)state;
	p.want.everything = true;
	sham_error(p.m, CPUS "/cpu1/topology/core_id", -EIO);
	probing_tick(&p);
	probing_not(&p, "topology.cpu[1].core", KNOWN_BROKEN);
	sham_error(p.m, CPUS "/cpu1/topology/core_id", 0);
	probing_pass(&p, 1000);
	probing_is(&p, "topology.cpu[1].core", 0);
	p.want.everything = false;
	probing_end(&p);

	p = probing_new(4);
	sham_error(p.m, CPUS "/cpu1/topology/core_id", -EIO);
	probing_tick(&p);
	sham_error(p.m, CPUS "/cpu1/topology/core_id", 0);
	probing_pass(&p, 1000);
	probing_not(&p, "topology.cpu[1].core", KNOWN_BROKEN); /* not each tick */
	probing_pass(&p, 60000);
	probing_is(&p, "topology.cpu[1].core", 0);
	probing_end(&p);
}

static void test_caches(void **state)
{
	struct probing p = probing_new(4);

	(void)state;
	p.want.everything = true;
	for (unsigned i = 0; i < 4; i++) {
		char path[64];

		snprintf(path, sizeof(path), CPUS "/cpu%u/cache/index3/shared_cpu_list", i);
		sham_put(p.m, path, "%s\n", i < 2 ? "0-1" : "2-3");
	}
	sham_put(p.m, CPUS "/cpu0/cache/index3/size", "20480K\n");
	sham_put(p.m, CPUS "/cpu0/cache/index3/type", "Unified\n");
	sham_put(p.m, CPUS "/cpu0/cache/index0/level", "1\n");
	sham_put(p.m, CPUS "/cpu0/cache/index0/type", "Data\n");
	sham_error(p.m, CPUS "/cpu0/cache/index0/level", -EIO);
	probing_tick(&p);
	probing_is(&p, "cache.cache[L3].size_kib", 20480);
	probing_is(&p, "cache.cache[L3].count", 2);
	assert_int_equal(((const struct cache *)snapshot_facts(p.snap, &probe_cache))->cache.n, 1);
	/* what failed once is not gone for ever */
	sham_error(p.m, CPUS "/cpu0/cache/index0/level", 0);
	probing_pass(&p, 1000);
	probing_is(&p, "cache.cache[L1d].level", 1);
	probing_end(&p);

	p = probing_new(2);
	for (unsigned i = 0; i < 10; i++) {
		char path[64];

		snprintf(path, sizeof(path), CPUS "/cpu0/cache/index%u/level", i);
		sham_error(p.m, path, -EACCES);
	}
	probing_tick(&p);
	assert_int_equal(((const struct cache *)snapshot_facts(p.snap, &probe_cache))->cache.known, KNOWN_DENIED);
	probing_end(&p);
}

static void test_daemons(void **state)
{
	struct probing p = probing_new(2);

	(void)state;
	sham_put(p.m, "/proc/700/comm", "tuned\n");
	sham_put(p.m, "/proc/800/comm", "irqbalance\n");
	sham_error(p.m, "/proc/800/comm", -EIO);
	sham_put(p.m, "/etc/tuned/active_profile", "virtual-host\n");
	probing_tick(&p);
	probing_is(&p, "daemons.daemon[tuned].running", 1);
	probing_is(&p, "daemons.daemon[tuned].pid", 700);
	probing_says(&p, "daemons.tuned_profile", "virtual-host");
	/* a process that does not tell its name may be any daemon */
	probing_not(&p, "daemons.daemon[irqbalance].running", KNOWN_BROKEN);
	sham_error(p.m, "/proc/800/comm", 0);
	sham_forget(p.m);
	probing_pass(&p, 10000);
	probing_is(&p, "daemons.daemon[irqbalance].running", 1);
	probing_is(&p, "daemons.daemon[numad].running", 0);
	assert_int_equal(sham_reads(p.m, "/proc/1/comm"), 0); /* known to be nobody */
	sham_remove(p.m, "/proc/700");
	probing_pass(&p, 10000);
	probing_is(&p, "daemons.daemon[tuned].running", 0);
	/* the list breaks off after its names */
	sham_error(p.m, "/proc", -EIO);
	probing_pass(&p, 10000);
	probing_not(&p, "daemons.daemon[tuned].running", KNOWN_BROKEN);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_same_while_online_is_unchanged),
		cmocka_unit_test(test_without_online_once_a_minute),
		cmocka_unit_test(test_offline_rows),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_fall_back_to_cpuinfo),
		cmocka_unit_test(test_cpuinfo_is_left_alone_where_it_interrupts),
		cmocka_unit_test(test_hybrid),
		cmocka_unit_test(test_a_broken_read_mends),
		cmocka_unit_test(test_caches),
		cmocka_unit_test(test_daemons),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
