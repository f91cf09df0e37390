/* The lines of the overview as plain data: each a thing that could be the cause, with what is known of it. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TUI_PANELS_LINES_H
#define TUI_PANELS_LINES_H

#include "probes/probe.h"
#include "themes/theme.h"

enum { OVERVIEW_LINES = 8, LINE_PARTS = 6 };

struct overview_line {
	const char *label; /* "CLOCK" */
	const char *value; /* "busy 12 of 96"; NULL: none */
	enum role role; /* of value and bar */
	bool has_bar;
	double share; /* of the bar, NAN: not known */
	const char *address; /* what ? explains */
	size_t nparts;
	struct {
		const char *text;
		enum role role;
	} part[LINE_PARTS]; /* the rest, what matters most first */
};

/* Returns how many; texts are in the arena. s may be NULL. */
size_t overview_lines(struct arena *a, const struct snapshot *s, struct overview_line lines[OVERVIEW_LINES]);

#endif
