/* NUMA nodes: which CPUs and how much memory each has, how far they are from each other, and their huge page pools. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_NUMA_H
#define PROBES_NUMA_H

#include "probes/probe.h"

struct numa {
	struct value nodes; /* u64 */
	struct value online, possible; /* sets of nodes */
	struct value has_cpu, has_memory; /* sets of nodes */
	struct rows node; /* struct numa_node, by rising id */
};

struct numa_node {
	struct value id;
	struct value cpus; /* set: its online CPUs */
	struct value cpuless, memoryless; /* bool */
	struct value mem_total_kib, mem_free_kib, mem_used_kib;
	struct value file_kib, anon_kib, anon_huge_kib, shmem_kib;
	struct value watermark_kib; /* the sum of its zones' high watermarks */
	struct value distance; /* numbers, one for each row, in their order */
	struct value hit_per_s, miss_per_s, foreign_per_s, interleave_per_s, local_per_s, other_per_s; /* pages */
	struct rows pool; /* struct numa_pool, by rising size */
};

struct numa_pool {
	struct value size_kib; /* of one page */
	struct value nr, free, surplus; /* pages */
};

extern const struct probe probe_numa;

/* The row of that node, or NULL. n may be NULL. */
const struct numa_node *numa_node(const struct numa *n, uint64_t id);
/* The pool of that page size, or NULL. */
const struct numa_pool *numa_pool(const struct numa_node *node, uint64_t size_kib);

#endif
