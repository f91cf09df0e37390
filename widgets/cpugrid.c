/* CPU grids: where each cell lies, and drawing. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "widgets/cpugrid.h"

#include <limits.h>
#include <math.h>

#include "widgets/glyph.h"

/* What stands before a CPU once lines may have been joined. */
static enum cpugrid_before before(const struct cpugrid *g, const struct cpugrid_layout *l, size_t i)
{
	enum cpugrid_before b = i == 0 ? CPUGRID_LINE : (enum cpugrid_before)g->cell[i].before;

	return b == CPUGRID_LINE && l->flat && i > 0 ? CPUGRID_GAP : b;
}

/* CPUs of the cell that begins with CPU i: cells do not reach over into another line. */
static size_t cell_count(const struct cpugrid *g, const struct cpugrid_layout *l, size_t i)
{
	size_t n = 1;

	while (n < (size_t)l->per_cell && i + n < g->n && before(g, l, i + n) != CPUGRID_LINE)
		n++;
	return n;
}

/* Cells up to the next gap or line, at most limit + 1: whether the group that begins with CPU i fits there. */
static int group_cells(const struct cpugrid *g, const struct cpugrid_layout *l, size_t i, int limit)
{
	int cells = 0;

	do {
		i += cell_count(g, l, i);
		cells++;
	} while (cells <= limit && i < g->n && before(g, l, i) == CPUGRID_NEXT);
	return cells;
}

bool cpugrid_next(const struct cpugrid *g, const struct cpugrid_layout *l, struct cpugrid_walk *w)
{
	int room = l->w - l->label_w;
	size_t i = w->first + w->count;
	bool begin = w->count == 0;
	enum cpugrid_before b;

	if (i >= g->n || room <= 0 || l->rows <= 0)
		return false;
	b = before(g, l, i);
	w->starts_line = b == CPUGRID_LINE;
	if (begin) {
		w->x = l->label_w;
	} else if (b == CPUGRID_LINE) {
		w->x = l->label_w;
		w->y++;
		w->line++;
	} else {
		int x = w->x + 1 + (b == CPUGRID_GAP);
		int need = 1;

		/* A group that fits on a row of its own is not torn apart, unless rows are scarce. */
		if (b == CPUGRID_GAP && !l->tight)
			need = group_cells(g, l, i, room);
		if (x >= l->w || (x + need > l->w && need <= room)) {
			x = l->label_w;
			w->y++;
		}
		w->x = x;
	}
	w->first = i;
	w->count = cell_count(g, l, i);
	return true;
}

static int count_rows(const struct cpugrid *g, const struct cpugrid_layout *l)
{
	struct cpugrid_layout free = *l;
	struct cpugrid_walk w = {0};
	int rows = 0;

	free.rows = INT_MAX;
	while (cpugrid_next(g, &free, &w))
		rows = w.y + 1;
	return rows;
}

static size_t count_lines(const struct cpugrid *g)
{
	size_t lines = g->n > 0;

	for (size_t i = 1; i < g->n; i++)
		lines += g->cell[i].before == CPUGRID_LINE;
	return lines;
}

/* Cells of the longest line, gaps included, if it were written on one row. */
static int longest_line(const struct cpugrid *g, const struct cpugrid_layout *l)
{
	int cells = 0, most = 0;

	for (size_t i = 0; i < g->n; i += cell_count(g, l, i)) {
		enum cpugrid_before b = before(g, l, i);

		cells = b == CPUGRID_LINE ? 1 : cells + 1 + (b == CPUGRID_GAP);
		most = cells > most ? cells : most;
	}
	return most;
}

/* A line that needs two rows gets two alike ones, not a full one and a rest, where that costs no row. */
static void balance(const struct cpugrid *g, struct cpugrid_layout *l)
{
	struct cpugrid_layout even = *l;
	int room = l->w - l->label_w, longest = longest_line(g, l), rows = (longest + room - 1) / room;

	if (rows < 2)
		return;
	even.w = l->label_w + (longest + rows - 1) / rows;
	even.rows = count_rows(g, &even);
	if (even.rows == l->rows)
		*l = even;
}

void cpugrid_layout(const struct cpugrid *g, int w, int h, struct cpugrid_layout *ret)
{
	struct cpugrid_layout l = {.w = w > 0 ? w : 0, .per_cell = 1};
	int limit = h < 0 ? INT_MAX : h;

	*ret = l;
	if (l.w == 0 || limit == 0 || g->n == 0)
		return;
	l.flat = count_lines(g) > (size_t)limit;
	/* Labels are worth at most half of the width. */
	if (g->labels && !l.flat && g->label_w > 0 && g->label_w <= l.w / 2)
		l.label_w = g->label_w;
	/* One cell a line, or one cell where lines were joined, always fits: this ends. */
	for (;; l.per_cell *= 2)
		for (int tight = 0; tight < 2; tight++) {
			l.tight = tight;
			l.rows = count_rows(g, &l);
			if (l.rows <= limit) {
				balance(g, &l);
				*ret = l;
				return;
			}
		}
}

size_t cpugrid_hit(const struct cpugrid *g, const struct cpugrid_layout *l, int x, int y)
{
	struct cpugrid_walk w = {0};

	while (cpugrid_next(g, l, &w))
		if (w.x == x && w.y == y)
			return w.first;
	return SIZE_MAX;
}

/* Several CPUs as one: the height as asked for, the rest from the CPU that matters most. */
struct cpugrid_cell cpugrid_join(const struct cpugrid_cell *cell, size_t count, enum cpugrid_sum how)
{
	struct cpugrid_cell sum = cell[0];
	double total = 0;
	size_t known = 0;

	for (size_t i = 0; i < count; i++) {
		sum.chosen = sum.chosen || cell[i].chosen;
		if (cell[i].rank > sum.rank) {
			sum.ch = cell[i].ch;
			sum.role = cell[i].role;
			sum.rank = cell[i].rank;
		}
		if (isnan(cell[i].height))
			continue;
		total = how == CPUGRID_MEAN ? total + cell[i].height
			: known == 0        ? cell[i].height
					    : fmax(total, cell[i].height);
		known++;
	}
	if (known == 0)
		sum.height = NAN;
	else
		sum.height = (float)(how == CPUGRID_MEAN ? total / (double)known : total);
	return sum;
}

void cpugrid_put(struct canvas *c, int x, int y, const struct cpugrid_cell *cell)
{
	uint32_t ch = cell->ch              ? cell->ch
		      : isnan(cell->height) ? glyph_char(c, GLYPH_DOT)
					    : glyph_height(c, cell->height);

	canvas_char(c, x, y, ch, (enum role)cell->role);
	if (cell->chosen)
		canvas_select(c, (struct rect){x, y, 1, 1});
}

void cpugrid_draw(
	struct canvas *c, int x, int y, const struct cpugrid *g, const struct cpugrid_layout *l, size_t selected)
{
	struct cpugrid_walk w = {0};

	while (cpugrid_next(g, l, &w)) {
		struct cpugrid_cell cell = cpugrid_join(&g->cell[w.first], w.count, g->sum);

		if (w.starts_line && l->label_w > 0 && w.line < g->nlabels)
			canvas_cut(c, x, y + w.y, l->label_w - 1, ROLE_dim, g->labels[w.line]);
		cell.chosen = cell.chosen || selected - w.first < w.count;
		cpugrid_put(c, x + w.x, y + w.y, &cell);
	}
}
