/* The table of the overview's lines: each is asked in turn, and may have nothing to say. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tui/panels/lines.h"

static bool (*const lines_of[])(struct arena *a, const struct snapshot *s, struct overview_line *l) = {
#define LINE(name) line_##name,
#include "tui/panels/lines.def"
#undef LINE
};

void line_part(struct overview_line *l, enum role role, const char *text)
{
	if (l->nparts < LINE_PARTS && text && *text) {
		l->part[l->nparts].text = text;
		l->part[l->nparts++].role = role;
	}
}

size_t overview_lines(struct arena *a, const struct snapshot *s, struct overview_line lines[OVERVIEW_LINES])
{
	size_t n = 0;

	for (size_t i = 0; i < COUNT(lines_of); i++) {
		lines[n] = (struct overview_line){.label = ""};
		n += lines_of[i](a, s, &lines[n]);
	}
	return n;
}
