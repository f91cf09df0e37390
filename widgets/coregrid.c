/* Core grids: a CPU grid of columns lays them out, each line of it is as many rows high as a column. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "widgets/coregrid.h"

#include <stdlib.h>

void coregrid_layout(const struct coregrid *g, int w, int h, struct coregrid_layout *ret)
{
	int rows = (int)g->nrows;

	h = h < 0 ? 0 : h;
	*ret = (struct coregrid_layout){.band = rows + (rows > 1)};
	cpugrid_layout(&g->columns, w, (h + 1) / ret->band, &ret->columns);
	if (rows > 1 && (!ret->columns.rows || ret->columns.per_cell > 1 || ret->columns.flat)) {
		/* an empty row between lines is a luxury */
		ret->band = rows;
		cpugrid_layout(&g->columns, w, h / rows, &ret->columns);
	}
	ret->rows = ret->columns.rows ? (ret->columns.rows - 1) * ret->band + rows : 0;
}

size_t coregrid_hit(const struct coregrid *g, const struct coregrid_layout *l, int x, int y, size_t *ret_row)
{
	if (y < 0 || !l->rows || y % l->band >= (int)g->nrows)
		return SIZE_MAX;
	*ret_row = (size_t)(y % l->band);
	return cpugrid_hit(&g->columns, &l->columns, x, y / l->band);
}

size_t coregrid_step(const struct coregrid *g, const struct coregrid_layout *l, size_t column, int lines)
{
	struct cpugrid_walk w = {0}, at = {0};
	size_t best = column;
	int far = -1, y;

	while (cpugrid_next(&g->columns, &l->columns, &w))
		if (column - w.first < w.count)
			at = w;
	y = at.y + lines;
	y = y < 0 ? 0 : y >= l->columns.rows ? l->columns.rows - 1 : y;
	for (w = (struct cpugrid_walk){0}; cpugrid_next(&g->columns, &l->columns, &w);)
		if (w.y == y && (far < 0 || abs(w.x - at.x) < far)) {
			far = abs(w.x - at.x);
			best = w.first;
		}
	return y == at.y ? column : best;
}

void coregrid_draw(struct canvas *c, int x, int y, const struct coregrid *g, const struct coregrid_layout *l)
{
	struct cpugrid_walk w = {0};
	int line = -1, room = l->columns.label_w - 1;
	bool said[COREGRID_ROWS] = {false}; /* what a row is, on this line: not where it is empty */

	while (cpugrid_next(&g->columns, &l->columns, &w)) {
		int top = y + w.y * l->band;

		if (w.starts_line && room > 0 && w.line < g->columns.nlabels)
			canvas_cut(c, x, top, room, ROLE_dim, g->columns.labels[w.line]);
		for (size_t r = 0; r < g->nrows; r++) {
			struct cpugrid_cell cell = cpugrid_join(&g->row[r].cell[w.first], w.count, g->columns.sum);

			said[r] = said[r] && w.y == line;
			if (cell.ch != ' ' && g->row[r].label && !said[r] && room > 0) {
				canvas_cut(c, x, top + (int)r, room, ROLE_dim, g->row[r].label);
				said[r] = true;
			}
			cpugrid_put(c, x + w.x, top + (int)r, &cell);
		}
		line = w.y;
	}
}
