/* Devices: a PCI device together with its interface, its disks and its interrupts, and what is wrong with it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_DEVICES_H
#define PROBES_DEVICES_H

#include "probes/block.h"
#include "probes/net.h"
#include "probes/pci.h"

/* In the order in which they matter to guests. */
enum device_group { DEVICE_NET, DEVICE_DISK, DEVICE_GPU, DEVICE_OTHER, DEVICE_VF, DEVICE_BOARD };

/* What can be wrong, the worst first; the words are in devices_words.c. */
enum device_fault {
	FAULT_NONE,
	FAULT_DUPLEX, /* half */
	FAULT_LINK, /* it runs below what it and its port could */
	FAULT_ERRORS, /* errors of the link that come while somebody looks */
	FAULT_BOND, /* it is down and part of a bond */
	FAULT_ELSEWHERE, /* its interrupts land on another node */
	FAULT_ASPM, /* its link sleeps: at each wake-up a transfer waits */
	FAULT_BFQ, /* a scheduler that costs more than it saves on this disk */
	DEVICE_FAULTS
};

struct device {
	const struct pci_device *pci; /* NULL: on no PCI */
	const struct net_interface *net; /* the worst of them, else the first in use; NULL: none */
	const struct block_disk *disk; /* likewise */
	enum device_group group;
	const char *name; /* what people call it: ens1f0, nvme0n1, or its kind */
	unsigned nets, disks, vfs, irqs; /* how many */
	enum device_fault fault; /* the worst */
	double bytes_per_s; /* all that goes through it, NAN: not known */
	double wait_us; /* the longest mean of its disks, NAN: not known or nothing asked */
	double irq_per_s; /* NAN: not known */
	uint64_t irq_count; /* since boot */
	const struct cpuset *landed; /* CPUs that those land on that come often; NULL: not known */
	const char *busiest; /* number of the interrupt that came most, NULL: none came */
	double elsewhere; /* share of the interrupts on other nodes, NAN: not known */
	int64_t elsewhere_node; /* where most of those went */
};

struct devices {
	struct device *row; /* by group, node and address */
	size_t n;
	unsigned faults; /* of devices */
	bool known; /* the PCI devices could be read */
};

/* Joins what the probes found; reads nothing. In the arena; s may be NULL. */
struct devices devices(struct arena *a, const struct snapshot *s);

int64_t device_node(const struct device *d); /* -1: not known */
/* Is the fault worth more than a note: a warning. */
bool device_warns(const struct device *d);
/* What is wrong, short enough for a cell: "x2 of x4"; "" for nothing. In the arena. */
const char *device_fault_short(struct arena *a, const struct device *d);
/* The same as a part of a sentence, beginning with what it is about. */
const char *device_fault_words(struct arena *a, const struct device *d);
/* Its link: "x4 Gen3", "" where there is none. */
const char *device_link(struct arena *a, const struct device *d);
/* "10G", "2.5G", "100M" */
const char *device_rate(struct arena *a, uint64_t mbps);
/* Lanes that are known and a speed that need not be: "x4 Gen3". */
const char *device_lanes(struct arena *a, struct value width, struct value speed);
/* The answer of all: what is wrong, worst first, or that nothing is. */
const char *devices_sentence(struct arena *a, const struct snapshot *s, const struct devices *d, bool *ret_warns);

#endif
