/* Finds addresses of PCI functions in paths, and puts them into order. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/pci_address.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static bool digits(const char *p, size_t n)
{
	while (n--)
		if (!isxdigit((unsigned char)p[n]))
			return false;
	return true;
}

bool pci_address_is(const char *text, size_t len)
{
	const char *p;

	if (len < 12 || len >= PCI_ADDRESS_SIZE)
		return false;
	p = text + len - 8; /* ":bb:dd.f" */
	return digits(text, len - 8) && p[0] == ':' && digits(p + 1, 2) && p[3] == ':' && digits(p + 4, 2) &&
	       p[6] == '.' && digits(p + 7, 1);
}

void pci_address_in(const char *path, char ret[PCI_ADDRESS_SIZE], char ret_port[PCI_ADDRESS_SIZE])
{
	ret[0] = ret_port[0] = '\0';
	while (*path) {
		size_t len = strcspn(path, "/");

		if (pci_address_is(path, len)) {
			memcpy(ret_port, ret, PCI_ADDRESS_SIZE);
			memcpy(ret, path, len);
			ret[len] = '\0';
		}
		path += len + (path[len] == '/');
	}
}

int pci_address_order(const char *a, const char *b)
{
	char *rest_a, *rest_b;
	unsigned long x = strtoul(a, &rest_a, 16), y = strtoul(b, &rest_b, 16);

	return x != y ? x < y ? -1 : 1 : strcmp(rest_a, rest_b);
}
