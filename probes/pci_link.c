/* The link of a PCI device: what it runs at, what it could, which power states it may enter. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "probes/get.h"
#include "probes/host/host.h"
#include "probes/parse.h"
#include "probes/pci_impl.h"

enum { WIDTH_MOST = 64, CLASS_BRIDGE = 0x06, CLASS_DISPLAY = 0x03, CLASS_ACCELERATOR = 0x12 };

/* "8.0 GT/s PCIe", "16 GT/s"; "Unknown" of a link that is down or of a function that has none. */
static struct value speed(const struct tick *t, const char *address, const char *file)
{
	struct value v = get_text(t, 0, PCI_FOLDER "%s/%s", address, file);
	double speed = 0, tenth = 1;
	const char *p = v.text;

	if (!value_known(v))
		return v;
	if (strncmp(p, "Unknown", 7) == 0)
		return value_error(-ENXIO, 0);
	for (; *p >= '0' && *p <= '9' && p - v.text < 6; p++)
		speed = speed * 10 + (*p - '0');
	if (*p == '.') /* strtod() would obey the locale */
		for (p++; *p >= '0' && *p <= '9'; p++)
			speed += (*p - '0') * (tenth /= 10);
	return speed > 0 && strncmp(p, " GT/s", 5) == 0 ? value_f64(speed, 0) : value_error(-EINVAL, 0);
}

/* Functions without a link say 0, 63 or 255 where they say anything. */
static struct value width(const struct tick *t, const char *address, const char *file)
{
	struct value v = get_u64(t, 0, PCI_FOLDER "%s/%s", address, file);

	return value_known(v) && (!v.u || v.u >= WIDTH_MOST - 1) ? value_error(-ENXIO, 0) : v;
}

/* Reading these files reads the device, and that wakes one that sleeps. */
static bool sleeps(const struct tick *t, const char *address)
{
	return strcmp(value_text_or(get_text(t, 0, PCI_FOLDER "%s/power/runtime_status", address), ""), "suspended") ==
	       0;
}

void pci_read_link(const struct tick *t, const char *address, struct pci_device *row)
{
	if (value_known(row->pf)) { /* the link is that of the physical function */
		row->speed_gt_s = row->width = row->max_speed_gt_s = row->max_width = value_error(-ENODEV, 0);
		return;
	}
	if (row->max_width.known == KNOWN_ABSENT && row->width.known == KNOWN_ABSENT)
		return; /* it has no link */
	if (sleeps(t, address)) {
		row->speed_gt_s = row->width = value_skipped("it sleeps, and reading would wake it");
		if (!value_known(row->max_width))
			row->max_speed_gt_s = row->max_width = row->width;
		return;
	}
	row->speed_gt_s = speed(t, address, "current_link_speed");
	row->width = width(t, address, "current_link_width");
	if (value_known(row->max_width) && value_known(row->max_speed_gt_s))
		return;
	row->max_speed_gt_s = speed(t, address, "max_link_speed");
	row->max_width = width(t, address, "max_link_width");
}

/* What both ends support; not known unless both are. */
static struct value lower(struct value own, struct value port, bool fraction)
{
	if (!value_known(own) || !value_known(port))
		return value_known(own) ? port : own;
	return (fraction ? port.f < own.f : port.u < own.u) ? port : own;
}

/* Network interfaces of the C620 chipset: their link is a formality inside the chip, always at 2.5 GT/s of 8. */
static bool inside_a_chip(const struct pci_device *row)
{
	static const char first[] = "8086:37cc", last[] = "8086:37d3";
	const char *ids = value_text_or(row->ids, "");

	return strcmp(ids, first) >= 0 && strcmp(ids, last) <= 0;
}

/* Graphics cards slow their links down when they have nothing to do, those behind a switch of their own too. */
static bool slows_down(const struct pci_device *row, int class)
{
	return class == CLASS_DISPLAY || class == CLASS_ACCELERATOR ||
	       (class == CLASS_BRIDGE && strncmp(value_text_or(row->ids, ""), "1002:", 5) == 0);
}

void pci_judge(struct pci_device *row, const struct pci_device *port, bool looks_up)
{
	static const struct pci_device none = {.max_speed_gt_s = {.known = KNOWN_ABSENT, .err = -ENODEV},
		.max_width = {.known = KNOWN_ABSENT, .err = -ENODEV}};
	int class = pci_class_of(row) >> 8;
	bool slow, narrow;

	row->best_speed_gt_s = lower(row->max_speed_gt_s, port ? port->max_speed_gt_s : none.max_speed_gt_s, true);
	row->best_width = lower(row->max_width, port ? port->max_width : none.max_width, false);
	/* the link of a port that looks down is the one of the device below, which is judged there */
	row->degraded = (class == CLASS_BRIDGE && !looks_up) || inside_a_chip(row) ? none.max_width
			: !value_known(row->width)                                 ? row->width
										   : row->best_width;
	if (!value_known(row->degraded))
		return;
	narrow = row->width.u < row->best_width.u;
	slow = value_known(row->speed_gt_s) && value_known(row->best_speed_gt_s) &&
	       row->speed_gt_s.f < row->best_speed_gt_s.f;
	row->degraded = value_bool(narrow || (slow && !slows_down(row, class)), 0);
}
