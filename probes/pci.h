/* PCI: which devices there are, what drives them, where they sit, and whether their links are what they could be. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_PCI_H
#define PROBES_PCI_H

#include "probes/probe.h"

struct pci {
	struct value devices; /* u64 */
	struct value degraded; /* u64: those whose link is below its best */
	struct value aspm_policy; /* text: the chosen one */
	struct rows device; /* struct pci_device, by rising address */
};

struct pci_device {
	struct value address; /* text: "0000:81:00.0" */
	struct value class, vendor, device; /* names */
	struct value ids; /* text: "8086:1572" */
	struct value driver; /* text; absent: none is bound */
	struct value node; /* i64; absent: the firmware does not say */
	struct value class_code; /* text: "020000" */
	struct value revision; /* text: "02" */
	struct value subsystem_ids, subsystem; /* text; who sold it */
	struct value port; /* text: address of the port above */
	struct value iommu_group; /* u64 */
	struct value iommu_type; /* text: DMA, DMA-FQ, identity */
	struct value speed_gt_s, width; /* f64, u64: of the link now */
	struct value max_speed_gt_s, max_width; /* that the device could */
	struct value best_speed_gt_s, best_width; /* that the device and the port above it could */
	struct value degraded; /* bool: the link is below that */
	struct value aspm; /* text: the power saving states of the link, "off" for none */
	struct value aspm_l0s, aspm_l1, aspm_l1_1, aspm_l1_2, aspm_clkpm; /* bool each; absent: it has no such state */
	struct value vfs, vfs_most; /* u64: virtual functions, now and at most */
	struct value pf; /* text: the physical function of a virtual one */
	struct value cpus; /* set: those near to it */
	struct value irqs; /* u64: message interrupts */
	struct value enabled; /* bool */
	struct value aer_corrected, aer_uncorrected; /* u64: errors since boot */
	struct value aer_corrected_rise, aer_uncorrected_rise; /* u64: since they were read first */
	struct value used_by; /* text: words, names of interfaces, NVMe controllers and disks */
};

extern const struct probe probe_pci;

/* The row of that address, or NULL; p and address may be NULL. */
const struct pci_device *pci_device(const struct pci *p, const char *address);
/* The upper bytes of class_code: 0x0200 for an Ethernet controller; -1 when it is not known. */
int pci_class_of(const struct pci_device *d);

#endif
