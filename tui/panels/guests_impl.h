/* The inside of the Guests panel: guests joined with their placement, their cells, one guest, and words. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_PANELS_GUESTS_IMPL_H
#define TUI_PANELS_GUESTS_IMPL_H

#include "probes/guests.h"
#include "probes/placement.h"
#include "tui/panels/rows.h"

/* How bad something is; also what placement_thread.severity says. */
enum grave { GRAVE_NONE, GRAVE_NOTE, GRAVE_WARN, GRAVE_CRIT };

enum guest_column {
	GUEST_NAME,
	GUEST_STATE,
	GUEST_VCPUS,
	GUEST_WAIT,
	GUEST_SLICE,
	GUEST_BUSY,
	GUEST_DEVICES,
	GUEST_PINS,
	GUEST_NODES,
	GUEST_DRIFT,
	GUEST_MEMORY,
	GUEST_CPUS,
	GUEST_WHY,
	GUEST_COLUMNS
};

struct guest_row {
	const char *key; /* UUID, or "pid4711" */
	const char *name; /* fit for a screen */
	const struct guest *g; /* NULL: libvirt does not list it */
	const struct placement_guest *p; /* NULL: nothing is known of where it runs */
	enum grave conflict, wait, devices;
	bool unlisted; /* libvirt answers, or there is none, and it does not list it */
	bool elsewhere; /* it runs on another machine: whose threads were only not found may run here */
	const char *trouble; /* what libvirt said of it may be over: why, and how old that is; NULL: it answers */
	size_t at; /* its place before any order */
};

struct guest_rows {
	const struct snapshot *s;
	const struct guests *guests; /* NULL: not there */
	const struct placement *placement; /* NULL: not there */
	struct guest_row *all;
	size_t nall;
	bool lists; /* what libvirt does not list it does not have */
	bool stale; /* libvirt no longer answers: what it said of them may be over */
	const struct guest_row **row; /* those that fit the filter, in order */
	size_t n;
};

struct guest_rows guest_rows(struct arena *a, const struct snapshot *s, const char *filter, struct rows_order order);
/* Does the arrow of that order point down: the most first, of numbers; of names from Z to A. */
bool guest_order_descends(struct rows_order order);
ptrdiff_t guest_rows_find(const struct guest_rows *r, const char *key); /* an index into row, or TABLE_NONE */
/* The guest with that key, whatever the filter; or, unless name is NULL, one with that name. */
const struct guest_row *guest_rows_open(
	const struct guest_rows *r, const char *key, const char *name, const struct guest_row *otherwise);
/* The address of the fact in that cell. */
size_t guest_address(const struct guest_row *r, enum guest_column column, char *buf, size_t size);

bool guest_managed(const struct guest_row *r); /* libvirt lists it */
bool guest_joined(const struct guest_row *r); /* it runs on this machine and its threads are known */
bool guest_runs(const struct guest_row *r);
struct value guest_vcpus(const struct guest_row *r);
/* How many of its vCPUs may not run everywhere; of one that is not here: have a pin in its definition. */
struct value guest_pinned(const struct guest_row *r);
/* The role of what is that bad, and its sign with a blank behind, "  " for nothing. */
enum role grave_role(enum grave g);
const char *grave_sign(enum grave g);
/* How bad that wait is: by the second, and by the time slice. */
enum grave grave_of_wait(struct value ms_per_s, struct value us);
/* The worst of its waiting, its place and its devices: the sign before its name. */
enum grave guest_worst(const struct guest_row *r);
/* How bad it is that QEMU emulates this bus or model; GRAVE_NONE for all that is no such thing. */
enum grave grave_of_device(const char *model);

/*
 * What a stranger called something, fit for a sentence and for a cell: as it is shown on at most so many cells, in at
 * most GUEST_NAME_BYTES, then an ellipsis.
 */
enum { GUEST_NAME_CELLS = 40, GUEST_NAME_BYTES = 108 };
const char *guest_words(struct arena *a, const char *text, int cells);
const char *guest_ms(struct arena *a, double ms); /* "38.1 ms" */
const char *guest_rate(struct arena *a, double ms); /* "38 ms/s", "3.1 ms/s": what moves all the time, in sentences */
/* "IDE or e1000": what the running guests have that QEMU emulates. */
const char *guests_emulated(struct arena *a, const struct guests *g);

/* There is no libvirt, and nobody named one: a host that may be meant to be so. */
bool guests_without_libvirt(const struct guests *g);
/* libvirt does not answer as it should: what is wrong, briefly, or NULL. */
const char *guests_trouble(struct arena *a, const struct snapshot *s, const struct guests *g);
/* Does it matter that libvirt does not list a guest: it answers, or it is not there at all. */
bool guests_lists(const struct guests *g);
/* What helps, and libvirt's own words, or NULL. */
const char *guests_remedy(struct arena *a, const struct guests *g);
/* What the panel means right now. */
const char *guests_sentence(struct arena *a, const struct guest_rows *r, enum role *ret_role);
/* "by Wait/s, most first" */
const char *guest_order_words(struct arena *a, struct rows_order o, const char *title);
/* "worst first · 1-10 of 204": in which order, which of them are seen, and what of libvirt. */
const char *guests_summary(
	struct arena *a, const struct guest_rows *r, const char *order, size_t first, size_t visible);
/* Where nothing is listed: why not. */
const char *guests_empty(const struct guest_rows *r);
/* "shared with web3 vcpu 0", where name is the guest that waits; NULL: with is not known. */
const char *guests_shared(struct arena *a, struct value with, const char *name);
/* "db1 vcpu 2 on CPU 12 (shared with web3 vcpu 0)"; NULL: no thread is known to wait most. */
const char *guests_worst(struct arena *a, const struct guest_rows *r);

struct guest_drawn {
	struct arena *a; /* of what a cell needs for a moment */
	const struct guest_rows *rows;
};
/* For struct table; data: a struct guest_drawn. */
void guest_cell(const void *data, size_t row, size_t column, struct cell_text *ret);

#endif
