/* Which devices are shown, in which order, and where the facts in their cells come from. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/panels/devices_list.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "probes/parse.h"

static bool word_fits(const struct device *d, const char *word)
{
	static const struct {
		const char *word;
		enum device_group group;
	} groups[] = {{"net", DEVICE_NET}, {"network", DEVICE_NET}, {"disk", DEVICE_DISK}, {"storage", DEVICE_DISK},
		{"gpu", DEVICE_GPU}, {"vf", DEVICE_VF}, {"board", DEVICE_BOARD}};
	const struct pci_device *p = d->pci;

	if (strcmp(word, "all") == 0)
		return true;
	if (strcmp(word, "fault") == 0)
		return d->fault != FAULT_NONE;
	if (strcmp(word, "degraded") == 0)
		return p && value_u64_or(p->degraded, 0);
	if (strncmp(word, "node", 4) == 0 && word[4])
		return device_node(d) == atoi(word + 4);
	for (size_t i = 0; i < COUNT(groups); i++)
		if (strcmp(word, groups[i].word) == 0 && d->group == groups[i].group)
			return true;
	if (strcasestr(d->name, word))
		return true;
	return p &&
	       (strcasestr(p->address.text, word) || strcasestr(value_text_or(p->driver, ""), word) ||
		       strcasestr(value_text_or(p->used_by, ""), word) ||
		       strcasestr(value_text_or(p->class, ""), word) ||
		       strcasestr(value_text_or(p->vendor, ""), word) ||
		       strcasestr(value_text_or(p->device, ""), word) || strcasestr(value_text_or(p->ids, ""), word));
}

static bool fits(struct arena *a, const struct device *d, const char *filter)
{
	struct slice rest = slice_of(filter), word;

	while (slice_word(&rest, &word))
		if (!word_fits(d, slice_text(a, word)))
			return false;
	return true;
}

static double number_of(const struct device *d, size_t by)
{
	const struct pci_device *p = d->pci;

	switch ((enum device_column)by) {
	case DEV_NODE:
		return device_node(d) < 0 ? NAN : (double)device_node(d);
	case DEV_LINK:
		return p ? value_number(p->width, TYPE_U64) : NAN;
	case DEV_RATE:
		return -d->bytes_per_s;
	case DEV_WAIT:
		return -d->wait_us;
	case DEV_IRQS:
		return -d->irq_per_s;
	case DEV_GROUP:
		return p ? value_number(p->iommu_group, TYPE_U64) : NAN;
	case DEV_NAME:
	case DEV_ADDRESS:
	case DEV_STATE:
	case DEV_LANDS:
	case DEV_DRIVER:
	case DEV_ASPM:
	case DEV_MODEL:
	case DEVICE_COLUMNS:
		break;
	}
	return 0;
}

static const char *text_of(const struct device *d, size_t by)
{
	const struct pci_device *p = d->pci;

	if (by == DEV_NAME)
		return d->name;
	if (!p)
		return "~";
	return by == DEV_DRIVER  ? value_text_or(p->driver, "~")
	       : by == DEV_ASPM  ? value_text_or(p->aspm, "~")
	       : by == DEV_MODEL ? value_text_or(p->vendor, "~")
				 : "";
}

/* They come by group, node and address; what warns goes before the others as long as no column sorts. */
static int compare(const void *a, const void *b, void *arg)
{
	const struct device *x = *(const struct device *const *)a, *y = *(const struct device *const *)b;
	const struct rows_order *order = arg;
	int d;

	if (!order->chosen)
		d = (device_warns(x) ? (int)x->fault : DEVICE_FAULTS) -
		    (device_warns(y) ? (int)y->fault : DEVICE_FAULTS);
	else
		d = rows_compare(number_of(x, order->by), number_of(y, order->by));
	if (!d && order->chosen)
		d = strverscmp(text_of(x, order->by), text_of(y, order->by));
	if (!d)
		d = x < y ? -1 : x > y;
	return order->reverse ? -d : d;
}

struct device_list device_list(struct arena *a, const struct view *v, struct rows_order order, bool all)
{
	struct device_list l = {.all = devices(a, v->s)};

	l.row = arena_array(a, l.all.n, sizeof(*l.row));
	for (size_t i = 0; i < l.all.n; i++) {
		const struct device *d = &l.all.row[i];

		if (!all && !*v->filter && d->group >= DEVICE_VF && d->fault == FAULT_NONE) {
			l.vfs += d->group == DEVICE_VF;
			l.board += d->group == DEVICE_BOARD;
		} else if (fits(a, d, v->filter)) {
			l.row[l.n++] = d;
		}
	}
	if (l.n)
		qsort_r(l.row, l.n, sizeof(*l.row), compare, &order);
	return l;
}

const char *device_key(const struct device *d)
{
	return d->pci ? d->pci->address.text : d->name;
}

ptrdiff_t device_list_find(const struct device_list *l, const char *key)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(device_key(l->row[i]), key) == 0)
			return (ptrdiff_t)i;
	return TABLE_NONE;
}

static size_t in_net(const struct device *d, const char *field, char *buf, size_t size)
{
	return (size_t)snprintf(buf, size, "net.interface[%s].%s", d->net->name.text, field);
}

static size_t in_disk(const struct device *d, const char *field, char *buf, size_t size)
{
	return (size_t)snprintf(buf, size, "block.disk[%s].%s", d->disk->name.text, field);
}

/* A fact is explained where it was read, not where it was joined. */
size_t device_address(const struct device *d, enum device_column column, char *buf, size_t size)
{
	static const char *const in_pci[DEVICE_COLUMNS] = {[DEV_NAME] = "used_by",
		[DEV_NODE] = "node",
		[DEV_ADDRESS] = "ids",
		[DEV_LINK] = "width",
		[DEV_STATE] = "enabled",
		[DEV_DRIVER] = "driver",
		[DEV_GROUP] = "iommu_group",
		[DEV_ASPM] = "aspm",
		[DEV_MODEL] = "device"};

	if (column == DEV_STATE && d->net)
		return in_net(d, "speed_mbps", buf, size);
	if (column == DEV_STATE && d->disk)
		return in_disk(d, "size_kib", buf, size);
	if (column == DEV_RATE && d->net)
		return in_net(d, "rx_bytes_per_s", buf, size);
	if (column == DEV_RATE && d->disk)
		return in_disk(d, "read_bytes_per_s", buf, size);
	if (column == DEV_WAIT && d->disk)
		return in_disk(d, "read_wait_us", buf, size);
	if ((column == DEV_IRQS || column == DEV_LANDS) && d->busiest)
		return (size_t)snprintf(
			buf, size, "interrupts.irq[%s].%s", d->busiest, column == DEV_IRQS ? "per_s" : "landed");
	if (d->pci)
		return (size_t)snprintf(
			buf, size, "pci.device[%s].%s", d->pci->address.text, in_pci[column] ? in_pci[column] : "irqs");
	return d->net ? in_net(d, "state", buf, size) : d->disk ? in_disk(d, "model", buf, size) : 0;
}
