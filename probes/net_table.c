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
