/* Network: interfaces, what they are, whether their links are up, and what goes through them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_NET_H
#define PROBES_NET_H

#include "probes/probe.h"

struct net {
	struct value interfaces; /* u64 */
	struct value physical; /* u64: those of hardware */
	struct value up; /* u64: of the physical ones */
	struct value rx_bytes_per_s, tx_bytes_per_s; /* f64: of the physical ones */
	struct rows interface; /* struct net_interface, by name */
};

struct net_interface {
	struct value name; /* text */
	struct value kind; /* text: physical, vf, bridge, bond, vlan, tap, veth, loopback, … */
	struct value driver; /* text */
	struct value address; /* text: of its PCI device */
	struct value node; /* i64 */
	struct value master; /* text: the bridge or bond that it is part of */
	struct value state; /* text: up, down, lowerlayerdown, … */
	struct value carrier; /* bool */
	struct value speed_mbps; /* u64 */
	struct value duplex; /* text */
	struct value mtu; /* u64 */
	struct value rx_queues, tx_queues; /* u64 */
	struct value missed; /* u64: packets since boot for which the card had no room */
	struct value rx_bytes_per_s, tx_bytes_per_s, rx_packets_per_s, tx_packets_per_s; /* f64 */
	struct value rx_drops_per_s, tx_drops_per_s, rx_errors_per_s, tx_errors_per_s;
};

extern const struct probe probe_net;

/* The row of that name, or NULL; n and name may be NULL. */
const struct net_interface *net_interface(const struct net *n, const char *name);
/* Is it of hardware: kind physical or vf. */
bool net_is_physical(const struct net_interface *i);
/* Can it pass packets: some drivers never say so, then the carrier does. Known (a bool), or why not. */
struct value net_is_up(const struct net_interface *i);

#endif
