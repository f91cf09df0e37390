/* Marks: two pictures of the same panel, their rows matched by what they begin with, the words that differ marked. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_BESIDE_MARK_H
#define TUI_BESIDE_MARK_H

#include "tui/panel.h"

enum { MARK_COLUMNS = 32 };

/* Columns of tables whose numbers change by themselves: left alone. */
struct mark_columns {
	const struct panel *panel; /* of which this was found out, at that width, with these heads; NULL: not yet */
	int w;
	uint64_t heads;
	size_t n;
	struct {
		uint32_t zone; /* below so many heads */
		int x, w;
	} at[MARK_COLUMNS];
};

/* Finds them out, with a copy of the panel's state, unless that was done for the same picture. */
void mark_columns(struct mark_columns *m, const struct canvas *picture, const struct panel *p, const struct view *v,
	const void *state);

/*
 * Marks in c the words that are not the same in other, and puts a sign before their rows. all: a picture of the other that has
 * every row, for rows that are scrolled away there; asked for once at most, may return NULL. columns: NULL: everything counts.
 * Returns how many rows differ.
 */
size_t mark_differences(struct canvas *c, const struct canvas *other, const struct canvas *(*all)(void *arg), void *arg,
	const struct mark_columns *columns);

#endif
