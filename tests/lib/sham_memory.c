/* A sham machine's memory: nodes with their counters and pools, for tests of the probes of memory. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/sham_memory.h"

#include <stdio.h>

#include "tests/lib/sham.h"

#define NODES "/sys/devices/system/node"

void sham_node(struct sham *s, unsigned node, unsigned total, unsigned free)
{
	char path[96];

	snprintf(path, sizeof(path), NODES "/node%u/meminfo", node);
	sham_put(s, path,
		"\nNode %u MemTotal:       %u kB\nNode %u MemFree:         %u kB\nNode %u MemUsed:         1 kB\n"
		"Node %u FilePages:       300 kB\nNode %u AnonPages:       200 kB\nNode %u Shmem:            10 kB\n"
		"Node %u AnonHugePages:    64 kB\nNode %u HugePages_Total:     4\nNode %u Odd\n",
		node, total, node, free, node, node, node, node, node, node, node);
}

void sham_numastat(struct sham *s, unsigned node, unsigned n)
{
	char path[96];

	snprintf(path, sizeof(path), NODES "/node%u/numastat", node);
	sham_put(s, path,
		"numa_hit %u\nnuma_miss %u\nnuma_foreign %u\ninterleave_hit %u\nlocal_node %u\nother_node %u\n", n,
		n * 2, n * 3, n * 4, n * 5, n * 6);
}

void sham_pool(struct sham *s, unsigned node, unsigned kib, unsigned nr, unsigned free)
{
	char path[128];

	snprintf(path, sizeof(path), NODES "/node%u/hugepages/hugepages-%ukB/nr_hugepages", node, kib);
	sham_put(s, path, "%u\n", nr);
	snprintf(path, sizeof(path), NODES "/node%u/hugepages/hugepages-%ukB/free_hugepages", node, kib);
	sham_put(s, path, "%u\n", free);
	snprintf(path, sizeof(path), NODES "/node%u/hugepages/hugepages-%ukB/surplus_hugepages", node, kib);
	sham_put(s, path, "0\n");
}

void sham_nodes(struct sham *s)
{
	sham_put(s, NODES "/online", "0-1\n");
	sham_put(s, NODES "/possible", "0-3\n");
	sham_put(s, NODES "/has_cpu", "0-1\n");
	sham_put(s, NODES "/has_memory", "0-1\n");
	sham_put(s, NODES "/node0/distance", "10 21\n");
	sham_put(s, NODES "/node1/distance", "21 10\n");
	for (unsigned node = 0; node < 2; node++) {
		sham_node(s, node, 1000 + node, 400);
		sham_numastat(s, node, 1000);
		sham_pool(s, node, 1048576, 2, 1);
		sham_pool(s, node, 2048, 512, 100 + node);
	}
}

void sham_meminfo(struct sham *s)
{
	sham_put(s, "/proc/meminfo",
		"MemTotal:        1000000 kB\nMemFree:          200000 kB\nMemAvailable:     400000 kB\n"
		"Buffers:           10000 kB\nCached:           150000 kB\nSwapCached:          100 kB\n"
		"Mlocked:             600 kB\nSwapTotal:        500000 kB\nSwapFree:         450000 kB\n"
		"Dirty:              3000 kB\nWriteback:           40 kB\nAnonPages:        300000 kB\n"
		"Shmem:             20000 kB\nSReclaimable:      40000 kB\nPageTables:         5000 kB\n"
		"CommitLimit:     1000000 kB\nCommitted_AS:    1200000 kB\nHardwareCorrupted:     0 kB\n"
		"AnonHugePages:    100000 kB\nHugePages_Total:      64\nHugePages_Free:       32\n"
		"HugePages_Rsvd:        8\nHugePages_Surp:        1\nHugepagesize:       2048 kB\n"
		"Hugetlb:          131072 kB\n");
}

void sham_vmstat(struct sham *s, unsigned n)
{
	sham_put(s, "/proc/vmstat",
		"nr_slab_reclaimable 10000\nnr_shmem 5000\nnr_dirty_threshold 20000\n"
		"nr_dirty_background_threshold 10000\npswpin %u\npswpout %u\nallocstall_dma %u\nallocstall_normal %u\n"
		"pgmajfault %u\npgscan_direct %u\npgscan_direct_throttle 77\noom_kill 2\nnuma_hint_faults %u\n"
		"numa_hint_faults_local %u\nnuma_pages_migrated %u\ncompact_stall %u\ncompact_fail %u\n"
		"thp_fault_alloc %u\nthp_fault_fallback %u\nthp_fault_fallback_charge 5\nthp_collapse_alloc %u\n"
		"thp_split_page %u\nthp_split_page_failed 9\ncow_ksm %u\n",
		n, 2 * n, 3 * n, 4 * n, 5 * n, 6 * n, 7 * n, 8 * n, 9 * n, 10 * n, 11 * n, 12 * n, 13 * n, 14 * n,
		15 * n, 16 * n);
}

void sham_kthread(struct sham *s, unsigned pid, const char *comm, unsigned utime, unsigned stime)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%u/comm", pid);
	sham_put(s, path, "%s\n", comm);
	snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	sham_put(s, path, "%u (%s) S 2 0 0 0 -1 2097216 0 0 0 0 %u %u 0 0 25 5 1 0 8 0 0 0\n", pid, comm, utime, stime);
}

void sham_mm(struct sham *s, unsigned run)
{
	static const char *const ksm[][2] = {{"pages_shared", "100"}, {"pages_sharing", "1000"},
		{"pages_unshared", "300"}, {"pages_volatile", "7"}, {"full_scans", "5"}, {"pages_to_scan", "100"},
		{"sleep_millisecs", "20"}, {"merge_across_nodes", "1"}, {"max_page_sharing", "256"},
		{"smart_scan", "1"}, {"use_zero_pages", "0"}, {"advisor_mode", "[none] scan-time"},
		{"general_profit", "-20480"}};
	char path[96];

	for (size_t i = 0; i < sizeof(ksm) / sizeof(ksm[0]); i++) {
		snprintf(path, sizeof(path), "/sys/kernel/mm/ksm/%s", ksm[i][0]);
		sham_put(s, path, "%s\n", ksm[i][1]);
	}
	sham_put(s, "/sys/kernel/mm/ksm/run", "%u\n", run);
	sham_put(s, "/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
	sham_put(s, "/sys/kernel/mm/transparent_hugepage/defrag", "always defer defer+madvise [madvise] never\n");
	sham_put(s, "/sys/kernel/mm/transparent_hugepage/khugepaged/defrag", "1\n");
	sham_put(s, "/sys/kernel/mm/transparent_hugepage/hugepages-64kB/enabled", "always inherit madvise [never]\n");
	sham_put(s, "/sys/kernel/mm/transparent_hugepage/hugepages-2048kB/enabled", "always [inherit] madvise never\n");
	sham_put(s, "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "64\n");
	sham_put(s, "/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "32\n");
	sham_put(s, "/sys/kernel/mm/hugepages/hugepages-2048kB/resv_hugepages", "8\n");
	sham_put(s, "/sys/kernel/mm/hugepages/hugepages-2048kB/surplus_hugepages", "1\n");
	sham_put(s, "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_overcommit_hugepages", "16\n");
	sham_put(s, "/proc/sys/vm/swappiness", "60\n");
	sham_put(s, "/proc/sys/kernel/numa_balancing", "1\n");
	sham_kthread(s, 36, "ksmd", 100, 50);
	sham_kthread(s, 37, "khugepaged", 10, 5);
}

void sham_pressure(struct sham *s, const char *resource, unsigned total)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/pressure/%s", resource);
	sham_put(s, path,
		"some avg10=1.25 avg60=0.50 avg300=0.06 total=%u\nfull avg10=0.75 avg60=0.00 avg300=0.01 total=%u\n",
		total, total / 2);
}
