/* Graphs of the past: one row of heights, or several rows with marked levels. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef WIDGETS_SPARK_H
#define WIDGETS_SPARK_H

#include <stddef.h>

#include "widgets/canvas.h"

/* The newest w of n values, v[n - 1] at the right end; lo and below is the lowest height, hi and above the full one;
 * NAN is a gap. */
void spark(struct canvas *c, int x, int y, int w, const float *v, size_t n, double lo, double hi, enum role role);

/* A level that is worth a line, such as the base clock; lines are drawn only where no value is. */
struct graph_mark {
	double at;
	const char *label; /* at the left, in a column of its own, where that is at most a third of the width; may be
			      NULL */
	enum role role;
};

/* The same on r.h rows: each column fills from the bottom in eighths of a row. */
void graph(struct canvas *c, struct rect r, const float *v, size_t n, double lo, double hi, enum role role,
	const struct graph_mark *marks, size_t nmarks);

#endif
