/* The network stack of this host: how receiving is shared, whether it falls behind, and what filters bridged packets. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_NETSTACK_H
#define PROBES_NETSTACK_H

#include "probes/probe.h"

struct netstack {
	struct value squeezed_per_s; /* f64: rounds of receiving that ended with packets left, all CPUs together */
	struct value squeezed_cpu; /* u64: the CPU with most of those; absent when there were none */
	struct value squeezed_cpu_per_s; /* f64 */
	struct value dropped_per_s; /* f64: packets thrown away as a CPU's backlog was full */
	struct value dropped_cpu; /* u64: the CPU with most of those; absent when there were none */
	struct value rps_flows; /* u64: entries of the flow table, 0: no RFS */
	struct value busy_poll_us, busy_read_us; /* u64 */
	struct value budget, budget_usecs; /* u64: of a round */
	struct value bridge_iptables; /* bool; absent: the module is not loaded, bridged packets pass by */
	struct value conntrack, conntrack_max; /* u64; absent: no connections are tracked */
	struct value conntrack_pct; /* f64 */
};

extern const struct probe probe_netstack;

#endif
