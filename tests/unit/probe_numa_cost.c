/* Tests how often the NUMA nodes are read: each part at its own rate, and what comes, goes or was broken. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "probes/numa.h"
#include "tests/lib/probing.h"
#include "tests/lib/sham_memory.h"

#define NODES "/sys/devices/system/node"

/* Two nodes of two CPUs, with memory, distances, counters and pools. */
static struct probing machine(void)
{
	struct probing p = probing_new(4);

	sham_nodes(p.m);
	return p;
}

static uint64_t block_of(struct probing *p)
{
	return snapshot_block(p->snap, &probe_numa)->id;
}

/* Memory every second, pools every ten, the rest once a minute or when CPUs come and go. */
static void test_cost(void **state)
{
	struct probing p = machine();
	uint64_t id;

	(void)state;
	probing_tick(&p);
	id = block_of(&p);
	sham_forget(p.m);
	probing_pass(&p, 500);
	assert_int_equal(block_of(&p), id);
	probing_pass(&p, 500);
	assert_int_not_equal(block_of(&p), id);
	assert_int_equal(sham_reads(p.m, "/meminfo"), 2);
	assert_int_equal(sham_reads(p.m, "/numastat"), 2);
	assert_int_equal(sham_reads(p.m, "_hugepages"), 0);
	assert_int_equal(sham_reads(p.m, "/distance"), 0);
	probing_says(&p, "numa.node[1].distance", "21 10");
	probing_is(&p, "numa.node[1].pool[2048].free", 101);
	assert_int_equal(probing_value(&p, "numa.node[1].pool[2048].free").age_ds, 10);
	assert_int_equal(probing_value(&p, "numa.node[1].mem_free_kib").age_ds, 0);
	sham_pool(p.m, 1, 2048, 512, 50);
	probing_pass(&p, 9000);
	probing_is(&p, "numa.node[1].pool[2048].free", 50);
	assert_int_equal(sham_reads(p.m, "_hugepages"), 12);
	assert_int_equal(sham_reads(p.m, "/distance"), 0);
	probing_pass(&p, 50000);
	assert_int_equal(sham_reads(p.m, "/distance"), 2);
	sham_online(p.m, 3, false);
	sham_put(p.m, NODES "/node1/cpulist", "2\n");
	probing_pass(&p, 2000);
	probing_says(&p, "numa.node[1].cpus", "2");
	probing_end(&p);
}

/* A node that goes takes its files with it; one that comes is seen within a minute. */
static void test_nodes_come_and_go(void **state)
{
	struct probing p = machine();

	(void)state;
	probing_tick(&p);
	probing_pass(&p, 2000);
	sham_remove(p.m, NODES "/node1");
	probing_pass(&p, 2000);
	probing_not(&p, "numa.node[1].mem_free_kib", KNOWN_ABSENT);
	sham_numastat(p.m, 0, 1002);
	probing_pass(&p, 2000);
	probing_is(&p, "numa.nodes", 1);
	probing_near(&p, "numa.node[0].hit_per_s", 1, 1e-6); /* the other kept its counters */
	sham_node(p.m, 1, 100, 50);
	probing_pass(&p, 60000);
	probing_is(&p, "numa.node[1].mem_free_kib", 50);
	probing_end(&p);
	p = machine();
	probing_tick(&p);
	assert_true(sham_kept(p.m) >= 4);
	probing_end(&p);
}

/* What was broken is read again soon, and a minute later at the latest what was believed not to be there. */
static void test_broken_mends(void **state)
{
	struct probing p = machine();

	(void)state;
	sham_error(p.m, NODES "/node1/cpulist", -EIO);
	sham_error(p.m, NODES "/node1/meminfo", -EIO);
	probing_tick(&p);
	probing_not(&p, "numa.node[1].cpus", KNOWN_BROKEN);
	probing_not(&p, "numa.node[1].mem_free_kib", KNOWN_BROKEN);
	probing_not(&p, "numa.node[1].mem_used_kib", KNOWN_BROKEN);
	sham_error(p.m, NODES "/node1/cpulist", 0);
	sham_error(p.m, NODES "/node1/meminfo", 0);
	probing_pass(&p, 2000);
	probing_is(&p, "numa.node[1].mem_free_kib", 400);
	probing_not(&p, "numa.node[1].cpus", KNOWN_BROKEN);
	probing_pass(&p, 8000);
	probing_says(&p, "numa.node[1].cpus", "2-3");
	sham_put(p.m, NODES "/node1/meminfo", "Node 1 MemTotal: many kB\n");
	probing_pass(&p, 2000);
	probing_not(&p, "numa.node[1].mem_total_kib", KNOWN_BROKEN);
	probing_end(&p);
}

/* A hundred nodes are two hundred files: every fourth second is enough. */
static void test_many_nodes(void **state)
{
	struct probing p = machine();

	(void)state;
	for (unsigned node = 2; node < 20; node++)
		sham_node(p.m, node, 1000, 400);
	probing_tick(&p);
	sham_forget(p.m);
	for (int i = 0; i < 3; i++)
		probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, "/meminfo") - sham_reads(p.m, "/proc/meminfo"), 0);
	probing_pass(&p, 1000);
	assert_int_equal(sham_reads(p.m, "/meminfo") - sham_reads(p.m, "/proc/meminfo"), 20);
	probing_end(&p);
}

/* Where no file can be kept open all are read by their paths. */
static void test_without_kept_files(void **state)
{
	struct probing p = machine();

	(void)state;
	sham_kept_limit(p.m, 0);
	probing_tick(&p);
	sham_numastat(p.m, 0, 1200);
	sham_node(p.m, 0, 1000, 123);
	probing_pass(&p, 2000);
	probing_is(&p, "numa.node[0].mem_free_kib", 123);
	probing_near(&p, "numa.node[0].hit_per_s", 100, 1e-6);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cost),
		cmocka_unit_test(test_nodes_come_and_go),
		cmocka_unit_test(test_broken_mends),
		cmocka_unit_test(test_many_nodes),
		cmocka_unit_test(test_without_kept_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
