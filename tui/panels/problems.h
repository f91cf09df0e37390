/* The problems that stand at the top of the overview: the worst findings, each with what mending it is worth. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_PANELS_PROBLEMS_H
#define TUI_PANELS_PROBLEMS_H

#include "probes/checks.h"
#include "tui/panel.h"

enum { PROBLEMS = 3 };

struct problem {
	const struct finding *f;
	const char *text; /* one sentence */
	const char *worth; /* NULL: nothing can be said */
};

/* What stands there, and on which rows: problem i from y[i] to y[i + 1], end is the row below all of it. */
struct problems {
	struct problem at[PROBLEMS];
	size_t n; /* 0: the headline stands there */
	int y[PROBLEMS + 1];
	int end;
};

/* Draws them; on (from 1) is the one under the cursor, 0: none. Texts are in the arena. */
struct problems problems_draw(struct canvas *c, struct arena *a, const struct view *v, size_t on);
/* The same without a canvas, for keys. */
struct problems problems_of(struct arena *a, const struct view *v);

#endif
