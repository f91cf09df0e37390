/* One device as a row: what stands in each cell, and in which role. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "probes/cpuset.h"
#include "tui/panels/devices_list.h"
#include "widgets/format.h"

static void put(struct cell_text *ret, enum role role, const char *text)
{
	snprintf(ret->text, sizeof(ret->text), "%s", text);
	ret->role = role;
}

static void put_value(struct cell_text *ret, struct value v, const char *text)
{
	put(ret, value_known(v) ? ROLE_text : ROLE_dim,
		value_known(v)             ? text
		: v.known == KNOWN_DENIED  ? "denied"
		: v.known == KNOWN_BROKEN  ? "broken"
		: v.known == KNOWN_NOT_YET ? "…"
		: v.known == KNOWN_SKIPPED ? "asleep"
					   : "-");
}

static const char *const companies[] = {" Corporation", " Semiconductor", " Micro Devices", ", Inc.", " Inc.",
	" Technologies", " Co Ltd", " Co., Ltd.", " Electronics", " Limited", " Ltd.", " / Symbios Logic"};

const char *device_model(struct arena *a, const struct device *d)
{
	char *vendor, *bracket;

	if (!d->pci)
		return d->disk ? value_text_or(d->disk->model, "") : value_text_or(d->net->driver, "");
	if (!value_known(d->pci->vendor) || !value_known(d->pci->device))
		return value_text_or(d->pci->device, value_text_or(d->pci->class, value_text_or(d->pci->ids, "")));
	vendor = arena_strdup(a, d->pci->vendor.text);
	bracket = strchr(vendor, '[');
	if (bracket && strncmp(bracket, "[AMD", 4) == 0)
		vendor = arena_strdup(a, "AMD"); /* the one that nobody calls by its long name */
	else if (bracket)
		*bracket = '\0';
	for (size_t i = 0; i < COUNT(companies); i++) {
		char *at = strstr(vendor, companies[i]);

		if (at)
			*at = '\0';
	}
	return arena_printf(a, "%s %s", vendor, d->pci->device.text);
}

static void link_cell(struct arena *a, const struct device *d, struct cell_text *ret)
{
	const struct pci_device *p = d->pci;

	if (!p || p->width.known != KNOWN)
		put_value(ret, p ? p->width : (struct value){.known = KNOWN_ABSENT}, "");
	else if (d->fault == FAULT_LINK)
		put(ret, ROLE_warn, device_fault_short(a, d));
	else
		put(ret, ROLE_text, device_link(a, d));
}

static void state_cell(struct arena *a, const struct device *d, struct cell_text *ret)
{
	char size[FORMAT_SIZE];

	if (d->net && value_known(d->net->speed_mbps)) {
		bool half = strcmp(value_text_or(d->net->duplex, ""), "half") == 0;

		put(ret, half ? ROLE_crit : ROLE_text,
			arena_printf(a, "%s%s", device_rate(a, d->net->speed_mbps.u), half ? " half" : ""));
	} else if (d->net) {
		put_value(ret, d->net->state, value_text_or(d->net->state, ""));
		if (strcmp(value_text_or(d->net->state, "up"), "up") != 0)
			ret->role = ROLE_dim;
	} else if (d->disk && d->disks == 1) {
		double bytes = value_number(d->disk->size_kib, TYPE_U64) * 1024;

		put_value(ret, d->disk->size_kib, format_bytes(bytes, size));
	} else if (d->disk) {
		put(ret, ROLE_text, arena_printf(a, "%u disks", d->disks));
	} else if (d->vfs) {
		put(ret, ROLE_text, arena_printf(a, "%u VFs", d->vfs));
	}
}

static void number(struct arena *a, enum device_column column, const struct device *d, struct cell_text *ret)
{
	char text[FORMAT_SIZE];
	double n = column == DEV_RATE ? d->bytes_per_s : column == DEV_WAIT ? d->wait_us : d->irq_per_s;

	(void)a;
	if (isnan(n)) {
		put(ret, ROLE_dim, column == DEV_WAIT && !d->disk ? "" : "-");
		return;
	}
	put(ret, n > 0 ? ROLE_text : ROLE_dim,
		column == DEV_RATE   ? format_calm_bytes(n, text)
		: column == DEV_WAIT ? format_calm_ns(n * 1000, text)
				     : format_calm_count(n, text));
}

/* The node goes first where it is another than the card's: that is what must not be cut off. */
static void lands_cell(struct arena *a, const struct device *d, struct cell_text *ret)
{
	const char *cpus;

	if (!d->landed) {
		put(ret, ROLE_dim, d->irqs || (d->pci && value_u64_or(d->pci->irqs, 0)) ? "-" : "");
		return;
	}
	cpus = cpuset_text(a, d->landed);
	if (d->fault == FAULT_ELSEWHERE)
		put(ret, ROLE_warn, arena_printf(a, "node %d: %s", (int)d->elsewhere_node, cpus));
	else
		put(ret, d->irq_per_s > 0 ? ROLE_text : ROLE_dim, cpus);
}

static void name_cell(struct arena *a, const struct device *d, struct cell_text *ret)
{
	unsigned more = d->nets + d->disks;
	const char *sign = device_warns(d) ? "△" : d->fault != FAULT_NONE ? "·" : " ", *rest = "";

	if (more > 1)
		rest = arena_printf(a, " +%u", more - 1);
	else if (d->vfs)
		rest = arena_printf(a, " +%u VF%s", d->vfs, d->vfs == 1 ? "" : "s");
	put(ret,
		device_warns(d) ? ROLE_warn
		: more          ? ROLE_text
				: ROLE_dim,
		arena_printf(a, "%s %s%s", sign, d->name, rest));
}

void device_cell(const void *data, size_t row, size_t column, struct cell_text *ret)
{
	const struct device_drawn *drawn = data;
	const struct device *d = drawn->list->row[row];
	const struct pci_device *p = d->pci;
	struct arena *a = drawn->a;

	switch ((enum device_column)column) {
	case DEV_NAME:
		name_cell(a, d, ret);
		break;
	case DEV_NODE:
		put(ret, ROLE_dim, device_node(d) < 0 ? "-" : arena_printf(a, "%d", (int)device_node(d)));
		break;
	case DEV_ADDRESS:
		put(ret, ROLE_dim, p ? p->address.text : "-");
		break;
	case DEV_LINK:
		link_cell(a, d, ret);
		break;
	case DEV_STATE:
		state_cell(a, d, ret);
		break;
	case DEV_RATE:
	case DEV_WAIT:
	case DEV_IRQS:
		number(a, (enum device_column)column, d, ret);
		break;
	case DEV_LANDS:
		lands_cell(a, d, ret);
		break;
	case DEV_DRIVER:
		put(ret, ROLE_text,
			p        ? value_text_or(p->driver, "-")
			: d->net ? value_text_or(d->net->driver, "-")
				 : "-");
		break;
	case DEV_GROUP:
		put(ret, ROLE_dim,
			p && value_known(p->iommu_group) ? arena_printf(a, "%u", (unsigned)p->iommu_group.u) : "-");
		break;
	case DEV_ASPM:
		put(ret, d->fault == FAULT_ASPM ? ROLE_warn : ROLE_dim, p ? value_text_or(p->aspm, "-") : "-");
		break;
	case DEV_MODEL:
		put(ret, ROLE_dim, device_model(a, d));
		break;
	case DEVICE_COLUMNS:
		break;
	}
}
