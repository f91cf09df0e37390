/* Tests the topology of machines whose kernel numbers little or tells of itself what cannot be. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "probes/cache.h"
#include "probes/cpuset.h"
#include "probes/sampler.h"
#include "probes/topology.h"
#include "tests/lib/tree.h"

#define CPUS "/sys/devices/system/cpu"

struct machine {
	char *tree;
	struct sampler *sampler;
	struct snapshot *snapshot;
	const struct topology *topology;
};

static struct machine machine_new(const char *online)
{
	struct machine m = {.tree = tree_new()};

	tree_text(m.tree, CPUS "/online", online);
	return m;
}

static void put(const struct machine *m, unsigned cpu, const char *file, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), CPUS "/cpu%u/%s", cpu, file);
	tree_text(m->tree, path, text);
}

static void look(struct machine *m)
{
	char bad[64];

	m->sampler = sampler_new(tree_host(m->tree));
	assert_int_equal(sampler_only(m->sampler, "topology,cache", bad), 0);
	m->snapshot = sampler_step(m->sampler, NULL);
	m->topology = snapshot_facts(m->snapshot, &probe_topology);
	assert_non_null(m->topology);
}

static const struct topology_cpu *cpu(const struct machine *m, uint64_t id)
{
	const struct topology_cpu *c = topology_cpu(m->topology, id);

	assert_non_null(c);
	return c;
}

static void machine_free(struct machine *m)
{
	snapshot_unref(m->snapshot);
	sampler_free(m->sampler);
	tree_free(m->tree);
}

/* s390 and sparc64: physical_package_id is -1, core_siblings says who is together. */
static void test_packages_without_numbers(void **state)
{
	struct machine m = machine_new("0-3\n");

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		put(&m, i, "topology/physical_package_id", "-1\n");
		put(&m, i, "topology/core_id", "0\n");
		put(&m, i, "topology/die_id", "-1\n");
		put(&m, i, "topology/core_siblings", i == 3 ? "00000000,00000008\n" : "00000000,00000007\n");
	}
	look(&m);
	assert_int_equal(m.topology->packages.u, 2);
	assert_int_equal(m.topology->cores.u, 2);
	assert_int_equal(cpu(&m, 2)->package.i, 0);
	assert_int_equal(cpu(&m, 3)->package.i, 3);
	assert_int_equal(cpu(&m, 3)->die.known, KNOWN_ABSENT);
	assert_int_equal(m.topology->dies.known, KNOWN_ABSENT);
	machine_free(&m);
}

static void test_nothing_says_which_package(void **state)
{
	struct machine m = machine_new("0-1\n");

	(void)state;
	for (unsigned i = 0; i < 2; i++)
		put(&m, i, "topology/physical_package_id", "-1\n");
	look(&m);
	assert_int_equal(m.topology->packages.known, KNOWN_ABSENT);
	assert_int_equal(cpu(&m, 0)->package.known, KNOWN_ABSENT);
	assert_int_equal(m.topology->cpus_online.u, 2);
	machine_free(&m);
}

/* A list that leaves out the CPU it belongs to is not believed; the mask beside it may be right. */
static void test_lists_of_other_cpus(void **state)
{
	const struct cache *cache;
	const struct cache_row *row;
	struct machine m = machine_new("0-3\n");

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		put(&m, i, "topology/physical_package_id", "0\n");
		put(&m, i, "topology/core_id", i < 2 ? "0\n" : "1\n");
		put(&m, i, "topology/thread_siblings_list", "0-1\n");
		put(&m, i, "cache/index3/level", "3\n");
		put(&m, i, "cache/index3/type", "Unified\n");
		put(&m, i, "cache/index3/shared_cpu_list", "0-1\n");
		put(&m, i, "cache/index3/shared_cpu_map", i < 2 ? "3\n" : "c\n");
	}
	look(&m);
	assert_int_equal(cpu(&m, 3)->l3.i, 2);
	assert_int_equal(cpuset_next(cpu(&m, 3)->siblings.set, -1), 2);
	assert_int_equal(m.topology->cores.u, 2);
	cache = snapshot_facts(m.snapshot, &probe_cache);
	assert_int_equal(cache->cache.n, 1);
	row = cache->cache.row;
	assert_int_equal(row->count.u, 2);
	machine_free(&m);
}

/* Keys are names, so two caches of a level and kind must not share one; and old AMD kernels list the CPU alone. */
static void test_caches_of_one_name(void **state)
{
	struct machine m = machine_new("0-1\n");
	const struct cache *cache;
	const struct cache_row *row;

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		put(&m, i, "cache/index2/level", "3\n");
		put(&m, i, "cache/index2/shared_cpu_map", "3\n");
		put(&m, i, "cache/index2/shared_cpu_list", i ? "1\n" : "0\n");
		put(&m, i, "cache/index3/level", "3\n");
		put(&m, i, "cache/index3/shared_cpu_list", i ? "1\n" : "0\n");
	}
	look(&m);
	cache = snapshot_facts(m.snapshot, &probe_cache);
	assert_int_equal(cache->cache.n, 2);
	row = cache->cache.row;
	assert_string_equal(row[0].name.text, "L3");
	assert_string_equal(row[1].name.text, "L3 index3");
	assert_int_equal(row[0].count.u, 1);
	assert_int_equal(row[1].count.u, 2);
	machine_free(&m);
}

/* Old ia64 kernels share a cache between nobody; it is at least the CPU's own. */
static void test_cache_shared_by_nobody(void **state)
{
	struct machine m = machine_new("0-1\n");

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		put(&m, i, "cache/index4/level", "3\n");
		put(&m, i, "cache/index4/shared_cpu_map", "00000000,00000000\n");
	}
	look(&m);
	assert_int_equal(cpu(&m, 0)->l3.i, 0);
	assert_int_equal(cpu(&m, 1)->l3.i, 1);
	machine_free(&m);
}

static void test_cache_of_nobody_known(void **state)
{
	struct machine m = machine_new("0-1\n");

	(void)state;
	put(&m, 0, "cache/index3/level", "3\n");
	put(&m, 0, "cache/index3/shared_cpu_map", "2\n");
	put(&m, 1, "cache/index3/level", "3\n");
	look(&m);
	assert_false(value_known(cpu(&m, 0)->l3));
	assert_false(value_known(cpu(&m, 1)->l3));
	machine_free(&m);
}

/* AMD packages of two halves: each half numbers its cores from 0, and old captures lack every list of siblings. */
static void test_cores_numbered_twice(void **state)
{
	struct machine m = machine_new("0-3\n");
	char info[512] = "";

	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		put(&m, i, "topology/physical_package_id", "0\n");
		put(&m, i, "topology/core_id", i % 2 ? "1\n" : "0\n");
		snprintf(info + strlen(info), sizeof(info) - strlen(info),
			"processor : %u\nphysical id : 0\nsiblings : 4\ncore id : %u\ncpu cores : 4\n\n", i, i % 2);
	}
	tree_text(m.tree, "/proc/cpuinfo", info);
	look(&m);
	assert_int_equal(m.topology->threads_per_core.u, 1);
	assert_int_equal(cpuset_count(cpu(&m, 2)->siblings.set), 1);
	assert_true(cpuset_has(cpu(&m, 2)->siblings.set, 2));
	machine_free(&m);
}

/* Captures have the PMUs of hybrid machines without the links of event_source that lead to them. */
static void test_kinds_without_links(void **state)
{
	struct machine m = machine_new("0-3\n");

	(void)state;
	tree_text(m.tree, "/sys/devices/cpu_core/cpus", "0-1\n");
	tree_text(m.tree, "/sys/devices/cpu_atom/cpus", "2-3\n");
	look(&m);
	assert_true(value_u64_or(m.topology->hybrid, 0));
	assert_string_equal(value_text_or(cpu(&m, 1)->kind, ""), "P");
	assert_string_equal(value_text_or(cpu(&m, 2)->kind, ""), "E");
	machine_free(&m);
}

/* Whether cores differ is not known of a machine that shows no core. */
/* The lists of nodes leave out who is offline; the link in a CPU's own folder stays. */
static void test_node_of_an_offline_cpu(void **state)
{
	struct machine m = machine_new("0,2\n");

	(void)state;
	tree_text(m.tree, CPUS "/present", "0-3\n");
	tree_text(m.tree, "/sys/devices/system/node/node0/cpulist", "0\n");
	tree_text(m.tree, "/sys/devices/system/node/node1/cpulist", "2\n");
	put(&m, 1, "node0/cpulist", "0\n");
	put(&m, 3, "node1/cpulist", "2\n");
	look(&m);
	assert_int_equal(cpu(&m, 1)->online.u, 0);
	assert_int_equal(cpu(&m, 1)->node.i, 0);
	assert_int_equal(cpu(&m, 3)->node.i, 1);
	machine_free(&m);

	m = machine_new("0\n");
	tree_text(m.tree, CPUS "/present", "0-1\n");
	tree_text(m.tree, "/sys/devices/system/node/node0/cpulist", "0\n");
	put(&m, 1, "online", "0\n");
	look(&m);
	assert_int_equal(cpu(&m, 1)->node.known, KNOWN_ABSENT);
	machine_free(&m);
}

static void test_no_cpus(void **state)
{
	struct machine m = machine_new("\n");

	(void)state;
	look(&m);
	assert_int_equal(m.topology->cpu.n, 0);
	assert_false(value_known(m.topology->hybrid));
	assert_false(value_known(m.topology->packages));
	machine_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_packages_without_numbers),
		cmocka_unit_test(test_nothing_says_which_package),
		cmocka_unit_test(test_lists_of_other_cpus),
		cmocka_unit_test(test_cache_shared_by_nobody),
		cmocka_unit_test(test_cache_of_nobody_known),
		cmocka_unit_test(test_cores_numbered_twice),
		cmocka_unit_test(test_kinds_without_links),
		cmocka_unit_test(test_caches_of_one_name),
		cmocka_unit_test(test_node_of_an_offline_cpu),
		cmocka_unit_test(test_no_cpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
