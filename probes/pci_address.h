/* Addresses of PCI functions, "0000:81:00.0", as they stand in paths of /sys/devices. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_PCI_ADDRESS_H
#define PROBES_PCI_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

enum { PCI_ADDRESS_SIZE = 16 }; /* with its NUL; a domain has four digits and, behind VMD, five */

bool pci_address_is(const char *text, size_t len);
/* The last address in a path, and the one before it (the port above); "" for none. */
void pci_address_in(const char *path, char ret[PCI_ADDRESS_SIZE], char ret_port[PCI_ADDRESS_SIZE]);
/* As strcmp(), but domains are numbers. */
int pci_address_order(const char *a, const char *b);

#endif
