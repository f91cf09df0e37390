/* A card below a port in a sham machine, for tests of what sits on PCI. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_LIB_SHAM_PCI_H
#define TESTS_LIB_SHAM_PCI_H

#include "tests/lib/probing.h"

#define DEVICES "/sys/bus/pci/devices/"
#define NIC "0000:81:00.0"
#define PORT "0000:80:01.0"
#define AT(field) "pci.device[" NIC "]." field

/* A file of a device, a line; a link, "" or with a slash before it. */
void pci_put(struct probing *p, const char *address, const char *file, const char *text);
void pci_link(struct probing *p, const char *address, const char *file, const char *target);
void pci_speeds(struct probing *p, const char *address, const char *speed, const char *width, const char *max_speed,
	const char *max_width);
/* An X710 below a port of node 1, as a kernel shows it. */
struct probing pci_machine(void);

#endif
