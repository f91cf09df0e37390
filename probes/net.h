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
	struct value over, crc; /* u64: since boot, those that overran it, those that came garbled */
	struct value missed_per_s, over_per_s, crc_per_s; /* f64: between the last two readings */
	struct value collisions_per_s; /* f64 */
	struct value carries_guests; /* bool: packets of guests go through it, or may at any time */
	struct value lower; /* words: what a vlan, macvtap or the like sits on */
	struct value slaves; /* words: of a bond */
	struct value slaves_up; /* u64: those whose link is up */
	struct value mii_status; /* text: of a bond, and of a slave as its bond sees it: up, down, … */
	struct value rps_cpus; /* set: CPUs that its receive queues hand packets to; empty: none */
	/* ethtool, of hardware only */
	struct value adaptive_rx; /* bool: the card moderates its interrupts by the load */
	struct value rx_usecs, tx_usecs; /* u64: how long the card waits before it interrupts */
	struct value rx_frames; /* u64: unless so many have come; 0: no such limit */
	struct value channels, channels_max; /* u64: combined ones; absent: the driver has none */
	struct value rx_channels, rx_channels_max; /* u64: that only receive */
	struct value tx_channels, tx_channels_max; /* u64 */
	struct value rx_ring, rx_ring_max; /* u64: buffers */
	struct value supported_mbps, advertised_mbps; /* u64: the highest that it could, that it offers */
	struct value autoneg; /* bool */
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
