/* The fields of the interrupts probe: names, units, sources and meanings. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/interrupts_impl.h"

#define LINES SOURCES("/proc/interrupts")
#define IRQ(member, label, type, unit, flags, source_, meaning) \
	FIELD(struct interrupt, member, label, type, unit, flags, source_, meaning)
#define DEVICE(member, label, type, unit, flags, source_, meaning) \
	FIELD(struct interrupt_device, member, label, type, unit, flags, source_, meaning)
#define OF_DEVICE SOURCES("the lines of its interrupts in /proc/interrupts")
#define CPU_RATE(member, label, source_, meaning) \
	FIELD(struct interrupt_cpu, member, label, TYPE_F64, UNIT_PER_S, FIELD_MOVES, source_, meaning)

const struct field interrupt_fields[NINTERRUPT_FIELDS] = {
	IRQ(name, "Interrupt", TYPE_TEXT, UNIT_NONE, 0, LINES, "Its number, or the kernel's short name of it."),
	IRQ(kind, "Kind", TYPE_TEXT, UNIT_NONE, 0, LINES,
		"Whether a device raises it, a timer, another CPU (IPI), or something else."),
	IRQ(action, "Raised by", TYPE_TEXT, UNIT_NONE, 0, LINES,
		"What the drivers that serve it call it, for a queue its name and number."),
	IRQ(chip, "Chip", TYPE_TEXT, UNIT_NONE, 0, LINES, "The interrupt controller that delivers it."),
	IRQ(count, "Since boot", TYPE_U64, UNIT_COUNT, FIELD_MOVES, LINES,
		"How often it came on the CPUs that are online; each CPU counts to 4294967295 and begins anew."),
	IRQ(per_s, "Rate", TYPE_F64, UNIT_PER_S, FIELD_MOVES, LINES, "How often it comes, on all CPUs together."),
	IRQ(busiest, "Busiest CPU", TYPE_U64, UNIT_ID, FIELD_MOVES, LINES,
		"The CPU that took most of them in the last interval."),
	IRQ(busiest_pct, "Its part", TYPE_F64, UNIT_PERCENT, FIELD_MOVES, LINES,
		"Which part of them the busiest CPU took."),
	IRQ(cpus, "Landed on", TYPE_CPUS, UNIT_NONE, FIELD_MOVES, LINES,
		"The CPUs that took at least one of them in the last interval."),
	IRQ(landed, "Where", TYPE_TEXT, UNIT_NONE, FIELD_MOVES, LINES,
		"The CPUs that took most of them, with their rates."),
	IRQ(affinity, "May land on", TYPE_CPUS, UNIT_NONE, 0, SOURCES("/proc/irq/{name}/smp_affinity_list"),
		"The CPUs that may be told to serve it; irqbalance and operators set it."),
	IRQ(effective, "Sent to", TYPE_CPUS, UNIT_NONE, 0, SOURCES("/proc/irq/{name}/effective_affinity_list"),
		"The CPUs that it is really sent to: mostly one of those that it may land on."),
	IRQ(node, "Node", TYPE_I64, UNIT_ID, 0, SOURCES("/proc/irq/{name}/node"),
		"The NUMA node of its device; -1 where it has none."),
	IRQ(managed, "Managed", TYPE_BOOL, UNIT_NONE, 0, SOURCES("/sys/kernel/debug/irq/irqs/{name}"),
		"Whether the kernel spreads it by itself; then nobody can move it."),
	IRQ(device, "Device", TYPE_TEXT, UNIT_NONE, 0,
		SOURCES("/proc/interrupts", "/proc/interrupts", "/proc/interrupts",
			"the folders msi_irqs of /sys/bus/pci/devices", "the files irq of /sys/bus/pci/devices"),
		"The PCI address of the device that raises it; none where several share it."),
};

const struct field interrupt_device_fields[NINTERRUPT_DEVICE_FIELDS] = {
	DEVICE(address, "Device", TYPE_TEXT, UNIT_NONE, 0, OF_DEVICE, "The PCI address of the device."),
	DEVICE(lines, "Interrupts", TYPE_U64, UNIT_COUNT, FIELD_MOVES, OF_DEVICE,
		"How many interrupts of it have come since boot: its queues, mostly."),
	DEVICE(active, "Active", TYPE_U64, UNIT_COUNT, FIELD_MOVES, OF_DEVICE,
		"How many of those came in the last interval."),
	DEVICE(per_s, "Rate", TYPE_F64, UNIT_PER_S, FIELD_MOVES, OF_DEVICE, "How often they come, all together."),
	DEVICE(busiest, "Busiest CPU", TYPE_U64, UNIT_ID, FIELD_MOVES, OF_DEVICE, "The CPU that took most of them."),
	DEVICE(busiest_pct, "Its part", TYPE_F64, UNIT_PERCENT, FIELD_MOVES, OF_DEVICE,
		"Which part of them the busiest CPU took: with several queues it should be far from all."),
	DEVICE(sent, "Sent to", TYPE_CPUS, UNIT_NONE, FIELD_MOVES, SOURCES("/proc/irq/*/effective_affinity_list"),
		"The CPUs that those are sent to that came in the last interval."),
	DEVICE(node, "Node", TYPE_I64, UNIT_ID, 0, SOURCES("/proc/irq/*/node"), "The NUMA node of the device."),
	DEVICE(elsewhere_pct, "Elsewhere", TYPE_F64, UNIT_PERCENT, FIELD_MOVES, OF_DEVICE,
		"Which part of them landed on CPUs of another node than the device's."),
	DEVICE(managed, "Managed", TYPE_BOOL, UNIT_NONE, 0, SOURCES("/sys/kernel/debug/irq/irqs/*"),
		"Whether the kernel spreads at least one of them by itself; then nobody can move that."),
};

const struct field interrupt_cpu_fields[NINTERRUPT_CPU_FIELDS] = {
	FIELD(struct interrupt_cpu, id, "CPU", TYPE_U64, UNIT_ID, 0, LINES, "The kernel's number of this CPU."),
	CPU_RATE(per_s, "Interrupts", LINES, "All interrupts that this CPU took."),
	CPU_RATE(device_per_s, "Of devices", LINES, "Those that devices raised."),
	CPU_RATE(timer_per_s, "Of timers", LINES, "Those of its timer: an idle or isolated CPU should have few."),
	CPU_RATE(ipi_per_s, "Of other CPUs", LINES,
		"Those that other CPUs sent: wake-ups, function calls, changes of page tables."),
	CPU_RATE(net_rx_per_s, "Packet rounds", SOURCES("/proc/softirqs"),
		"How often it went through received packets, many of them in a round."),
};

const struct field interrupts_fields[NINTERRUPTS_FIELDS] = {
	FIELD(struct interrupts, per_s, "Interrupts", TYPE_F64, UNIT_PER_S, FIELD_MOVES | FIELD_HISTORY, LINES,
		"Interrupts of all kinds on all CPUs."),
	FIELD(struct interrupts, device_per_s, "Of devices", TYPE_F64, UNIT_PER_S, FIELD_MOVES | FIELD_HISTORY, LINES,
		"Those that devices raised."),
	FIELD(struct interrupts, errors, "Errors", TYPE_U64, UNIT_COUNT, FIELD_MOVES, LINES,
		"Interrupts that reached a controller and could not be delivered, since boot."),
	FIELD(struct interrupts, every_ms, "Read every", TYPE_U64, UNIT_MS, FIELD_MOVES, LINES,
		"How long the counters are left alone because reading them is dear; 0 means that each tick reads "
		"them."),
	FIELD(struct interrupts, text_kib, "Length", TYPE_U64, UNIT_KIB, FIELD_MOVES, LINES,
		"How long the kernel's table of interrupts is."),
};
