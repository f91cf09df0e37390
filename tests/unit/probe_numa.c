/* Tests the NUMA nodes: every form in which kernels tell them, and the rates of their counters. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probes/numa.h"
#include "probes/report.h"
#include "tests/lib/probing.h"
#include "tests/lib/sham_memory.h"

#define NODES "/sys/devices/system/node"

static const struct numa *numa_of(struct probing *p)
{
	return snapshot_facts(p->snap, &probe_numa);
}

/* Two nodes of two CPUs, with memory, distances, counters and pools. */
static struct probing machine(void)
{
	struct probing p = probing_new(4);

	sham_nodes(p.m);
	return p;
}

static void test_nodes(void **state)
{
	struct probing p = machine();

	(void)state;
	probing_tick(&p);
	probing_is(&p, "numa.nodes", 2);
	probing_says(&p, "numa.possible", "0-3");
	probing_says(&p, "numa.node[0].cpus", "0-1");
	probing_says(&p, "numa.node[1].cpus", "2-3");
	probing_is(&p, "numa.node[1].mem_total_kib", 1001);
	probing_is(&p, "numa.node[1].mem_free_kib", 400);
	probing_is(&p, "numa.node[1].mem_used_kib", 601);
	probing_is(&p, "numa.node[1].file_kib", 300);
	probing_is(&p, "numa.node[1].anon_kib", 200);
	probing_is(&p, "numa.node[1].shmem_kib", 10);
	probing_is(&p, "numa.node[1].anon_huge_kib", 64);
	probing_is(&p, "numa.node[1].cpuless", 0);
	probing_is(&p, "numa.node[1].memoryless", 0);
	probing_says(&p, "numa.node[1].distance", "21 10");
	probing_is(&p, "numa.node[1].pool[2048].nr", 512);
	probing_is(&p, "numa.node[1].pool[2048].free", 101);
	probing_is(&p, "numa.node[1].pool[1048576].free", 1);
	probing_is(&p, "numa.node[1].pool[1048576].surplus", 0);
	assert_int_equal(((const struct numa_pool *)numa_node(numa_of(&p), 0)->pool.row)->size_kib.u, 2048);
	assert_int_equal(numa_pool(numa_node(numa_of(&p), 1), 2048)->nr.u, 512);
	assert_null(numa_pool(numa_node(numa_of(&p), 1), 4));
	assert_null(numa_node(numa_of(&p), 2));
	assert_null(numa_node(NULL, 0));
	probing_end(&p);
}

static void test_rates(void **state)
{
	struct probing p = machine();

	(void)state;
	probing_tick(&p);
	probing_not(&p, "numa.node[0].miss_per_s", KNOWN_NOT_YET);
	sham_numastat(p.m, 0, 1200);
	probing_pass(&p, 2000);
	probing_near(&p, "numa.node[0].hit_per_s", 100, 1e-6);
	probing_near(&p, "numa.node[0].miss_per_s", 200, 1e-6);
	probing_near(&p, "numa.node[0].foreign_per_s", 300, 1e-6);
	probing_near(&p, "numa.node[0].interleave_per_s", 400, 1e-6);
	probing_near(&p, "numa.node[0].local_per_s", 500, 1e-6);
	probing_near(&p, "numa.node[0].other_per_s", 600, 1e-6);
	probing_near(&p, "numa.node[1].miss_per_s", 0, 0); /* a machine that works, a counter that stands */
	/* a counter that goes back was reset: that is no huge number */
	sham_numastat(p.m, 0, 3);
	probing_pass(&p, 2000);
	probing_not(&p, "numa.node[0].miss_per_s", KNOWN_NOT_YET);
	sham_numastat(p.m, 0, 5);
	probing_pass(&p, 2000);
	probing_near(&p, "numa.node[0].miss_per_s", 2, 1e-6);
	probing_end(&p);
}

/* Where no time passes on the CPUs nothing was recorded: 0 per second would be a lie. */
static void test_a_copy_stands_still(void **state)
{
	struct probing p = machine();

	(void)state;
	sham_kind(p.m, HOST_DIRECTORY);
	probing_tick(&p);
	sham_forward(p.m, 2000000000);
	probing_tick(&p);
	probing_not(&p, "numa.node[0].miss_per_s", KNOWN_NOT_RECORDED);
	probing_is(&p, "numa.node[0].mem_free_kib", 400);
	/* a directory without /proc/stat is a copy too, unless it moves */
	sham_remove(p.m, "/proc/stat");
	sham_numastat(p.m, 1, 1100);
	sham_forward(p.m, 2000000000);
	probing_tick(&p);
	probing_not(&p, "numa.node[0].miss_per_s", KNOWN_NOT_RECORDED);
	probing_near(&p, "numa.node[1].hit_per_s", 50, 1e-6);
	probing_end(&p);
}

/* cpumap where there is no cpulist, links where there is neither, and nothing where there is not even that. */
static void test_members(void **state)
{
	struct probing p = machine();

	(void)state;
	sham_remove(p.m, NODES "/node0/cpulist");
	sham_put(p.m, NODES "/node0/cpumap", "00000000,00000003\n");
	sham_remove(p.m, NODES "/node1/cpulist");
	sham_put(p.m, NODES "/node1/cpu2/online", "1\n");
	sham_put(p.m, NODES "/node1/cpu3/online", "1\n");
	sham_put(p.m, NODES "/node2/meminfo", "Node 2 MemTotal: 7 kB\n");
	probing_tick(&p);
	probing_says(&p, "numa.node[0].cpus", "0-1");
	probing_says(&p, "numa.node[1].cpus", "2-3");
	assert_int_equal(probing_value(&p, "numa.node[1].cpus").src, 2);
	probing_says(&p, "numa.node[2].cpus", "none");
	probing_is(&p, "numa.node[2].cpuless", 1);
	probing_end(&p);

	/* links of others tell nothing of a node where these have lists */
	p = machine();
	sham_remove(p.m, NODES "/node1/cpulist");
	probing_tick(&p);
	probing_says(&p, "numa.node[0].cpus", "0-1");
	probing_not(&p, "numa.node[1].cpus", KNOWN_ABSENT);
	probing_end(&p);

	/* no node has any: then nobody said who is where, and has_cpu alone tells which have some */
	p = probing_new(0);
	sham_put(p.m, NODES "/node0/meminfo", "Node 0 MemTotal: 7 kB\nNode 0 MemFree: 3 kB\n");
	sham_put(p.m, NODES "/node1/meminfo", "Node 1 MemTotal: 7 kB\nNode 1 MemFree: 3 kB\n");
	probing_tick(&p);
	probing_not(&p, "numa.node[0].cpus", KNOWN_ABSENT);
	probing_not(&p, "numa.node[0].cpuless", KNOWN_ABSENT);
	probing_end(&p);
	p = probing_new(0);
	sham_put(p.m, NODES "/node0/meminfo", "Node 0 MemTotal: 7 kB\nNode 0 MemFree: 3 kB\n");
	sham_put(p.m, NODES "/node1/meminfo", "Node 1 MemTotal: 7 kB\nNode 1 MemFree: 3 kB\n");
	sham_put(p.m, NODES "/has_cpu", "1\n");
	probing_tick(&p);
	probing_not(&p, "numa.node[0].cpus", KNOWN_ABSENT);
	probing_is(&p, "numa.node[0].cpuless", 1);
	probing_is(&p, "numa.node[1].cpuless", 0);
	probing_end(&p);
}

/* Ids with gaps; nodes of memory alone (CXL, HBM, GPUs), and nodes of CPUs alone. */
static void test_odd_nodes(void **state)
{
	struct probing p = probing_new(0);

	(void)state;
	sham_put(p.m, NODES "/has_memory", "0,250\n");
	sham_put(p.m, NODES "/node0/cpulist", "0-3\n");
	sham_put(p.m, NODES "/node8/cpulist", "88\n");
	sham_put(p.m, NODES "/node250/cpulist", "\n");
	sham_node(p.m, 0, 0, 0);
	sham_node(p.m, 250, 500, 600); /* more free than there is */
	probing_tick(&p);
	probing_is(&p, "numa.nodes", 3);
	probing_is(&p, "numa.node[0].memoryless", 1);
	probing_is(&p, "numa.node[0].mem_used_kib", 0);
	probing_is(&p, "numa.node[8].memoryless", 1); /* by the list: its meminfo is missing */
	probing_not(&p, "numa.node[8].mem_total_kib", KNOWN_ABSENT);
	probing_not(&p, "numa.node[8].mem_used_kib", KNOWN_ABSENT);
	probing_not(&p, "numa.node[8].hit_per_s", KNOWN_ABSENT);
	assert_int_equal(numa_node(numa_of(&p), 8)->pool.known, KNOWN_ABSENT);
	probing_is(&p, "numa.node[250].cpuless", 1);
	probing_is(&p, "numa.node[250].memoryless", 0);
	probing_not(&p, "numa.node[250].mem_used_kib", KNOWN_BROKEN);
	probing_end(&p);
}

/* Distances stand in the order of the nodes that are online: they are of use only where it is known who these are. */
static void test_distances(void **state)
{
	struct probing p = machine();

	(void)state;
	p.want.everything = true;
	sham_put(p.m, NODES "/node0/distance", "10 32 21\n");
	probing_tick(&p);
	probing_not(&p, "numa.node[0].distance", KNOWN_BROKEN); /* three, of two nodes */
	sham_put(p.m, NODES "/online", "0,5,7\n");
	sham_put(p.m, NODES "/node1/distance", "\n");
	probing_pass(&p, 1000);
	probing_not(&p, "numa.node[0].distance", KNOWN_BROKEN); /* not those that have a folder */
	probing_not(&p, "numa.node[1].distance", KNOWN_ABSENT);
	sham_put(p.m, NODES "/online", "0-2\n");
	sham_put(p.m, NODES "/node1/distance", "21 x 10\n");
	probing_pass(&p, 1000);
	probing_says(&p, "numa.node[0].distance", "10 32"); /* node 2 has no folder */
	probing_not(&p, "numa.node[1].distance", KNOWN_BROKEN);
	sham_error(p.m, NODES "/node1/distance", -EACCES);
	probing_pass(&p, 1000);
	probing_not(&p, "numa.node[1].distance", KNOWN_DENIED);
	probing_end(&p);
}

/* Kernels without NUMA have no such folder: no rows, and not one node either. */
static void test_no_nodes(void **state)
{
	struct probing p = probing_new(0);

	(void)state;
	probing_tick(&p);
	probing_not(&p, "numa.nodes", KNOWN_ABSENT);
	assert_int_equal(numa_of(&p)->node.known, KNOWN_ABSENT);
	probing_end(&p);

	p = machine();
	sham_error(p.m, NODES, -EACCES);
	probing_tick(&p);
	probing_not(&p, "numa.nodes", KNOWN_DENIED);
	assert_int_equal(numa_of(&p)->node.known, KNOWN_DENIED);
	sham_error(p.m, NODES, 0);
	probing_pass(&p, 10000);
	probing_is(&p, "numa.nodes", 2);
	probing_end(&p);
}

/* The size of a page is a node's memory by its pages: 4 KiB here, 64 KiB on some arm64. */
static void test_watermarks(void **state)
{
	static const char zones[] =
		"Node 0, zone      DMA\n  pages free     3840\n        boost    0\n        min      7\n"
		"        low      10\n        high     13\n        spanned  4095\n        managed  50\n"
		"        protection: (0, 1, 2)\nNode 0, zone   Normal\n        high     20\n"
		"        managed  200\nNode 9, zone   Normal\n        high     20\n        managed  200\n";
	struct probing p = machine();

	(void)state;
	p.want.everything = true;
	probing_tick(&p);
	probing_not(&p, "numa.node[0].watermark_kib", KNOWN_ABSENT);
	sham_put(p.m, "/proc/zoneinfo", "%s", zones);
	probing_pass(&p, 1000);
	probing_is(&p, "numa.node[0].watermark_kib", 33 * 4);
	probing_not(&p, "numa.node[1].watermark_kib", KNOWN_ABSENT);
	sham_node(p.m, 0, 16000, 400);
	probing_pass(&p, 1000);
	probing_is(&p, "numa.node[0].watermark_kib", 33 * 64);
	sham_node(p.m, 0, 1250, 400); /* 5 KiB is no size of a page */
	probing_pass(&p, 1000);
	probing_not(&p, "numa.node[0].watermark_kib", KNOWN_ABSENT);
	probing_end(&p);
}

static void must_have(const char *json, const char *text)
{
	if (!strstr(json, text))
		fail_msg("the report has no %s", text);
}

/* The names that others read. */
static void test_report(void **state)
{
	struct probing p = machine();
	char *json;

	(void)state;
	probing_tick(&p);
	json = report_json(p.snap);
	must_have(json, "\"cpus\": \"0-1\"");
	must_have(json, "\"mem_total_kib\": 1000");
	must_have(json, "\"mem_free_kib\": 400");
	must_have(json, "\"distance\": [\n            10,\n            21\n          ]");
	free(json);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nodes),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_a_copy_stands_still),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_odd_nodes),
		cmocka_unit_test(test_distances),
		cmocka_unit_test(test_no_nodes),
		cmocka_unit_test(test_watermarks),
		cmocka_unit_test(test_report),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
