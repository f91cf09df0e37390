/* Which interface, NVMe controller or disk hangs off which PCI device: by the paths behind their links. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probes/host/host.h"
#include "probes/pci_address.h"
#include "probes/pci_impl.h"
#include "probes/text.h"

static const char *const folders[] = {"/sys/class/net", "/sys/class/nvme", "/sys/block"};

struct listing {
	struct pci_user *row;
	size_t n, room;
	unsigned folder;
};

static int add(const char *name, void *arg)
{
	struct listing *l = arg;

	if (l->n == l->room) {
		l->room = l->room ? l->room * 2 : 32;
		l->row = xrealloc(l->row, l->room, sizeof(*l->row));
	}
	l->row[l->n++] = (struct pci_user){.name = xstrdup(name), .folder = l->folder};
	return 0;
}

static int order(const void *a, const void *b)
{
	const struct pci_user *x = a, *y = b;

	return x->folder != y->folder ? (x->folder < y->folder ? -1 : 1) : strverscmp(x->name, y->name);
}

static int order_at(const void *a, const void *b)
{
	const struct pci_user *x = *(const struct pci_user *const *)a, *y = *(const struct pci_user *const *)b;
	int d = strcmp(x->address, y->address);

	return d ? d : order(x, y);
}

/* The path of the device is behind the entry itself or, where that is a folder of its own, behind `device` in it. */
static void find(struct host *h, struct pci_user *u)
{
	static const char *const ends[] = {"", "/device"};
	char path[512], port[PCI_ADDRESS_SIZE];
	struct answer answer;

	for (size_t i = 0; i < COUNT(ends) && !u->address[0]; i++) {
		int n = snprintf(path, sizeof(path), "%s/%s%s", folders[u->folder], u->name, ends[i]);

		if (n < 0 || (size_t)n >= sizeof(path) || host_link(h, path, &answer))
			continue;
		pci_address_in(answer.text, u->address, port);
		if (strstr(answer.text, "/virtual/"))
			break;
	}
}

void pci_users_read(struct host *h, struct pci_users *u, bool anew)
{
	struct listing l = {0};

	for (; l.folder < COUNT(folders); l.folder++)
		(void)host_list(h, folders[l.folder], add, &l); /* what there is, that can be listed */
	if (l.n)
		qsort(l.row, l.n, sizeof(*l.row), order);
	for (size_t i = 0; i < l.n; i++) {
		const struct pci_user *old =
			anew || !u->n ? NULL : bsearch(&l.row[i], u->row, u->n, sizeof(*u->row), order);

		if (old)
			memcpy(l.row[i].address, old->address, sizeof(old->address));
		else
			find(h, &l.row[i]);
	}
	pci_users_free(u);
	*u = (struct pci_users){.row = l.row, .n = l.n, .at = xcalloc(l.n + 1, sizeof(*u->at))};
	for (size_t i = 0; i < l.n; i++)
		if (l.row[i].address[0])
			u->at[u->nat++] = &l.row[i];
	if (u->nat)
		qsort(u->at, u->nat, sizeof(*u->at), order_at);
}

void pci_users_free(struct pci_users *u)
{
	for (size_t i = 0; i < u->n; i++)
		free(u->row[i].name);
	free(u->row);
	free(u->at);
	*u = (struct pci_users){0};
}

struct value pci_users_of(struct arena *a, const struct pci_users *u, const char *address)
{
	size_t low = 0, high = u->nat;
	struct text t;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(u->at[mid]->address, address) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == u->nat || strcmp(u->at[low]->address, address) != 0)
		return value_error(-ENOENT, 0);
	for (t = text_begin(); low < u->nat && strcmp(u->at[low]->address, address) == 0; low++)
		text_add(&t, "%s%s", t.len ? " " : "", u->at[low]->name);
	return value_text(text_end(&t, a), 0);
}
