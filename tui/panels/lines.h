/* The lines of the overview as plain data: each a thing that could be the cause, with what is known of it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_PANELS_LINES_H
#define TUI_PANELS_LINES_H

#include "probes/probe.h"
#include "themes/theme.h"

enum {
	LINE_PARTS = 6,
#define LINE(name) LINE_OF_##name,
	LINES_BEFORE = -1, /* counts the rows of the table */
#include "tui/panels/lines.def"
#undef LINE
	OVERVIEW_LINES
};

struct overview_line {
	const char *label; /* "CLOCK" */
	const char *value; /* "busy 12 of 96"; NULL: none */
	enum role role; /* of value and bar */
	bool has_bar;
	double share; /* of the bar, NAN: not known */
	const char *address; /* what ? explains */
	const char *panel; /* name of the panel that has more, static; NULL: frequency */
	size_t nparts;
	struct {
		const char *text;
		enum role role;
	} part[LINE_PARTS]; /* the rest, what matters most first */
};

/* Each fills *l, which is empty, and says whether there is such a line; s may be NULL, texts are in the arena. */
#define LINE(name) bool line_##name(struct arena *a, const struct snapshot *s, struct overview_line *l);
#include "tui/panels/lines.def"
#undef LINE

/* Adds a part behind the others; nothing for a NULL or empty text, or where there are LINE_PARTS already. */
void line_part(struct overview_line *l, enum role role, const char *text);

/* Returns how many; texts are in the arena. s may be NULL. */
size_t overview_lines(struct arena *a, const struct snapshot *s, struct overview_line lines[OVERVIEW_LINES]);

#endif
