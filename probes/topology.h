/* Topology: which CPUs there are, and how they hang together. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_TOPOLOGY_H
#define PROBES_TOPOLOGY_H

#include "probes/probe.h"

struct topology {
	struct value packages, dies, nodes, cores; /* u64 */
	struct value threads_per_core; /* u64: the largest */
	struct value cpus_online, cpus_present; /* u64 */
	struct value node_ids; /* set */
	struct value online, offline, present, possible; /* sets */
	struct value isolated, nohz_full; /* sets */
	struct value smt; /* text: /sys/devices/system/cpu/smt/control */
	struct value hybrid; /* bool: cores of more than one kind */
	struct rows cpu; /* struct topology_cpu, by rising id */
};

struct topology_cpu {
	struct value id, online;
	struct value package, die, cluster, core, node, l3; /* i64 ids; null when offline */
	struct value siblings; /* set, with itself */
	struct value kind; /* text: "P", "E"; absent when all are alike */
	struct value isolated, nohz_full; /* bool */
};

extern const struct probe probe_topology;

/* The row of that CPU, or NULL. t may be NULL. */
const struct topology_cpu *topology_cpu(const struct topology *t, uint64_t id);

#endif
