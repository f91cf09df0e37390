/* The parts of one guest: what is remarkable about its devices, its threads, its pins on the CPUs, its facts. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_PANELS_GUESTS_ONE_H
#define TUI_PANELS_GUESTS_ONE_H

#include "tui/panels/guests.h"
#include "tui/panels/topology_impl.h"

/* What a guest was given that costs latency, or does not. */
struct remark {
	const char *what; /* "vda ide" */
	const char *why; /* "should be virtio"; NULL: it is well as it is */
	enum grave grave;
};
enum { REMARKS = 24 };
/* The worst first. */
size_t guest_remarks(struct arena *a, const struct guest *g, struct remark ret[REMARKS]);
/* Why this CPU model, this disk and this interface cost something, NULL: they do not. */
const char *cpu_remark(const struct guest *g, enum grave *ret);
const char *disk_remark(const struct guest *g, const struct guest_disk *d, enum grave *ret);
const char *interface_remark(const struct guest *g, const struct guest_interface *i, enum grave *ret);
/* What QEMU emulates there: the bus, or the model of its controller. */
const char *disk_bus(const struct guest_disk *d);

enum thread_column {
	THREAD_NAME,
	THREAD_ALLOWED,
	THREAD_NOW,
	THREAD_SIBLING,
	THREAD_L3,
	THREAD_NODE,
	THREAD_GOVERNOR,
	THREAD_CLOCK,
	THREAD_SLEEP,
	THREAD_WAIT,
	THREAD_SLICE,
	THREAD_BUSY,
	THREAD_REMARK,
	THREAD_COLUMNS
};
extern const struct table_column thread_columns[THREAD_COLUMNS];
struct threads_drawn {
	struct arena *a;
	const struct placement_thread *row; /* the uppermost that is drawn */
	const char *guest; /* whose threads they are */
};
/* For struct table; data: a struct threads_drawn. */
void thread_cell(const void *data, size_t row, size_t column, struct cell_text *ret);
size_t thread_address(
	const struct guest_row *r, const struct placement_thread *t, enum thread_column column, char *buf, size_t size);
/* All that the row says and what it has no room for. */
const char *thread_words(struct arena *a, const struct placement_thread *t, const char *guest);
/* What is wrong with its place, else who has the CPU that it waits for; "": nothing. */
const char *thread_remark(struct arena *a, const struct placement_thread *t, const char *guest);

const char *without_name(const char *clause, struct value name);

/* Where its threads are on the CPUs; false: no room, or it is not here. now: a CPU that is marked, or -1. */
bool pin_map(struct arena *a, const struct view *v, const struct guest_row *r, int64_t now, int w, int h,
	struct topo_grid *ret);
extern const char pin_map_legend[];

/* A line that says something of the definition. */
struct said {
	const char *label, *text; /* text NULL: the head of a part, not for the cursor */
	const char *address;
	enum role role;
};
struct says {
	struct arena *a;
	const char *key; /* of the guest */
	bool stale; /* libvirt does not answer */
	struct said *line;
	size_t n, room;
};
struct says guest_facts(struct arena *a, const struct guest_row *r);

/* The first line, and the second: what matters about it now. */
void one_title(struct canvas *c, struct rect r, struct arena *a, const struct guest_row *row);
const char *one_answer(struct arena *a, const struct guest_row *row, enum grave *ret);
/* Devices with what is slow about them, over at most r.h lines. */
void one_devices(struct canvas *c, struct rect r, struct arena *a, const struct guest_row *row);

#endif
