/* A panel: draws what it is given into a canvas, and changes nothing but its own state. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_PANEL_H
#define TUI_PANEL_H

#include <stdbool.h>
#include <stddef.h>

#include "probes/probe.h"
#include "widgets/canvas.h"

struct check;
struct entries;
struct history;

/* All that a panel may look at. */
struct view {
	const struct snapshot *s; /* NULL before the first */
	struct history *history;
	const struct entries *entries; /* of the journal; NULL: not read yet */
	const char *entries_why; /* why it could not be read, or NULL */
	const struct cpuset *marks; /* CPUs that are marked for a change */
	const char *filter; /* "": everything */
	int w, h; /* of the panel's part of the screen */
	bool ascii;
	bool beside; /* s is of the host beside: the cursor was moved on this one */
};

enum motion { MOVE_UP, MOVE_DOWN, MOVE_PAGE_UP, MOVE_PAGE_DOWN, MOVE_HOME, MOVE_END, MOVE_NEXT, MOVE_PREVIOUS };

/* A key that counts in this panel now: for the key bar, help and the manual. */
struct hint {
	const char *key, *label, *sentence;
};

/* A pin of a guest, by what does not change when rows move. */
struct panel_pin {
	const char *uuid; /* as long as the snapshot; of an unmanaged guest its key */
	char what[24]; /* "vcpu 2", "emulator", "iothread 1", "all" */
	bool managed; /* libvirt lists it as a guest of this machine: it can be pinned */
};

struct panel {
	const char *name, *title, *brief;
	const char *sentence; /* what it answers */
	size_t state_size; /* zeroed at first */
	size_t remembers; /* from here on in the state lies what tick() remembers of one host; 0: nothing is */
	const struct hint *hints;
	size_t nhints;
	/* Those that count while something is opened in it; NULL: the above. May be NULL. */
	const struct hint *(*hints_now)(const struct view *v, const void *state, size_t *ret_n);
	/*
	 * What the n keys of those hints do now, for the bar: label[] has their own labels at first; NULL: nothing, it
	 * is not listed. May be NULL.
	 */
	void (*labels)(const struct view *v, const void *state, const struct hint *h, size_t n, const char **label);
	void (*draw)(struct canvas *c, const struct view *v, const void *state);
	void (*move)(const struct view *v, void *state, enum motion m); /* MOVE_NEXT and _PREVIOUS: the column */
	void (*click)(const struct view *v, void *state, int x, int y);
	/* The address of the fact under the cursor; 0 when there is none. */
	size_t (*address)(const struct view *v, const void *state, char *buf, size_t size);
	/* The CPU under the cursor, or -1. */
	int64_t (*cpu)(const struct view *v, const void *state);
	/* Where the cursor is on several CPUs at once: those, in the arena; NULL: it is not. May be NULL. */
	const struct cpuset *(*cpus)(const struct view *v, const void *state, struct arena *a);
	void (*go)(const struct view *v, void *state, int64_t cpu); /* puts the cursor on that CPU; may be NULL */
	/* The CPUs whose facts are on the screen, in the arena; NULL: none in particular. */
	const struct cpuset *(*on_screen)(const struct view *v, const void *state, struct arena *a);
	/* A new snapshot is there, or the panel was opened: what it remembers of the last ones. May be NULL. */
	void (*tick)(const struct view *v, void *state);
	void (*forget)(void *state); /* time was turned back: what it remembers is still to come. May be NULL. */
	void (*sort)(void *state, bool reverse); /* by the column under the cursor; may be NULL */
	/* Shows what `what` names instead, "" the next; returns what is shown, NULL: no such thing. May be NULL. */
	const char *(*by)(void *state, const char *what);
	uint64_t (*entry)(const struct view *v, const void *state); /* the journal's id under the cursor; may be NULL */
	/* The panel that has more about what is under the cursor, for Enter; may be NULL: Enter explains. */
	const char *(*opens)(const struct view *v, const void *state);
	/* Enter, before all of the above: opens or closes something inside the panel; true when it did. May be NULL. */
	bool (*enter)(const struct view *v, void *state);
	/* Esc and Backspace: one step back inside the panel; true when there was one. May be NULL. */
	bool (*back)(const struct view *v, void *state);
	/* The check under the cursor, or of the worst that is seen: what f mends and ? tells of; NULL: none. May be NULL. */
	const struct check *(*check)(const struct view *v, const void *state);
	/* Puts the cursor on the row that has this fact, or on the check of that id; may be NULL. */
	void (*seek)(const struct view *v, void *state, const char *what);
	/* The pin under the cursor; false: none. May be NULL. */
	bool (*pin)(const struct view *v, const void *state, struct panel_pin *ret);
	/* What the cursor has opened on this host is not there on the one beside: nothing can be compared. May be NULL. */
	bool (*lacks)(const struct view *v, const void *state);
	/* UUIDs of the guests whose facts are on the screen, in the arena; none in particular: NULL. May be NULL. */
	const char *const *(*guests)(const struct view *v, const void *state, struct arena *a, size_t *ret_n);
};

extern const struct panel *const panels[]; /* the rows of panels.def; a NULL is a panel that is not there yet */
extern const struct panel_tab {
	const char *title, *brief;
} panel_tabs[];
extern const size_t npanels;

/* By name, by the beginning of just one name, or by the digit of its tab; the index, or -1. */
int panel_find(const char *name);
/* "overview, frequency and changes": those that are there, in the arena. */
const char *panel_names(struct arena *a);

#endif
