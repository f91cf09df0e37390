/* What the files of the PCI probe share. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_PCI_IMPL_H
#define PROBES_PCI_IMPL_H

#include "probes/pci.h"
#include "probes/pci_address.h"

#define PCI_FOLDER "/sys/bus/pci/devices/"

enum { NPCI_FIELDS = 38 };
extern const struct field pci_device_fields[NPCI_FIELDS];

/* Names that were asked for last: neighbours are often alike, and then share their texts. */
struct pci_memo {
	const char *path;
	struct value vendor, device, subsystem;
	const char *class_code;
	struct value class;
};

/* All of a device that is new, or of which something could not be read. */
void pci_read_all(const struct tick *t, const char *address, struct pci_memo *memo, struct pci_device *row);
/* What may change by hand: its driver, its interrupts, errors. False when it is another device than row says. */
bool pci_read_slow(const struct tick *t, const char *address, struct pci_device *row);
/* How many errors have come since they were read first; old: as it was, NULL for a device that is new. */
void pci_count_errors(const struct tick *t, const struct pci_device *old, struct pci_device *row);
/* What changes by itself. */
void pci_read_link(const struct tick *t, const char *address, struct pci_device *row);
void pci_read_aspm(const struct tick *t, const char *address, struct pci_device *row);
struct value pci_aspm_policy(const struct tick *t);
/* From the links of the device and of the port above it, which may be NULL. A bridge that looks up is a switch. */
void pci_judge(struct pci_device *row, const struct pci_device *port, bool looks_up);

/* Who uses which device: the interfaces, NVMe controllers and disks of this host. */
struct pci_users {
	struct pci_user {
		char *name;
		char address[PCI_ADDRESS_SIZE]; /* "" for what hangs off no PCI device */
		unsigned folder; /* where it is listed */
	} * row; /* by folder and name */
	size_t n;
	struct pci_user **at; /* those with an address, by that */
	size_t nat;
};
/* Anew; links of names that were there before are not asked again unless `anew`. Owned by the probe's state. */
void pci_users_read(struct host *h, struct pci_users *u, bool anew);
void pci_users_free(struct pci_users *u);
/* The names that belong to that address, parted by blanks. */
struct value pci_users_of(struct arena *a, const struct pci_users *u, const char *address);

#endif
