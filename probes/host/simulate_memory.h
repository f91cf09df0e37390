/* The memory of a simulated machine: how much each node has, and how it moves a little while the machine lives. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_SIMULATE_MEMORY_H
#define PROBES_HOST_SIMULATE_MEMORY_H

#include <stdint.h>

struct model;

/* KiB of one node; what is not here is the kernel's own. Pools: 512 pages of 2 MiB and 8 of 1 GiB a node. */
struct node_memory {
	uint64_t total, free, files, anon, pools;
};
enum { NODE_2M = 512, NODE_2M_FREE = 128, NODE_1G = 8, NODE_1G_FREE = 2 };
struct node_memory simulate_node(const struct model *m, unsigned node);

struct memories;

/* m outlives it. On failure why is filled. */
int memories_open(const struct model *m, int root, struct memories **ret, char why[200]);
void memories_close(struct memories *s); /* NULL is fine */
/*
 * Free memory of each node wavers by up to 1 %, counters grow, KSM takes 4 % of a CPU; the sums stay those of the
 * nodes. -ERANGE when a counter would need one more digit.
 */
int memories_second(struct memories *s, uint64_t second, char why[200]);

#endif
