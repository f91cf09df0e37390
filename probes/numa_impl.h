/* What the files of the numa probe share: what it keeps of each node, and the readings that are due seldom. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_NUMA_IMPL_H
#define PROBES_NUMA_IMPL_H

#include "probes/get.h"
#include "probes/memory_read.h"
#include "probes/numa.h"

enum { NUMA_STATS = 6, NNUMA_FIELDS = 5, NNUMA_NODE_FIELDS = 19, NNUMA_POOL_FIELDS = 4 };
extern const struct field numa_fields[NNUMA_FIELDS], numa_node_fields[NNUMA_NODE_FIELDS],
	numa_pool_fields[NNUMA_POOL_FIELDS];

struct node_state {
	uint32_t id;
	struct kept meminfo, numastat;
	struct counter counter[NUMA_STATS];
};

/* CPUs, distances and watermarks of all rows: what moves only with the machine. */
void numa_read_fixed(const struct tick *t, struct numa *n, struct numa_node *rows, size_t nrows);
struct rows numa_read_pools(const struct tick *t, uint32_t node);

#endif
