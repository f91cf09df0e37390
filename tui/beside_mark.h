/* Marks: two pictures of the same panel, their rows matched by what they begin with, the words that differ marked. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_BESIDE_MARK_H
#define TUI_BESIDE_MARK_H

#include "tui/panel.h"

enum { MARK_COLUMNS = 32, MARK_BELOW = 1 };

struct mark_column {
	uint32_t zone; /* mark_zone() of its table */
	int x, w;
};

/* Columns of tables whose numbers change by themselves: left alone. */
struct mark_columns {
	const struct panel *panel; /* of which this was found out, at that width, with these heads; NULL: not yet */
	int w;
	uint64_t heads; /* 0: there is no table */
	size_t n;
	struct mark_column at[MARK_COLUMNS];
};

/* Finds them out, with a copy of the panel's state, unless that was done for the same picture. */
void mark_columns(struct mark_columns *m, const struct canvas *picture, const struct panel *p, const struct view *v,
	const void *state);

/*
 * Finds out which rows of a panel are about what moves by itself, so that their numbers are left alone, where it has no table
 * or a short one: ret has v->h of them.
 */
void mark_moving_rows(const struct panel *p, const struct view *v, const void *state, bool *ret);

const struct cell *mark_row(const struct canvas *c, int y);
/* What tells the head of a table from others: how it begins, since a host may have more tables than the other. 0: no head. */
uint32_t mark_head(const struct canvas *c, int y);
/*
 * The part of the picture that row y belongs to: 0 above all tables, a table, or, with MARK_BELOW, what stands below it.
 * above: that of the row before.
 */
uint32_t mark_zone(const struct canvas *c, int y, uint32_t above);

/*
 * Whether the word from x to end in a row of w cells is about a moment: a share in percent, and what is said of it, or a
 * number a second. head: the row with the heads of its table, or NULL.
 */
bool mark_momentary(const struct cell *row, const struct cell *head, int w, int x, int end);

/* One of the two pictures. */
struct mark_side {
	struct canvas *c;
	const bool *moves; /* rows whose numbers are left alone, or NULL */
	/* A picture of this host's panel with every row, for those that are scrolled away here: asked for once at most. */
	const struct canvas *(*all)(void *arg);
	void *arg;
	bool unseen; /* nobody sees it: it is only what the other one is compared to */
	size_t rows; /* how many of its rows differ */
};

/* Marks in each the words that the other has not, and puts a sign before their rows. columns: NULL: everything counts. */
void mark_differences(struct mark_side side[2], const struct mark_columns *columns);

#endif
