/* The line FOUND: how many problems there are of each severity, and how many checks could not be read. */
/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "probes/checks.h"
#include "tui/panels/lines.h"

static void part(struct arena *a, struct overview_line *l, enum role role, const char *sign, size_t n, const char *one,
	const char *many)
{
	if (n)
		line_part(l, role, arena_printf(a, "%s %zu %s", sign, n, n == 1 ? one : many));
}

bool line_findings(struct arena *a, const struct snapshot *s, struct overview_line *l)
{
	const struct findings *f = s ? s->findings : NULL;

	if (!f)
		return false;
	*l = (struct overview_line){.label = "FOUND", .role = ROLE_text, .panel = "findings"};
	part(a, l, ROLE_crit, "▲", f->crit, "critical", "critical");
	part(a, l, ROLE_warn, "△", f->warn, "warning", "warnings");
	part(a, l, ROLE_info, "·", f->info, "note", "notes");
	if (!l->nparts)
		line_part(l, ROLE_good, arena_printf(a, "none of %zu checks", f->passed));
	part(a, l, ROLE_unknown, "–", f->unknown, "unread", "unread");
	if (f->refused)
		line_part(l, ROLE_dim, arena_printf(a, "%zu of them refused", f->refused));
	return true;
}
