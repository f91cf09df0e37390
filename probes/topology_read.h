/* Where the parts of a topology are read from: each with its older kernels' other places. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_TOPOLOGY_READ_H
#define PROBES_TOPOLOGY_READ_H

#include "probes/topology.h"

#define CPU_FOLDER "/sys/devices/system/cpu"
#define NODE_FOLDER "/sys/devices/system/node"

/* What /proc/cpuinfo says of each CPU, for machines whose sysfs does not. */
struct cpuinfo_row {
	uint64_t id;
	int64_t package, core; /* -1: not said */
	int64_t siblings, cores; /* CPUs and cores of its package; -1: not said */
};
struct cpuinfo_rows {
	size_t n;
	struct cpuinfo_row *row; /* in the tick's arena */
	bool read; /* it was asked, whatever it said */
};

struct cpu_lists {
	struct value possible, present, online, offline, isolated, nohz_full;
	struct cpuset *all; /* every CPU that gets a row */
};

/* Reads the lists; online comes from `online`, from each CPU's own file, from /proc/cpuinfo or from the folders. */
void topology_lists(const struct tick *t, struct cpuinfo_rows *info, struct cpu_lists *ret);
void topology_ids(const struct tick *t, struct cpuinfo_rows *info, struct topology_cpu *cpu);
/* Whether /proc/cpuinfo says that no core of its package runs more than one thread. */
bool topology_alone(const struct tick *t, struct cpuinfo_rows *info, uint64_t id);
struct value topology_siblings(const struct tick *t, uint64_t id);
/* Who shares a cache: itself at least. src: the rung of shared_cpu_map; that of shared_cpu_list follows. */
struct value topology_shared(const struct tick *t, unsigned src, uint64_t id, unsigned index);
struct value topology_l3(const struct tick *t, uint64_t id);
/*
 * The CPUs of a node: its cpulist, else its cpumap, else the links to CPUs in its folder (rung 2), which are none both
 * where it has no CPUs and where a capture left all three out.
 */
struct value topology_node_cpus(const struct tick *t, unsigned node);
/* Fills node of each row; returns the set of the nodes. */
struct value topology_nodes(const struct tick *t, struct topology_cpu *rows, size_t n);
/* Fills kind of each row where cores differ; returns whether they do. */
struct value topology_kinds(const struct tick *t, struct topology_cpu *rows, size_t n);

#endif
