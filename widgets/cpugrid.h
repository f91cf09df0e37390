/* CPU grids: one cell a CPU with a height and a role, in groups, on as many rows as the width asks for. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WIDGETS_CPUGRID_H
#define WIDGETS_CPUGRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "widgets/canvas.h"

enum cpugrid_before {
	CPUGRID_NEXT, /* follows its neighbour */
	CPUGRID_GAP, /* one empty cell before it: another L3 */
	CPUGRID_LINE, /* starts a line of its own: another node; the first CPU always does */
};

struct cpugrid_cell {
	float height; /* 0 to 1; NAN: not known, a dot */
	uint32_t ch; /* instead of a height: × for an offline CPU, the number of a vCPU; 0: none */
	uint8_t role; /* enum role */
	uint8_t rank; /* of several CPUs in one cell, role and ch come from the one of the highest rank, the first of
			 equals */
	uint8_t before; /* enum cpugrid_before */
	bool chosen; /* drawn as selected; of several CPUs in one cell, any of them */
};

enum cpugrid_sum { CPUGRID_MAX, CPUGRID_MEAN }; /* the height of several CPUs in one cell; NAN does not count */

struct cpugrid {
	const struct cpugrid_cell *cell;
	size_t n;
	const char *const *labels; /* one a line, in order; may be NULL */
	size_t nlabels;
	int label_w; /* cells at the left that are kept for labels, the space behind them included */
	enum cpugrid_sum sum;
};

struct cpugrid_layout {
	int w; /* that it was made for */
	int rows; /* that it takes */
	int label_w; /* 0: no labels, there was no room or lines had to be joined */
	int per_cell; /* CPUs in a cell: 1, or a power of two where the height did not suffice: say so on the screen */
	bool flat; /* there are more lines than rows: lines became gaps */
	bool tight; /* groups are broken at the end of a row, since they would not fit otherwise */
};

/* h < 0: as many rows as it takes. For w or h of 0 rows is 0. */
void cpugrid_layout(const struct cpugrid *g, int w, int h, struct cpugrid_layout *ret);

/* Walks over the cells: start with {0}. x and y count from the grid's corner; the cell stands for CPUs first to first +
 * count - 1. */
struct cpugrid_walk {
	size_t first, count;
	int x, y;
	size_t line; /* which label stands on this row; the first row of a line when starts_line */
	bool starts_line;
};
bool cpugrid_next(const struct cpugrid *g, const struct cpugrid_layout *l, struct cpugrid_walk *w);

/* The first CPU (an index into cell) in the cell at x, y, or SIZE_MAX. */
size_t cpugrid_hit(const struct cpugrid *g, const struct cpugrid_layout *l, int x, int y);

/* What is shown of count CPUs in one cell. */
struct cpugrid_cell cpugrid_join(const struct cpugrid_cell *cell, size_t count, enum cpugrid_sum sum);
/* Draws one cell, joined or not. */
void cpugrid_put(struct canvas *c, int x, int y, const struct cpugrid_cell *cell);

/* Draws with its corner at x, y. The cell with the CPU selected (SIZE_MAX: none) is selected. */
void cpugrid_draw(
	struct canvas *c, int x, int y, const struct cpugrid *g, const struct cpugrid_layout *l, size_t selected);

#endif
