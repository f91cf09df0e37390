/* Interrupts: how often each one comes, on which CPUs it lands, where it may land, and which device raises it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_INTERRUPTS_H
#define PROBES_INTERRUPTS_H

#include "probes/probe.h"

struct interrupts {
	struct value per_s; /* all CPUs, all kinds */
	struct value device_per_s; /* those of devices */
	struct value errors; /* u64, since boot: the row ERR */
	struct value every_ms; /* how long the counters are left alone between two readings; 0: each tick */
	struct value text_kib; /* u64: length of /proc/interrupts */
	struct rows irq; /* struct interrupt, as the kernel lists them: numbers rise, then the names */
	struct rows device; /* struct interrupt_device, by rising address: PCI devices that have raised any */
	struct rows cpu; /* struct interrupt_cpu, by rising id: those that are online */
};

struct interrupt {
	struct value name; /* text: "24", "LOC" */
	struct value kind; /* text: "device", "timer", "IPI", "other" */
	struct value action; /* text: "nvme0q3", "i8042, ehci_hcd:usb1"; for a name the kernel's description of it */
	struct value chip; /* text: "IR-PCI-MSIX-0000:af:00.0" */
	struct value count; /* u64, since boot, over the CPUs that are online */
	struct value per_s;
	struct value busiest; /* u64: the CPU that took most of them in the interval; absent when none came */
	struct value busiest_pct; /* its part of them */
	struct value cpus; /* set: where they landed in the interval */
	struct value landed; /* text: the first of those, by rate: "CPU 3 1200/s, CPU 7 30/s, 2 more" */
	struct value affinity; /* set: where it may land */
	struct value effective; /* set: where it is sent */
	struct value node; /* i64: of its device; -1 of none */
	struct value managed; /* bool: the kernel places it, nobody else can */
	struct value device; /* text: PCI address, "0000:af:00.0" */
};

/* The interrupts of one device together; all but address, lines and node are of the last interval. */
struct interrupt_device {
	struct value address; /* text: "0000:af:00.0" */
	struct value lines; /* u64: those that have come since boot */
	struct value active; /* u64: those of them that came */
	struct value per_s; /* f64 */
	struct value busiest; /* u64: the CPU that took most of them; absent when none came */
	struct value busiest_pct; /* f64: its part of them all */
	struct value sent; /* set: where those that came are sent (effective affinity) */
	struct value node; /* i64: of the device; absent: of none */
	struct value elsewhere_pct; /* f64: part of them that landed on other nodes; absent when none came */
	struct value managed; /* bool: the kernel places at least one of them, nobody else can */
};

struct interrupt_cpu {
	struct value id;
	struct value per_s; /* all that it took */
	struct value device_per_s; /* of devices */
	struct value timer_per_s;
	struct value ipi_per_s; /* from other CPUs */
	struct value net_rx_per_s; /* soft interrupts: rounds of receiving packets */
};

extern const struct probe probe_interrupts;

/* The row of that CPU, or NULL; i may be NULL. */
const struct interrupt_cpu *interrupt_cpu(const struct interrupts *i, uint64_t id);
/* The row of the device with that PCI address, or NULL; i and address may be NULL. */
const struct interrupt_device *interrupt_device(const struct interrupts *i, const char *address);

#endif
