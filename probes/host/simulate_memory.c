/* Writes the memory of a simulated machine: its nodes, and sums that are those of the nodes. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/host/simulate_memory.h"

#include <stdio.h>

#include "probes/host/simulate_model.h"
#include "probes/host/simulate_out.h"
#include "probes/util.h"

#define MM "sys/kernel/mm"
#define GIB UINT64_C(1048576)

struct node_memory simulate_node(const struct model *m, unsigned node)
{
	struct node_memory n = {.total = 192 * GIB, .files = 40265318};

	/* The last one is the tightest; all have eight digits, and keep them while they waver. */
	n.free = node + 1 == m->o.packages && node ? 12000000 : 40000000 + model_random(m, node, 40) % 20000000;
	n.pools = NODE_2M * 2048 + NODE_1G * GIB;
	n.anon = n.total - n.free - n.files - n.pools - 4000000;
	return n;
}

static void write_pool(struct out *o, int parent, unsigned kib, unsigned nr, unsigned free, bool global)
{
	int dir = out_dir(o, parent, "hugepages-%ukB", kib);

	out_line(o, dir, "nr_hugepages", "%u", nr);
	out_line(o, dir, "free_hugepages", "%u", free);
	out_line(o, dir, "surplus_hugepages", "0");
	if (global) {
		out_line(o, dir, "resv_hugepages", "0");
		out_line(o, dir, "nr_overcommit_hugepages", "0");
	}
	out_close(dir);
}

static void write_node(const struct model *m, struct out *o, int root, unsigned node)
{
	struct node_memory n = simulate_node(m, node);
	char path[64];
	int dir, pools;

	snprintf(path, sizeof path, "sys/devices/system/node/node%u", node);
	dir = out_deep(o, root, path);
	out_line(o, dir, "meminfo",
		"Node %u MemTotal:       %10ju kB\nNode %u MemFree:        %10ju kB\nNode %u MemUsed:        %10ju kB\n"
		"Node %u FilePages:      %10ju kB\nNode %u AnonPages:      %10ju kB\nNode %u Shmem:          %10u kB\n"
		"Node %u AnonHugePages:  %10ju kB\nNode %u HugePages_Total: %5u\nNode %u HugePages_Free:  %5u\n"
		"Node %u HugePages_Surp:      0",
		node, (uintmax_t)n.total, node, (uintmax_t)n.free, node, (uintmax_t)(n.total - n.free), node,
		(uintmax_t)n.files, node, (uintmax_t)n.anon, node, 102400, node, (uintmax_t)(n.anon / 4 * 3), node,
		NODE_2M, node, NODE_2M_FREE, node);
	out_line(o, dir, "numastat",
		"numa_hit 6163696979\nnuma_miss 1000277174\nnuma_foreign 1000432426\ninterleave_hit 20083\n"
		"local_node 6163600000\nother_node 1000286872");
	pools = out_dir(o, dir, "hugepages");
	write_pool(o, pools, 2048, NODE_2M, NODE_2M_FREE, false);
	write_pool(o, pools, 1048576, NODE_1G, NODE_1G_FREE, false);
	out_close(pools);
	out_close(dir);
}

static void write_lists(const struct model *m, struct out *o, int proc)
{
	struct node_memory sum = {0};
	unsigned nodes = m->o.packages;
	struct text t = {0};

	for (unsigned node = 0; node < nodes; node++) {
		struct node_memory n = simulate_node(m, node);

		sum.total += n.total, sum.free += n.free, sum.files += n.files, sum.anon += n.anon,
			sum.pools += n.pools;
		sim_text_add(&t,
			"Node %u, zone   Normal\n  pages free     %ju\n        boost    0\n        min      5632\n",
			node, (uintmax_t)(n.free / 4));
		sim_text_add(&t, "        low      54000\n        high     102000\n        managed  %ju\n",
			(uintmax_t)(n.total / 4));
	}
	out_text(o, proc, "zoneinfo", t.at, t.len);
	text_free(&t);
	out_line(o, proc, "meminfo",
		"MemTotal:       %10ju kB\nMemFree:        %10ju kB\nMemAvailable:   %10ju kB\n"
		"Buffers:            204800 kB\nCached:         %10ju kB\nSwapCached:              0 kB\n"
		"Mlocked:             18432 kB\nSwapTotal:               0 kB\nSwapFree:                0 kB\n"
		"Dirty:                1024 kB\nWriteback:               0 kB\nAnonPages:      %10ju kB\n"
		"Shmem:          %10u kB\nSlab:              4096000 kB\nSReclaimable:      2048000 kB\n"
		"PageTables:         409600 kB\nCommitLimit:    %10ju kB\nCommitted_AS:   %10ju kB\nHardwareCorrupted: "
		"      0 kB\n"
		"AnonHugePages:  %10ju kB\nHugePages_Total:   %5u\nHugePages_Free:    %5u\nHugePages_Rsvd:        0\n"
		"HugePages_Surp:        0\nHugepagesize:       2048 kB\nHugetlb:        %10ju kB",
		(uintmax_t)sum.total, (uintmax_t)sum.free, (uintmax_t)(sum.free + sum.files / 8 * 7),
		(uintmax_t)(sum.files - 204800), (uintmax_t)sum.anon, 102400 * nodes, (uintmax_t)(sum.total / 2),
		(uintmax_t)(sum.anon + sum.anon / 8), (uintmax_t)(sum.anon / 4 * 3), NODE_2M * nodes,
		NODE_2M_FREE * nodes, (uintmax_t)sum.pools);
	out_line(o, proc, "vmstat",
		"nr_slab_reclaimable 512000\nnr_shmem %u\nnr_dirty_threshold %ju\nnr_dirty_background_threshold %ju\n"
		"pswpin 0\npswpout 0\nallocstall_dma 0\nallocstall_normal 1204\nallocstall_movable 4120\n"
		"pgmajfault 1000088123\npgscan_direct 881230\noom_kill 0\nnuma_hint_faults 1000812330\n"
		"numa_hint_faults_local 1000712330\nnuma_pages_migrated 1000041233\npgmigrate_success 412334\n"
		"compact_stall 1204\ncompact_fail 811\nthp_fault_alloc 1000088123\nthp_fault_fallback 1000000811\n"
		"thp_split_page 8112\nthp_collapse_alloc 4311\ncow_ksm 1000007000",
		102400 / 4 * nodes, (uintmax_t)(sum.total / 40), (uintmax_t)(sum.total / 80));
}

static void write_ksm(struct out *o, int mm)
{
	static const char *const files[][2] = {{"run", "1"}, {"pages_shared", "120000"}, {"pages_sharing", "812000"},
		{"pages_unshared", "310000"}, {"pages_volatile", "9000"}, {"full_scans", "312"},
		{"pages_to_scan", "100"}, {"sleep_millisecs", "20"}, {"merge_across_nodes", "0"},
		{"max_page_sharing", "256"}, {"use_zero_pages", "0"}, {"smart_scan", "1"},
		{"advisor_mode", "[none] scan-time"}, {"general_profit", "3214000000"}};
	int dir = out_dir(o, mm, "ksm");

	for (size_t i = 0; i < COUNT(files); i++)
		out_line(o, dir, files[i][0], "%s", files[i][1]);
	out_close(dir);
}

static void write_thp(struct out *o, int mm)
{
	int dir = out_dir(o, mm, "transparent_hugepage"), daemon = out_dir(o, dir, "khugepaged");

	out_line(o, dir, "enabled", "always [madvise] never");
	out_line(o, dir, "defrag", "always defer defer+madvise [madvise] never");
	out_line(o, dir, "shmem_enabled", "always within_size advise [never] deny force");
	out_line(o, dir, "use_zero_page", "1");
	out_line(o, daemon, "defrag", "1");
	out_line(o, daemon, "pages_to_scan", "4096");
	out_line(o, daemon, "scan_sleep_millisecs", "10000");
	out_line(o, daemon, "alloc_sleep_millisecs", "60000");
	out_line(o, daemon, "pages_collapsed", "4311");
	out_line(o, daemon, "full_scans", "44");
	out_close(daemon);
	out_close(dir);
}

static void write_settings(struct out *o, int proc)
{
	static const char *const files[][2] = {{"zone_reclaim_mode", "0"}, {"swappiness", "60"}, {"dirty_ratio", "20"},
		{"dirty_background_ratio", "10"}, {"dirty_bytes", "0"}, {"dirty_background_bytes", "0"},
		{"overcommit_memory", "0"}, {"overcommit_ratio", "50"}, {"min_free_kbytes", "90112"},
		{"watermark_scale_factor", "10"}};
	int dir = out_deep(o, proc, "sys/vm");

	for (size_t i = 0; i < COUNT(files); i++)
		out_line(o, dir, files[i][0], "%s", files[i][1]);
	out_close(dir);
	dir = out_deep(o, proc, "sys/kernel");
	out_line(o, dir, "numa_balancing", "1");
	out_close(dir);
}

static void write_kthread(
	const struct model *m, struct out *o, int proc, unsigned pid, const char *comm, unsigned ticks)
{
	int dir = out_dir(o, proc, "%u", pid), tasks = out_dir(o, dir, "task"), task = out_dir(o, tasks, "%u", pid);
	char list[64];

	model_list(m, 0, m->o.packages * m->o.cores, list, sizeof list);
	out_line(o, task, "status", "Name:\t%s\nTgid:\t%u\nPid:\t%u\nPPid:\t2\nThreads:\t1\nCpus_allowed_list:\t%s", comm, pid,
		pid, list);
	out_close(task);
	out_close(tasks);
	out_line(o, dir, "comm", "%s", comm);
	out_line(o, dir, "stat",
		"%u (%s) S 2 0 0 0 -1 2129984 0 0 0 0 0 %u 0 0 25 5 1 0 120 0 0 18446744073709551615 0 0 0 0 0 0 0 "
		"2147483647 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0",
		pid, comm, ticks);
	out_close(dir);
}

static void write_pressure(struct out *o, int proc)
{
	static const char *const names[] = {"cpu", "memory", "io"};
	int dir = out_dir(o, proc, "pressure");

	for (size_t i = 0; i < COUNT(names); i++)
		out_line(o, dir, names[i],
			"some avg10=0.%02u avg60=0.%02u avg300=0.%02u total=100000%u000\n"
			"full avg10=0.00 avg60=0.00 avg300=0.00 total=1000000000",
			i == 1 ? 0 : 40, i == 1 ? 0 : 35, i == 1 ? 0 : 30, (unsigned)i);
	out_close(dir);
}

void simulate_memory(const struct model *m, struct out *o, int root)
{
	int proc = out_dir(o, root, "proc"), mm = out_deep(o, root, MM), pools = out_dir(o, mm, "hugepages");

	for (unsigned node = 0; node < m->o.packages && !o->err; node++)
		write_node(m, o, root, node);
	write_lists(m, o, proc);
	write_settings(o, proc);
	write_pressure(o, proc);
	write_kthread(m, o, proc, 129, "ksmd", 1080000);
	write_kthread(m, o, proc, 131, "khugepaged", 1009000);
	write_ksm(o, mm);
	write_thp(o, mm);
	write_pool(o, pools, 2048, NODE_2M * m->o.packages, NODE_2M_FREE * m->o.packages, true);
	write_pool(o, pools, 1048576, NODE_1G * m->o.packages, NODE_1G_FREE * m->o.packages, true);
	out_close(pools);
	out_close(mm);
	out_close(proc);
}
