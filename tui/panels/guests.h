/* What the files of the Guests panel share about its cursor: which guest, and what inside of it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_PANELS_GUESTS_H
#define TUI_PANELS_GUESTS_H

#include "tui/panels/guests_impl.h"

enum { GUEST_KEY = 64, ONE_LINE = 192 };

/* What the cursor is on inside one guest: kept by name, since lines come and go. */
struct one_state {
	char line[ONE_LINE]; /* "thread 4711", or the address of a fact; "": the first */
	size_t at; /* which line that was, for when it is gone */
	size_t column; /* of the table of threads */
	int first; /* the uppermost line that is seen */
};

struct guests_state {
	char key[GUEST_KEY]; /* of the guest under the cursor; "": the first of the list */
	size_t column, first;
	struct rows_order order;
	bool top; /* the cursor was put on the first */
	bool open; /* that guest fills the panel */
	char name[GUEST_NAME_BYTES + 1]; /* of that guest: beside another host it is found again by it */
	struct one_state one;
};

/* For struct panel. */
void guests_seek(const struct view *v, void *state, const char *what);
bool guests_back(const struct view *v, void *state);

/* One guest, from its devices down to the silicon; st NULL: below the list, without a cursor. */
void one_draw(
	struct canvas *c, const struct view *v, struct arena *a, const struct guest_row *r, const struct one_state *st);
void one_move(const struct view *v, struct arena *a, const struct guest_row *r, struct one_state *st, enum motion m);
void one_click(const struct view *v, struct arena *a, const struct guest_row *r, struct one_state *st, int x, int y);
size_t one_address(const struct view *v, struct arena *a, const struct guest_row *r, const struct one_state *st,
	char *buf, size_t size);
/* The thread under the cursor, or NULL. */
const struct placement_thread *one_thread(
	const struct view *v, struct arena *a, const struct guest_row *r, const struct one_state *st);
/* A few lines about a guest, where there is no room for more. */
void one_brief(struct canvas *c, struct rect r, struct arena *a, const struct guest_row *row);

#endif
