/* The fields of a PCI device. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/pci_impl.h"

#define AT "/sys/bus/pci/devices/{address}"
#define IDS(file) SOURCES(AT "/uevent", AT "/" file, AT "/modalias")
#define OWN(file) SOURCES(AT "/" file)
#define NAMES SOURCES("@pci/names/{ids}")
#define TEXT(member, label, source, meaning) \
	FIELD(struct pci_device, member, label, TYPE_TEXT, UNIT_NONE, 0, source, meaning)
#define NUMBER(member, label, unit, source, meaning) \
	FIELD(struct pci_device, member, label, TYPE_U64, unit, 0, source, meaning)
#define SPEED(member, label, source, meaning) \
	FIELD(struct pci_device, member, label, TYPE_F64, UNIT_NONE, 0, source, meaning)
#define STATE(member, label, file, meaning) \
	FIELD(struct pci_device, member, label, TYPE_BOOL, UNIT_NONE, 0, OWN("link/" file), meaning)

static const char *const src_best[] = {"computed from the device and the port above it", NULL};

const struct field pci_device_fields[NPCI_FIELDS] = {
	TEXT(address, "Address", SOURCES("the folders of /sys/bus/pci/devices"),
		"Domain, bus, device and function: where it is on the bus."),
	TEXT(class, "Class", SOURCES("@pci/class/{class_code}"), "What kind of device it says it is."),
	TEXT(vendor, "Vendor", NAMES, "Who made it."),
	TEXT(device, "Device", NAMES, "What its maker calls it."),
	TEXT(ids, "IDs", IDS("vendor"), "The numbers of its maker and of the device, hexadecimal."),
	TEXT(driver, "Driver", SOURCES(AT "/uevent", AT "/driver"),
		"The kernel's driver that is bound to it; vfio-pci gives it to a guest."),
	FIELD(struct pci_device, node, "Node", TYPE_I64, UNIT_ID, 0, OWN("numa_node"),
		"The NUMA node that is near to it; unknown where the firmware does not say."),
	TEXT(class_code, "Class code", IDS("class"), "Class, subclass and interface, hexadecimal."),
	TEXT(revision, "Revision", OWN("revision"), "The revision of the chip, hexadecimal."),
	TEXT(subsystem_ids, "Subsystem IDs", IDS("subsystem_vendor"),
		"The numbers of who sold the card and of the card, hexadecimal."),
	TEXT(subsystem, "Subsystem", SOURCES("@pci/names/{ids}/{subsystem_ids}"),
		"What the card is called by who sold it, or who that is."),
	TEXT(port, "Port", SOURCES("the link " AT), "The port above it, on the other end of its link."),
	NUMBER(iommu_group, "IOMMU group", UNIT_ID, SOURCES("the link " AT "/iommu_group"),
		"Devices of one group can only be given to a guest together."),
	TEXT(iommu_type, "IOMMU type", SOURCES("/sys/kernel/iommu_groups/{iommu_group}/type"),
		"How its memory accesses are translated: identity costs nothing, DMA-FQ little, DMA most."),
	SPEED(speed_gt_s, "GT/s", OWN("current_link_speed"),
		"Speed of each lane of its link now, in thousand million transfers per second."),
	NUMBER(width, "Lanes", UNIT_COUNT, OWN("current_link_width"), "Lanes of its link now."),
	SPEED(max_speed_gt_s, "GT/s at most", OWN("max_link_speed"), "The speed that the device itself could run at."),
	NUMBER(max_width, "Lanes at most", UNIT_COUNT, OWN("max_link_width"), "The lanes that the device itself has."),
	SPEED(best_speed_gt_s, "Best GT/s", src_best, "The speed that the device and the port above it both support."),
	NUMBER(best_width, "Best lanes", UNIT_COUNT, src_best,
		"The lanes that the device and the port above it both have."),
	FIELD(struct pci_device, degraded, "Degraded", TYPE_BOOL, UNIT_NONE, 0, src_best,
		"Its link is narrower or slower than both of its ends support; displays slow down when idle and "
		"are judged by their lanes alone."),
	TEXT(aspm, "ASPM", SOURCES("the files of " AT "/link"),
		"Sleep states that its link enters by itself: leaving L1 takes microseconds at each transfer after a "
		"pause."),
	STATE(aspm_l0s, "L0s", "l0s_aspm", "One direction of its link sleeps for moments: less than a microsecond to leave."),
	STATE(aspm_l1, "L1", "l1_aspm", "Its link sleeps when idle: microseconds to leave, before the next transfer."),
	STATE(aspm_l1_1, "L1.1", "l1_1_aspm", "Its link sleeps deeper than L1: longer to leave."),
	STATE(aspm_l1_2, "L1.2", "l1_2_aspm", "Its link sleeps deepest, its clock off: tens of microseconds to leave."),
	STATE(aspm_clkpm, "Clock stops", "clkpm", "The reference clock of its link may be stopped."),
	NUMBER(vfs, "Virtual functions", UNIT_COUNT, OWN("sriov_numvfs"), "Virtual functions that are switched on."),
	NUMBER(vfs_most, "Virtual functions at most", UNIT_COUNT, OWN("sriov_totalvfs"),
		"Virtual functions that it could have."),
	TEXT(pf, "Physical function", SOURCES("the link " AT "/physfn"),
		"The function that this virtual function belongs to."),
	FIELD(struct pci_device, cpus, "Near CPUs", TYPE_CPUS, UNIT_NONE, 0, OWN("local_cpulist"),
		"The CPUs that are near to it."),
	NUMBER(irqs, "Interrupts", UNIT_COUNT, SOURCES("the entries of " AT "/msi_irqs"),
		"Message interrupts that its driver has asked for."),
	FIELD(struct pci_device, enabled, "Enabled", TYPE_BOOL, UNIT_NONE, 0, OWN("enable"),
		"A driver has switched it on."),
	NUMBER(aer_corrected, "Corrected errors", UNIT_COUNT, OWN("aer_dev_correctable"),
		"Errors of its link since boot that were mended by sending again: where it grows, look at slot and "
		"cable."),
	NUMBER(aer_uncorrected, "Uncorrected errors", UNIT_COUNT, SOURCES(AT "/aer_dev_nonfatal"),
		"Errors since boot that lost a transfer, fatal ones too."),
	FIELD(struct pci_device, aer_corrected_rise, "New corrected errors", TYPE_U64, UNIT_COUNT, FIELD_MOVES,
		SOURCES(AT "/aer_dev_correctable"),
		"Errors of its link that were mended since hvscope first read how many there are."),
	FIELD(struct pci_device, aer_uncorrected_rise, "New uncorrected errors", TYPE_U64, UNIT_COUNT, FIELD_MOVES,
		SOURCES(AT "/aer_dev_nonfatal"),
		"Errors that lost a transfer since hvscope first read how many there are."),
	FIELD(struct pci_device, used_by, "Used by", TYPE_WORDS, UNIT_NONE, 0,
		SOURCES("the links in /sys/class/net, /sys/class/nvme and /sys/block"),
		"Interfaces, NVMe controllers and disks that hang off it."),
};
