/* Tables: columns that know what to give up when it gets narrow, rows from a callback, a selection that stays visible.
 */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WIDGETS_TABLE_H
#define WIDGETS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "widgets/canvas.h"

struct stack_part;

enum { TABLE_COLUMNS = 32, TABLE_NONE = -1 };

enum align { ALIGN_LEFT, ALIGN_RIGHT };

struct table_column {
	const char *title;
	int width; /* that it would like */
	int min; /* that it can live with; 0: width */
	enum align align; /* numbers: right */
	uint8_t priority; /* the lowest goes first when it gets narrow, of equals the rightmost */
	bool flex; /* takes what is left; one a table, its width counts as min where min is 0 */
};

enum cell_kind { CELL_TEXT, CELL_BAR, CELL_SPARK, CELL_STACK };

struct cell_text {
	char text[256];
	enum role role; /* ROLE_text at the call */
	enum cell_kind kind;
	double share; /* CELL_BAR */
	const float *v; /* CELL_SPARK: n values between lo and hi */
	size_t n;
	double lo, hi;
	const struct stack_part *part; /* CELL_STACK: n parts */
};

struct table {
	const struct table_column *columns;
	size_t ncolumns; /* at most TABLE_COLUMNS */
	size_t nrows;
	size_t first; /* the uppermost visible row: see table_scroll() */
	ptrdiff_t selected; /* a row, or TABLE_NONE */
	ptrdiff_t sort; /* a column, or TABLE_NONE */
	bool descending;
	const char *empty; /* what is said instead of rows: "no guest runs here" */
	const void *data;
	void (*cell)(const void *data, size_t row, size_t column, struct cell_text *ret);
	bool (*marked)(const void *data, size_t row); /* may be NULL */
};

/*
 * The widths of n columns on width cells, 0 for one that was given up. One cell at the left belongs to marks, columns
 * are table_gap(width) apart. Returns the cells in use, at most width. The column of the highest priority is never
 * given up.
 */
int table_layout(const struct table_column *columns, size_t n, int width, int widths[]);
int table_gap(int width);

/* Rows that fit on h lines: one goes to the head, and one to "12 more" when not all fit. */
size_t table_visible(size_t nrows, int h);
/* The first row to show, as close to first as possible, so that selected is visible and no line is left empty. */
size_t table_scroll(size_t first, ptrdiff_t selected, size_t nrows, size_t visible);

void table_draw(struct canvas *c, struct rect r, const struct table *t);

/* What lies at x, y of the canvas: a row (column TABLE_NONE), a head (row TABLE_NONE), or neither: false. */
bool table_hit(const struct table *t, struct rect r, int x, int y, ptrdiff_t *ret_row, ptrdiff_t *ret_column);

#endif
