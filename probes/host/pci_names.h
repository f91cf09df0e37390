/* Names of PCI devices and classes, as libpci's list has them. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef PROBES_HOST_PCI_NAMES_H
#define PROBES_HOST_PCI_NAMES_H

#include <stdbool.h>
#include <stddef.h>

struct pci_names;

/* list: a file in the format of pci.ids; NULL: the one that libpci was built for. It is read at the first question. */
struct pci_names *pci_names_new(const char *list);
void pci_names_free(struct pci_names *n); /* NULL is fine */

bool pci_names_path(const char *path); /* is it one of those below */
/*
 * The text of @pci/names/VVVV:DDDD, @pci/names/VVVV:DDDD/SSSS:SSSS (with its subsystem) and @pci/class/CCSS: key=value
 * lines, none for a name that the list does not have. Its length, as snprintf() gives it, or a negative errno and why:
 * -ENOENT without a list. Any thread may ask.
 */
int pci_names_text(struct pci_names *n, const char *path, char *buf, size_t size, char why[200]);

#endif
