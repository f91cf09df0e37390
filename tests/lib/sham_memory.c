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
