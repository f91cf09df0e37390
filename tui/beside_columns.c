/* Which columns and rows move by themselves: the panel is asked, by the cursor of a copy of its state. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "probes/address.h"
#include "tui/beside_mark.h"

enum { FEW_ROWS = 8 };

static uint64_t heads_of(const struct canvas *c)
{
	uint64_t h = 0;

	for (int y = 0; y < c->at.h; y++)
		for (int x = 0, w = mark_head(c, y) ? c->at.w : 0; x < w; x++)
			h = (h ^ mark_row(c, y)[x].ch) * 1099511628211u;
	return h;
}

/* The part of a head that the cursor has chosen: false when there is none. */
static bool chosen(const struct canvas *c, struct mark_column *ret)
{
	for (int y = 0; y < c->at.h; y++) {
		const struct cell *cell = mark_row(c, y);
		int from = 0, to;

		if (!mark_head(c, y))
			continue;
		while (from < c->at.w && !(cell[from].flags & CELL_SELECTED))
			from++;
		for (to = from; to < c->at.w && cell[to].flags & CELL_SELECTED; to++)
			;
		if (from < c->at.w && to - from < c->at.w) {
			*ret = (struct mark_column){mark_zone(c, y, 0), from, to - from};
			return true;
		}
	}
	return false;
}

static bool moves_by_itself(const struct panel *p, const struct view *v, const void *state)
{
	char address[ADDRESS_MAX];
	struct found at;

	return p->address && p->address(v, state, address, sizeof(address)) && address_find(v->s, address, &at) == 0 &&
	       at.field && at.field->flags & FIELD_MOVES;
}

void mark_columns(struct mark_columns *m, const struct canvas *picture, const struct panel *p, const struct view *v,
	const void *state)
{
	uint64_t heads = heads_of(picture);
	struct mark_column first = {0, 0, 0}, at;
	struct cell *cells;
	void *copy;

	if (m->panel == p && m->w == v->w && m->heads == heads)
		return;
	*m = (struct mark_columns){.panel = p, .w = v->w, .heads = heads};
	cells = xcalloc((size_t)(v->w * v->h) + 1, sizeof(*cells));
	copy = xcalloc(1, p->state_size);
	memcpy(copy, state, p->state_size);
	for (size_t i = 0; i < MARK_COLUMNS; i++) {
		struct canvas c = canvas_over(cells, v->w, v->h, v->ascii);

		p->draw(&c, v, copy);
		if (!chosen(&c, &at) || (i && at.zone == first.zone && at.x == first.x))
			break; /* none, or it has come round */
		if (!i)
			first = at;
		if (moves_by_itself(p, v, copy))
			m->at[m->n++] = at;
		p->move(v, copy, MOVE_NEXT);
	}
	free(copy);
	free(cells);
}

/* The row that the cursor is on, whole or in part, or -1. */
static int row_chosen(const struct canvas *c)
{
	for (int y = 0; y < c->at.h; y++)
		for (int x = 0, w = mark_head(c, y) ? 0 : c->at.w; x < w; x++)
			if (mark_row(c, y)[x].flags & CELL_SELECTED)
				return y;
	return -1;
}

/* Rows of tables, which would all have to be gone through. */
static int table_rows(const struct canvas *c)
{
	uint32_t zone = 0;
	int n = 0;

	for (int y = 0; y < c->at.h; y++) {
		zone = mark_zone(c, y, zone);
		n += zone && !(zone & MARK_BELOW) && !mark_head(c, y);
	}
	return n;
}

void mark_moving_rows(const struct panel *p, const struct view *v, const void *state, bool *ret)
{
	struct cell *cells = xcalloc((size_t)(v->w * v->h) + 1, sizeof(*cells));
	void *copy = xcalloc(1, p->state_size);
	int before = -1;

	memcpy(copy, state, p->state_size);
	p->move(v, copy, MOVE_HOME);
	for (int i = 0; i < v->h; i++) {
		struct canvas c = canvas_over(cells, v->w, v->h, v->ascii);
		int y;

		p->draw(&c, v, copy);
		y = row_chosen(&c);
		if (y <= before || (!i && table_rows(&c) > FEW_ROWS))
			break; /* that was the last one */
		ret[y] = moves_by_itself(p, v, copy);
		before = y;
		p->move(v, copy, MOVE_DOWN);
	}
	free(copy);
	free(cells);
}
