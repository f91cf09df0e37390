/* A sham machine's memory: nodes with their counters and pools, for tests of the probes of memory. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_SHAM_MEMORY_H
#define TESTS_LIB_SHAM_MEMORY_H

struct sham;

/* What sham_machine() has in two nodes gets memory (1000 and 1001 KiB, 400 free), distances, counters and pools. */
void sham_nodes(struct sham *s);
void sham_node(struct sham *s, unsigned node, unsigned total, unsigned free); /* its meminfo, in KiB */
void sham_numastat(struct sham *s, unsigned node, unsigned n); /* numa_hit is n, numa_miss 2 n, … other_node 6 n */
void sham_pool(struct sham *s, unsigned node, unsigned kib, unsigned nr, unsigned free);

#endif
