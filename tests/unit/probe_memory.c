/* Tests memory: what the kernel's two lists say, rates of their counters, choices, pools, and what is read how often.
 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "probes/memory.h"
#include "tests/lib/probing.h"
#include "tests/lib/sham_memory.h"

#define THP "/sys/kernel/mm/transparent_hugepage/"

static struct probing machine(void)
{
	struct probing p = probing_new(2);

	sham_meminfo(p.m);
	sham_vmstat(p.m, 10);
	sham_mm(p.m, 1);
	return p;
}

/* Each name by its place in the table: one that slips to its neighbour would be seen here. */
static void test_meminfo(void **state)
{
	static const struct {
		const char *address;
		uint64_t is;
	} all[] = {{"memory.total_kib", 1000000}, {"memory.free_kib", 200000}, {"memory.available_kib", 400000},
		{"memory.buffers_kib", 10000}, {"memory.cached_kib", 150000}, {"memory.swap_cached_kib", 100},
		{"memory.mlocked_kib", 600}, {"memory.swap_total_kib", 500000}, {"memory.swap_free_kib", 450000},
		{"memory.dirty_kib", 3000}, {"memory.writeback_kib", 40}, {"memory.anon_kib", 300000},
		{"memory.shmem_kib", 20000}, {"memory.slab_reclaimable_kib", 40000}, {"memory.page_tables_kib", 5000},
		{"memory.commit_limit_kib", 1000000}, {"memory.committed_kib", 1200000}, {"memory.corrupted_kib", 0},
		{"memory.anon_huge_kib", 100000}, {"memory.huge_total", 64}, {"memory.huge_free", 32},
		{"memory.huge_reserved", 8}, {"memory.huge_surplus", 1}, {"memory.huge_size_kib", 2048},
		{"memory.hugetlb_kib", 131072}, {"memory.used_kib", 600000}, {"memory.swap_used_kib", 50000},
		{"memory.page_kib", 4}, {"memory.oom_kills", 2}, {"memory.dirty_threshold_kib", 80000},
		{"memory.dirty_background_threshold_kib", 40000}};
	struct probing p = machine();

	(void)state;
	probing_tick(&p);
	for (size_t i = 0; i < COUNT(all); i++)
		probing_is(&p, all[i].address, all[i].is);
	probing_end(&p);
}

static void test_rates(void **state)
{
	static const struct {
		const char *address;
		double per_s;
	} all[] = {{"memory.swap_in_per_s", 1}, {"memory.swap_out_per_s", 2}, {"memory.allocstall_per_s", 7},
		{"memory.major_faults_per_s", 5}, {"memory.scan_direct_per_s", 6}, {"memory.numa_hint_per_s", 7},
		{"memory.numa_hint_local_per_s", 8}, {"memory.numa_migrated_per_s", 9},
		{"memory.compact_stall_per_s", 10}, {"memory.compact_fail_per_s", 11}, {"memory.thp_fault_per_s", 12},
		{"memory.thp_fallback_per_s", 13}, {"memory.thp_collapse_per_s", 14}, {"memory.thp_split_per_s", 15},
		{"memory.cow_ksm_per_s", 16}};
	struct probing p = machine();

	(void)state;
	probing_tick(&p);
	for (size_t i = 0; i < COUNT(all); i++)
		probing_not(&p, all[i].address, KNOWN_NOT_YET);
	sham_vmstat(p.m, 20);
	probing_pass(&p, 10000);
	for (size_t i = 0; i < COUNT(all); i++)
		probing_near(&p, all[i].address, all[i].per_s, 1e-6);
	sham_vmstat(p.m, 1);
	probing_pass(&p, 10000);
	for (size_t i = 0; i < COUNT(all); i++)
		probing_not(&p, all[i].address, KNOWN_NOT_YET); /* counters that go back */
	probing_end(&p);
}

static void test_a_copy_stands_still(void **state)
{
	struct probing p = machine();

	(void)state;
	sham_kind(p.m, HOST_DIRECTORY);
	probing_tick(&p);
	sham_forward(p.m, 1000000000);
	probing_tick(&p);
	probing_not(&p, "memory.swap_in_per_s", KNOWN_NOT_RECORDED);
	probing_not(&p, "memory.ksmd_pct", KNOWN_NOT_RECORDED);
	probing_is(&p, "memory.oom_kills", 2); /* a number since boot is what it is */
	probing_end(&p);
}

static void test_old_kernels(void **state)
{
	struct probing p = machine();

	(void)state;
	sham_put(p.m, "/proc/meminfo", "MemTotal: 1000 kB\nMemFree: 300 kB\nBuffers: 50 kB\nCached: 150 kB\n");
	sham_put(p.m, "/proc/vmstat",
		"allocstall 10\npgscan_direct_dma 1\npgscan_direct_normal 2\npgscan_direct_movable 3\nthp_split 4\n");
	probing_tick(&p);
	probing_is(&p, "memory.used_kib", 500);
	assert_int_equal(probing_value(&p, "memory.used_kib").src, 1);
	probing_not(&p, "memory.available_kib", KNOWN_ABSENT);
	probing_not(&p, "memory.swap_used_kib", KNOWN_ABSENT);
	probing_not(&p, "memory.page_kib", KNOWN_ABSENT);
	sham_put(p.m, "/proc/vmstat",
		"allocstall 20\npgscan_direct_dma 11\npgscan_direct_normal 12\npgscan_direct_movable 13\nthp_split "
		"6\n");
	probing_pass(&p, 2000);
	probing_near(&p, "memory.allocstall_per_s", 5, 1e-6);
	probing_near(&p, "memory.scan_direct_per_s", 15, 1e-6);
	probing_near(&p, "memory.thp_split_per_s", 1, 1e-6);
	probing_not(&p, "memory.cow_ksm_per_s", KNOWN_ABSENT);
	probing_end(&p);
}

/* Lists that are missing, denied, cut off or full of nonsense: nothing becomes 0. */
static void test_failures(void **state)
{
	struct probing p = machine();

	(void)state;
	sham_error(p.m, "/proc/meminfo", -EACCES);
	sham_error(p.m, "/proc/vmstat", -EIO);
	probing_tick(&p);
	probing_not(&p, "memory.total_kib", KNOWN_DENIED);
	probing_not(&p, "memory.used_kib", KNOWN_DENIED);
	probing_not(&p, "memory.swap_in_per_s", KNOWN_BROKEN);
	probing_not(&p, "memory.oom_kills", KNOWN_BROKEN);
	sham_error(p.m, "/proc/meminfo", 0);
	sham_error(p.m, "/proc/vmstat", 0);
	sham_put(p.m, "/proc/meminfo", "MemTotal: 1000 kB\nMemFree: lots\nMemAvailable: 2000 kB\nMemFr");
	sham_put(p.m, "/proc/vmstat", "allocstall_dma x\nallocstall_normal 3\npswpin\n\n");
	probing_pass(&p, 1000);
	probing_not(&p, "memory.free_kib", KNOWN_BROKEN);
	probing_not(&p, "memory.used_kib", KNOWN_BROKEN); /* more is available than there is */
	probing_not(&p, "memory.allocstall_per_s", KNOWN_BROKEN);
	probing_not(&p, "memory.swap_in_per_s", KNOWN_ABSENT);
	probing_end(&p);

	p = probing_new(2);
	probing_tick(&p);
	probing_not(&p, "memory.total_kib", KNOWN_ABSENT);
	probing_not(&p, "memory.ksm_run", KNOWN_ABSENT);
	probing_not(&p, "memory.thp_enabled", KNOWN_ABSENT);
	assert_int_equal(((const struct memory *)snapshot_facts(p.snap, &probe_memory))->pool.known, KNOWN_ABSENT);
	probing_end(&p);
}

/* The kernel marks the choice: "always [madvise] never". */
static void test_choices(void **state)
{
	struct probing p = machine();

	(void)state;
	p.want.everything = true;
	probing_tick(&p);
	probing_says(&p, "memory.thp_enabled", "madvise");
	probing_says(&p, "memory.thp_defrag", "madvise");
	probing_says(&p, "memory.ksm_advisor_mode", "none");
	probing_says(&p, "memory.thp_size[64].enabled", "never");
	probing_says(&p, "memory.thp_size[2048].enabled", "inherit");
	sham_put(p.m, THP "enabled", "[always] madvise never\n");
	sham_put(p.m, THP "defrag", "always defer [defer+madvise] madvise never\n");
	sham_put(p.m, THP "shmem_enabled", "never\n");
	probing_pass(&p, 1000);
	probing_says(&p, "memory.thp_enabled", "always");
	probing_says(&p, "memory.thp_defrag", "defer+madvise");
	probing_says(&p, "memory.thp_shmem_enabled", "never");
	sham_put(p.m, THP "enabled", "always madvise never\n");
	sham_put(p.m, THP "defrag", "always [] never\n");
	sham_put(p.m, THP "shmem_enabled", "\n");
	sham_put(p.m, THP "hugepages-64kB/enabled", "always [never\n");
	probing_pass(&p, 1000);
	probing_not(&p, "memory.thp_enabled", KNOWN_BROKEN);
	probing_not(&p, "memory.thp_defrag", KNOWN_BROKEN);
	probing_not(&p, "memory.thp_shmem_enabled", KNOWN_ABSENT);
	probing_not(&p, "memory.thp_size[64].enabled", KNOWN_BROKEN);
	probing_end(&p);
}

static void test_pools(void **state)
{
	struct probing p = machine();

	(void)state;
	sham_put(p.m, "/sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages", "4\n");
	sham_put(p.m, "/sys/kernel/mm/hugepages/hugepages-kB/nr_hugepages", "4\n");
	sham_put(p.m, "/sys/kernel/mm/hugepages/hugepages-64MB/nr_hugepages", "4\n");
	probing_tick(&p);
	probing_is(&p, "memory.pool[2048].nr", 64);
	probing_is(&p, "memory.pool[2048].free", 32);
	probing_is(&p, "memory.pool[2048].reserved", 8);
	probing_is(&p, "memory.pool[2048].surplus", 1);
	probing_is(&p, "memory.pool[2048].overcommit", 16);
	probing_is(&p, "memory.pool[1048576].nr", 4);
	probing_not(&p, "memory.pool[1048576].free", KNOWN_ABSENT);
	assert_int_equal(((const struct memory *)snapshot_facts(p.snap, &probe_memory))->pool.n, 2);
	probing_end(&p);
}

/* The lists each tick, a file for each setting every tenth second. */
static void test_cost(void **state)
{
	struct probing p = machine();
	char bad[64];

	(void)state;
	assert_int_equal(sampler_only(p.s, "memory", bad), 0); /* others look at processes too */
	probing_tick(&p);
	sham_forget(p.m);
	sham_put(p.m, "/proc/sys/vm/swappiness", "10\n");
	for (int i = 1; i < 10; i++) {
		probing_pass(&p, 1000);
		assert_int_equal(sham_reads(p.m, "/proc/meminfo"), i);
		assert_int_equal(sham_reads(p.m, "/proc/vmstat"), i);
		assert_int_equal(sham_reads(p.m, "/36/stat"), i);
	}
	assert_int_equal(sham_reads(p.m, "/proc/sys/vm/swappiness"), 0);
	assert_int_equal(sham_reads(p.m, "_hugepages"), 0);
	assert_int_equal(sham_reads(p.m, "/36/comm"), 0);
	probing_is(&p, "memory.swappiness", 60);
	assert_int_equal(probing_value(&p, "memory.swappiness").age_ds, 90);
	assert_int_equal(probing_value(&p, "memory.pool[2048].free").age_ds, 90);
	probing_says(&p, "memory.thp_enabled", "madvise");
	probing_pass(&p, 1000);
	probing_is(&p, "memory.swappiness", 10);
	assert_int_equal(sham_reads(p.m, "/proc/sys/vm/swappiness"), 1);
	probing_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_meminfo),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_a_copy_stands_still),
		cmocka_unit_test(test_old_kernels),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_choices),
		cmocka_unit_test(test_pools),
		cmocka_unit_test(test_cost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
