/* The fields of a network interface. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/net_impl.h"

#define AT "/sys/class/net/{name}"
#define OWN(file) SOURCES(AT "/" file)
#define TEXT(member, label, source, meaning) \
	FIELD(struct net_interface, member, label, TYPE_TEXT, UNIT_NONE, 0, source, meaning)
#define NUMBER(member, label, unit, source, meaning) \
	FIELD(struct net_interface, member, label, TYPE_U64, unit, 0, source, meaning)
#define RATE(member, label, flags, meaning) \
	FIELD(struct net_interface, member, label, TYPE_F64, UNIT_PER_S, FIELD_MOVES | (flags), src_dev, meaning)
#define COUNTED(member, label, file, meaning) \
	FIELD(struct net_interface, member, label, TYPE_U64, UNIT_COUNT, FIELD_MOVES, OWN("statistics/" file), meaning)
#define COUNTED_RATE(member, label, file, meaning) \
	FIELD(struct net_interface, member, label, TYPE_F64, UNIT_PER_S, FIELD_MOVES, OWN("statistics/" file), meaning)
#define COALESCE SOURCES("@ethtool/{name}/coalesce")
#define CHANNELS SOURCES("@ethtool/{name}/channels")
#define RINGS SOURCES("@ethtool/{name}/rings")
#define LINK SOURCES("@ethtool/{name}/link")

static const char *const src_dev[] = {"/proc/net/dev", NULL};

const struct field net_interface_fields[NNET_FIELDS] = {
	TEXT(name, "Interface", SOURCES("the entries of /sys/class/net"), "The kernel's name of this interface."),
	TEXT(kind, "Kind", SOURCES(AT "/uevent"),
		"Physical, vf (a virtual function), bridge, bond, vlan, tap (of a guest), veth (of a container) and "
		"others."),
	TEXT(driver, "Driver", SOURCES("the link " AT "/device/driver"), "The driver of its card."),
	TEXT(address, "PCI address", SOURCES("the link " AT), "The PCI device that it hangs off."),
	FIELD(struct net_interface, node, "Node", TYPE_I64, UNIT_ID, 0,
		SOURCES(AT "/device/numa_node", "/sys/bus/pci/devices/{address}/numa_node"),
		"The NUMA node that is near to its card."),
	TEXT(master, "Part of", SOURCES("the link " AT "/master"), "The bridge or bond that it is part of."),
	TEXT(state, "State", OWN("operstate"), "Whether it can pass packets; unknown of those that cannot tell."),
	FIELD(struct net_interface, carrier, "Carrier", TYPE_BOOL, UNIT_NONE, 0, OWN("carrier"),
		"The other end of the cable is there."),
	NUMBER(speed_mbps, "Mbit/s", UNIT_NONE, OWN("speed"), "Speed of its link in Mbit/s, absent while it is down."),
	TEXT(duplex, "Duplex", OWN("duplex"),
		"Half means that sending waits for receiving: a wrong setting at one end."),
	NUMBER(mtu, "MTU", UNIT_NONE, OWN("mtu"), "Bytes of the longest packet."),
	NUMBER(rx_queues, "Receive queues", UNIT_COUNT, SOURCES("the entries of " AT "/queues"),
		"Queues that it can receive on: as many CPUs can share the work."),
	NUMBER(tx_queues, "Send queues", UNIT_COUNT, SOURCES("the entries of " AT "/queues"),
		"Queues that it can send on."),
	FIELD(struct net_interface, missed, "Missed", TYPE_U64, UNIT_COUNT, FIELD_MOVES,
		OWN("statistics/rx_missed_errors"),
		"Packets since boot that the card threw away, as no buffer was free for them."),
	COUNTED(over, "Overruns", "rx_over_errors", "Packets since boot that came faster than the card could take them."),
	COUNTED(crc, "Garbled", "rx_crc_errors", "Packets since boot that came garbled: look at cable and optics."),
	COUNTED_RATE(missed_per_s, "Missed now", "rx_missed_errors",
		"Packets that the card threw away as no buffer was free, per second between the last two readings."),
	COUNTED_RATE(over_per_s, "Overruns now", "rx_over_errors",
		"Packets that came faster than the card could take them, per second between the last two readings."),
	COUNTED_RATE(crc_per_s, "Garbled now", "rx_crc_errors",
		"Packets that came garbled, per second between the last two readings."),
	RATE(collisions_per_s, "Collisions", 0,
		"Collisions per second: the link is half duplex, or the other end believes so."),
	FIELD(struct net_interface, carries_guests, "Carries guests", TYPE_BOOL, UNIT_NONE, 0,
		SOURCES("computed from what is part of what, and from the drivers of virtual functions"),
		"Packets of guests go through it: it is their own end, their bridge, or what leads from there to the "
		"cable."),
	FIELD(struct net_interface, lower, "Sits on", TYPE_WORDS, UNIT_NONE, 0, SOURCES("the links lower_* of " AT),
		"The interfaces below a vlan, macvtap or the like."),
	FIELD(struct net_interface, slaves, "Slaves", TYPE_WORDS, UNIT_NONE, 0, SOURCES("the links /sys/class/net/*/master"),
		"The interfaces that a bond is made of."),
	NUMBER(slaves_up, "Slaves up", UNIT_COUNT, SOURCES("/sys/class/net/{slaves}/bonding_slave/mii_status"),
		"How many of those the bond sees up."),
	TEXT(mii_status, "Bond status", SOURCES(AT "/bonding/mii_status", AT "/bonding_slave/mii_status"),
		"Whether a bond has a link, and of its slaves whether the bond sees theirs."),
	FIELD(struct net_interface, rps_cpus, "RPS CPUs", TYPE_CPUS, UNIT_NONE, 0, OWN("queues/rx-*/rps_cpus"),
		"The CPUs that its receive queues hand packets to by software; none where the CPU of the interrupt does "
		"all."),
	FIELD(struct net_interface, adaptive_rx, "Adaptive", TYPE_BOOL, UNIT_NONE, 0, COALESCE,
		"The card moderates its interrupts by the load: short waits while packets are few."),
	NUMBER(rx_usecs, "Receive wait", UNIT_US, COALESCE,
		"How long a packet may wait in the card before it interrupts: each one can be late by that much."),
	NUMBER(tx_usecs, "Send wait", UNIT_US, COALESCE, "How long the card waits before it says that packets are sent."),
	NUMBER(rx_frames, "Receive frames", UNIT_COUNT, COALESCE,
		"It interrupts at once when so many packets have come; 0 means that only the time counts."),
	NUMBER(channels, "Channels", UNIT_COUNT, CHANNELS, "Pairs of queues that both receive and send."),
	NUMBER(channels_max, "Channels at most", UNIT_COUNT, CHANNELS, "How many of those it could have."),
	NUMBER(rx_channels, "Receive channels", UNIT_COUNT, CHANNELS, "Queues that only receive."),
	NUMBER(rx_channels_max, "Receive channels at most", UNIT_COUNT, CHANNELS, "How many of those it could have."),
	NUMBER(tx_channels, "Send channels", UNIT_COUNT, CHANNELS, "Queues that only send."),
	NUMBER(tx_channels_max, "Send channels at most", UNIT_COUNT, CHANNELS, "How many of those it could have."),
	NUMBER(rx_ring, "Receive ring", UNIT_COUNT, RINGS, "Buffers of each receive queue."),
	NUMBER(rx_ring_max, "Receive ring at most", UNIT_COUNT, RINGS, "How many of those it could have."),
	NUMBER(supported_mbps, "Mbit/s supported", UNIT_NONE, LINK,
		"The highest speed that the card supports, in Mbit/s."),
	NUMBER(advertised_mbps, "Mbit/s advertised", UNIT_NONE, LINK,
		"The highest speed that it offers to the other end, in Mbit/s."),
	FIELD(struct net_interface, autoneg, "Negotiates", TYPE_BOOL, UNIT_NONE, 0, LINK,
		"Speed and duplex are agreed with the other end; where only one end does it, it guesses."),
	RATE(rx_bytes_per_s, "Received", FIELD_HISTORY, "Bytes that it receives, per second."),
	RATE(tx_bytes_per_s, "Sent", FIELD_HISTORY, "Bytes that it sends, per second."),
	RATE(rx_packets_per_s, "Packets received", 0, "Packets that it receives, per second."),
	RATE(tx_packets_per_s, "Packets sent", 0, "Packets that it sends, per second."),
	RATE(rx_drops_per_s, "Receive drops", 0,
		"Packets thrown away on receiving, per second: missed ones, and those that nobody wanted."),
	RATE(tx_drops_per_s, "Send drops", 0, "Packets thrown away on sending, per second."),
	RATE(rx_errors_per_s, "Receive errors", 0, "Packets received broken, per second."),
	RATE(tx_errors_per_s, "Send errors", 0, "Packets that could not be sent, per second."),
};
