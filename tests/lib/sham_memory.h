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

/* /proc/meminfo and /proc/vmstat of a machine of 1,000,000 KiB; what /proc/vmstat counts is n, 2 n and so on. */
void sham_meminfo(struct sham *s);
void sham_vmstat(struct sham *s, unsigned n);
/* /sys/kernel/mm: KSM as `run` says, THP, one pool; and the kernel's threads 36 (ksmd) and 37 (khugepaged). */
void sham_mm(struct sham *s, unsigned run);
void sham_kthread(struct sham *s, unsigned pid, const char *comm, unsigned utime, unsigned stime);
void sham_pressure(struct sham *s, const char *resource, unsigned total); /* of both lines */

#endif
