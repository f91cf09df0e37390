/* The devices of the panel as a list: filtered, ordered, with a selection that stays on its device. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_PANELS_DEVICES_LIST_H
#define TUI_PANELS_DEVICES_LIST_H

#include "probes/devices.h"
#include "tui/panels/rows.h"

enum device_column {
	DEV_NAME,
	DEV_NODE,
	DEV_ADDRESS,
	DEV_LINK,
	DEV_STATE,
	DEV_RATE,
	DEV_WAIT,
	DEV_IRQS,
	DEV_LANDS,
	DEV_DRIVER,
	DEV_GROUP,
	DEV_ASPM,
	DEV_MODEL,
	DEVICE_COLUMNS
};

struct device_list {
	struct devices all;
	const struct device **row;
	size_t n;
	size_t vfs, board; /* that are not shown */
};

/* all: virtual functions, bridges and what belongs to the board too; so does a filter. */
struct device_list device_list(struct arena *a, const struct view *v, struct rows_order order, bool all);
/* What names a device for good: its address, else its name. */
const char *device_key(const struct device *d);
ptrdiff_t device_list_find(const struct device_list *l, const char *key); /* or TABLE_NONE */
/* The address of the fact in that cell; 0 when there is none. */
size_t device_address(const struct device *d, enum device_column column, char *buf, size_t size);

struct device_drawn {
	struct arena *a; /* of what a cell needs for a moment */
	const struct device_list *list;
};
/* For struct table; data: a struct device_drawn. */
void device_cell(const void *data, size_t row, size_t column, struct cell_text *ret);
/* All of one device, as many lines as there are in r. */
void device_details(struct canvas *c, struct rect r, struct arena *a, const struct snapshot *s, const struct device *d);

/* "Intel Ethernet Controller X710", without what names of companies end with. */
const char *device_model(struct arena *a, const struct device *d);

#endif
